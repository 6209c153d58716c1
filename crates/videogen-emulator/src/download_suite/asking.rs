//! A transport of the standard library's, to ask the emulator for a status with.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::SystemTime;

use http::header::{HeaderName, HeaderValue};
use videogen_core::{HttpRequest, HttpResponse, Transport, TransportError};

/// One connection a request, to this server.
pub(super) struct Asking(pub(super) SocketAddr);

impl Transport for Asking {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let lost = |error: io::Error| {
            TransportError::interrupted("the emulator is gone").with_source(error)
        };
        let answer = exchange(self.0, &request).map_err(lost)?;
        read(&answer).ok_or_else(|| TransportError::interrupted("the emulator's answer is cut"))
    }

    #[expect(clippy::disallowed_methods, reason = "a transport knows what time it is")]
    fn now(&self) -> Option<SystemTime> {
        Some(SystemTime::now())
    }
}

fn exchange(address: SocketAddr, request: &HttpRequest) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut head = format!("{} {path} HTTP/1.1\r\nhost: {address}\r\n", request.method());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().map_err(io::Error::other)?));
    }
    if !request.body().is_empty() {
        head.push_str(&format!("content-length: {}\r\n", request.body().len()));
    }
    head.push_str("connection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(request.body())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// The emulator's answers to a status have a length, and the connection ends with them.
fn read(answer: &[u8]) -> Option<HttpResponse> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, body) = answer.split_at(end);
    let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?;
    let mut response = HttpResponse::new(body.get(4..)?.to_vec());
    *response.status_mut() = http::StatusCode::from_bytes(status.as_bytes()).ok()?;
    for line in lines {
        let (name, value) = line.split_once(':')?;
        let name: HeaderName = name.parse().ok()?;
        response.headers_mut().append(name, HeaderValue::from_str(value.trim()).ok()?);
    }
    Some(response)
}
