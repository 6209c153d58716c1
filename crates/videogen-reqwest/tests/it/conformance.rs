//! The contract of `AsyncTransport`, as the test kit checks it.

use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use std::time::SystemTime;

use tokio::runtime::{Builder, Runtime};
use videogen_core::stream::{AsyncBody, StreamedResponse, next_chunk};
use videogen_core::{AsyncTransport, HttpRequest, HttpResponse, Transport, TransportError};
use videogen_reqwest::ReqwestTransport;
use videogen_testkit::{stream_suite, transport_suite};

use crate::transport::client;

/// The transport with a runtime that waits for it.
struct Blocking(ReqwestTransport, Arc<Runtime>);

impl Blocking {
    fn new(transport: ReqwestTransport) -> Self {
        Self(
            transport,
            Arc::new(Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()),
        )
    }

    fn on_a_callers_client() -> Self {
        let client = client()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_nanos(1))
            .build()
            .unwrap();
        Self::new(ReqwestTransport::from_client(client))
    }
}

impl Transport for Blocking {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.1.block_on(self.0.send(request))
    }

    fn open(&self, request: HttpRequest) -> Result<StreamedResponse, TransportError> {
        let answer = self.1.block_on(self.0.open(request))?;
        let runtime = Arc::clone(&self.1);
        Ok(answer.map(|body| -> Box<dyn Read + Send> {
            Box::new(BlockingBody { body: body.into(), rest: Vec::new(), runtime })
        }))
    }

    fn now(&self) -> Option<SystemTime> {
        self.0.now()
    }
}

/// A body with a runtime that waits for it.
struct BlockingBody {
    body: Pin<Box<dyn AsyncBody>>,
    rest: Vec<u8>,
    runtime: Arc<Runtime>,
}

impl Read for BlockingBody {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.runtime.block_on(next_chunk(&mut self.body)) {
                None => return Ok(0),
                Some(chunk) => self.rest = chunk.map_err(io::Error::other)?.to_vec(),
            }
        }
        let length = self.rest.len().min(bytes.len());
        bytes[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        Ok(length)
    }
}

#[test]
fn a_transport_of_its_own_keeps_the_contract() {
    transport_suite::check(&Blocking::new(ReqwestTransport::new().unwrap())).assert();
}

#[test]
fn a_transport_of_its_own_reads_answers_as_they_come() {
    stream_suite::check(&Blocking::new(ReqwestTransport::new().unwrap())).assert();
}

#[test]
fn a_transport_on_a_callers_client_keeps_the_contract() {
    transport_suite::check(&Blocking::on_a_callers_client()).assert();
}

#[test]
fn a_transport_on_a_callers_client_reads_answers_as_they_come() {
    stream_suite::check(&Blocking::on_a_callers_client()).assert();
}
