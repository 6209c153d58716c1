//! What decoding costs, as a ratio to plain `serde_json`.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use serde_json::value::RawValue;
use videogen_core::{ApiKey, Call, HttpResponse, Observed, Provider, StatusQuery};
use videogen_synclabs::SyncLabs;
use videogen_testkit::{TEST_KEY, json};

use crate::{Problem, cargo, output_of, root};

/// The most that a decoding to a `Generation` may cost, in decodings into a plain struct.
const LIMIT: f64 = 1.5;

const SUBJECTS: [&str; 2] = ["plain", "generation"];

/// A status body of some 600 bytes with nine members that no page names.
const BODY: &str = r#"{"id":"00000000-0000-4000-8000-000000000001","createdAt":"2026-01-22T09:46:10.602Z","status":"COMPLETED","model":"lipsync-2","input":[{"url":"https://example.com/inputs/v.mp4","type":"video"}],"outputUrl":"https://api.sync.so/v2/generations/1/result?token=EXAMPLE","outputDuration":9.98,"error":null,"webhookUrl":null,"options":{"sync_mode":"loop"},"region":"eu","queue":"default","attempt":1,"priority":0.5,"cached":false,"workerId":"worker-eu-west-1-0017","traceUrl":"https://example.com/traces/4bf92f3577b34da6a3ce929d0e0e4736","tags":["a","b"],"usage":{"frames":250,"creditsUsed":12}}"#;

/// The members of the page, as somebody would write them down who needs no more. Nested JSON is kept unread, as
/// the wire model keeps it: the cheapest that a baseline can do.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only decoding it is measured")]
struct Plain {
    id: String,
    created_at: Option<String>,
    status: String,
    model: Option<String>,
    input: Option<Box<RawValue>>,
    segments: Option<Box<RawValue>>,
    webhook_url: Option<String>,
    options: Option<Box<RawValue>>,
    output_url: Option<String>,
    segment_output_url: Option<String>,
    output_duration: Option<f64>,
    output_file_name: Option<String>,
    error: Option<String>,
    error_code: Option<String>,
    synthesized_audio_url: Option<String>,
    project_id: Option<String>,
    #[serde(rename = "progress_percent")]
    progress_percent: Option<f64>,
}

/// Compares, in instructions where valgrind is there, else in time.
pub(crate) fn compare() -> Result<(), Problem> {
    println!("building");
    output_of(cargo().args(["build", "--quiet", "--release", "--package", "xtask"]))?;
    let [plain, generation] = match Command::new("valgrind").arg("--version").output() {
        Ok(_) => {
            println!("instructions a decoding of {} bytes, by callgrind:", BODY.len());
            [instructions("plain")?, instructions("generation")?]
        }
        Err(_) => {
            println!("no valgrind here; nanoseconds, median of 31 alternating runs:");
            times()?
        }
    };
    for (subject, cost) in SUBJECTS.into_iter().zip([plain, generation]) {
        println!("  {subject:<11} {cost:>8.0}");
    }
    let ratio = generation / plain;
    println!("  ratio       {ratio:>8.2} (at most {LIMIT})");
    if ratio <= LIMIT { Ok(()) } else { Err(format!("{ratio:.2} is more than {LIMIT}")) }
}

/// Decodes over and over; the subject of a measurement.
pub(crate) fn run_loop(subject: &str, times: u32) -> Result<(), Problem> {
    let (call, response) = exchange()?;
    for _ in 0..times {
        decode(subject, &call, &response)?;
    }
    Ok(())
}

fn decode(subject: &str, call: &Call<Observed>, response: &HttpResponse) -> Result<(), Problem> {
    match subject {
        "plain" => {
            let plain: Plain = serde_json::from_slice(black_box(response.body()))
                .map_err(|error| error.to_string())?;
            black_box(plain);
        }
        "generation" => {
            let seen = call.decode(black_box(response)).map_err(|error| error.to_string())?;
            drop(black_box(seen));
        }
        other => return Err(format!("no subject {other}")),
    }
    Ok(())
}

fn exchange() -> Result<(Call<Observed>, HttpResponse), Problem> {
    let key = ApiKey::new(TEST_KEY).map_err(|error| error.to_string())?;
    let provider = SyncLabs::new(key);
    let handle = provider
        .handle("00000000-0000-4000-8000-000000000001")
        .map_err(|error| error.to_string())?;
    let call = provider.status(&handle, StatusQuery::Plain).map_err(|error| error.to_string())?;
    let mut response = json(200, BODY);
    let date = http::HeaderValue::from_static("Thu, 22 Jan 2026 09:47:00 GMT");
    response.headers_mut().insert("date", date);
    Ok((call, response))
}

/// Twice as many decodings less as many: what starting and ending the program costs falls out.
fn instructions(subject: &str) -> Result<f64, Problem> {
    let times = 2_000;
    let count = |times: u32| -> Result<f64, Problem> {
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(root().join("target/release/xtask"))
            .args(["bench-loop", subject, &times.to_string()]);
        let output =
            valgrind.output().map_err(|error| format!("cannot run {valgrind:?}: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let collected = said.lines().find_map(|line| line.split_once("Collected : "));
        collected
            .and_then(|(_, count)| count.trim().parse().ok())
            .ok_or_else(|| format!("valgrind says no count:\n{said}"))
    };
    Ok((count(2 * times)? - count(times)?) / f64::from(times))
}

fn times() -> Result<[f64; 2], Problem> {
    let (call, response) = exchange()?;
    let mut taken: [Vec<f64>; 2] = Default::default();
    for _ in 0..31 {
        for (subject, taken) in SUBJECTS.into_iter().zip(&mut taken) {
            let begun = Instant::now();
            for _ in 0..20_000 {
                decode(subject, &call, &response)?;
            }
            taken.push(begun.elapsed().as_secs_f64() * 1e9 / 20_000.0);
        }
    }
    Ok(taken.map(|mut taken| {
        taken.sort_by(f64::total_cmp);
        taken.get(taken.len() / 2).copied().unwrap_or_default()
    }))
}
