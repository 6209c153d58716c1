//! For each rule a provider that breaks it, and is caught with that rule: the proof that the checks can fail.

mod provider;
mod webhooks;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use videogen_core::answer::Answer;
use videogen_core::{
    Accepted, BaseUrl, Error, ErrorKind, Generation, Handle, HttpResponse, Observed, Output,
    OutputKind, Phase, Provider as _, StatusQuery, StatusTable, StatusWord, path,
};
use videogen_testkit::provider_suite::ProviderSuite;
use videogen_testkit::rules::{self, Rule};
use videogen_testkit::{
    Fixture, ScriptedTransport, Suite, TEST_KEY, VirtualClock, doc_provider, json,
};

use provider::{Broken, How, get, posted, read, sends};

/// The suite of a provider that is broken so.
fn suite(how: How) -> ProviderSuite<'static> {
    ProviderSuite::new(move || Broken::new(how.clone()), Broken::at)
        .status_fixtures(doc_provider::status_fixtures())
        .submit_fixtures(doc_provider::submit_fixtures())
}

fn checked(how: How) -> Suite {
    suite(how).check()
}

#[test]
fn what_is_not_broken_keeps_every_rule() {
    suite(How::default())
        .webhook(webhooks::sample(webhooks::verify))
        .hint(webhooks::BODY, webhooks::hint)
        .round_trip(works)
        .check()
        .assert();
}

#[test]
fn every_rule_can_be_broken() {
    let cases = cases();
    for (rule, checked) in &cases {
        let broken = checked.broken();
        assert!(broken.contains(&rule.name), "{} is not among {broken:?}", rule.name);
        let shown = checked.to_string();
        for part in [rule.what, rule.why, &rule.place()] {
            assert!(shown.contains(part), "{}: `{part}` is not in\n{shown}", rule.name);
        }
    }
    let left: Vec<_> = rules::ALL
        .iter()
        .filter(|rule| !cases.iter().any(|(broken, _)| broken == *rule))
        .map(|rule| rule.name)
        .collect();
    assert_eq!(left, [""; 0], "no provider here breaks these");
}

static RUNNING_WITHOUT_NEXT: StatusTable = StatusTable::new(&[
    StatusWord::documented("running", Phase::Running, &[]),
    StatusWord::documented("done", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]),
]);

static WITHOUT_SUCCESS: StatusTable = StatusTable::new(&[
    StatusWord::documented("running", Phase::Running, &["done", "failed"]),
    StatusWord::documented("done", Phase::Cancelled, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]),
]);

static ANOTHER_MEANING: StatusTable = StatusTable::new(&[
    StatusWord::documented("running", Phase::Queued, &["done", "failed"]),
    StatusWord::documented("done", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]),
]);

/// A server that takes one submission, and has made it when it is asked.
fn works() -> (ScriptedTransport, VirtualClock) {
    let script = ScriptedTransport::new()
        .then(json(201, r#"{"id": "g1", "status": "running"}"#))
        .then(json(200, r#"{"id": "g1", "status": "running"}"#))
        .then(json(200, r#"{"id": "g1", "status": "done", "url": "https://cdn.example/v.mp4"}"#));
    (script, VirtualClock::new())
}

static COUNT: AtomicUsize = AtomicUsize::new(0);

fn counted() -> usize {
    COUNT.fetch_add(1, Ordering::Relaxed)
}

fn cases() -> Vec<(&'static Rule, Suite)> {
    let mut cases = of_itself();
    cases.extend(of_requests());
    cases.extend(of_answers());
    cases.extend(of_errors());
    cases.extend(of_fixtures());
    cases.extend(of_submissions());
    cases.extend(of_webhooks());
    cases
}

fn of_itself() -> Vec<(&'static Rule, Suite)> {
    let none = How::default;
    let slow = |mut guidance: videogen_core::PollGuidance| {
        guidance.interval = Duration::ZERO;
        guidance
    };
    vec![
        (&rules::NAME_IS_PLAIN, checked(How { name: Some("Example!"), ..none() })),
        (
            &rules::BASE_URL_IS_CANONICAL,
            checked(How { base_url: Some("https://API.example.com/"), ..none() }),
        ),
        (&rules::KEY_IS_HIDDEN, checked(How { shows_key: true, ..none() })),
        (&rules::WORDS_ARE_A_TABLE, checked(How { table: Some(&RUNNING_WITHOUT_NEXT), ..none() })),
        (&rules::SUCCESS_HAS_A_WORD, checked(How { table: Some(&WITHOUT_SUCCESS), ..none() })),
        (&rules::PHASE_IS_OF_THE_WORD, checked(How { table: Some(&ANOTHER_MEANING), ..none() })),
        (&rules::GUIDANCE_IS_SANE, checked(How { guidance: Some(slow), ..none() })),
        (
            &rules::BAD_ID_IS_INPUT,
            checked(How {
                handle: Some(|it, id| {
                    it.handle(id).map_err(|_| Error::new(ErrorKind::Refused, "no such id"))
                }),
                ..none()
            }),
        ),
        (
            &rules::HANDLE_SURVIVES,
            checked(How { handle: Some(|it, id| it.handle(&format!("{id}x"))), ..none() }),
        ),
    ]
}

fn of_requests() -> Vec<(&'static Rule, Suite)> {
    let asks = |status| checked(How { status: Some(status), ..How::default() });
    vec![
        (
            &rules::KEY_IS_SENSITIVE,
            asks(|it, handle, query| {
                sends(it.status(handle, query)?, handle, |request| {
                    let plain = HeaderValue::from_str(&format!("Bearer {TEST_KEY}")).unwrap();
                    request.headers_mut().insert(AUTHORIZATION, plain);
                })
            }),
        ),
        (
            &rules::KEY_GOES_ALONG,
            asks(|it, handle, query| {
                sends(it.status(handle, query)?, handle, |request| {
                    request.headers_mut().remove(AUTHORIZATION);
                })
            }),
        ),
        (&rules::QUERY_IS_CHECKED, asks(|it, handle, _| it.status(handle, StatusQuery::Plain))),
        (
            &rules::ID_IS_A_PATH,
            asks(|it, handle, query| {
                it.status(handle, query)?;
                get(it, handle, &format!("/generations/{}", handle.id()))
            }),
        ),
        (
            &rules::FOREIGN_HANDLE_IS_REFUSED,
            asks(|it, handle, query| it.status(&it.handle(handle.id())?, query)),
        ),
        (
            &rules::REQUEST_IS_A_FUNCTION,
            asks(|it, handle, query| {
                sends(it.status(handle, query)?, handle, |request| {
                    request.headers_mut().insert("x-count", HeaderValue::from(counted()));
                })
            }),
        ),
        (
            &rules::REQUEST_STAYS_AT_BASE,
            asks(|it, handle, query| {
                sends(it.status(handle, query)?, handle, |request| {
                    *request.uri_mut() =
                        "https://elsewhere.example/generations/g1".parse().unwrap();
                })
            }),
        ),
        (
            &rules::REQUEST_IS_THE_FIXTURES,
            asks(|it, handle, query| {
                it.status(handle, query)?;
                get(it, handle, &format!("/generation/{}", handle.id_segment()))
            }),
        ),
        (
            &rules::OUTCOME_IN_TWO_REQUESTS,
            asks(|it, handle, query| {
                let next = it.clone();
                let again = handle.clone();
                read(it.status(handle, query)?, handle, move |_, seen| match seen? {
                    Observed::Generation(seen) if seen.phase() == Phase::Succeeded => {
                        Ok(Observed::Then(Box::new(next.status(&again, StatusQuery::Plain)?)))
                    }
                    seen => Ok(seen),
                })
            }),
        ),
    ]
}

/// The suite of a provider that makes this of the answers that it understands.
fn sees(change: fn(&mut Generation)) -> Suite {
    checked(How { seen: Some(change), ..How::default() })
}

/// The suite of a provider that reads answers so.
fn reads(change: provider::Read) -> Suite {
    checked(How { read: Some(change), ..How::default() })
}

fn of_answers() -> Vec<(&'static Rule, Suite)> {
    vec![
        (
            &rules::WORDS_ARE_LETTERS,
            reads(|call, _, response| {
                let mut lower = response.clone();
                lower.body_mut().make_ascii_lowercase();
                call.decode(&lower)
            }),
        ),
        (
            &rules::ANSWER_IS_2XX,
            reads(|call, handle, response| match call.decode(response) {
                Err(_) if response.status() == 404 => gone(handle, "failed"),
                seen => seen,
            }),
        ),
        (
            &rules::DECODER_IS_TOTAL,
            reads(|call, _, response| {
                std::str::from_utf8(response.body()).unwrap();
                call.decode(response)
            }),
        ),
        (
            &rules::CUT_IS_NO_ANSWER,
            reads(|call, handle, response| match call.decode(response) {
                Err(_) if response.status().is_success() => gone(handle, "running"),
                seen => seen,
            }),
        ),
        (
            &rules::ODD_FIELDS_COST_NOTHING,
            reads(|call, _, response| {
                let seen = call.decode(response)?;
                Answer::of(response, |_| None)?.parse::<Strict>()?;
                Ok(seen)
            }),
        ),
        (
            &rules::ANOTHER_IS_NO_ANSWER,
            reads(|call, handle, response| {
                let body: serde_json::Value =
                    serde_json::from_slice(response.body()).unwrap_or_default();
                match (call.decode(response), body.get("status")) {
                    (Err(error), Some(status)) if error.kind() == ErrorKind::InvalidResponse => {
                        gone(handle, status.as_str().unwrap_or_default())
                    }
                    (seen, _) => seen,
                }
            }),
        ),
        (
            &rules::NOTHING_IS_LOST,
            sees(|seen| {
                let outputs = std::mem::take(&mut seen.outputs);
                let failure = seen.failure.take();
                *seen = Generation::new(seen.handle.clone(), seen.status.clone());
                seen.outputs = outputs;
                seen.failure = failure;
            }),
        ),
        (
            &rules::JSON_FORM_SURVIVES,
            // Longer and finer than the form is.
            sees(|seen| {
                for output in &mut seen.outputs {
                    output.duration = Some(Duration::new(1 << 40, 1));
                }
            }),
        ),
        (
            &rules::OUTPUT_IS_PRIMARY,
            sees(|seen| {
                for output in &mut seen.outputs {
                    *output = Output::secondary(OutputKind::Video, output.url.expose());
                }
            }),
        ),
        (&rules::FAILURE_IS_TOLD, sees(|seen| seen.failure = None)),
    ]
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "it is only read into")]
struct Strict {
    url: Option<String>,
}

fn gone(handle: &Handle, word: &str) -> Result<Observed, Error> {
    Ok(Generation::new(handle.clone(), doc_provider::words().status(word)).into())
}

/// The suite of a provider that makes this of its errors.
fn fails(change: fn(Error, &HttpResponse) -> Error) -> Suite {
    let with_url = r#"{"about": "an exchange that never was", "class": "synthetic", "source": "nowhere",
        "request": {"method": "GET", "path": "/generations/g1", "headers": {}},
        "response": {"status": 404, "body": {"at": "https://cdn.example/v?sig=ABCDEFGH"}}}"#;
    let mut fixtures = doc_provider::status_fixtures();
    fixtures.push(Fixture::parse("example", "status", "error_with_url", with_url).unwrap());
    suite(How { failed: Some(change), ..How::default() }).status_fixtures(fixtures).check()
}

fn of_errors() -> Vec<(&'static Rule, Suite)> {
    vec![
        (
            &rules::ERROR_KIND_IS_THE_STATUS,
            fails(|error, response| {
                Error::new(ErrorKind::Refused, "no")
                    .with_http_status(response.status().as_u16())
                    .with_retry_after(error.retry_after())
            }),
        ),
        (
            &rules::ERROR_NAMES_ITS_CAUSE,
            fails(|error, _| Error::new(error.kind(), "no").with_retry_after(error.retry_after())),
        ),
        (
            &rules::ERROR_IS_ONE_LINE,
            fails(|error, response| {
                let body = String::from_utf8_lossy(response.body()).into_owned();
                error
                    .with_provider_words(Some(body.clone()), Some(body.clone()))
                    .with_request_id(Some(body))
            }),
        ),
        (&rules::RETRY_AFTER_IS_KEPT, fails(|error, _| error.with_retry_after(None))),
        (
            &rules::QUERIES_ARE_HIDDEN,
            fails(|error, response| {
                let body = String::from_utf8_lossy(response.body()).into_owned();
                error.with_source(body)
            }),
        ),
    ]
}

fn of_fixtures() -> Vec<(&'static Rule, Suite)> {
    let mut without_failed = doc_provider::status_fixtures();
    without_failed.retain(|fixture| fixture.name != "failed");
    vec![
        (
            &rules::EVERY_WORD_HAS_A_FIXTURE,
            suite(How::default()).status_fixtures(without_failed).check(),
        ),
        (
            &rules::EVERY_ERROR_HAS_A_FIXTURE,
            suite(How::default()).documented_errors(&[(402, "no_credits")]).check(),
        ),
        (&rules::FIXTURES_ARE_OF_ALL, suite(How::default()).submit_fixtures(Vec::new()).check()),
    ]
}

fn of_submissions() -> Vec<(&'static Rule, Suite)> {
    let submits = |submit| checked(How { submit: Some(submit), ..How::default() });
    vec![
        (
            &rules::SUBMISSION_IS_UNCHANGED,
            submits(|it, new| {
                let body: serde_json::Value = serde_json::from_str(&new.body).unwrap();
                let mut typed = new.clone();
                typed.body = serde_json::json!({ "prompt": body["prompt"] }).to_string();
                it.submit(&typed)
            }),
        ),
        (
            &rules::NOTHING_IS_IGNORED,
            submits(|it, new| {
                let mut known = new.clone();
                known.idempotency_key = None;
                it.submit(&known)
            }),
        ),
        (
            &rules::TEMPLATE_IS_A_PATH,
            submits(|it, new| {
                let Some(template) = new.template.clone() else { return it.submit(new) };
                let mut known = new.clone();
                known.template = None;
                posted(it, &known, &format!("/templates/{template}"))
            }),
        ),
        (
            &rules::LOST_IS_NOT_ACCEPTED,
            checked(How {
                accepts: Some(|it, _, response| {
                    let body = String::from_utf8_lossy(response.body());
                    let id = body.split('"').nth(3).filter(|id| path::encode_segment(id).is_ok());
                    Ok(Accepted::new(vec![it.handle(id.unwrap_or("unknown"))?]))
                }),
                ..How::default()
            }),
        ),
        (
            &rules::ACCEPTED_CAN_BE_ASKED,
            checked(How {
                accepts: Some(|_, call, response| {
                    call.decode(response)?;
                    let elsewhere = BaseUrl::from_static("https://elsewhere.example");
                    Ok(Accepted::new(vec![Handle::new("example", &elsewhere, "g1")?]))
                }),
                ..How::default()
            }),
        ),
        (
            &rules::SUBMISSION_IS_SENT_ONCE,
            checked(How {
                accepts: Some(|_, call, response| {
                    call.decode(response).map_err(|_| Error::new(ErrorKind::NotDelivered, "no"))
                }),
                ..How::default()
            }),
        ),
        (
            &rules::REFUSAL_IS_TOLD,
            checked(How {
                accepts: Some(|_, call, response| {
                    call.decode(response).map_err(|_| Error::new(ErrorKind::InvalidInput, "no"))
                }),
                ..How::default()
            }),
        ),
        (
            &rules::IDEMPOTENCY_IS_PROMISED,
            checked(How {
                promises: true,
                submit: Some(|it, new| {
                    let mut known = new.clone();
                    known.idempotency_key = None;
                    it.submit(&known)
                }),
                ..How::default()
            }),
        ),
    ]
}

fn of_webhooks() -> Vec<(&'static Rule, Suite)> {
    let verifies = |verify| suite(How::default()).webhook(webhooks::sample(verify)).check();
    let hints = |hint: fn(&[u8]) -> _| suite(How::default()).hint(webhooks::BODY, hint).check();
    let refuses = || (ScriptedTransport::new().then(json(500, "{}")), VirtualClock::new());
    vec![
        (&rules::WEBHOOK_IS_VERIFIED, verifies(|_, _, _| Err(webhooks::forged()))),
        (&rules::WEBHOOK_FORGERY_IS_REFUSED, verifies(|_, body, now| webhooks::read(body, now))),
        (
            &rules::WEBHOOK_HAS_A_TIME,
            verifies(|headers, body, _| webhooks::verify(headers, body, webhooks::signed_at())),
        ),
        (
            &rules::WEBHOOK_REPEATS_ITSELF,
            verifies(|headers, body, now| {
                webhooks::verify(headers, body, now)?;
                Ok(webhooks::about(&format!("g{}", counted()), now))
            }),
        ),
        (&rules::HINT_SAYS_ONLY_WHICH, hints(webhooks::hint_to_anywhere)),
        (&rules::EMULATOR_AGREES, suite(How::default()).round_trip(refuses).check()),
    ]
}
