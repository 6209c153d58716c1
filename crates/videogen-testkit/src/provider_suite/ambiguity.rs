//! That no submission is paid twice or lost: the machine of submissions, with what the provider makes of answers.

use std::ops::ControlFlow;

use videogen_core::{
    Accepted, Delivery, Error, ErrorKind, HttpRequest, HttpResponse, Moment, NewGeneration,
    Provider, Submit, SubmitAction, SubmitEvent, SubmitOptions,
};

use super::ProviderSuite;
use super::exchange::{answer, bytes, guarded};
use super::odd;
use crate::rules;
use crate::scripted::ScriptedTransport;
use crate::submission::new_generation;
use crate::suite::Suite;

const KEY: &str = "key-0123456789";

/// HTTP statuses of which one knows that nothing was made, but what is said of a redirect: 307 and 308 only.
const SURELY_REFUSED: [u16; 12] = [307, 308, 400, 401, 402, 403, 404, 405, 409, 410, 422, 429];

pub(super) fn check(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let Some(example) = it.submit.first() else { return };
    let provider = it.provider();
    let mut new = new_generation(example);
    new.idempotency_key = provider.promises_idempotency().then(|| KEY.to_owned());
    // What cannot be submitted at all is a matter of the submissions.
    if provider.submit(&new).is_err() {
        return;
    }
    let lost = ScriptedTransport::new().then_fail(Delivery::Possible);
    is_ambiguous(suite, &*provider, &new, "an answer that is lost", &lost);
    for (what, content_type, body) in odd::bodies() {
        for status in [200, 201, 202] {
            let about = format!("HTTP {status} with {what}");
            let transport = always(answer(status, content_type, body.clone()));
            is_ambiguous(suite, &*provider, &new, &about, &transport);
        }
        for status in odd::STATUSES.into_iter().chain(odd::GATEWAYS) {
            let about = format!("HTTP {status} with {what}");
            let transport = always(answer(status, content_type, body.clone()));
            if SURELY_REFUSED.contains(&status) {
                is_refused(suite, &*provider, &new, &about, &transport);
            } else {
                is_ambiguous(suite, &*provider, &new, &about, &transport);
            }
        }
    }
    for fixture in &it.submit {
        let name = &fixture.name;
        let new = new_generation(fixture);
        let transport = always(fixture.response.clone());
        let Some((result, _)) = course(&*provider, &new, &transport) else { continue };
        let Err(error) = result else { continue };
        if error.kind() != ErrorKind::Ambiguous {
            suite.rule(&rules::REFUSAL_IS_TOLD, error.refusal().is_some(), || {
                format!("{name}: {error}")
            });
        }
    }
}

fn always(response: HttpResponse) -> ScriptedTransport {
    ScriptedTransport::new().then(response)
}

/// What may have been accepted: sent once, or with the same key each time.
fn is_ambiguous(
    suite: &mut Suite,
    provider: &dyn Provider,
    new: &NewGeneration,
    about: &str,
    transport: &ScriptedTransport,
) {
    let rule = &rules::SUBMISSION_IS_SENT_ONCE;
    let Some((result, requests)) = course(provider, new, transport) else {
        return suite.rule(&rules::DECODER_IS_TOTAL, false, || format!("{about}: panics"));
    };
    let kind = result.as_ref().err().map(Error::kind);
    suite.rule(rule, kind == Some(ErrorKind::Ambiguous), || {
        format!("a submission after {about} ends as {result:?}")
    });
    if provider.promises_idempotency() {
        let first = requests.first().map(bytes).unwrap_or_default();
        let all_same = requests.iter().all(|request| bytes(request) == first);
        suite.rule(rule, all_same, || format!("after {about} another request is sent"));
        let has_key = first.contains(KEY);
        suite.rule(&rules::IDEMPOTENCY_IS_PROMISED, has_key, || {
            "the key is not in the request".to_owned()
        });
    } else {
        suite.rule(rule, requests.len() == 1, || {
            format!("after {about} it is sent {} times", requests.len())
        });
    }
}

fn is_refused(
    suite: &mut Suite,
    provider: &dyn Provider,
    new: &NewGeneration,
    about: &str,
    transport: &ScriptedTransport,
) {
    let rule = &rules::SUBMISSION_IS_SENT_ONCE;
    let Some((result, requests)) = course(provider, new, transport) else {
        return suite.rule(&rules::DECODER_IS_TOTAL, false, || format!("{about}: panics"));
    };
    let kind = result.as_ref().err().map(Error::kind);
    suite.rule(rule, kind.is_some_and(|kind| kind != ErrorKind::Ambiguous), || {
        format!("a submission after {about} ends as {result:?}")
    });
    suite.rule(rule, requests.len() == 1, || {
        format!("after {about} it is sent {} times", requests.len())
    });
}

/// A whole submission: how it ended, and what was sent. Nothing if the provider panics.
fn course(
    provider: &dyn Provider,
    new: &NewGeneration,
    transport: &ScriptedTransport,
) -> Option<(Result<Accepted, Error>, Vec<HttpRequest>)> {
    let key = new.idempotency_key.clone().filter(|_| provider.promises_idempotency());
    let mut machine = Submit::new(provider.name(), key, SubmitOptions::default());
    let mut now = Moment::ORIGIN;
    let mut event = SubmitEvent::Begin;
    loop {
        event = match machine.on(now, event) {
            ControlFlow::Break(result) => return Some((result, transport.requests())),
            ControlFlow::Continue(SubmitAction::Send { .. }) => {
                let sent = guarded(|| provider.submit(new)?.send(transport))?;
                SubmitEvent::Answered(sent)
            }
            ControlFlow::Continue(SubmitAction::Rest { until }) => {
                now = until;
                SubmitEvent::Woke
            }
        };
    }
}
