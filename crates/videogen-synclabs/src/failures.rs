//! What a failed generation's error code means. An open set: the full catalogue is at `GET /errors`.

use videogen_core::FailureClass::{self, Infrastructure, Input, Quota, Timeout, Unknown};

/// The codes that are known, from Sync Labs' error pages and a third party's list of the catalogue.
const CLASSES: &[(&str, FailureClass)] = &[
    ("generation_pipeline_failed", Infrastructure),
    ("generation_unknown_error", Unknown),
    ("generation_unhandled_error", Infrastructure),
    ("generation_database_error", Infrastructure),
    ("generation_internal_auth", Infrastructure),
    ("generation_timeout", Timeout),
    ("generation_media_probe_timeout", Timeout),
    ("generation_media_probe_unavailable", Infrastructure),
    ("generation_unsupported_model", Input),
    ("generation_model_duration_exceeded", Input),
    ("generation_media_metadata_missing", Input),
    ("generation_audio_length_exceeded", Input),
    ("generation_text_length_exceeded", Input),
    ("generation_audio_missing", Input),
    ("generation_video_missing", Input),
    ("generation_conflict", Input),
    ("dubbing_duration_exceeded", Input),
    ("asset_not_found", Input),
    ("asset_forbidden", Input),
    ("invalid_asset_id_format", Input),
    ("uploaded_file_not_found", Input),
    ("file_not_in_org_storage", Input),
    ("project_not_found", Input),
    ("elevenlabs_api_key_invalid", Input),
    ("generation_plan_duration_exceeded", Quota),
    ("free_tier_generations_exhausted", Quota),
    ("plan_feature_unavailable", Quota),
    ("account_payment_required", Quota),
    ("account_on_hold", Quota),
    ("voice_clone_limit_reached", Quota),
    ("elevenlabs_quota_exceeded", Quota),
    ("concurrency_limit_reached", Quota),
    ("rate_limit_exceeded", Quota),
    ("file_size_exceeds_plan_limit", Quota),
    ("batch_plan_required", Quota),
    ("controller_timeout", Timeout),
    ("internal_error", Infrastructure),
    ("usage_dependency_unavailable", Infrastructure),
    ("elevenlabs_service_unavailable", Infrastructure),
];

/// The families that the pages name, for their members that are not known.
const FAMILIES: &[(&str, FailureClass)] = &[
    ("generation_input_", Input),
    ("generation_infra_", Infrastructure),
    ("controller_", Infrastructure),
    ("voice_", Input),
];

pub(crate) fn class(code: Option<&str>) -> FailureClass {
    let Some(code) = code else { return Unknown };
    let known = CLASSES.iter().find(|(known, _)| *known == code);
    let family = || FAMILIES.iter().find(|(prefix, _)| code.starts_with(prefix));
    known.or_else(family).map_or(Unknown, |&(_, class)| class)
}
