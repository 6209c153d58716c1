//! What every client must make of a submission whose answer is lost: that exactly one generation exists afterwards, and that the
//! caller holds either its handle or an ambiguous error.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use videogen_core::{Accepted, Error, NewGeneration, Provider, SubmitOptions};
//! # fn my_submit(_: Arc<dyn Provider>, _: NewGeneration, _: SubmitOptions) -> Result<Accepted, Error> {
//! #     unimplemented!()
//! # }
//! use videogen_emulator::submit_suite;
//!
//! // In a test of your own client:
//! submit_suite::check_over_a_socket(&|provider, new, options| my_submit(provider, new, options)).assert();
//! ```
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use videogen_core::{
    Accepted, ApiKey, Error, ErrorKind, NewGeneration, Provider, Refusal, SubmitOptions,
};
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_testkit::{Suite, TEST_KEY, error_chain};
use videogen_token360::Token360;

use crate::provider_name::ProviderName;
use crate::script::When;
use crate::serve::Server;
use crate::submit_plan::{SubmitFault, SubmitPlan};

/// A client: submits with these options.
pub type Client<'a> =
    dyn Fn(Arc<dyn Provider>, NewGeneration, SubmitOptions) -> Result<Accepted, Error> + 'a;

/// Faults that come after the generation was made.
const LOST: [SubmitFault; 5] = [
    SubmitFault::LostAnswer,
    SubmitFault::StalledAnswer,
    SubmitFault::CutAnswer,
    SubmitFault::TruncatedAnswer,
    SubmitFault::BadGatewayAfter,
];

/// Faults that come before, and that a client cannot tell from the others.
const UNCLEAR: [SubmitFault; 3] =
    [SubmitFault::BadGatewayBefore, SubmitFault::ResetBefore, SubmitFault::Unavailable];

/// Refusals, and how each is to be understood.
const REFUSED: [(SubmitFault, Refusal); 4] = [
    (SubmitFault::RefusedInput, Refusal::Input),
    (SubmitFault::RefusedCredits, Refusal::Credits),
    (SubmitFault::RefusedRate, Refusal::Rate),
    (SubmitFault::Unauthorized, Refusal::Auth),
];

/// Checks a client against servers on this machine.
///
/// # Panics
///
/// If this machine has no free port.
pub fn check_over_a_socket(client: &Client<'_>) -> Suite {
    let mut suite = Suite::new();
    for name in ProviderName::ALL {
        accepted(&mut suite, client, name);
        for fault in LOST {
            lost(&mut suite, client, name, fault, 1);
        }
        for fault in UNCLEAR {
            lost(&mut suite, client, name, fault, 0);
        }
        for (fault, refusal) in REFUSED {
            refused(&mut suite, client, name, fault, refusal);
        }
        undelivered(&mut suite, client, name);
    }
    suite
}

fn accepted(suite: &mut Suite, client: &Client<'_>, name: ProviderName) {
    let server = Server::start().expect("a free port on this machine");
    let result = client(provider(name, server.base_url(name).as_str()), new(name), options());
    let made = server.generations(name);
    suite.check(made.len() == 1 && server.submits(name) == 1, || {
        format!("{name}: {} submissions made {made:?}", server.submits(name))
    });
    holds_its_handle(suite, name, "accepted", &made, &result);
}

/// The answer to the first submission is lost. `made` tells how many generations that one makes.
fn lost(
    suite: &mut Suite,
    client: &Client<'_>,
    name: ProviderName,
    fault: SubmitFault,
    made: usize,
) {
    let case = format!("{name}, {fault:?}");
    let server = Server::start().expect("a free port on this machine");
    let plan = SubmitPlan::new(name).with_fault(When::poll(1), fault);
    server.plan_submits(plan).expect("a plan that holds");
    let provider = provider(name, server.base_url(name).as_str());
    let repeats = provider.promises_idempotency();
    let result = client(provider, new(name), options());
    let (generations, submits) = (server.generations(name), server.submits(name));
    if repeats {
        // Made once: by the first submission or by its repetition.
        suite.check(generations.len() == 1, || format!("{case}: made {generations:?}"));
        suite.check(submits == 2, || format!("{case}: {submits} submissions"));
        holds_its_handle(suite, name, &case, &generations, &result);
        return;
    }
    suite.check(generations.len() == made, || format!("{case}: made {generations:?}"));
    suite.check(submits == 1, || format!("{case}: {submits} submissions"));
    match result {
        Ok(accepted) => suite.check(false, || format!("{case}: is {accepted:?}")),
        Err(error) => {
            suite.check(error.kind() == ErrorKind::Ambiguous, || {
                format!("{case}: is {:?}, not ambiguous", error.kind())
            });
            shows_no_key(suite, &case, &error);
        }
    }
}

fn refused(
    suite: &mut Suite,
    client: &Client<'_>,
    name: ProviderName,
    fault: SubmitFault,
    refusal: Refusal,
) {
    let case = format!("{name}, {fault:?}");
    let server = Server::start().expect("a free port on this machine");
    let plan = SubmitPlan::new(name).with_fault(When::every(), fault);
    server.plan_submits(plan).expect("a plan that holds");
    let result = client(provider(name, server.base_url(name).as_str()), new(name), options());
    suite.check(server.generations(name).is_empty() && server.submits(name) == 1, || {
        format!("{case}: {} submissions made {:?}", server.submits(name), server.generations(name))
    });
    let said = result.as_ref().err().and_then(Error::refusal);
    suite.check(said == Some(refusal), || format!("{case}: is {said:?}, not {refusal:?}"));
    if let Err(error) = &result {
        shows_no_key(suite, &case, error);
    }
}

/// Nothing listens where it is sent.
fn undelivered(suite: &mut Suite, client: &Client<'_>, name: ProviderName) {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let origin = format!("http://{}", closed.expect("a free port on this machine"));
    let base_url = name.base_url(&origin).expect("a base URL on this machine");
    let mut options = options();
    options.budget = Duration::from_millis(100);
    let result = client(provider(name, base_url.as_str()), new(name), options);
    let kind = result.as_ref().err().map(Error::kind);
    suite.check(kind == Some(ErrorKind::NotDelivered), || {
        format!("{name}: a closed port gives {kind:?}")
    });
}

fn holds_its_handle(
    suite: &mut Suite,
    name: ProviderName,
    case: &str,
    made: &[String],
    result: &Result<Accepted, Error>,
) {
    let held: Vec<&str> = match result {
        Ok(accepted) => accepted.handles.iter().map(|handle| handle.id()).collect(),
        Err(error) => {
            return suite.check(false, || format!("{name}, {case}: {}", error_chain(error)));
        }
    };
    suite.check(held == made.iter().map(String::as_str).collect::<Vec<_>>(), || {
        format!("{name}, {case}: made {made:?}, and the caller holds {held:?}")
    });
}

fn shows_no_key(suite: &mut Suite, case: &str, error: &Error) {
    let shown = error_chain(error);
    suite.check(!shown.contains(TEST_KEY), || format!("{case}: shows the key: {shown}"));
}

fn provider(name: ProviderName, base_url: &str) -> Arc<dyn Provider> {
    let key = ApiKey::new(TEST_KEY).expect("an ordinary key");
    let base_url = videogen_core::BaseUrl::parse(base_url).expect("a base URL on this machine");
    match name {
        ProviderName::Prism => Arc::new(Prism::new(key).at(base_url)),
        ProviderName::Token360 => Arc::new(Token360::new(key).at(base_url)),
        ProviderName::Synclabs => Arc::new(SyncLabs::new(key).at(base_url)),
    }
}

fn new(name: ProviderName) -> NewGeneration {
    let json = match name {
        ProviderName::Prism => r#"{"variables": {"product": "https://example.com/shoe.png"}}"#,
        ProviderName::Token360 => r#"{"model": "seedance-2.0", "prompt": "A kite", "duration": 4}"#,
        ProviderName::Synclabs => {
            r#"{"model": "lipsync-2", "input": [{"type": "video", "url": "https://example.com/v.mp4"}]}"#
        }
    };
    let new = NewGeneration::from_json(json).expect("a JSON object");
    if name == ProviderName::Prism { new.from_template("abc123") } else { new }
}

/// Little patience with what never answers, and much with a slow machine.
fn options() -> SubmitOptions {
    let mut options = SubmitOptions::default();
    options.first_rest = Duration::from_millis(5);
    options.answer_timeout = Duration::from_secs(2);
    options
}
