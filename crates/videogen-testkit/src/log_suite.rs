//! What every client must keep out of its logs and those of the crates below it: the key, and the query of a URL.
//!
//! ```no_run
//! # use videogen_core::{Error, ErrorKind, Generation, Handle, Provider};
//! # use videogen_testkit::{Memory, doc_provider::Example, log_suite};
//! # fn my_wait(_: Example) -> Result<Generation, Error> { unimplemented!() }
//! # fn keep_my_log() -> Memory { unimplemented!() }
//! let log = keep_my_log(); // from `TRACE` on
//! let indiscreet = log_suite::Indiscreet::start();
//! let ended = my_wait(indiscreet.provider());
//! assert!(ended.is_ok());
//! let refused = my_wait(indiscreet.provider());
//! assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unauthorized);
//! indiscreet.check(&log.text()).assert();
//! ```

use videogen_core::ApiKey;

use crate::doc_provider::Example;
use crate::scripted_server::{ScriptedServer, ServerReply};
use crate::secrets::leaks;
use crate::suite::Suite;

/// The key that is not to be logged. Nothing else has it, so that one log can serve many tests.
const KEY: &str = "QWERTYUIOPASDFGHJKLZXCVBNMqwertyuiopasdfghjklzxcvbnm";

/// The URL whose query is not to be logged.
const URL: &str = "https://cdn.example.com/v.mp4?X-Amz-Signature=MNBVCXZLKJHGFDSA";

/// The generation.
const ID: &str = "gen_logged";

/// A server that says what a log must not repeat, to two waits in a row: one that ends well after a missed
/// poll and a success without an output, and one that ends with 401 and the key in the body.
#[derive(Debug)]
pub struct Indiscreet(ScriptedServer);

impl Indiscreet {
    /// Starts it on a free port of this machine.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn start() -> Self {
        let status = |rest: &str| ServerReply::json(200, format!(r#"{{"id":"{ID}",{rest}}}"#));
        Self(ScriptedServer::start([
            status(r#""status":"running""#),
            ServerReply::json(503, format!("{URL} and {URL}")),
            status(r#""status":"done""#),
            status(&format!(r#""status":"done","url":"{URL}""#)),
            ServerReply::json(401, format!("Incorrect API key {KEY}")),
        ]))
    }

    /// A provider that asks it.
    ///
    /// # Panics
    ///
    /// Never: the key is one.
    #[must_use]
    pub fn provider(&self) -> Example {
        Example::new(ApiKey::new(KEY).expect("an ordinary key")).at(self.0.base_url())
    }

    /// The id of its generation.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        ID
    }

    /// Checks a client's own log, which may have lines of other waits too: it tells of the wait, and no secret.
    pub fn check(&self, log: &str) -> Suite {
        let lines: Vec<_> = log.lines().filter(|line| line.contains(ID)).collect();
        let log = lines.join("\n");
        let mut suite = Suite::new();
        for expected in [
            "example:gen_logged",
            "polling",
            "resting",
            "running",
            "WARN",
            "Unavailable",
            "SucceededWithoutOutput",
        ] {
            suite.check(log.contains(expected), || format!("{expected} is not in\n{log}"));
        }
        let leaked = leaks(&log, KEY, URL);
        suite.check(leaked.is_empty(), || format!("{leaked:?} is in\n{log}"));
        suite
    }

    /// Checks the log of the HTTP client below, up to the end of the first wait: it has no key. What a server says it
    /// may have.
    pub fn check_below(&self, log: &str) -> Suite {
        let mut suite = Suite::new();
        suite.check(!log.is_empty(), || "nothing was logged".to_owned());
        let leaked = leaks(log, KEY, "");
        suite.check(leaked.is_empty(), || format!("{leaked:?} is in\n{log}"));
        suite
    }
}
