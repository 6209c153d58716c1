//! Whether what came is a whole video.

use crate::container::{Container, ContainerCheck};
use crate::error::{Error, ErrorKind};
use crate::handle::Handle;
use crate::output::OutputKind;

/// A check of an output of this kind while it comes, if it is wanted and there is one: only videos are looked at, since images
/// and sound come in boxes too, with others among them.
#[must_use]
pub fn container_check(kind: OutputKind, wanted: bool) -> Option<ContainerCheck> {
    let is_video = matches!(kind, OutputKind::Video | OutputKind::Segment);
    (wanted && is_video).then(ContainerCheck::new)
}

/// What a check says once all has come. `None` where nobody looked.
///
/// # Errors
///
/// [`ErrorKind::DownloadDamaged`] if it is not whole.
pub fn verdict(
    check: Option<&ContainerCheck>,
    kind: OutputKind,
    handle: &Handle,
) -> Result<Option<Container>, Error> {
    match check.map(ContainerCheck::finish) {
        None => Ok(None),
        Some(Ok(container)) => Ok(Some(container)),
        Some(Err(problem)) => Err(Error::new(
            ErrorKind::DownloadDamaged,
            format!("the {kind} came to its end, and is not whole: {problem}"),
        )
        .about(handle)),
    }
}
