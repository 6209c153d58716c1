//! What a request asks for.

use std::time::Duration;

/// What a request asks for. A [`Side`](crate::Side) says it of every request below its base path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// The status of the generation with this id. It counts as a poll.
    Status {
        /// The id, whole: it may have slashes.
        id: String,
    },
    /// The outcome of the generation with this id, by a request of its own. It counts as a poll too.
    Result {
        /// The id.
        id: String,
    },
    /// To make generations.
    Submit {
        /// What the path says of it: a template, a model.
        of: Option<String>,
    },
    /// A file of a generation's, below the API. Files on a storage beside it are no matter of the side.
    File(ApiFile),
    /// Something that only the side knows: see [`Side::other`](crate::Side::other).
    Other,
    /// Something that this method does not ask for, but these.
    NotAllowed(&'static str),
    /// Nothing that there is.
    Nothing,
}

impl Operation {
    /// The status of this generation.
    #[must_use]
    pub fn status(id: impl Into<String>) -> Self {
        Self::Status { id: id.into() }
    }

    /// The outcome of this generation.
    #[must_use]
    pub fn result(id: impl Into<String>) -> Self {
        Self::Result { id: id.into() }
    }

    /// A submission of which the path says nothing more.
    #[must_use]
    pub const fn submit() -> Self {
        Self::Submit { of: None }
    }

    /// A submission of which the path says this.
    #[must_use]
    pub fn submit_of(of: impl Into<String>) -> Self {
        Self::Submit { of: Some(of.into()) }
    }
}

/// A file of a generation's, asked for on the API itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiFile {
    /// The generation.
    pub id: String,
    /// Which of its videos, counted from 0.
    pub video: usize,
    /// Whether the key must come with the request. Otherwise the URL must be [signed](crate::View::token).
    pub keyed: bool,
    /// Whether the answer is a redirect to the file on the storage, and not the file.
    pub redirects: bool,
}

impl ApiFile {
    /// The video of a generation, for whoever has the key.
    #[must_use]
    pub fn keyed(id: impl Into<String>) -> Self {
        Self { id: id.into(), video: 0, keyed: true, redirects: false }
    }

    /// The video of a generation, for whoever has the signed URL.
    #[must_use]
    pub fn signed(id: impl Into<String>) -> Self {
        Self { keyed: false, ..Self::keyed(id) }
    }

    /// This video of the generation's, counted from 0.
    #[must_use]
    pub const fn video(mut self, number: usize) -> Self {
        self.video = number;
        self
    }

    /// The same with a redirect to the storage for the answer.
    #[must_use]
    pub const fn redirecting(mut self) -> Self {
        self.redirects = true;
        self
    }
}

/// What a status request asks for beside the status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asked {
    /// How long to hold the request, if it is a long-poll.
    pub hold: Option<Duration>,
    /// Whether progress is asked for.
    pub progress: bool,
}

impl Asked {
    /// Nothing more.
    #[must_use]
    pub const fn plainly() -> Self {
        Self { hold: None, progress: false }
    }

    /// A long-poll that is held so long.
    #[must_use]
    pub const fn held(mut self, hold: Duration) -> Self {
        self.hold = Some(hold);
        self
    }

    /// The same with progress.
    #[must_use]
    pub const fn with_progress(mut self) -> Self {
        self.progress = true;
        self
    }
}

/// Where the video of a completed generation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Behind a signed URL, for whoever has it: no key is to come with the request.
    Signed,
    /// Behind a URL of the API's own, and only for who has the key.
    Keyed,
    /// In the answer itself.
    Inline,
    /// Where the emulator has no files: at a `gs://` URL, say.
    Elsewhere,
}
