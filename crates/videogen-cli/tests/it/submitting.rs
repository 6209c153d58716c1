//! `submit`: once.

use serde_json::Value;
use videogen_emulator::{ProviderName, SubmitFault, SubmitPlan, When};

use crate::assert_shown;
use crate::support::{asking, emulator, shown_with_stdin};

const TOKEN360: &str = r#"{"model": "seedance-2.0", "prompt": "A kite", "duration": 4}"#;
const PRISM: &str = r#"{"variables": {"product": "https://example.com/shoe.png"}}"#;
const SYNC: &str =
    r#"{"model": "lipsync-2", "input": [{"type": "video", "url": "https://example.com/v.mp4"}]}"#;

#[test]
fn the_handle_is_printed() {
    let server = emulator([]);
    let submit = |args: &[&str], body: &str| {
        let args: Vec<&str> = [&["submit"], args, &["--body", "-"]].concat();
        shown_with_stdin(&mut asking(&server), &args, body)
    };
    assert_shown!(submit(&["token360"], TOKEN360), @"
    exit code: 0
    ----- stdout -----
    token360:video_000001
    ----- stderr -----
    wait for it with: videogen wait token360:video_000001
    ");
    assert_shown!(submit(&["prism", "--template", "abc123"], PRISM), @"
    exit code: 0
    ----- stdout -----
    prism:gen_000002
    ----- stderr -----
    credits charged: 50
    expected to take 2 min 7 s
    wait for it with: videogen wait prism:gen_000002
    ");
    assert_shown!(submit(&["synclabs"], SYNC), @"
    exit code: 0
    ----- stdout -----
    synclabs:00000000-0000-4000-8000-000000000003
    ----- stderr -----
    submitting to synclabs with --idempotency-key [KEY]
    wait for it with: videogen wait synclabs:00000000-0000-4000-8000-000000000003
    ");
    let sent = server.log();
    let key = sent.last().unwrap().headers.get("idempotency-key").unwrap();
    assert_eq!(key.len(), 32);
}

#[test]
fn a_lost_answer_has_a_code_of_its_own() {
    let server = emulator([]);
    let plan =
        SubmitPlan::new(ProviderName::TOKEN360).with_fault(When::poll(1), SubmitFault::LostAnswer);
    server.plan_submits(plan).unwrap();
    let args = ["submit", "token360", "--body", "-"];
    let shown = shown_with_stdin(&mut asking(&server), &args, TOKEN360);
    assert!(shown.starts_with("exit code: 8\n"), "{shown}");
    assert!(shown.contains("may have been accepted, and billed"), "{shown}");
    assert_eq!(server.generations(ProviderName::TOKEN360).len(), 1);
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
}

#[test]
fn a_refusal_says_why() {
    let server = emulator([]);
    let plan =
        SubmitPlan::new(ProviderName::PRISM).with_fault(When::every(), SubmitFault::RefusedCredits);
    server.plan_submits(plan).unwrap();
    let args = ["submit", "prism", "--template", "abc123", "--json", "--body", "-"];
    let shown = shown_with_stdin(&mut asking(&server), &args, PRISM);
    assert!(shown.starts_with("exit code: 6\n"), "{shown}");
    let line = shown.lines().find(|line| line.starts_with('{')).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["event"], "not_accepted");
    assert_eq!(line["refusal"], "credits");
}

#[test]
fn what_cannot_be_submitted_is_not_sent() {
    let server = emulator([]);
    for (args, body) in [
        (vec!["submit", "token360", "--body", "-"], "[]"),
        (vec!["submit", "token360", "--body", "no/such/file"], ""),
        (vec!["submit", "nobody", "--body", "-"], "{}"),
        (vec!["submit", "token360", "--template", "x", "--body", "-"], "{}"),
        (vec!["submit", "synclabs", "--idempotency-key", "a b", "--body", "-"], "{}"),
    ] {
        let shown = shown_with_stdin(&mut asking(&server), &args, body);
        assert!(shown.starts_with("exit code: 2\n"), "{args:?}: {shown}");
    }
    assert!(server.log().is_empty(), "something was sent");
}
