//! What is logged, by this crate and by those below it, and what is not.

use videogen_core::stream::next_chunk;
use videogen_core::{AsyncTransport, ErrorKind, Phase};
use videogen_reqwest::{Client, ReqwestTransport};
use videogen_testkit::log_suite::Indiscreet;
use videogen_testkit::transport_suite::keyed_request;
use videogen_testkit::{
    Memory, ScriptedServer, ServerReply, TEST_KEY, fast_wait, keep_log_of_this_thread, leaks,
};

#[tokio::test]
async fn no_key_is_logged_at_any_level() {
    // The test has a runtime of one thread.
    let below = keep_log_of_this_thread();
    let ours = Memory::default();
    let writer = ours.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole process, since what is logged on other threads decides too whether anything is logged here.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let server = ScriptedServer::start([ServerReply::json(200, "{}")]);
    let url = server.url("/v.mp4?sig=MNBVCXZLKJ");
    let opened = ReqwestTransport::new().unwrap().open(keyed_request(&url)).await;
    let mut body = opened.unwrap().into_body().into();
    while let Some(chunk) = next_chunk(&mut body).await {
        chunk.unwrap();
    }
    assert!(server.received().iter().all(|request| request.shows(TEST_KEY)));
    assert_eq!(leaks(&below.text(), TEST_KEY, &url), [""; 0]);
    let indiscreet = Indiscreet::start();
    let client = Client::new(indiscreet.provider());
    let handle = client.handle(indiscreet.id()).unwrap();
    let options = fast_wait(client.provider());
    let ended = client.wait(&handle).options(options.clone()).await.unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
    let below = below.text();
    let error = client.wait(&handle).options(options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let ours = ours.text();
    // Other tests' waits are in it too: none of them goes on after this error.
    assert!(ours.lines().any(|line| line.contains("gave up") && line.contains("Unauthorized")));
    assert!(
        !ours.lines().any(|line| line.contains("missed a poll") && line.contains("Unauthorized"))
    );
    indiscreet.check(&ours).assert();
    assert!(below.contains("starting new connection"), "{below}");
    indiscreet.check_below(&below).assert();
}
