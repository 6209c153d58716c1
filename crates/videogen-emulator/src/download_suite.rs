//! What every client must make of a storage in trouble: the file byte for byte, or the error that is documented and no file under
//! its name; hardly a byte fetched twice, and no key where outputs are.
//!
//! Checked for every provider and every [`FetchFault`](crate::FetchFault), alone and in sequences, against a [`Server`]
//! ([`check_over_a_socket`]); and for every redirect that HTTP knows, to URLs of all forms, against servers that write down what
//! they get ([`check_redirects_over_sockets`]). What is refused before anything is sent needs no client
//! ([`check_redirects_in_virtual_time`]). [`check_in_virtual_time`] is the first list for the machine itself. Each has a variant for
//! sides of one's own, with the same list: left out is only what a side does not have. The suite of the test kit, [`videogen_testkit::download_suite`], is about files
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
mod machine;
mod redirects;
mod shapes;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use videogen_core::download::WhichOutput;
use videogen_core::{ApiKey, BaseUrl, Generation, Provider, StatusQuery, Transport, poll};
use videogen_testkit::download_suite::{Done, Job, To};
use videogen_testkit::{Suite, VirtualClock};

use crate::emulator::Emulator;
use crate::in_process::InProcess;
use crate::serve::Server;
use crate::side::{Access, Side};
use crate::sides;

use asking::Asking;
use cases::{Case, cases};
use dir::{Dir, Found};
use judge::{Ran, judge};

pub use redirects::{
    check_redirects_in_virtual_time, check_redirects_in_virtual_time_of,
    check_redirects_over_sockets, check_redirects_over_sockets_of,
};

/// How many files are downloaded at the same time.
const AT_ONCE: usize = 16;
/// More than anything takes, on a slow machine too.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client.
pub type Fetch<'a> = dyn Fn(Job) -> Done + Sync + 'a;

/// Where the emulator in virtual time says that it is: where a server of the real one is too.
const ORIGIN: &str = "http://127.0.0.1:4010";

/// Checks a client against a [`Server`] with the built-in providers, in some seconds of real time.
///
/// `fetch` is called from many threads at once.
///
/// # Panics
///
/// If this machine has no free port, or no directory for temporary files.
pub fn check_over_a_socket(fetch: &Fetch<'_>) -> Suite {
    check_over_a_socket_of(&sides::built_in(), fetch)
}

/// The same with these providers.
///
/// # Panics
///
/// If this machine has no free port, or no directory for temporary files, or a side does not do what it says.
pub fn check_over_a_socket_of(sides: &[Box<dyn Side>], fetch: &Fetch<'_>) -> Suite {
    let server = Server::of(sides).expect("a free port on this machine");
    let cases = cases(sides);
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
        judge(&mut suite, case, &ran, &log);
    }
    suite
}

/// Checks the machine at the built-in providers in virtual time, with files in memory. That another process goes on with what
/// one has left is for clients with files.
pub fn check_in_virtual_time() -> Suite {
    check_in_virtual_time_of(&sides::built_in())
}

/// The same at these providers.
///
/// # Panics
///
/// If a side does not do what it says.
pub fn check_in_virtual_time_of(sides: &[Box<dyn Side>]) -> Suite {
    let mut suite = Suite::new();
    for case in &cases(sides) {
        let started = UNIX_EPOCH + Duration::from_secs(1_772_107_200);
        let emulator = Emulator::of(sides, started).at_origin(ORIGIN);
        let emulator = InProcess::new(emulator, VirtualClock::new());
        let ran = run_in_process(case, &emulator);
        judge(&mut suite, case, &ran, &emulator.log());
    }
    suite
}

/// One generation, and its download or two.
fn run(case: &Case<'_>, server: &Server, fetch: &Fetch<'_>) -> Ran {
    let name = case.side.name();
    let provider = provider(case.side, Some(server.base_url(name)));
    let id = server.add(case.script.clone()).expect("a script that holds").id;
    let generation = ended(&*provider, &id, &Asking(server.address()));
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
    let file = || server.output_file(name, &id).expect("a file");
    let done = fetch(job(case.options.clone()));
    let found = dir.found(&file());
    let again = case.again.then(|| {
        let done = fetch(job(cases::options()));
        (done, dir.found(&file()))
    });
    let fetches = server.fetches(name, &id).unwrap_or_default();
    Ran { generation, path: Some(dir.file()), done, found, again, fetches }
}

/// The same by the machine itself, without a second process.
fn run_in_process(case: &Case<'_>, emulator: &InProcess) -> Ran {
    let name = case.side.name();
    let base_url = emulator.emulator().base_url(name).expect("a base URL");
    let provider = provider(case.side, Some(&base_url));
    let id = emulator.add(case.script.clone()).expect("a script that holds").id;
    let generation = ended(&*provider, &id, emulator);
    let done = machine::download(&provider, &generation, emulator, case.options.clone());
    let file = emulator.output_file(name, &id).expect("a file");
    let found = Found::in_memory(&done, &file);
    let fetches = emulator.fetches(name, &id).unwrap_or_default();
    Ran { generation, path: None, done, found, again: None, fetches }
}

/// What the first status says of it.
fn ended(provider: &dyn Provider, id: &str, transport: &dyn Transport) -> Generation {
    let handle = provider.handle(id).expect("an id of the emulator's");
    poll(provider, transport, &handle, StatusQuery::Plain, PATIENCE)
        .expect("a status of the emulator's")
}

fn provider(side: &dyn Side, at: Option<&BaseUrl>) -> Arc<dyn Provider> {
    let key = ApiKey::new(side.key_text(KEY)).expect("an ordinary key");
    side.provider(key, at.cloned())
}

/// How the key begins.
const KEY: &str = "sk";

/// Whether the key must come with a request for a video on the API.
fn is_keyed(side: &dyn Side) -> bool {
    side.access() == Access::Keyed
}
