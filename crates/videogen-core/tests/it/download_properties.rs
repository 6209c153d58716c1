//! Whatever a storage does: exactly the file, or an error.

use proptest::prelude::*;
use videogen_core::download::{Download, DownloadOptions, WhichOutput};
use videogen_core::stream::PublicAddressesOnly;
use videogen_testkit::{DownloadCourse, MemorySink, VirtualClock, download};

use crate::download_model::{IDLE, Nature, Storage, Turn, is_an_end, nature, turns};

fn run(
    storage: &Storage,
    clock: &VirtualClock,
    sink: &mut MemorySink,
    only_forward: bool,
) -> DownloadCourse {
    let options = DownloadOptions::default();
    let generation = storage.renew().unwrap();
    let machine = Download::new(&generation, WhichOutput::FirstPrimary, options).unwrap();
    let machine = if only_forward { machine.only_forward() } else { machine };
    download(machine, storage, clock, sink, &mut || storage.renew())
}

fn check_requests(course: &DownloadCourse) {
    for request in &course.requests {
        let uri = request.uri();
        assert_eq!(uri.scheme_str(), Some("https"));
        assert_eq!(uri.authority().unwrap(), "cdn.example");
        assert!(request.extensions().get::<PublicAddressesOnly>().is_some());
        let known = ["accept", "accept-encoding", "user-agent", "range", "if-range"];
        assert!(request.headers().keys().all(|name| known.contains(&name.as_str())));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn it_ends_with_exactly_the_file_or_an_error(
        nature in nature(),
        turns in turns(),
        only_forward: bool,
    ) {
        let clock = VirtualClock::new();
        let storage = Storage::new(&clock, nature, turns);
        let mut sink = MemorySink::default();
        let course = run(&storage, &clock, &mut sink, only_forward);
        check_requests(&course);
        match &course.result {
            Ok(done) => {
                prop_assert_eq!(done.bytes, sink.bytes.len() as u64);
                prop_assert!(storage.is_unfair() || sink.bytes == storage.file(), "{:?}", sink);
                prop_assert!(!only_forward || done.restarted == 0);
                prop_assert!(done.restarted <= 3);
            }
            Err(error) => prop_assert!(is_an_end(error.kind()), "{error:?}"),
        }
        // Another process goes on with what is there.
        let course = run(&storage, &clock, &mut sink, false);
        check_requests(&course);
        if course.result.is_ok() {
            prop_assert!(storage.is_unfair() || sink.bytes == storage.file(), "{:?}", sink);
        }
    }

    #[test]
    fn it_ends_within_the_patience(nature in nature(), turns in turns()) {
        let clock = VirtualClock::new();
        let storage = Storage::new(&clock, nature, turns);
        let course = run(&storage, &clock, &mut MemorySink::default(), false);
        // Each attempt that brings bytes, or begins anew, may be followed by a patience and the wait for one answer.
        let patience = DownloadOptions::default().patience + IDLE;
        let most = patience * u32::try_from(course.requests.len()).unwrap();
        prop_assert!(course.ended.since_origin() <= most);
        prop_assert!(course.renewals.len() <= 3 * course.requests.len());
        for (from, until) in course.rests {
            prop_assert!(until.since(from) >= DownloadOptions::default().first_rest);
        }
    }

    /// A storage that never has a byte is given up after the patience.
    #[test]
    fn silence_is_given_up(
        silence in prop::sample::select(vec![
            Turn::Silence,
            Turn::NoConnection,
            Turn::Status(503),
            Turn::Serve { cut_after: Some(0), stalls: true },
        ]),
    ) {
        let clock = VirtualClock::new();
        let nature = Nature { has_etag: true, says_length: true, length: 9, signs_anew: true };
        let storage = Storage::new(&clock, nature, vec![silence; 1000]);
        let course = run(&storage, &clock, &mut MemorySink::default(), false);
        prop_assert!(course.result.is_err());
        let took = course.ended.since_origin();
        let options = DownloadOptions::default();
        prop_assert!(took + options.longest_rest >= options.patience, "{took:?}");
        prop_assert!(took <= options.patience + IDLE, "{took:?}");
    }

    /// Where the storage keeps to HTTP, cuts and expiries cost no byte twice.
    #[test]
    fn nothing_is_fetched_twice(
        mut nature in nature(),
        turns in prop::collection::vec(
            prop_oneof![
                4 => (1usize..60, any::<bool>())
                    .prop_map(|(at, stalls)| Turn::Serve { cut_after: Some(at), stalls }),
                1 => Just(Turn::Status(503)),
                1 => Just(Turn::NoConnection),
                1 => Just(Turn::Silence),
                1 => Just(Turn::Redirect),
                1 => Just(Turn::Expire),
            ],
            0..12,
        ),
    ) {
        // A file must be known by something.
        nature.says_length |= !nature.has_etag;
        let clock = VirtualClock::new();
        let storage = Storage::new(&clock, nature, turns);
        let mut sink = MemorySink::default();
        let course = run(&storage, &clock, &mut sink, true);
        let is_gone = course.result.as_ref().is_err_and(|error| is_an_end(error.kind()));
        prop_assert!(sink.bytes == storage.file() || is_gone, "{:?}", course.result);
        prop_assert_eq!(storage.sent(), sink.bytes.len() as u64);
        if let Ok(done) = course.result {
            prop_assert_eq!(done.fetched, done.bytes);
        }
    }
}
