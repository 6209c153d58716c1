//! `status`, `wait` and `watch` to every end.

use std::time::Duration;

use serde_json::Value;
use videogen_emulator::{Ending, Fault, ProviderName, Script, When};

use crate::assert_shown;
use crate::support::{KEY, asking, emulator, shown, shown_with_stdin};

const PRISM: ProviderName = ProviderName::PRISM;
const SYNCLABS: ProviderName = ProviderName::SYNCLABS;
const TOKEN360: ProviderName = ProviderName::TOKEN360;

fn prism(id: &str) -> Script {
    Script::new(PRISM).with_id(id)
}

fn sync(id: &str) -> Script {
    Script::new(SYNCLABS).with_id(id)
}

#[test]
fn success() {
    let server = emulator([prism("gen_a")]);
    assert_shown!(shown(&mut asking(&server), &["wait", "prism:gen_a"]), @"
    exit code: 0
    ----- stdout -----
    prism:gen_a  succeeded after [TOOK], 1 poll
      video: http://[EMULATOR]/files/prism/gen_a.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=EMULATED%2F[DAY]%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=[TIME]&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=EMULATED  (expires [TIME])
      share page: http://[EMULATOR]/workspace/s/share_gen_a
    ----- stderr -----
    prism:gen_a  completed after [TOOK]
    ");
    assert_eq!(server.polls(PRISM, "gen_a"), Some(1));
}

#[test]
fn every_other_end_has_a_code_of_its_own() {
    let server = emulator([
        prism("fails").ending(Ending::Failed),
        sync("rejected").ending(Ending::Rejected),
        sync("cancelled").ending(Ending::Cancelled),
        sync("expired").ending(Ending::Expired),
        prism("runs").ending(Ending::Never),
        prism("empty").with_fault(When::every(), Fault::CompletedWithoutUrl),
    ]);
    let wait = |name: &str| shown(&mut asking(&server), &["wait", name, "--deadline", "1s"]);
    assert_shown!(wait("prism:fails"), @"
    exit code: 1
    ----- stdout -----
    prism:fails  failed after [TOOK], 1 poll
      Generation timed out (timeout)
    ----- stderr -----
    prism:fails  failed after [TOOK]
    ");
    assert_shown!(wait("synclabs:rejected"), @"
    exit code: 3
    ----- stdout -----
    synclabs:rejected  rejected after [TOOK], 1 poll
      generation_input_validation_failed: Failed to validate the input. (input)
    ----- stderr -----
    synclabs:rejected  REJECTED after [TOOK]
    ");
    assert_shown!(wait("synclabs:cancelled"), @"
    exit code: 4
    ----- stdout -----
    synclabs:cancelled  cancelled after [TOOK], 1 poll
      the provider gives no reason
    ----- stderr -----
    synclabs:cancelled  CANCELLED after [TOOK]
    ");
    assert_shown!(wait("synclabs:expired"), @"
    exit code: 4
    ----- stdout -----
    synclabs:expired  expired after [TOOK], 1 poll
      generation_timeout: The generation timed out. (timeout)
    ----- stderr -----
    synclabs:expired  TIMED_OUT after [TOOK]
    ");
    assert_shown!(wait("prism:runs"), @"
    exit code: 5
    ----- stdout -----
    ----- stderr -----
    prism:runs  generating after [TOOK]
    error: prism:runs: not ended within 1s; last seen as `generating`; [POLLS]; the generation may still be running; wait again with its handle instead of submitting again
    ");
    assert_shown!(wait("prism:empty"), @"
    exit code: 7
    ----- stdout -----
    ----- stderr -----
    prism:empty  completed after [TOOK]
    error: prism:empty: the provider says `completed` and names no output, also when asked again; tell the provider, with the id
    ");
    let revoked =
        shown(asking(&server).env("PRISM_API_KEY", "revoked_key"), &["wait", "prism:fails"]);
    assert_shown!(revoked, @r#"
    exit code: 6
    ----- stdout -----
    ----- stderr -----
    error: prism:fails: the provider does not accept the API key (HTTP 401, code `unauthorized`): "Invalid or missing API key"; check that the API key is whole, not revoked, and belongs to this provider and base URL
    "#);
}

#[test]
fn several_at_once_end_with_the_weightiest_code() {
    let server = emulator([
        prism("a"),
        prism("fails").ending(Ending::Failed),
        sync("rejected").ending(Ending::Rejected),
    ]);
    let code = |names: &[&str]| {
        let mut args = vec!["wait"];
        args.extend(names);
        let shown = shown(&mut asking(&server), &args);
        shown.lines().next().unwrap().to_owned()
    };
    assert_eq!(code(&["prism:a", "prism:a"]), "exit code: 0");
    assert_eq!(code(&["prism:a", "synclabs:rejected"]), "exit code: 3");
    assert_eq!(code(&["synclabs:rejected", "prism:a", "prism:fails"]), "exit code: 1");
}

#[test]
fn json_lines_are_objects_and_nothing_else_is_on_stdout() {
    let server = emulator([
        prism("a").with_fault(When::poll(1), Fault::BadGatewayHtml),
        prism("fails").ending(Ending::Failed),
    ]);
    let args = ["watch", "--json", "prism:a", "prism:fails", "--interval", "200ms"];
    let output = asking(&server).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events = |handle: &str| {
        let of = lines.iter().filter(|line| line["handle"] == handle);
        of.map(|line| line["event"].as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(events("prism:a"), ["missed", "observed", "ended"]);
    assert_eq!(events("prism:fails"), ["observed", "ended"]);
    let missed = lines.iter().find(|line| line["event"] == "missed").unwrap();
    assert_eq!(missed["error"]["kind"], "unavailable");
    assert_eq!(missed["error"]["http_status"], 502);
    for line in lines.iter().filter(|line| line["event"] == "ended") {
        let read: videogen_core::Generation =
            serde_json::from_value(line["generation"].clone()).unwrap();
        assert!(read.is_terminal());
    }
}

#[test]
fn a_give_up_in_json_names_all_that_is_known() {
    let server = emulator([prism("odd")
        .ending(Ending::Never)
        .with_fault(When::every(), Fault::UnknownStatus { word: "polishing".to_owned() })]);
    let args = ["wait", "--json", "prism:odd", "--deadline", "300ms"];
    let shown = shown(&mut asking(&server), &args);
    let line = shown.lines().find(|line| line.starts_with('{')).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["event"], "gave_up");
    assert_eq!(line["outcome"], "deadline");
    assert_eq!(line["generation"]["status"], "polishing");
    assert!(line["error"]["message"].as_str().unwrap().contains("`polishing`"));
}

#[test]
fn generations_come_from_stdin_too() {
    let server = emulator([prism("a"), sync("b")]);
    let base_url = server.base_url(SYNCLABS);
    let stdin = format!(
        "prism:a\n\n{{\"v\":1,\"provider\":\"synclabs\",\"base_url\":\"{base_url}\",\"id\":\"b\"}}\n"
    );
    let shown = shown_with_stdin(&mut asking(&server), &["status", "-"], &stdin);
    assert_shown!(shown, @"
    exit code: 0
    ----- stdout -----
    prism:a  completed
      video: http://[EMULATOR]/files/prism/a.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=EMULATED%2F[DAY]%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=[TIME]&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=EMULATED  (expires [TIME])
      share page: http://[EMULATOR]/workspace/s/share_a
    synclabs:b  COMPLETED
      video: http://[EMULATOR]/v2/generations/b/result?token=00000000-0000-4000-8000-000000000000
    ----- stderr -----
    ");
}

#[test]
fn sync_labs_is_asked_by_long_poll_or_for_progress() {
    let server = emulator([sync("a"), sync("b")]);
    drop(shown(&mut asking(&server), &["wait", "synclabs:a"]));
    drop(shown(&mut asking(&server), &["wait", "synclabs:b", "--progress"]));
    let paths: Vec<_> = server.log().into_iter().map(|recorded| recorded.path).collect();
    assert_eq!(paths, ["/v2/generate/a?wait=true", "/v2/generate/b?include=progress"]);
}

#[test]
fn a_base_url_as_an_argument_beats_the_environment() {
    let server = emulator([prism("a")]);
    let base_url = server.base_url(PRISM).as_str();
    let mut command = asking(&server);
    command.env("PRISM_BASE_URL", "https://nowhere.invalid/api");
    let shown = shown(&mut command, &["status", "prism:a", "--base-url", base_url]);
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
}

#[test]
fn the_most_talkative_log_shows_no_key_and_no_query() {
    let server = emulator([
        prism("a").with_fault(When::poll(1), Fault::EchoKey { http_status: 500 }),
        Script::new(TOKEN360).with_id("b").running_for(Duration::from_millis(1)),
        sync("c").with_fault(When::poll(1), Fault::Reset),
    ]);
    let args = ["wait", "prism:a", "token360:b", "synclabs:c", "--interval", "200ms"];
    let output = asking(&server).env("RUST_LOG", "trace").args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(log.contains("polling") && log.contains("TRACE"), "{log}");
    assert!(!log.contains(KEY), "the key is logged:\n{log}");
    assert!(!log.contains("EMULATED"), "a URL's query is logged:\n{log}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("EMULATED") && !stdout.contains(KEY), "{stdout}");
}

#[test]
fn a_reader_who_has_had_enough_is_no_error() {
    let server = emulator([prism("a")]);
    let mut child = asking(&server)
        .args(["status", "prism:a"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_refused_key_is_told_once() {
    let server = emulator([prism("a"), prism("b")]);
    let watch = |args: &[&str]| {
        shown(asking(&server).env("PRISM_API_KEY", "revoked_key"), &[&["watch"], args].concat())
    };
    let told = watch(&["prism:a"]);
    assert_eq!(told.matches("HTTP 401").count(), 1, "{told}");
    assert!(!told.contains("missed"), "{told}");
    let told = watch(&["--json", "prism:b"]);
    assert_eq!(told.matches("\"event\":").count(), 1, "{told}");
    assert!(told.contains(r#""event":"gave_up""#), "{told}");
}

#[test]
fn a_providers_words_do_nothing_to_the_terminal() {
    let mut script = prism("fails").ending(Ending::Failed);
    script.error = Some("\u{1b}[2Jsorry\nprism:fails  succeeded\u{202e}\u{9b}1m".to_owned());
    let server = emulator([script]);
    assert_shown!(shown(&mut asking(&server), &["watch", "prism:fails"]), @"
    exit code: 1
    ----- stdout -----
    prism:fails  failed  [2Jsorry prism:fails succeeded�1m
    prism:fails  failed after [TOOK], 1 poll
      [2Jsorry prism:fails succeeded�1m
    ----- stderr -----
    ");
    assert_shown!(shown(&mut asking(&server), &["status", "prism:fails"]), @"
    exit code: 0
    ----- stdout -----
    prism:fails  failed
      [2Jsorry prism:fails succeeded�1m
    ----- stderr -----
    ");
    let told = shown(&mut asking(&server), &["status", "--json", "prism:fails"]);
    assert!(told.contains(r"\u001b[2Jsorry\n"), "the JSON says what the provider said: {told}");
}

#[test]
#[cfg(unix)]
fn the_longest_times_are_times() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    let server = emulator([prism("a").ending(Ending::Never), prism("b")]);
    let longest = "2562047788015215h";
    let mut child = asking(&server)
        .args(["wait", "prism:a", "prism:b", "--deadline", longest, "--interval", longest])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    // Both were asked once, and one of them rests.
    for _ in 0..2 {
        let line = lines.next().unwrap().unwrap();
        assert!(line.starts_with("prism:"), "{line}");
    }
    let mut end = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut end).unwrap();
    assert!(end.starts_with("prism:b  succeeded"), "{end}");
    let killed =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let rest: Vec<_> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest:?}");
}

#[test]
fn a_generation_that_is_named_twice_is_asked_after_once() {
    let server = emulator([prism("a")]);
    let base_url = server.base_url(PRISM);
    let handle = format!(
        r#"{{"v":1,"provider":"prism","base_url":"{base_url}","id":"a","submitted_at":"2026-01-02T03:04:05Z"}}"#
    );
    let shown = shown(&mut asking(&server), &["status", "prism:a", &handle, "prism:a"]);
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
    assert_eq!(server.polls(PRISM, "a"), Some(1));
}

#[test]
fn a_providers_status_does_nothing_to_the_terminal() {
    let word = "\u{1b}[2Jodd\nprism:odd  succeeded".to_owned();
    let server = emulator([prism("odd")
        .ending(Ending::Never)
        .with_fault(When::every(), Fault::UnknownStatus { word })]);
    let args = ["watch", "prism:odd", "--deadline", "300ms", "--interval", "1h"];
    let told = shown(&mut asking(&server), &args);
    assert!(told.starts_with("exit code: 5\n"), "{told}");
    assert!(!told.contains('\u{1b}') && !told.contains("\nprism:odd  succeeded"), "{told}");
}
