//! When stdout takes nothing, or its reader has had enough.
#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Output, Stdio};

use videogen_emulator::{Ending, ProviderName, Script, Server};

use crate::assert_shown;
use crate::support::{asking, assert_is_whole, directory, emulator, show, shown};

const BODY: &str = r#"{"model": "seedance-2.0", "prompt": "A kite", "duration": 4}"#;

/// A place that has no room.
fn full() -> Stdio {
    std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

fn never(id: &str) -> Script {
    Script::new(ProviderName::PRISM).with_id(id).ending(Ending::Never)
}

/// Submits with what becomes of stdout.
fn submitting(server: &Server, json: bool, stdout: Stdio) -> Output {
    let mut command = asking(server);
    command.args(["submit", "token360", "--body", "-"]).args(json.then_some("--json"));
    let mut child = with(&mut command, stdout).stdin(Stdio::piped()).spawn().unwrap();
    // Before the body comes nothing is accepted, and so nothing is printed.
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(BODY.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn with(command: &mut Command, stdout: Stdio) -> &mut Command {
    command.stdout(stdout).stderr(Stdio::piped())
}

#[test]
fn an_accepted_handle_is_not_lost() {
    let server = emulator([]);
    assert_shown!(show(&submitting(&server, false, full())), @"
    exit code: 6
    ----- stdout -----
    ----- stderr -----
    error: accepted, but could not be written to stdout: No space left on device (os error 28)
    token360:video_000001
    wait for it with: videogen wait token360:video_000001
    ");
    assert_shown!(show(&submitting(&server, false, Stdio::piped())), @"
    exit code: 6
    ----- stdout -----
    ----- stderr -----
    error: accepted, but could not be written to stdout: Broken pipe (os error 32)
    token360:video_000002
    wait for it with: videogen wait token360:video_000002
    ");
    assert_shown!(show(&submitting(&server, true, full())), @r#"
    exit code: 6
    ----- stdout -----
    ----- stderr -----
    error: accepted, but could not be written to stdout: No space left on device (os error 28)
    {"event":"accepted","handles":[{"v":1,"provider":"token360","base_url":"http://[EMULATOR]/v1","id":"video_000003"}]}
    wait for it with: videogen wait token360:video_000003
    "#);
}

#[test]
fn a_reader_who_has_had_enough_ends_all_waits() {
    let server = emulator([never("a"), never("b")]);
    let mut command = asking(&server);
    command.args(["watch", "prism:a", "prism:b", "--interval", "200ms", "--deadline", "60s"]);
    let mut child = with(&mut command, Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    // A buffer that is dropped is a pipe that is closed.
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(line.ends_with("  generating\n"), "{line}");
    assert_shown!(show(&output), @"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    ");
    let polls = server.log().len();
    assert!(polls < 20, "it went on polling: {polls} polls");
}

#[test]
fn a_full_stdout_ends_all_waits_and_names_them() {
    let server = emulator([never("a"), never("b")]);
    let mut command = asking(&server);
    command.args(["watch", "prism:a", "prism:b", "--interval", "200ms", "--deadline", "60s"]);
    assert_shown!(show(&with(&mut command, full()).output().unwrap()), @"
    exit code: 6
    ----- stdout -----
    ----- stderr -----
    stopped; these may still be running at the provider; go on with: videogen watch prism:a prism:b --deadline 60s --interval 200ms
    error: cannot write to stdout: No space left on device (os error 28)
    ");
    assert!(server.log().len() < 20, "it went on polling");
}

#[test]
fn what_still_runs_is_named_when_an_end_cannot_be_written() {
    let server = emulator([Script::new(ProviderName::PRISM).with_id("a"), never("b")]);
    let mut command = asking(&server);
    command.args(["wait", "prism:b", "prism:a", "--deadline", "60s"]);
    let mut child = with(&mut command, full()).spawn().unwrap();
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(6));
    assert!(told.contains("go on with: videogen wait prism:b"), "{told}");
}

#[test]
fn files_are_fetched_for_a_reader_who_has_had_enough_of_lines() {
    let prism = |id: &str| Script::new(ProviderName::PRISM).with_id(id);
    let server = emulator([prism("a"), prism("b"), prism("c").ending(Ending::Failed)]);
    for (verb, to) in [("wait", "--download"), ("download", "--to")] {
        let here = directory(&format!("enough_{verb}"));
        let mut command = asking(&server);
        command
            .current_dir(&here)
            .args([verb, "prism:a", "prism:b", "prism:c", to, "./", "--json"]);
        let mut child = with(&mut command, Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{verb}: {output:?}");
        for id in ["a", "b"] {
            let file = here.join(format!("prism_{id}.mp4"));
            assert_is_whole(&server, ProviderName::PRISM, id, &file);
        }
    }
}

#[test]
fn all_are_deleted_and_named_whatever_becomes_of_stdout() {
    let sync = |id: &str| Script::new(ProviderName::SYNCLABS).with_id(id);
    for (is_full, code) in [(false, 5), (true, 6)] {
        let server = emulator([sync("a"), sync("runs").ending(Ending::Never), sync("b")]);
        let mut command = asking(&server);
        command.args(["delete", "--yes", "synclabs:a", "synclabs:runs", "synclabs:b"]);
        let stdout = if is_full { full() } else { Stdio::piped() };
        let mut child = with(&mut command, stdout).spawn().unwrap();
        drop(child.stdout.take());
        let told = show(&child.wait_with_output().unwrap());
        assert!(told.starts_with(&format!("exit code: {code}\n")), "{told}");
        for line in [
            "\nsynclabs:a  deleted\n",
            "\nsynclabs:b  deleted\n",
            "synclabs:runs: the generation has not",
        ] {
            assert!(told.contains(line), "{told}");
        }
        let left = shown(&mut asking(&server), &["list", "synclabs", "--json"]);
        assert_eq!(left.matches(r#""handle":"synclabs:"#).count(), 1, "{left}");
    }
}
