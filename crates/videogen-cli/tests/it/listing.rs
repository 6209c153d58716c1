//! `list`: the account's generations.

use std::time::Duration;

use serde_json::Value;
use videogen_emulator::{Ending, ProviderName, Script, Server};

use crate::assert_shown;
use crate::support::{asking, emulator, shown};

const PRISM: ProviderName = ProviderName::PRISM;
const TOKEN360: ProviderName = ProviderName::TOKEN360;

/// Three generations, each as far as it goes.
fn three() -> Server {
    let mut runs = Script::new(TOKEN360).with_id("runs").running_for(Duration::from_secs(3600));
    runs.prompt = Some(format!("A kite\u{1b}[2J over {}", "the harbour ".repeat(20)));
    let mut fails = Script::new(TOKEN360).with_id("fails").ending(Ending::Failed);
    fails.model = Some("seedance-2.0".to_owned());
    emulator([Script::new(TOKEN360).with_id("is_done"), fails, runs])
}

#[test]
fn a_table_for_a_person() {
    let server = three();
    assert_shown!(shown(&mut asking(&server), &["list", "token360"]), @"
    exit code: 0
    ----- stdout -----
    generation        status       created (UTC)     model         prompt
    token360:runs     in_progress  [MINUTE]  seedance-2.0  A kite�[2J over the harbour the harbour the harbour the har…
    token360:fails    failed       [MINUTE]  seedance-2.0  Add gentle motion to the scene
    token360:is_done  completed    [MINUTE]  seedance-2.0  Add gentle motion to the scene
    ----- stderr -----
    ");
    assert_shown!(shown(&mut asking(&server), &["list", "token360", "--limit", "2"]), @"
    exit code: 0
    ----- stdout -----
    generation      status       created (UTC)     model         prompt
    token360:runs   in_progress  [MINUTE]  seedance-2.0  A kite�[2J over the harbour the harbour the harbour the har…
    token360:fails  failed       [MINUTE]  seedance-2.0  Add gentle motion to the scene
    ----- stderr -----
    there are more: --cursor fails, or --all
    ");
    let next = ["list", "token360", "--limit", "2", "--cursor", "fails"];
    assert_shown!(shown(&mut asking(&server), &next), @"
    exit code: 0
    ----- stdout -----
    generation        status     created (UTC)     model         prompt
    token360:is_done  completed  [MINUTE]  seedance-2.0  Add gentle motion to the scene
    ----- stderr -----
    ");
    let all = shown(&mut asking(&server), &["list", "token360", "--limit", "1", "--all"]);
    let handles: Vec<_> = all
        .lines()
        .filter_map(|line| line.strip_prefix("token360:"))
        .map(|rest| rest.split(' ').next())
        .collect();
    assert_eq!(handles, [Some("runs"), Some("fails"), Some("is_done")], "{all}");
    assert_shown!(shown(&mut asking(&emulator([])), &["list", "token360"]), @"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    there are no generations at token360
    ");
}

#[test]
fn lines_for_a_program() {
    let server = three();
    let told = shown(&mut asking(&server), &["list", "token360", "--json", "--limit", "2"]);
    let lines: Vec<Value> = told
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["listed", "listed", "more"]);
    for line in lines.iter().filter(|line| line["event"] == "listed") {
        let generation =
            serde_json::from_value::<videogen_core::Generation>(line["generation"].clone());
        assert_eq!(generation.unwrap().handle.to_string(), line["handle"].as_str().unwrap());
    }
    assert_eq!(lines.last().unwrap()["cursor"], "fails");
}

#[test]
fn what_cannot_be_listed_is_not_asked_for() {
    let server = emulator([Script::new(PRISM)]);
    assert_shown!(shown(&mut asking(&server), &["list", "prism"]), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: videogen has no way to list generations at prism; nothing was sent
    ");
    assert_shown!(shown(&mut asking(&server), &["list", "token360", "--limit", "101"]), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: `limit` is 101, not 1 to 100; nothing was sent
    ");
    for args in [&["list"][..], &["list", "nobody"], &["list", "token360", "--limit", "0"]] {
        let shown = shown(&mut asking(&server), args);
        assert!(shown.starts_with("exit code: 2\n"), "{args:?}: {shown}");
    }
    assert!(server.log().is_empty(), "something was sent");
}

#[test]
fn a_refused_key_is_told() {
    let server = three();
    let list = |args: &[&str]| {
        let args = [&["list", "token360"], args].concat();
        shown(asking(&server).env("TOKEN360_API_KEY", "revoked_key"), &args)
    };
    assert!(list(&[]).starts_with("exit code: 6\n"));
    let told = list(&["--json"]);
    assert!(told.contains(r#"{"event":"not_told","provider":"token360""#), "{told}");
}
