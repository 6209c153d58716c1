//! Interrupting prints what still runs.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use videogen_emulator::{Ending, ProviderName, Script};

use crate::support::{asking, emulator};

#[test]
fn what_still_runs_is_printed() {
    for signal in ["-INT", "-TERM"] {
        let server = emulator([
            Script::new(ProviderName::Prism).with_id("runs").ending(Ending::Never),
            Script::new(ProviderName::Prism).with_id("a"),
        ]);
        let mut child = asking(&server)
            .args(["wait", "prism:runs", "prism:a"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        // One is seen running, and the other has ended: only then.
        let mut line = String::new();
        while !line.starts_with("prism:runs  generating") {
            line.clear();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "ended too early");
        }
        line.clear();
        while !line.starts_with("prism:a  succeeded") {
            line.clear();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "ended too early");
        }
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(killed.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest.lines().last(), Some("prism:runs"));
        let mut told = String::new();
        stderr.read_to_string(&mut told).unwrap();
        assert!(told.contains("go on with: videogen wait prism:runs\n"), "{told}");
    }
}
