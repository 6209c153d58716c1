//! Prism's uploads: places that are signed, and the storage behind them.
//!
//! The storage answers as S3 does: an empty 200, or an error in XML. Inferred are that a place is good for an hour, and that
//! the storage refuses what is larger than the place was said to take.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde_json::Value;
use videogen_core::{HttpRequest, HttpResponse, Moment, path};
use videogen_prism::PresignedUpload;

use super::PrismSide;
use super::api::Refused;
use crate::emulator::Emulator;
use crate::provider_name::ProviderName;
use crate::side::{Account, text_answer};

/// What the printed answer says.
const MAX_BYTES: u64 = 20_971_520;

/// How long a place is good for.
const LIFETIME: Duration = Duration::from_secs(3600);

/// The most places that an emulator holds. The oldest is forgotten for a new one, and the file in it.
const MOST: usize = 100;

/// The places that were signed, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uploads {
    places: VecDeque<Place>,
    signed: u64,
}

/// A place for a file.
#[derive(Clone)]
struct Place {
    s3_key: String,
    content_type: String,
    query: String,
    since: Moment,
    file: Option<Vec<u8>>,
}

/// Not the query, which is a secret at Prism, and not the file.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place")
            .field("s3_key", &self.s3_key)
            .field("content_type", &self.content_type)
            .field("bytes", &self.file.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}

impl Emulator {
    /// What was uploaded to Prism under this key. `None` if nothing was, or it is one of too many: an emulator holds the
    /// last 100.
    #[must_use]
    pub fn uploaded(&self, s3_key: &str) -> Option<&[u8]> {
        let places = &self.side_as::<PrismSide>(ProviderName::PRISM)?.uploads.places;
        places.iter().find(|place| place.s3_key == s3_key)?.file.as_deref()
    }
}

pub(crate) fn presign(
    side: &mut PrismSide,
    account: &Account<'_>,
    request: &HttpRequest,
) -> Result<PresignedUpload, Refused> {
    let Ok(Value::Object(body)) = serde_json::from_slice(request.body()) else {
        return Err(Refused::invalid("the body must be a JSON object"));
    };
    let text = |member: &str| body.get(member).and_then(Value::as_str);
    if text("kind") != Some("upload") {
        return Err(Refused::invalid("kind must be upload"));
    }
    let content_type = text("contentType").filter(|it| it.contains('/'));
    let content_type = content_type.ok_or_else(|| Refused::invalid("contentType is required"))?;
    let ending: String = content_type
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let signed = account.now().compact();
    let uploads = &mut side.uploads;
    uploads.signed = uploads.signed.saturating_add(1);
    let number = uploads.signed;
    let s3_key = format!("users/emulated/user-uploads/batch_{number:06}/file_{number:06}.{ending}");
    let query = format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={signed}&X-Amz-Expires={}\
         &X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=EMULATED{number}",
        LIFETIME.as_secs()
    );
    if uploads.places.len() >= MOST {
        uploads.places.pop_front();
    }
    uploads.places.push_back(Place {
        s3_key: s3_key.clone(),
        content_type: content_type.to_owned(),
        query: query.clone(),
        since: account.moment(),
        file: None,
    });
    let segment = path::encode_segment(&s3_key).unwrap_or_default();
    let mut presigned = PresignedUpload::default();
    presigned.upload_url = format!("{}/api/s3/uploads/{segment}?{query}", account.origin());
    presigned.s3_key = s3_key;
    content_type.clone_into(&mut presigned.content_type);
    presigned.max_bytes = Some(MAX_BYTES);
    Ok(presigned)
}

/// The storage's answer to an upload.
pub(crate) fn store(
    side: &mut PrismSide,
    account: &Account<'_>,
    request: &HttpRequest,
    s3_key: &str,
) -> HttpResponse {
    let refuse = |status, code: &str, message: &str| {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        text_answer(status, "application/xml", body)
    };
    let query = request.uri().query().unwrap_or_default();
    let places = &mut side.uploads.places;
    let Some(place) = places.iter_mut().find(|it| it.s3_key == s3_key && it.query == query) else {
        return refuse(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied");
    };
    if account.moment().since(place.since) > LIFETIME {
        return refuse(StatusCode::FORBIDDEN, "AccessDenied", "Request has expired");
    }
    let content_type = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if content_type != Some(place.content_type.as_bytes()) {
        let message =
            "The request signature we calculated does not match the signature you provided.";
        return refuse(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message);
    }
    if u64::try_from(request.body().len()).unwrap_or(u64::MAX) > MAX_BYTES {
        let message = "Your proposed upload exceeds the maximum allowed size";
        return refuse(StatusCode::BAD_REQUEST, "EntityTooLarge", message);
    }
    place.file = Some(request.body().clone());
    text_answer(StatusCode::OK, "", Vec::new())
}
