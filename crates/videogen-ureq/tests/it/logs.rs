//! What is logged, by this crate and by those below it, and what is not.

use std::io::Read;

use videogen_core::{ErrorKind, Phase, Transport};
use videogen_testkit::log_suite::Indiscreet;
use videogen_testkit::transport_suite::keyed_request;
use videogen_testkit::{
    Memory, ScriptedServer, ServerReply, TEST_KEY, fast_wait, keep_log_of_this_thread, leaks,
};
use videogen_ureq::{Client, UreqTransport};

#[test]
fn no_key_is_logged_at_any_level() {
    // What ureq does, it does on the thread that asked for it.
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
    let opened = UreqTransport::new().open(keyed_request(&server.url("/v.mp4?sig=MNBVCXZLKJ")));
    opened.unwrap().into_body().read_to_end(&mut Vec::new()).unwrap();
    assert!(server.received().iter().all(|request| request.shows(TEST_KEY)));
    assert_eq!(leaks(&below.text(), TEST_KEY, ""), [""; 0]);
    let indiscreet = Indiscreet::start();
    let client = Client::new(indiscreet.provider());
    let handle = client.handle(indiscreet.id()).unwrap();
    let options = fast_wait(client.provider());
    let ended = client.wait(&handle).options(options.clone()).run().unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
    let below = below.text();
    let error = client.wait(&handle).options(options).run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let ours = ours.text();
    // Other tests' waits are in it too: none of them goes on after this error.
    assert!(ours.lines().any(|line| line.contains("gave up") && line.contains("Unauthorized")));
    assert!(
        !ours.lines().any(|line| line.contains("missed a poll") && line.contains("Unauthorized"))
    );
    indiscreet.check(&ours).assert();
    assert!(below.contains("TRACE ureq_proto"), "{below}");
    indiscreet.check_below(&below).assert();
}
