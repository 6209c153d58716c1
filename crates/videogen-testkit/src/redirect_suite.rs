//! What every client must make of an API that redirects: an error, and the key stays where it was meant for.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use videogen_core::{ApiKey, BaseUrl, Error, Generation, Handle, Provider};
//! # use videogen_testkit::{TEST_KEY, doc_provider::Example, redirect_suite};
//! # fn my_provider(_: ApiKey, _: BaseUrl) -> Example { unimplemented!() }
//! # fn my_status(_: &dyn Provider, _: &Handle) -> Result<Generation, Error> { unimplemented!() }
//! # fn my_wait(_: &dyn Provider, _: &Handle) -> Result<Generation, Error> { unimplemented!() }
//! let make = |base_url| -> Arc<dyn Provider> {
//!     Arc::new(my_provider(ApiKey::new(TEST_KEY).unwrap(), base_url))
//! };
//! redirect_suite::check(&make, &|provider, handle| {
//!     vec![my_status(&*provider, handle), my_wait(&*provider, handle)]
//! })
//! .assert();
//! ```

use std::sync::Arc;

use http::header::{HeaderValue, LOCATION};
use videogen_core::{BaseUrl, Error, ErrorKind, Generation, Handle, Provider};

use crate::fixture::TEST_KEY;
use crate::scripted::json;
use crate::scripted_server::{ScriptedServer, ServerReply};
use crate::secrets::{error_chain, leaks};
use crate::suite::Suite;

/// How many times a client may ask.
const MOST_ASKED: usize = 8;

/// A client: asks about a generation in one or several ways, once each. What came of it, in any order.
pub type Ask<'a> = dyn Fn(Arc<dyn Provider>, &Handle) -> Vec<Result<Generation, Error>> + 'a;

/// Checks a client with a provider, made with [`TEST_KEY`] for the base URL that `make` is given.
pub fn check(make: &dyn Fn(BaseUrl) -> Arc<dyn Provider>, ask: &Ask<'_>) -> Suite {
    let mut suite = Suite::new();
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = ScriptedServer::start([]);
        let stolen = elsewhere.url("/stolen?sig=X5secret5sig5");
        for target in [
            stolen.clone(),
            stolen.replace("http:", ""),
            stolen.replace("http:", "https:"),
            "/here".to_owned(),
        ] {
            redirect(&mut suite, make, ask, status, &target);
        }
        // Not even a connection, over which a key might have gone.
        suite.check(elsewhere.connections() == 0, || {
            format!("a {status} was followed to another origin: {:?}", elsewhere.received())
        });
    }
    suite
}

fn redirect(
    suite: &mut Suite,
    make: &dyn Fn(BaseUrl) -> Arc<dyn Provider>,
    ask: &Ask<'_>,
    status: u16,
    target: &str,
) {
    let mut answer = json(status, "{}");
    let location = HeaderValue::from_str(target).expect("an ordinary URL");
    answer.headers_mut().insert(LOCATION, location);
    let script = vec![ServerReply::Answer(answer); MOST_ASKED];
    let server = ScriptedServer::start(script);
    let provider = make(server.base_url());
    let name = format!("{}, a {status} to {target}", provider.name());
    let handle = provider.handle("00000000-0000-4000-8000-000000000001").expect("an ordinary id");
    let results = ask(provider, &handle);
    let received = server.received();
    suite.check(received.len() == results.len(), || {
        format!("{name}: asked {} times, and {} requests arrived", results.len(), received.len())
    });
    suite.check(received.iter().all(|request| request.shows(TEST_KEY)), || {
        format!("{name}: the provider itself did not get the key")
    });
    for result in results {
        match result {
            Ok(seen) => suite.check(false, || format!("{name}: gives {}", seen.status)),
            Err(error) => judge(suite, &name, &handle, &error, target),
        }
    }
}

fn judge(suite: &mut Suite, name: &str, handle: &Handle, error: &Error, target: &str) {
    suite.check(error.kind() == ErrorKind::Redirected, || {
        format!("{name}: gives {:?}: {}", error.kind(), error_chain(error))
    });
    suite.check(error.handle() == Some(handle), || format!("{name}: names no generation: {error}"));
    let path = target.split('?').next().unwrap_or_default();
    suite.check(error.to_string().contains(path), || {
        format!("{name}: does not say where to: {error}")
    });
    let leaked = leaks(&error_chain(error), TEST_KEY, &format!("http:{target}"));
    suite.check(leaked.is_empty(), || format!("{name}: shows {leaked:?}: {error}"));
}
