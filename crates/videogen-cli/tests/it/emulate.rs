use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

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
