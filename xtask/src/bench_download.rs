//! Downloads of a gibibyte: side by side with curl, and from a storage in trouble.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use videogen_emulator::{FetchFault, ProviderName, Script, ScriptedFetch, Server, When};

use crate::{Problem, cargo, output_of, root};

const BYTES: u64 = 1024 * 1024 * 1024;
const ROUNDS: usize = 5;
/// The most memory that a download may take, in KiB.
const MOST_KIB: u64 = 32 * 1024;
/// Our clients, by their packages.
const CLIENTS: [&str; 2] = ["videogen-ureq", "videogen-reqwest"];
/// How often a file is cut that is cut often.
const CUTS: usize = 10;
/// What the places are drawn from.
const SEED: u64 = 20_261_122;
/// The most bytes that may be fetched of a file, as a ratio to its length.
const MOST_FETCHED: f64 = 1.05;

/// What is compared: a name, and how it is started.
struct Subject {
    name: &'static str,
    command: fn(&Job) -> Command,
    seconds: Vec<f64>,
    peak_kib: u64,
}

/// What is to be downloaded, and to where.
#[derive(Clone)]
struct Job {
    base_url: String,
    url: String,
    id: String,
    target: PathBuf,
}

/// Compares the clients with curl, in alternating runs, to the disk; then lets them fetch from a storage in trouble.
pub(crate) fn compare() -> Result<(), Problem> {
    println!("building");
    for package in CLIENTS {
        let build =
            ["build", "--quiet", "--release", "--example", "download", "--package", package];
        // Both examples have one name, and so one place.
        output_of(cargo().args(build))?;
        let built = root().join("target/release/examples/download");
        std::fs::copy(built, program(package)).map_err(|error| error.to_string())?;
    }
    let server = Server::start().map_err(|error| format!("no emulator: {error}"))?;
    let script =
        Script::new(ProviderName::PRISM).running_for(Duration::ZERO).with_file_bytes(BYTES);
    let created = server.add(script).map_err(|error| error.to_string())?;
    let folder = root().join("target/bench");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let job = Job {
        base_url: server.base_url(ProviderName::PRISM).to_string(),
        url: url(&server, &created.id)?,
        id: created.id.clone(),
        target: folder.join("video.mp4"),
    };
    let mut subjects = [
        Subject::new("curl", |job| {
            let mut curl = Command::new("curl");
            curl.args(["--silent", "--fail", "--output"]).arg(&job.target).arg(&job.url);
            curl
        }),
        // What ours do: the file is on the disk when they say so.
        Subject::new("curl, then sync", |job| {
            let mut shell = Command::new("sh");
            shell
                .args(["-c", r#"curl --silent --fail --output "$1" "$2" && sync "$1""#, "sh"])
                .arg(&job.target)
                .arg(&job.url);
            shell
        }),
        Subject::new("videogen-ureq", |job| ours("videogen-ureq", job)),
        Subject::new("videogen-reqwest", |job| ours("videogen-reqwest", job)),
    ];
    // One round to warm up.
    for round in 0..=ROUNDS {
        for subject in &mut subjects {
            drop(std::fs::remove_file(&job.target));
            let (seconds, peak_kib) = measure(&mut (subject.command)(&job))?;
            if round == 0 {
                whole(&server, &created.id, &job.target)?;
                continue;
            }
            subject.seconds.push(seconds);
            subject.peak_kib = subject.peak_kib.max(peak_kib);
        }
    }
    drop(std::fs::remove_file(&job.target));
    let problems = [report(&subjects), in_trouble(&server, &job)];
    let problems: Vec<_> = problems.into_iter().filter_map(Result::err).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// Cuts, and a URL that expires in the middle: the file all the same, in little memory, and hardly a byte of it twice, as the
/// emulator counts them.
fn in_trouble(server: &Server, job: &Job) -> Result<(), Problem> {
    println!("the same from a storage in trouble; bytes fetched, in files");
    let cuts = drawn_cuts(SEED);
    let expiry = vec![
        ScriptedFetch::new(When::poll(1), FetchFault::Cut).after_bytes(BYTES / 2),
        ScriptedFetch::new(When::poll(2), FetchFault::Expired),
    ];
    let mut problems = Vec::new();
    for (what, fetches) in [("ten cuts", &cuts), ("a URL that expires", &expiry)] {
        for client in CLIENTS {
            if let Err(problem) = once(server, job, client, what, fetches) {
                problems.push(format!("{client}, {what}: {problem}"));
            }
        }
    }
    drop(std::fs::remove_file(&job.target));
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

fn once(
    server: &Server,
    job: &Job,
    client: &str,
    what: &str,
    fetches: &[ScriptedFetch],
) -> Result<(), Problem> {
    drop(std::fs::remove_file(&job.target));
    let mut script = Script::new(ProviderName::PRISM).with_file_bytes(BYTES);
    script.fetches = fetches.to_vec();
    let id = server.add(script).map_err(|error| error.to_string())?.id;
    let job = Job { id: id.clone(), ..job.clone() };
    let (seconds, peak_kib) = measure(&mut ours(client, &job))?;
    whole(server, &id, &job.target)?;
    let fetched = server.fetches(ProviderName::PRISM, &id).unwrap_or_default();
    let ratio = fetched.bytes_sent as f64 / BYTES as f64;
    println!(
        "  {client:<16} {what:<18} {ratio:.4} in {} requests, {seconds:.1} s  peak {peak_kib:>6} KiB",
        fetched.requests
    );
    let expected = fetches.len() as u64 + 1;
    if fetched.requests != expected {
        return Err(format!("it took {} requests, not {expected}", fetched.requests));
    }
    if fetched.with_key > 0 {
        return Err("a key came with it".to_owned());
    }
    if ratio > MOST_FETCHED {
        return Err(format!("{ratio:.4} is more than {MOST_FETCHED}"));
    }
    if peak_kib > MOST_KIB {
        return Err(format!("it takes more than {MOST_KIB} KiB"));
    }
    Ok(())
}

/// A cut of each fetch but the last, at places of the file drawn from `seed`.
fn drawn_cuts(seed: u64) -> Vec<ScriptedFetch> {
    let mut state = seed;
    let mut places = [(); CUTS].map(|()| {
        // Knuth's linear congruential generator, MMIX: its high bits are good.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (state >> 16) % (BYTES - 1)
    });
    places.sort_unstable();
    let mut reached = 0;
    let cut = |(place, number): (u64, u64)| {
        let length = place - reached;
        reached = place;
        ScriptedFetch::new(When::poll(number), FetchFault::Cut).after_bytes(length)
    };
    places.into_iter().zip(1..).map(cut).collect()
}

fn report(subjects: &[Subject]) -> Result<(), Problem> {
    println!(
        "1 GiB over loopback to a file, {ROUNDS} alternating runs; MB/s: median (slowest to fastest)"
    );
    let speed = |seconds: f64| BYTES as f64 / 1e6 / seconds;
    let baseline = subjects.get(1).map_or(f64::NAN, Subject::median);
    let plain = subjects.first().map_or(f64::NAN, Subject::median);
    let mut problems = Vec::new();
    for subject in subjects {
        let median = subject.median();
        let slowest = subject.seconds.iter().copied().fold(0.0, f64::max);
        let fastest = subject.seconds.iter().copied().fold(f64::MAX, f64::min);
        println!(
            "  {:<16} {:>6.0} ({:.0} to {:.0})  {:>5.2} x curl, {:>5.2} x curl with sync  peak {:>6} KiB",
            subject.name,
            speed(median),
            speed(slowest),
            speed(fastest),
            plain / median,
            baseline / median,
            subject.peak_kib,
        );
        if !subject.name.starts_with("videogen") {
            continue;
        }
        if median > baseline {
            problems.push(format!("{} is slower than curl with sync", subject.name));
        }
        if subject.peak_kib > MOST_KIB {
            problems.push(format!("{} takes more than {MOST_KIB} KiB", subject.name));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

impl Subject {
    fn new(name: &'static str, command: fn(&Job) -> Command) -> Self {
        Self { name, command, seconds: Vec::new(), peak_kib: 0 }
    }

    fn median(&self) -> f64 {
        let mut sorted = self.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

fn program(package: &str) -> PathBuf {
    root().join("target/release/examples").join(format!("download-{package}"))
}

fn ours(package: &str, job: &Job) -> Command {
    let mut command = Command::new(program(package));
    command
        .arg(&job.id)
        .arg(&job.target)
        .env("PRISM_API_KEY", "bench-key")
        .env("PRISM_BASE_URL", &job.base_url);
    command
}

/// Seconds from start to end, and the most memory it had, in KiB. The memory is that of the process itself.
fn measure(command: &mut Command) -> Result<(f64, u64), Problem> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    loop {
        if let Some(ended) = child.try_wait().map_err(|error| error.to_string())? {
            let seconds = begun.elapsed().as_secs_f64();
            if ended.success() {
                return Ok((seconds, peak_kib));
            }
            return Err(format!("{command:?}: {ended}"));
        }
        peak_kib = peak_kib.max(high_water(&status).unwrap_or_default());
        thread::sleep(Duration::from_millis(2));
    }
}

/// `VmHWM` only grows, so that the last look counts.
fn high_water(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// The presigned URL, from a status.
fn url(server: &Server, id: &str) -> Result<String, Problem> {
    let status = format!("{}/generations/{id}", server.base_url(ProviderName::PRISM));
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--fail", "--header", "authorization: Bearer bench-key", &status]);
    let body: serde_json::Value =
        serde_json::from_str(&output_of(&mut curl)?).map_err(|error| error.to_string())?;
    body.get("video_url")
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| format!("no URL in {body}"))
}

fn whole(server: &Server, id: &str, target: &Path) -> Result<(), Problem> {
    let expected = server.output_file(ProviderName::PRISM, id).ok_or("there is no output")?;
    let file = File::open(target).map_err(|error| error.to_string())?;
    match expected.first_difference(file).map_err(|error| error.to_string())? {
        None => Ok(()),
        Some(at) => Err(format!("the file is another from byte {at} on")),
    }
}
