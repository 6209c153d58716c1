//! Sync Labs' media library, and where files are sent to it.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};
use videogen_core::{HttpResponse, Moment, OutputUrl, path};
use videogen_synclabs::{Asset, MAX_UPLOAD_BYTES};

use super::api::Asked;
use super::params::Params;
use crate::side::{json_answer, text_answer};

/// How long a presigned URL works, in seconds, from the page "Asset Uploads".
const UPLOAD_SECONDS: u64 = 604_800;

/// How many assets a page has unless it is said. Inferred.
const PAGE: usize = 20;

const KINDS: [&str; 3] = ["AUDIO", "VIDEO", "IMAGE"];
const VISIBILITIES: [&str; 2] = ["USER", "ORGANIZATION"];

/// The assets, in the order of creation, and the places for uploads.
#[derive(Clone, Debug, Default)]
pub(super) struct Library {
    assets: Vec<Kept>,
    uploads: Vec<Place>,
    made: u64,
}

/// An asset, and the project that it is in.
#[derive(Clone, Debug)]
struct Kept {
    asset: Asset,
    project: Option<String>,
}

/// A place where one file can be sent.
#[derive(Clone)]
struct Place {
    id: String,
    url: String,
    content_type: String,
    until: Moment,
    /// How long the file was that was sent.
    sent: Option<u64>,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({}, {:?} bytes)", self.id, self.sent)
    }
}

/// The body of a request, if it is a JSON object.
fn object(asked: &Asked<'_, '_>) -> Option<Map<String, Value>> {
    serde_json::from_slice(asked.request.body()).ok()
}

fn no_object(asked: &Asked<'_, '_>) -> HttpResponse {
    asked.invalid(&["the body must be a JSON object".to_owned()])
}

/// A member that is a text.
fn text<'a>(body: &'a Map<String, Value>, member: &str) -> Option<&'a str> {
    body.get(member).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A member that must be one of these words, if it is there.
fn one_of(body: &Map<String, Value>, member: &str, words: &[&str], problems: &mut Vec<String>) {
    let fits = |value: &Value| value.as_str().is_some_and(|word| words.contains(&word));
    if body.get(member).is_some_and(|value| !fits(value)) {
        let words = words.join(", ");
        problems.push(format!("{member} must be one of the following values: {words}"));
    }
}

fn not_found(asked: &Asked<'_, '_>) -> HttpResponse {
    asked.error(StatusCode::NOT_FOUND, "asset_not_found", "Asset not found")
}

fn find<'a>(asked: &'a Asked<'_, '_>, id: &str) -> Option<&'a Asset> {
    let assets = &asked.side.library.assets;
    assets.iter().map(|kept| &kept.asset).find(|asset| asset.id == id)
}

pub(super) fn get(asked: &mut Asked<'_, '_>, id: &str) -> HttpResponse {
    find(asked, id).map_or_else(|| not_found(asked), |asset| asked.ok(asset))
}

pub(super) fn download(asked: &mut Asked<'_, '_>, id: &str) -> HttpResponse {
    match find(asked, id).and_then(|asset| asset.url.as_ref()) {
        Some(url) => asked.url(url.expose()),
        None => not_found(asked),
    }
}

/// What is answered is inferred: the asset as it was.
pub(super) fn delete(asked: &mut Asked<'_, '_>, id: &str) -> HttpResponse {
    let assets = &mut asked.side.library.assets;
    match assets.iter().position(|kept| kept.asset.id == id) {
        Some(at) => {
            let kept = assets.remove(at);
            asked.ok(&kept.asset)
        }
        None => not_found(asked),
    }
}

pub(super) fn update(asked: &mut Asked<'_, '_>, id: &str) -> HttpResponse {
    let Some(change) = object(asked) else { return no_object(asked) };
    let mut problems = Vec::new();
    one_of(&change, "visibility", &VISIBILITIES, &mut problems);
    if !problems.is_empty() {
        return asked.invalid(&problems);
    }
    let date = asked.account.now().iso();
    let assets = &mut asked.side.library.assets;
    let Some(kept) = assets.iter_mut().find(|kept| kept.asset.id == id) else {
        return not_found(asked);
    };
    let asset = &mut kept.asset;
    let changed = |member: &str| text(&change, member).map(str::to_owned);
    let count = |member: &str| change.get(member).and_then(Value::as_u64);
    asset.name = changed("name").or_else(|| asset.name.take());
    asset.visibility = changed("visibility").or_else(|| asset.visibility.take());
    asset.format = changed("format").or_else(|| asset.format.take());
    asset.size = count("size").or(asset.size);
    asset.width = count("width").or(asset.width);
    asset.height = count("height").or(asset.height);
    let seconds = change.get("durationSeconds").and_then(Value::as_f64);
    asset.duration_seconds = seconds.or(asset.duration_seconds);
    asset.updated_at = Some(date);
    let asset = asset.clone();
    asked.ok(&asset)
}

pub(super) fn create(asked: &mut Asked<'_, '_>) -> HttpResponse {
    let Some(new) = object(asked) else { return no_object(asked) };
    let mut problems = Vec::new();
    let url = text(&new, "url").filter(|url| url.starts_with("http")).unwrap_or_default();
    if url.is_empty() {
        problems.push("url must be a URL address".to_owned());
    }
    if !new.contains_key("type") {
        problems.push("type should not be empty".to_owned());
    }
    one_of(&new, "type", &KINDS, &mut problems);
    one_of(&new, "visibility", &VISIBILITIES, &mut problems);
    if !problems.is_empty() {
        return asked.invalid(&problems);
    }
    let date = asked.account.now().iso();
    let library = &mut asked.side.library;
    let place = library.uploads.iter().find(|place| place.url == url);
    let size = match place.map(|place| place.sent) {
        Some(None) => {
            let code = "uploaded_file_not_found";
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return asked.error(status, code, "Uploaded file not found");
        }
        sent => sent.flatten(),
    };
    let is_upload = place.is_some();
    library.made = library.made.saturating_add(1);
    let file = url.split(['?', '#']).next().unwrap_or_default().rsplit('/').next();
    let mut asset = Asset::default();
    asset.id = format!("00000000-0000-4000-9000-{:012x}", library.made);
    (asset.created_at, asset.updated_at) = (Some(date.clone()), Some(date));
    asset.kind = text(&new, "type").map(str::to_owned);
    asset.visibility = Some(text(&new, "visibility").unwrap_or("USER").to_owned());
    asset.name = text(&new, "name").or(file).map(str::to_owned);
    asset.url = Some(OutputUrl::new(url));
    asset.format = file.and_then(|file| Some(file.rsplit_once('.')?.1.to_owned()));
    asset.input_type = Some(if is_upload { "UPLOAD" } else { "URL" }.to_owned());
    asset.size = size;
    let project = text(&new, "projectId").map(str::to_owned);
    library.assets.push(Kept { asset: asset.clone(), project });
    json_answer(StatusCode::CREATED, &asset)
}

/// The cursor is the id of the last asset of the page before. Inferred.
pub(super) fn list(asked: &Asked<'_, '_>) -> HttpResponse {
    let params = Params::of(asked.request.uri().query());
    let limit = match params.limit() {
        Ok(limit) => limit.unwrap_or(PAGE),
        Err(problem) => return asked.invalid(&[problem]),
    };
    let search = params.get("searchQuery").unwrap_or_default().to_lowercase();
    let fits = |kept: &&Kept| {
        let name = kept.asset.name.as_deref().unwrap_or_default().to_lowercase();
        params.allows("types", kept.asset.kind.as_deref().unwrap_or_default())
            && name.contains(&search)
            && params.get("projectId").is_none_or(|id| kept.project.as_deref() == Some(id))
    };
    let all = asked.side.library.assets.iter().filter(fits);
    // The newest first, unless it is said.
    let mut all: Vec<&Asset> = all.map(|kept| &kept.asset).rev().collect();
    let sort = params.get("sortBy").unwrap_or_default();
    let descending = sort.ends_with("Desc");
    match sort.trim_end_matches("Asc").trim_end_matches("Desc") {
        "name" => all.sort_by_key(|asset| asset.name.as_deref()),
        "kind" => all.sort_by_key(|asset| asset.kind.as_deref()),
        "size" => all.sort_by_key(|asset| asset.size),
        "duration" => all.sort_by(|a, b| {
            let of = |asset: &Asset| asset.duration_seconds.unwrap_or_default();
            of(a).total_cmp(&of(b))
        }),
        "date" => all.reverse(),
        _ => {}
    }
    if descending {
        all.reverse();
    }
    let total = all.len();
    let from = match params.get("cursor") {
        Some(cursor) => match all.iter().position(|asset| asset.id == cursor) {
            Some(at) => at.saturating_add(1),
            None => return asked.invalid(&["cursor must be of this list".to_owned()]),
        },
        None => 0,
    };
    let page: Vec<&Asset> = all.into_iter().skip(from).take(limit).collect();
    let more = from.saturating_add(page.len()) < total;
    let next = page.last().filter(|_| more).map(|last| last.id.clone());
    asked.ok(&json!({ "items": page, "nextCursor": next, "totalCount": total }))
}

pub(super) fn presign(asked: &mut Asked<'_, '_>) -> HttpResponse {
    let Some(new) = object(asked) else { return no_object(asked) };
    let (name, content_type) = (text(&new, "fileName"), text(&new, "contentType"));
    let mut problems = Vec::new();
    for (member, value) in [("fileName", name), ("contentType", content_type)] {
        if value.is_none() {
            problems.push(format!("{member} should not be empty"));
        }
    }
    if !new
        .get("size")
        .and_then(Value::as_u64)
        .is_some_and(|it| (1..=MAX_UPLOAD_BYTES).contains(&it))
    {
        problems.push(format!("size must be an integer from 1 to {MAX_UPLOAD_BYTES}"));
    }
    if !problems.is_empty() {
        return asked.invalid(&problems);
    }
    let signed = asked.account.now().compact();
    let until = asked.account.moment() + Duration::from_secs(UPLOAD_SECONDS);
    let origin = asked.account.origin().to_owned();
    let library = &mut asked.side.library;
    let id = library.uploads.len().saturating_add(1).to_string();
    let file = path::encode_segment(name.unwrap_or_default()).unwrap_or_else(|_| "file".to_owned());
    let url = format!("{origin}/v2/_uploads/{id}/{file}");
    let answer = json!({
        "uploadUrl": format!(
            "{url}?X-Amz-Date={signed}&X-Amz-Expires={UPLOAD_SECONDS}&X-Amz-Signature=EMULATED"
        ),
        "url": url,
        "expiresIn": UPLOAD_SECONDS,
    });
    let content_type = content_type.unwrap_or_default().to_owned();
    library.uploads.push(Place { id, url, content_type, until, sent: None });
    json_answer(StatusCode::CREATED, &answer)
}

/// What storage does: it takes the file, with the type that was signed and for as long as the signature is good.
pub(super) fn put(asked: &mut Asked<'_, '_>, id: &str) -> HttpResponse {
    let now = asked.account.moment();
    let content_type = asked.request.headers().get(CONTENT_TYPE).cloned();
    let signed = asked.request.uri().query().unwrap_or_default();
    let is_signed = signed.split('&').any(|pair| pair == "X-Amz-Signature=EMULATED");
    let length = u64::try_from(asked.request.body().len()).ok();
    let places = &mut asked.side.library.uploads;
    let place = places.iter_mut().find(|place| place.id == id);
    let fits = |place: &Place| {
        is_signed
            && now < place.until
            && content_type.is_some_and(|it| it.as_bytes() == place.content_type.as_bytes())
    };
    let status = match place {
        Some(place) if fits(place) => {
            place.sent = length;
            StatusCode::OK
        }
        _ => StatusCode::FORBIDDEN,
    };
    let body = if status.is_success() { "" } else { r#"{"code":"AccessDenied"}"# };
    text_answer(status, "application/json", body)
}
