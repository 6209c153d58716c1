use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::SystemTime;

use videogen_core::webhook::DEFAULT_TOLERANCE;
use videogen_core::{ApiKey, WebhookSecret};
use videogen_synclabs::{SyncLabs, webhook};

use crate::assert_shown;
use crate::support::{shown, videogen};

#[expect(clippy::disallowed_methods, reason = "scripts are files")]
fn script(name: &str, text: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn an_emulator_of_one_process_serves_another() {
    let file = script(
        "two.json",
        r#"[{"provider": "prism", "id": "a"}, {"provider": "token360", "id": "b"}]"#,
    );
    let mut emulator = videogen()
        .args(["emulate", "--json", "--listen", "127.0.0.1:0"])
        .arg(&file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(emulator.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(said["handles"], serde_json::json!(["prism:a", "token360:b"]));
    let mut command = videogen();
    command.env("PRISM_API_KEY", "any").env("TOKEN360_API_KEY", "any");
    for (variable, name) in [("PRISM_BASE_URL", "prism"), ("TOKEN360_BASE_URL", "token360")] {
        command.env(variable, said["base_urls"][name].as_str().unwrap());
    }
    let shown = shown(&mut command, &["wait", "prism:a", "token360:b"]);
    emulator.kill().unwrap();
    emulator.wait().unwrap();
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
}

#[test]
fn a_script_that_is_wrong_is_named() {
    let wrong = script("wrong.json", r#"{"provider": "prism", "ends": "rejected"}"#);
    let text =
        shown(videogen().current_dir(env!("CARGO_TARGET_TMPDIR")), &["emulate", "wrong.json"]);
    assert!(wrong.exists());
    assert_shown!(text, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: wrong.json: `ends`: prism has no status for `rejected`; use completed, failed or never
    ");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the emulator's clock is the real one")]
fn webhooks_are_signed_with_the_secret() {
    let receiver = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", receiver.local_addr().unwrap());
    let script = script(
        "webhook.json",
        &format!(r#"{{"provider": "synclabs", "webhook": {{"url": "{url}"}}}}"#),
    );
    let mut emulator = videogen()
        .args(["emulate", "--listen", "127.0.0.1:0", "--webhook-secret", "whsec_mine"])
        .arg(&script)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(receiver.accept().unwrap().0);
    let mut headers = http::HeaderMap::new();
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 2 {
        if let Some((name, value)) = line.trim_end().split_once(": ") {
            let name: http::HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        line.clear();
    }
    let length = headers.get("content-length").unwrap().to_str().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    reader.into_inner().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    emulator.kill().unwrap();
    emulator.wait().unwrap();
    let sync = SyncLabs::new(ApiKey::new("any").unwrap());
    let verify = |secret: &str| {
        let secret = WebhookSecret::new(secret).unwrap();
        webhook::verify(&sync, &headers, &body, &secret, SystemTime::now(), DEFAULT_TOLERANCE)
    };
    assert!(verify("whsec_mine").is_ok());
    assert!(verify("whsec_emulated").is_err());
}
