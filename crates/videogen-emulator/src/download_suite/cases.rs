//! The cases as data.

use std::time::Duration;

use videogen_core::ErrorKind;
use videogen_core::download::DownloadOptions;

use super::is_keyed;
use crate::script::{FetchFault, HTTP, OTHER_HOST, Script, ScriptedFetch, When};
use crate::side::{Access, Feature, Side};

/// How long a file is, unless it is cut often.
const FILE: u64 = 1 << 20;
/// How long one is that is cut often.
const LONG_FILE: u64 = 8 << 20;
/// Where files are cut.
const CUT: u64 = 654_321;
/// How often a file is cut that is cut often.
const CUTS: u64 = 10;
/// What the places are drawn from, one file each.
const SEEDS: [u64; 3] = [1, 20_261_122, u64::MAX];
/// How long a client waits for a byte that does not come. A slow machine sends any in less.
const IDLE: Duration = Duration::from_secs(2);
/// How long URLs are good that expire while nothing comes.
const SHORT_LIFETIME: Duration = Duration::from_secs(1);
/// What `Retry-After` asks for.
const REST: Duration = Duration::from_secs(1);
/// In which a download that is refused again and again gives up.
const SHORT_PATIENCE: Duration = Duration::from_millis(100);
/// How many attempts fit into it: the rests between them are 5, 10, 20 and 40 milliseconds.
const PATIENT_ATTEMPTS: u64 = 5;
/// How often the provider is asked where the output is, and once more without.
const RENEWED_ATTEMPTS: u64 = 4;
/// How many redirects in a row are followed.
const MAX_REDIRECTS: u64 = 5;

/// One file, what goes wrong with it, and what its download must come to.
#[derive(Clone, Debug)]
pub(super) struct Case<'a> {
    pub(super) side: &'a dyn Side,
    pub(super) name: String,
    pub(super) script: Script,
    pub(super) options: DownloadOptions,
    pub(super) expected: Expected,
    /// The most requests for the file.
    pub(super) requests: u64,
    /// The most bytes of the file that are sent.
    pub(super) bytes: u64,
    /// How long the client is asked to rest after the first fetch.
    pub(super) rest: Duration,
    /// Whether a second download, by another process say, must give the file.
    pub(super) again: bool,
}

/// How a download must end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expected {
    /// With the file.
    File {
        /// How often it went on in the middle.
        resumed: u32,
        /// How often it was begun anew.
        restarted: u32,
        /// How often the provider was asked where it is, at least.
        renewed: u32,
    },
    /// With this error, and no file.
    Fails(ErrorKind),
}

/// Short rests, and else as it is.
pub(super) fn options() -> DownloadOptions {
    let mut options = DownloadOptions::default();
    (options.first_rest, options.grace) = (Duration::from_millis(5), Duration::ZERO);
    options
}

fn impatient() -> DownloadOptions {
    let mut options = options();
    options.patience = SHORT_PATIENCE;
    options
}

/// Not one attempt more.
fn without_patience() -> DownloadOptions {
    let mut options = options();
    options.patience = Duration::ZERO;
    options
}

fn idle() -> DownloadOptions {
    let mut options = options();
    options.idle_timeout = IDLE;
    options
}

/// Every case.
pub(super) fn cases(sides: &[Box<dyn Side>]) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for side in sides {
        let maker = Maker { side: &**side };
        match side.access() {
            // There is nothing to go wrong on a way that is not taken.
            Access::Inline => {
                let case = maker.case("in the answer", Vec::new(), 0, file(0));
                cases.push(Case { bytes: 0, ..case });
            }
            Access::Elsewhere => {}
            Access::Signed | Access::Keyed => {
                maker.broken_off(&mut cases);
                maker.refused(&mut cases);
                maker.other_parts(&mut cases);
                maker.redirected(&mut cases);
                maker.without_a_length(&mut cases);
                maker.sequences(&mut cases);
            }
        }
    }
    cases
}

/// At the first fetch.
const fn first(fault: FetchFault) -> ScriptedFetch {
    at(1, fault)
}

const fn at(number: u64, fault: FetchFault) -> ScriptedFetch {
    ScriptedFetch::new(When::poll(number), fault)
}

const fn every(fault: FetchFault) -> ScriptedFetch {
    ScriptedFetch::new(When::every(), fault)
}

/// The first fetch ends here.
const fn cut() -> ScriptedFetch {
    first(FetchFault::Cut).after_bytes(CUT)
}

const fn file(resumed: u32) -> Expected {
    Expected::File { resumed, restarted: 0, renewed: 0 }
}

const BEGUN_ANEW: Expected = Expected::File { resumed: 0, restarted: 1, renewed: 0 };

/// Hardly more than so many.
const fn hardly_more(bytes: u64) -> u64 {
    bytes + bytes / 20
}

struct Maker<'a> {
    side: &'a dyn Side,
}

impl<'a> Maker<'a> {
    /// A case that takes so many attempts, and the file once.
    fn case(
        &self,
        what: &str,
        fetches: Vec<ScriptedFetch>,
        attempts: u64,
        expected: Expected,
    ) -> Case<'a> {
        let mut script = Script::new(self.side.name()).with_file_bytes(FILE);
        script.fetches = fetches;
        Case {
            side: self.side,
            name: format!("{}, {what}", self.side.name()),
            script,
            options: options(),
            expected,
            requests: attempts * self.side.requests_for_file(),
            bytes: hardly_more(FILE),
            rest: Duration::ZERO,
            again: false,
        }
    }

    fn fails(&self, what: &str, fault: ScriptedFetch, attempts: u64, kind: ErrorKind) -> Case<'a> {
        self.case(what, vec![fault], attempts, Expected::Fails(kind))
    }

    fn broken_off(&self, cases: &mut Vec<Case<'a>>) {
        cases.push(self.case("nothing goes wrong", Vec::new(), 1, file(0)));
        for after in [0, 1, CUT, FILE - 1] {
            let cut = first(FetchFault::Cut).after_bytes(after);
            let what = format!("a cut after {after} bytes");
            cases.push(self.case(&what, vec![cut], 2, file(u32::from(after > 0))));
        }
        cases.push(self.case("a reset", vec![first(FetchFault::Reset)], 2, file(0)));
        let again_and_again = [
            ("cuts before the first byte", every(FetchFault::Cut).after_bytes(0)),
            ("resets for ever", every(FetchFault::Reset)),
            ("500 for ever", every(FetchFault::ServerError)),
            ("503 for ever", every(FetchFault::Unavailable)),
        ];
        for (what, fault) in again_and_again {
            let case = self.fails(what, fault, PATIENT_ATTEMPTS, ErrorKind::DownloadStalled);
            cases.push(Case { options: impatient(), bytes: 0, ..case });
        }
        for (what, after, resumed) in [("no answer", None, 0), ("a stall", Some(CUT), 1)] {
            let stall = ScriptedFetch { after_bytes: after, ..first(FetchFault::Stall) };
            let case = self.case(what, vec![stall], 2, file(resumed));
            cases.push(Case { options: idle(), ..case });
        }
        let stall = every(FetchFault::Stall).after_bytes(CUT);
        let case = self.fails("a stall, and no patience", stall, 1, ErrorKind::DownloadStalled);
        let mut options = without_patience();
        options.idle_timeout = IDLE;
        cases.push(Case { options, ..case });
        // Only the video itself shows that its end is missing.
        let truncated = first(FetchFault::Truncated).after_bytes(CUT);
        let case = self.fails("the end is missing", truncated, 3, ErrorKind::DownloadDamaged);
        // The next one is given the missing part, of a file of another length.
        cases.push(Case { again: true, bytes: hardly_more(2 * FILE), ..case });
        let case = self.fails("a cut, and another process", cut(), 2, ErrorKind::DownloadStalled);
        cases.push(Case { options: without_patience(), again: true, ..case });
    }

    fn refused(&self, cases: &mut Vec<Case<'a>>) {
        let renewed = |resumed| Expected::File { resumed, restarted: 0, renewed: 1 };
        for (what, fault) in [
            ("403", FetchFault::Forbidden),
            ("404", FetchFault::NotFound),
            ("an expired URL", FetchFault::Expired),
        ] {
            cases.push(self.case(what, vec![first(fault)], 2, renewed(0)));
            let in_the_middle = format!("{what} in the middle");
            cases.push(self.case(&in_the_middle, vec![cut(), at(2, fault)], 3, renewed(1)));
            let for_ever = format!("{what} for ever");
            let kind = ErrorKind::OutputGone;
            let case = self.fails(&for_ever, every(fault), RENEWED_ATTEMPTS, kind);
            cases.push(Case { bytes: 0, ..case });
        }
        // A key's URL is always the same: what expires then is the file.
        if self.side.has(Feature::UrlLifetime) && !is_keyed(self.side) {
            // It expires while nothing comes. On a slow machine sooner too.
            let stall = first(FetchFault::Stall).after_bytes(CUT);
            let mut case = self.case("a URL that expires in a stall", vec![stall], 5, renewed(1));
            case.script.url_lifetime = Some(SHORT_LIFETIME);
            cases.push(Case { options: idle(), ..case });
        }
        cases.push(self.case("500", vec![first(FetchFault::ServerError)], 2, file(0)));
        let unavailable = first(FetchFault::Unavailable).resting(REST);
        let case = self.case("503 for a second", vec![unavailable], 2, file(0));
        cases.push(Case { rest: REST, ..case });
        let for_a_day = every(FetchFault::Unavailable).resting(Duration::from_secs(86_400));
        let case = self.fails("503 for a day", for_a_day, 1, ErrorKind::DownloadStalled);
        cases.push(Case { bytes: 0, ..case });
    }

    fn other_parts(&self, cases: &mut Vec<Case<'a>>) {
        // The part that nobody wanted is all that is sent too much.
        let (whole, beside) = (CUT + FILE, CUT + FILE - CUT / 2);
        for (what, fault, attempts, bytes) in [
            ("a server without ranges", FetchFault::IgnoredRange, 2, whole),
            ("another part", FetchFault::WrongRange, 3, beside + FILE),
            ("a file that changes", FetchFault::Changed, 2, whole),
        ] {
            let case = self.case(what, vec![cut(), at(2, fault)], attempts, BEGUN_ANEW);
            cases.push(Case { bytes: hardly_more(bytes), ..case });
            // Where no part is asked for.
            let from_the_beginning = format!("{what}, from the beginning");
            cases.push(self.case(&from_the_beginning, vec![first(fault)], 1, file(0)));
        }
        let mut fetches = Vec::new();
        for number in [1, 3, 5, 7] {
            fetches.push(at(number, FetchFault::Cut).after_bytes(CUT));
            fetches.push(at(number + 1, FetchFault::WrongRange));
        }
        let damaged = Expected::Fails(ErrorKind::DownloadDamaged);
        let case = self.case("another part for ever", fetches, 8, damaged);
        cases.push(Case { bytes: hardly_more(4 * beside), ..case });
        // Its length is not that of the part that it says it is.
        let truncated = at(2, FetchFault::Truncated).after_bytes(1000);
        let case = self.case("a part without its end", vec![cut(), truncated], 3, BEGUN_ANEW);
        cases.push(Case { bytes: hardly_more(CUT + 1000 + FILE), ..case });
        let mut options = options();
        options.max_bytes = Some(FILE - 1);
        let too_large = Expected::Fails(ErrorKind::DownloadTooLarge);
        let case = self.case("a file that is too long", Vec::new(), 1, too_large);
        cases.push(Case { options, ..case });
    }

    fn redirected(&self, cases: &mut Vec<Case<'a>>) {
        // The provider's own URL may be one already.
        let ours = self.side.requests_for_file().saturating_sub(1);
        let most = MAX_REDIRECTS - ours;
        for to in [OTHER_HOST, HTTP] {
            for hops in [1, 2, most, most + 1] {
                let fault = first(FetchFault::Redirect)
                    .with_hops(u32::try_from(hops).unwrap_or(u32::MAX))
                    .leading_to(to);
                let what = format!("{hops} redirects to {to}");
                let expected = match hops {
                    hops if hops <= most => file(0),
                    _ => Expected::Fails(ErrorKind::InvalidResponse),
                };
                let mut case = self.case(&what, vec![fault], 1, expected);
                case.requests += hops.min(most);
                cases.push(case);
            }
        }
    }

    fn without_a_length(&self, cases: &mut Vec<Case<'a>>) {
        for (what, fault) in [
            ("chunks", FetchFault::NoLength),
            ("an end that is the connection's", FetchFault::UntilClose),
        ] {
            cases.push(self.case(what, vec![first(fault)], 1, file(0)));
            let too_soon = format!("{what}, too soon");
            let cut = first(fault).after_bytes(CUT);
            cases.push(self.case(&too_soon, vec![cut], 2, file(1)));
            let in_a_part = format!("{what}, too soon in a part");
            let second = at(2, fault).after_bytes(1000);
            cases.push(self.case(&in_a_part, vec![self::cut(), second], 3, file(2)));
        }
    }

    fn sequences(&self, cases: &mut Vec<Case<'a>>) {
        for seed in SEEDS {
            let mut places = places(seed);
            places.sort_unstable();
            let (mut fetches, mut reached) = (Vec::new(), 0);
            for (place, number) in places.into_iter().zip(1..) {
                fetches.push(at(number, FetchFault::Cut).after_bytes(place - reached));
                reached = place;
            }
            let what = format!("ten cuts at places drawn from {seed}");
            let mut case = self.case(&what, fetches, CUTS + 1, file(CUTS as u32));
            case.script.file_bytes = LONG_FILE;
            cases.push(Case { bytes: hardly_more(LONG_FILE), ..case });
        }
        let redirect = || first(FetchFault::Redirect).leading_to(OTHER_HOST);
        let mut case = self.case("a redirect to a cut", vec![redirect(), cut()], 2, file(1));
        case.requests += 1;
        cases.push(case);
        let changed = vec![cut(), at(2, FetchFault::Reset), at(3, FetchFault::Changed)];
        let case = self.case("a cut, a reset, and another file", changed, 3, BEGUN_ANEW);
        cases.push(Case { bytes: hardly_more(CUT + FILE), ..case });
        let bad_day = vec![
            redirect(),
            cut(),
            at(2, FetchFault::Reset),
            at(3, FetchFault::Unavailable),
            at(4, FetchFault::Expired),
            at(5, FetchFault::NoLength).after_bytes(1),
            at(6, FetchFault::ServerError),
            at(7, FetchFault::UntilClose).after_bytes(2),
            at(8, FetchFault::Forbidden),
            at(9, FetchFault::Cut).after_bytes(3),
        ];
        let expected = Expected::File { resumed: 4, restarted: 0, renewed: 2 };
        let mut case = self.case("a bad day", bad_day, 10, expected);
        case.requests += 1;
        cases.push(case);
    }
}

/// Where a long file is cut: behind its first byte. The same for the same seed.
fn places(seed: u64) -> [u64; CUTS as usize] {
    let mut state = seed;
    [(); CUTS as usize].map(|()| {
        // Knuth's linear congruential generator, MMIX: its high bits are good.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (state >> 16) % (LONG_FILE - 1)
    })
}
