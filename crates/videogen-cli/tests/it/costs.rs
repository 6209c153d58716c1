//! `cost`: what it would cost, and nothing is made.

use videogen_emulator::ProviderName;

use crate::assert_shown;
use crate::support::{asking, directory, emulator, shown, shown_with_stdin};

const SYNC: &str = r#"{"model": "lipsync-2", "input": [
    {"type": "video", "url": "https://example.com/v.mp4"},
    {"type": "audio", "url": "https://example.com/a.mp3"}]}"#;

#[test]
fn what_it_would_cost() {
    let server = emulator([]);
    let cost = |args: &[&str], body: &str| {
        let args = [&["cost", "--body", "-"], args].concat();
        shown_with_stdin(&mut asking(&server), &args, body)
    };
    assert_shown!(cost(&["synclabs"], SYNC), @"
    exit code: 0
    ----- stdout -----
    0.5 US dollars
    ----- stderr -----
    ");
    assert_shown!(cost(&["synclabs", "--json"], SYNC), @r#"
    exit code: 0
    ----- stdout -----
    {"event":"cost","provider":"synclabs","usd":0.5}
    ----- stderr -----
    "#);
    assert_eq!(server.submits(ProviderName::SYNCLABS), 0);
    let requests = server.log().len();
    assert_shown!(cost(&["prism"], "{}"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: videogen has no way to say what a generation would cost at prism; nothing was sent
    ");
    for (args, body) in
        [(&["synclabs"][..], "[]"), (&["nobody"], "{}"), (&["token360"], "{}"), (&[], "{}")]
    {
        let shown = cost(args, body);
        assert!(shown.starts_with("exit code: 2\n"), "{args:?}: {shown}");
    }
    assert_eq!(server.log().len(), requests, "something was sent");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "files to send along")]
fn files_go_along_with_a_submission() {
    let (server, here) = (emulator([]), directory("files_along"));
    for name in ["me.mp4", "voice.WAV"] {
        std::fs::write(here.join(name), name).unwrap();
    }
    std::fs::write(here.join("body.json"), r#"{"model": "lipsync-2"}"#).unwrap();
    let submit = |provider: &str, args: &[&str]| {
        let args = [&["submit", provider, "--body", "body.json"], args].concat();
        shown(asking(&server).current_dir(&here), &args)
    };
    let accepted = submit("synclabs", &["--file", "video=me.mp4", "--file", "audio=voice.WAV"]);
    assert!(accepted.starts_with("exit code: 0\n"), "{accepted}");
    let sent = server.log();
    let form = sent.last().unwrap().headers.get("content-type").unwrap().to_str().unwrap();
    assert!(form.starts_with("multipart/form-data"), "{form}");

    assert_shown!(submit("synclabs", &["--file", "video=none.mp4"]), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: cannot read none.mp4: No such file or directory (os error 2)
    ");
    assert_shown!(submit("synclabs", &["--file", "me.mp4"]), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: invalid value 'me.mp4' for '--file <NAME=PATH>': a file needs the form's name for it, as in video=me.mp4

    For more information, try '--help'.
    ");
    assert_shown!(submit("token360", &["--file", "video=me.mp4"]), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: Token360 takes no files with a submission, only their URLs; nothing was sent
    ");
    assert_eq!(server.log().len(), sent.len(), "something was sent");
}
