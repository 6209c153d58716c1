//! Waits that hear webhooks.

use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::time::{Duration, UNIX_EPOCH};

use proptest::prelude::*;
use videogen_core::webhook::{Hint, Verified};
use videogen_core::{
    Action, Error, ErrorKind, Event, Failure, FailureClass, Generation, Handle, LongPoll, Moment,
    Outcome, StatusQuery, Verdict, Wait, WaitOptions,
};

use crate::{WORDS, base_url, guidance, handle, seconds, seen, without_output};

fn at(second: u64) -> Moment {
    Moment::new(seconds(second))
}

fn hint() -> Event {
    Event::Notified(Hint::new(handle()).into())
}

fn verified(generation: Generation) -> Event {
    Event::Notified(Verified::new(generation, UNIX_EPOCH).into())
}

fn stranger() -> Handle {
    Handle::new("example", &base_url(), "g2").unwrap()
}

fn failed_because() -> Generation {
    let mut failed = seen("failed");
    failed.failure =
        Some(Failure::new(FailureClass::Unknown, None, Some("too many kites".to_owned())));
    failed
}

fn missed(kind: ErrorKind) -> Event {
    Event::Observed(Err(Error::new(kind, "made up")))
}

fn plain() -> Wait {
    waiting(WaitOptions::with_deadline(&guidance(), seconds(900)))
}

fn waiting(options: WaitOptions) -> Wait {
    Wait::new(handle(), &WORDS, &guidance(), options)
}

fn long_polling() -> Wait {
    let guidance = guidance().with_long_poll(LongPoll::new(seconds(30), seconds(55)));
    Wait::new(handle(), &WORDS, &guidance, WaitOptions::of(&guidance))
}

#[track_caller]
fn polls(step: ControlFlow<Outcome, Action>) -> (StatusQuery, Duration) {
    match step {
        ControlFlow::Continue(Action::Poll { query, timeout }) => (query, timeout),
        other => panic!("does not poll: {other:?}"),
    }
}

#[track_caller]
fn rests(step: ControlFlow<Outcome, Action>) -> Moment {
    match step {
        ControlFlow::Continue(Action::Rest { until }) => until,
        other => panic!("does not rest: {other:?}"),
    }
}

#[track_caller]
fn settled(step: ControlFlow<Outcome, Action>) -> Generation {
    match step {
        ControlFlow::Break(Outcome::Settled(generation)) => *generation,
        other => panic!("not settled: {other:?}"),
    }
}

/// A wait that was told "running" at 0 s and rests until 5 s.
fn resting() -> Wait {
    let mut wait = plain();
    polls(wait.on(at(0), Event::Begin));
    assert_eq!(rests(wait.on(at(0), Event::Observed(Ok(seen("running"))))), at(5));
    wait
}

#[test]
fn a_verified_end_ends_the_wait_wherever_it_is() {
    for ended in [seen("done"), failed_because(), seen("cancelled")] {
        assert_eq!(
            settled(plain().on(at(0), verified(ended.clone()))).status,
            ended.status,
            "before it begins"
        );
        assert_eq!(
            settled(resting().on(at(2), verified(ended.clone()))).status,
            ended.status,
            "while it rests"
        );
        let mut wait = long_polling();
        polls(wait.on(at(0), Event::Begin));
        assert_eq!(
            settled(wait.on(at(2), verified(ended.clone()))).status,
            ended.status,
            "in the middle of a long-poll"
        );
        assert_eq!((wait.polls(), wait.missed_polls()), (1, 0));
        // The answer of the poll that was dropped, and what else comes late.
        for late in
            [Event::Observed(Ok(seen("running"))), hint(), verified(failed_because()), Event::Woke]
        {
            assert_eq!(settled(wait.on(at(3), late)).status, ended.status);
        }
    }
}

#[test]
fn what_a_verified_webhook_says_is_about_the_handle_that_was_waited_for() {
    let own = handle().submitted_at(UNIX_EPOCH).with_context("path", "video");
    let mut wait = Wait::new(own.clone(), &WORDS, &guidance(), WaitOptions::of(&guidance()));
    assert_eq!(settled(wait.on(at(0), verified(seen("done")))).handle, own);
}

#[test]
fn a_webhook_about_another_generation_is_nothing() {
    let mut done = seen("done");
    done.handle = stranger();
    let others = || [Event::Notified(Hint::new(stranger()).into()), verified(done.clone()), hint()];
    let mut wait = resting();
    for other in others().into_iter().take(2) {
        assert_eq!(rests(wait.on(at(1), other)), at(5));
    }
    let mut wait = plain();
    polls(wait.on(at(0), Event::Begin));
    for other in others().into_iter().take(2) {
        // The poll goes on, for as long as it may.
        assert_eq!(rests(wait.on(at(1), other)), at(30));
    }
    assert_eq!(rests(wait.on(at(1), Event::Observed(Ok(seen("running"))))), at(5));
    assert_eq!(wait.observations(), 1);
    // And one that comes before the beginning begins it.
    for event in others() {
        polls(plain().on(at(0), event));
    }
}

#[test]
fn a_hint_brings_a_poll_forward_and_moves_no_regular_one() {
    let mut wait = resting();
    // The floor after the answer.
    assert_eq!(rests(wait.on(Moment::ORIGIN, hint())), at(1));
    // Twice is once.
    assert_eq!(rests(wait.on(Moment::ORIGIN, hint())), at(1));
    // Over a floor before the regular one.
    assert_eq!(polls(wait.on(at(1), Event::Woke)), (StatusQuery::Plain, seconds(3)));
    assert_eq!(rests(wait.on(at(3), Event::Observed(Ok(seen("running"))))), at(5));
    polls(wait.on(at(5), Event::Woke));
    assert_eq!(rests(wait.on(at(5), Event::Observed(Ok(seen("running"))))), at(10));
    // What an early poll sees can be the end.
    assert_eq!(rests(wait.on(at(7), hint())), at(7));
    polls(wait.on(at(7), Event::Woke));
    assert_eq!(settled(wait.on(at(7), Event::Observed(Ok(seen("done"))))).status.raw(), "done");
}

#[test]
fn a_hint_just_before_the_regular_poll_is_served_by_it() {
    let mut wait = resting();
    assert_eq!(rests(wait.on(Moment::new(Duration::from_millis(3_001)), hint())), at(5));
    polls(wait.on(at(5), Event::Woke));
    assert_eq!(rests(wait.on(at(5), Event::Observed(Ok(seen("running"))))), at(10));
    // So it is by a driver that wakes too late for the early one.
    assert_eq!(rests(wait.on(at(6), hint())), at(6));
    assert_eq!(rests(wait.on(at(9), Event::Woke)), at(10));
}

#[test]
fn a_hint_in_the_middle_of_a_poll_is_kept() {
    let mut wait = plain();
    polls(wait.on(at(0), Event::Begin));
    assert_eq!(rests(wait.on(at(1), hint())), at(30));
    assert_eq!(rests(wait.on(at(2), Event::Observed(Ok(seen("running"))))), at(3));
}

#[test]
fn a_hint_shortens_the_first_rest() {
    let mut options = WaitOptions::of(&guidance());
    options.pace.first_rest = seconds(60);
    let mut wait = waiting(options.clone());
    assert_eq!(rests(wait.on(at(0), Event::Begin)), at(60));
    assert_eq!(rests(wait.on(at(20), hint())), at(20));
    polls(wait.on(at(20), Event::Woke));
    assert_eq!(rests(wait.on(at(20), missed(ErrorKind::NotFound))), at(60));
    assert_eq!(rests(waiting(options).on(at(20), hint())), at(20));
}

#[test]
fn an_early_poll_is_no_long_poll() {
    let mut wait = long_polling();
    polls(wait.on(at(0), Event::Begin));
    let mut busy = seen("running");
    busy.poll_after = Some(seconds(10));
    assert_eq!(rests(wait.on(at(0), Event::Observed(Ok(busy)))), at(10));
    // Nor does it come sooner than the provider asked.
    assert_eq!(rests(wait.on(at(2), hint())), at(10));
    polls(wait.on(at(10), Event::Woke));
    let until = rests(wait.on(at(10), missed(ErrorKind::Unavailable)));
    assert_eq!(until, at(15));
    assert_eq!(rests(wait.on(at(11), hint())), at(11));
    assert_eq!(polls(wait.on(at(11), Event::Woke)), (StatusQuery::Plain, seconds(3)));
}

#[test]
fn a_flood_of_hints_brings_about_a_handful_of_polls() {
    let mut wait = plain();
    let mut step = wait.on(at(0), Event::Begin);
    let (mut now, mut early) = (Moment::ORIGIN, Vec::new());
    for tenth in 1.. {
        if let ControlFlow::Continue(Action::Poll { .. }) = step {
            let second = now.since_origin().as_secs();
            if second % 5 != 0 && second < 899 {
                early.push(second);
            }
            step = wait.on(now, Event::Observed(Ok(seen("running"))));
        }
        let next = Moment::new(Duration::from_millis(100 * tenth));
        if let ControlFlow::Continue(Action::Rest { until }) = step {
            step = if until <= next {
                now = until;
                wait.on(until, Event::Woke)
            } else {
                now = next;
                wait.on(next, hint())
            };
        }
        if step.is_break() {
            break;
        }
    }
    assert_eq!(early, [1, 6, 16, 36, 76, 156, 316, 636]);
    // The regular ones: every five seconds, and the last one.
    assert_eq!(wait.polls() as usize - early.len(), 181);
}

#[test]
fn an_early_poll_that_is_missed_counts_for_nothing() {
    let mut options = WaitOptions::of(&guidance());
    options.max_failures = NonZeroU32::new(2);
    let mut wait = waiting(options);
    polls(wait.on(at(0), Event::Begin));
    assert_eq!(rests(wait.on(at(0), missed(ErrorKind::Unavailable))), at(5));
    for kind in [ErrorKind::Unauthorized, ErrorKind::Refused, ErrorKind::Unavailable] {
        let mut wait = resting();
        assert_eq!(rests(wait.on(at(1), hint())), at(1));
        polls(wait.on(at(1), Event::Woke));
        assert_eq!(rests(wait.on(at(2), missed(kind))), at(5), "{kind:?}");
        assert_eq!(wait.last_error().unwrap().kind(), kind);
        assert_eq!(wait.missed_polls(), 1);
    }
    // Not even a poll that never comes back.
    assert_eq!(rests(wait.on(at(1), hint())), at(1));
    polls(wait.on(at(1), Event::Woke));
    assert_eq!(rests(wait.on(at(4), Event::Woke)), at(5));
    polls(wait.on(at(5), Event::Woke));
    // But the provider's wish does.
    let mut wait = resting();
    rests(wait.on(at(1), hint()));
    polls(wait.on(at(1), Event::Woke));
    let busy = Error::new(ErrorKind::RateLimited, "slow down").with_retry_after(Some(seconds(60)));
    assert_eq!(rests(wait.on(at(1), Event::Observed(Err(busy)))), at(61));
}

#[test]
fn a_verified_end_that_says_too_little_is_asked_about() {
    for ended in [without_output("done"), seen("failed")] {
        let mut wait = resting();
        // A forged hint has used up what hints may do for now.
        rests(wait.on(at(1), hint()));
        polls(wait.on(at(1), Event::Woke));
        assert_eq!(rests(wait.on(at(1), Event::Observed(Ok(seen("running"))))), at(5));
        assert_eq!(rests(wait.on(at(2), hint())), at(5));
        assert_eq!(rests(wait.on(at(2), verified(ended.clone()))), at(2));
        assert_eq!(wait.last_observation().unwrap().status, ended.status);
        polls(wait.on(at(2), Event::Woke));
        // Eventually consistent: not there yet. A second delivery is a hint and no more.
        assert_eq!(rests(wait.on(at(2), Event::Observed(Ok(seen("running"))))), at(5));
        polls(wait.on(at(5), Event::Woke));
        let full = if ended.status.raw() == "done" { seen("done") } else { failed_because() };
        settled(wait.on(at(5), Event::Observed(Ok(full))));
    }
}

#[test]
fn the_same_verified_end_again_is_a_hint() {
    let mut wait = resting();
    let bare = || verified(without_output("done"));
    assert_eq!(rests(wait.on(at(1), bare())), at(1));
    polls(wait.on(at(1), Event::Woke));
    assert_eq!(rests(wait.on(at(1), missed(ErrorKind::Unavailable))), at(5));
    // The first early poll that counts as brought about by a hint, and the last one for a while.
    assert_eq!(rests(wait.on(at(2), bare())), at(2));
    polls(wait.on(at(2), Event::Woke));
    assert_eq!(rests(wait.on(at(2), missed(ErrorKind::Unavailable))), at(5));
    assert_eq!(rests(wait.on(at(3), bare())), at(5));
}

#[test]
fn a_failure_that_only_a_webhook_told_is_believed_at_the_end() {
    let ends = |bare: Generation| {
        let mut wait = resting();
        rests(wait.on(at(1), verified(bare)));
        polls(wait.on(at(1), Event::Woke));
        rests(wait.on(at(1), missed(ErrorKind::Unauthorized)));
        polls(wait.on(at(5), Event::Woke));
        wait.on(at(5), missed(ErrorKind::Unauthorized))
    };
    assert_eq!(settled(ends(seen("failed"))).status.raw(), "failed");
    // Where the output is, only the provider knows.
    let ControlFlow::Break(outcome) = ends(without_output("done")) else { panic!("goes on") };
    let error = outcome.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.last_observation().unwrap().status.raw(), "done");
    // Who does not want to wait any longer is not told otherwise.
    let mut wait = resting();
    rests(wait.on(at(1), verified(seen("failed"))));
    let ControlFlow::Break(outcome) = wait.on(at(1), Event::Cancelled) else { panic!("goes on") };
    assert_eq!(outcome.into_result().unwrap_err().kind(), ErrorKind::WaitCancelled);
}

#[test]
fn a_verified_webhook_on_the_way_is_an_observation_if_it_is_news() {
    let mut wait = plain();
    polls(wait.on(at(0), Event::Begin));
    rests(wait.on(at(0), Event::Observed(Ok(seen("queued")))));
    assert_eq!(rests(wait.on(at(2), verified(seen("running")))), at(5));
    assert_eq!(wait.last_verdict(), Some(Verdict::Advances));
    assert_eq!(wait.observations(), 2);
    // Late, or again.
    for old in ["queued", "running"] {
        rests(wait.on(at(3), verified(seen(old))));
        assert_eq!(wait.last_observation().unwrap().status.raw(), "running");
        assert_eq!(wait.observations(), 2);
    }
    // One that was overtaken by an end is not believed again.
    polls(wait.on(at(5), Event::Woke));
    rests(wait.on(at(5), Event::Observed(Ok(without_output("done")))));
    rests(wait.on(at(6), verified(seen("running"))));
    assert_eq!(wait.last_observation().unwrap().status.raw(), "done");
}

/// How a generation goes, as its provider would tell it, and when the provider cannot be asked.
#[derive(Clone, Debug)]
struct World {
    runs: Duration,
    ends: Duration,
    fails: bool,
    output_after: Duration,
    troubles: Vec<(Duration, Duration, ErrorKind)>,
    /// How long an exchange takes, by the second in which it begins.
    slow: Vec<Duration>,
}

impl World {
    fn truth(&self, now: Duration, full: bool) -> Generation {
        if now < self.runs {
            seen("queued")
        } else if now < self.ends {
            seen("running")
        } else if self.fails {
            if full { failed_because() } else { seen("failed") }
        } else if full && now >= self.ends.saturating_add(self.output_after) {
            seen("done")
        } else {
            without_output("done")
        }
    }

    fn answer(&self, now: Duration) -> Result<Generation, Error> {
        let trouble = self.troubles.iter().find(|(from, to, _)| (*from..*to).contains(&now));
        match trouble {
            Some((_, _, kind)) => Err(Error::new(*kind, "made up")),
            None => Ok(self.truth(now, true)),
        }
    }

    fn takes(&self, now: Duration) -> Duration {
        self.slow[now.as_secs() as usize % self.slow.len()]
    }
}

#[derive(Clone, Copy, Debug)]
enum Sent {
    Hint,
    HintAtAnother,
    VerifiedAboutAnother,
    /// Says what was true some time ago, all of it or only the status.
    Verified {
        lag: Duration,
        full: bool,
    },
}

impl Sent {
    fn event(self, world: &World, now: Duration) -> Event {
        let mut of_another = seen("done");
        of_another.handle = stranger();
        match self {
            Self::Hint => hint(),
            Self::HintAtAnother => Event::Notified(Hint::new(stranger()).into()),
            Self::VerifiedAboutAnother => verified(of_another),
            Self::Verified { lag, full } => verified(world.truth(now.saturating_sub(lag), full)),
        }
    }
}

#[derive(Debug)]
struct Run {
    outcome: Outcome,
    ended: Duration,
    polls: Vec<Duration>,
    wait: Wait,
}

/// A punctual driver: what comes first, happens first.
fn run(world: &World, options: &WaitOptions, mail: &[(Duration, Sent)]) -> Run {
    let mut wait = waiting(options.clone());
    let mut now = Duration::ZERO;
    let mut mail = mail.iter().copied().peekable();
    let mut step = wait.on(Moment::ORIGIN, Event::Begin);
    let mut polls = Vec::new();
    // What the wait is to be told, and when.
    let mut next: Option<(Duration, Option<Result<Generation, Error>>)> = None;
    loop {
        match step {
            ControlFlow::Break(outcome) => return Run { outcome, ended: now, polls, wait },
            ControlFlow::Continue(Action::Poll { timeout, .. }) => {
                polls.push(now);
                let takes = world.takes(now);
                let answer = if takes > timeout {
                    Err(Error::new(ErrorKind::Interrupted, "too slow"))
                } else {
                    world.answer(now)
                };
                next = Some((now + takes.min(timeout), Some(answer)));
            }
            ControlFlow::Continue(Action::Rest { until }) => match &next {
                // It goes on.
                Some((_, Some(_))) => {}
                _ => next = Some((until.since_origin(), None)),
            },
        }
        let (then, _) = next.as_ref().unwrap();
        let event = match mail.next_if(|(sent, _)| sent < then) {
            Some((sent, what)) => {
                now = now.max(sent);
                what.event(world, now)
            }
            None => {
                let (then, answer) = next.take().unwrap();
                now = now.max(then);
                answer.map_or(Event::Woke, Event::Observed)
            }
        };
        step = wait.on(Moment::new(now), event);
        assert!(polls.len() < 10_000, "does not end");
    }
}

fn milliseconds(range: std::ops::RangeInclusive<u64>) -> impl Strategy<Value = Duration> {
    range.prop_map(Duration::from_millis)
}

fn world() -> impl Strategy<Value = World> {
    let kinds = vec![
        ErrorKind::Unavailable,
        ErrorKind::Interrupted,
        ErrorKind::RateLimited,
        ErrorKind::NotFound,
        ErrorKind::Unauthorized,
    ];
    let trouble =
        (milliseconds(0..=200_000), milliseconds(0..=60_000), prop::sample::select(kinds))
            .prop_map(|(from, length, kind)| (from, from + length, kind));
    (
        milliseconds(0..=60_000),
        milliseconds(0..=250_000),
        any::<bool>(),
        milliseconds(0..=50_000),
        prop::collection::vec(trouble, 0..4),
        prop::collection::vec(
            prop_oneof![3 => Just(Duration::ZERO), 2 => milliseconds(0..=9_000), 1 => milliseconds(0..=50_000)],
            1..8,
        ),
    )
        .prop_map(|(runs, made, fails, output_after, troubles, slow)| World {
            runs,
            ends: runs + made,
            fails,
            output_after,
            troubles,
            slow,
        })
}

fn options() -> impl Strategy<Value = WaitOptions> {
    (
        milliseconds(0..=250_000),
        milliseconds(500..=60_000),
        milliseconds(20..=4_000),
        milliseconds(1..=60_000),
        milliseconds(0..=10_000),
        prop::option::weighted(0.2, 1_u32..6),
    )
        .prop_map(|(deadline, interval, floor, longest, first, failures)| {
            let mut options = WaitOptions::with_deadline(&guidance(), deadline);
            options.pace.interval = interval;
            options.pace.floor = floor;
            options.pace.longest_rest = longest;
            options.pace.first_rest = first;
            options.max_failures = failures.and_then(NonZeroU32::new);
            options
        })
}

fn mail(hints_only: bool) -> impl Strategy<Value = Vec<(Duration, Sent)>> {
    let weight = if hints_only { 0 } else { 3 };
    let sent = prop_oneof![
        6 => Just(Sent::Hint),
        1 => Just(Sent::HintAtAnother),
        1 => Just(Sent::VerifiedAboutAnother),
        weight => (milliseconds(0..=30_000), any::<bool>())
            .prop_map(|(lag, full)| Sent::Verified { lag, full }),
    ];
    prop::collection::vec((milliseconds(0..=260_000), sent), 0..60).prop_map(|mut mail| {
        mail.sort_by_key(|(sent, _)| *sent);
        mail
    })
}

/// What of an outcome a webhook must not change.
fn verdict(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Settled(generation) => ("settled", generation.status.raw().to_owned()),
        Outcome::WithoutOutput(_) => ("without output", String::new()),
        // An early poll, or a verified webhook, may be all that ever saw it: then what is not there was.
        Outcome::GaveUp { error, .. } if error.kind() == ErrorKind::GenerationGone => {
            ("gave up", format!("{:?}", ErrorKind::NotFound))
        }
        Outcome::GaveUp { error, .. } => ("gave up", format!("{:?}", error.kind())),
    }
}

/// The documented bound on what hints bring about.
fn most_early_polls(options: &WaitOptions) -> usize {
    (1.0 + (1.0 + options.deadline.as_secs_f64() / 5.0).log2()).floor() as usize
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever happens and whoever writes: forged hints move no regular poll, bring about a handful of others, and the
    /// wait ends as without them, or sooner, or with an end that it would have missed.
    #[test]
    fn hints_change_nothing_but_how_soon(
        world in world(), options in options(), mail in mail(true),
    ) {
        let (without, with) = (run(&world, &options, &[]), run(&world, &options, &mail));
        let regular: Vec<_> = without.polls.iter().filter(|poll| **poll < with.ended).collect();
        for poll in &regular {
            prop_assert!(with.polls.contains(poll), "the poll at {poll:?} moved: {:?}", with.polls);
        }
        let early = with.polls.len() - with.polls.iter().filter(|poll| without.polls.contains(poll)).count();
        prop_assert!(early <= most_early_polls(&options), "{early} early polls");
        same_or_sooner(&without, &with, &world)?;
    }

    /// Verified webhooks that are true, some late, doubled or lost, among forged hints: the same.
    #[test]
    fn verified_webhooks_change_nothing_but_how_soon(
        world in world(), options in options(), mail in mail(false),
    ) {
        let (without, with) = (run(&world, &options, &[]), run(&world, &options, &mail));
        let early = with.polls.len() - with.polls.iter().filter(|poll| without.polls.contains(poll)).count();
        // And one about what a verified one left open.
        prop_assert!(early <= most_early_polls(&options) + 1, "{early} early polls");
        same_or_sooner(&without, &with, &world)?;
        // Nor does delivering each one twice.
        let twice: Vec<_> = mail.iter().flat_map(|sent| [*sent, *sent]).collect();
        let again = run(&world, &options, &twice);
        same_or_sooner(&without, &again, &world)?;
    }

    /// Against a generation whose course is known: what the wait measured holds the truth.
    #[test]
    fn what_a_wait_measures_holds_the_truth(
        world in world(), options in options(), mail in mail(false),
    ) {
        let run = run(&world, &options, &mail);
        let timeline = run.wait.timeline();
        if let Some(queue) = timeline.queue_time() {
            prop_assert!(queue.at_least <= world.runs, "{queue:?}");
            prop_assert!(queue.at_most.is_none_or(|most| world.runs.min(world.ends) <= most), "{queue:?}");
        }
        if let Some(run) = timeline.run_time() {
            let truth = world.ends - world.runs;
            prop_assert!(run.at_least <= truth, "{run:?} and not {truth:?}");
            prop_assert!(run.at_most.is_none_or(|most| truth <= most), "{run:?} and not {truth:?}");
        }
        let is_terminal = run.wait.last_observation().is_some_and(Generation::is_terminal);
        prop_assert!(timeline.ended().is_some() || !is_terminal);
        prop_assert!(timeline.ended().is_none_or(|ended| ended >= world.ends && ended <= run.ended));
    }

    /// With webhooks at any moment, rests that the provider asks for, and a driver that is late: the floor, the provider's
    /// rests and the deadline hold for early polls too.
    #[test]
    fn early_polls_keep_the_promises_of_polls(
        options in options(),
        answers in prop::collection::vec((any::<bool>(), milliseconds(0..=3_000), prop::option::weighted(0.3, milliseconds(0..=30_000))), 1..20),
        late in prop::collection::vec(milliseconds(0..=2_000), 1..10),
        heard in prop::collection::vec((0..3_u8, milliseconds(1..=2_000)), 1..10),
    ) {
        let mut wait = waiting(options.clone());
        let mut now = at(1_000);
        let deadline = now + options.deadline;
        let last_poll = deadline.saturating_sub(Duration::from_millis(200).min(options.deadline / 10));
        let mut allowed = now;
        let (mut polls, mut turns) = (0, 0);
        let mut step = wait.on(now, Event::Begin);
        loop {
            turns += 1;
            prop_assert!(turns < 1_000_000, "does not end");
            let (what, after) = heard[turns % heard.len()];
            let notify = |wait: &mut Wait, now| match what {
                0 => None,
                1 => Some(wait.on(now, hint())),
                _ => Some(wait.on(now, verified(without_output("done")))),
            };
            match step {
                ControlFlow::Break(_) => break,
                ControlFlow::Continue(Action::Poll { .. }) => {
                    prop_assert!(now <= deadline, "polls after the deadline");
                    prop_assert!(now >= allowed || now >= last_poll, "polls too soon");
                    if let Some(told) = notify(&mut wait, now) {
                        prop_assert!(matches!(told, ControlFlow::Continue(Action::Rest { .. })), "{told:?}");
                    }
                    let (is_seen, took, asked) = answers[polls % answers.len()];
                    polls += 1;
                    now = now + took;
                    allowed = now + options.pace.floor.max(asked.unwrap_or_default());
                    let answer = if is_seen {
                        let mut running = seen("running");
                        running.poll_after = asked;
                        Ok(running)
                    } else {
                        Err(Error::new(ErrorKind::Unavailable, "made up").with_retry_after(asked))
                    };
                    step = wait.on(now, Event::Observed(answer));
                }
                ControlFlow::Continue(Action::Rest { until }) => {
                    prop_assert!(until <= deadline, "rests past the deadline");
                    let told = if now + after < until {
                        now = now + after;
                        notify(&mut wait, now)
                    } else {
                        None
                    };
                    step = told.unwrap_or_else(|| {
                        now = now.max(until) + late[turns % late.len()];
                        wait.on(now, Event::Woke)
                    });
                }
            }
        }
    }
}

fn same_or_sooner(without: &Run, with: &Run, world: &World) -> Result<(), TestCaseError> {
    prop_assert!(with.ended <= without.ended, "{:?} and then {:?}", without.ended, with.ended);
    match (&without.outcome, &with.outcome) {
        (_, Outcome::Settled(generation)) => {
            let truth = if world.fails { "failed" } else { "done" };
            prop_assert_eq!(generation.status.raw(), truth);
            prop_assert!(with.ended >= world.ends);
        }
        (without, with) => prop_assert_eq!(verdict(without), verdict(with)),
    }
    Ok(())
}
