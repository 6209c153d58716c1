//! What Token360 has beside submitting and asking for a status.

use videogen_core::{HttpRequest, Moment};

use crate::emulator::Emulator;
use crate::reply::Wire;

/// The answer, if `path`, the segments below the base URL, names such an operation.
pub(crate) fn answer(
    emulator: &mut Emulator,
    now: Moment,
    request: &HttpRequest,
    path: &[&str],
) -> Option<Wire> {
    let _ = (emulator, now, request, path);
    None
}
