//! Running the command.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use videogen_emulator::{ProviderName, Script, Server};

/// What must be in no output but where a person put it.
pub(crate) const KEY: &str = "key_that_nobody_may_see";

/// The command without anything of this machine's environment.
pub(crate) fn videogen() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_videogen"));
    command.env_clear().env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// An emulator with these generations.
pub(crate) fn emulator(scripts: impl IntoIterator<Item = Script>) -> Server {
    let server = Server::start().unwrap();
    for script in scripts {
        server.add(script).unwrap();
    }
    server
}

/// The command with keys, asking the emulator.
pub(crate) fn asking(server: &Server) -> Command {
    let mut command = videogen();
    let variables = [
        (ProviderName::PRISM, "PRISM"),
        (ProviderName::TOKEN360, "TOKEN360"),
        (ProviderName::SYNCLABS, "SYNC"),
    ];
    for (name, variable) in variables {
        command.env(format!("{variable}_BASE_URL"), server.base_url(name).as_str());
        command.env(format!("{variable}_API_KEY"), KEY);
    }
    command
}

/// An empty directory for a test of this name.
pub(crate) fn directory(test: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli").join(test);
    // Of an earlier run of the tests.
    drop(std::fs::remove_dir_all(&directory));
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

/// The file is that of the generation, byte for byte.
#[expect(clippy::disallowed_methods, reason = "a download is a file")]
pub(crate) fn assert_is_whole(server: &Server, provider: ProviderName, id: &str, file: &Path) {
    let expected = server.output_file(provider, id).unwrap();
    let bytes = std::fs::read(file).unwrap();
    let mut whole = vec![0; usize::try_from(expected.len()).unwrap()];
    expected.read_at(0, &mut whole);
    assert!(bytes == whole, "{} is not the file", file.display());
}

/// All of what the command did, with what differs from run to run left out.
pub(crate) fn shown(command: &mut Command, args: &[&str]) -> String {
    show(&command.args(args).output().unwrap())
}

/// The same with something on stdin.
pub(crate) fn shown_with_stdin(command: &mut Command, args: &[&str], stdin: &str) -> String {
    let mut child = command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments does not read.
    drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
    show(&child.wait_with_output().unwrap())
}

pub(crate) fn show(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let shown = format!(
        "exit code: {}\n----- stdout -----\n{}----- stderr -----\n{}",
        output.status.code().map_or_else(|| "none".to_owned(), |code| code.to_string()),
        text(&output.stdout),
        text(&output.stderr),
    );
    assert!(!shown.contains(KEY), "the key is shown:\n{shown}");
    shown
}

/// Compares with what differs from run to run left out.
#[macro_export]
macro_rules! assert_shown {
    ($shown:expr, @$expected:literal) => {
        insta::with_settings!({ filters => vec![
            (r"127\.0\.0\.1:\d+", "[EMULATOR]"),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[TIME]"),
            (r"\d{4}-\d\d-\d\d \d\d:\d\d", "[MINUTE]"),
            (r"\d{8}T\d{6}Z", "[TIME]"),
            (r"--idempotency-key [0-9a-f]{32}", "--idempotency-key [KEY]"),
            (r"%2F\d{8}%2F", "%2F[DAY]%2F"),
            (r"after [\d.]+ (s|min)", "after [TOOK]"),
            (r"iB in [\d.]+ (s|min)", "iB in [TOOK]"),
            (r#""took_s":[\d.]+"#, r#""took_s":"[TOOK]""#),
            // A machine that wakes late may miss the last one.
            (r"; \d polls?;", "; [POLLS];"),
        ] }, {
            insta::assert_snapshot!($shown, @$expected);
        });
    };
}
