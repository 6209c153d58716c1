//! What Token360 has beside submitting and asking for a status: `GET /videos` and `GET /models`.

use http::header::{ALLOW, HeaderValue};
use http::{Method, StatusCode};
use serde_json::json;
use videogen_core::{HttpRequest, HttpResponse, Json, Moment};
use videogen_token360::wire;

use crate::emulator::Emulator;
use crate::json;
use crate::keys;
use crate::provider_name::ProviderName;
use crate::refusal::{self, Refusal};
use crate::reply::{self, JSON, Wire};
use crate::token360_list;
use crate::wall::Time;

const TOKEN360: ProviderName = ProviderName::Token360;

/// The models that there are said to be. Any other can be submitted to as well.
const MODELS: [&str; 2] = ["seedance-2.0", "seedance-2.0-fast"];

/// The answer, if `path`, the segments below the base URL, names such an operation.
pub(crate) fn answer(
    emulator: &mut Emulator,
    now: Moment,
    request: &HttpRequest,
    path: &[&str],
) -> Option<Wire> {
    let date = emulator.wall.at(now);
    let response = match (path, request.method()) {
        (["videos"], &Method::POST) => return None,
        (["videos" | "models"], &Method::GET) => {
            match keys::accepted(TOKEN360, request.headers()) {
                Err(refusal) => refusal.response(TOKEN360, date),
                Ok(_) if path == ["models"] => models(date),
                Ok(_) => {
                    let query = request.uri().query().unwrap_or_default();
                    token360_list::answer(emulator, now, query)
                }
            }
        }
        (["videos"], _) => {
            let mut response = Refusal::MethodNotAllowed.response(TOKEN360, date);
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
            response
        }
        (["models"], _) => refusal::method_not_allowed(TOKEN360, date, &Method::GET),
        _ => return None,
    };
    Some(Wire::Response(response))
}

/// As OpenAI answers: no page of Token360's prints it.
fn models(date: Time) -> HttpResponse {
    let created = date.unix_seconds();
    let item = |id: &str| {
        Json::from(
            json!({ "id": id, "object": "model", "created": created, "owned_by": "token360" }),
        )
    };
    let mut list = wire::ModelList::default();
    list.object = Some("list".to_owned());
    list.data = Some(MODELS.into_iter().map(item).collect());
    reply::response(StatusCode::OK, date, JSON, json::text(&list))
}
