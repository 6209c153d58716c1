//! Ids that lead elsewhere, and handles of others.

use http::Uri;
use videogen_core::{BaseUrl, Call, Error, ErrorKind, Handle, Provider, StatusQuery};

use super::ProviderSuite;
use super::exchange::is_below;
use crate::rules;
use crate::suite::Suite;

/// Ids that are no one's, and must be refused or stay where an id stands.
pub const HOSTILE_IDS: [&str; 18] = [
    "../../x?y#z",
    "..",
    ".",
    "",
    " ",
    "a b",
    "a/b",
    "a\\b",
    "..\\x",
    "a?b=c",
    "a#b",
    "%2e%2e%2fx",
    "a\nb",
    "a\0b",
    "ü/ß",
    "a;b=c",
    "@host.example",
    "https://host.example/x",
];

pub(super) fn check(it: &ProviderSuite<'_>, suite: &mut Suite) {
    let provider = it.provider();
    let Some((handle, call)) = it.example_call(suite) else { return };
    let place = Place::of(&handle, &call);
    for id in hostile(handle.id()) {
        match provider.handle(&id) {
            Ok(handle) => {
                survives(suite, &handle);
                stays(suite, &*provider, &place, &handle);
            }
            Err(error) => refused(suite, &id, &error),
        }
        // From a database it may come without the provider's having seen it.
        if let Ok(handle) = Handle::new(provider.name(), provider.base_url(), &id) {
            stays(suite, &*provider, &place, &handle);
        }
    }
    survives(suite, &handle);
    let text = handle.to_string();
    let read = Handle::split_text(&text).and_then(|(_, id)| provider.handle(id));
    suite.rule(&rules::HANDLE_SURVIVES, read.as_ref().is_ok_and(|read| *read == handle), || {
        format!("`{text}` is read as {read:?}")
    });
    foreign(suite, &*provider, &handle);
}

/// Ids that are hostile as a whole, and the example with something hostile in each of its parts.
fn hostile(example: &str) -> Vec<String> {
    let mut ids: Vec<String> = HOSTILE_IDS.map(str::to_owned).to_vec();
    ids.push("x".repeat(10_000));
    let parts: Vec<&str> = example.split('/').collect();
    if parts.len() > 1 {
        for at in 0..parts.len() {
            for id in HOSTILE_IDS {
                let mut parts = parts.clone();
                if let Some(part) = parts.get_mut(at) {
                    *part = id;
                }
                ids.push(parts.join("/"));
            }
        }
        ids.push(format!("{example}/more"));
        ids.push(format!("/{example}"));
        ids.push(example.replace('/', "//"));
    }
    ids
}

/// Where in a path an id stands.
struct Place {
    before: String,
    after: String,
    segments: usize,
    query: Option<String>,
}

impl Place {
    fn of<T>(handle: &Handle, call: &Call<T>) -> Self {
        let uri = call.request().uri();
        let path = uri.path();
        let found = [handle.id_segment(), handle.id_path()].into_iter().find_map(|id| {
            let (before, after) = path.rsplit_once(&id)?;
            Some((before.to_owned(), after.to_owned()))
        });
        // Not in the path, where the query is a body: then the path is always the same.
        let (before, after) = found.unwrap_or_else(|| (path.to_owned(), String::new()));
        let query = uri.query().map(str::to_owned);
        Self { before, after, segments: path.split('/').count(), query }
    }

    fn holds(&self, uri: &Uri) -> bool {
        let path = uri.path();
        path.split('/').count() <= self.segments
            && path.starts_with(&self.before)
            && path.ends_with(&self.after)
            && path.len() >= self.before.len() + self.after.len()
            && uri.query() == self.query.as_deref()
            // An empty segment is dropped by some servers, and names another path.
            && !path.contains("//")
    }
}

fn stays(suite: &mut Suite, provider: &dyn Provider, place: &Place, handle: &Handle) {
    let shown = shortened(handle.id());
    match provider.status(handle, StatusQuery::Plain) {
        Ok(call) => {
            let request = call.request();
            let stays =
                place.holds(request.uri()) && is_below(request, provider.base_url().as_str());
            suite.rule(&rules::ID_IS_A_PATH, stays, || {
                format!("the id {shown:?} leads to {}", request.uri())
            });
        }
        Err(error) => refused(suite, handle.id(), &error),
    }
}

fn refused(suite: &mut Suite, id: &str, error: &Error) {
    let shown = shortened(id);
    let rule = &rules::BAD_ID_IS_INPUT;
    suite.rule(rule, error.kind() == ErrorKind::InvalidInput, || {
        format!("the id {shown:?} is refused as {:?}", error.kind())
    });
    let length = error.to_string().len();
    suite.rule(rule, length < 400, || {
        format!("the error about the id {shown:?} has {length} bytes")
    });
}

fn survives(suite: &mut Suite, handle: &Handle) {
    let text = serde_json::to_string(handle).unwrap_or_default();
    let read = serde_json::from_str::<Handle>(&text);
    suite.rule(&rules::HANDLE_SURVIVES, read.as_ref().is_ok_and(|read| read == handle), || {
        format!("{} is read as {read:?}", shortened(&text))
    });
}

fn foreign(suite: &mut Suite, provider: &dyn Provider, handle: &Handle) {
    let elsewhere = BaseUrl::parse("https://elsewhere.example/api").expect("a base URL");
    let of = |name: &str, base_url: &BaseUrl| {
        let mut form = serde_json::to_value(handle).unwrap_or_default();
        if let Some(members) = form.as_object_mut() {
            members.insert("provider".to_owned(), name.into());
            members.insert("base_url".to_owned(), base_url.as_str().into());
        }
        serde_json::from_value::<Handle>(form).ok()
    };
    let others = [of(provider.name(), &elsewhere), of("someone", provider.base_url())];
    for handle in others.into_iter().flatten() {
        let asked = provider.status(&handle, StatusQuery::Plain).map(drop);
        let deleted = provider.delete(&handle).map(drop);
        let cancelled = provider.cancel(&handle).map(drop);
        let all = [("asked about", asked), ("deleted", deleted), ("cancelled", cancelled)];
        for (what, result) in all {
            let kind = result.map_err(|error| error.kind());
            let is_refused = match kind {
                Err(ErrorKind::ForeignHandle) => true,
                Err(ErrorKind::Unsupported) => what != "asked about",
                _ => false,
            };
            suite.rule(&rules::FOREIGN_HANDLE_IS_REFUSED, is_refused, || {
                format!("{handle:?} is {what}: {kind:?}")
            });
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
