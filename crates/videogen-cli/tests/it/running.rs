//! `run`: whatever it is ended by, the same command goes on, and pays nothing twice.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use videogen_core::timestamp;
use videogen_emulator::{Ending, ProviderName, Script, Server, SubmitFault, SubmitPlan, When};

use crate::assert_shown;
use crate::support::{asking, assert_is_whole, directory, emulator, show};

const TOKEN360: &str = r#"{"model": "seedance-2.0", "prompt": "A kite", "duration": 4}"#;
const SYNC: &str =
    r#"{"model": "lipsync-2", "input": [{"type": "video", "url": "https://example.com/v.mp4"}]}"#;

/// A directory with bodies in it, to run in.
#[expect(clippy::disallowed_methods, reason = "the command reads bodies from files")]
fn begin(test: &str) -> PathBuf {
    let here = directory(test);
    std::fs::write(here.join("token360.json"), TOKEN360).unwrap();
    std::fs::write(here.join("synclabs.json"), SYNC).unwrap();
    here
}

/// `run` at a provider, with its body, downloading to `out`.
fn run(server: &Server, here: &Path, provider: ProviderName, more: &[&str]) -> Output {
    command(server, here, provider, more).output().unwrap()
}

fn command(server: &Server, here: &Path, provider: ProviderName, more: &[&str]) -> Command {
    let mut command = asking(server);
    command.current_dir(here).args(["run", provider.as_str(), "--body"]);
    command.arg(format!("{provider}.json")).args(["--download", "out", "--interval", "200ms"]);
    command.args(more);
    command
}

/// Generations that end at once.
fn at_once(provider: ProviderName) -> SubmitPlan {
    SubmitPlan::new(provider).with_generation(Script::new(provider))
}

/// The only journal that is not put aside.
#[expect(clippy::disallowed_methods, reason = "a journal is a file")]
fn journal(here: &Path) -> PathBuf {
    let files = std::fs::read_dir(here.join("out/.videogen")).unwrap();
    let mut journals: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    journals.retain(|file| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.len() == 16 + ".json".len() && name.ends_with(".json")
    });
    assert_eq!(journals.len(), 1, "{journals:?}");
    journals.pop().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a journal is a file")]
fn read(journal: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(journal).unwrap()).unwrap()
}

/// Writes another state into a journal.
#[expect(clippy::disallowed_methods, reason = "a journal is a file")]
fn rewrite(journal: &Path, state: Value) {
    let mut form = read(journal);
    form["state"] = state;
    std::fs::write(journal, form.to_string()).unwrap();
}

/// As a run leaves it that is killed before the answer comes.
#[expect(clippy::disallowed_methods, reason = "the command's clock is the real one")]
fn submitting(key: Option<&str>, ago: Duration) -> Value {
    let begun_at = timestamp::format(SystemTime::now().checked_sub(ago).unwrap()).unwrap();
    json!({ "submitting": { "idempotency_key": key, "begun_at": begun_at } })
}

#[test]
fn the_whole_way() {
    let (server, here) = (emulator([]), begin("the_whole_way"));
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    assert_shown!(show(&run(&server, &here, ProviderName::TOKEN360, &[])), @"
    exit code: 0
    ----- stdout -----
    token360:video_000001  succeeded after [TOOK], 1 poll
      video: out/token360_video_000001.mp4  (128 KiB in [TOOK], whole)
    ----- stderr -----
    submitting to token360
    accepted as token360:video_000001
    token360:video_000001  completed 100 % after [TOOK]
    token360:video_000001  downloading token360_video_000001.mp4, 128 KiB
    ");
    assert_is_whole(
        &server,
        ProviderName::TOKEN360,
        "video_000001",
        &here.join("out/token360_video_000001.mp4"),
    );
    let requests = server.log().len();
    assert_shown!(show(&run(&server, &here, ProviderName::TOKEN360, &[])), @"
    exit code: 0
    ----- stdout -----
    token360:video_000001  succeeded
      video: out/token360_video_000001.mp4  (128 KiB, downloaded before)
    ----- stderr -----
    submitted before as token360:video_000001
    ");
    assert_eq!(server.log().len(), requests, "something was sent");
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
}

#[test]
fn in_json() {
    let (server, here) = (emulator([]), begin("in_json"));
    server.plan_submits(at_once(ProviderName::SYNCLABS)).unwrap();
    let first = show(&run(
        &server,
        &here,
        ProviderName::SYNCLABS,
        &["--json", "--idempotency-key", "mine"],
    ));
    let events = |shown: &str| -> Vec<Value> {
        let lines = shown.lines().filter(|line| line.starts_with('{'));
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let first = events(&first);
    let names: Vec<_> = first.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["submitting", "accepted", "ended", "downloaded"]);
    assert_eq!(first[0]["idempotency_key"], "mine");
    assert!(here.join(first[0]["journal"].as_str().unwrap()).exists());
    let again = show(&run(
        &server,
        &here,
        ProviderName::SYNCLABS,
        &["--json", "--idempotency-key", "mine"],
    ));
    assert_shown!(again, @r#"
    exit code: 0
    ----- stdout -----
    {"event":"accepted","handles":[{"v":1,"provider":"synclabs","base_url":"http://[EMULATOR]/v2","id":"00000000-0000-4000-8000-000000000001"}],"earlier":true}
    {"event":"downloaded","handle":"synclabs:00000000-0000-4000-8000-000000000001","kind":"video","path":"out/synclabs_00000000-0000-4000-8000-000000000001.mp4","bytes":131072,"earlier":true}
    ----- stderr -----
    "#);
}

#[test]
fn a_lost_answer_is_for_a_person_to_resolve() {
    let (server, here) = (emulator([]), begin("a_lost_answer"));
    let plan = at_once(ProviderName::TOKEN360).with_fault(When::poll(1), SubmitFault::LostAnswer);
    server.plan_submits(plan).unwrap();
    let first = show(&run(&server, &here, ProviderName::TOKEN360, &[]));
    assert!(first.starts_with("exit code: 8\n"), "{first}");
    assert!(first.contains("--resubmit"), "{first}");
    let requests = server.log().len();
    assert_shown!(show(&run(&server, &here, ProviderName::TOKEN360, &[])), @"
    exit code: 8
    ----- stdout -----
    ----- stderr -----
    error: a submission to token360 that began at [TIME] may have been accepted, and billed, and no answer said so; nothing is submitted now
    go on with the same command and one of these:
      --adopt token360:ID  take one that is there for what was submitted
      --look-up            look in the provider's list, and take it if there is just one like it
      --resubmit           submit again, which may be paid twice; if that is interrupted, go on without it
    ");
    assert_shown!(show(&run(&server, &here, ProviderName::TOKEN360, &["--json"])), @r#"
    exit code: 8
    ----- stdout -----
    {"event":"ambiguous","provider":"token360","begun_at":"[TIME]","outcome":"ambiguous"}
    ----- stderr -----
    "#);
    assert_eq!(server.log().len(), requests, "something was sent");

    // What is not there is not adopted.
    for (name, code) in
        [("token360:nobody", 6), ("prism:video_000001", 2), ("video_000001", 2), ("token360:", 2)]
    {
        let shown = run(&server, &here, ProviderName::TOKEN360, &["--adopt", name]);
        assert_eq!(shown.status.code(), Some(code), "{name}: {shown:?}");
        assert!(read(&journal(&here))["state"]["submitting"].is_object(), "{name}");
    }
    let adopted =
        run(&server, &here, ProviderName::TOKEN360, &["--adopt", "token360:video_000001"]);
    assert_eq!(adopted.status.code(), Some(0), "{adopted:?}");
    assert_is_whole(
        &server,
        ProviderName::TOKEN360,
        "video_000001",
        &here.join("out/token360_video_000001.mp4"),
    );
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
}

#[test]
fn a_lost_answer_is_looked_up_when_asked_to() {
    let (server, here) = (emulator([]), begin("look_up"));
    let lost = at_once(ProviderName::TOKEN360).with_fault(When::poll(1), SubmitFault::LostAnswer);
    server.plan_submits(lost.clone()).unwrap();
    let first = show(&run(&server, &here, ProviderName::TOKEN360, &["--look-up"]));
    assert!(first.starts_with("exit code: 0\n"), "{first}");
    assert!(first.contains("\nadopted token360:video_000001\n"), "{first}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);

    // Another run's is not taken; what is not listed is not there.
    rewrite(&journal(&here), submitting(None, Duration::from_secs(1)));
    let shown = show(&run(&server, &here, ProviderName::TOKEN360, &["--look-up", "--overwrite"]));
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
    server.plan_submits(lost).unwrap();
    let other = show(&run(&server, &here, ProviderName::TOKEN360, &["--native", "--look-up"]));
    // A native body does not say what is to be compared.
    assert!(other.starts_with("exit code: 8\n"), "{other}");
    assert!(other.contains("\n  token360:video_000002\n"), "{other}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 2);
}

#[test]
fn several_that_may_be_it_are_for_a_person_to_choose_from() {
    let (server, here) = (emulator([]), begin("look_up_several"));
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    assert_eq!(run(&server, &here, ProviderName::TOKEN360, &[]).status.code(), Some(0));
    // Submitted by somebody else.
    let args = ["submit", "token360", "--body", "token360.json"];
    let output = asking(&server).current_dir(&here).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    rewrite(&journal(&here), submitting(None, Duration::from_secs(1)));
    assert_shown!(show(&run(&server, &here, ProviderName::TOKEN360, &["--look-up"])), @"
    exit code: 8
    ----- stdout -----
    ----- stderr -----
    looking for it in the list of token360
    error: a submission to token360 that began at [TIME] may have been accepted, and billed, and no answer said so; nothing is submitted now
    token360 lists several that may be it:
      token360:video_000002
      token360:video_000001
    go on with the same command and one of these:
      --adopt token360:ID  take one that is there for what was submitted
      --resubmit           submit again, which may be paid twice; if that is interrupted, go on without it
    ");
    assert_shown!(show(&run(&server, &here, ProviderName::TOKEN360, &["--look-up", "--json"])), @r#"
    exit code: 8
    ----- stdout -----
    {"event":"ambiguous","provider":"token360","begun_at":"[TIME]","candidates":[{"v":1,"provider":"token360","base_url":"http://[EMULATOR]/v1","id":"video_000002"},{"v":1,"provider":"token360","base_url":"http://[EMULATOR]/v1","id":"video_000001"}],"outcome":"ambiguous"}
    ----- stderr -----
    looking for it in the list of token360
    "#);
    assert_eq!(server.submits(ProviderName::TOKEN360), 2);
}

#[test]
fn none_that_may_be_it_is_no_proof() {
    let (server, here) = (emulator([]), begin("look_up_none"));
    let plan = at_once(ProviderName::TOKEN360).with_fault(When::poll(1), SubmitFault::Unavailable);
    server.plan_submits(plan).unwrap();
    assert_shown!(show(&run(&server, &here, ProviderName::TOKEN360, &["--look-up"])), @r#"
    exit code: 8
    ----- stdout -----
    ----- stderr -----
    submitting to token360
    error: the submission to token360 may have been accepted, and billed: no answer said so; look at the provider whether it is there before you submit it anew
      caused by: the provider is in trouble (HTTP 503, code `api_error`): "Service temporarily overloaded"
    looking for it in the list of token360
    token360 lists none that may be it and is not of another run here; it may be listed later
    go on with the same command and one of these:
      --adopt token360:ID  take one that is there for what was submitted
      --resubmit           submit again, which may be paid twice; if that is interrupted, go on without it
    "#);
    let again = run(&server, &here, ProviderName::TOKEN360, &["--look-up"]);
    assert_eq!(again.status.code(), Some(8), "{again:?}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
}

#[test]
fn a_lost_answer_is_paid_twice_only_when_asked_to() {
    let (server, here) = (emulator([]), begin("resubmit"));
    let plan = at_once(ProviderName::TOKEN360).with_fault(When::poll(1), SubmitFault::LostAnswer);
    server.plan_submits(plan).unwrap();
    assert_eq!(run(&server, &here, ProviderName::TOKEN360, &[]).status.code(), Some(8));
    let shown = run(&server, &here, ProviderName::TOKEN360, &["--resubmit"]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 2);
    // Once it is accepted there is nothing to resubmit.
    assert_eq!(run(&server, &here, ProviderName::TOKEN360, &["--resubmit"]).status.code(), Some(0));
    assert_eq!(server.submits(ProviderName::TOKEN360), 2);
}

#[test]
fn a_key_makes_a_repetition_safe() {
    let (server, here) = (emulator([]), begin("a_key"));
    server.plan_submits(at_once(ProviderName::SYNCLABS)).unwrap();
    assert_eq!(run(&server, &here, ProviderName::SYNCLABS, &[]).status.code(), Some(0));
    let sent = server.log();
    let key = sent.first().unwrap().headers.get("idempotency-key").unwrap().to_str().unwrap();
    // As if it had been killed before the answer came.
    rewrite(&journal(&here), submitting(Some(key), Duration::from_secs(60)));
    let shown = run(&server, &here, ProviderName::SYNCLABS, &["--overwrite"]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_eq!(server.submits(ProviderName::SYNCLABS), 2);
    assert_eq!(server.generations(ProviderName::SYNCLABS).len(), 1, "paid twice");

    // Nobody knows how long the provider remembers a key.
    rewrite(&journal(&here), submitting(Some(key), Duration::from_secs(2 * 24 * 60 * 60)));
    let shown = run(&server, &here, ProviderName::SYNCLABS, &[]);
    assert_eq!(shown.status.code(), Some(8), "{shown:?}");
    assert_eq!(server.submits(ProviderName::SYNCLABS), 2);
}

#[test]
fn a_refusal_of_a_repetition_does_not_say_that_nothing_was_made() {
    let (server, here) = (emulator([]), begin("a_refusal"));
    server.plan_submits(at_once(ProviderName::SYNCLABS)).unwrap();
    assert_eq!(run(&server, &here, ProviderName::SYNCLABS, &[]).status.code(), Some(0));
    rewrite(&journal(&here), submitting(Some("a-key"), Duration::from_secs(60)));
    let refused =
        at_once(ProviderName::SYNCLABS).with_fault(When::every(), SubmitFault::RefusedCredits);
    server.plan_submits(refused).unwrap();
    assert_shown!(show(&run(&server, &here, ProviderName::SYNCLABS, &[])), @r#"
    exit code: 8
    ----- stdout -----
    ----- stderr -----
    an earlier run was ended before the answer came; submitting again with the same key, which makes nothing twice
    submitting to synclabs
    error: the provider wants to be paid first (HTTP 402, code `account_payment_required`): "Your account has a payment that is due"; check the account's credits and plan at the provider
    error: a submission to synclabs that began at [TIME] may have been accepted, and billed, and no answer said so; nothing is submitted now
    go on with the same command: it submits again with the same key, which makes nothing twice
    "#);
    assert!(read(&journal(&here))["state"]["submitting"].is_object());
    let told = show(&run(&server, &here, ProviderName::SYNCLABS, &["--json"]));
    assert!(told.contains(r#"{"event":"ambiguous","provider":"synclabs""#), "{told}");
}

#[test]
fn a_refusal_of_the_first_leaves_nothing_behind() {
    let (server, here) = (emulator([]), begin("a_first_refusal"));
    let plan =
        at_once(ProviderName::TOKEN360).with_fault(When::poll(1), SubmitFault::RefusedCredits);
    server.plan_submits(plan).unwrap();
    let shown = run(&server, &here, ProviderName::TOKEN360, &[]);
    assert_eq!(shown.status.code(), Some(6), "{shown:?}");
    let shown = run(&server, &here, ProviderName::TOKEN360, &[]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_eq!(server.generations(ProviderName::TOKEN360).len(), 1);
}

#[test]
fn what_was_accepted_is_waited_for() {
    let (server, here) = (emulator([]), begin("accepted"));
    let never = SubmitPlan::new(ProviderName::TOKEN360)
        .with_generation(Script::new(ProviderName::TOKEN360).running_for(Duration::from_secs(2)));
    server.plan_submits(never).unwrap();
    let shown = show(&run(&server, &here, ProviderName::TOKEN360, &["--deadline", "300ms"]));
    assert!(shown.starts_with("exit code: 5\n"), "{shown}");
    let waiting = read(&journal(&here));
    assert_eq!(waiting["state"]["accepted"]["generations"][0]["state"], "waiting");
    let shown = run(&server, &here, ProviderName::TOKEN360, &[]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
}

#[test]
fn a_file_that_has_its_name_is_not_fetched_again() {
    let (server, here) = (emulator([]), begin("a_file"));
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    assert_eq!(run(&server, &here, ProviderName::TOKEN360, &[]).status.code(), Some(0));
    let file = here.join("out/token360_video_000001.mp4");
    let fetches = || server.fetches(ProviderName::TOKEN360, "video_000001").unwrap().requests;
    let once = fetches();

    // As if it had been killed when the file was whole, and before that was written down.
    let mut state = read(&journal(&here))["state"].clone();
    let course = state["accepted"]["generations"][0]["state"].as_object_mut().unwrap();
    let mut files = course.remove("downloaded").unwrap();
    files["files"][0].as_object_mut().unwrap().remove("bytes");
    course.insert("downloading".to_owned(), files.clone());
    rewrite(&journal(&here), state.clone());
    let shown = run(&server, &here, ProviderName::TOKEN360, &[]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_eq!(fetches(), once);

    // As if it had been to replace another file.
    state["accepted"]["generations"][0]["state"]["downloading"]["files"][0]["replaces"] =
        json!(true);
    rewrite(&journal(&here), state.clone());
    let shown = run(&server, &here, ProviderName::TOKEN360, &[]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert!(fetches() > once);

    // Who moves the file away wants it again.
    std::fs::remove_file(&file).unwrap();
    let shown = run(&server, &here, ProviderName::TOKEN360, &[]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_is_whole(&server, ProviderName::TOKEN360, "video_000001", &file);
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "somebody's file")]
fn somebody_elses_file_is_left_alone() {
    let (server, here) = (emulator([]), begin("somebody_elses"));
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    let file = here.join("out/token360_video_000001.mp4");
    std::fs::create_dir(here.join("out")).unwrap();
    std::fs::write(&file, "mine").unwrap();
    for _ in 0..2 {
        let shown = show(&run(&server, &here, ProviderName::TOKEN360, &[]));
        assert!(shown.starts_with("exit code: 9\n"), "{shown}");
        assert!(shown.contains("say --overwrite"), "{shown}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    }
    let shown = run(&server, &here, ProviderName::TOKEN360, &["--overwrite"]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_is_whole(&server, ProviderName::TOKEN360, "video_000001", &file);
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
}

#[test]
fn a_failure_is_told_again_and_paid_again_only_when_asked_to() {
    let (server, here) = (emulator([]), begin("a_failure"));
    let fails = Script::new(ProviderName::TOKEN360).ending(Ending::Failed);
    server.plan_submits(SubmitPlan::new(ProviderName::TOKEN360).with_generation(fails)).unwrap();
    let first = run(&server, &here, ProviderName::TOKEN360, &[]);
    assert_eq!(first.status.code(), Some(1), "{first:?}");
    let requests = server.log().len();
    assert_shown!(show(&run(&server, &here, ProviderName::TOKEN360, &[])), @"
    exit code: 1
    ----- stdout -----
    token360:video_000001  failed
      InvalidParameter: The parameter `duration` specified in the request is not valid (input)
    ----- stderr -----
    submitted before as token360:video_000001
    ");
    assert_eq!(server.log().len(), requests, "something was sent");
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    let anew = show(&run(&server, &here, ProviderName::TOKEN360, &["--anew"]));
    assert!(anew.starts_with("exit code: 0\n"), "{anew}");
    assert!(anew.contains(".1.json\n"), "{anew}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 2);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a journal is a file")]
fn a_journal_that_cannot_be_understood_stops_everything() {
    let (server, here) = (emulator([]), begin("corrupt"));
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    assert_eq!(run(&server, &here, ProviderName::TOKEN360, &[]).status.code(), Some(0));
    let journal = journal(&here);
    let good = std::fs::read_to_string(&journal).unwrap();
    let requests = server.log().len();
    let half = good.get(..good.len() / 2).unwrap().to_owned();
    let of_another = good.replacen("\"fingerprint\":\"", "\"fingerprint\":\"0", 1);
    let mut empty = read(&journal);
    empty["state"]["accepted"]["generations"] = json!([]);
    let empty = empty.to_string();
    for text in ["", "{}", &half, &empty, &good.replace("\"v\":1", "\"v\":2"), &of_another] {
        std::fs::write(&journal, text).unwrap();
        for more in [&[][..], &["--resubmit"], &["--look-up"], &["--adopt", "token360:x"]] {
            let shown = show(&run(&server, &here, ProviderName::TOKEN360, more));
            assert!(shown.starts_with("exit code: 2\n"), "{text}: {shown}");
            assert!(shown.contains("cannot be understood"), "{text}: {shown}");
        }
    }
    assert_eq!(server.log().len(), requests, "something was sent");
    let anew = run(&server, &here, ProviderName::TOKEN360, &["--anew"]);
    assert_eq!(anew.status.code(), Some(0), "{anew:?}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 2);
}

#[test]
#[cfg(unix)]
fn two_at_once_and_an_interruption() {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::Stdio;

    let (server, here) = (emulator([]), begin("two_at_once"));
    let never = Script::new(ProviderName::TOKEN360).ending(Ending::Never);
    server.plan_submits(SubmitPlan::new(ProviderName::TOKEN360).with_generation(never)).unwrap();
    let mut first = command(&server, &here, ProviderName::TOKEN360, &[]);
    let mut first = first.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(first.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("accepted as ") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "ended too early");
    }
    let second = run(&server, &here, ProviderName::TOKEN360, &["--deadline", "300ms"]);
    assert_shown!(show(&second), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: another `videogen run` with the same arguments is at work in out; nothing was submitted
    ");
    let killed = Command::new("kill").args(["-TERM", &first.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let mut told = String::new();
    stderr.read_to_string(&mut told).unwrap();
    assert_eq!(first.wait().unwrap().code(), Some(130), "{told}");
    assert!(told.contains("go on with: the same command again\n"), "{told}");
    let again = run(&server, &here, ProviderName::TOKEN360, &["--deadline", "300ms"]);
    assert_eq!(again.status.code(), Some(5), "{again:?}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
}

#[test]
#[cfg(unix)]
fn what_is_killed_in_the_middle_goes_on() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    let (server, here) = (emulator([]), begin("killed"));
    let slow = Script::new(ProviderName::TOKEN360).running_for(Duration::from_secs(1));
    server.plan_submits(SubmitPlan::new(ProviderName::TOKEN360).with_generation(slow)).unwrap();
    let mut first = command(&server, &here, ProviderName::TOKEN360, &["--json"]);
    let mut first = first.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = BufReader::new(first.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"accepted\"") {
        line.clear();
        assert!(stdout.read_line(&mut line).unwrap() > 0, "ended too early");
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let again = run(&server, &here, ProviderName::TOKEN360, &[]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
    assert_is_whole(
        &server,
        ProviderName::TOKEN360,
        "video_000001",
        &here.join("out/token360_video_000001.mp4"),
    );
}

#[test]
fn other_arguments_are_another_submission() {
    let (server, here) = (emulator([]), begin("other_arguments"));
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    server.plan_submits(at_once(ProviderName::SYNCLABS)).unwrap();
    for (provider, more, submits) in [
        (ProviderName::TOKEN360, vec![], 1),
        (ProviderName::TOKEN360, vec!["--native"], 2),
        (ProviderName::TOKEN360, vec!["--deadline", "5m", "--no-check"], 2),
        (ProviderName::SYNCLABS, vec![], 1),
        (ProviderName::SYNCLABS, vec!["--idempotency-key", "a"], 2),
        (ProviderName::SYNCLABS, vec!["--idempotency-key", "b"], 3),
        (ProviderName::SYNCLABS, vec!["--idempotency-key", "a"], 3),
    ] {
        let shown = run(&server, &here, provider, &more);
        assert_eq!(shown.status.code(), Some(0), "{more:?}: {shown:?}");
        assert_eq!(server.submits(provider), submits, "{more:?}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a file in the way")]
fn what_cannot_be_run_is_not_sent() {
    let (server, here) = (emulator([]), begin("bad"));
    std::fs::write(here.join("file"), "").unwrap();
    let body = ["run", "token360", "--body", "token360.json"];
    for args in [
        &body[..],
        &["run", "token360", "--body", "none.json", "--download", "out"],
        &["run", "nobody", "--body", "token360.json", "--download", "out"],
        &[&body[..], &["--download", "file"]].concat(),
        &[&body[..], &["--download", "out", "--template", "x"]].concat(),
        &[&body[..], &["--download", "out", "--max-bytes", "many"]].concat(),
        &[&body[..], &["--download", "out", "--kind", "sound"]].concat(),
        &[&body[..], &["--download", "out", "--adopt", "token360:x", "--resubmit"]].concat(),
        &["run", "prism", "--body", "token360.json", "--download", "out", "--look-up"],
    ] {
        let output = asking(&server).current_dir(&here).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
    }
    assert!(server.log().is_empty(), "something was sent");
    assert_eq!(server.submits(ProviderName::PRISM), 0);
}

/// A body of Sync Labs' with a name for the file.
const NAMED: &str = r#"{"model": "lipsync-2", "outputFileName": "result", "input": [{"type": "video", "url": "https://example.com/v.mp4"}]}"#;

#[test]
#[expect(clippy::disallowed_methods, reason = "bodies, journals and downloads are files")]
fn two_that_name_their_files_alike_have_their_own() {
    let (server, here) = (emulator([]), begin("named_alike"));
    std::fs::write(here.join("synclabs.json"), NAMED).unwrap();
    server.plan_submits(at_once(ProviderName::SYNCLABS)).unwrap();
    let by_key =
        |key: &str| run(&server, &here, ProviderName::SYNCLABS, &["--idempotency-key", key]);
    let shown = by_key("a");
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    let (first, file) = (journal(&here), here.join("out/result.mp4"));
    // As if it had been killed in the download, before its file had its name.
    let mut state = read(&first)["state"].clone();
    let course = state["accepted"]["generations"][0]["state"].as_object_mut().unwrap();
    let mut files = course.remove("downloaded").unwrap();
    files["files"][0].as_object_mut().unwrap().remove("bytes");
    course.insert("downloading".to_owned(), files.clone());
    rewrite(&first, state.clone());
    std::fs::remove_file(&file).unwrap();

    let second = show(&by_key("b"));
    assert!(second.starts_with("exit code: 0\n"), "{second}");
    let by_id = |number: u32| format!("00000000-0000-4000-8000-{number:012}");
    let other = here.join(format!("out/synclabs_{}.mp4", by_id(2)));
    assert_is_whole(&server, ProviderName::SYNCLABS, &by_id(2), &other);
    assert!(!file.exists());
    let again = show(&by_key("a"));
    assert!(again.starts_with("exit code: 0\n"), "{again}");
    assert!(!again.contains("downloaded before"), "{again}");
    assert_is_whole(&server, ProviderName::SYNCLABS, &by_id(1), &file);

    // As an earlier version left it: the other has the name too, and its bytes.
    rewrite(&first, state);
    let mut taken: Value = read(&first);
    taken["fingerprint"] = "of another".into();
    taken["state"]["accepted"]["generations"][0]["state"] = json!({ "downloaded": { "wanted": "primary", "files":
        [{ "kind": "video", "nth": 0, "name": "result.mp4", "bytes": 1 }] } });
    std::fs::write(here.join("out/.videogen/0123456789abcdef.json"), taken.to_string()).unwrap();
    std::fs::write(&file, "1").unwrap();
    let again = show(&by_key("a"));
    assert!(again.starts_with("exit code: 0\n"), "{again}");
    assert_is_whole(
        &server,
        ProviderName::SYNCLABS,
        &by_id(1),
        &here.join(format!("out/synclabs_{}.mp4", by_id(1))),
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "1");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "somebody's file")]
fn a_file_that_was_changed_is_not_taken_for_what_was_downloaded() {
    let (server, here) = (emulator([]), begin("changed"));
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    assert_eq!(run(&server, &here, ProviderName::TOKEN360, &[]).status.code(), Some(0));
    let file = here.join("out/token360_video_000001.mp4");
    std::fs::write(&file, "mine").unwrap();
    let requests = server.log().len();
    assert_shown!(show(&run(&server, &here, ProviderName::TOKEN360, &[])), @"
    exit code: 9
    ----- stdout -----
    token360:video_000001  succeeded
    ----- stderr -----
    submitted before as token360:video_000001
    error: out/token360_video_000001.mp4 was changed since it was downloaded: it has 4 bytes, and had 131072; move it away, or say --overwrite, and it is downloaded anew; check path, permissions and free space; the generation is not lost
    ");
    assert_eq!(server.log().len(), requests, "something was sent");
    let shown = run(&server, &here, ProviderName::TOKEN360, &["--overwrite"]);
    assert_eq!(shown.status.code(), Some(0), "{shown:?}");
    assert_is_whole(&server, ProviderName::TOKEN360, "video_000001", &file);
    // Another kind is planned anew, and finds it too.
    std::fs::write(&file, "mine").unwrap();
    let shown = show(&run(&server, &here, ProviderName::TOKEN360, &["--kind", "video"]));
    assert!(shown.starts_with("exit code: 9\n"), "{shown}");
    assert!(shown.contains("was changed since"), "{shown}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn anew_goes_on_with_what_is_not_through() {
    let (server, here) = (emulator([]), begin("anew"));
    let slow = Script::new(ProviderName::TOKEN360).ending(Ending::Never);
    server.plan_submits(SubmitPlan::new(ProviderName::TOKEN360).with_generation(slow)).unwrap();
    for _ in 0..2 {
        let shown = run(&server, &here, ProviderName::TOKEN360, &["--anew", "--deadline", "300ms"]);
        assert_eq!(shown.status.code(), Some(5), "{shown:?}");
    }
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
    rewrite(&journal(&here), submitting(None, Duration::from_secs(1)));
    assert_eq!(run(&server, &here, ProviderName::TOKEN360, &["--anew"]).status.code(), Some(8));
    assert_eq!(server.submits(ProviderName::TOKEN360), 1);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "journals and bodies are files")]
fn what_is_not_surely_it_is_not_adopted() {
    let (server, here) = (emulator([]), begin("not_surely_it"));
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    // Somebody else's, with a model that may be the same.
    std::fs::write(
        here.join("other.json"),
        TOKEN360.replace("seedance-2.0", "seedance-2.0-250528"),
    )
    .unwrap();
    let submit = |body: &str| {
        let args = ["submit", "token360", "--body", body];
        let output = asking(&server).current_dir(&here).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    };
    submit("other.json");
    let lost = at_once(ProviderName::TOKEN360).with_fault(When::every(), SubmitFault::Unavailable);
    server.plan_submits(lost).unwrap();
    let shown = show(&run(&server, &here, ProviderName::TOKEN360, &["--look-up"]));
    assert!(shown.starts_with("exit code: 8\n"), "{shown}");
    assert!(shown.contains("lists one that may be it:\n  token360:video_000001\n"), "{shown}");

    // A journal that cannot be understood changes nothing of that.
    std::fs::write(here.join("out/.videogen/0123456789abcdef.json"), "half").unwrap();
    let shown = show(&run(&server, &here, ProviderName::TOKEN360, &["--look-up"]));
    assert!(shown.starts_with("exit code: 8\n"), "{shown}");
    assert!(shown.contains("cannot be understood"), "{shown}");
}

#[test]
#[cfg(unix)]
fn what_cannot_be_written_down_or_stored_is_not_submitted() {
    let (server, here) = (emulator([]), begin("unwritten"));
    server.plan_submits(at_once(ProviderName::TOKEN360)).unwrap();
    assert_eq!(run(&server, &here, ProviderName::TOKEN360, &[]).status.code(), Some(0));
    let requests = server.log().len();
    let journal = journal(&here);
    std::fs::remove_file(&journal).unwrap();
    // In the way, also of root.
    let name = journal.file_stem().unwrap().to_string_lossy().into_owned();
    let new = journal.with_extension("json.new");
    let trial = here.join(format!("out/.videogen-{name}.try"));
    for in_the_way in [new, trial] {
        std::fs::create_dir(&in_the_way).unwrap();
        let shown = show(&run(&server, &here, ProviderName::TOKEN360, &[]));
        assert!(shown.starts_with("exit code: 2\n"), "{shown}");
        assert!(shown.contains("nothing was submitted"), "{shown}");
        assert!(!shown.contains("submitting to"), "{shown}");
        std::fs::remove_dir(&in_the_way).unwrap();
    }
    assert_eq!(server.log().len(), requests, "something was sent");
}

#[test]
fn an_unfinished_submission_is_named_before_another() {
    let (server, here) = (emulator([]), begin("unfinished"));
    let never = Script::new(ProviderName::TOKEN360).ending(Ending::Never);
    server.plan_submits(SubmitPlan::new(ProviderName::TOKEN360).with_generation(never)).unwrap();
    let first = show(&run(&server, &here, ProviderName::TOKEN360, &["--deadline", "300ms"]));
    assert!(!first.contains("another submission"), "{first}");
    let name = journal(&here).file_name().unwrap().to_string_lossy().into_owned();
    let other =
        show(&run(&server, &here, ProviderName::TOKEN360, &["--native", "--deadline", "300ms"]));
    assert!(other.contains("another submission to token360 is not through here"), "{other}");
    assert!(other.contains(&name), "{other}");
    assert_eq!(server.submits(ProviderName::TOKEN360), 2);
}
