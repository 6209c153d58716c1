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
        // Those that the support has keys for.
        let asked =
            ["prism", "token360", "synclabs"].contains(&provider["provider"].as_str().unwrap());
        assert_eq!(provider["has_key"], asked, "{provider}");
    }
    assert_shown!(shown.lines().nth(2).unwrap(), @r#"{"base_url":"http://[EMULATOR]/api","base_url_variable":"PRISM_BASE_URL","can":["submit"],"deadline_s":900.0,"event":"provider","has_key":true,"interval_s":5.0,"key_variable":"PRISM_API_KEY","long_poll_max_s":null,"provider":"prism","statuses":[{"legacy":false,"made":false,"or":[],"phase":"running","terminal":false,"word":"generating"},{"legacy":false,"made":false,"or":[],"phase":"succeeded","terminal":true,"word":"completed"},{"legacy":false,"made":false,"or":[],"phase":"failed","terminal":true,"word":"failed"}],"url_lifetime_s":3600.0}"#);
}

/// Every event that the sources name is in the help, and none besides.
#[test]
#[expect(clippy::disallowed_methods, reason = "the sources are files")]
fn help_lists_every_event() {
    let mut sources = String::new();
    for directory in ["src", "src/run"] {
        let files =
            std::fs::read_dir(format!("{}/{directory}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        for file in files.map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
            sources.push_str(&std::fs::read_to_string(file).unwrap());
        }
    }
    let (before, table) = sources.split_once("const EVENTS").unwrap();
    let (_, rest) = table.split_once("];\n").unwrap();
    let code = format!("{before}{rest}");
    let mut events = std::collections::BTreeSet::new();
    for beginning in ["event: \"", "\"event\": \"", " line(\"", "..line(\"", "submission(\""] {
        let words = code.split(beginning).skip(1).map(|after| after.split('"').next().unwrap());
        events.extend(words.map(str::to_owned));
    }
    for either in ["downloaded", "not_downloaded"] {
        assert!(code.contains(&format!("\"{either}\"")), "{either}");
        events.insert(either.to_owned());
    }
    let help = shown(&mut videogen(), &["--help"]);
    let listed: std::collections::BTreeSet<_> = help
        .lines()
        .skip_while(|line| !line.starts_with("Lines of --json"))
        .skip(1)
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned))
        .collect();
    assert_eq!(events, listed, "{help}");
}
