//! A whole download in virtual time.

use std::io::Read;
use std::ops::ControlFlow;
use std::time::Duration;

use videogen_core::download::{
    Download, DownloadAction, DownloadEvent, DownloadHead, Downloaded, Kept, Validator,
};
use videogen_core::stream::read_error;
use videogen_core::{Error, Generation, HttpRequest, Moment, Transport, TransportError, fetch};

use crate::clock::VirtualClock;

/// How many bytes are read at once: few, so that what depends on it shows.
const READ: usize = 7;

/// What a download keeps, as a file and its note would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemorySink {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whose they are.
    pub validator: Option<Validator>,
    /// How many there will be.
    pub total: Option<u64>,
    /// How long it takes to keep anything.
    pub takes: Duration,
}

impl MemorySink {
    /// What an attempt that finds this begins with.
    #[must_use]
    pub fn kept(&self) -> Option<Kept> {
        let bytes = self.bytes.len() as u64;
        (bytes > 0).then(|| Kept::new(bytes, self.validator.clone(), self.total))
    }
}

/// How a download went.
#[derive(Debug)]
pub struct DownloadCourse {
    /// How it ended.
    pub result: Result<Downloaded, Error>,
    /// When it ended.
    pub ended: Moment,
    /// What was requested, in this order.
    pub requests: Vec<HttpRequest>,
    /// When each was.
    pub opened: Vec<Moment>,
    /// When the provider was asked for the status.
    pub renewals: Vec<Moment>,
    /// The rests, from when and until when.
    pub rests: Vec<(Moment, Moment)>,
}

/// Drives `machine` to its end at once: where a driver would sleep, the clock is moved. The transport may move it too, by as
/// long as an answer or its next bytes take.
///
/// # Panics
///
/// If it takes more than 10,000 requests.
pub fn download(
    mut machine: Download,
    transport: &dyn Transport,
    clock: &VirtualClock,
    sink: &mut MemorySink,
    renew: &mut dyn FnMut() -> Result<Generation, Error>,
) -> DownloadCourse {
    let mut course = DownloadCourse {
        result: Err(Error::from(TransportError::not_delivered("it has not begun"))),
        ended: clock.now(),
        requests: Vec::new(),
        opened: Vec::new(),
        renewals: Vec::new(),
        rests: Vec::new(),
    };
    let mut body: Option<Box<dyn Read + Send>> = None;
    let mut piece: Vec<u8> = Vec::new();
    let mut event = DownloadEvent::Begin(sink.kept());
    loop {
        match machine.on(clock.now(), event) {
            ControlFlow::Continue(DownloadAction::Open(request)) => {
                assert!(course.requests.len() < 10_000, "it goes on for ever");
                course.requests.push(request.clone());
                course.opened.push(clock.now());
                event = DownloadEvent::Answered(fetch::open(transport, request).map(|answer| {
                    let head = DownloadHead::of(&answer);
                    body = Some(answer.into_body());
                    head
                }));
            }
            ControlFlow::Continue(DownloadAction::Copy { from, validator, total }) => {
                let kept = usize::try_from(from).expect("a length in memory");
                assert!(kept <= sink.bytes.len(), "it skips bytes");
                sink.bytes.truncate(kept);
                sink.validator = validator;
                sink.total = total;
                clock.advance(sink.takes);
                machine.waits(clock.now());
                event = read(body.as_mut(), &mut piece);
            }
            ControlFlow::Continue(DownloadAction::Append) => {
                sink.bytes.append(&mut piece);
                clock.advance(sink.takes);
                machine.waits(clock.now());
                event = read(body.as_mut(), &mut piece);
            }
            ControlFlow::Continue(DownloadAction::Renew) => {
                course.renewals.push(clock.now());
                event = DownloadEvent::Renewed(renew());
            }
            ControlFlow::Continue(DownloadAction::Rest { until }) => {
                course.rests.push((clock.now(), until));
                clock.advance_to(until);
                event = DownloadEvent::Woke;
            }
            ControlFlow::Break(result) => {
                return DownloadCourse { result, ended: clock.now(), ..course };
            }
        }
    }
}

fn read(body: Option<&mut Box<dyn Read + Send>>, piece: &mut Vec<u8>) -> DownloadEvent {
    piece.resize(READ, 0);
    let read = body.expect("an open body").read(piece);
    piece.truncate(*read.as_ref().unwrap_or(&0));
    match read {
        Ok(0) => DownloadEvent::BodyEnded(Ok(())),
        Ok(bytes) => DownloadEvent::Received(bytes as u64),
        Err(error) => DownloadEvent::BodyEnded(Err(read_error(error))),
    }
}
