//! Many generations at once, at an easy pace.

use std::collections::BTreeSet;
use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use videogen_core::answer::invalid_response;
use videogen_core::{
    Call, Error, ErrorKind, FilePart, HttpRequest, HttpResponse, Json, NewGeneration, OutputUrl,
    get, lenient, path, post_form, redact, timestamp,
};

use crate::check::{invalid, url};
use crate::provider::{API_KEY, NAME, SyncLabs};
use crate::query::Query;
use crate::{read, submit};

/// The fewest generations of a batch, from the page "Create Batch".
pub const MIN_BATCH: usize = 20;

/// The most generations of a batch, from the same page. Older pages have 1000.
pub const MAX_BATCH: usize = 500;

/// The longest file of a batch, in bytes: the page's 5 MB in the larger reading.
pub const MAX_BATCH_BYTES: usize = 5 * 1024 * 1024;

/// What a record of a batch asks for: there is nothing else.
const ENDPOINT: &str = "/v2/generate";

/// A batch to be created: from [`MIN_BATCH`] to [`MAX_BATCH`] generations, each under a name of the caller's.
///
/// Batches are for the plans Scale and Enterprise, for inputs of up to 30 seconds, and are to be done within 24 hours.
///
/// ```
/// use videogen_core::ApiKey;
/// use videogen_synclabs::{AudioInput, GenerateRequest, NewBatch, SyncLabs, VideoInput, models};
///
/// let mut batch = NewBatch::new();
/// for n in 0..20 {
///     let video = VideoInput::url(format!("https://example.com/{n}.mp4"));
///     let request = GenerateRequest::new(models::LIPSYNC_2, video, AudioInput::url("https://example.com/a.wav"));
///     batch = batch.with(format!("greeting-{n}"), &request.build().unwrap()).unwrap();
/// }
/// let sync = SyncLabs::new(ApiKey::new("your-api-key").unwrap());
/// assert!(sync.create_batch(&batch).is_ok());
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewBatch {
    lines: String,
    names: BTreeSet<String>,
    webhook_url: Option<String>,
}

#[derive(Serialize)]
struct Record<'a> {
    request_id: &'a str,
    endpoint: &'static str,
    payload: &'a Json,
}

impl NewBatch {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This one with another generation. `request_id` is the caller's name for it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a `request_id` that is empty or there already, and for a generation with files, with an
    /// idempotency key (a batch has no place for it) or that cannot be submitted at all.
    pub fn with(
        mut self,
        request_id: impl Into<String>,
        new: &NewGeneration,
    ) -> Result<Self, Error> {
        let request_id = request_id.into();
        submit::check(new)?;
        if !new.files.is_empty() {
            return Err(invalid("payload", "is JSON: files cannot be in a batch"));
        }
        if new.idempotency_key.is_some() {
            return Err(invalid("payload", "has no place for an idempotency key"));
        }
        if request_id.trim().is_empty() {
            return Err(invalid("request_id", "is empty"));
        }
        // One line each. In JSON, line ends are only between the tokens.
        let one_line = new.body.replace(['\n', '\r'], " ");
        let unusable = |error: serde_json::Error| {
            Error::new(ErrorKind::InvalidInput, "a record of the batch is not JSON")
                .with_source(error)
        };
        let payload: Json = serde_json::from_str(&one_line).map_err(unusable)?;
        let record = Record { request_id: &request_id, endpoint: ENDPOINT, payload: &payload };
        self.lines.push_str(&serde_json::to_string(&record).map_err(unusable)?);
        self.lines.push('\n');
        if !self.names.insert(request_id) {
            return Err(invalid("request_id", "is there already"));
        }
        Ok(self)
    }

    /// This one with a URL that is told when the batch has ended. What is sent there is no generation's webhook.
    #[must_use]
    pub fn with_webhook_url(mut self, url: impl Into<String>) -> Self {
        self.webhook_url = Some(url.into());
        self
    }

    /// How many generations it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The file that is sent: one record a line.
    #[must_use]
    pub fn jsonl(&self) -> &str {
        &self.lines
    }

    fn check(&self) -> Result<(), Error> {
        let (count, bytes) = (self.len(), self.lines.len());
        if !(MIN_BATCH..=MAX_BATCH).contains(&count) {
            let problem = format!("has {MIN_BATCH} to {MAX_BATCH} records, not {count}");
            return Err(invalid("input", &problem));
        }
        if bytes > MAX_BATCH_BYTES {
            let problem = format!("has at most {MAX_BATCH_BYTES} bytes, not {bytes}");
            return Err(invalid("input", &problem));
        }
        self.webhook_url.as_deref().map_or(Ok(()), |it| url("webhook_url", it))
    }
}

/// Shows no record: they may hold presigned URLs.
impl fmt::Debug for NewBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewBatch")
            .field("records", &self.len())
            .field("bytes", &self.lines.len())
            .field("webhook_url", &self.webhook_url.as_deref().map(redact::url))
            .finish()
    }
}

/// How far a batch is, by the words of its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchPhase {
    /// `PENDING`: it was accepted.
    Pending,
    /// `JOBS_CREATED`: its generations are there.
    JobsCreated,
    /// `PROCESSING`: they are being made.
    Processing,
    /// `COMPLETED`: all have ended, well or not.
    Completed,
    /// `FAILED`: the batch came to nothing.
    Failed,
    /// A word that no page has. It is not an end.
    Unrecognized,
}

impl BatchPhase {
    /// Whether the batch has ended.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

/// How many of a batch's generations are how far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BatchMetrics {
    /// All of them.
    #[serde(deserialize_with = "read::count")]
    pub total_generations: Option<u64>,
    /// Those that are completed.
    #[serde(deserialize_with = "read::count")]
    pub success_count: Option<u64>,
    /// Those that failed.
    #[serde(deserialize_with = "read::count")]
    pub failed_count: Option<u64>,
    /// Those that have not ended. 0 in a printed example of a batch that has not begun.
    #[serde(deserialize_with = "read::count")]
    pub pending_count: Option<u64>,
}

/// A batch, as `GET /batch/{id}` tells of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Batch {
    /// Its id.
    #[serde(deserialize_with = "read::id")]
    pub id: String,
    /// When it was created, ISO 8601. In snake case, unlike a generation's.
    #[serde(deserialize_with = "lenient::text")]
    pub created_at: Option<String>,
    /// How far it is, in Sync Labs' word.
    #[serde(deserialize_with = "lenient::string")]
    pub status: Option<String>,
    /// How far its generations are.
    #[serde(deserialize_with = "read::object_or_default")]
    pub metrics: BatchMetrics,
    /// Who is told when it has ended.
    #[serde(rename = "webhookUrl", deserialize_with = "read::output_url")]
    pub webhook_url: Option<OutputUrl>,
    /// The file with what came of it, once it is completed; the provider writes `""` before.
    ///
    /// The guide says that it redirects to a signed file with one JSON a line. Whether it takes the key, and what the lines are, is
    /// not documented.
    #[serde(rename = "outputUrl", deserialize_with = "read::output_url")]
    pub output_url: Option<OutputUrl>,
    /// The answer as it came, with what is not named here.
    #[serde(skip)]
    pub raw: Option<Json>,
}

impl Batch {
    /// How far it is. A batch without a status, or with a word that no page has, is [`BatchPhase::Unrecognized`].
    #[must_use]
    pub fn phase(&self) -> BatchPhase {
        match self.status.as_deref() {
            Some("PENDING") => BatchPhase::Pending,
            Some("JOBS_CREATED") => BatchPhase::JobsCreated,
            Some("PROCESSING") => BatchPhase::Processing,
            Some("COMPLETED") => BatchPhase::Completed,
            Some("FAILED") => BatchPhase::Failed,
            _ => BatchPhase::Unrecognized,
        }
    }

    /// [`created_at`](Self::created_at) as a time.
    #[must_use]
    pub fn created(&self) -> Option<SystemTime> {
        timestamp::parse(self.created_at.as_deref()?)
    }

    fn of(json: &Json) -> Option<Self> {
        let mut batch: Self = json.parse().ok()?;
        batch.raw = Some(json.clone());
        (!batch.id.is_empty()).then_some(batch)
    }
}

/// Which batches [`SyncLabs::batches`] is to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchesQuery {
    /// Only in this state: `PENDING`, `JOBS_CREATED`, `PROCESSING`, `COMPLETED`, `FAILED`.
    pub status: Option<String>,
    /// Only created after this.
    pub created_after: Option<SystemTime>,
    /// Only created before this.
    pub created_before: Option<SystemTime>,
}

impl BatchesQuery {
    /// All.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This one with a status.
    #[must_use]
    pub fn with_status(mut self, status: impl Into<String>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// This one with those after `time`.
    #[must_use]
    pub const fn created_after(mut self, time: SystemTime) -> Self {
        self.created_after = Some(time);
        self
    }

    /// This one with those before `time`.
    #[must_use]
    pub const fn created_before(mut self, time: SystemTime) -> Self {
        self.created_before = Some(time);
        self
    }
}

impl SyncLabs {
    /// Creates a batch: `POST /batch`.
    ///
    /// **It is billed, and sent once.** Batches have no idempotency keys: where no answer says what became of it, that is
    /// [`ErrorKind::Ambiguous`]. Look at [`batches`](Self::batches) then before you create it again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for fewer than [`MIN_BATCH`] or more than [`MAX_BATCH`] generations, or more than
    /// [`MAX_BATCH_BYTES`].
    pub fn create_batch(&self, new: &NewBatch) -> Result<Call<Batch>, Error> {
        Ok(Call::new(self.batch_form(new, false)?, read_batch).billed_by(NAME))
    }

    /// Lets Sync Labs check a batch without creating it: `POST /batch` with `dry_run`.
    ///
    /// # Errors
    ///
    /// As [`create_batch`](Self::create_batch). The call's: what Sync Labs finds wrong with it.
    pub fn validate_batch(&self, new: &NewBatch) -> Result<Call<()>, Error> {
        Ok(Call::new(self.batch_form(new, true)?, |response| {
            let read: Validated = read::object(response)?;
            match read.status.as_deref() {
                Some(VALIDATED) => Ok(()),
                _ => Err(invalid_response(response, "does not say that the batch is valid")),
            }
        }))
    }

    fn batch_form(&self, new: &NewBatch, dry_run: bool) -> Result<HttpRequest, Error> {
        new.check()?;
        let mut fields = Vec::new();
        if let Some(url) = &new.webhook_url {
            fields.push(("webhook_url", url.as_str()));
        }
        if dry_run {
            fields.push(("dry_run", "true"));
        }
        let file = FilePart::new("input", "input.jsonl", "application/jsonl", new.jsonl());
        post_form(self.base(), "/batch", (API_KEY, self.key().bare()), &fields, &[file])
    }

    /// How far a batch is: `GET /batch/{id}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for an id that cannot stand in a path.
    pub fn batch(&self, id: &str) -> Result<Call<Batch>, Error> {
        let segment = path::encode_segment(id).map_err(|problem| invalid("id", &problem))?;
        let request = get(self.base(), &format!("/batch/{segment}"), (API_KEY, self.key().bare()))?;
        Ok(Call::new(request, read_batch))
    }

    /// The organisation's batches, newest first, without pages: `GET /batch`. One without an id is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a time that RFC 3339 cannot write.
    pub fn batches(&self, query: &BatchesQuery) -> Result<Call<Vec<Batch>>, Error> {
        let mut written = Query::default();
        written.add_some("status", query.status.as_deref());
        let times =
            [("created_after", query.created_after), ("created_before", query.created_before)];
        for (name, time) in times {
            let Some(time) = time else { continue };
            let text = timestamp::format(time)
                .ok_or_else(|| invalid(name, "lies outside the years -9999 to 9999"))?;
            written.add(name, &text);
        }
        let path = format!("/batch{}", written.as_str());
        let request = get(self.base(), &path, (API_KEY, self.key().bare()))?;
        Ok(Call::new(request, |response| read::items(response, Batch::of)))
    }
}

const VALIDATED: &str = "VALIDATED";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Validated {
    #[serde(deserialize_with = "lenient::string")]
    status: Option<String>,
}

fn read_batch(response: &HttpResponse) -> Result<Batch, Error> {
    let json: Json = read::object(response)?;
    Batch::of(&json).ok_or_else(|| invalid_response(response, "names no batch"))
}
