//! The names of operations and models, which are paths.

use videogen_core::{Error, ErrorKind, path};

use crate::api::Api;

/// What stands before the last part of an operation's name.
const OPERATIONS: &str = "operations";

/// Whether `name` can be that of an operation that Veo made.
///
/// At the Gemini API `models/{model}/operations/{id}`, from the reference; gateways were seen that leave out the model. At Vertex AI
/// `projects/{project}/locations/{location}/publishers/{publisher}/models/{model}/operations/{id}`, or with an endpoint of the project's in the
/// place of publisher and model.
pub(crate) fn check_operation(api: Api, name: &str) -> Result<(), Error> {
    let parts: Vec<&str> = name.split('/').collect();
    let fits = match api {
        Api::Gemini => matches!(*parts, ["models", _, OPERATIONS, _] | [OPERATIONS, _]),
        Api::Vertex => matches!(
            *parts,
            ["projects", _, "locations", _, "publishers", _, "models", _, OPERATIONS, _]
                | ["projects", _, "locations", _, "endpoints", _, OPERATIONS, _]
        ),
    };
    if fits && parts.into_iter().all(is_plain) {
        return Ok(());
    }
    let form = match api {
        Api::Gemini => "models/MODEL/operations/ID",
        Api::Vertex => {
            "projects/PROJECT/locations/LOCATION/publishers/google/models/MODEL/operations/ID"
        }
    };
    let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    Err(Error::new(
        ErrorKind::InvalidInput,
        format!("the id `{shown}` is not the name of an operation, which is `{form}`"),
    ))
}

/// Whether `part` is of the characters that Google's ids have: project ids may have a colon, and versions of models stand behind an `@`.
/// An id leads to a path with the model in it, where anything else could name another place.
fn is_plain(part: &str) -> bool {
    let is_of_ids = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:@~".contains(&byte);
    part.bytes().all(is_of_ids) && !part.is_empty() && !part.starts_with(['.', ':', '@', '~'])
}

/// Whether an answer that names its operation `named` is about `asked`.
///
/// Google's services may write a project by its number where it was asked for by its id. The last part alone tells operations apart.
pub(crate) fn is_same_operation(asked: &str, named: &str) -> bool {
    let tail = |name: &str| {
        let mut parts = name.rsplit('/');
        let last = parts.next()?.to_owned();
        (parts.next()? == OPERATIONS && !last.is_empty()).then_some(last)
    };
    asked == named || tail(asked).is_some_and(|asked| tail(named) == Some(asked))
}

/// What made an operation: its name, or its encoded path, without the last two parts.
pub(crate) fn resource_of(operation: &str) -> &str {
    let mut parts = operation.rsplitn(3, '/');
    parts.nth(2).unwrap_or_default()
}

/// The model in an operation's name.
pub(crate) fn model_of(operation: &str) -> Option<&str> {
    let mut parts = operation.split('/').skip_while(|part| *part != "models");
    parts.next()?;
    parts.next()
}

/// The encoded path of a model, below the version of the Gemini API, or below the location of a project at Vertex AI.
pub(crate) fn model_path(api: Api, model: &str) -> Result<String, Error> {
    let refused = |what: &str| {
        Error::new(
            ErrorKind::InvalidInput,
            format!("the model {what}, such as `{}`", api.example()),
        )
    };
    let parts: Vec<&str> = model.split('/').collect();
    let parts: Vec<&str> = match (api, parts.as_slice()) {
        (Api::Gemini, [model] | ["models", model]) => vec!["models", model],
        (Api::Vertex, [model] | ["models", model]) => {
            vec!["publishers", "google", "models", model]
        }
        (Api::Vertex, ["publishers", _, "models", _] | ["endpoints", _]) => parts,
        _ => return Err(refused("is not one name")),
    };
    let encoded: Result<Vec<String>, String> =
        parts.into_iter().map(path::encode_segment).collect();
    Ok(encoded.map_err(|problem| refused(&format!("{problem}; give its name")))?.join("/"))
}
