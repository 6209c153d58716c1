//! Listing, counting, deleting and downloading generations at Sync Labs.

use http::StatusCode;
use serde_json::json;
use videogen_core::HttpResponse;

use super::api::Asked;
use super::bodies;
use super::params::Params;
use crate::side::{Reason, text_answer};
use crate::view::View;

/// The source of every generation here.
const SOURCE: &str = "api";

/// A generation that was not deleted.
fn visible<'a>(asked: &'a Asked<'_, '_>, id: &str) -> Option<View<'a>> {
    asked.account.view(id).filter(|view| !asked.side.deleted.contains(view.id))
}

fn word(view: &View<'_>) -> String {
    view.status(bodies::word(view.stage))
}

/// The generations that fit the filters that lists and counts share, oldest first.
fn fitting<'a>(
    asked: &'a Asked<'_, '_>,
    params: &'a Params,
) -> impl DoubleEndedIterator<Item = View<'a>> {
    asked.account.views().filter(move |view| {
        !asked.side.deleted.contains(view.id)
            && params.allows("status", &word(view))
            && params.allows("ids", view.id)
            && params.allows("source", SOURCE)
    })
}

pub(super) fn list(asked: &Asked<'_, '_>) -> HttpResponse {
    let params = Params::of(asked.request.uri().query());
    let limit = match params.limit() {
        Ok(limit) => limit,
        Err(problem) => return asked.invalid(&[problem]),
    };
    if limit.is_none() && params.get("cursor").is_some() {
        return asked.invalid(&["cursor requires limit".to_owned()]);
    }
    let mut before = usize::MAX;
    if let Some(cursor) = params.get("cursor") {
        // One that was deleted since still says where the list goes on.
        match asked.account.view(cursor) {
            Some(view) => before = view.number,
            None => return asked.invalid(&["cursor must be the id of a generation".to_owned()]),
        }
    }
    let in_project = |view: &View<'_>| match params.get("projectId") {
        Some(asked) => {
            let project = view.submission.and_then(|it| it.text("projectId"));
            project.as_deref() == Some(asked)
        }
        None => true,
    };
    let found = fitting(asked, &params).filter(|view| view.number < before && in_project(view));
    let bodies: Vec<String> = match limit {
        Some(limit) => found.rev().take(limit).map(|view| bodies::body(&view)).collect(),
        // Without a limit the order is not promised.
        None => found.map(|view| bodies::body(&view)).collect(),
    };
    text_answer(StatusCode::OK, "application/json", format!("[{}]", bodies.join(",")))
}

pub(super) fn count(asked: &Asked<'_, '_>) -> HttpResponse {
    let params = Params::of(asked.request.uri().query());
    let of_here = params.allows("type", SOURCE) && params.allows("generationSource", SOURCE);
    let count = fitting(asked, &params).filter(|_| of_here).count();
    asked.ok(&json!({ "count": count }))
}

pub(super) fn get(asked: &mut Asked<'_, '_>, id: &str) -> HttpResponse {
    match visible(asked, id) {
        Some(view) => text_answer(StatusCode::OK, "application/json", bodies::body(&view)),
        None => asked.refuse(Reason::NotFound),
    }
}

pub(super) fn delete(asked: &mut Asked<'_, '_>, id: &str) -> HttpResponse {
    let Some(view) = visible(asked, id) else {
        return asked.refuse(Reason::NotFound);
    };
    if !view.stage.has_ended() {
        let code = "generation_not_deletable_while_processing";
        return asked.error(StatusCode::CONFLICT, code, "The generation is still processing");
    }
    let body = bodies::body(&view);
    asked.side.deleted.insert(id.to_owned());
    text_answer(StatusCode::OK, "application/json", body)
}

pub(super) fn download(asked: &mut Asked<'_, '_>, id: &str) -> HttpResponse {
    match visible(asked, id).filter(View::shows_urls).map(|view| view.video_url(0)) {
        Some(url) => asked.url(&url),
        None => asked.refuse(Reason::NotFound),
    }
}
