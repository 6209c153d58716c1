//! Whose a request is, and what it asks for.

use percent_encoding::percent_decode_str;
use videogen_core::HttpRequest;

use crate::side::{Operation, Side};

/// The side whose request it is, the segments of its path, decoded, and what it asks for.
pub(crate) fn of<'a>(
    sides: &'a mut [Box<dyn Side>],
    request: &HttpRequest,
) -> Option<(&'a mut Box<dyn Side>, Vec<String>, Operation)> {
    let path = request.uri().path();
    // The longest base path is the most particular one.
    let below = sides.iter().enumerate().filter_map(|(index, side)| {
        let base = side.base_path();
        let rest = path.strip_prefix(base.as_str())?.strip_prefix('/')?;
        Some((base.len(), index, segments(rest)))
    });
    let found = below.max_by_key(|(length, ..)| *length).map(|(_, index, path)| (index, path));
    if let Some((index, path)) = found {
        let side = sides.get_mut(index)?;
        let operation = match side.operation(request, &borrowed(&path)) {
            Operation::Status { id } | Operation::Result { id } if id.is_empty() => {
                Operation::Nothing
            }
            operation => operation,
        };
        return Some((side, path, operation));
    }
    let path = segments(path.strip_prefix('/')?);
    sides.iter_mut().find_map(|side| match side.outside(request, &borrowed(&path)) {
        Operation::Nothing => None,
        operation => Some((side, path.clone(), operation)),
    })
}

fn segments(path: &str) -> Vec<String> {
    // An id that is not UTF-8 is nobody's; what it becomes is not found either.
    path.split('/').map(|it| percent_decode_str(it).decode_utf8_lossy().into_owned()).collect()
}

fn borrowed(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}
