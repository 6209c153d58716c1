//! Downloads of outputs.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::runtime::Builder;
use videogen_core::download::{DownloadOptions, WhichOutput};
use videogen_core::{ErrorKind, Generation, HttpResponse, Output, OutputKind};
use videogen_files::{DownloadFile, Place};
use videogen_reqwest::{Client, DownloadBuilder, ReqwestTransport};
use videogen_testkit::download_suite::{self, Done, Job, To};
use videogen_testkit::{ScriptedServer, ServerEvent, ServerReply};

use crate::providers::prism;

/// Takes a few bytes at a time, and is not ready each time.
#[derive(Default)]
struct Narrow {
    written: Vec<u8>,
    was_asked: bool,
    is_flushed: bool,
}

impl AsyncWrite for Narrow {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.was_asked = !self.was_asked;
        if self.was_asked {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let taken = bytes.len().min(5000);
        self.written.extend_from_slice(&bytes[..taken]);
        self.is_flushed = false;
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_flushed = true;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

pub(crate) async fn fetch(job: Job) -> Done {
    let client = Client::from_parts(job.provider, Arc::new(ReqwestTransport::new().unwrap()));
    let mut progress = Vec::new();
    let mut writer = Narrow::default();
    let mut download = client
        .download(&job.generation)
        .options(job.options)
        .overwrite(job.overwrite)
        .check_container(job.check_container)
        .on_progress(|told| progress.push(told));
    if let WhichOutput::Nth(kind, nth) = job.which {
        download = download.nth(kind, nth);
    }
    let result = match job.to {
        To::File(path) => download.to_file(path).await,
        To::Dir(dir) => download.to_dir(dir).await,
        To::Writer => download.to_writer(&mut writer).await,
    };
    assert!(writer.is_flushed || writer.written.is_empty() || result.is_err());
    Done { result, written: writer.written, progress }
}

#[test]
fn a_client_downloads() {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    download_suite::check(&|job| runtime.block_on(fetch(job))).assert();
}

#[test]
fn what_is_decided_by_itself_counts_before_and_after_the_options() {
    let server = ScriptedServer::start([]);
    let client = Client::new(prism(&server));
    let generation = generation(&client, &server);
    let download = || client.download(&generation);
    let mut options = DownloadOptions::default();
    (options.max_bytes, options.allow_private_addresses) = (Some(9), true);
    let shown = |download: DownloadBuilder<'_>| format!("{download:?}");
    let after =
        shown(download().options(options.clone()).max_bytes(5).allow_private_addresses(false));
    let before =
        shown(download().max_bytes(5).allow_private_addresses(false).options(options.clone()));
    assert_eq!(before, after);
    assert!(
        after.contains("max_bytes: Some(5)") && after.contains("allow_private_addresses: false")
    );
    // What was not decided by itself is the options'.
    let theirs = shown(download().overwrite(true).options(options));
    assert!(
        theirs.contains("max_bytes: Some(9)") && theirs.contains("allow_private_addresses: true")
    );
}

fn generation(client: &Client, server: &ScriptedServer) -> Generation {
    let handle = client.handle("gen_1").unwrap();
    let status = client.provider().lifecycle().status("completed");
    let mut generation = Generation::new(handle, status);
    generation.outputs.push(Output::primary(OutputKind::Video, server.url("/v")));
    generation
}

#[test]
fn the_futures_travel_between_threads() {
    fn travels(_: &(impl Future + Send)) {}
    let server = ScriptedServer::start([]);
    let client = Client::new(prism(&server));
    let generation = generation(&client, &server);
    travels(&client.download(&generation).to_file("/nowhere"));
    travels(&client.download(&generation).to_dir("/nowhere"));
    travels(&client.download(&generation).to_writer(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_future_leaves_what_there_is_for_the_next() {
    const HAD: usize = 3_500_000;
    let file: Vec<u8> = (0..4_000_000_u32).map(|n| (n % 251) as u8).collect();
    let mut whole = HttpResponse::new(file.clone());
    whole.headers_mut().insert("etag", "\"v1\"".parse().unwrap());
    let beginning = ServerReply::beginning(&whole, HAD);
    let server = Arc::new(ScriptedServer::start([ServerReply::Stalled(beginning)]));
    let client = Client::new(prism(&server));
    let generation = generation(&client, &server);
    let dir = std::env::temp_dir().join(format!("videogen-dropped-{}", std::process::id()));
    let path = dir.join("prism_gen_1.mp4");
    let (reached, mut reaching) = tokio::sync::mpsc::unbounded_channel();
    let download = client
        .download(&generation)
        .on_progress(move |progress| {
            let _ = reached.send(progress.bytes);
        })
        .to_dir(&dir);
    let all_came = async { while reaching.recv().await.is_some_and(|bytes| bytes < HAD as u64) {} };
    tokio::select! {
        done = download => panic!("{done:?}"),
        () = all_came => {}
    }
    let asked = Arc::clone(&server);
    let went = tokio::task::spawn_blocking(move || (asked.event(), asked.event()));
    assert_eq!(went.await.unwrap(), (ServerEvent::Asked, ServerEvent::Gone));
    assert!(!path.exists());
    // What was handed to the disk is gone on with, and that is all but the last batch.
    // A first attempt tells what is asked for.
    server.then(ServerReply::Last(Vec::new()));
    let mut options = DownloadOptions::default();
    options.patience = Duration::ZERO;
    let stalled = client.download(&generation).options(options).to_dir(&dir).await.unwrap_err();
    assert_eq!(stalled.kind(), ErrorKind::DownloadStalled);
    let received = server.received();
    let range = received.last().unwrap().header("range").unwrap();
    let from: usize = range["bytes=".len()..].trim_end_matches('-').parse().unwrap();
    assert!((2_000_000..=HAD).contains(&from), "{range}");
    let mut part = HttpResponse::new(file[from..].to_vec());
    *part.status_mut() = http::StatusCode::PARTIAL_CONTENT;
    part.headers_mut().insert("etag", "\"v1\"".parse().unwrap());
    let range = format!("bytes {from}-{}/{}", file.len() - 1, file.len());
    part.headers_mut().insert("content-range", range.parse().unwrap());
    server.then(part.into());
    let done = client.download(&generation).to_dir(&dir).await.unwrap();
    assert_eq!(done.fetched as usize, file.len() - from);
    assert_eq!(done.path.as_ref(), Some(&path));
    #[expect(clippy::disallowed_methods, reason = "what is there is looked at")]
    let there = std::fs::read(&path).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    assert!(there == file);
}

/// A future that was dropped may have left its last bytes to a thread.
#[tokio::test]
async fn who_still_writes_is_waited_for_a_moment() {
    let server = ScriptedServer::start([HttpResponse::new(vec![b'.'; 1000]).into()]);
    let client = Client::new(prism(&server));
    let generation = generation(&client, &server);
    let dir = std::env::temp_dir().join(format!("videogen-busy-{}", std::process::id()));
    let place = Place::Dir(dir.clone());
    let (handle, output) = (&generation.handle, &generation.outputs[0]);
    let writes = DownloadFile::open(&place, handle, output, 0, false, true).unwrap();
    let mut writes = Some(writes);
    let mut download = Box::pin(client.download(&generation).to_dir(&dir));
    let mut polls = 0;
    let done = poll_fn(|context| {
        let polled = download.as_mut().poll(context);
        polls += 1;
        if polls == 2 {
            // By now it has been told.
            drop(writes.take());
        }
        polled
    });
    let done = done.await;
    std::fs::remove_dir_all(&dir).unwrap();
    assert_eq!(done.unwrap().bytes, 1000);
}

#[tokio::test]
async fn a_writer_that_takes_no_more_ends_it() {
    let server = ScriptedServer::start([HttpResponse::new(vec![b'.'; 1000]).into()]);
    let client = Client::new(prism(&server));
    let mut room = [0; 10];
    let room = io::Cursor::new(&mut room[..]);
    let error = client.download(&generation(&client, &server)).to_writer(room).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LocalFile);
    assert_eq!(server.received().len(), 1);
}
