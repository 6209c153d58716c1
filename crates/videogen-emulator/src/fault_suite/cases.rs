//! The cases as data.

use std::time::Duration;

use videogen_core::{ApiKey, ErrorKind, Phase, StatusQuery, WaitOptions};

use crate::keys::{REVOKED, WITHOUT_SCOPE};
use crate::script::{Ending, Fault, RetryAfter, Script, ScriptedFault, When};
use crate::side::Side;

/// A word that no provider has.
const UNKNOWN_WORD: &str = "upscaling";
/// More than anything takes in real time, on a slow machine too.
const PATIENCE: Duration = Duration::from_secs(60);
/// In real time, the deadline of a wait that must end by it.
const SHORT_DEADLINE: Duration = Duration::from_millis(400);
/// In real time, a grace that must run out.
const SHORT_GRACE: Duration = Duration::from_millis(100);

/// Which clock the waits go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// A virtual one: generations take as long as real ones do, and waits are as the providers want them.
    Virtual,
    /// The real one: everything is a matter of milliseconds, and goes by the numbers of the polls where it can.
    Real,
}

/// Which key is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Accepted,
    Revoked,
    WithoutScope,
}

impl Key {
    const fn begins(self) -> &'static str {
        match self {
            Self::Accepted => "sk",
            Self::Revoked => REVOKED,
            Self::WithoutScope => WITHOUT_SCOPE,
        }
    }
}

/// How a wait must end.
#[derive(Clone, Debug)]
pub(super) enum Expected {
    /// With the generation's true end.
    Ends(Ending),
    /// With an error.
    GivesUp(GivesUp),
}

/// An error that ends a wait.
#[derive(Clone, Debug)]
pub(super) struct GivesUp {
    pub(super) kind: ErrorKind,
    /// What was seen last, if the generation was seen.
    pub(super) seen: Option<Phase>,
    /// What the last missed poll came to, if that is not the error itself.
    pub(super) behind: Option<ErrorKind>,
    /// A word that the error repeats, with how often it was seen.
    pub(super) word: Option<&'static str>,
}

/// How many requests a wait takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Requests {
    Exactly(usize),
    AtLeast(usize),
}

/// One generation, what goes wrong with it, and what a wait for it must come to.
#[derive(Clone, Debug)]
pub(super) struct Case<'a> {
    pub(super) side: &'a dyn Side,
    pub(super) name: String,
    pub(super) script: Script,
    pub(super) key: Key,
    pub(super) options: WaitOptions,
    pub(super) expected: Expected,
    pub(super) requests: Requests,
    /// Whether polls are missed.
    pub(super) missed: bool,
    /// How long the provider asks to rest after the second request.
    pub(super) rest: Duration,
}

impl Case<'_> {
    /// The key as text.
    pub(super) fn key_text(&self) -> String {
        self.side.key_text(self.key.begins())
    }
}

/// Every case.
pub(super) fn cases(time: Time, sides: &[Box<dyn Side>]) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for side in sides {
        let side = &**side;
        let maker = Maker { time, side };
        let transient = transient(time, side);
        for &ends in side.endings() {
            cases.push(maker.ended(ends));
            cases.extend(transient.iter().cloned().map(|fault| maker.once(ends, fault)));
            cases.extend(harmless(side).into_iter().map(|fault| maker.once(ends, fault)));
            cases.push(maker.once(ends, rest_for(Duration::ZERO)));
            cases.push(maker.once(ends, Fault::NotFound));
            if side.requests_at_end() > 1 {
                let faults = transient.iter().filter(|it| happens_at_the_outcome(it)).cloned();
                cases.extend(faults.map(|fault| maker.at_the_outcome(ends, fault)));
            }
            cases.push(maker.not_found_at_first(ends));
            cases.push(maker.twelve_in_a_row(ends));
            cases.push(maker.outage(ends, Fault::Unavailable { retry_after: None }));
        }
        cases.push(maker.outage(Ending::Completed, Fault::Reset));
        if exists(side, &Fault::CompletedWithoutUrl) {
            cases.push(maker.late_url());
            cases.push(maker.no_url_for_ever());
        }
        cases.extend(maker.rest_beyond_the_deadline());
        cases.extend(transient.into_iter().map(|fault| maker.for_ever(fault)));
        for (fault, kind) in final_faults().into_iter().filter(|(fault, _)| exists(side, fault)) {
            cases.push(maker.final_at_once(fault, kind));
        }
        cases.push(maker.refused_key(Key::Revoked, ErrorKind::Unauthorized));
        cases.push(maker.refused_key(Key::WithoutScope, ErrorKind::Forbidden));
        cases.push(maker.not_found_for_ever(When::every(), None));
        cases.push(maker.not_found_for_ever(from_second(), Some(Phase::Running)));
        cases.extend(maker.unknown_word_for_ever());
        cases.push(maker.never_ends());
    }
    cases
}

/// Whether this can go wrong at the provider.
fn exists(side: &dyn Side, fault: &Fault) -> bool {
    ScriptedFault::new(When::every(), fault.clone()).check_at(side).is_ok()
}

/// Whether a fault makes the request for an outcome fail, and not only one for a status.
fn happens_at_the_outcome(fault: &Fault) -> bool {
    !matches!(fault, Fault::NullString { .. })
}

/// Every fault that makes a poll miss and that asking again can change, but 404.
fn transient(time: Time, side: &dyn Side) -> Vec<Fault> {
    let (some_seconds, date) = match time {
        Time::Virtual => (Duration::from_secs(70), Duration::from_secs(90)),
        // A date has whole seconds.
        Time::Real => (Duration::from_millis(50), Duration::from_secs(1)),
    };
    let (none, some_seconds) = (None, Some(RetryAfter::Seconds(some_seconds)));
    let mut faults = vec![
        Fault::RequestTimeout,
        Fault::TooManyRequests { retry_after: none },
        Fault::TooManyRequests { retry_after: some_seconds },
        Fault::TooManyRequests { retry_after: Some(RetryAfter::Date(date)) },
        Fault::ServerError,
        Fault::BadGatewayHtml,
        Fault::Unavailable { retry_after: none },
        Fault::Unavailable { retry_after: some_seconds },
        Fault::GatewayTimeout,
        Fault::Reset,
        Fault::Stall,
        Fault::Cut,
        Fault::TruncatedJson,
        Fault::Html200,
        Fault::Empty200,
        Fault::Empty202 { retry_after: none },
        Fault::Empty202 { retry_after: some_seconds },
        Fault::EchoKey { http_status: 500 },
    ];
    let members = [side.id_member(), side.status_member()].into_iter().flatten();
    faults.extend(members.map(|field| Fault::NullString { field: field.to_owned() }));
    faults.retain(|fault| exists(side, fault));
    faults
}

/// Faults with which a poll is no miss, and says nothing final.
fn harmless(side: &dyn Side) -> Vec<Fault> {
    let mut faults =
        vec![Fault::UnknownStatus { word: UNKNOWN_WORD.to_owned() }, Fault::StatusBackwards];
    faults.retain(|fault| exists(side, fault));
    faults
}

/// Faults that asking again does not change.
fn final_faults() -> [(Fault, ErrorKind); 3] {
    [
        (Fault::Unauthorized, ErrorKind::Unauthorized),
        (Fault::Forbidden, ErrorKind::Forbidden),
        (Fault::EchoKey { http_status: 401 }, ErrorKind::Unauthorized),
    ]
}

/// What a transient fault makes of a poll.
fn kind_of(fault: &Fault) -> ErrorKind {
    match fault {
        Fault::TooManyRequests { .. } => ErrorKind::RateLimited,
        Fault::Reset | Fault::Stall | Fault::Cut => ErrorKind::Interrupted,
        Fault::TruncatedJson
        | Fault::Html200
        | Fault::Empty200
        | Fault::Empty202 { .. }
        | Fault::NullString { .. } => ErrorKind::InvalidResponse,
        _ => ErrorKind::Unavailable,
    }
}

/// The rest that a fault asks for.
fn rest_of(fault: &Fault) -> Duration {
    match fault {
        Fault::TooManyRequests { retry_after: Some(rest) }
        | Fault::Unavailable { retry_after: Some(rest) }
        | Fault::Empty202 { retry_after: Some(rest) } => match rest {
            RetryAfter::Seconds(rest) | RetryAfter::Date(rest) => *rest,
        },
        _ => Duration::ZERO,
    }
}

const fn rest_for(rest: Duration) -> Fault {
    Fault::TooManyRequests { retry_after: Some(RetryAfter::Seconds(rest)) }
}

const fn from_second() -> When {
    When::Polls { from: 2, to: None }
}

/// Makes the cases of a provider.
#[derive(Clone, Copy)]
struct Maker<'a> {
    time: Time,
    side: &'a dyn Side,
}

impl<'a> Maker<'a> {
    /// A generation that had ended before it was asked for.
    fn ended(self, ends: Ending) -> Case<'a> {
        self.case("had ended", self.script().ending(ends))
    }

    /// A fault at the second of several polls.
    fn once(self, ends: Ending, fault: Fault) -> Case<'a> {
        let name = format!("{fault:?} at the second poll");
        let (is_stall, rest) = (fault == Fault::Stall, rest_of(&fault));
        let missed = !harmless(self.side).contains(&fault);
        let script = self.running(ends, When::poll(2), fault);
        let mut case = Case { rest, missed, ..self.case(&name, script) };
        case.requests = match self.time {
            // A short limit may be too short for other polls too.
            Time::Real if !is_stall => Requests::Exactly(3 + self.side.requests_at_end()),
            _ => Requests::AtLeast(3),
        };
        if is_stall {
            self.shorten_answers(&mut case);
        }
        case
    }

    /// A fault at the second request of the poll that sees the end. The next poll asks for both again.
    fn at_the_outcome(self, ends: Ending, fault: Fault) -> Case<'a> {
        let name = format!("{fault:?} at the request for the outcome");
        let (is_stall, rest) = (fault == Fault::Stall, rest_of(&fault));
        let script = self.script().ending(ends).with_fault(When::poll(2), fault);
        let mut case = Case { rest, missed: true, ..self.case(&name, script) };
        case.requests = match self.time {
            Time::Real if is_stall => Requests::AtLeast(3),
            _ => Requests::Exactly(2 + self.side.requests_at_end()),
        };
        if is_stall {
            self.shorten_answers(&mut case);
        }
        case
    }

    /// What was submitted a moment ago is not found yet.
    fn not_found_at_first(self, ends: Ending) -> Case<'a> {
        let on = match self.time {
            // No provider is asked less often than every ten seconds.
            Time::Virtual => When::outage(Duration::ZERO, Duration::from_secs(9)),
            Time::Real => When::polls(1..=3),
        };
        let script = self.running(ends, on, Fault::NotFound);
        let requests = Requests::AtLeast(2);
        Case { requests, missed: true, ..self.case("not found at first", script) }
    }

    fn twelve_in_a_row(self, ends: Ending) -> Case<'a> {
        let script = self.running(ends, When::polls(2..=13), Fault::BadGatewayHtml);
        let requests = Requests::AtLeast(14);
        Case { requests, missed: true, ..self.case("twelve times 502", script) }
    }

    /// In virtual time the outage takes half of the deadline, and the generation ends during it.
    fn outage(self, ends: Ending, fault: Fault) -> Case<'a> {
        let name = format!("an outage as {fault:?}");
        let deadline = self.options().deadline;
        let script = match self.time {
            Time::Virtual => self
                .script()
                .running_for(deadline / 2)
                .with_fault(When::outage(deadline / 4, deadline / 2), fault),
            Time::Real => {
                let on = When::outage(Duration::ZERO, Duration::from_millis(300));
                self.running(ends, on, fault)
            }
        };
        // In real time a slow machine may miss the outage.
        let (requests, missed) = match self.time {
            Time::Virtual => (Requests::AtLeast(8), true),
            Time::Real => (Requests::AtLeast(2), false),
        };
        Case { requests, missed, ..self.case(&name, script.ending(ends)) }
    }

    /// The URL comes some polls after the end.
    fn late_url(self) -> Case<'a> {
        let fault = Fault::CompletedWithoutUrl;
        let ends = Ending::Completed;
        let script = match self.time {
            Time::Virtual => {
                let end = self.options().deadline / 3;
                // From before the end: a long-poll that is held over it was asked before.
                let before = Duration::from_secs(60);
                let on = When::outage(end.saturating_sub(before), before + Duration::from_secs(20));
                self.running(ends, on, fault)
            }
            Time::Real => self.running(ends, When::polls(2..=4), fault),
        };
        let requests = Requests::AtLeast(5);
        Case { requests, ..self.case("the URL comes later", script) }
    }

    /// A rest that goes on beyond the deadline is asked for. The last poll is at the deadline all the same. Only in virtual
    /// time: a real deadline would have to be a long one.
    fn rest_beyond_the_deadline(self) -> Option<Case<'a>> {
        (self.time == Time::Virtual).then(|| {
            let fault = rest_for(Duration::from_secs(24 * 60 * 60));
            let script = self.running(Ending::Completed, When::poll(2), fault);
            let requests = Requests::Exactly(2 + self.side.requests_at_end());
            Case { requests, missed: true, ..self.case("a rest of a day", script) }
        })
    }

    /// A fault that lasts is waited through up to the deadline.
    fn for_ever(self, fault: Fault) -> Case<'a> {
        let name = format!("{fault:?} for ever");
        let behind = Some(kind_of(&fault));
        let is_stall = fault == Fault::Stall;
        let script = self.script().with_fault(When::every(), fault);
        let mut case = Case { missed: true, ..self.case(&name, script) };
        case.requests = Requests::AtLeast(1);
        case.expected = Expected::GivesUp(GivesUp { behind, ..at_deadline(None) });
        self.shorten_deadline(&mut case);
        if is_stall {
            self.shorten_answers(&mut case);
        }
        case
    }

    /// A fault that ends the wait although it would pass.
    fn final_at_once(self, fault: Fault, kind: ErrorKind) -> Case<'a> {
        let name = format!("{fault:?}");
        let script = self.running(Ending::Completed, When::poll(2), fault);
        let expected = Expected::GivesUp(GivesUp { kind, ..at_deadline(Some(Phase::Running)) });
        Case { requests: Requests::Exactly(2), missed: true, expected, ..self.case(&name, script) }
    }

    fn refused_key(self, key: Key, kind: ErrorKind) -> Case<'a> {
        let name = format!("a key that is {key:?}");
        let expected = Expected::GivesUp(GivesUp { kind, ..at_deadline(None) });
        let requests = Requests::Exactly(1);
        Case { key, requests, missed: true, expected, ..self.case(&name, self.script()) }
    }

    fn not_found_for_ever(self, on: When, seen: Option<Phase>) -> Case<'a> {
        let script = self.running(Ending::Completed, on, Fault::NotFound);
        // What was seen before was there.
        let kind = if seen.is_some() { ErrorKind::GenerationGone } else { ErrorKind::NotFound };
        let expected = Expected::GivesUp(GivesUp { kind, ..at_deadline(seen) });
        let name = format!("not found for ever, before it {seen:?}");
        let mut case = Case {
            requests: Requests::AtLeast(2),
            missed: true,
            expected,
            ..self.case(&name, script)
        };
        if self.time == Time::Real {
            case.options.not_found_grace = SHORT_GRACE;
        }
        case
    }

    fn no_url_for_ever(self) -> Case<'a> {
        let script = self.script().with_fault(When::every(), Fault::CompletedWithoutUrl);
        let kind = ErrorKind::CompletedWithoutOutput;
        let expected = Expected::GivesUp(GivesUp { kind, ..at_deadline(Some(Phase::Succeeded)) });
        let requests = Requests::AtLeast(2);
        let mut case = Case { requests, expected, ..self.case("without a URL for ever", script) };
        if self.time == Time::Real {
            case.options.output_grace = SHORT_GRACE;
        }
        case
    }

    fn unknown_word_for_ever(self) -> Option<Case<'a>> {
        let fault = Fault::UnknownStatus { word: UNKNOWN_WORD.to_owned() };
        if !exists(self.side, &fault) {
            return None;
        }
        let script = self.script().with_fault(When::every(), fault);
        let word = Some(UNKNOWN_WORD);
        let expected =
            Expected::GivesUp(GivesUp { word, ..at_deadline(Some(Phase::Unrecognized)) });
        let requests = Requests::AtLeast(1);
        let mut case = Case { requests, expected, ..self.case("an unknown word for ever", script) };
        self.shorten_deadline(&mut case);
        Some(case)
    }

    fn never_ends(self) -> Case<'a> {
        let script = self.script().ending(Ending::Never);
        let expected = Expected::GivesUp(at_deadline(Some(Phase::Running)));
        let requests = Requests::AtLeast(1);
        let mut case = Case { requests, expected, ..self.case("no fault", script) };
        self.shorten_deadline(&mut case);
        case
    }

    fn script(self) -> Script {
        Script::new(self.side.name())
    }

    /// A wait in which nothing goes wrong, and that takes one poll.
    fn case(self, name: &str, script: Script) -> Case<'a> {
        let ends = script.ends;
        Case {
            side: self.side,
            name: format!("{} that ends {}: {name}", self.side.name(), ends.as_str()),
            script,
            key: Key::Accepted,
            options: self.options(),
            expected: Expected::Ends(ends),
            requests: Requests::Exactly(self.side.requests_at_end()),
            missed: false,
            rest: Duration::ZERO,
        }
    }

    /// A generation that is seen running, meets a fault, is seen running again, and ends. In real time what keeps it
    /// running is told by the poll and not by the clock.
    fn running(self, ends: Ending, on: When, fault: Fault) -> Script {
        let script = self.script().ending(ends);
        match self.time {
            Time::Virtual => script.running_for(self.options().deadline / 3).with_fault(on, fault),
            Time::Real => {
                // Of several faults the first counts.
                let script = if on.holds(1, Duration::MAX) {
                    script
                } else {
                    script.with_fault(When::poll(1), Fault::StatusBackwards)
                };
                script.with_fault(on, fault).with_fault(When::poll(3), Fault::StatusBackwards)
            }
        }
    }

    fn options(self) -> WaitOptions {
        let key = ApiKey::new(self.side.key_text(Key::Accepted.begins())).expect("an ordinary key");
        let guidance = self.side.provider(key, None).guidance();
        let mut options = WaitOptions::of(&guidance);
        if self.time == Time::Real {
            options.deadline = PATIENCE;
            options.pace.interval = Duration::from_millis(2);
            options.pace.floor = Duration::from_millis(1);
            options.pace.longest_rest = Duration::from_millis(4);
            options.not_found_grace = PATIENCE;
            options.output_grace = PATIENCE;
            if guidance.long_poll.is_some() {
                options.query = StatusQuery::LongPoll { hold: Some(Duration::from_millis(20)) };
            }
        }
        options
    }

    fn shorten_deadline(self, case: &mut Case<'_>) {
        if self.time == Time::Real {
            case.options.deadline = SHORT_DEADLINE;
        }
    }

    fn shorten_answers(self, case: &mut Case<'_>) {
        if self.time == Time::Real {
            case.options.answer_timeout = Duration::from_millis(200);
        }
    }
}

const fn at_deadline(seen: Option<Phase>) -> GivesUp {
    GivesUp { kind: ErrorKind::DeadlinePassed, seen, behind: None, word: None }
}
