//! The contract of `AsyncTransport`, as the test kit checks it.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use videogen_core::{AsyncTransport, HttpRequest, HttpResponse, Transport, TransportError};
use videogen_reqwest::ReqwestTransport;
use videogen_testkit::transport_suite;

use crate::transport::client;

/// The transport with a runtime that waits for it.
struct Blocking(ReqwestTransport, Runtime);

impl Blocking {
    fn new(transport: ReqwestTransport) -> Self {
        Self(transport, Builder::new_current_thread().enable_all().build().unwrap())
    }
}

impl Transport for Blocking {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.1.block_on(self.0.send(request))
    }
}

#[test]
fn a_transport_of_its_own_keeps_the_contract() {
    transport_suite::check(&Blocking::new(ReqwestTransport::new().unwrap())).assert();
}

#[test]
fn a_transport_on_a_callers_client_keeps_the_contract() {
    let client = client()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_nanos(1))
        .build()
        .unwrap();
    transport_suite::check(&Blocking::new(ReqwestTransport::from_client(client))).assert();
}
