//! The client against every fault of the emulator, over a socket.

use std::sync::Arc;

use videogen_core::Report;
use videogen_emulator::fault_suite::{self, Ran};
use videogen_ureq::{Client, UreqTransport};

#[test]
fn whatever_goes_wrong_a_wait_ends_as_it_must() {
    let transport = UreqTransport::new();
    fault_suite::check_over_a_socket(&|provider, handle, options| {
        let client = Client::from_parts(provider, Arc::new(transport.clone()));
        let mut missed = Vec::new();
        let result = client
            .wait(handle)
            .options(options)
            .on_report(|report| {
                if let Report::Missed { error } = report {
                    missed.push(error.clone());
                }
            })
            .run();
        Ran { result, missed }
    })
    .assert();
}
