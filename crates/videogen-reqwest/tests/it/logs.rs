//! What is logged, by this crate and by those below it, and what is not.

use std::cell::Cell;
use std::io::Write;
use std::sync::{Arc, Mutex};

use videogen_core::{ApiKey, ErrorKind, Phase};
use videogen_prism::Prism;
use videogen_reqwest::Client;

use crate::providers::{base_url, fast};
use crate::server::{Reply, Server, answer, json};

/// No other test has it, whose logs come here too.
const KEY: &str = "QWERTYUIOPASDFGHJKLZXCVBNMqwertyuiopasdfghjklzxcvbnm";

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

thread_local! {
    /// Whether what is logged on this thread is kept. The test has a runtime of one thread.
    static LISTENING: Cell<bool> = const { Cell::new(false) };
}

#[derive(Clone)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Takes what reqwest, hyper and rustls log.
struct LogToMemory;

impl log::Log for LogToMemory {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        LISTENING.get()
    }

    fn log(&self, record: &log::Record<'_>) {
        if !LISTENING.get() {
            return;
        }
        let mut log = LOG.lock().unwrap();
        writeln!(log, "{} {} {}", record.level(), record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn no_key_is_logged_at_any_level() {
    log::set_logger(&LogToMemory).unwrap();
    LISTENING.set(true);
    log::set_max_level(log::LevelFilter::Trace);
    let ours = Memory(Arc::default());
    let writer = ours.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole process, since what is logged on other threads decides too whether anything is logged here.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let url = "https://cdn.example.com/v.mp4?X-Amz-Signature=SECRET";
    let server = Server::start([
        json(r#"{"id":"gen_logged","status":"generating"}"#),
        Reply::Answer(answer("503 Busy", "", &format!("{url} and {url}"))),
        json(r#"{"id":"gen_logged","status":"completed"}"#),
        json(&format!(r#"{{"id":"gen_logged","status":"completed","video_url":"{url}"}}"#)),
        Reply::Answer(answer("401 No", "", &format!("Incorrect API key {KEY}"))),
    ]);
    let key = ApiKey::new(KEY).unwrap();
    let client = Client::new(Prism::new(key).at(base_url(&server)));
    let handle = client.handle("gen_logged").unwrap();
    let options = fast(client.provider());
    let ended = client.wait(&handle).options(options.clone()).await.unwrap();
    assert_eq!(ended.phase(), Phase::Succeeded);
    // What a server says is logged below, whatever it is, and the next answer says the key.
    let below = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    let error = client.wait(&handle).options(options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let ours = String::from_utf8(ours.0.lock().unwrap().clone()).unwrap();
    // The other tests log here too.
    let ours: Vec<_> = ours.lines().filter(|line| line.contains("gen_logged")).collect();
    let ours = ours.join("\n");
    for expected in ["prism:gen_logged", "polling", "resting", "generating", "WARN", "Unavailable"]
    {
        assert!(ours.contains(expected), "{expected} is not in\n{ours}");
    }
    assert!(ours.contains("SucceededWithoutOutput"), "{ours}");
    assert!(!ours.contains("SECRET"), "{ours}");
    assert!(below.contains("starting new connection"), "{below}");
    for piece in KEY.as_bytes().windows(12) {
        let piece = std::str::from_utf8(piece).unwrap();
        assert!(!ours.contains(piece), "{piece} is in\n{ours}");
        assert!(!below.contains(piece), "{piece} is in\n{below}");
    }
}
