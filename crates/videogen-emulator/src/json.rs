//! JSON as the providers write it.

use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

/// `value` as JSON. A number without a fraction has no point, as JavaScript writes it: the wire models hold
/// `f64` where the pages promise integers.
pub(crate) fn text(value: &impl Serialize) -> String {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, WholeNumbers);
    // The values are structs with string keys, so that writing them to memory cannot fail.
    match value.serialize(&mut serializer) {
        Ok(()) => String::from_utf8(text).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

struct WholeNumbers;

impl Formatter for WholeNumbers {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // `Display` of a whole `f64` has no point, and no exponent.
        write!(writer, "{value}")
    }
}
