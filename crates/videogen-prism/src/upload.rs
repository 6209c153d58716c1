//! `POST /s3/presign-upload` and the upload that follows it, from the page "Upload reference"
//! (<https://docs.prismvideos.com/api-reference/upload-reference>).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use videogen_core::answer::{Answer, ProviderWords, invalid_response};
use videogen_core::{
    Call, Error, ErrorKind, HttpResponse, Provider as _, lenient, post_json, put_file, redact,
};

use crate::check;
use crate::errors::words;
use crate::page::needed;
use crate::provider::Prism;

/// A file to be uploaded: an image, a video or a sound.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewUpload {
    /// Its MIME type: `image/png`, say.
    pub content_type: String,
    /// Its name. Prism makes nothing of it.
    pub file_name: Option<String>,
}

impl NewUpload {
    /// A file of this MIME type: `image/png`, say.
    #[must_use]
    pub fn new(content_type: impl Into<String>) -> Self {
        Self { content_type: content_type.into(), file_name: None }
    }

    /// This one with the file's name.
    #[must_use]
    pub fn with_file_name(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    kind: &'static str,
    content_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_name: Option<&'a str>,
}

/// Where a file is to be uploaded, and the key that it has then.
///
/// The URL is as secret as a key: whoever has it can write the file. `Debug` leaves out its query.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PresignedUpload {
    /// What [`PromptGeneration`](crate::PromptGeneration) and the variables of a template take, once the file is uploaded.
    #[serde(deserialize_with = "needed")]
    pub s3_key: String,
    /// Where the file goes. How long the URL works is not documented.
    #[serde(deserialize_with = "needed")]
    pub upload_url: String,
    /// The type that the upload must have.
    #[serde(deserialize_with = "needed")]
    pub content_type: String,
    /// The most bytes that the file may have, if told.
    #[serde(deserialize_with = "count")]
    pub max_bytes: Option<u64>,
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(lenient::integer(deserializer)?.and_then(|count| u64::try_from(count).ok()))
}

impl fmt::Debug for PresignedUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedUpload")
            .field("s3_key", &self.s3_key)
            .field("upload_url", &redact::url(&self.upload_url))
            .field("content_type", &self.content_type)
            .field("max_bytes", &self.max_bytes)
            .finish()
    }
}

impl Prism {
    /// `POST /s3/presign-upload`: a place for a file. [`upload`](Self::upload) sends it there.
    ///
    /// ```
    /// use videogen_core::ApiKey;
    /// use videogen_prism::{NewUpload, Prism};
    /// # fn example(transport: &dyn videogen_core::Transport) -> Result<(), videogen_core::Error> {
    /// let prism = Prism::new(ApiKey::new("prism_sk_your_key_here")?);
    /// let place = prism.presign_upload(&NewUpload::new("image/png"))?.send(transport)?;
    /// prism.upload(&place, b"\x89PNG".to_vec())?.send(transport)?;
    /// println!("a start frame: {}", place.s3_key);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if `contentType` is no MIME type, or `fileName` is empty.
    pub fn presign_upload(&self, new: &NewUpload) -> Result<Call<PresignedUpload>, Error> {
        check::mime_type("contentType", &new.content_type)?;
        if let Some(name) = &new.file_name {
            check::filled("fileName", name)?;
        }
        let file_name = new.file_name.as_deref();
        let body = Body { kind: "upload", content_type: &new.content_type, file_name };
        let credentials = self.credentials()?;
        let body = check::json(&body)?;
        let request = post_json(self.base_url(), "/s3/presign-upload", credentials, &body)?;
        let asked = new.content_type.clone();
        Ok(Call::new(request, move |response| read(response, &asked)))
    }

    /// The upload of a file to its place, without the key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the file has more than `max_bytes`, or the URL is none that a provider may name
    /// (see [`named_url::check`](videogen_core::named_url::check)).
    pub fn upload(
        &self,
        place: &PresignedUpload,
        bytes: impl Into<Vec<u8>>,
    ) -> Result<Call<()>, Error> {
        let bytes = bytes.into();
        if let Some(most) = place.max_bytes
            && u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most
        {
            let problem = format_args!("is {most}, and the file has {} bytes", bytes.len());
            return Err(check::invalid("max_bytes", problem));
        }
        let request = put_file(self.base_url(), &place.upload_url, &place.content_type, bytes)?;
        Ok(Call::new(request, stored))
    }
}

fn read(response: &HttpResponse, asked: &str) -> Result<PresignedUpload, Error> {
    let mut place: PresignedUpload = Answer::of(response, words)?.parse()?;
    if place.s3_key.is_empty() || place.upload_url.is_empty() {
        return Err(invalid_response(response, "names no place to upload to"));
    }
    if place.content_type.is_empty() {
        asked.clone_into(&mut place.content_type);
    }
    Ok(place)
}

/// What the storage says. It is not Prism that answers, so that nothing is wrong with the key when it refuses.
fn stored(response: &HttpResponse) -> Result<(), Error> {
    let status = response.status().as_u16();
    if response.status().is_success() {
        return Ok(());
    }
    if !matches!(status, 401 | 403) {
        return Answer::of(response, storage_words).map(drop);
    }
    let words = storage_words(&String::from_utf8_lossy(response.body())).unwrap_or_default();
    let message = "the storage does not take the file: its place has expired, or the file's type is another than was asked for";
    Err(Error::new(ErrorKind::Refused, message)
        .with_http_status(status)
        .with_provider_words(words.code, words.message))
}

/// Code and message of an error as S3 writes it, and nothing else of it: the rest repeats the signature.
fn storage_words(body: &str) -> Option<ProviderWords> {
    let element = |name: &str| {
        let (_, after) = body.split_once(&format!("<{name}>"))?;
        let (text, _) = after.split_once(&format!("</{name}>"))?;
        Some(text.to_owned()).filter(|text| !text.is_empty() && !text.contains('<'))
    };
    Some(ProviderWords::new(Some(element("Code")?), element("Message")))
}
