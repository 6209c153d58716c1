//! What is logged, by this crate and by those below it, and what is not.

use videogen_core::{ApiKey, ErrorKind, Phase};
use videogen_prism::Prism;
use videogen_testkit::{
    Memory, ScriptedServer, ServerReply, fast_wait, keep_log_of_this_thread, leaks,
};
use videogen_ureq::Client;

/// No other test has it, whose logs come here too.
const KEY: &str = "QWERTYUIOPASDFGHJKLZXCVBNMqwertyuiopasdfghjklzxcvbnm";

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
    let url = "https://cdn.example.com/v.mp4?X-Amz-Signature=SECRET5";
    let server = ScriptedServer::start([
        ServerReply::json(200, r#"{"id":"gen_logged","status":"generating"}"#),
        ServerReply::json(503, format!("{url} and {url}")),
        ServerReply::json(200, r#"{"id":"gen_logged","status":"completed"}"#),
        ServerReply::json(
            200,
            format!(r#"{{"id":"gen_logged","status":"completed","video_url":"{url}"}}"#),
        ),
        ServerReply::json(401, format!("Incorrect API key {KEY}")),
    ]);
    let key = ApiKey::new(KEY).unwrap();
    let client = Client::new(Prism::new(key).at(server.base_url()));
    let handle = client.handle("gen_logged").unwrap();
    let options = fast_wait(client.provider());
    let ended = client.wait(&handle).options(options.clone()).run().unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
    // What a server says is logged below, whatever it is, and the next answer says the key.
    let below = below.text();
    let error = client.wait(&handle).options(options).run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    // The other tests log here too.
    let ours = ours.text();
    let ours: Vec<_> = ours.lines().filter(|line| line.contains("gen_logged")).collect();
    let ours = ours.join("\n");
    for expected in ["prism:gen_logged", "polling", "resting", "generating", "WARN", "Unavailable"]
    {
        assert!(ours.contains(expected), "{expected} is not in\n{ours}");
    }
    assert!(ours.contains("SucceededWithoutOutput"), "{ours}");
    assert!(below.contains("TRACE ureq_proto"), "{below}");
    assert_eq!(leaks(&ours, KEY, url), [""; 0], "{ours}");
    assert_eq!(leaks(&below, KEY, ""), [""; 0], "{below}");
}
