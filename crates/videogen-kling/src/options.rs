//! What every submission may have, in both APIs, and what is checked alike in them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use serde::Serialize;
use videogen_core::{Error, ErrorKind, NewGeneration, redact};

use crate::route::shown;

/// The longest prompt of the models that take the longest, in characters. The pages recommend 2500.
pub(crate) const LONGEST_PROMPT: usize = 3072;

/// The longest prompt of the other models, in characters.
pub(crate) const SHORTER_PROMPT: usize = 2500;

/// What does not change the video.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) callback_url: Option<String>,
    pub(crate) external_task_id: Option<String>,
    pub(crate) watermark: Option<bool>,
}

/// As the newer API has them, in `options`. In the older one they are at the top.
#[derive(Serialize)]
pub(crate) struct OptionsJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_task_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    watermark_info: Option<Watermark>,
}

#[derive(Serialize)]
pub(crate) struct Watermark {
    enabled: bool,
}

impl Options {
    /// `None` if there are none.
    pub(crate) fn json(&self) -> Option<OptionsJson<'_>> {
        (*self != Self::default()).then(|| OptionsJson {
            callback_url: self.callback_url.as_deref(),
            external_task_id: self.external_task_id.as_deref(),
            watermark_info: self.watermark(),
        })
    }

    pub(crate) fn watermark(&self) -> Option<Watermark> {
        self.watermark.map(|enabled| Watermark { enabled })
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some(url) = &self.callback_url
            && !is_url(url)
        {
            let shown = redact::url(url);
            return Err(refused(&format!("`callback_url` is `{shown}`, no absolute URL")));
        }
        if let Some(id) = &self.external_task_id {
            if id.trim().is_empty() {
                return Err(refused("`external_task_id` is blank"));
            }
            if id.contains(',') {
                return Err(refused(
                    "`external_task_id` has a comma in it, by which it could not be found again",
                ));
            }
        }
        Ok(())
    }
}

pub(crate) fn refused(what: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, what)
}

/// A text of the caller's that must be there and may have so many characters.
pub(crate) fn check_text(field: &str, text: &str, most: usize) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(refused(&format!("`{field}` is blank")));
    }
    let count = text.chars().count();
    if count > most {
        return Err(refused(&format!("`{field}` has {count} characters, more than {most}")));
    }
    Ok(())
}

/// An image that Kling is to fetch, or one as Base64.
pub(crate) fn check_image(field: &str, image: &str) -> Result<(), Error> {
    if image.starts_with("data:") {
        return Err(refused(&format!(
            "`{field}` begins with `data:`; Kling takes the Base64 behind the comma alone"
        )));
    }
    if is_url(image) || STANDARD.decode(image).is_ok_and(|bytes| !bytes.is_empty()) {
        return Ok(());
    }
    let shown = shown(&redact::url(image));
    Err(refused(&format!("`{field}` is `{shown}`, neither an absolute URL nor Base64")))
}

fn is_url(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| {
        let is_http = |scheme: &str| {
            scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
        };
        uri.scheme_str().is_some_and(is_http) && uri.host().is_some_and(|host| !host.is_empty())
    })
}

/// The body as a submission to `endpoint`.
pub(crate) fn submission(body: &impl Serialize, endpoint: &str) -> Result<NewGeneration, Error> {
    let json = serde_json::to_string(body)
        .map_err(|error| refused("the video cannot be written as JSON").with_source(error))?;
    Ok(NewGeneration::from_json(json)?.for_endpoint(endpoint))
}
