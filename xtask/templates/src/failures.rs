//! What the code of a failed generation means, from the page TO BE REPLACED. Never by the wording of a message.

use videogen_core::FailureClass;

const CLASSES: &[(&str, FailureClass)] = &[
    ("moderation", FailureClass::Moderation),
    ("bad_input", FailureClass::Input),
    ("internal", FailureClass::Infrastructure),
];

pub(crate) fn class(code: Option<&str>) -> FailureClass {
    let known = CLASSES.iter().find(|(known, _)| Some(*known) == code);
    known.map_or(FailureClass::Unknown, |&(_, class)| class)
}
