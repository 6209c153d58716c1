//! `GET /models` at Token360.

use http::StatusCode;
use serde_json::json;
use videogen_core::{HttpResponse, Json};
use videogen_token360::wire;

use crate::side::json_answer;
use crate::wall::Time;

/// The models that there are said to be. Any other can be submitted to as well.
const MODELS: [&str; 2] = ["seedance-2.0", "seedance-2.0-fast"];

/// As OpenAI answers: no page of Token360's prints it.
pub(super) fn models(date: Time) -> HttpResponse {
    let created = date.unix_seconds();
    let item = |id: &str| {
        Json::from(
            json!({ "id": id, "object": "model", "created": created, "owned_by": "token360" }),
        )
    };
    let mut list = wire::ModelList::default();
    list.object = Some("list".to_owned());
    list.data = Some(MODELS.into_iter().map(item).collect());
    json_answer(StatusCode::OK, &list)
}
