//! Names of files that a provider's words go into.

use proptest::prelude::*;
use videogen_core::file_name::{LONGEST_FILE_NAME, output_file_name, safe_file_name};
use videogen_core::{Handle, Output, OutputKind};

use crate::base_url;

#[test]
fn what_cannot_stand_in_a_name_is_left_out_or_replaced() {
    let cases = [
        ("kite.mp4", Some("kite.mp4")),
        ("/etc/passwd", Some("passwd")),
        ("..\\..\\windows\\system32\\x.dll", Some("x.dll")),
        ("C:evil.mp4", Some("C_evil.mp4")),
        ("a\0b\n.mp4", Some("ab.mp4")),
        ("kite\u{202e}4pm.exe", Some("kite4pm.exe")),
        (" .hidden ", Some("hidden")),
        ("kite.mp4. .", Some("kite.mp4")),
        ("NUL", Some("_NUL")),
        ("com1.tar.gz", Some("_com1.tar.gz")),
        ("LPT² .mp4", Some("_LPT² .mp4")),
        ("console.mp4", Some("console.mp4")),
        ("Drachen über Köln.mp4", Some("Drachen über Köln.mp4")),
        ("", None),
        ("...", None),
        ("a/", None),
        ("\u{200b}", None),
        ("\u{3164}\u{2800}\u{115f}\u{1160}\u{ffa0}", None),
    ];
    for (name, expected) in cases {
        assert_eq!(safe_file_name(name).as_deref(), expected, "{name:?}");
    }
    let long = format!("{}.mp4", "ü".repeat(300));
    let cut = safe_file_name(&long).unwrap();
    assert!(cut.len() <= LONGEST_FILE_NAME && cut.len() > LONGEST_FILE_NAME - 4, "{}", cut.len());
    assert!(cut.ends_with("ü.mp4"));
}

#[test]
fn long_ids_that_differ_anywhere_give_names_that_differ() {
    let long = "projects/p/locations/europe-west4/publishers/acme/models/kite-3.1/operations/0123456789abcdef0123456789abcdef";
    let name = |id: &str| {
        let handle = Handle::new("example", &base_url(), id).unwrap();
        let output = Output::primary(OutputKind::Video, "https://cdn.example/v.mp4");
        output_file_name(&handle, &output, 0, None)
    };
    let mut names = vec![name(long)];
    assert!(names[0].starts_with("example_projects_p_locations_europe-west4_"), "{}", names[0]);
    for at in 9..long.len() {
        let mut other = long.to_owned();
        other.replace_range(at..=at, "x");
        names.push(name(&other));
    }
    names.sort();
    names.dedup();
    assert!(names.len() > long.len() - 12, "{}", names.len());
    assert!(names.iter().all(|name| name.len() <= LONGEST_FILE_NAME));
}

#[test]
fn an_output_has_a_name() {
    let handle = Handle::new("example", &base_url(), "gen:1").unwrap();
    let named = |kind, url: &str, given: Option<&str>, nth, content_type| {
        let mut output = Output::primary(kind, url);
        output.file_name = given.map(ToOwned::to_owned);
        output_file_name(&handle, &output, nth, content_type)
    };
    let (video, url) = (OutputKind::Video, "https://cdn.example/a/v?x=1.mov");
    assert_eq!(named(video, url, None, 0, None), "example_gen_1.mp4");
    assert_eq!(named(video, url, None, 1, Some("video/WebM; codecs=vp9")), "example_gen_1_2.webm");
    let mov = "https://cdn.example/v.MOV?x=1#y.mp4";
    assert_eq!(named(video, mov, None, 0, Some("binary/octet-stream")), "example_gen_1.mov");
    assert_eq!(named(video, mov, None, 0, Some("video/mp4")), "example_gen_1.mp4");
    assert_eq!(named(OutputKind::LastFrame, url, None, 0, None), "example_gen_1_last_frame");
    assert_eq!(named(OutputKind::Segment, "v.mov", None, 2, None), "example_gen_1_segment_3.mp4");
    assert_eq!(named(video, mov, Some("../My v1.2"), 0, None), "My v1.2.mov");
    assert_eq!(named(video, mov, Some("kite.mp4"), 0, Some("video/webm")), "kite.mp4");
    assert_eq!(named(video, url, Some("/"), 0, None), "example_gen_1.mp4");
    // Each of several has its own.
    assert_eq!(named(video, mov, Some("kite.MP4"), 1, None), "kite_2.MP4");
    assert_eq!(named(video, mov, Some("kite"), 1, None), "kite_2.mov");
    // An ending that is not a video's does not stay the last.
    for ending in ["html", "zip", "srt", "png", "mp3"] {
        let given = format!("kite.{ending}");
        assert_eq!(named(video, url, Some(&given), 0, None), format!("kite.{ending}.mp4"));
        let at = format!("https://cdn.example/{given}");
        assert_eq!(named(video, &at, None, 0, None), "example_gen_1.mp4");
        assert_eq!(named(OutputKind::Other, url, Some(&given), 0, None), given);
    }
    assert_eq!(named(OutputKind::LastFrame, url, Some("a.png"), 0, None), "a.png");
    assert_eq!(named(OutputKind::SharePage, url, Some("a.html"), 0, None), "a.html");
    assert_eq!(named(OutputKind::Audio, url, Some("a.mp3"), 0, None), "a.mp3");
    // However long.
    let long = named(video, url, Some(&format!("{}.mp4", "a".repeat(300))), 10, None);
    assert_eq!(long.len(), LONGEST_FILE_NAME);
    assert!(long.ends_with("a_11.mp4"));
}

/// Names that are more likely to be odd than any text is.
fn odd_name() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("con".to_owned()),
        Just("COM1".to_owned()),
        Just("lpt\u{b9}".to_owned()),
        "[./\\\\ :*?\u{0}\u{202e}]{1,3}",
        Just(" ".repeat(199)),
        "[a-zü]{1,120}",
        any::<String>(),
        Just(".mp4".to_owned()),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

fn check_safe(name: &str) {
    assert!(!name.is_empty() && name.len() <= LONGEST_FILE_NAME);
    assert!(!name.contains(['/', '\\', ':', '\0']), "{name:?}");
    assert!(!name.starts_with(['.', ' ']) && !name.ends_with(['.', ' ']), "{name:?}");
    assert!(!name.chars().any(|c| c.is_control() || c == '\u{202e}'), "{name:?}");
    let stem = name.split('.').next().unwrap().trim_end().to_lowercase();
    assert!(!["con", "com1", "lpt\u{b9}"].contains(&stem.as_str()), "{name:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_safe_name_is_safe_and_stays_as_it_is(name in odd_name()) {
        if let Some(safe) = safe_file_name(&name) {
            check_safe(&safe);
            prop_assert_eq!(safe_file_name(&safe), Some(safe));
        }
    }

    #[test]
    fn an_outputs_name_is_safe(
        id in "[!-.0-~]{1,200}",
        given in prop::option::of(odd_name()),
        nth in 0usize..1000,
        content_type in prop::option::of(prop_oneof![Just("video/webm".to_owned()), any::<String>()]),
    ) {
        let handle = Handle::new("example", &base_url(), &id);
        prop_assume!(handle.is_ok());
        for kind in OutputKind::ALL {
            let mut output = Output::primary(kind, "https://cdn.example/v");
            output.file_name = given.clone();
            let name = output_file_name(&handle.clone().unwrap(), &output, nth, content_type.as_deref());
            check_safe(&name);
            prop_assert_eq!(safe_file_name(&name), Some(name));
        }
    }
}
