//! Downloads of outputs.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use videogen_core::download::{DownloadOptions, WhichOutput};
use videogen_core::{ErrorKind, Generation, HttpResponse, Output, OutputKind};
use videogen_testkit::download_suite::{self, Done, Job, To};
use videogen_testkit::{ScriptedServer, ServerEvent, ServerReply};
use videogen_ureq::{CancelToken, Client, DownloadBuilder, UreqTransport};

use crate::providers::prism;

pub(crate) fn fetch(job: Job, token: Option<&CancelToken>) -> Done {
    let client = Client::from_parts(job.provider, Arc::new(UreqTransport::new()));
    let (mut written, mut progress) = (Vec::new(), Vec::new());
    let mut download = client
        .download(&job.generation)
        .options(job.options)
        .overwrite(job.overwrite)
        .check_container(job.check_container)
        .on_progress(|told| progress.push(told));
    if let WhichOutput::Nth(kind, nth) = job.which {
        download = download.nth(kind, nth);
    }
    if let Some(token) = token {
        download = download.cancel(token);
    }
    let result = match job.to {
        To::File(path) => download.to_file(path),
        To::Dir(dir) => download.to_dir(dir),
        To::Writer => download.to_writer(&mut written),
    };
    Done { result, written, progress }
}

#[test]
fn a_client_downloads() {
    download_suite::check(&|job| fetch(job, None)).assert();
}

#[test]
fn a_token_that_is_never_cancelled_changes_nothing() {
    let token = CancelToken::new();
    download_suite::check(&|job| fetch(job, Some(&token))).assert();
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
fn a_download_travels_between_threads() {
    let server = ScriptedServer::start([ServerReply::json(200, "{}")]);
    let client = Client::new(prism(&server));
    let generation = generation(&client, &server);
    let mut last = None;
    let download = client.download(&generation).max_bytes(0).on_progress(|told| last = Some(told));
    let ended = thread::scope(|scope| scope.spawn(|| download.to_writer(Vec::new())).join());
    assert_eq!(ended.unwrap().unwrap_err().kind(), ErrorKind::DownloadTooLarge);
}

#[test]
fn cancelling_ends_a_read_at_once() {
    let answer = HttpResponse::new(vec![b'.'; 1000]);
    for reply in [ServerReply::Silence, ServerReply::Stalled(ServerReply::beginning(&answer, 500))]
    {
        let server = ScriptedServer::start([reply]);
        let client = Client::new(prism(&server));
        let generation = generation(&client, &server);
        let token = CancelToken::new();
        let result = thread::scope(|scope| {
            let downloading =
                scope.spawn(|| client.download(&generation).cancel(&token).to_writer(Vec::new()));
            assert_eq!(server.event(), ServerEvent::Asked);
            token.cancel();
            downloading.join().unwrap()
        });
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DownloadCancelled);
        assert_eq!(error.handle(), Some(&generation.handle));
    }
}

#[test]
fn cancelling_ends_a_rest_of_an_hour_at_once() {
    let server = ScriptedServer::start([ServerReply::json(503, "{}"), ServerReply::Silence]);
    let client = Client::new(prism(&server));
    let generation = generation(&client, &server);
    let mut options = DownloadOptions::default();
    options.first_rest = Duration::from_secs(3600);
    options.longest_rest = options.first_rest;
    options.patience = 10 * options.first_rest;
    let token = CancelToken::new();
    let result = thread::scope(|scope| {
        let downloading = scope.spawn(|| {
            let download = client.download(&generation).options(options).cancel(&token);
            download.to_writer(Vec::new())
        });
        while server.received().is_empty() {
            thread::yield_now();
        }
        token.cancel();
        downloading.join().unwrap()
    });
    assert_eq!(result.unwrap_err().kind(), ErrorKind::DownloadCancelled);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_cancelled_token_lets_nothing_begin() {
    let server = ScriptedServer::start([]);
    let client = Client::new(prism(&server));
    let token = CancelToken::new();
    token.cancel();
    let download = client.download(&generation(&client, &server)).cancel(&token);
    assert_eq!(download.to_writer(Vec::new()).unwrap_err().kind(), ErrorKind::DownloadCancelled);
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_writer_that_takes_no_more_ends_it() {
    let server = ScriptedServer::start([HttpResponse::new(vec![b'.'; 1000]).into()]);
    let client = Client::new(prism(&server));
    let mut room = [0; 10];
    let error =
        client.download(&generation(&client, &server)).to_writer(&mut room[..]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LocalFile);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn an_output_that_is_not_there_is_an_error_before_anything_is_fetched() {
    let server = ScriptedServer::start([]);
    let client = Client::new(prism(&server));
    let generation = generation(&client, &server);
    let error = client.download(&generation).output(OutputKind::Audio).to_dir("/nowhere");
    assert_eq!(error.unwrap_err().kind(), ErrorKind::OutputMissing);
    assert_eq!(server.connections(), 0);
}
