//! What cannot be used is refused with exit code 2 before anything is sent.

use crate::assert_shown;
use crate::support::{asking, emulator, shown, videogen};

#[test]
fn generations_that_are_none() {
    let server = emulator([]);
    for id in [
        "gen_abc",
        "prism:",
        ":gen_abc",
        "nope:gen_abc",
        "prism:../../x?y#z",
        "prism: ",
        "{\"v\":1}",
    ] {
        let shown = shown(&mut asking(&server), &["wait", id]);
        assert!(shown.starts_with("exit code: 2\n"), "{id}: {shown}");
    }
    let long = format!("prism:{}", "x".repeat(10_000));
    let shown_long = shown(&mut asking(&server), &["wait", &long]);
    assert_shown!(shown_long, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: the id `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` of a generation at prism has 10000 bytes, more than 512; nothing was sent
    ");
    let shown = shown(&mut asking(&server), &["wait", "gen_abc"]);
    assert_shown!(shown, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: `gen_abc` does not name a generation; write the provider, a colon and the id, as in `example:gen_abc123`; nothing was sent
    ");
    assert!(server.log().is_empty(), "something was sent");
}

#[test]
fn a_key_that_is_not_there() {
    let shown = shown(&mut videogen(), &["status", "synclabs:x"]);
    assert_shown!(shown, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: there is no key for synclabs: set SYNC_API_KEY in the environment, or name a file that has it with --keys
    ");
}

#[test]
fn places_that_are_none() {
    let server = emulator([]);
    let ask =
        |base_url: &str| shown(&mut asking(&server), &["wait", "prism:x", "--base-url", base_url]);
    assert_shown!(ask("http://api.example.com"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: --base-url: the base URL `http://api.example.com` would send the API key in clear; use https, or allow plaintext explicitly; nothing was sent (--allow-plaintext does)
    ");
    assert_shown!(ask("https://user:pass@api.example.com"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: --base-url: the base URL `https://<redacted>@api.example.com` has a user name in it; a key is given apart from the URL; nothing was sent
    ");
    assert_shown!(ask("nope=https://api.example.com"), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: there is no provider `nope` here; there are prism, token360, synclabs, openai, openrouter, together, xai, azure-openai, litellm, new-api, fal, kling, veo, vertex-veo
    ");
    let two = shown(
        &mut asking(&server),
        &["wait", "prism:x", "synclabs:y", "--base-url", "https://h.example"],
    );
    assert_shown!(two, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: --base-url: several providers are asked; write which one it is for, as in --base-url prism=https://…
    ");
}

#[test]
fn times_without_a_unit() {
    let shown = shown(&mut videogen(), &["wait", "prism:x", "--deadline", "90"]);
    assert_shown!(shown, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: invalid value '90' for '--deadline <TIME>': a time needs a number and a unit, such as 500ms, 90s, 15m or 1h 30m

    For more information, try '--help'.
    ");
}

#[test]
fn a_handle_of_another_place() {
    let server = emulator([]);
    let handle = r#"{"v":1,"provider":"prism","base_url":"https://evil.example/api","id":"gen_a"}"#;
    let shown = shown(&mut asking(&server), &["wait", handle]);
    assert_shown!(shown, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: prism:gen_a: the generation was made at https://evil.example/api, and the provider is configured for http://[EMULATOR]/api; nothing was sent; configure the base URL where the generation was made if you trust it with your key
    ");
}
