//! fal's paths: endpoints and requests have as many segments as they like.

/// What comes before `owner/app` in some endpoints, as fal's own clients have it.
const NAMESPACES: [&str; 2] = ["workflows", "comfy"];

/// What a path below the base path names.
pub(super) enum Path {
    Keys,
    Status(String),
    Result(String),
    Cancel(String),
    Endpoint(String),
    Nothing,
}

impl Path {
    pub(super) fn of(path: &[&str]) -> Self {
        let is_app = |app: &[&str]| app.len() >= 2 && app.iter().all(|part| !part.is_empty());
        match path {
            [".well-known", "jwks.json"] => Self::Keys,
            [app @ .., "requests", _, "status"] if is_app(app) => Self::Status(without_last(path)),
            [app @ .., "requests", _, "response"] if is_app(app) => {
                Self::Result(without_last(path))
            }
            [app @ .., "requests", _, "cancel"] if is_app(app) => Self::Cancel(without_last(path)),
            [app @ .., "requests", id] if is_app(app) && !id.is_empty() => {
                Self::Result(path.join("/"))
            }
            path if is_app(path) && !path.contains(&"requests") => Self::Endpoint(path.join("/")),
            _ => Self::Nothing,
        }
    }
}

fn without_last(path: &[&str]) -> String {
    path.split_last().map(|(_, id)| id.join("/")).unwrap_or_default()
}

/// The app of an endpoint, below which its requests are.
pub(super) fn app_of(endpoint: &str) -> String {
    let parts: Vec<&str> = endpoint.split('/').collect();
    let is_longer = parts.first().is_some_and(|first| NAMESPACES.contains(first));
    let parts = parts.into_iter().take(if is_longer { 3 } else { 2 });
    parts.collect::<Vec<_>>().join("/")
}

/// The id of a request within the id of a generation.
pub(super) fn request_id(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}
