//! The client against every fault of the emulator, over a socket.

use std::future::IntoFuture;
use std::sync::Arc;

use tokio::runtime::Builder;
use videogen_core::Report;
use videogen_emulator::fault_suite::{self, Ran};
use videogen_reqwest::{Client, ReqwestTransport};

#[test]
fn whatever_goes_wrong_a_wait_ends_as_it_must() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let transport = ReqwestTransport::new().unwrap();
    fault_suite::check_over_a_socket(&|provider, handle, options| {
        let client = Client::from_parts(provider, Arc::new(transport.clone()));
        let mut missed = Vec::new();
        let wait = client.wait(handle).options(options).on_report(|report| {
            if let Report::Missed { error } = report {
                missed.push(error.clone());
            }
        });
        let result = runtime.block_on(wait.into_future());
        Ran { result, missed }
    })
    .assert();
}
