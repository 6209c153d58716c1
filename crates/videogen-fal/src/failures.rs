//! What fal's error types mean, and which of them speak of the generation and not of the exchange that asked for it.

use videogen_core::FailureClass;

/// The type of a request that was cancelled.
pub(crate) const CANCELLED: &str = "client_cancelled";

/// The type of a refusal by policy.
pub(crate) const MODERATION: &str = "content_policy_violation";

/// What is known of an error type of the platform: `error_type` in a body, or the header `X-Fal-Error-Type`.
#[derive(Clone, Copy)]
pub(crate) struct RequestError {
    name: &'static str,
    class: FailureClass,
    /// Whether it says that the generation has ended, wherever it stands. The others may be about the very exchange that asks for the result.
    pub(crate) is_of_generation: bool,
    /// Whether the model may have said more than this in the result.
    pub(crate) may_have_more: bool,
}

const fn no_answer(name: &'static str, class: FailureClass) -> RequestError {
    RequestError { name, class, is_of_generation: true, may_have_more: false }
}

/// The page "Request Error Types" (<https://fal.ai/docs/documentation/model-apis/request-errors>). What each says of the generation
/// is read from its description there.
const REQUEST_ERRORS: &[RequestError] = &[
    no_answer("request_timeout", FailureClass::Timeout),
    no_answer("startup_timeout", FailureClass::Timeout),
    no_answer("runner_scheduling_failure", FailureClass::Infrastructure),
    no_answer("runner_connection_timeout", FailureClass::Infrastructure),
    no_answer("runner_disconnected", FailureClass::Infrastructure),
    no_answer("runner_connection_refused", FailureClass::Infrastructure),
    no_answer("runner_connection_error", FailureClass::Infrastructure),
    no_answer("runner_incomplete_response", FailureClass::Infrastructure),
    RequestError {
        name: "runner_server_error",
        class: FailureClass::Infrastructure,
        is_of_generation: true,
        may_have_more: true,
    },
    no_answer(CANCELLED, FailureClass::Unknown),
    // "The client closed the connection", "the request was malformed", "an unexpected internal error": so may be the one for the result.
    RequestError {
        name: "client_disconnected",
        class: FailureClass::Unknown,
        is_of_generation: false,
        may_have_more: true,
    },
    RequestError {
        name: "bad_request",
        class: FailureClass::Input,
        is_of_generation: false,
        may_have_more: true,
    },
    RequestError {
        name: "internal_error",
        class: FailureClass::Infrastructure,
        is_of_generation: false,
        may_have_more: true,
    },
];

/// The types of a model's errors: those of the page "Model Errors" (<https://fal.ai/docs/documentation/model-apis/errors>), and below them
/// those that Pydantic gives for a field, some of which fal's pages show.
const MODEL_ERRORS: &[(&str, FailureClass)] = &[
    (MODERATION, FailureClass::Moderation),
    ("internal_server_error", FailureClass::Infrastructure),
    ("downstream_service_error", FailureClass::Infrastructure),
    ("downstream_service_unavailable", FailureClass::Infrastructure),
    ("generation_timeout", FailureClass::Timeout),
    // It "did not generate the expected output for this prompt", and asks to review the inputs.
    ("no_media_generated", FailureClass::Input),
    ("image_too_small", FailureClass::Input),
    ("image_too_large", FailureClass::Input),
    ("image_load_error", FailureClass::Input),
    ("file_download_error", FailureClass::Input),
    ("face_detection_error", FailureClass::Input),
    ("file_too_large", FailureClass::Input),
    ("greater_than", FailureClass::Input),
    ("greater_than_equal", FailureClass::Input),
    ("less_than", FailureClass::Input),
    ("less_than_equal", FailureClass::Input),
    ("multiple_of", FailureClass::Input),
    ("sequence_too_short", FailureClass::Input),
    ("sequence_too_long", FailureClass::Input),
    ("one_of", FailureClass::Input),
    ("feature_not_supported", FailureClass::Input),
    ("invalid_archive", FailureClass::Input),
    ("archive_file_count_below_minimum", FailureClass::Input),
    ("archive_file_count_exceeds_maximum", FailureClass::Input),
    ("audio_duration_too_long", FailureClass::Input),
    ("audio_duration_too_short", FailureClass::Input),
    ("unsupported_audio_format", FailureClass::Input),
    ("unsupported_image_format", FailureClass::Input),
    ("unsupported_video_format", FailureClass::Input),
    ("video_duration_too_long", FailureClass::Input),
    ("video_duration_too_short", FailureClass::Input),
    // Pydantic's.
    ("missing", FailureClass::Input),
    ("value_error", FailureClass::Input),
    ("value_error.missing", FailureClass::Input),
    ("type_error", FailureClass::Input),
    ("assertion_error", FailureClass::Input),
    ("literal_error", FailureClass::Input),
    ("enum", FailureClass::Input),
    ("extra_forbidden", FailureClass::Input),
    ("string_type", FailureClass::Input),
    ("string_too_short", FailureClass::Input),
    ("string_too_long", FailureClass::Input),
    ("int_type", FailureClass::Input),
    ("int_parsing", FailureClass::Input),
    ("float_type", FailureClass::Input),
    ("float_parsing", FailureClass::Input),
    ("bool_type", FailureClass::Input),
    ("bool_parsing", FailureClass::Input),
    ("list_type", FailureClass::Input),
    ("dict_type", FailureClass::Input),
    ("too_short", FailureClass::Input),
    ("too_long", FailureClass::Input),
    ("url_type", FailureClass::Input),
    ("url_parsing", FailureClass::Input),
    ("json_invalid", FailureClass::Input),
];

/// What is known of an error type of the platform.
pub(crate) fn request_error(name: &str) -> Option<RequestError> {
    REQUEST_ERRORS.iter().find(|known| known.name == name).copied()
}

/// What kind of reason this type is, whoever gave it.
pub(crate) fn class(code: Option<&str>) -> FailureClass {
    let Some(code) = code else { return FailureClass::Unknown };
    if let Some(known) = request_error(code) {
        return known.class;
    }
    MODEL_ERRORS
        .iter()
        .find(|(known, _)| *known == code)
        .map_or(FailureClass::Unknown, |&(_, class)| class)
}
