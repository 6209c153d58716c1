//! What the error of an operation means: `google.rpc.Code` (<https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto>)
//! and Veo's support codes.

use videogen_core::FailureClass;

/// `google.rpc.Code.CANCELLED`.
pub(crate) const CANCELLED: i64 = 1;

/// The support codes of Veo's safety filters, which stand in the messages: "… Support codes: 15236754". From the page "Responsible
/// AI for Veo"
/// (<https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/video/responsible-ai-and-usage-guidelines>).
pub const SUPPORT_CODES: &[(u32, &str)] = &[
    (58_061_214, "Child"),
    (17_301_594, "Child"),
    (29_310_472, "Celebrity"),
    (15_236_754, "Celebrity"),
    (64_151_117, "Video safety violation"),
    (42_237_218, "Video safety violation"),
    (62_263_041, "Dangerous content"),
    (57_734_940, "Hate"),
    (22_137_204, "Hate"),
    (74_803_281, "Other"),
    (29_578_790, "Other"),
    (42_876_398, "Other"),
    (89_371_032, "Prohibited content"),
    (49_114_662, "Prohibited content"),
    (63_429_089, "Prohibited content"),
    (72_817_394, "Prohibited content"),
    (60_599_140, "Prohibited content"),
    (35_561_574, "Third-party content"),
    (35_561_575, "Third-party content"),
    (90_789_179, "Sexual"),
    (43_188_360, "Sexual"),
    (78_610_348, "Toxic"),
    (61_493_863, "Violence"),
    (56_562_880, "Violence"),
    (32_635_315, "Vulgar"),
];

/// The documented support codes in a message, in their order, or `None` if there is none. They are numbers of eight digits: the words
/// around them do not matter.
pub(crate) fn support_codes(message: &str) -> Option<String> {
    let numbers = message.split(|c: char| !c.is_ascii_alphanumeric());
    let codes: Vec<&str> = numbers
        .filter(|number| {
            number
                .parse()
                .is_ok_and(|number: u32| SUPPORT_CODES.iter().any(|(code, _)| *code == number))
        })
        .collect();
    (!codes.is_empty()).then(|| codes.join(", "))
}

/// What a code means for a generation. Which ones Veo uses is not documented; that buckets which it may not write to give the codes 7 and 16
/// is inferred.
pub(crate) fn class(code: Option<i64>) -> FailureClass {
    match canonical(code) {
        // INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, PERMISSION_DENIED, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED,
        // UNAUTHENTICATED.
        Some(3 | 5 | 6 | 7 | 9 | 11 | 12 | 16) => FailureClass::Input,
        // DEADLINE_EXCEEDED.
        Some(4) => FailureClass::Timeout,
        // RESOURCE_EXHAUSTED.
        Some(8) => FailureClass::Quota,
        // ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS.
        Some(10 | 13 | 14 | 15) => FailureClass::Infrastructure,
        _ => FailureClass::Unknown,
    }
}

/// Whether a code says that somebody cancelled the operation.
pub(crate) fn is_cancelled(code: Option<i64>) -> bool {
    canonical(code) == Some(CANCELLED)
}

/// The code of an operation's error. Gateways were seen to write the HTTP status in its place; it is read as the proto maps it.
fn canonical(code: Option<i64>) -> Option<i64> {
    Some(match code? {
        400 => 3,
        401 => 16,
        403 => 7,
        404 => 5,
        409 => 10,
        429 => 8,
        499 => CANCELLED,
        500 => 13,
        501 => 12,
        503 => 14,
        504 => 4,
        code => code,
    })
}
