//! Interrupting prints what still runs.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use serde_json::Value;
use videogen_emulator::{Ending, ProviderName, Script};

use crate::support::{asking, directory, emulator};

#[test]
fn what_still_runs_is_printed() {
    for signal in ["-INT", "-TERM"] {
        let server = emulator([
            Script::new(ProviderName::PRISM).with_id("runs").ending(Ending::Never),
            Script::new(ProviderName::PRISM).with_id("a"),
        ]);
        let mut child = asking(&server)
            .args(["wait", "prism:runs", "prism:a"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        // One is seen running, and the other has ended: only then.
        let mut line = String::new();
        while !line.starts_with("prism:runs  generating") {
            line.clear();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "ended too early");
        }
        line.clear();
        while !line.starts_with("prism:a  succeeded") {
            line.clear();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "ended too early");
        }
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(killed.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest.lines().last(), Some("prism:runs"));
        let mut told = String::new();
        stderr.read_to_string(&mut told).unwrap();
        assert!(told.contains("go on with: videogen wait prism:runs\n"), "{told}");
    }
}

#[test]
fn the_advice_repeats_what_the_caller_said() {
    let server = emulator([
        Script::new(ProviderName::PRISM).with_id("a").ending(Ending::Never),
        Script::new(ProviderName::PRISM).with_id("b").ending(Ending::Never),
    ]);
    let here = directory("advice");
    let base_url = server.base_url(ProviderName::PRISM).to_string();
    let mut options = vec!["--deadline", "90s", "--interval", "1500ms", "--max-failures", "7"];
    options.extend([
        "--download",
        "my files",
        "--kind",
        "video",
        "--overwrite",
        "--max-bytes",
        "1000000",
    ]);
    options.extend(["--allow-private-addresses", "--no-check", "--base-url", &base_url]);
    let mut child = asking(&server)
        .current_dir(&here)
        .args(["watch", "prism:a", "prism:b"])
        .args(&options)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    assert!(stdout.read_line(&mut line).unwrap() > 0, "ended too early");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{told}");
    let options = options.join(" ").replace("my files", "'my files'");
    let expected = format!("go on with: videogen watch prism:a prism:b {options}\n");
    assert!(told.contains(&expected), "{told}");
}

/// Takes a submission and never answers; interrupts the command then. What is on stdout and stderr, and the exit code.
fn interrupted(args: &[&str], body: &str) -> (String, String, Option<i32>) {
    let here = directory(&format!("interrupted_{}_{}", args[0], args[1]));
    #[expect(clippy::disallowed_methods, reason = "the command reads bodies from files")]
    std::fs::write(here.join("body.json"), body).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let server = emulator([]);
    let mut child = asking(&server)
        .current_dir(&here)
        .args(args)
        .args(["--body", "body.json", "--json", "--base-url", &base_url])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let (mut stream, _) = listener.accept().unwrap();
    stream.read_exact(&mut [0; 16]).unwrap();
    let interrupt = || {
        let mut kill = Command::new("kill");
        // It may have ended.
        drop(kill.args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status());
    };
    interrupt();
    let (mut told, mut line) = (String::new(), String::new());
    while !line.contains("interrupted: ") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "ended too early: {told}");
        told.push_str(&line);
    }
    // A run waits a moment for the answer, unless it is asked twice.
    interrupt();
    stderr.read_to_string(&mut told).unwrap();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), told, output.status.code())
}

#[test]
fn an_interrupted_submission_says_what_there_is_to_say() {
    let sync = r#"{"model": "lipsync-2", "input": [{"type": "video", "url": "https://example.com/v.mp4"}]}"#;
    let token360 = r#"{"model": "seedance-2.0", "prompt": "A kite", "duration": 4}"#;
    for (args, body, advice) in [
        (&["submit", "synclabs"][..], sync, "--idempotency-key "),
        (&["submit", "token360"], token360, "look there before"),
        (&["run", "synclabs", "--download", "out"], sync, "with the same key"),
        (&["run", "token360", "--download", "out"], token360, "submits nothing"),
    ] {
        let (stdout, stderr, code) = interrupted(args, body);
        assert_eq!(code, Some(8), "{args:?}: {stdout}{stderr}");
        assert!(stderr.contains(advice), "{args:?}: {stderr}");
        let lines: Vec<Value> =
            stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let last = lines.last().unwrap();
        assert_eq!(last["event"], "ambiguous", "{args:?}");
        assert_eq!(last["outcome"], "ambiguous", "{args:?}");
        assert_eq!(last["idempotency_key"].is_string(), args[1] == "synclabs", "{args:?}");
        if args[1] == "synclabs" {
            assert_eq!(lines[0]["event"], "submitting", "{args:?}");
            assert_eq!(lines[0]["idempotency_key"], last["idempotency_key"], "{args:?}");
        }
    }
}
