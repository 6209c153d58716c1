//! Waits for generations, and receives their webhooks meanwhile.
//!
//! ```text
//! SYNC_API_KEY=… SYNC_WEBHOOK_SECRET=whsec_… cargo run -p videogen-reqwest --example webhooks -- 127.0.0.1:8080 synclabs:ID
//! ```
//!
//! - `POST /webhooks/synclabs`: signed. What is not signed with the secret is answered with 400.
//! - `POST /webhooks/prism`, `POST /webhooks/token360`: hints, which make a wait ask sooner.
//!
//! Give the providers the URLs of this server behind your HTTPS. Keys are read from `PRISM_API_KEY`, `TOKEN360_API_KEY` and `SYNC_API_KEY`; a base URL such as the emulator's from
//! `PRISM_BASE_URL`, `TOKEN360_BASE_URL` and `SYNC_BASE_URL`.
#![expect(clippy::print_stdout, reason = "an example shows what it learnt")]
#![expect(
    clippy::disallowed_methods,
    reason = "it is a program: it has a clock and an environment"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;
use videogen_core::webhook::{DEFAULT_TOLERANCE, MAX_WEBHOOK_BYTES, Notice};
use videogen_core::{ApiKey, BaseUrl, Handle, Report, SeenWebhooks, WebhookSecret};
use videogen_prism::Prism;
use videogen_reqwest::Client;
use videogen_synclabs::SyncLabs;
use videogen_token360::Token360;

/// How many webhooks a wait may have before it has heard the first.
const UNHEARD: usize = 16;

/// Which wait a webhook goes to. Each receiver serves one wait.
#[derive(Clone, Default)]
struct Routes(Arc<Mutex<BTreeMap<String, Sender<Notice>>>>);

impl Routes {
    /// The webhooks of this generation from now on.
    fn open(&self, handle: &Handle) -> Receiver<Notice> {
        let (send, receive) = channel(UNHEARD);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key(handle), send);
        receive
    }

    fn close(&self, handle: &Handle) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(handle));
    }

    /// Does not wait: whoever sent it wants an answer soon. Whether it was heard.
    fn pass_on(&self, notice: Notice) -> bool {
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A wait that has that many unheard loses nothing: it polls all the same.
        routes.get(&key(notice.handle())).is_some_and(|send| send.try_send(notice).is_ok())
    }
}

/// The text form: a webhook knows only the id, and a stored handle more.
fn key(handle: &Handle) -> String {
    handle.to_string()
}

#[derive(Clone)]
struct Receiving {
    routes: Routes,
    prism: Prism,
    token360: Token360,
    sync: SyncLabs,
    /// The old and the new one while they change. None: nothing of Sync Labs' is believed.
    secrets: Arc<[WebhookSecret]>,
    seen: Arc<Mutex<SeenWebhooks>>,
}

impl Receiving {
    fn is_new(&self, key: &str) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).first_time(key, SystemTime::now())
    }

    fn forget(&self, key: &str) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).forget(key);
    }
}

type Answer = Result<StatusCode, (StatusCode, String)>;

fn refused(error: videogen_core::Error) -> (StatusCode, String) {
    println!("refused a webhook: {error}");
    (StatusCode::BAD_REQUEST, "not a webhook that can be used\n".to_owned())
}

/// Verified, and each once.
async fn of_synclabs(State(this): State<Receiving>, headers: HeaderMap, body: Bytes) -> Answer {
    let now = SystemTime::now();
    let verified = videogen_synclabs::webhook::verify(
        &this.sync,
        &headers,
        &body,
        &this.secrets,
        now,
        DEFAULT_TOLERANCE,
    )
    .map_err(refused)?;
    let key = verified.deduplication_key().to_owned();
    if this.is_new(&key) && !this.routes.pass_on(verified.into()) {
        // Of a wait that is over, or has not begun: the next delivery may find one.
        this.forget(&key);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Anybody may have sent it. It is not remembered: the genuine one must not be taken for a repetition of a forged one, and a wait
/// bears any number of hints.
async fn of_prism(State(this): State<Receiving>, body: Bytes) -> Answer {
    let hint = videogen_prism::webhook::hint(&this.prism, &body).map_err(refused)?;
    this.routes.pass_on(hint.into());
    Ok(StatusCode::NO_CONTENT)
}

async fn of_token360(State(this): State<Receiving>, body: Bytes) -> Answer {
    let hint = videogen_token360::webhook::hint(&this.token360, &body).map_err(refused)?;
    this.routes.pass_on(hint.into());
    Ok(StatusCode::NO_CONTENT)
}

fn router(receiving: Receiving) -> Router {
    Router::new()
        .route("/webhooks/synclabs", post(of_synclabs))
        .route("/webhooks/prism", post(of_prism))
        .route("/webhooks/token360", post(of_token360))
        .layer(DefaultBodyLimit::max(MAX_WEBHOOK_BYTES))
        .with_state(receiving)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn key_of(name: &str) -> Result<ApiKey, videogen_core::Error> {
    ApiKey::new(variable(name).unwrap_or_else(|| "no-key".to_owned()))
}

fn base_url(name: &str) -> Result<Option<BaseUrl>, videogen_core::Error> {
    variable(name).map(|url| BaseUrl::parse(&url)).transpose()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8080".to_owned());

    let mut prism = Prism::new(key_of("PRISM_API_KEY")?);
    let mut token360 = Token360::new(key_of("TOKEN360_API_KEY")?);
    let mut sync = SyncLabs::new(key_of("SYNC_API_KEY")?);
    if let Some(url) = base_url("PRISM_BASE_URL")? {
        prism = prism.at(url);
    }
    if let Some(url) = base_url("TOKEN360_BASE_URL")? {
        token360 = token360.at(url);
    }
    if let Some(url) = base_url("SYNC_BASE_URL")? {
        sync = sync.at(url);
    }
    let secrets: Result<Vec<_>, _> =
        variable("SYNC_WEBHOOK_SECRET").iter().map(WebhookSecret::new).collect();

    let routes = Routes::default();
    let mut waits = JoinSet::new();
    for text in arguments {
        let (provider, id) = Handle::split_text(&text)?;
        let client = match provider {
            "prism" => Client::new(prism.clone()),
            "token360" => Client::new(token360.clone()),
            "synclabs" => Client::new(sync.clone()),
            other => return Err(format!("`{other}` is not the name of a provider").into()),
        };
        let handle = client.handle(id)?;
        let webhooks = routes.open(&handle);
        let routes = routes.clone();
        waits.spawn(async move {
            let shown = handle.clone();
            let on_report = move |report: Report<'_>| match report {
                Report::Notified { .. } => println!("{shown}: heard a webhook"),
                Report::Polling { .. } => println!("{shown}: asking"),
                Report::Observed { generation, .. } => println!("{shown}: {}", generation.status),
                _ => {}
            };
            let ended = client.wait(&handle).on_report(on_report).webhooks(webhooks).await;
            routes.close(&handle);
            ended
        });
    }

    let receiving =
        Receiving { routes, prism, token360, sync, secrets: secrets?.into(), seen: Arc::default() };
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("listening on {}", listener.local_addr()?);
    let server = tokio::spawn(async move { axum::serve(listener, router(receiving)).await });
    while let Some(ended) = waits.join_next().await {
        match ended? {
            Ok(generation) => println!("{}: ended {}", generation.handle, generation.status),
            Err(error) => println!("{error}"),
        }
    }
    // Nobody waits any longer; a service would go on serving.
    server.abort();
    Ok(())
}
