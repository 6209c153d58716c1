use serde::Deserialize;
use videogen_core::answer::ProviderWords;
use videogen_core::fields::{FieldMap, Slot};
use videogen_core::lenient;

/// What Acme says of a video. Whatever is missing or of another form is `None`: only id and status are needed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Video {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    pub(crate) status: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    pub(crate) video_url: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) error: Option<Problem>,
}

/// Where each member of [`Video`] is in videogen's model.
pub(crate) const FIELDS: FieldMap = &[
    ("id", Slot::Id),
    ("status", Slot::Status),
    ("video_url", Slot::OutputUrl),
    ("error", Slot::Failure),
];

/// What Acme says went wrong.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Problem {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) code: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) message: Option<String>,
}

/// Every error of Acme's page: the HTTP status and the code.
pub const DOCUMENTED_ERRORS: &[(u16, &str)] =
    &[(401, "bad_key"), (402, "no_credits"), (404, "no_such_video"), (422, "bad_input")];

/// The body of an error has the same `error` as a video that failed.
pub(crate) fn words(body: &str) -> Option<ProviderWords> {
    let problem = serde_json::from_str::<Video>(body).ok()?.error?;
    Some(ProviderWords::new(problem.code, problem.message))
}
