//! Submissions: what they make, and what is answered.

use std::collections::BTreeMap;
use std::time::Duration;

use http::header::RETRY_AFTER;
use videogen_core::{HttpRequest, HttpResponse, Moment};

use crate::emulator::Emulator;
use crate::log::Recorded;
use crate::provider_name::ProviderName;
use crate::reply::{self, Wire};
use crate::script::{ScriptError, seconds_text};
use crate::side::{Reason, Refused, Side, Submission};
use crate::submit_plan::{PlannedFault, SubmitFault, SubmitPlan};
use crate::view::Stage;
use crate::world::{World, handle};

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
    /// Which generations were made with which key for idempotency. Kept for ever: for how long providers do is not documented.
    ///
    /// A key is an organisation's. All API keys of the emulator are of one.
    used_keys: BTreeMap<String, Vec<String>>,
}

impl Submits {
    fn new(provider: ProviderName) -> Self {
        Self {
            arrived: 0,
            plan: SubmitPlan::new(provider),
            planned: Moment::ORIGIN,
            since_plan: 0,
            used_keys: BTreeMap::new(),
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
    /// When the plan fails [its check](Emulator::check_plan).
    pub fn plan_submits(&mut self, now: Moment, plan: SubmitPlan) -> Result<(), ScriptError> {
        self.check_plan(&plan)?;
        let submits = self.world.submits_to(plan.provider);
        (submits.plan, submits.planned, submits.since_plan) = (plan, now, 0);
        Ok(())
    }

    /// Whether submissions can go so here.
    ///
    /// # Errors
    ///
    /// When the plan fails [its own check](SubmitPlan::check), its provider is not here, or does not have what it says.
    pub fn check_plan(&self, plan: &SubmitPlan) -> Result<(), ScriptError> {
        plan.check()?;
        plan.check_at(self.side_of(plan.provider)?, self.all_sides())
    }

    /// The ids of a provider's generations in the order of their creation, whether they were submitted or
    /// [added](Emulator::add): whatever became of the answers, these exist.
    #[must_use]
    pub fn generations(&self, provider: ProviderName) -> Vec<String> {
        let all = self.world.generations_of(provider).into_iter();
        all.map(|(id, _)| id.to_owned()).collect()
    }

    /// How many submissions to a provider arrived, those included that came to nothing.
    #[must_use]
    pub fn submits(&self, provider: ProviderName) -> u64 {
        self.world.submits.get(&provider).map_or(0, |submits| submits.arrived)
    }
}

impl World {
    pub(crate) fn submits_to(&mut self, provider: ProviderName) -> &mut Submits {
        self.submits.entry(provider).or_insert_with(|| Submits::new(provider))
    }
}

pub(crate) fn answer(
    side: &dyn Side,
    world: &mut World,
    now: Moment,
    request: &HttpRequest,
    of: Option<&str>,
    recorded: &mut Recorded,
) -> Wire {
    let date = world.wall.at(now);
    let dated = |response| Wire::Response(reply::dated(response, date));
    let submits = world.submits_to(side.name());
    submits.arrived = submits.arrived.saturating_add(1);
    recorded.submit = Some(submits.arrived);
    if let Err(reason) = side.accepted_key(request, date) {
        return dated(side.refuse_key(request, date, reason));
    }
    let submission = match side.submission(request, of) {
        Ok(submission) => submission,
        Err(refused) => return dated(refused),
    };
    let fault = submits.next_fault(now);
    if let Some(fault) = fault.filter(|it| !it.fault.accepts()) {
        return not_accepted(side, world, now, fault);
    }
    let made = accept(side, world, now, submission);
    if let Ok(ids) = &made {
        recorded.handle = ids.first().map(|id| handle(side.name(), id));
    }
    let response = match &made {
        Ok(ids) => accepted(side, world, ids),
        Err(reason) => side.refuse(*reason),
    };
    let response = dated(response);
    match fault.map(|it| it.fault) {
        Some(SubmitFault::LostAnswer) => Wire::Reset,
        Some(SubmitFault::StalledAnswer) => Wire::Stall,
        Some(SubmitFault::CutAnswer) => response.cut(),
        Some(SubmitFault::TruncatedAnswer) => response.truncated(),
        Some(SubmitFault::BadGatewayAfter) => Wire::Response(reply::bad_gateway(date)),
        Some(SubmitFault::OutcomeUnknown) => match made.ok().and_then(|ids| ids.into_iter().next())
        {
            Some(id) => {
                let mut refused = Refused::because(Reason::OutcomeUnknown);
                refused.id = Some(id);
                dated(side.refusal(&refused))
            }
            None => response,
        },
        _ => response,
    }
}

/// What comes of a submission that nothing is made of.
fn not_accepted(
    side: &dyn Side,
    world: &World,
    now: Moment,
    PlannedFault { fault, mut retry_after, .. }: PlannedFault,
) -> Wire {
    let date = world.wall.at(now);
    let reason = match fault {
        SubmitFault::ResetBefore => return Wire::Reset,
        SubmitFault::BadGatewayBefore => return Wire::Response(reply::bad_gateway(date)),
        SubmitFault::RefusedConcurrency => {
            retry_after = retry_after.or(Some(CONCURRENCY_REST));
            Reason::Concurrency
        }
        SubmitFault::RefusedInput => Reason::Input,
        SubmitFault::RefusedModeration => Reason::Moderation,
        SubmitFault::RefusedCredits => Reason::Payment,
        SubmitFault::RefusedRate => Reason::TooManyRequests,
        SubmitFault::Unauthorized => Reason::BadKey,
        SubmitFault::Forbidden => Reason::Forbidden,
        // `Unavailable`; the others accept.
        _ => Reason::Unavailable,
    };
    let mut refused = Refused::because(reason);
    refused.rest = retry_after;
    refused.origin.clone_from(&world.origin);
    let mut response = reply::dated(side.refusal(&refused), date);
    // What there are too many of ends some time: the body says when to ask, if the provider does.
    if let Some(rest) = retry_after.filter(|_| reason != Reason::Concurrency) {
        reply::set(response.headers_mut(), RETRY_AFTER, &seconds_text(rest));
    }
    Wire::Response(response)
}

/// Makes the generations of a submission, or finds those that were made with its key. Gives their ids.
fn accept(
    side: &dyn Side,
    world: &mut World,
    now: Moment,
    submission: Submission,
) -> Result<Vec<String>, Reason> {
    let provider = side.name();
    let submits = world.submits_to(provider);
    let script = side.completed(submits.plan.generation.clone(), &submission);
    let key = submission.idempotency_key.clone();
    if let Some(ids) = key.as_ref().and_then(|key| submits.used_keys.get(key)) {
        let ids = ids.clone();
        let first = ids.first().and_then(|id| world.generation(provider, id));
        let before = first.and_then(|generation| generation.submitted.as_ref());
        let is_same = before.is_some_and(|before| before.is_same(&submission));
        return if is_same && !submission.refuses_repeats {
            Ok(ids)
        } else {
            Err(Reason::Conflict)
        };
    }
    if !world.has_room_for(submission.count) {
        return Err(Reason::Unavailable);
    }
    let mut ids = Vec::new();
    for _ in 0..submission.count.max(1) {
        let id = world.make_id(side, Some(&submission));
        world.insert(side, now, id.clone(), script.clone(), Some(submission.clone()));
        ids.push(id);
    }
    if let Some(key) = key {
        world.submits_to(provider).used_keys.insert(key, ids.clone());
    }
    Ok(ids)
}

/// The provider's answer to a submission that made these generations, now or before.
fn accepted(side: &dyn Side, world: &World, ids: &[String]) -> HttpResponse {
    let provider = side.name();
    let first = ids.first().and_then(|id| {
        let created = world.generation(provider, id)?.created;
        world.view(provider, side.signing(), id, created)
    });
    match first {
        Some(mut first) => {
            // However soon it runs, at first it is told to be in the queue.
            (first.stage, first.updated) = (Stage::Queued, first.created);
            side.accepted(ids, &first)
        }
        // It was made a moment ago.
        None => side.refuse(Reason::ServerError),
    }
}
