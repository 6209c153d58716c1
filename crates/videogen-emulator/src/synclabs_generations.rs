//! Listing, counting, deleting and downloading generations at Sync Labs.

use http::StatusCode;
use serde_json::json;
use videogen_core::{HttpResponse, Moment};

use crate::emulator::{Emulated, Emulator};
use crate::refusal::Refusal;
use crate::reply::{self, JSON};
use crate::signed_url::Signer;
use crate::status::{self, View};
use crate::synclabs_api::{Asked, SYNCLABS};
use crate::synclabs_params::Params;

/// The source of every generation here.
const SOURCE: &str = "api";

/// A generation that was not deleted.
fn visible<'a>(emulator: &'a Emulator, id: &str) -> Option<&'a Emulated> {
    let generation = emulator.generations.get(&(SYNCLABS, id.to_owned()))?;
    (!emulator.synclabs.deleted.contains(id)).then_some(generation)
}

fn view<'a>(
    emulator: &'a Emulator,
    now: Moment,
    id: &'a str,
    generation: &'a Emulated,
) -> View<'a> {
    View::new(generation, id, now, emulator.wall, &emulator.origin)
}

/// The generations that fit the filters that lists and counts share, in the order of their ids.
fn fitting<'a>(
    emulator: &'a Emulator,
    now: Moment,
    params: &'a Params,
) -> impl Iterator<Item = (&'a str, &'a Emulated)> {
    let all = emulator.generations.iter().filter(|((provider, _), _)| *provider == SYNCLABS);
    all.map(|((_, id), generation)| (id.as_str(), generation)).filter(move |(id, generation)| {
        !emulator.synclabs.deleted.contains(*id)
            && params.allows("status", &view(emulator, now, id, generation).status())
            && params.allows("ids", id)
            && params.allows("source", SOURCE)
    })
}

pub(crate) fn list(asked: &Asked<'_>) -> HttpResponse {
    let params = Params::of(asked.request.uri().query());
    let limit = match params.limit() {
        Ok(limit) => limit,
        Err(problem) => return asked.invalid(&[problem]),
    };
    if limit.is_none() && params.get("cursor").is_some() {
        return asked.invalid(&["cursor requires limit".to_owned()]);
    }
    let emulator = &*asked.emulator;
    let mut before = usize::MAX;
    if let Some(cursor) = params.get("cursor") {
        // One that was deleted since still says where the list goes on.
        match emulator.generations.get(&(SYNCLABS, cursor.to_owned())) {
            Some(generation) => before = generation.before,
            None => return asked.invalid(&["cursor must be the id of a generation".to_owned()]),
        }
    }
    let in_project = |generation: &Emulated| match params.get("projectId") {
        Some(asked) => {
            let project = generation.submitted.as_ref().and_then(|it| it.text("projectId"));
            project.as_deref() == Some(asked)
        }
        None => true,
    };
    let mut found: Vec<_> = fitting(emulator, asked.now, &params)
        .filter(|(_, generation)| generation.before < before && in_project(generation))
        .collect();
    // Without a limit the order is not promised.
    if let Some(limit) = limit {
        found.sort_by_key(|(_, generation)| std::cmp::Reverse(generation.before));
        found.truncate(limit);
    }
    let bodies: Vec<String> = found
        .into_iter()
        .map(|(id, generation)| status::body(&view(emulator, asked.now, id, generation)))
        .collect();
    reply::response(StatusCode::OK, asked.date(), JSON, format!("[{}]", bodies.join(",")))
}

pub(crate) fn count(asked: &Asked<'_>) -> HttpResponse {
    let params = Params::of(asked.request.uri().query());
    let of_here = params.allows("type", SOURCE) && params.allows("generationSource", SOURCE);
    let count = fitting(asked.emulator, asked.now, &params).filter(|_| of_here).count();
    asked.ok(&json!({ "count": count }))
}

pub(crate) fn get(asked: &mut Asked<'_>, id: &str) -> HttpResponse {
    match visible(asked.emulator, id) {
        Some(generation) => {
            let body = status::body(&view(asked.emulator, asked.now, id, generation));
            reply::response(StatusCode::OK, asked.date(), JSON, body)
        }
        None => asked.refuse(Refusal::NotFound),
    }
}

pub(crate) fn delete(asked: &mut Asked<'_>, id: &str) -> HttpResponse {
    let Some(generation) = visible(asked.emulator, id) else {
        return asked.refuse(Refusal::NotFound);
    };
    let view = view(asked.emulator, asked.now, id, generation);
    if !view.stage.has_ended() {
        let code = "generation_not_deletable_while_processing";
        return asked.error(StatusCode::CONFLICT, code, "The generation is still processing");
    }
    let body = status::body(&view);
    asked.emulator.synclabs.deleted.insert(id.to_owned());
    reply::response(StatusCode::OK, asked.date(), JSON, body)
}

pub(crate) fn download(asked: &mut Asked<'_>, id: &str) -> HttpResponse {
    let (origin, now) = (&asked.emulator.origin, asked.date());
    let url = visible(asked.emulator, id)
        .filter(|generation| view(asked.emulator, asked.now, id, generation).shows_urls())
        .map(|generation| Signer { origin, generation, id, now }.file(".mp4"));
    match url {
        Some(url) => asked.url(&url),
        None => asked.refuse(Refusal::NotFound),
    }
}
