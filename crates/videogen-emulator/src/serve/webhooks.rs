//! Webhooks over http.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, StatusCode, Uri};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use videogen_core::HttpRequest;

use super::Shared;

/// How long an attempt may take.
const ATTEMPT: Duration = Duration::from_secs(30);

/// Sends webhooks when they are due, for ever.
pub(super) async fn deliver(shared: Arc<Shared>) {
    loop {
        let now = shared.clock.now();
        let (due, next) = {
            let mut emulator = shared.emulator();
            (emulator.due_webhooks(now), emulator.next_webhook())
        };
        for webhook in due {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                let attempt = tokio::time::timeout(ATTEMPT, post(webhook.request)).await;
                let answer = attempt.unwrap_or_else(|_| Err("no answer in 30 s".to_owned()));
                let now = shared.clock.now();
                shared.emulator().webhook_answered(now, webhook.number, answer);
                shared.changed.notify_one();
            });
        }
        let due = async {
            match next {
                Some(next) => tokio::time::sleep(next.since(shared.clock.now())).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            () = shared.changed.notified() => {}
        }
    }
}

/// Sends one, and gives the status of the answer.
async fn post(request: HttpRequest) -> Result<StatusCode, String> {
    let failed = |what: &str| format!("the receiver {what}");
    let uri = request.uri().clone();
    if uri.scheme_str() != Some("http") {
        return Err("the emulator delivers to http only".to_owned());
    }
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(80)))
        .await
        .map_err(|_| failed("cannot be reached"))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|_| failed("does not speak HTTP"))?;
    // It ends with its sender; what goes wrong with it is told by the request.
    let connection = tokio::spawn(connection);
    let mut request = request.map(|body| Full::new(Bytes::from(body)));
    if let Some(host) = uri.authority().and_then(|it| HeaderValue::from_str(it.as_str()).ok()) {
        request.headers_mut().insert(HOST, host);
    }
    *request.uri_mut() = uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
    let answer = sender.send_request(request).await.map_err(|_| failed("gave no answer"))?;
    connection.abort();
    Ok(answer.status())
}
