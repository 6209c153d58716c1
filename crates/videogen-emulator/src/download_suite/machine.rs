//! The download machine by itself: in process, into memory, in virtual time.

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use videogen_core::container::ContainerCheck;
use videogen_core::download::{
    Download, DownloadAction, DownloadEvent, DownloadHead, DownloadOptions, DownloadProgress,
    Downloaded, WhichOutput, container_check, verdict,
};
use videogen_core::stream::read_error;
use videogen_core::{
    Error, Generation, OutputKind, Provider, StatusQuery, TransportError, fetch, poll,
};
use videogen_testkit::download_suite::Done;

use crate::in_process::InProcess;

/// How many bytes are read at once.
const READ: usize = 64 * 1024;

/// What has come, and what looks at it.
struct Kept {
    bytes: Vec<u8>,
    check: Option<ContainerCheck>,
}

/// Downloads the video of a generation.
pub(super) fn download(
    provider: &Arc<dyn Provider>,
    generation: &Generation,
    emulator: &InProcess,
    options: DownloadOptions,
) -> Done {
    let mut kept = Kept { bytes: Vec::new(), check: container_check(OutputKind::Video, true) };
    let mut progress = Vec::new();
    let result = drive(provider, generation, emulator, options, &mut kept, &mut progress);
    let result = result.and_then(|mut done| {
        done.container = verdict(kept.check.as_ref(), OutputKind::Video, &generation.handle)?;
        Ok(done)
    });
    Done { result, written: kept.bytes, progress }
}

fn drive(
    provider: &Arc<dyn Provider>,
    generation: &Generation,
    emulator: &InProcess,
    options: DownloadOptions,
    kept: &mut Kept,
    told: &mut Vec<DownloadProgress>,
) -> Result<Downloaded, Error> {
    let clock = emulator.clock();
    let which = WhichOutput::FirstPrimary;
    let mut machine = Download::at(Arc::clone(provider), generation, which, options)?;
    let mut body: Option<Box<dyn Read + Send>> = None;
    let mut piece = Vec::new();
    let mut event = DownloadEvent::Begin(None);
    loop {
        event = match machine.on(clock.now(), event) {
            ControlFlow::Continue(DownloadAction::Open(request)) => {
                DownloadEvent::Answered(fetch::open(emulator, request).map(|answer| {
                    let head = DownloadHead::of(&answer);
                    body = Some(answer.into_body());
                    head
                }))
            }
            ControlFlow::Continue(DownloadAction::Copy { from, .. }) => {
                kept.bytes.truncate(usize::try_from(from).unwrap_or(usize::MAX));
                if from == 0 {
                    kept.check = kept.check.take().map(|_| ContainerCheck::new());
                }
                read(body.as_mut(), &mut piece)
            }
            ControlFlow::Continue(DownloadAction::Append) => {
                if let Some(check) = &mut kept.check {
                    check.feed(&piece);
                }
                kept.bytes.append(&mut piece);
                read(body.as_mut(), &mut piece)
            }
            ControlFlow::Continue(DownloadAction::Renew) => {
                let timeout = Duration::from_secs(60);
                let handle = &generation.handle;
                let seen = poll(&**provider, emulator, handle, StatusQuery::Plain, timeout);
                DownloadEvent::Renewed(seen)
            }
            ControlFlow::Continue(DownloadAction::Rest { until }) => {
                clock.advance_to(until);
                DownloadEvent::Woke
            }
            ControlFlow::Break(result) => {
                told.push(machine.progress());
                return result;
            }
        };
        // Who does not say how long it is may have been cut without anybody noticing.
        if matches!(event, DownloadEvent::BodyEnded(Ok(())))
            && machine.progress().total.is_none()
            && let Some(Err(problem)) = kept.check.as_ref().map(ContainerCheck::finish)
        {
            let message = format!("the answer ended before the video did: {problem}");
            event = DownloadEvent::BodyEnded(Err(TransportError::interrupted(message)));
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
