//! Waits against scripted answers in virtual time.

use std::num::NonZeroU32;
use std::time::Duration;

use videogen_core::{
    ApiKey, Delivery, ErrorKind, Moment, Outcome, Phase, Provider as _, StatusQuery, WaitOptions,
};
use videogen_testkit::doc_provider::Example;
use videogen_testkit::{Course, ScriptedTransport, TEST_KEY, VirtualClock, json, wait};

use crate::seconds;

const QUEUED: &str = r#"{"id": "g1", "status": "queued"}"#;
const RUNNING: &str = r#"{"id": "g1", "status": "running"}"#;
const DONE: &str = r#"{"id": "g1", "status": "done", "url": "https://cdn.example/v.mp4"}"#;
const DONE_WITHOUT_OUTPUT: &str = r#"{"id": "g1", "status": "done", "url": null}"#;
const FAILED: &str = r#"{"id": "g1", "status": "failed"}"#;

fn example() -> Example {
    Example::new(ApiKey::new(TEST_KEY).unwrap())
}

fn run(script: ScriptedTransport) -> Course {
    run_with(script, |_| {})
}

fn run_with(script: ScriptedTransport, change: impl FnOnce(&mut WaitOptions)) -> Course {
    let provider = example();
    let handle = provider.handle("g1").unwrap();
    let mut options = WaitOptions::of(&provider.guidance());
    change(&mut options);
    let clock = VirtualClock::new();
    let course = wait(&provider, &script, &clock, &handle, options);
    assert_eq!(script.requests().len(), course.polls.len());
    course
}

#[track_caller]
fn settled(course: &Course) -> Phase {
    match &course.outcome {
        Outcome::Settled(generation) => generation.phase(),
        other => panic!("not settled: {other:?}"),
    }
}

#[track_caller]
fn gave_up(course: Course) -> videogen_core::Error {
    match course.outcome {
        Outcome::GaveUp { handle, last, error } => {
            assert_eq!(error.handle(), Some(&handle));
            assert_eq!(error.last_observation(), last.as_deref());
            error
        }
        other => panic!("did not give up: {other:?}"),
    }
}

fn begun_at(course: &Course) -> Vec<Duration> {
    course.polls.iter().map(|polled| polled.began.since(Moment::ORIGIN)).collect()
}

#[test]
fn an_ended_generation_takes_one_request_and_no_rest() {
    for (body, phase) in [(DONE, Phase::Succeeded), (FAILED, Phase::Failed)] {
        let course = run(ScriptedTransport::new().then(json(200, body)));
        assert_eq!(settled(&course), phase);
        assert_eq!((course.polls.len(), course.rests), (1, 0));
    }
    // With no time at all, too.
    let script = ScriptedTransport::new().then(json(200, DONE));
    let course = run_with(script, |options| options.deadline = Duration::ZERO);
    assert_eq!(settled(&course), Phase::Succeeded);
}

#[test]
fn polls_come_at_the_providers_interval() {
    let script = ScriptedTransport::new()
        .then(json(200, QUEUED))
        .then(json(200, RUNNING))
        .then(json(200, RUNNING))
        .then(json(200, DONE));
    let course = run(script);
    assert_eq!(settled(&course), Phase::Succeeded);
    assert_eq!(begun_at(&course), [0, 5, 10, 15].map(seconds));
}

#[test]
fn twelve_502_in_a_row_end_nothing() {
    for deadline in [seconds(90), seconds(900), seconds(7200)] {
        let mut script = ScriptedTransport::new().then(json(200, RUNNING));
        for _ in 0..12 {
            script = script.then(json(502, "<html>bad gateway</html>"));
        }
        let script = script.then(json(200, DONE));
        let provider = example();
        let options = WaitOptions::with_deadline(&provider.guidance(), deadline);
        let course = run_with(script, |to| *to = options);
        assert_eq!(settled(&course), Phase::Succeeded, "within {deadline:?}");
    }
}

#[test]
fn every_kind_of_missed_poll_is_outlived() {
    let missed = [408, 409, 425, 429, 500, 502, 503, 504, 599]
        .map(|status| ScriptedTransport::new().then(json(status, "{}")))
        .into_iter()
        .chain(
            [
                "",
                "null",
                "[]",
                "<html>",
                r#"{"id": "g1", "sta"#,
                r#"{"id": "g1"}"#,
                r#"{"id": "other", "status": "done"}"#,
            ]
            .map(|body| ScriptedTransport::new().then(json(200, body))),
        )
        .chain([ScriptedTransport::new().then(json(202, ""))])
        .chain(
            [Delivery::SurelyNot, Delivery::Possible]
                .map(|d| ScriptedTransport::new().then_fail(d)),
        );
    for script in missed {
        let course = run(script.then(json(200, RUNNING)).then(json(200, DONE)));
        assert_eq!(settled(&course), Phase::Succeeded);
        assert_eq!(course.polls.len(), 3);
    }
}

#[test]
fn what_repeating_cannot_change_ends_the_wait_at_once() {
    for (status, kind) in [
        (301, ErrorKind::Redirected),
        (400, ErrorKind::Refused),
        (401, ErrorKind::Unauthorized),
        (402, ErrorKind::PaymentRequired),
        (403, ErrorKind::Forbidden),
        (422, ErrorKind::Refused),
    ] {
        let script = ScriptedTransport::new().then(json(200, RUNNING)).then(json(status, "{}"));
        let course = run(script);
        assert_eq!(course.polls.len(), 2);
        let error = gave_up(course);
        assert_eq!(error.kind(), kind);
        assert_eq!(error.last_observation().unwrap().status.raw(), "running");
    }
}

#[test]
fn what_was_there_and_is_not_found_any_longer_is_gone() {
    let not_found = || json(404, "{}");
    let script = ScriptedTransport::new().then(json(200, RUNNING)).then(not_found());
    let error = gave_up(run(script));
    assert_eq!(error.kind(), ErrorKind::GenerationGone);
    assert_eq!(error.http_status(), Some(404));
    // Not by one answer: it may come back.
    let script =
        ScriptedTransport::new().then(json(200, RUNNING)).then(not_found()).then(json(200, DONE));
    assert_eq!(settled(&run(script)), Phase::Succeeded);
    // That it was submitted is known too.
    let provider = example();
    let handle = provider.handle("g1").unwrap().submitted_at(std::time::UNIX_EPOCH);
    let options = WaitOptions::of(&provider.guidance());
    let script = ScriptedTransport::new().then(not_found());
    let course = wait(&provider, &script, &VirtualClock::new(), &handle, options);
    assert_eq!(gave_up(course).kind(), ErrorKind::GenerationGone);
}

#[test]
fn not_found_is_believed_after_a_grace() {
    let script = ScriptedTransport::new().then(json(404, "{}"));
    let course = run(script);
    assert_eq!(course.ended, Moment::new(seconds(10)));
    let error = gave_up(course);
    assert_eq!(error.kind(), ErrorKind::NotFound);
    // It is the last error itself.
    assert!(error.last_error().is_none());

    let script =
        ScriptedTransport::new().then(json(404, "{}")).then(json(404, "{}")).then(json(200, DONE));
    assert_eq!(settled(&run(script)), Phase::Succeeded);

    // Being found begins the grace anew; being missed otherwise does not.
    let script = ScriptedTransport::new()
        .then(json(404, "{}"))
        .then(json(200, RUNNING))
        .then(json(200, RUNNING))
        .then(json(404, "{}"))
        .then(json(200, DONE));
    assert_eq!(settled(&run(script)), Phase::Succeeded);
    let script =
        ScriptedTransport::new().then(json(404, "{}")).then(json(502, "{}")).then(json(404, "{}"));
    assert_eq!(gave_up(run(script)).kind(), ErrorKind::NotFound);

    let script = ScriptedTransport::new().then(json(404, "{}"));
    let course = run_with(script, |options| options.not_found_grace = Duration::ZERO);
    assert_eq!(course.polls.len(), 1);
}

#[test]
fn an_output_may_come_a_moment_after_success() {
    let script = ScriptedTransport::new()
        .then(json(200, DONE_WITHOUT_OUTPUT))
        .then(json(200, DONE_WITHOUT_OUTPUT))
        .then(json(200, DONE));
    let course = run(script);
    assert_eq!(settled(&course), Phase::Succeeded);
    assert!(course.ended <= Moment::new(seconds(30)));
}

#[test]
fn success_without_an_output_is_an_outcome_of_its_own() {
    let course = run(ScriptedTransport::new().then(json(200, DONE_WITHOUT_OUTPUT)));
    assert_eq!(course.ended, Moment::new(seconds(30)));
    assert!(matches!(course.outcome, Outcome::WithoutOutput(_)));
    let error = course.outcome.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CompletedWithoutOutput);
    assert_eq!(error.handle().unwrap().id(), "g1");
    // Also when the deadline comes before the grace is over.
    let script = ScriptedTransport::new().then(json(200, DONE_WITHOUT_OUTPUT));
    let course = run_with(script, |options| options.deadline = seconds(8));
    assert!(matches!(course.outcome, Outcome::WithoutOutput(_)));
}

#[test]
fn a_generation_that_runs_again_is_waited_for_again() {
    let script =
        ScriptedTransport::new().then(json(200, DONE_WITHOUT_OUTPUT)).then(json(200, RUNNING));
    let course = run_with(script, |options| options.deadline = seconds(60));
    assert_eq!(gave_up(course).kind(), ErrorKind::DeadlinePassed);
}

#[test]
fn an_unknown_word_waits_for_the_deadline_and_is_named() {
    let script = ScriptedTransport::new().then(json(200, r#"{"id": "g1", "status": "polishing"}"#));
    let course = run_with(script, |options| options.deadline = seconds(60));
    let polls = course.polls.len();
    let error = gave_up(course);
    assert_eq!(error.kind(), ErrorKind::DeadlinePassed);
    insta::assert_snapshot!(error, @"example:g1: not ended within 60s; last seen as `polishing`, a word not known here, 13 times in a row; 13 polls; the generation may still be running; wait again with its handle instead of submitting again");
    assert_eq!(polls, 13);
}

#[test]
fn giving_up_tells_what_was_last_seen_and_what_last_failed() {
    let script = ScriptedTransport::new().then(json(200, RUNNING)).then(json(503, "{}"));
    let course = run_with(script, |options| options.deadline = seconds(60));
    let error = gave_up(course);
    assert_eq!(error.kind(), ErrorKind::DeadlinePassed);
    assert_eq!(error.last_observation().unwrap().phase(), Phase::Running);
    assert_eq!(error.last_error().unwrap().kind(), ErrorKind::Unavailable);
}

#[test]
fn the_last_poll_is_made_just_before_the_deadline() {
    let script = ScriptedTransport::new().then(json(200, RUNNING));
    let course = run_with(script, |options| options.deadline = seconds(62));
    let last = course.polls.last().unwrap().began.since(Moment::ORIGIN);
    assert!(last <= seconds(62) && last >= Duration::from_millis(61_500), "{last:?}");
}

#[test]
fn retry_after_is_obeyed_on_any_answer() {
    for (status, body) in [(200, RUNNING), (202, RUNNING), (429, "{}"), (503, "{}")] {
        let mut response = json(status, body);
        response.headers_mut().insert("retry-after", "42".parse().unwrap());
        let course = run(ScriptedTransport::new().then(response).then(json(200, DONE)));
        assert_eq!(begun_at(&course), [0, 42].map(seconds), "HTTP {status}");
    }
}

#[test]
fn retry_after_cannot_go_below_the_floor_or_past_the_deadline() {
    let asks = |retry_after: &str| {
        let mut response = json(429, "{}");
        response.headers_mut().insert("retry-after", retry_after.parse().unwrap());
        run(ScriptedTransport::new().then(response).then(json(200, DONE)))
    };
    assert_eq!(begun_at(&asks("0")), [0, 1].map(seconds));
    let course = asks("86400");
    assert_eq!(settled(&course), Phase::Succeeded);
    let last = course.polls[1].began.since(Moment::ORIGIN);
    assert!(last > seconds(899) && last <= seconds(900), "{last:?}");
}

#[test]
fn a_retry_after_date_counts_from_the_answers_own_date() {
    let mut response = json(503, "{}");
    response.headers_mut().insert("date", "Thu, 26 Feb 2026 12:00:00 GMT".parse().unwrap());
    response.headers_mut().insert("retry-after", "Thu, 26 Feb 2026 12:00:33 GMT".parse().unwrap());
    let course = run(ScriptedTransport::new().then(response).then(json(200, DONE)));
    assert_eq!(begun_at(&course), [0, 33].map(seconds));
}

#[test]
fn the_number_of_failures_in_a_row_can_be_limited() {
    let script = ScriptedTransport::new()
        .then(json(502, ""))
        .then(json(502, ""))
        .then(json(200, RUNNING))
        .then(json(502, ""));
    let course = run_with(script, |options| options.max_failures = NonZeroU32::new(3));
    assert_eq!(course.polls.len(), 6);
    let error = gave_up(course);
    assert_eq!(error.kind(), ErrorKind::TooManyFailures);
    assert_eq!(error.last_error().unwrap().kind(), ErrorKind::Unavailable);
    assert_eq!(error.last_observation().unwrap().phase(), Phase::Running);
}

#[test]
fn a_first_rest_is_taken_after_submitting() {
    let script = ScriptedTransport::new().then(json(200, DONE));
    let course = run_with(script, |options| options.pace.first_rest = seconds(5));
    assert_eq!(begun_at(&course), [seconds(5)]);
}

#[test]
fn a_wish_that_the_provider_does_not_have_is_not_sent() {
    for query in [StatusQuery::Progress, StatusQuery::LongPoll { hold: None }] {
        let script = ScriptedTransport::new().then(json(200, DONE));
        let course = run_with(script, |options| options.query = query);
        assert_eq!(course.polls[0].query, StatusQuery::Plain);
    }
}
