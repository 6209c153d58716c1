//! Keys from a file.

use std::path::PathBuf;

use videogen_emulator::{ProviderName, Script};

use crate::assert_shown;
use crate::support::{KEY, asking, emulator, shown};

/// A file for a test of this name.
#[expect(clippy::disallowed_methods, reason = "the command reads keys from a file")]
fn file(name: &str, text: &str) -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn a_file_has_keys() {
    let server = emulator([Script::new(ProviderName::PRISM).with_id("gen_a")]);
    let keys =
        file("keys", &format!("# keys\n\nexport PRISM_API_KEY='{KEY}'\nSYNC_API_KEY={KEY}\n"));
    let args = ["status", "prism:gen_a", "--keys", keys.to_str().unwrap()];
    let shown_keys = shown(asking(&server).env_remove("PRISM_API_KEY"), &args);
    assert!(shown_keys.starts_with("exit code: 0\n"), "{shown_keys}");
    let recorded = server.log();
    let sent = recorded.first().unwrap().headers.get("authorization").unwrap();
    assert_eq!(sent.as_bytes(), format!("Bearer {KEY}").as_bytes());

    let without = file("keys-without", "TOKEN360_API_KEY=x\n");
    let args = ["status", "prism:gen_a", "--keys", without.to_str().unwrap()];
    let shown = shown(asking(&server).env_remove("PRISM_API_KEY"), &args);
    assert!(shown.starts_with("exit code: 2\n"), "{shown}");
}

#[test]
fn a_line_that_is_none_is_not_shown() {
    let server = emulator([]);
    let keys = file("keys-broken", &format!("PRISM_API_KEY=x\n{KEY}\n"));
    let shown =
        shown(&mut asking(&server), &["status", "prism:x", "--keys", keys.to_str().unwrap()]);
    assert!(shown.contains("line 2: not of the form NAME=value"), "{shown}");
    assert!(shown.starts_with("exit code: 2\n"), "{shown}");
}

#[test]
fn an_unreadable_file_is_named() {
    let server = emulator([]);
    let shown = shown(&mut asking(&server), &["status", "prism:x", "--keys", "no/such/file"]);
    assert_shown!(shown, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: cannot read the keys in no/such/file: No such file or directory (os error 2)
    ");
}

#[test]
fn a_file_as_editors_and_shells_write_it() {
    for (name, text) in [
        ("bom", format!("\u{feff}PRISM_API_KEY={KEY}\r\n")),
        ("export-tab", format!("export\tPRISM_API_KEY={KEY}\n")),
        ("export-spaces", format!("export   PRISM_API_KEY=\"{KEY}\"  # mine\n")),
    ] {
        let server = emulator([Script::new(ProviderName::PRISM).with_id("gen_a")]);
        let keys = file(&format!("keys-{name}"), &text);
        let args = ["status", "prism:gen_a", "--keys", keys.to_str().unwrap()];
        let shown = shown(asking(&server).env_remove("PRISM_API_KEY"), &args);
        assert!(shown.starts_with("exit code: 0\n"), "{name}: {shown}");
        let recorded = server.log();
        let sent = recorded.first().unwrap().headers.get("authorization").unwrap();
        assert_eq!(sent.as_bytes(), format!("Bearer {KEY}").as_bytes(), "{name}");
    }
}

#[test]
fn a_quote_without_its_other_is_named_by_its_line() {
    let server = emulator([]);
    for (value, problem) in [
        (format!("\"{KEY}"), "a quote is not closed"),
        (format!("'{KEY}\""), "a quote is not closed"),
        (format!("{KEY}'"), "a quote is closed and not opened"),
        (format!("'{KEY}'x"), "something follows the closing quote"),
        ("\"".to_owned(), "a quote is not closed"),
    ] {
        let keys = file("keys-quote", &format!("# mine\nPRISM_API_KEY={value}\n"));
        let args = ["status", "prism:x", "--keys", keys.to_str().unwrap()];
        let shown = shown(asking(&server).env_remove("PRISM_API_KEY"), &args);
        assert!(shown.starts_with("exit code: 2\n"), "{shown}");
        assert!(shown.contains(&format!("line 2: {problem}\n")), "{shown}");
    }
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_not_text_is_named() {
    use std::os::unix::ffi::OsStrExt as _;

    let server = emulator([]);
    for variable in ["PRISM_API_KEY", "SYNC_BASE_URL"] {
        let value = std::ffi::OsStr::from_bytes(b"caf\xe9");
        let shown = shown(asking(&server).env(variable, value), &["status", "prism:x"]);
        assert!(shown.starts_with("exit code: 2\n"), "{shown}");
        let line = format!("error: {variable}: the variable's value is not UTF-8\n");
        assert!(shown.ends_with(&line), "{shown}");
    }
    assert!(server.log().is_empty(), "something was sent");
}
