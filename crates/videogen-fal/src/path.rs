//! Apps, endpoints and the ids of requests: what of fal's paths stands where.
//!
//! An endpoint is `owner/app` and, at many, a path below it: `fal-ai/veo3`, `fal-ai/kling-video/v2/master/text-to-video`. A request is
//! submitted to the whole of it and found below `owner/app` alone, or below what the answer to the submission says.

use videogen_core::{BaseUrl, Error, ErrorKind, Handle, redact};

use crate::provider::NAME;

/// What comes before `owner/app` in some endpoints, as fal's own clients have it.
const NAMESPACES: [&str; 2] = ["workflows", "comfy"];

/// What stands between the app and the id of a request.
const REQUESTS: &str = "requests";

/// The longest endpoint, and the longest id, that is sent, in bytes. fal's are below a hundred.
const LONGEST: usize = 300;

/// How much of a name an error shows, in characters.
const LONGEST_SHOWN: usize = 80;

/// Whether this may be a part of a path as it is: fal's owners, apps, paths and UUIDs are of these.
fn is_part(part: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    !part.is_empty() && part.bytes().all(is_plain) && part != "." && part != ".."
}

/// What a person can recognise of a name that cannot be one.
pub(crate) fn shown(text: &str) -> String {
    redact::text(text).chars().take(LONGEST_SHOWN).collect()
}

/// Refuses what is no endpoint.
pub(crate) fn check_endpoint(endpoint: &str) -> Result<(), Error> {
    let refused = |what: &str| {
        let shown = shown(endpoint);
        Err(Error::new(ErrorKind::InvalidInput, format!("the endpoint `{shown}` {what}")))
    };
    if endpoint.len() > LONGEST {
        return refused("is longer than any of fal's");
    }
    if !endpoint.split('/').all(is_part) {
        return refused("is not of the form `owner/app` or `owner/app/path`");
    }
    if app_of(endpoint).is_none() {
        return refused("lacks the app: write it as `owner/app`, such as `fal-ai/veo3`");
    }
    Ok(())
}

/// The app of an endpoint, without the path below it: where its requests are.
fn app_of(endpoint: &str) -> Option<&str> {
    let first = endpoint.split('/').next().unwrap_or_default();
    let parts = if NAMESPACES.contains(&first) { 3 } else { 2 };
    let mut ends = endpoint.match_indices('/').map(|(at, _)| at).chain([endpoint.len()]);
    endpoint.get(..ends.nth(parts - 1)?)
}

/// The handle whose id is `owner/app/requests/…`.
pub(crate) fn handle(base_url: &BaseUrl, id: &str) -> Result<Handle, Error> {
    if id.len() > LONGEST || split(id).is_none() {
        let shown = shown(id);
        return Err(Error::new(
            ErrorKind::InvalidInput,
            format!(
                "the id `{shown}` of a generation at {NAME} is not of the form `owner/app/requests/id`, such as `fal-ai/veo3/requests/764cabcf-b745-4b3e-ae38-1200304cf45b`"
            ),
        ));
    }
    Handle::new_path(NAME, base_url, id)
}

/// The app, with or without the path below it, and the id of the request.
fn split(id: &str) -> Option<(&str, &str)> {
    let (before, request) = id.rsplit_once('/')?;
    let (app, marker) = before.rsplit_once('/')?;
    let is_one = marker == REQUESTS && is_part(request) && app.split('/').all(is_part);
    (is_one && app_of(app).is_some()).then_some((app, request))
}

/// fal's own id of the request that a handle is about: the last part of the handle's id.
///
/// ```
/// use videogen_core::{ApiKey, Provider};
/// use videogen_fal::{Fal, request_id};
///
/// let fal = Fal::new(ApiKey::new("key-id:key-secret").unwrap());
/// let handle = fal.handle("fal-ai/veo3/requests/764cabcf-b745-4b3e-ae38-1200304cf45b").unwrap();
/// assert_eq!(request_id(&handle), "764cabcf-b745-4b3e-ae38-1200304cf45b");
/// ```
#[must_use]
pub fn request_id(handle: &Handle) -> &str {
    handle.id().rsplit('/').next().unwrap_or_default()
}

/// The handle of a request that was submitted to `endpoint`, by what the answer says: where its status is, if that is below the base
/// URL and of the same request, else below the app of the endpoint.
pub(crate) fn submitted(
    base_url: &BaseUrl,
    endpoint: &str,
    request_id: Option<&str>,
    status_url: Option<&str>,
) -> Option<Handle> {
    let told = status_url.and_then(|url| below(base_url, url)?.strip_suffix("/status"));
    // The key goes there: nowhere but below the base URL, and to this request.
    let told =
        told.filter(|id| split(id).is_some_and(|(_, id)| request_id.is_none_or(|it| it == id)));
    let told = told.and_then(|id| handle(base_url, id).ok());
    told.or_else(|| {
        let app = app_of(endpoint)?;
        handle(base_url, &format!("{app}/{REQUESTS}/{}", request_id?)).ok()
    })
}

/// The path of the result below the base URL: where the status says that it is, if that is below the base URL and of the same request,
/// else where the request is.
pub(crate) fn result(handle: &Handle, response_url: Option<&str>) -> String {
    let told = response_url.and_then(|url| below(handle.base_url(), url)).filter(|path| {
        let id = path.strip_suffix("/response").unwrap_or(path);
        path.len() <= LONGEST && split(id).is_some_and(|(_, id)| id == request_id(handle))
    });
    match told {
        Some(path) => format!("/{path}"),
        None => format!("/{}", handle.id_path()),
    }
}

/// The id of the request that an answer with this URL is about: of any host, since nothing is asked there.
pub(crate) fn request_of_url(url: &str) -> Option<&str> {
    let whole = url.split(['?', '#']).next()?;
    let path = whole.strip_suffix("/response").or_else(|| whole.strip_suffix("/status"));
    let path = path.unwrap_or(whole);
    let (before, id) = path.rsplit_once('/')?;
    (before.ends_with("/requests") && is_part(id)).then_some(id)
}

/// What of `url` comes after the base URL and a slash.
fn below<'a>(base_url: &BaseUrl, url: &'a str) -> Option<&'a str> {
    let path = url.strip_prefix(base_url.as_str())?.strip_prefix('/')?;
    path.split('/').all(is_part).then_some(path)
}
