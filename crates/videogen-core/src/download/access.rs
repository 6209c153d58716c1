//! How an output is got at: by anybody, with the provider's credentials, or from the answer itself.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Uri;

use super::{DownloadOptions, Target, check_url, target};
use crate::call::HttpRequest;
use crate::error::{Error, ErrorKind};
use crate::fetch::Inline;
use crate::handle::Handle;
use crate::output::Output;
use crate::provider::Provider;

/// How an output is got at.
#[derive(Clone)]
pub(super) enum Access {
    /// Its URL is enough.
    Open,
    /// With this request, at the API itself.
    Credentials(Box<HttpRequest>),
    /// It came with the answer.
    Inline(Inline),
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "Open",
            Self::Credentials(_) => "Credentials",
            Self::Inline(_) => "Inline",
        })
    }
}

/// Where an output is and how it is got at, if it may be fetched there.
pub(super) fn place_of(
    output: &Output,
    handle: &Handle,
    options: &DownloadOptions,
    provider: Option<&Arc<dyn Provider>>,
) -> Result<(Target, Access), Error> {
    let unsupported =
        |message: String| Err(Error::new(ErrorKind::Unsupported, message).about(handle));
    if let Some((content_type, base64)) = output.url.inline_parts() {
        let inline = inline(content_type, base64).map_err(|error| error.about(handle))?;
        // Never sent.
        return Ok((Target(Uri::from_static("/inline")), Access::Inline(inline)));
    }
    if output.needs_credentials {
        let Some(provider) = provider else {
            return unsupported(format!(
                "the {} takes the API key; download it with its provider",
                output.kind
            ));
        };
        handle.check(provider.name(), provider.base_url())?;
        let request =
            provider.output_request(handle, output).map_err(|error| error.about(handle))?;
        if !provider.base_url().is_origin_of(request.uri()) {
            return unsupported(format!(
                "the {} is not at the API, which is where the API key is sent only",
                output.kind
            ));
        }
        let target = Target(request.uri().clone());
        return Ok((target, Access::Credentials(Box::new(request))));
    }
    let url = output.url.expose();
    if let Some((scheme, _)) = url.split_once("://")
        && !scheme.eq_ignore_ascii_case("https")
        && !scheme.eq_ignore_ascii_case("http")
    {
        return unsupported(format!(
            "the {} is at {}, which is fetched with that storage's own tools",
            output.kind, output.url
        ));
    }
    Ok((check_url(handle, options, &target::encoded(url))?, Access::Open))
}

fn inline(content_type: &str, base64: &str) -> Result<Inline, Error> {
    // Some encoders break lines.
    let is_broken = base64.bytes().any(|byte| byte.is_ascii_whitespace());
    let bytes = if is_broken {
        STANDARD.decode(base64.split_ascii_whitespace().collect::<String>())
    } else {
        STANDARD.decode(base64)
    };
    let bytes = bytes.map_err(|error| {
        Error::new(ErrorKind::DownloadDamaged, "the file in the answer is not Base64")
            .with_source(error)
    })?;
    Ok(Inline { content_type: content_type.to_owned(), bytes: Bytes::from(bytes) })
}
