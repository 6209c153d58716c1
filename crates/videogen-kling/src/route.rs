//! Kling's two APIs, and where in them a task is made and found.
//!
//! The pages tell them apart by where the model is named: in the path in the newer one, by `model_name` in the body in the older one
//! (<https://kling.ai/document-api/api/get-started/authentication>).

use videogen_core::{BaseUrl, Error, ErrorKind, Handle, path, redact};

use crate::provider::NAME;

/// The older API's ways to make a video that a page of Kling's names, as endpoints and in ids. What is made by others is asked for in the
/// same way.
pub const LEGACY_KINDS: &[&str] = &[
    "text2video",
    "image2video",
    "multi-image2video",
    "omni-video",
    "motion-control",
    "multi-elements",
    "video-extend",
    "effects",
    "lip-sync",
    "advanced-lip-sync",
    AVATAR,
];

/// The newer API's endpoints, each with the model behind a slash: `text-to-video/kling-3.0-turbo`.
pub const PRODUCTS: &[&str] = &["text-to-video", "image-to-video", "omni-video", "motion-control"];

/// The one kind of the older API that is two parts of a path.
const AVATAR: &str = "avatar/image2video";

/// What the id of a handle begins with for a task of the newer API, after its path `GET /tasks`.
const TASKS: &str = "tasks";

/// How a video is made: what an endpoint names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// The newer API's `<product>/<model>`.
    Current(String),
    /// The older API's kind, such as `text2video`.
    Legacy(String),
}

impl Endpoint {
    pub(crate) fn of(text: &str) -> Result<Self, Error> {
        let mut parts = text.split('/');
        if let Some(Err(problem)) = parts.clone().map(path::encode_segment).find(Result::is_err) {
            return Err(unusable(text, &format!("has a part that {problem}")));
        }
        match (parts.next(), parts.next(), parts.next()) {
            // As an id it would be one of the newer API's.
            (Some(TASKS), ..) => Err(unusable(text, "is where tasks are asked for")),
            _ if text == AVATAR => Ok(Self::Legacy(text.to_owned())),
            (Some(_), None, _) => Ok(Self::Legacy(text.to_owned())),
            (Some(_), Some(_), None) => Ok(Self::Current(text.to_owned())),
            _ => Err(unusable(text, "has more than two parts")),
        }
    }

    /// Where it is made, from the base URL.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Current(text) => format!("/{}", encoded(text)),
            Self::Legacy(kind) => format!("/v1/videos/{}", encoded(kind)),
        }
    }

    /// Where tasks that it made are.
    pub(crate) fn place(&self) -> Place<'_> {
        match self {
            Self::Current(_) => Place::Tasks,
            Self::Legacy(kind) => Place::Legacy(kind),
        }
    }
}

/// Where a task is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// `GET /tasks`, whatever made it.
    Tasks,
    /// Under the path of the kind that made it.
    Legacy(&'a str),
}

impl<'a> Place<'a> {
    /// Where the task of a handle's id is, and Kling's own id of it.
    pub(crate) fn of(id: &'a str) -> Option<(Self, &'a str)> {
        let (place, task) = id.rsplit_once('/')?;
        match place {
            TASKS => Some((Self::Tasks, task)),
            AVATAR => Some((Self::Legacy(place), task)),
            kind if kind.contains('/') => None,
            kind => Some((Self::Legacy(kind), task)),
        }
    }

    /// A handle's id for Kling's own id.
    pub(crate) fn id_of(self, task: &str) -> String {
        let place = match self {
            Self::Tasks => TASKS,
            Self::Legacy(kind) => kind,
        };
        format!("{place}/{task}")
    }

    /// Where the older API lists what this kind made.
    pub(crate) fn legacy_path(kind: &str) -> String {
        format!("/v1/videos/{}", encoded(kind))
    }
}

/// The handle of an id, which says where the task is.
pub(crate) fn handle(base_url: &BaseUrl, id: &str) -> Result<Handle, Error> {
    let Some((place, task)) = Place::of(id) else {
        return Err(unfindable(id));
    };
    // Kling takes several ids at once, with commas between.
    if place == Place::Tasks && task.contains(',') {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            format!("the id `{}` of a generation at Kling has a comma in it", shown(id)),
        ));
    }
    Handle::new_path(NAME, base_url, id)
}

fn unfindable(id: &str) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        format!(
            "the id `{}` does not say what made it at Kling; write `tasks/<id>` if the model was in the path, or else `<kind>/<id>` \
             with one of {}",
            shown(id),
            LEGACY_KINDS.join(", "),
        ),
    )
}

fn unusable(endpoint: &str, problem: &str) -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        format!("the endpoint `{}` {problem}; {}", shown(endpoint), what_to_write()),
    )
}

/// What an endpoint of Kling's is.
pub(crate) fn what_to_write() -> String {
    format!(
        "Kling's are a product and a model, such as `text-to-video/kling-3.0-turbo` ({}), or one of the older {}",
        PRODUCTS.join(", "),
        LEGACY_KINDS.join(", "),
    )
}

fn encoded(text: &str) -> String {
    let parts = text.split('/').map(|part| path::encode_segment(part).unwrap_or_default());
    parts.collect::<Vec<_>>().join("/")
}

/// What a person can recognise of it. An error shows no control characters.
pub(crate) fn shown(text: &str) -> String {
    redact::text(text).chars().take(40).collect()
}
