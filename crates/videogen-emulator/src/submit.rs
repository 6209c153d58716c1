//! Submissions: what they make, and what is answered.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{Method, StatusCode};
use videogen_core::{HttpRequest, HttpResponse, Moment};

use crate::emulator::{Emulator, MAX_GENERATIONS, handle};
use crate::idempotency::UsedKeys;
use crate::keys;
use crate::log::Recorded;
use crate::provider_name::ProviderName;
use crate::refusal::{self, Refusal};
use crate::reply::{self, JSON, Wire};
use crate::script::{ScriptError, seconds_text};
use crate::status::{self, Stage, View};
use crate::submission::Submission;
use crate::submit_plan::{PlannedFault, SubmitFault, SubmitPlan};
use crate::{prism, synclabs};

/// How long to rest when too many generations run at once, unless the plan says so.
const CONCURRENCY_REST: Duration = Duration::from_secs(30);

/// The submissions to one provider.
#[derive(Clone, Debug)]
pub(crate) struct Submits {
    pub(crate) arrived: u64,
    pub(crate) plan: SubmitPlan,
    planned: Moment,
    /// How many there were since the plan that could be accepted.
    since_plan: u64,
    used_keys: UsedKeys,
}

impl Submits {
    fn new(provider: ProviderName) -> Self {
        Self {
            arrived: 0,
            plan: SubmitPlan::new(provider),
            planned: Moment::ORIGIN,
            since_plan: 0,
            used_keys: UsedKeys::default(),
        }
    }

    /// What goes wrong with one that is submitted at `now`.
    fn next_fault(&mut self, now: Moment) -> Option<PlannedFault> {
        self.since_plan = self.since_plan.saturating_add(1);
        self.plan.fault(self.since_plan, now.since(self.planned))
    }
}

impl Emulator {
    /// Lets submissions to the plan's provider go as `plan` says from `now` on, and not as the plan before said.
    ///
    /// # Errors
    ///
    /// When the plan fails [its check](SubmitPlan::check).
    pub fn plan_submits(&mut self, now: Moment, plan: SubmitPlan) -> Result<(), ScriptError> {
        plan.check()?;
        let submits = self.submits_to(plan.provider);
        (submits.plan, submits.planned, submits.since_plan) = (plan, now, 0);
        Ok(())
    }

    /// The ids of a provider's generations in the order of their creation, whether they were submitted or
    /// [added](Emulator::add): whatever became of the answers, these exist.
    #[must_use]
    pub fn generations(&self, provider: ProviderName) -> Vec<String> {
        let all = self.generations.iter().filter(|((whose, _), _)| *whose == provider);
        let mut all: Vec<_> = all.map(|((_, id), generation)| (generation.before, id)).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// How many submissions to a provider arrived, those included that came to nothing.
    #[must_use]
    pub fn submits(&self, provider: ProviderName) -> u64 {
        self.submits.get(&provider).map_or(0, |submits| submits.arrived)
    }

    pub(crate) fn submits_to(&mut self, provider: ProviderName) -> &mut Submits {
        self.submits.entry(provider).or_insert_with(|| Submits::new(provider))
    }
}

pub(crate) fn answer(
    emulator: &mut Emulator,
    now: Moment,
    request: &HttpRequest,
    provider: ProviderName,
    template: Option<&str>,
    recorded: &mut Recorded,
) -> Wire {
    let date = emulator.wall.at(now);
    if request.method() != Method::POST {
        return Wire::Response(refusal::method_not_allowed(provider, date, &Method::POST));
    }
    let submits = emulator.submits_to(provider);
    submits.arrived = submits.arrived.saturating_add(1);
    recorded.submit = Some(submits.arrived);
    if let Err(refusal) = keys::accepted(provider, request.headers()) {
        return Wire::Response(refusal.response(provider, date));
    }
    let submission = match Submission::read(provider, template, request) {
        Ok(submission) => submission,
        Err(body) => {
            return Wire::Response(reply::response(StatusCode::BAD_REQUEST, date, JSON, body));
        }
    };
    let fault = submits.next_fault(now);
    if let Some(fault) = fault.filter(|it| !it.fault.accepts()) {
        return not_accepted(emulator, now, provider, fault);
    }
    let made = accept(emulator, now, submission);
    if let Ok(ids) = &made {
        recorded.handle = ids.first().map(|id| handle(provider, id));
    }
    let response = match &made {
        Ok(ids) => accepted(emulator, now, provider, ids),
        Err(refusal) => refusal.response(provider, date),
    };
    let response = Wire::Response(response);
    match fault.map(|it| it.fault) {
        Some(SubmitFault::LostAnswer) => Wire::Reset,
        Some(SubmitFault::StalledAnswer) => Wire::Stall,
        Some(SubmitFault::CutAnswer) => response.cut(),
        Some(SubmitFault::TruncatedAnswer) => response.truncated(),
        Some(SubmitFault::BadGatewayAfter) => Wire::Response(reply::bad_gateway(date)),
        Some(SubmitFault::OutcomeUnknown) => match made.ok().and_then(|ids| ids.into_iter().next())
        {
            Some(id) => {
                let body = synclabs::outcome_unknown(&id);
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Wire::Response(reply::response(status, date, JSON, body))
            }
            None => response,
        },
        _ => response,
    }
}

/// What comes of a submission that nothing is made of.
fn not_accepted(
    emulator: &Emulator,
    now: Moment,
    provider: ProviderName,
    PlannedFault { fault, retry_after, .. }: PlannedFault,
) -> Wire {
    let date = emulator.wall.at(now);
    let refusal = match fault {
        SubmitFault::ResetBefore => return Wire::Reset,
        SubmitFault::BadGatewayBefore => return Wire::Response(reply::bad_gateway(date)),
        SubmitFault::RefusedConcurrency => {
            let rest = retry_after.unwrap_or(CONCURRENCY_REST);
            let body = synclabs::concurrency_limit(rest, &emulator.origin);
            let status = StatusCode::TOO_MANY_REQUESTS;
            return Wire::Response(reply::response(status, date, JSON, body));
        }
        SubmitFault::RefusedInput if provider == ProviderName::Synclabs => Refusal::Unprocessable,
        SubmitFault::RefusedInput => Refusal::Invalid,
        SubmitFault::RefusedModeration => Refusal::Moderation,
        SubmitFault::RefusedCredits => Refusal::Payment,
        SubmitFault::RefusedRate => Refusal::TooManyRequests,
        SubmitFault::Unauthorized => Refusal::BadKey,
        SubmitFault::Forbidden => Refusal::Forbidden,
        // `Unavailable`; the others accept.
        _ => Refusal::Unavailable,
    };
    let mut response = refusal.response(provider, date);
    if let Some(rest) = retry_after {
        reply::set(response.headers_mut(), RETRY_AFTER, &seconds_text(rest));
    }
    Wire::Response(response)
}

/// Makes the generations of a submission, or finds the one that was made with its key. Gives their ids.
fn accept(
    emulator: &mut Emulator,
    now: Moment,
    submission: Submission,
) -> Result<Vec<String>, Refusal> {
    let provider = submission.provider;
    let submits = emulator.submits_to(provider);
    let script = submission.completed(submits.plan.generation.clone());
    let key = submission.idempotency_key.as_deref();
    if let Some(id) = key.and_then(|key| submits.used_keys.made_with(key)) {
        let id = id.to_owned();
        let generation = emulator.generations.get(&(provider, id.clone()));
        let body = generation.and_then(|generation| generation.submitted.as_ref());
        return if body == Some(&submission.body) { Ok(vec![id]) } else { Err(Refusal::Conflict) };
    }
    if emulator.generations.len().saturating_add(submission.count()) > MAX_GENERATIONS {
        return Err(Refusal::Unavailable);
    }
    let mut ids = Vec::new();
    for _ in 0..submission.count() {
        let id = emulator.make_id(provider);
        emulator.insert(now, id.clone(), script.clone(), Some(submission.body.clone()));
        ids.push(id);
    }
    if let (Some(key), Some(id)) = (submission.idempotency_key, ids.first()) {
        emulator.submits_to(provider).used_keys.remember(key, id.clone());
    }
    Ok(ids)
}

/// The provider's answer to a submission that made these generations, now or before.
fn accepted(
    emulator: &Emulator,
    now: Moment,
    provider: ProviderName,
    ids: &[String],
) -> HttpResponse {
    let first = ids.first().and_then(|id| {
        let generation = emulator.generations.get(&(provider, id.clone()))?;
        Some((id, generation))
    });
    let body = match (provider, first) {
        (ProviderName::Prism, first) => {
            let template = first.and_then(|(_, it)| it.script.template_id.as_deref());
            prism::accepted(ids, template)
        }
        (_, Some((id, generation))) => {
            let (wall, origin) = (emulator.wall, &emulator.origin);
            let mut view = View::new(generation, id, generation.created, wall, origin);
            // However soon it runs, at first it is told to be in the queue.
            (view.stage, view.updated) = (Stage::Queued, view.created);
            status::body(&view)
        }
        (_, None) => String::new(),
    };
    let status = match provider {
        ProviderName::Synclabs => StatusCode::CREATED,
        ProviderName::Prism | ProviderName::Token360 => StatusCode::OK,
    };
    reply::response(status, emulator.wall.at(now), JSON, body)
}
