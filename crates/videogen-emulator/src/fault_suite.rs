//! What every client must make of faults: whatever goes wrong in the middle of a wait, the wait ends with the
//! generation's true outcome; what asking again cannot change ends it as an error that names the generation.
//!
//! Checked for every provider, every [`Fault`](crate::Fault) and every ending of a generation: in virtual time with the
//! waits that the providers' guidance asks for ([`check_in_virtual_time`]), and for any client over a socket with
//! waits of milliseconds ([`check_over_a_socket`]). Sides of one's own are checked by [`check_in_virtual_time_of`] and
//! [`check_over_a_socket_of`], with the same list: left out is only what a side says that it does not have. Where an outcome takes
//! two requests, the faults happen at the second one too. Each case also checks that
//!
//! - no error shows the key, and each names the generation;
//! - polls are apart as the floor and a `Retry-After` ask for;
//! - what had ended already takes one request, and so does what ends a wait at once.
//!
//! ```no_run
//! use videogen_emulator::fault_suite::{self, Ran};
//! # use std::sync::Arc;
//! # use videogen_core::{Error, Generation, Handle, Provider, WaitOptions};
//! # fn my_wait(_: Arc<dyn Provider>, _: &Handle, _: WaitOptions, _: &mut Vec<Error>) -> Result<Generation, Error> {
//! #     unimplemented!()
//! # }
//! // In a test of your own client:
//! fault_suite::check_over_a_socket(&|provider, handle, options| {
//!     let mut missed = Vec::new();
//!     let result = my_wait(provider, handle, options, &mut missed);
//!     Ran { result, missed }
//! })
//! .assert();
//! ```
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod cases;
mod judge;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use videogen_core::{ApiKey, BaseUrl, Error, Generation, Handle, Moment, Provider, WaitOptions};
use videogen_testkit::{Suite, VirtualClock, wait};

use crate::emulator::Emulator;
use crate::in_process::InProcess;
use crate::log::Recorded;
use crate::serve::Server;
use crate::side::Side;
use crate::sides;

use cases::{Case, Time, cases};
use judge::judge;

/// How many generations are waited for at the same time over the socket.
const WAITS_AT_ONCE: usize = 32;

/// What came of a wait.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "who waited tells all of it")]
pub struct Ran {
    /// How it ended.
    pub result: Result<Generation, Error>,
    /// The errors of the polls that were missed on the way.
    pub missed: Vec<Error>,
}

/// A client: waits with these options.
pub type Client<'a> = dyn Fn(Arc<dyn Provider>, &Handle, WaitOptions) -> Ran + Sync + 'a;

/// Checks the wait machine at the built-in providers in virtual time, with every wait as the provider's guidance asks for it.
pub fn check_in_virtual_time() -> Suite {
    check_in_virtual_time_of(&sides::built_in())
}

/// The same at these providers.
///
/// # Panics
///
/// If a side does not do what it says: it makes no key, or an id that cannot be asked for.
pub fn check_in_virtual_time_of(sides: &[Box<dyn Side>]) -> Suite {
    let mut suite = Suite::new();
    for case in cases(Time::Virtual, sides) {
        let emulator = Emulator::of(sides, UNIX_EPOCH + Duration::from_secs(1_772_107_200));
        let base_url = emulator.base_url(case.side.name()).expect("a base URL");
        let emulator = InProcess::new(emulator, VirtualClock::new());
        let created = emulator.add(case.script.clone()).expect("a script that holds");
        let provider = provider(&case, Some(&base_url));
        let handle = provider.handle(&created.id).expect("an id of the emulator's");
        let course = wait(&*provider, &emulator, emulator.clock(), &handle, case.options.clone());
        let latest = Moment::ORIGIN + case.options.deadline;
        suite.check(course.polls.iter().all(|poll| poll.began <= latest), || {
            format!("{}: polled after the deadline", case.name)
        });
        let ran = Ran { result: course.outcome.into_result(), missed: course.missed };
        judge(&mut suite, &case, &handle, &ran, &emulator.log());
    }
    suite
}

/// Checks a client against a [`Server`] with the built-in providers, in some seconds of real time.
///
/// `client` is called from many threads at once.
///
/// # Panics
///
/// If this machine has no free port.
pub fn check_over_a_socket(client: &Client<'_>) -> Suite {
    check_over_a_socket_of(&sides::built_in(), client)
}

/// The same with these providers.
///
/// # Panics
///
/// If this machine has no free port, or a side does not do what it says.
pub fn check_over_a_socket_of(sides: &[Box<dyn Side>], client: &Client<'_>) -> Suite {
    let server = Server::of(sides).expect("a free port on this machine");
    let cases = cases(Time::Real, sides);
    let next = AtomicUsize::new(0);
    let waited = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WAITS_AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(number) else { return };
                    let name = case.script.provider;
                    let provider = provider(case, Some(server.base_url(name)));
                    let created = server.add(case.script.clone()).expect("a script that holds");
                    let handle = provider.handle(&created.id).expect("an id of the emulator's");
                    let ran = client(provider, &handle, case.options.clone());
                    waited
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((number, case, handle, ran));
                }
            });
        }
    });
    let mut suite = Suite::new();
    let log = server.log();
    let mut waited = waited.into_inner().unwrap_or_else(PoisonError::into_inner);
    waited.sort_by_key(|(number, ..)| *number);
    for (_, case, handle, ran) in waited {
        let about = Some(handle.to_string());
        let log: Vec<Recorded> = log.iter().filter(|it| it.asked_for == about).cloned().collect();
        judge(&mut suite, case, &handle, &ran, &log);
    }
    suite
}

fn provider(case: &Case<'_>, at: Option<&BaseUrl>) -> Arc<dyn Provider> {
    let key = ApiKey::new(case.key_text()).expect("an ordinary key");
    case.side.provider(key, at.cloned())
}
