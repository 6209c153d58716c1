//! What every client must make of a submission whose answer is lost: that exactly one generation exists afterwards, and that the
//! caller holds either its handle or an ambiguous error.
//!
//! Checked for every provider and every [`SubmitFault`] that makes an answer unclear, and for the refusals: for any client over a
//! socket ([`check_over_a_socket`]), and for the machine itself in virtual time ([`check_in_virtual_time`]). Both have a variant
//! for sides of one's own.
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

mod run;

use std::sync::Arc;

use videogen_core::{Accepted, Error, ErrorKind, NewGeneration, Provider, Refusal, SubmitOptions};
use videogen_testkit::{Suite, error_chain};

use crate::script::When;
use crate::side::Side;
use crate::sides;
use crate::submit_plan::{SubmitFault, SubmitPlan};

use run::{Ran, Way};

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

/// Checks a client against servers on this machine with the built-in providers.
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
    check(sides, &Way::Socket(client))
}

/// Checks the machine at the built-in providers in virtual time.
pub fn check_in_virtual_time() -> Suite {
    check_in_virtual_time_of(&sides::built_in())
}

/// The same at these providers.
///
/// # Panics
///
/// If a side does not do what it says.
pub fn check_in_virtual_time_of(sides: &[Box<dyn Side>]) -> Suite {
    check(sides, &Way::Virtual)
}

fn check(sides: &[Box<dyn Side>], way: &Way<'_>) -> Suite {
    let mut suite = Suite::new();
    for side in sides {
        let side = &**side;
        let there = |fault: &SubmitFault| side.has_submit_fault(*fault);
        accepted(&mut suite, way, side);
        for fault in LOST.into_iter().filter(there) {
            lost(&mut suite, way, side, fault, 1);
        }
        for fault in UNCLEAR.into_iter().filter(there) {
            lost(&mut suite, way, side, fault, 0);
        }
        for (fault, refusal) in REFUSED.into_iter().filter(|(fault, _)| there(fault)) {
            refused(&mut suite, way, side, fault, refusal);
        }
        undelivered(&mut suite, way, side);
    }
    suite
}

fn accepted(suite: &mut Suite, way: &Way<'_>, side: &dyn Side) {
    let ran = way.run(side, SubmitPlan::new(side.name()));
    let case = format!("{}, accepted", side.name());
    suite.check(ran.made.len() == 1 && ran.submits == 1, || {
        format!("{case}: {} submissions made {:?}", ran.submits, ran.made)
    });
    holds_its_handle(suite, &case, &ran);
}

/// The answer to the first submission is lost. `made` tells how many generations that one makes.
fn lost(suite: &mut Suite, way: &Way<'_>, side: &dyn Side, fault: SubmitFault, made: usize) {
    let case = format!("{}, {fault:?}", side.name());
    let ran = way.run(side, SubmitPlan::new(side.name()).with_fault(When::poll(1), fault));
    let (generations, submits) = (&ran.made, ran.submits);
    if ran.repeats {
        // Made once: by the first submission or by its repetition.
        suite.check(generations.len() == 1, || format!("{case}: made {generations:?}"));
        suite.check(submits == 2, || format!("{case}: {submits} submissions"));
        holds_its_handle(suite, &case, &ran);
        return;
    }
    suite.check(generations.len() == made, || format!("{case}: made {generations:?}"));
    suite.check(submits == 1, || format!("{case}: {submits} submissions"));
    match &ran.result {
        Ok(accepted) => suite.check(false, || format!("{case}: is {accepted:?}")),
        Err(error) => {
            suite.check(error.kind() == ErrorKind::Ambiguous, || {
                format!("{case}: is {:?}, not ambiguous", error.kind())
            });
            shows_no_key(suite, &case, &ran, error);
        }
    }
}

fn refused(
    suite: &mut Suite,
    way: &Way<'_>,
    side: &dyn Side,
    fault: SubmitFault,
    refusal: Refusal,
) {
    let case = format!("{}, {fault:?}", side.name());
    let ran = way.run(side, SubmitPlan::new(side.name()).with_fault(When::every(), fault));
    suite.check(ran.made.is_empty() && ran.submits == 1, || {
        format!("{case}: {} submissions made {:?}", ran.submits, ran.made)
    });
    let said = ran.result.as_ref().err().and_then(Error::refusal);
    suite.check(said == Some(refusal), || {
        format!("{case}: is {said:?}, not {refusal:?}: {:?}", ran.result)
    });
    if let Err(error) = &ran.result {
        shows_no_key(suite, &case, &ran, error);
    }
}

/// Nothing listens where it is sent.
fn undelivered(suite: &mut Suite, way: &Way<'_>, side: &dyn Side) {
    let kind = way.undelivered(side).err().map(|error| error.kind());
    suite.check(kind == Some(ErrorKind::NotDelivered), || {
        format!("{}: a closed port gives {kind:?}", side.name())
    });
}

fn holds_its_handle(suite: &mut Suite, case: &str, ran: &Ran) {
    let held: Vec<&str> = match &ran.result {
        Ok(accepted) => accepted.handles.iter().map(|handle| handle.id()).collect(),
        Err(error) => {
            return suite.check(false, || format!("{case}: {}", error_chain(error)));
        }
    };
    suite.check(held == ran.made.iter().map(String::as_str).collect::<Vec<_>>(), || {
        format!("{case}: made {:?}, and the caller holds {held:?}", ran.made)
    });
}

fn shows_no_key(suite: &mut Suite, case: &str, ran: &Ran, error: &Error) {
    let shown = error_chain(error);
    suite.check(!shown.contains(&ran.key), || format!("{case}: shows the key: {shown}"));
}
