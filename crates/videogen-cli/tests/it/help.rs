use crate::assert_shown;
use crate::support::{asking, emulator, shown, videogen};

#[test]
fn help_lists_commands_environment_and_exit_codes() {
    insta::assert_snapshot!(shown(&mut videogen(), &["--help"]));
    insta::assert_snapshot!(shown(&mut videogen(), &["wait", "--help"]));
    insta::assert_snapshot!(shown(&mut videogen(), &["run", "--help"]));
}

#[test]
fn providers_are_shown() {
    insta::assert_snapshot!(shown(&mut videogen(), &["providers"]));
    let server = emulator([]);
    let shown = shown(&mut asking(&server), &["providers", "--json"]);
    for line in shown.lines().filter(|line| line.starts_with('{')) {
        let provider: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(provider["has_key"], true);
    }
    assert_shown!(shown.lines().nth(2).unwrap(), @r#"{"base_url":"http://[EMULATOR]/api","base_url_variable":"PRISM_BASE_URL","deadline_s":900.0,"has_key":true,"interval_s":5.0,"key_variable":"PRISM_API_KEY","long_poll_max_s":null,"provider":"prism","statuses":[{"legacy":false,"phase":"running","terminal":false,"word":"generating"},{"legacy":false,"phase":"succeeded","terminal":true,"word":"completed"},{"legacy":false,"phase":"failed","terminal":true,"word":"failed"}],"url_lifetime_s":3600.0}"#);
}
