//! Keys stay at the API, wherever redirects of outputs lead.

use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderValue, LOCATION, SET_COOKIE};
use videogen_core::download::{Download, DownloadOptions, WhichOutput};
use videogen_core::{
    BaseUrl, Error, ErrorKind, Generation, HttpRequest, HttpResponse, Output, OutputKind, Provider,
};
use videogen_testkit::download_suite::{Done, Job, To};
use videogen_testkit::{
    MemorySink, Received, ScriptedServer, ScriptedTransport, Suite, VirtualClock, download,
    error_chain, leaks,
};

use super::judge::NOT_FOR_STORAGES;
use super::shapes::{CODES, FOLLOWED, Leads, Places, REFUSED, SHAPES, Shape};
use super::{Fetch, KEY, provider};
use crate::script::Ending;
use crate::side::Side;
use crate::sides;
use crate::view::Stage;

/// What every server has for whoever asks.
const FILE: &[u8] = b"\x1aE\xdf\xa3 is no MP4, and nobody looks";

/// All that is asked of a storage.
const FOR_STORAGES: [&str; 5] = ["accept", "accept-encoding", "user-agent", "range", "if-range"];

/// Checks a client with the credentials of every provider: whatever the redirect and wherever it leads, the file comes, or
/// nothing was asked for; and no server is told a key, a cookie or where one came from, the API's own no more than others.
///
/// # Panics
///
/// If this machine has no free port.
pub fn check_redirects_over_sockets(fetch: &Fetch<'_>) -> Suite {
    check_redirects_over_sockets_of(&sides::built_in(), fetch)
}

/// The same with the credentials of these providers.
///
/// # Panics
///
/// If this machine has no free port, or a side does not do what it says.
pub fn check_redirects_over_sockets_of(sides: &[Box<dyn Side>], fetch: &Fetch<'_>) -> Suite {
    let mut suite = Suite::new();
    for side in sides {
        for code in CODES {
            for shape in SHAPES {
                over_sockets(&mut suite, fetch, &**side, code, shape);
            }
        }
    }
    suite
}

fn over_sockets(suite: &mut Suite, fetch: &Fetch<'_>, side: &dyn Side, code: u16, shape: &Shape) {
    let case = format!("{}, a {code} to {}", side.name(), shape.name);
    let key = side.key_text(KEY);
    let file = || HttpResponse::new(FILE.to_vec()).into();
    let (api, other) = (ScriptedServer::start([file()]), ScriptedServer::start([file()]));
    let storage = ScriptedServer::start([]);
    let places = Places {
        api: api.address().to_string(),
        storage: storage.address().to_string(),
        other: other.address().to_string(),
    };
    let location = (shape.location)(&places);
    storage.then(redirect(code, &location).into());
    storage.then(file());
    let provider = provider(side, Some(&api.base_url()));
    let url = format!("http://{}/videos/v.mp4?sig=X5secret5sig5", places.storage);
    let generation = generation(side, &*provider, &url);
    let done = fetch(Job {
        provider: Arc::clone(&provider),
        generation,
        which: WhichOutput::FirstPrimary,
        options: options(),
        overwrite: false,
        check_container: false,
        to: To::Writer,
    });
    let (at_api, at_storage, at_other) = (api.received(), storage.received(), other.received());
    for request in at_api.iter().chain(&at_storage).chain(&at_other) {
        let named = NOT_FOR_STORAGES.into_iter().find(|name| request.header(name).is_some());
        suite.check(named.is_none() && !request.shows(&key), || {
            format!("{case}: too much in {request:?}")
        });
    }
    let (asked, path, may_fail) = match shape.leads {
        Leads::Api(path) => (&at_api[..], path, false),
        Leads::Storage(path) => (at_storage.get(1..).unwrap_or_default(), path, false),
        Leads::Other(path) => (&at_other[..], path, false),
        Leads::OtherOrNowhere(path) => (&at_other[..], path, true),
        Leads::Nowhere | Leads::NoAnswer => {
            let kind = match shape.leads {
                Leads::Nowhere => ErrorKind::InvalidResponse,
                _ => ErrorKind::DownloadStalled,
            };
            suite.check(done.result.as_ref().is_err_and(|error| error.kind() == kind), || {
                format!("{case}: not {kind:?}, but {:?}", done.result)
            });
            let has_connected = matches!(shape.leads, Leads::Nowhere) && other.connections() > 0;
            suite.check(at_api.is_empty() && at_other.is_empty() && !has_connected, || {
                format!("{case}: it was followed")
            });
            return shows_nothing(suite, &case, &key, &done);
        }
    };
    if may_fail && done.result.is_err() {
        suite.check(asked.is_empty(), || format!("{case}: {:?}", done.result));
        return shows_nothing(suite, &case, &key, &done);
    }
    suite.check(done.result.is_ok() && done.written == FILE, || {
        format!("{case}: gives {:?}", done.result)
    });
    let is_asked_once = |request: &[Received]| matches!(request, [one] if one.path == path);
    let number = at_api.len() + at_storage.len() + at_other.len();
    suite.check(is_asked_once(asked) && number == 2, || {
        format!("{case}: {at_api:?}, {at_storage:?}, {at_other:?}")
    });
}

/// Checks the machine with the credentials of every provider. Where it is on the internet, what leads from `https` to `http`, or
/// to a private address in whatever disguise, is refused, and nothing is asked there. Where it is on this machine, which may name
/// either, it is still refused what leads from `https` to `http`.
///
/// # Panics
///
/// Never: its own URLs are good ones.
pub fn check_redirects_in_virtual_time() -> Suite {
    check_redirects_in_virtual_time_of(&sides::built_in())
}

/// The same with the credentials of these providers.
///
/// # Panics
///
/// If a side does not do what it says.
pub fn check_redirects_in_virtual_time_of(sides: &[Box<dyn Side>]) -> Suite {
    let mut suite = Suite::new();
    for side in sides {
        let side = &**side;
        let provider = provider(side, None);
        let at = BaseUrl::parse("http://127.0.0.1:4010").expect("a base URL on this machine");
        let here = self::provider(side, Some(&at));
        let to_api = format!("{}/w.mp4", provider.base_url());
        for code in CODES {
            for location in REFUSED {
                in_virtual_time(&mut suite, side, &*provider, code, location, None);
            }
            let followed = FOLLOWED.iter().copied().chain([(&*to_api, &*to_api)]);
            for (location, url) in followed {
                in_virtual_time(&mut suite, side, &*provider, code, location, Some(url));
            }
            for location in REFUSED.iter().filter(|it| is_plain(it)) {
                in_virtual_time(&mut suite, side, &*here, code, location, None);
            }
        }
    }
    suite
}

fn is_plain(location: &str) -> bool {
    location.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"))
}

fn in_virtual_time(
    suite: &mut Suite,
    side: &dyn Side,
    provider: &dyn Provider,
    code: u16,
    location: &str,
    to: Option<&str>,
) {
    let case = format!("{} at {}, a {code} to {location}", provider.name(), provider.base_url());
    let transport = ScriptedTransport::new()
        .then(redirect(code, location))
        .then(HttpResponse::new(FILE.to_vec()));
    let url = "https://cdn.example/videos/v.mp4?sig=X5secret5sig5";
    let machine =
        Download::new(&generation(side, provider, url), WhichOutput::FirstPrimary, options());
    let machine = machine.expect("a URL that is fetched");
    let (clock, mut sink) = (VirtualClock::new(), MemorySink::default());
    let mut renew = || Err(Error::new(ErrorKind::Interrupted, "nobody is to be asked"));
    let course = download(machine, &transport, &clock, &mut sink, &mut renew);
    let urls: Vec<_> = course.requests.iter().map(|it| it.uri().to_string()).collect();
    let mut expected = vec![url];
    expected.extend(to);
    suite.check(urls == expected, || format!("{case}: {urls:?} were asked for"));
    let is_file = course.result.is_ok() && sink.bytes == FILE;
    let is_refused =
        course.result.as_ref().is_err_and(|it| it.kind() == ErrorKind::InvalidResponse);
    suite.check(if to.is_some() { is_file } else { is_refused && sink.bytes.is_empty() }, || {
        format!("{case}: gives {:?}", course.result)
    });
    for request in &course.requests {
        suite.check(asks_only(request, &side.key_text(KEY)), || {
            format!("{case}: too much in {:?}", request.headers())
        });
    }
}

/// Whether a request says nothing but what a storage has to know.
fn asks_only(request: &HttpRequest, key: &str) -> bool {
    request.body().is_empty()
        && request.headers().keys().all(|name| FOR_STORAGES.contains(&name.as_str()))
        && !request.uri().to_string().contains(key)
}

fn shows_nothing(suite: &mut Suite, case: &str, key: &str, done: &Done) {
    let shown = done.result.as_ref().err().map(|error| error_chain(error)).unwrap_or_default();
    let leaked = leaks(&shown, key, "?sig=X5secret5sig5");
    suite.check(leaked.is_empty() && !shown.contains("user:pass"), || {
        format!("{case}: shows {leaked:?}: {shown}")
    });
}

/// A redirect that asks for a cookie too.
fn redirect(code: u16, location: &str) -> HttpResponse {
    let mut answer = HttpResponse::new(b"<a href=\"elsewhere\">elsewhere</a>".to_vec());
    *answer.status_mut() = http::StatusCode::from_u16(code).expect("an HTTP status");
    let location = HeaderValue::from_str(location).expect("an ordinary URL");
    answer.headers_mut().insert(LOCATION, location);
    let cookie = HeaderValue::from_static("session=1; Path=/; Domain=localhost");
    answer.headers_mut().insert(SET_COOKIE, cookie);
    answer
}

/// One that has ended, with its video there.
fn generation(side: &dyn Side, provider: &dyn Provider, url: &str) -> Generation {
    let handle = provider.handle(&side.new_id(1, None)).expect("an ordinary id");
    let word = side.word(Stage::Ended(Ending::Completed));
    let mut generation = Generation::new(handle, provider.lifecycle().status(word));
    generation.outputs.push(Output::primary(OutputKind::Video, url));
    generation
}

/// One attempt, as good as.
fn options() -> DownloadOptions {
    let mut options = DownloadOptions::default();
    options.first_rest = Duration::from_millis(1);
    options.patience = Duration::ZERO;
    options
}
