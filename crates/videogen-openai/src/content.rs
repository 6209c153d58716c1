//! Where a generation's outputs are, and the request for those that take the key.

use std::time::Duration;

use http::Uri;
use serde_json::Value;
use videogen_core::{
    BaseUrl, Error, ErrorKind, Generation, Handle, HttpRequest, Output, Phase, get_named, timestamp,
};

use crate::member;
use crate::profile::{OutputAt, Place};
use crate::provider::OpenAi;

/// Whether there is anything to look for: while it is made, only members tell of an output.
pub(crate) fn may_be_there(openai: &OpenAi, phase: Phase) -> bool {
    phase == Phase::Succeeded
        || openai.profile().outputs.iter().any(|at| matches!(at.place, Place::Member(_)))
}

/// Whether a member of the answer says where an output is.
pub(crate) fn names_an_output(openai: &OpenAi, handle: &Handle, tree: &Value) -> bool {
    let places = openai.profile().outputs.iter();
    places
        .filter(|at| matches!(at.place, Place::Member(_)))
        .any(|at| !urls(openai, handle, at, tree).is_empty())
}

/// The outputs of a generation: the first place that has any, and whatever comes beside it.
pub(crate) fn outputs(
    openai: &OpenAi,
    seen: &Generation,
    tree: &Value,
    duration: Option<Duration>,
) -> Vec<Output> {
    let has_succeeded = seen.phase() == Phase::Succeeded;
    let at = |at: &OutputAt| match at.place {
        Place::Content(_) if !has_succeeded => Vec::new(),
        _ => urls(openai, &seen.handle, at, tree),
    };
    let main = openai.profile().outputs.iter().map(|it| (it, at(it)));
    let mut outputs = Vec::new();
    if let Some((place, urls)) = main.into_iter().find(|(_, urls)| !urls.is_empty()) {
        outputs.extend(urls.into_iter().map(|url| {
            let mut output = output(openai, place, tree, url);
            output.duration = duration;
            output
        }));
    }
    if has_succeeded {
        for place in openai.profile().side_outputs {
            outputs.extend(at(place).into_iter().map(|url| {
                let mut output = output(openai, place, tree, url);
                output.primary = false;
                output
            }));
        }
    }
    outputs
}

fn output(openai: &OpenAi, at: &OutputAt, tree: &Value, url: String) -> Output {
    let presigned = timestamp::presigned_expiry(&url);
    let is_ours = at.with_key && is_at_the_api(openai.base(), &url);
    let mut output = Output::primary(at.kind, url);
    output.needs_credentials = is_ours;
    output.expires_at = at.expires.and_then(|path| member::time(tree, path)).or(presigned);
    output
}

fn urls(openai: &OpenAi, handle: &Handle, at: &OutputAt, tree: &Value) -> Vec<String> {
    match at.place {
        Place::Member(path) => {
            let texts = member::texts(tree, path).into_iter();
            texts.map(|url| absolute(openai.base(), url)).collect()
        }
        Place::Content(query) => {
            let Some(path) = openai.profile().paths.content else { return Vec::new() };
            let mark = if query.is_empty() { "" } else { "?" };
            let path = OpenAi::path_of(path, handle);
            vec![format!("{}{path}{mark}{query}", openai.base())]
        }
    }
}

/// A path from the root of a host as a URL at the API's.
fn absolute(base: &BaseUrl, url: &str) -> String {
    let is_path = url.starts_with('/') && !url.starts_with("//");
    match base.as_str().parse::<Uri>() {
        Ok(base) if is_path => {
            let scheme = base.scheme_str().unwrap_or("https");
            let authority = base.authority().map_or("", |it| it.as_str());
            format!("{scheme}://{authority}{url}")
        }
        _ => url.to_owned(),
    }
}

/// Whether a URL is below the base URL: only there the key may go.
fn is_at_the_api(base: &BaseUrl, url: &str) -> bool {
    let (Ok(uri), Ok(root)) = (url.parse::<Uri>(), base.as_str().parse::<Uri>()) else {
        return false;
    };
    let below = uri.path().strip_prefix(root.path().trim_end_matches('/'));
    // A server may undo `%2e` before it looks for the parts that lead up.
    let leads_up = uri.path().split(['/', '\\']).any(|part| {
        let part = part.to_ascii_lowercase().replace("%2e", ".");
        part == "." || part == ".."
    });
    // Who is named before the host would be sent as a second `Authorization`.
    let names_somebody = uri.authority().is_some_and(|it| it.as_str().contains('@'));
    base.is_origin_of(&uri)
        && below.is_some_and(|rest| rest.starts_with('/'))
        && !leads_up
        && !names_somebody
}

/// The request for an output that takes the key.
pub(crate) fn request(
    openai: &OpenAi,
    handle: &Handle,
    output: &Output,
) -> Result<HttpRequest, Error> {
    handle.check(openai.profile().name, openai.base())?;
    if !is_at_the_api(openai.base(), output.url.expose()) {
        let message = format!("the {} is not at the API, where the key goes only", output.kind);
        return Err(Error::new(ErrorKind::InvalidInput, message).about(handle));
    }
    get_named(openai.base(), output.url.expose(), openai.credentials()?)
}
