//! One connection of a client.

mod body;

use std::convert::Infallible;
use std::future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use videogen_core::HttpResponse;

use super::Shared;
use crate::control::{self, MAX_SCRIPT_BYTES};
use crate::reply::{BodyEnd, Framing, Reply, Streamed, Wire};

use body::Body;

/// How long a stalled request is held. Any client has given up by then.
const LONGEST_STALL: Duration = Duration::from_secs(600);

/// The longest body of a request to a provider: a form with two files of 20 MB.
const MAX_BODY_BYTES: usize = 48 * 1024 * 1024;

/// How a connection ends before its time.
enum Break {
    Reset,
    /// After these bytes.
    Cut(Vec<u8>),
    /// In the middle of a file, or with its end.
    Streamed(Streamed),
}

/// Answers the requests of one connection until it ends.
pub(super) async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    // Small answers are to leave at once. If that cannot be had they still leave.
    let _ = stream.set_nodelay(true);
    let (break_off, mut broken_off) = mpsc::channel(1);
    let service = service_fn(move |request| {
        let (shared, break_off) = (Arc::clone(&shared), break_off.clone());
        async move { Ok::<_, Infallible>(answer(&shared, request, &break_off).await) }
    });
    let mut connection = http1::Builder::new()
        // An idle connection is kept: a client that polls twice a minute is not to meet a closed one.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    let how = tokio::select! {
        // A client that goes away is an error here and nothing unusual.
        _ = &mut connection => return,
        how = broken_off.recv() => how,
    };
    let mut stream = connection.into_parts().io.into_inner();
    match how {
        Some(Break::Cut(bytes)) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Some(Break::Streamed(streamed)) => {
            // A client that goes away has what it wants.
            let _ = write(&mut stream, streamed).await;
        }
        Some(Break::Reset) | None => {
            // Without lingering, closing sends a reset.
            let _ = stream.set_zero_linger();
        }
    }
}

async fn answer(
    shared: &Shared,
    request: hyper::Request<Incoming>,
    break_off: &mpsc::Sender<Break>,
) -> hyper::Response<Body> {
    let (head, body) = request.into_parts();
    // One that says that it is too long is not read at all.
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let most = if control::is_control(head.uri.path()) { MAX_SCRIPT_BYTES } else { MAX_BODY_BYTES };
    let read = if announced <= most { Limited::new(body, most).collect().await.ok() } else { None };
    let Some(body) = read else {
        let date = shared.emulator().world.wall.at(shared.clock.now());
        return control::too_long(date, most).map(Body::from);
    };
    let body = body.to_bytes().to_vec();
    let request = http::Request::from_parts(head, body);
    let now = shared.clock.now();
    let Reply { at, wire } = shared.emulator().answer(now, &request);
    shared.changed.notify_one();
    tokio::time::sleep(at.since(now)).await;
    let how = match wire {
        Wire::Response(response) => return response.map(Body::from),
        Wire::Streamed(Streamed { head, body, framing, end: BodyEnd::Whole })
            if framing != Framing::UntilClose =>
        {
            return head.map(|()| Body::File { body, framing });
        }
        Wire::Streamed(streamed) => Break::Streamed(streamed),
        Wire::Cut { response, keep } => Break::Cut(beginning(&response, keep)),
        Wire::Reset => Break::Reset,
        Wire::Stall => {
            tokio::time::sleep(LONGEST_STALL).await;
            Break::Reset
        }
    };
    let _ = break_off.send(how).await;
    // The connection ends this.
    future::pending().await
}

/// The head of an answer, which promises its whole body, and the first `keep` bytes of the body.
fn beginning(response: &HttpResponse, keep: usize) -> Vec<u8> {
    let mut bytes = head(response);
    bytes.extend_from_slice(
        format!("{CONTENT_LENGTH}: {}\r\n\r\n", response.body().len()).as_bytes(),
    );
    bytes.extend(response.body().iter().take(keep));
    bytes
}

/// The head of an answer but for the empty line.
fn head<T>(response: &http::Response<T>) -> Vec<u8> {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", status.as_str()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// Writes an answer whose end is that of the connection, by hand: what is handed to hyper may not leave when the
/// connection ends.
async fn write(stream: &mut TcpStream, streamed: Streamed) -> io::Result<()> {
    let Streamed { head: response, body, framing, end } = streamed;
    let mut head = head(&response);
    if framing == Framing::Chunked {
        head.extend_from_slice(b"transfer-encoding: chunked\r\n");
    }
    head.extend_from_slice(b"connection: close\r\n\r\n");
    stream.write_all(&head).await?;
    for piece in body {
        if framing == Framing::Chunked {
            stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
        }
        stream.write_all(&piece).await?;
        if framing == Framing::Chunked {
            stream.write_all(b"\r\n").await?;
        }
    }
    if end == BodyEnd::Stall {
        stream.flush().await?;
        tokio::time::sleep(LONGEST_STALL).await;
    }
    stream.shutdown().await
}
