//! What an operation says of a generation.

use http::Uri;
use videogen_core::answer::Answer;
use videogen_core::fields::FieldMap;
use videogen_core::{
    BaseUrl, Error, FailedOutput, Failure, FailureClass, Generation, Handle, HttpResponse, Output,
    OutputKind, OutputUrl, timestamp,
};

use crate::api::Api;
use crate::errors::words;
use crate::failures;
use crate::names;
use crate::status::{CANCELLED, FAILED, REJECTED, RUNNING, STATUSES, SUCCEEDED};
use crate::wire;

/// More than a request may ask for: a count is a stranger's number.
const MOST_FILTERED: usize = 16;

const VIDEO: &str = "video/mp4";

pub(crate) fn read(
    (api, base_url): (Api, &BaseUrl),
    handle: &Handle,
    response: &HttpResponse,
) -> Result<Generation, Error> {
    let answer = Answer::of(response, words)?;
    observed((api, base_url), handle, &answer, answer.parse()?)
}

pub(crate) fn observed(
    (api, base_url): (Api, &BaseUrl),
    handle: &Handle,
    answer: &Answer<'_>,
    wire: wire::Operation,
) -> Result<Generation, Error> {
    let named = wire.name.as_deref();
    let is_it = named.is_some_and(|named| names::is_same_operation(handle.id(), named));
    let id = if is_it { Some(handle.id()) } else { named };
    let (word, end) = end_of(base_url, wire.done, wire.error, wire.response);
    let mut seen = answer.generation(handle, id, Some(word), &STATUSES, fields(api))?;
    fill(&mut seen, end);
    Ok(seen)
}

pub(crate) const fn fields(api: Api) -> FieldMap {
    match api {
        Api::Gemini => wire::GEMINI_FIELDS,
        Api::Vertex => wire::VERTEX_FIELDS,
    }
}

/// What a generation whose status is known has beside it.
pub(crate) fn fill(seen: &mut Generation, end: End) {
    seen.model = names::model_of(seen.handle.id()).map(ToOwned::to_owned);
    seen.outputs = end.outputs;
    seen.failed_outputs = end.failed_outputs;
    seen.failure = end.failure;
}

/// How it ended, if it did.
#[derive(Default)]
pub(crate) struct End {
    outputs: Vec<Output>,
    failed_outputs: Vec<FailedOutput>,
    failure: Option<Failure>,
}

/// The word for an operation, and how it ended.
pub(crate) fn end_of(
    base_url: &BaseUrl,
    done: Option<bool>,
    error: Option<wire::Status>,
    response: Option<wire::Response>,
) -> (&'static str, End) {
    let error = error.filter(says_something);
    // By the proto, either of the two is there only when it is done.
    if !done.unwrap_or_else(|| error.is_some() || response.is_some()) {
        return (RUNNING, End::default());
    }
    match error {
        Some(error) => failed(error),
        None => made(base_url, response.unwrap_or_default()),
    }
}

/// `OK` is none, and neither is an empty object.
fn says_something(error: &wire::Status) -> bool {
    !matches!(error.code, None | Some(0)) || error.message.is_some() || error.status.is_some()
}

fn failed(error: wire::Status) -> (&'static str, End) {
    let is_filtered =
        error.message.as_deref().is_some_and(|it| failures::support_codes(it).is_some());
    let (word, class) = if is_filtered {
        (REJECTED, FailureClass::Moderation)
    } else if failures::is_cancelled(error.code) {
        (CANCELLED, FailureClass::Unknown)
    } else {
        (FAILED, failures::class(error.code))
    };
    let code = error.code.map(|code| code.to_string()).or(error.status);
    let failure = Failure::new(class, code, error.message);
    (word, End { failure: Some(failure), ..End::default() })
}

fn made(base_url: &BaseUrl, response: wire::Response) -> (&'static str, End) {
    let nested = response.generate_video_response.unwrap_or_default();
    let count = nested.rai_media_filtered_count.or(response.rai_media_filtered_count);
    let mut reasons = nested.rai_media_filtered_reasons;
    reasons.extend(response.rai_media_filtered_reasons);

    let samples = nested.generated_samples.into_iter().chain(response.generated_samples);
    let outputs: Vec<Output> = samples
        .filter_map(|sample| {
            let media = sample.video?;
            let bytes = media.encoded_video.or(media.video);
            output(base_url, media.uri, bytes, media.encoding.or(sample.encoding))
        })
        .chain(response.videos.into_iter().filter_map(|video| {
            output(base_url, video.gcs_uri, video.bytes_base64_encoded, video.mime_type)
        }))
        .collect();

    let failed_outputs = filtered(count, &reasons);
    if outputs.is_empty() && !failed_outputs.is_empty() {
        let failure = Some(refused(&reasons));
        return (REJECTED, End { outputs, failed_outputs, failure });
    }
    (SUCCEEDED, End { outputs, failed_outputs, failure: None })
}

fn output(
    base_url: &BaseUrl,
    uri: Option<String>,
    base64: Option<String>,
    content_type: Option<String>,
) -> Option<Output> {
    // The video itself first: nothing has to be fetched.
    if let Some(base64) = base64 {
        let content_type = content_type.filter(|it| is_content_type(it));
        let url = OutputUrl::inline(content_type.as_deref().unwrap_or(VIDEO), &base64);
        let mut video = Output::primary(OutputKind::Video, "");
        video.url = url;
        return Some(video);
    }
    let uri = uri?;
    let expires_at = timestamp::presigned_expiry(&uri);
    let parsed: Option<Uri> = uri.parse().ok();
    let mut video = Output::primary(OutputKind::Video, uri);
    video.expires_at = expires_at;
    // Elsewhere the key opens nothing, and does not go there.
    video.needs_credentials = parsed.is_some_and(|uri| base_url.is_origin_of(&uri));
    Some(video)
}

/// Fit to stand in a `data:` URL and in a header.
fn is_content_type(text: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    text.len() <= 100
        && text.split_once('/').is_some_and(|(kind, sub)| is_name(kind) && is_name(sub))
}

/// The videos that safety filters held back: as many as the count says, or as there are reasons where it says nothing.
fn filtered(count: Option<i64>, reasons: &[String]) -> Vec<FailedOutput> {
    let count = count.and_then(|count| usize::try_from(count).ok()).filter(|count| *count > 0);
    let count = count.unwrap_or(reasons.len()).min(MOST_FILTERED);
    let failed = (0..count).map(|at| {
        // Which reason is of which video is known where there are as many.
        let of_this = reasons.get(at..=at).filter(|_| reasons.len() == count);
        FailedOutput::new(OutputKind::Video, refused(of_this.unwrap_or(reasons)))
    });
    failed.collect()
}

fn refused(reasons: &[String]) -> Failure {
    let message = (!reasons.is_empty()).then(|| reasons.join("; "));
    let code = message.as_deref().and_then(failures::support_codes);
    Failure::new(FailureClass::Moderation, code, message)
}
