//! `download`, and `wait --download`: whole files, or none.

use std::path::Path;

use serde_json::Value;
use videogen_emulator::{
    Ending, Fault, FetchFault, ProviderName, Script, ScriptedFetch, Server, SubmitPlan, When,
};

use crate::assert_shown;
use crate::support::{asking, assert_is_whole, directory, emulator, shown, shown_with_stdin};

const PRISM: ProviderName = ProviderName::PRISM;
const SYNCLABS: ProviderName = ProviderName::SYNCLABS;
const TOKEN360: ProviderName = ProviderName::TOKEN360;

fn download(server: &Server, here: &Path, args: &[&str]) -> String {
    let args = [&["download"], args].concat();
    shown(asking(server).current_dir(here), &args)
}

/// The files that are there, parts included.
#[expect(clippy::disallowed_methods, reason = "downloads are files")]
fn files(here: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(here).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn fetched(script: Script, number: u64, fault: FetchFault) -> Script {
    script.with_fetch(ScriptedFetch::new(When::poll(number), fault))
}

#[test]
fn the_files_of_several() {
    let here = directory("several");
    let server = emulator([
        Script::new(PRISM).with_id("a"),
        Script::new(TOKEN360).with_id("b"),
        Script::new(SYNCLABS).with_id("c"),
    ]);
    let shown = download(&server, &here, &["prism:a", "token360:b", "synclabs:c", "--to", "out/"]);
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
    assert_eq!(files(&here.join("out")), ["prism_a.mp4", "synclabs_c.mp4", "token360_b.mp4"]);
    for (provider, id) in [(PRISM, "a"), (TOKEN360, "b"), (SYNCLABS, "c")] {
        let file = here.join("out").join(format!("{provider}_{id}.mp4"));
        assert_is_whole(&server, provider, id, &file);
        assert_eq!(server.polls(provider, id), Some(1));
        assert_eq!(server.fetches(provider, id).unwrap().with_key, 0, "the key was sent");
    }
}

#[test]
fn one_file() {
    let (here, server) = (directory("one"), emulator([Script::new(PRISM).with_id("a")]));
    assert_shown!(download(&server, &here, &["prism:a", "--to", "mine.mp4"]), @"
    exit code: 0
    ----- stdout -----
    prism:a  succeeded
      video: mine.mp4  (128 KiB in [TOOK], whole)
      share page: http://[EMULATOR]/workspace/s/share_a
    ----- stderr -----
    prism:a  downloading mine.mp4, 128 KiB
    ");
    assert_is_whole(&server, PRISM, "a", &here.join("mine.mp4"));
    let args = ["prism:a", "--to", "again.mp4", "--json"];
    let told = download(&server, &here, &args);
    let events: Vec<Value> = told
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events[0]["event"], "ended");
    assert_shown!(told.lines().find(|line| line.contains("\"downloaded\"")).unwrap(), @r#"{"event":"downloaded","handle":"prism:a","kind":"video","path":"again.mp4","bytes":131072,"took_s":"[TOOK]","whole":true}"#);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "somebody's file")]
fn a_file_that_is_there_is_left_alone() {
    let (here, server) = (directory("there"), emulator([Script::new(PRISM).with_id("a")]));
    let file = here.join("prism_a.mp4");
    std::fs::write(&file, "mine").unwrap();
    assert_shown!(download(&server, &here, &["prism:a"]), @"
    exit code: 9
    ----- stdout -----
    prism:a  succeeded
      video: http://[EMULATOR]/files/prism/a.mp4?<redacted>  (expires [TIME])
      share page: http://[EMULATOR]/workspace/s/share_a
    ----- stderr -----
    error: prism:a: ./prism_a.mp4 exists already; nothing was replaced; move it away, name another place, or allow it to be replaced
      --overwrite replaces it
    ");
    assert_shown!(download(&server, &here, &["prism:a", "--to", "prism_a.mp4", "--json"]), @r#"
    exit code: 9
    ----- stdout -----
    {"event":"ended","handle":"prism:a","outcome":"succeeded","generation":{"v":1,"handle":{"v":1,"provider":"prism","base_url":"http://[EMULATOR]/api","id":"a"},"phase":"succeeded","status":"completed","times":{"created":"[TIME]","finished":"[TIME]","observed":"[TIME]"},"outputs":[{"kind":"video","primary":true,"url":"http://[EMULATOR]/files/prism/a.mp4?<redacted>","expires_at":"[TIME]","needs_credentials":false},{"kind":"share_page","primary":false,"url":"http://[EMULATOR]/workspace/s/share_a","needs_credentials":false}]}}
    {"event":"not_downloaded","handle":"prism:a","kind":"video","path":"prism_a.mp4","outcome":"not_downloaded","error":{"kind":"file_exists","remedy":"fix_file","message":"prism:a: prism_a.mp4 exists already; nothing was replaced; move it away, name another place, or allow it to be replaced","http_status":null,"provider_code":null,"provider_message":null,"request_id":null,"causes":[]}}
    ----- stderr -----
    "#);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(server.fetches(PRISM, "a").unwrap().requests, 0);
    let shown = download(&server, &here, &["prism:a", "--overwrite"]);
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
    assert_is_whole(&server, PRISM, "a", &file);
}

#[test]
fn what_has_not_ended_or_made_nothing() {
    let here = directory("nothing");
    let server = emulator([
        Script::new(PRISM).with_id("runs").ending(Ending::Never),
        Script::new(PRISM).with_id("fails").ending(Ending::Failed),
        Script::new(SYNCLABS).with_id("rejected").ending(Ending::Rejected),
        Script::new(PRISM).with_id("a"),
    ]);
    assert_shown!(download(&server, &here, &["prism:runs"]), @"
    exit code: 5
    ----- stdout -----
    ----- stderr -----
    error: prism:runs: the generation is generating; wait for it first
    ");
    assert_shown!(download(&server, &here, &["prism:fails"]), @"
    exit code: 1
    ----- stdout -----
    prism:fails  failed
      Generation timed out (timeout)
    ----- stderr -----
    ");
    let rejected = download(&server, &here, &["synclabs:rejected"]);
    assert!(rejected.starts_with("exit code: 3\n"), "{rejected}");
    assert!(download(&server, &here, &["prism:nobody"]).starts_with("exit code: 6\n"));
    assert_shown!(download(&server, &here, &["prism:a", "--kind", "audio"]), @"
    exit code: 9
    ----- stdout -----
    prism:a  succeeded
      video: http://[EMULATOR]/files/prism/a.mp4?<redacted>  (expires [TIME])
      share page: http://[EMULATOR]/workspace/s/share_a
    ----- stderr -----
    error: prism:a: it made nothing that is wanted (audio); look at the generation's list of outputs
    ");
    assert_eq!(files(&here), Vec::<String>::new());
}

#[test]
fn what_goes_wrong_on_the_way_is_put_right() {
    let here = directory("trouble");
    let script = Script::new(PRISM).with_id("a").with_file_bytes(300_000);
    let script = fetched(script, 1, FetchFault::Redirect);
    let script = fetched(script, 2, FetchFault::Cut);
    let server = emulator([fetched(script, 3, FetchFault::Expired)]);
    let shown = download(&server, &here, &["prism:a"]);
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
    assert_is_whole(&server, PRISM, "a", &here.join("prism_a.mp4"));
    assert_eq!(server.fetches(PRISM, "a").unwrap().with_key, 0, "the key was sent");
}

#[test]
fn a_video_that_is_not_whole_does_not_appear() {
    let here = directory("broken");
    let truncated = |id: &str| fetched(Script::new(PRISM).with_id(id), 1, FetchFault::Truncated);
    let server = emulator([truncated("a"), truncated("b")]);
    assert_shown!(download(&server, &here, &["prism:a"]), @"
    exit code: 9
    ----- stdout -----
    prism:a  succeeded
      video: http://[EMULATOR]/files/prism/a.mp4?<redacted>  (expires [TIME])
      share page: http://[EMULATOR]/workspace/s/share_a
    ----- stderr -----
    prism:a  downloading prism_a.mp4, 64 KiB
    error: prism:a: the video came to its end, and is not whole: at least 65536 bytes are missing at its end; ask for the status and download again; if it stays so, tell the provider, with the id
    ");
    assert!(!here.join("prism_a.mp4").exists());
    let unchecked = download(&server, &here, &["prism:b", "--no-check"]);
    assert!(unchecked.starts_with("exit code: 0\n"), "{unchecked}");
    assert!(!unchecked.contains("whole"), "{unchecked}");
    assert!(here.join("prism_b.mp4").exists());
}

#[test]
fn limits_are_kept() {
    let (here, server) = (directory("limits"), emulator([Script::new(PRISM).with_id("a")]));
    let short = download(&server, &here, &["prism:a", "--max-bytes", "1kB"]);
    assert!(short.starts_with("exit code: 9\n"), "{short}");
    assert!(!here.join("prism_a.mp4").exists());
    let long = download(&server, &here, &["prism:a", "--max-bytes", "1GiB"]);
    assert!(long.starts_with("exit code: 0\n"), "{long}");
}

#[test]
fn what_cannot_be_downloaded_is_not_asked_for() {
    let (here, server) = (directory("bad_downloads"), emulator([]));
    assert_shown!(download(&server, &here, &["prism:a", "prism:b", "--to", "one.mp4"]), @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: --to: 2 generations do not go into one file; name a directory that is there, or end its name with /
    ");
    for args in [
        &[][..],
        &["a"],
        &["prism:a", "--max-bytes", "1.5GB"],
        &["prism:a", "--max-bytes", "99999999999GiB"],
        &["prism:a", "--kind", "sound"],
    ] {
        let shown = download(&server, &here, args);
        assert!(shown.starts_with("exit code: 2\n"), "{args:?}: {shown}");
    }
    let wait = shown(&mut asking(&server), &["wait", "prism:a", "--overwrite"]);
    assert_shown!(wait, @"
    exit code: 2
    ----- stdout -----
    ----- stderr -----
    error: how to download is said, and not where to; name a directory with --download
    ");
    assert!(server.log().is_empty(), "something was sent");
}

#[test]
fn a_wait_downloads_what_has_ended_while_others_run() {
    let here = directory("wait");
    let server = emulator([
        Script::new(PRISM).with_id("a"),
        Script::new(PRISM).with_id("fails").ending(Ending::Failed),
        Script::new(PRISM).with_id("runs").ending(Ending::Never),
    ]);
    let args = ["wait", "prism:runs", "prism:fails", "prism:a", "--download", "out"];
    let args = [&args[..], &["--interval", "200ms", "--deadline", "2s"]].concat();
    let told = shown(asking(&server).current_dir(&here), &args);
    assert!(told.starts_with("exit code: 5\n"), "{told}");
    assert_is_whole(&server, PRISM, "a", &here.join("out/prism_a.mp4"));
    assert_eq!(files(&here.join("out")), ["prism_a.mp4"]);
    let ended = told.lines().position(|line| line.starts_with("  video: out/prism_a.mp4"));
    assert!(ended.is_some(), "{told}");
}

#[test]
fn all_kinds() {
    let here = directory("kinds");
    let script = Script::new(TOKEN360).with_id("a");
    let server = emulator([script, Script::new(PRISM).with_id("b")]);
    let told =
        download(&server, &here, &["token360:a", "prism:b", "--kind", "all", "--to", "out/"]);
    assert!(told.starts_with("exit code: 0\n"), "{told}");
    // A share page is for people.
    assert!(files(&here.join("out")).iter().all(|name| !name.ends_with(".html")), "{told}");
}

#[test]
#[cfg(unix)]
fn an_interrupted_download_goes_on() {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::{Command, Stdio};

    let here = directory("interrupted_download");
    let script = Script::new(PRISM).with_id("a").with_file_bytes(1_000_000);
    let stalls = ScriptedFetch::new(When::poll(1), FetchFault::Stall).after_bytes(600_000);
    let server = emulator([script.with_fetch(stalls)]);
    let mut first = asking(&server);
    first.current_dir(&here).args(["download", "prism:a"]);
    let mut first = first.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(first.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("prism:a  downloading prism_a.mp4") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "ended too early");
    }
    let killed = Command::new("kill").args(["-INT", &first.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let mut told = String::new();
    stderr.read_to_string(&mut told).unwrap();
    assert_eq!(first.wait().unwrap().code(), Some(130), "{told}");
    assert!(told.contains("go on with: videogen download prism:a --to .\n"), "{told}");
    assert!(!here.join("prism_a.mp4").exists());
    let again = download(&server, &here, &["prism:a"]);
    assert!(again.starts_with("exit code: 0\n"), "{again}");
    assert_is_whole(&server, PRISM, "a", &here.join("prism_a.mp4"));
}

#[test]
fn a_missing_url_is_no_download() {
    let here = directory("missing");
    let server = emulator([Script::new(PRISM)
        .with_id("a")
        .with_fault(When::every(), Fault::CompletedWithoutUrl)]);
    let told = download(&server, &here, &["prism:a"]);
    assert!(told.starts_with("exit code: 9\n"), "{told}");
    let waited = shown(
        asking(&server).current_dir(&here),
        &["wait", "prism:a", "--download", ".", "--deadline", "1s"],
    );
    assert!(waited.starts_with("exit code: 7\n"), "{waited}");
}

#[test]
fn two_that_are_named_alike_do_not_replace_each_other() {
    let server = emulator([]);
    let here = directory("named_alike");
    let body = r#"{"model": "lipsync-2", "outputFileName": "result", "input": [{"type": "video", "url": "https://example.com/v.mp4"}]}"#;
    let plan = SubmitPlan::new(SYNCLABS).with_generation(Script::new(SYNCLABS));
    server.plan_submits(plan).unwrap();
    let ids = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"];
    for body in [body, &body.replace("result", "result.mp4")] {
        let args = ["submit", "synclabs", "--body", "-"];
        let shown = shown_with_stdin(&mut asking(&server), &args, body);
        assert!(shown.starts_with("exit code: 0\n"), "{shown}");
    }
    let names = ids.map(|id| format!("synclabs:{id}"));
    for _ in 0..2 {
        let mut command = asking(&server);
        command.current_dir(&here).args(["download", "--overwrite", "--json"]).args(&names);
        let shown = shown(&mut command, &[]);
        assert!(shown.starts_with("exit code: 0\n"), "{shown}");
        let mut paths = Vec::new();
        for line in shown.lines().filter(|line| line.contains("\"downloaded\"")) {
            let line: Value = serde_json::from_str(line).unwrap();
            let (_, id) = line["handle"].as_str().unwrap().split_once(':').unwrap();
            let path = line["path"].as_str().unwrap().to_owned();
            assert_is_whole(&server, SYNCLABS, id, &here.join(&path));
            paths.push(path);
        }
        paths.dedup();
        assert_eq!(paths.len(), 2, "{paths:?}");
    }
}
