//! Which file of which generation is asked for.

use percent_encoding::percent_decode_str;

use crate::side::{ApiFile, Side};

/// A file of a generation's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A video, counted from 0.
    Video(usize),
    LastFrame,
}

/// Where it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Storage,
    /// The API itself.
    Api {
        /// Whether the key opens it, and not the URL.
        keyed: bool,
        /// Whether a redirect leads to the storage.
        redirects: bool,
    },
}

impl Target {
    /// What a path below `/files/` names, and whose it is.
    pub(crate) fn on_storage<'a>(
        sides: &'a [Box<dyn Side>],
        path: &str,
    ) -> Option<(&'a dyn Side, Self)> {
        let (provider, file) = path.strip_prefix("/files/")?.split_once('/')?;
        let side = sides.iter().find(|side| side.name().as_str() == provider)?;
        let (id, kind) = match file.split_once('/') {
            // An id has no slash: it is encoded.
            Some((id, video)) => {
                let number: usize = video.strip_suffix(".mp4")?.parse().ok()?;
                (id, Kind::Video(number.checked_sub(1)?))
            }
            None => match file.rsplit_once('.')? {
                (id, "mp4") => (id, Kind::Video(0)),
                (id, "png") => (id, Kind::LastFrame),
                _ => return None,
            },
        };
        let id = percent_decode_str(id).decode_utf8_lossy().into_owned();
        (!id.is_empty()).then_some((&**side, Self { id, kind, place: Place::Storage }))
    }

    pub(crate) fn on_api(file: &ApiFile) -> Self {
        let ApiFile { id, video, keyed, redirects } = file;
        let place = Place::Api { keyed: *keyed, redirects: *redirects };
        Self { id: id.clone(), kind: Kind::Video(*video), place }
    }
}
