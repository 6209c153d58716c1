//! `delete`: only what has ended, and only if it is meant.

use videogen_emulator::{Ending, ProviderName, Script};

use crate::assert_shown;
use crate::support::{asking, emulator, shown, shown_with_stdin};

const PRISM: ProviderName = ProviderName::PRISM;
const SYNCLABS: ProviderName = ProviderName::SYNCLABS;
const TOKEN360: ProviderName = ProviderName::TOKEN360;

#[test]
fn what_has_ended_is_deleted() {
    let server = emulator([
        Script::new(SYNCLABS).with_id("a"),
        Script::new(SYNCLABS).with_id("b").ending(Ending::Failed),
        Script::new(SYNCLABS).with_id("runs").ending(Ending::Never),
    ]);
    let names = "synclabs:b\nsynclabs:runs\nsynclabs:a\n";
    assert_shown!(shown_with_stdin(&mut asking(&server), &["delete", "--yes", "-"], names), @r#"
    exit code: 5
    ----- stdout -----
    synclabs:b  deleted
    synclabs:a  deleted
    ----- stderr -----
    error: synclabs:runs: the generation has not ended, and only one that has ended is deleted (HTTP 409, code `generation_not_deletable_while_processing`): "The generation is still processing"; wait for it first
    "#);
    let left = shown(&mut asking(&server), &["list", "synclabs", "--json"]);
    assert_eq!(left.matches(r#""handle":"synclabs:"#).count(), 1, "{left}");
    assert!(left.contains(r#""handle":"synclabs:runs""#), "{left}");
    let again = shown(&mut asking(&server), &["delete", "--yes", "--json", "synclabs:a"]);
    assert_shown!(again, @r#"
    exit code: 6
    ----- stdout -----
    {"event":"not_deleted","handle":"synclabs:a","outcome":"could_not_ask","error":{"kind":"not_found","remedy":"fix_handle","message":"synclabs:a: the provider finds nothing there for this API key (HTTP 404, code `generation_not_found`): \"Generation not found\"; check the id, and that the API key belongs to the account that submitted the generation","http_status":404,"provider_code":"generation_not_found","provider_message":"Generation not found","request_id":null,"causes":[]}}
    ----- stderr -----
    "#);
}

#[test]
fn nothing_is_deleted_that_nobody_confirmed() {
    let server = emulator([Script::new(SYNCLABS).with_id("a"), Script::new(PRISM).with_id("b")]);
    assert_shown!(shown_with_stdin(&mut asking(&server), &["delete", "synclabs:a"], "y\n"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: deleting is for ever: say --yes where there is no terminal to ask on; nothing was deleted
    ");
    // One that cannot be deleted keeps the others.
    assert_shown!(shown(&mut asking(&server), &["delete", "--yes", "synclabs:a", "prism:b"]), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: prism:b: videogen has no way to delete generations at prism; nothing was sent
    ");
    for args in
        [&["delete", "--yes"][..], &["delete", "--yes", "nobody:a"], &["delete", "--yes", "a"]]
    {
        let shown = shown(&mut asking(&server), args);
        assert!(shown.starts_with("exit code: 2\n"), "{args:?}: {shown}");
    }
    let token360 = shown(&mut asking(&server), &["delete", "--yes", "token360:a"]);
    assert!(token360.starts_with("exit code: 2\n"), "{TOKEN360}: {token360}");
    assert!(server.log().is_empty(), "something was sent");
}

#[test]
fn a_lost_answer_leaves_open_whether_it_is_deleted() {
    // Nothing of HTTP: it reads the request and hangs up.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}/v2", listener.local_addr().unwrap());
    let hangs_up = std::thread::spawn(move || {
        use std::io::Read as _;
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 16];
        stream.read_exact(&mut request).unwrap();
    });
    let server = emulator([]);
    let args = ["delete", "--yes", "synclabs:a", "--base-url", &base_url];
    let shown = shown(&mut asking(&server), &args);
    hangs_up.join().unwrap();
    assert!(shown.starts_with("exit code: 6\n"), "{shown}");
    assert!(shown.contains("it may be deleted: no answer said so"), "{shown}");
}
