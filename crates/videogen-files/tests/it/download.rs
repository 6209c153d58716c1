//! The file of a download.

use std::path::Path;

use videogen_core::container::{Container, ContainerProblem};
use videogen_core::download::{Downloaded, Validator};
use videogen_core::{BaseUrl, Error, ErrorKind, Handle, Output, OutputKind};
use videogen_files::{DownloadFile, PartFile, PartOptions, Place};

use crate::dir::{Dir, get, put};

const VIDEO: &[u8] = b"\0\0\0\x0cftypisom\0\0\0\x08moov\0\0\0\x0amdat..";

fn handle() -> Handle {
    Handle::new("example", &BaseUrl::parse("https://api.example").unwrap(), "g1").unwrap()
}

fn open(place: &Place, overwrite: bool, check: bool) -> Result<DownloadFile, Error> {
    let output = Output::primary(OutputKind::Video, "https://cdn.example/v");
    DownloadFile::open(place, &handle(), &output, 0, overwrite, check)
}

fn in_dir(dir: &Dir) -> DownloadFile {
    open(&Place::Dir(dir.path().to_owned()), false, true).unwrap()
}

fn validator() -> Option<Validator> {
    Validator::parse("\"v1\"")
}

fn keep(file: &mut DownloadFile, from: u64, content_type: Option<&str>) -> Result<(), Error> {
    file.keep(from, validator().as_ref(), Some(VIDEO.len() as u64), content_type)
}

/// What a machine says at the end.
fn said() -> Downloaded {
    Downloaded::of(VIDEO.len() as u64)
}

#[test]
fn it_is_named_when_it_is_known_what_it_is() {
    for (content_type, name) in [
        (None, "example_g1.mp4"),
        (Some("video/mp4"), "example_g1.mp4"),
        (Some("video/quicktime"), "example_g1.mov"),
    ] {
        let dir = Dir::new();
        let mut file = in_dir(&dir);
        keep(&mut file, 0, content_type).unwrap();
        file.append(VIDEO).unwrap();
        let done = file.finish(said()).unwrap();
        assert_eq!((dir.names(), done.container), (vec![name.to_owned()], Some(Container::Whole)));
        assert_eq!(done.path, Some(dir.path().join(name)));
        assert_eq!(get(&dir.path().join(name)), VIDEO);
    }
    // A name of the caller's is kept.
    let dir = Dir::new();
    let mut file = open(&Place::File(dir.target()), false, true).unwrap();
    keep(&mut file, 0, Some("video/quicktime")).unwrap();
    assert_eq!(file.target(), dir.target());
}

#[test]
fn a_file_that_has_the_name_is_an_error_before_there_is_a_byte() {
    let dir = Dir::new();
    put(&dir.target(), "old");
    let error = open(&Place::File(dir.target()), false, true).unwrap_err();
    assert_eq!((error.kind(), error.handle()), (ErrorKind::FileExists, Some(&handle())));
    // A name that ends like a directory's is none.
    let slash = dir.path().join("videos/");
    assert_eq!(open(&Place::File(slash), false, true).unwrap_err().kind(), ErrorKind::InvalidInput);
    // Also when the name is learnt late.
    put(&dir.path().join("example_g1.mov"), "old");
    let mut file = in_dir(&dir);
    let error = keep(&mut file, 0, Some("video/quicktime")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FileExists);
    assert_eq!(file.target(), dir.path().join("example_g1.mp4"));
}

#[test]
fn another_process_goes_on_and_looks_at_all_of_it() {
    let dir = Dir::new();
    for (had, from) in [(0, 20), (20, 25)] {
        let mut file = in_dir(&dir);
        let kept = file.kept();
        assert_eq!(kept.as_ref().map_or(0, |kept| kept.bytes), had);
        assert!(kept.is_none_or(|kept| kept.validator == validator()));
        keep(&mut file, had, Some("video/webm")).unwrap();
        file.append(&VIDEO[usize::try_from(had).unwrap()..from]).unwrap();
        assert!(file.problem().is_some());
    }
    let mut file = in_dir(&dir);
    keep(&mut file, 25, Some("video/webm")).unwrap();
    assert_eq!(file.problem(), Some(ContainerProblem::Cut { missing: 3 }));
    file.append(&VIDEO[25..]).unwrap();
    assert_eq!(file.finish(said()).unwrap().container, Some(Container::Whole));
    assert_eq!(get(&dir.path().join("example_g1.webm")), VIDEO);
}

#[test]
fn a_process_that_died_before_the_file_appeared_lost_nothing() {
    let dir = Dir::new();
    let mut file = in_dir(&dir);
    keep(&mut file, 0, None).unwrap();
    file.append(VIDEO).unwrap();
    drop(file);
    // The server says that there is no more: nothing is appended.
    assert_eq!(in_dir(&dir).finish(said()).unwrap().container, Some(Container::Whole));
    assert_eq!(dir.names(), ["example_g1.mp4"]);
}

#[test]
fn what_is_kept_of_it_is_cut_to_what_is_gone_on_with() {
    let dir = Dir::new();
    let mut file = in_dir(&dir);
    keep(&mut file, 0, None).unwrap();
    file.append(b"\0\0\0\x0cftypisom of another file").unwrap();
    keep(&mut file, 12, None).unwrap();
    file.append(&VIDEO[12..]).unwrap();
    assert_eq!(file.finish(said()).unwrap().container, Some(Container::Whole));
    assert_eq!(get(&dir.path().join("example_g1.mp4")), VIDEO);
}

#[test]
fn a_video_that_is_not_whole_does_not_appear_and_is_not_lost() {
    let dir = Dir::new();
    let mut file = in_dir(&dir);
    keep(&mut file, 0, None).unwrap();
    file.append(&VIDEO[..25]).unwrap();
    assert_eq!(file.finish(said()).unwrap_err().kind(), ErrorKind::DownloadDamaged);
    let file = in_dir(&dir);
    assert_eq!(file.finish(said()).unwrap_err().kind(), ErrorKind::DownloadDamaged);
    let file = open(&Place::Dir(dir.path().to_owned()), false, false).unwrap();
    assert_eq!(file.kept().unwrap().bytes, 25);
    assert_eq!(file.finish(said()).unwrap().container, None);
    assert_eq!(get(&dir.path().join("example_g1.mp4")), &VIDEO[..25]);
}

#[test]
fn a_video_that_is_not_whole_is_begun_anew_by_who_wants_one() {
    let dir = Dir::new();
    let mut file = in_dir(&dir);
    keep(&mut file, 0, Some("video/mp4")).unwrap();
    file.append(&VIDEO[..25]).unwrap();
    file.finish(said()).unwrap_err();
    let mut file = in_dir(&dir);
    assert_eq!(file.kept(), None);
    // Until there is something new, nothing is lost.
    drop(file);
    file = in_dir(&dir);
    keep(&mut file, 0, Some("video/mp4")).unwrap();
    file.append(&VIDEO[..12]).unwrap();
    drop(file);
    file = in_dir(&dir);
    assert_eq!(file.kept().unwrap().bytes, 12);
    keep(&mut file, 12, Some("video/mp4")).unwrap();
    file.append(&VIDEO[12..]).unwrap();
    assert_eq!(file.finish(said()).unwrap().container, Some(Container::Whole));
    assert_eq!(get(&dir.path().join("example_g1.mp4")), VIDEO);
}

#[test]
fn a_process_that_died_at_the_end_did_not_forget_what_kind_of_file_it_is() {
    let dir = Dir::new();
    let mut file = in_dir(&dir);
    keep(&mut file, 0, Some("video/webm")).unwrap();
    file.append(VIDEO).unwrap();
    drop(file);
    let file = in_dir(&dir);
    assert_eq!(file.target(), dir.path().join("example_g1.webm"));
    file.finish(said()).unwrap();
    assert_eq!(dir.names(), ["example_g1.webm"]);
}

#[test]
fn who_comes_second_is_told_so() {
    let dir = Dir::new();
    let first = in_dir(&dir);
    let error = open(&Place::Dir(dir.path().to_owned()), false, true).unwrap_err();
    assert!(error.kind() == ErrorKind::LocalFile && DownloadFile::is_busy(&error));
    assert!(error.to_string().starts_with("example:g1: somebody else is downloading it"));
    drop(first);
    let missing = open(&Place::File(dir.path().join("no/such.mp4")), false, true).unwrap_err();
    assert!(missing.kind() == ErrorKind::LocalFile && !DownloadFile::is_busy(&missing));
}

#[test]
fn a_part_takes_another_name_of_the_same_directory_only() {
    let dir = Dir::new();
    let mut part = PartFile::open(&dir.target(), &PartOptions::new()).unwrap();
    for name in ["", "..", "a/b.mp4", "/b.mp4", "b/"] {
        assert!(part.rename(name).is_err(), "{name}");
        assert_eq!(part.target(), dir.target());
    }
    part.rename("dog.mp4").unwrap();
    part.restart(None, None).unwrap();
    assert_eq!(dir.names(), [".cat.mp4.part", ".cat.mp4.part.json"]);
    assert_eq!(part.finish().unwrap(), dir.path().join(Path::new("dog.mp4")));
    assert_eq!(dir.names(), ["dog.mp4"]);
}
