//! What one service makes of the dialect, as data.

use videogen_core::{BaseUrl, FailureClass, OutputKind, PollGuidance, StatusTable};

use crate::failures;
use crate::profiles::USUAL_GUIDANCE;

/// One service that speaks the dialect: where it is, how it is asked, and how its answers are read.
///
/// Those that are known are in [`profiles`](crate::profiles). One of your own is data too:
///
/// ```
/// use videogen_core::{ApiKey, BaseUrl, Phase, Provider, StatusQuery, StatusTable, StatusWord};
/// use videogen_openai::{Auth, OpenAi, OutputAt, Profile};
///
/// static STATUSES: StatusTable = StatusTable::new(&[
///     StatusWord::documented("queued", Phase::Queued, &["in_progress", "failed", "cancelled"]),
///     StatusWord::documented("in_progress", Phase::Running, &["completed", "failed", "cancelled"]),
///     StatusWord::documented("completed", Phase::Succeeded, &[]),
///     StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
///     StatusWord::documented("cancelled", Phase::Cancelled, &[]),
/// ]);
/// const INWORLD: Profile =
///     Profile::new("inworld", BaseUrl::from_static("https://api.inworld.ai/v1"), &STATUSES)
///         .with_auth(Auth::Scheme("Basic"))
///         .with_idempotency_header("idempotency-key")
///         .with_outputs(&[OutputAt::member("output.videos[].url")]);
///
/// let inworld = OpenAi::new(INWORLD, ApiKey::new("your-api-key").unwrap());
/// let handle = inworld.handle("video_123").unwrap();
/// let call = inworld.status(&handle, StatusQuery::Plain).unwrap();
/// assert_eq!(call.request().uri(), "https://api.inworld.ai/v1/videos/video_123");
/// ```
///
/// What is not said is as at OpenAI.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// The provider's name in handles: lower case letters, digits and hyphens.
    pub name: &'static str,
    /// Where the API is. The key goes there.
    pub base_url: BaseUrl,
    /// Every status word, what it means, and what may come after it.
    pub statuses: &'static StatusTable,
    /// How the key is sent.
    pub auth: Auth,
    /// Where its operations are.
    pub paths: Paths,
    /// How a submission is written.
    pub body: BodyForm,
    /// The header that a key for safe repetition goes in, if the service promises that the same key makes nothing twice.
    pub idempotency_header: Option<&'static str>,
    /// The member of a submission's answer that is the id.
    pub submitted_id: &'static str,
    /// Whether an answer says which generation it is about.
    pub ids: Ids,
    /// What an answer without a status word stands for.
    pub implied: Implied,
    /// Where the video is: the first of these that there is.
    pub outputs: &'static [OutputAt],
    /// What else there is of a generation that succeeded: each of these that there is.
    pub side_outputs: &'static [OutputAt],
    /// The member that is `false` where moderation keeps back what was made, whatever the status word.
    pub moderation_flag: Option<&'static str>,
    /// What codes mean, of errors and of generations that failed. A submission that is refused with one of
    /// [`FailureClass::Moderation`] was refused by policy.
    pub failures: &'static [(&'static str, FailureClass)],
    /// Where it says what it costs.
    pub cost: Option<CostAt>,
    /// The header in which it says how many milliseconds to rest before the next poll.
    pub poll_hint: Option<&'static str>,
    /// When to ask.
    pub guidance: PollGuidance,
    /// How its webhooks are signed, if they can be.
    pub signature: Option<SignedBy>,
}

impl Profile {
    /// The dialect as OpenAI has it, of another name, at another place, with other words.
    ///
    /// `name` must be lower case letters, digits and hyphens: a handle cannot be made otherwise. `statuses` has every word that may come; what it lacks is
    /// [unrecognised](videogen_core::Phase::Unrecognized) and ends no wait.
    #[must_use]
    pub const fn new(
        name: &'static str,
        base_url: BaseUrl,
        statuses: &'static StatusTable,
    ) -> Self {
        Self {
            name,
            base_url,
            statuses,
            auth: Auth::Bearer,
            paths: Paths::new(),
            body: BodyForm::Json,
            idempotency_header: None,
            submitted_id: "id",
            ids: Ids::Same("id"),
            implied: Implied::new(),
            outputs: CONTENT,
            side_outputs: &[],
            moderation_flag: None,
            failures: failures::DIALECT,
            cost: None,
            poll_hint: None,
            guidance: USUAL_GUIDANCE,
            signature: None,
        }
    }

    /// This one with the key sent so.
    #[must_use]
    pub const fn with_auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// This one with its operations there.
    #[must_use]
    pub const fn with_paths(mut self, paths: Paths) -> Self {
        self.paths = paths;
        self
    }

    /// This one with submissions written so.
    #[must_use]
    pub const fn with_body(mut self, body: BodyForm) -> Self {
        self.body = body;
        self
    }

    /// This one with a header for keys that make a repetition safe. Only if the service promises it: what may have arrived is then sent again.
    #[must_use]
    pub const fn with_idempotency_header(mut self, name: &'static str) -> Self {
        self.idempotency_header = Some(name);
        self
    }

    /// This one with this member of a submission's answer as the id.
    #[must_use]
    pub const fn with_submitted_id(mut self, member: &'static str) -> Self {
        self.submitted_id = member;
        self
    }

    /// This one with ids compared so.
    #[must_use]
    pub const fn with_ids(mut self, ids: Ids) -> Self {
        self.ids = ids;
        self
    }

    /// This one with what an answer without a status word stands for.
    #[must_use]
    pub const fn with_implied(mut self, implied: Implied) -> Self {
        self.implied = implied;
        self
    }

    /// This one with the video there: the first of these that there is.
    #[must_use]
    pub const fn with_outputs(mut self, outputs: &'static [OutputAt]) -> Self {
        self.outputs = outputs;
        self
    }

    /// This one with more that comes with a video.
    #[must_use]
    pub const fn with_side_outputs(mut self, outputs: &'static [OutputAt]) -> Self {
        self.side_outputs = outputs;
        self
    }

    /// This one with a member that is `false` where moderation keeps back what was made.
    #[must_use]
    pub const fn with_moderation_flag(mut self, member: &'static str) -> Self {
        self.moderation_flag = Some(member);
        self
    }

    /// This one with these meanings of codes, in place of those of the [dialect](crate::DIALECT_FAILURES).
    #[must_use]
    pub const fn with_failures(
        mut self,
        failures: &'static [(&'static str, FailureClass)],
    ) -> Self {
        self.failures = failures;
        self
    }

    /// This one with the cost there.
    #[must_use]
    pub const fn with_cost(mut self, cost: CostAt) -> Self {
        self.cost = Some(cost);
        self
    }

    /// This one with a header that says how many milliseconds to rest before the next poll.
    #[must_use]
    pub const fn with_poll_hint(mut self, header: &'static str) -> Self {
        self.poll_hint = Some(header);
        self
    }

    /// This one with advice on when to ask.
    #[must_use]
    pub const fn with_guidance(mut self, guidance: PollGuidance) -> Self {
        self.guidance = guidance;
        self
    }

    /// This one with webhooks that are signed so.
    #[must_use]
    pub const fn with_signature(mut self, signature: SignedBy) -> Self {
        self.signature = Some(signature);
        self
    }
}

/// The bytes, for who has the key.
const CONTENT: &[OutputAt] = &[OutputAt::content("")];

/// How the key is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// `Authorization: Bearer <key>`.
    Bearer,
    /// `Authorization: <scheme> <key>`, such as `Basic` with a key that is encoded already.
    Scheme(&'static str),
    /// The key alone in this header, such as `api-key`.
    Header(&'static str),
}

/// Where the operations are. `{id}` stands for the id; each path begins with a slash and comes after the base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paths {
    /// `POST`: a submission.
    pub submit: &'static str,
    /// `GET`: the status.
    pub status: &'static str,
    /// `GET`: the bytes of what was made, with the key.
    pub content: Option<&'static str>,
    /// `GET`: the account's videos, with `after`, `limit` and `order`.
    pub list: Option<&'static str>,
    /// `DELETE`.
    pub delete: Option<&'static str>,
    /// `POST`: stops a generation.
    pub cancel: Option<&'static str>,
    /// `POST`: a new video of a finished one and another prompt.
    pub remix: Option<&'static str>,
    /// `POST`: other ways to make a generation, by the name that [`NewGeneration::for_endpoint`](videogen_core::NewGeneration::for_endpoint)
    /// takes.
    pub endpoints: &'static [(&'static str, &'static str)],
}

impl Paths {
    /// `/videos`, `/videos/{id}` and `/videos/{id}/content`, and nothing else: what all that speak the dialect have.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            submit: "/videos",
            status: "/videos/{id}",
            content: Some("/videos/{id}/content"),
            list: None,
            delete: None,
            cancel: None,
            remix: None,
            endpoints: &[],
        }
    }

    /// These with submissions there.
    #[must_use]
    pub const fn with_submit(mut self, path: &'static str) -> Self {
        self.submit = path;
        self
    }

    /// These with the status there.
    #[must_use]
    pub const fn with_status(mut self, path: &'static str) -> Self {
        self.status = path;
        self
    }

    /// These with the bytes there, or nowhere.
    #[must_use]
    pub const fn with_content(mut self, path: Option<&'static str>) -> Self {
        self.content = path;
        self
    }

    /// These with a list.
    #[must_use]
    pub const fn with_list(mut self, path: &'static str) -> Self {
        self.list = Some(path);
        self
    }

    /// These with a way to delete.
    #[must_use]
    pub const fn with_delete(mut self, path: &'static str) -> Self {
        self.delete = Some(path);
        self
    }

    /// These with a way to stop a generation.
    #[must_use]
    pub const fn with_cancel(mut self, path: &'static str) -> Self {
        self.cancel = Some(path);
        self
    }

    /// These with remixes.
    #[must_use]
    pub const fn with_remix(mut self, path: &'static str) -> Self {
        self.remix = Some(path);
        self
    }

    /// These with other ways to make a generation, each a name and a path.
    #[must_use]
    pub const fn with_endpoints(
        mut self,
        endpoints: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.endpoints = endpoints;
        self
    }
}

/// [`Paths::new`].
impl Default for Paths {
    fn default() -> Self {
        Self::new()
    }
}

/// How a submission is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyForm {
    /// As JSON. Files are refused: such a service takes URLs.
    Json,
    /// As JSON, or as `multipart/form-data` if there are files.
    JsonOrForm,
    /// Always as `multipart/form-data`.
    Form,
}

/// Whether an answer says which generation it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ids {
    /// This member has the id that was asked about. An answer with another one, or none, is refused: it is somebody else's.
    Same(&'static str),
    /// It does not, or the id is written differently each time; the text says why. Then a cache that mixes up answers goes unnoticed.
    NotCompared(&'static str),
}

/// What an answer without a status word stands for, as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Implied {
    /// The word for an HTTP 202 whose body is empty or has no word.
    pub accepted: Option<&'static str>,
    /// The word for a body that has no word, and an output.
    pub with_output: Option<&'static str>,
}

impl Implied {
    /// Nothing: an answer needs a status word.
    #[must_use]
    pub const fn new() -> Self {
        Self { accepted: None, with_output: None }
    }

    /// This one with a word for an HTTP 202 without one.
    #[must_use]
    pub const fn with_accepted(mut self, word: &'static str) -> Self {
        self.accepted = Some(word);
        self
    }

    /// This one with a word for a body with an output and without a word.
    #[must_use]
    pub const fn with_output(mut self, word: &'static str) -> Self {
        self.with_output = Some(word);
        self
    }
}

/// Where an output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutputAt {
    /// In which place.
    pub place: Place,
    /// What it is.
    pub kind: OutputKind,
    /// Whether fetching it takes the key. The key goes below the base URL only: what is named elsewhere is fetched without.
    pub with_key: bool,
    /// The member that says until when it is there, in unix seconds or RFC 3339.
    pub expires: Option<&'static str>,
}

/// In which place an output's URL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A member of the answer, such as `video.url`, or `urls[]` for each item of a list. A path from the root of the host is taken for one at the
    /// API's.
    Member(&'static str),
    /// The path of the bytes ([`Paths::content`]) with this query, which may be empty. It is there once the generation has succeeded.
    Content(&'static str),
}

impl OutputAt {
    /// A video whose URL is this member, for anybody to fetch.
    #[must_use]
    pub const fn member(path: &'static str) -> Self {
        Self { place: Place::Member(path), kind: OutputKind::Video, with_key: false, expires: None }
    }

    /// A video at the path of the bytes, with this query, for who has the key.
    #[must_use]
    pub const fn content(query: &'static str) -> Self {
        Self {
            place: Place::Content(query),
            kind: OutputKind::Video,
            with_key: true,
            expires: None,
        }
    }

    /// This one for who has the key.
    #[must_use]
    pub const fn with_key(mut self) -> Self {
        self.with_key = true;
        self
    }

    /// This one until the time in this member.
    #[must_use]
    pub const fn until(mut self, member: &'static str) -> Self {
        self.expires = Some(member);
        self
    }

    /// This one as something else than a video.
    #[must_use]
    pub const fn of_kind(mut self, kind: OutputKind) -> Self {
        self.kind = kind;
        self
    }
}

/// Where it says what a generation costs.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CostAt {
    /// The member, such as `usage.cost`.
    pub member: &'static str,
    /// How many of it are a US dollar.
    pub per_usd: f64,
}

impl CostAt {
    /// In US dollars.
    #[must_use]
    pub const fn usd(member: &'static str) -> Self {
        Self { member, per_usd: 1.0 }
    }

    /// In a unit of which so many are a US dollar.
    #[must_use]
    pub const fn per_usd(member: &'static str, per_usd: f64) -> Self {
        Self { member, per_usd }
    }
}

/// How a webhook is signed: a header `t=<unix seconds>,v1=<hex>`, with the HMAC-SHA256 of the time, `joint` and the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedBy {
    /// The header, in lower case.
    pub header: &'static str,
    /// What stands between the time and the body.
    pub joint: &'static str,
}

impl SignedBy {
    /// In this header, with this between the time and the body.
    #[must_use]
    pub const fn new(header: &'static str, joint: &'static str) -> Self {
        Self { header, joint }
    }
}
