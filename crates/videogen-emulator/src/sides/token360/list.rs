//! `GET /videos` at Token360: which page of the account's videos, and what a list says of one.

use http::StatusCode;
use percent_encoding::percent_decode_str;
use videogen_core::{HttpResponse, Json};
use videogen_token360::{MAX_LIMIT, wire};

use super::bodies;
use crate::json;
use crate::side::{Account, json_answer, text_answer};
use crate::view::View;

/// How many videos are on a page that is not told.
const USUAL_LIMIT: usize = 20;

/// What a query asks for.
struct Query {
    limit: usize,
    after: Option<String>,
    before: Option<String>,
    oldest_first: bool,
}

/// A parameter that is wrong, and what is wrong with it.
type Problem = (&'static str, String);

/// The answer to a list request that was let in.
pub(super) fn answer(account: &Account<'_>, query: &str) -> HttpResponse {
    match parse(query).and_then(|query| list(account, &query)) {
        Ok(list) => json_answer(StatusCode::OK, &list),
        Err((parameter, problem)) => {
            let body = bodies::invalid(Some(parameter), "400", format!("{parameter} {problem}"));
            text_answer(StatusCode::BAD_REQUEST, "application/json", body)
        }
    }
}

/// Parameters that are not known are ignored.
fn parse(query: &str) -> Result<Query, Problem> {
    let mut parsed = Query { limit: USUAL_LIMIT, after: None, before: None, oldest_first: false };
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
        match name {
            "limit" => {
                let limit = value.parse::<u32>().ok().filter(|it| (1..=MAX_LIMIT).contains(it));
                let limit = limit.and_then(|limit| usize::try_from(limit).ok());
                let problem = || format!("must be an integer from 1 to {MAX_LIMIT}");
                parsed.limit = limit.ok_or_else(|| ("limit", problem()))?;
            }
            "order" => {
                parsed.oldest_first = match value.as_str() {
                    "asc" => true,
                    "desc" => false,
                    _ => return Err(("order", "must be asc or desc".to_owned())),
                }
            }
            "after" => parsed.after = Some(value),
            "before" => parsed.before = Some(value),
            _ => {}
        }
    }
    Ok(parsed)
}

fn list(account: &Account<'_>, query: &Query) -> Result<wire::VideoList, Problem> {
    let mut videos: Vec<View<'_>> = account.views().collect();
    if !query.oldest_first {
        videos.reverse();
    }
    let place = |name: &'static str, id: &Option<String>| match id {
        None => Ok(None),
        Some(id) => match videos.iter().position(|it| it.id == id) {
            Some(place) => Ok(Some(place)),
            None => Err((name, "names no video of this account".to_owned())),
        },
    };
    let (after, before) = (place("after", &query.after)?, place("before", &query.before)?);
    let from = after.map_or(0, |place| place.saturating_add(1));
    let between = videos.get(from..before.unwrap_or(videos.len())).unwrap_or_default();
    // Before a video and after none: those next to it.
    let from_the_end = before.is_some() && after.is_none();
    let skipped = if from_the_end { between.len().saturating_sub(query.limit) } else { 0 };
    let shown: Vec<&View<'_>> = between.iter().skip(skipped).take(query.limit).collect();
    let mut list = wire::VideoList::default();
    list.object = Some("list".to_owned());
    list.has_more = Some(shown.len() < between.len());
    list.first_id = shown.first().map(|it| it.id.to_owned());
    list.last_id = shown.last().map(|it| it.id.to_owned());
    list.data = Some(shown.into_iter().filter_map(item).collect());
    Ok(list)
}

/// What a list says of a video: less than its status.
fn item(view: &View<'_>) -> Option<Json> {
    let whole: wire::Video = serde_json::from_str(&bodies::body(view)).ok()?;
    let mut video = wire::Video::default();
    (video.id, video.object, video.status) = (whole.id, whole.object, whole.status);
    (video.model, video.prompt, video.created_at) = (whole.model, whole.prompt, whole.created_at);
    serde_json::from_str(&json::text(&video)).ok()
}
