//! Sync Labs' models, error codes and prices.

use serde_json::{Value, json};
use videogen_core::HttpResponse;
use videogen_synclabs::{EstimatedCost, models};

use super::api::Asked;
use super::submission;

/// Frames of a second, and of a generation without segments. Made up.
const FRAMES: (f64, f64) = (25.0, 250.0);

/// US dollars for a frame. Made up.
const PRICE: f64 = 0.002;

/// Error codes with what the emulator says of them.
const ERRORS: [(&str, &str, &str); 8] = [
    ("generation_not_found", "Generation not found", "Check the id."),
    (
        "generation_input_validation_failed",
        "Failed to validate the input.",
        "Check the input and try again.",
    ),
    (
        "generation_input_video_inaccessible",
        "Failed to access the provided input video.",
        "Use a public URL.",
    ),
    (
        "generation_not_deletable_while_processing",
        "The generation is still processing",
        "Wait until it has ended.",
    ),
    ("concurrency_limit_reached", "Too many generations at once.", "Wait, or change the plan."),
    ("rate_limit_exceeded", "Rate limit exceeded. Please try again later.", "Wait."),
    ("asset_not_found", "Asset not found", "Check the id."),
    ("uploaded_file_not_found", "Uploaded file not found", "Upload the file first."),
];

pub(super) fn errors(asked: &Asked<'_, '_>) -> HttpResponse {
    let entries: Vec<Value> = ERRORS
        .iter()
        .map(|(code, message, suggestion)| {
            json!({ "code": code, "message": message, "suggestion": suggestion })
        })
        .collect();
    asked.ok(&entries)
}

pub(super) fn models(asked: &Asked<'_, '_>) -> HttpResponse {
    let all = models::ALL.iter().enumerate().map(|(number, name)| {
        let kind = if *name == models::REACT_1 { "react" } else { "lipsync" };
        let id = format!("00000000-0000-4000-b000-{number:012x}");
        json!({ "id": id, "name": name, "type": kind, "version": "1.0.0" })
    });
    asked.ok(&all.collect::<Vec<_>>())
}

/// One part for each segment, or for all.
pub(super) fn cost(asked: &Asked<'_, '_>) -> HttpResponse {
    let submission = match submission::read(asked.request) {
        Ok(submission) => submission,
        Err(refused) => return refused,
    };
    let segments = submission.get("segments").and_then(Value::as_array);
    let frames: Vec<f64> = match segments {
        Some(segments) if !segments.is_empty() => segments.iter().map(frames_of).collect(),
        _ => vec![FRAMES.1],
    };
    let parts: Vec<EstimatedCost> = frames
        .into_iter()
        .map(|frames| {
            let mut part = EstimatedCost::default();
            part.estimated_frame_count = Some(frames);
            part.estimated_generation_cost = Some(frames * PRICE);
            part
        })
        .collect();
    asked.ok(&parts)
}

fn frames_of(segment: &Value) -> f64 {
    let time = |name: &str| segment.get(name).and_then(Value::as_f64).unwrap_or_default();
    ((time("endTime") - time("startTime")).max(0.0) * FRAMES.0).round()
}
