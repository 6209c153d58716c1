//! What every client must make of a storage in trouble: the file byte for byte, or the error that is documented and no file under
//! its name; hardly a byte fetched twice, and no key where outputs are.
//!
//! Checked for every provider and every [`FetchFault`](crate::FetchFault), alone and in sequences, against a [`Server`]
//! ([`check_over_a_socket`]); and for every redirect that HTTP knows, to URLs of all forms, against servers that write down what
//! they get ([`check_redirects_over_sockets`]). What is refused before anything is sent needs no client
//! ([`check_redirects_in_virtual_time`]). The suite of the test kit, [`videogen_testkit::download_suite`], is about files
//! and writers; a client that has passed that one gives this one the same function.
//!
//! ```no_run
//! # use videogen_testkit::download_suite::{Done, Job};
//! # fn my_download(_: Job) -> Done { unimplemented!() }
//! use videogen_emulator::download_suite;
//!
//! // In a test of your own client:
//! download_suite::check_over_a_socket(&my_download).assert();
//! download_suite::check_redirects_over_sockets(&my_download).assert();
//! ```
//!
//! # What is counted
//!
//! The witness is the emulator, not what the client says: [`Fetches::requests`](crate::Fetches::requests) and
//! [`Fetches::bytes_sent`](crate::Fetches::bytes_sent). Where an answer may be read to its end, whether that is the file's or a cut,
//! a file takes its own length and 5 % at the most. Bytes count when they are handed to the operating system, which holds up to
//! some MB of them in a socket's buffers: of an answer that the client drops (since it is a part of another file, say) more is counted
//! than arrived. So in these cases the limit is what the answers had in all, and says no more than that none came twice as often as
//! the file had to be begun anew.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod asking;
mod cases;
mod dir;
mod judge;
mod redirects;
mod shapes;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use videogen_core::download::WhichOutput;
use videogen_core::{ApiKey, BaseUrl, Generation, Provider, StatusQuery, poll};
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_testkit::download_suite::{Done, Job, To};
use videogen_testkit::{Suite, TEST_KEY};
use videogen_token360::Token360;

use crate::provider_name::ProviderName;
use crate::serve::Server;

use asking::Asking;
use cases::{Case, cases};
use dir::Dir;
use judge::{Ran, judge};

pub use redirects::{check_redirects_in_virtual_time, check_redirects_over_sockets};

/// How many files are downloaded at the same time.
const AT_ONCE: usize = 16;
/// More than anything takes, on a slow machine too.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client.
pub type Fetch<'a> = dyn Fn(Job) -> Done + Sync + 'a;

/// Checks a client against a [`Server`], in some seconds of real time.
///
/// `fetch` is called from many threads at once.
///
/// # Panics
///
/// If this machine has no free port, or no directory for temporary files.
pub fn check_over_a_socket(fetch: &Fetch<'_>) -> Suite {
    let server = Server::start().expect("a free port on this machine");
    let cases = cases();
    let next = AtomicUsize::new(0);
    let ran = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(number) else { return };
                    let result = run(case, &server, fetch);
                    ran.lock().unwrap_or_else(PoisonError::into_inner).push((number, case, result));
                }
            });
        }
    });
    let mut suite = Suite::new();
    let log = server.log();
    let mut ran = ran.into_inner().unwrap_or_else(PoisonError::into_inner);
    ran.sort_by_key(|(number, ..)| *number);
    for (_, case, ran) in ran {
        judge(&mut suite, case, &ran, &server, &log);
    }
    suite
}

/// One generation, and its download or two.
fn run(case: &Case, server: &Server, fetch: &Fetch<'_>) -> Ran {
    let name = case.script.provider;
    let provider = provider(name, Some(server.base_url(name)));
    let id = server.add(case.script.clone()).expect("a script that holds").id;
    let generation = ended(&*provider, &id, server);
    let dir = Dir::new();
    let job = |options| Job {
        provider: Arc::clone(&provider),
        generation: generation.clone(),
        which: WhichOutput::FirstPrimary,
        options,
        overwrite: false,
        check_container: true,
        to: To::File(dir.file()),
    };
    let done = fetch(job(case.options.clone()));
    let found = dir.found(&server.output_file(name, &id).expect("a file"));
    let again = case.again.then(|| {
        let done = fetch(job(cases::options()));
        (done, dir.found(&server.output_file(name, &id).expect("a file")))
    });
    Ran { id, generation, path: dir.file(), done, found, again }
}

/// What the first status says of it.
fn ended(provider: &dyn Provider, id: &str, server: &Server) -> Generation {
    let handle = provider.handle(id).expect("an id of the emulator's");
    poll(provider, &Asking(server.address()), &handle, StatusQuery::Plain, PATIENCE)
        .expect("a status of the emulator's")
}

fn provider(name: ProviderName, at: Option<&BaseUrl>) -> Arc<dyn Provider> {
    let key = ApiKey::new(TEST_KEY).expect("an ordinary key");
    macro_rules! made {
        ($provider:ty) => {{
            let made = <$provider>::new(key);
            Arc::new(match at {
                Some(base_url) => made.at(base_url.clone()),
                None => made,
            })
        }};
    }
    match name {
        ProviderName::Prism => made!(Prism),
        ProviderName::Token360 => made!(Token360),
        ProviderName::Synclabs => made!(SyncLabs),
    }
}
