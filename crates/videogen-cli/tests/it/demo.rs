use crate::support::{shown, videogen};

/// The main job, as on a fresh machine: no key, no network.
#[test]
fn the_demo_ends_as_its_scripts_say() {
    let shown = shown(&mut videogen(), &["demo"]);
    assert!(shown.starts_with("exit code: 0\n"), "{shown}");
    let table: Vec<Vec<&str>> = shown
        .lines()
        .skip_while(|line| !line.starts_with("generation "))
        .skip(1)
        .take(7)
        .map(|line| line.split_whitespace().take(2).collect())
        .collect();
    assert_eq!(
        table,
        [
            ["prism:gen_harbour", "succeeded"],
            ["prism:gen_storm", "failed"],
            ["token360:video-kite", "succeeded"],
            ["token360:video-bumpy", "succeeded"],
            ["synclabs:dub-interview", "succeeded"],
            ["synclabs:dub-refused", "rejected"],
            ["synclabs:dub-late-url", "succeeded"],
        ]
    );
}
