//! Requests that are signed when they are sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{AUTHORIZATION, HeaderValue};
use videogen_core::answer::Answer;
use videogen_core::{
    ApiKey, Call, Error, ErrorKind, HttpRequest, HttpResponse, Signer, Transport, TransportError,
    get,
};
use videogen_testkit::{ScriptedTransport, error_chain, json, test_now};

use crate::base_url;

/// Signs with the number of seconds, and how often it signed.
#[derive(Debug, Default)]
struct Seconds(AtomicU32);

impl Signer for Seconds {
    fn sign(&self, request: &mut HttpRequest, now: SystemTime) -> Result<(), Error> {
        let seconds = now.duration_since(UNIX_EPOCH).unwrap().as_secs();
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        let mut value = HeaderValue::from_str(&format!("Bearer t{seconds}-{number}")).unwrap();
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(())
    }
}

/// Has no credentials, for this reason.
#[derive(Debug)]
struct Without(ErrorKind);

impl Signer for Without {
    fn sign(&self, _: &mut HttpRequest, _: SystemTime) -> Result<(), Error> {
        Err(Error::new(self.0, "there is no token"))
    }
}

fn call(signer: impl Signer + 'static) -> Call<String> {
    let signer: Arc<dyn Signer> = Arc::new(signer);
    let request = get(&base_url(), "/videos/v1", signer).unwrap();
    Call::new(request, |response| Answer::of(response, |_| None).map(|it| it.text().to_owned()))
}

#[test]
fn each_request_is_signed_when_it_is_sent() {
    let transport = ScriptedTransport::new().then(json(200, "{}"));
    let call = call(Seconds::default());
    assert!(!call.request().headers().contains_key(AUTHORIZATION));
    call.send(&transport).unwrap();
    call.send(&transport).unwrap();
    let sent = transport.requests();
    let seconds = test_now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(sent[0].headers()[AUTHORIZATION], format!("Bearer t{seconds}-0"));
    assert_eq!(sent[1].headers()[AUTHORIZATION], format!("Bearer t{seconds}-1"));
    let later = call.request_at(UNIX_EPOCH + Duration::from_secs(9)).unwrap();
    assert_eq!(later.headers()[AUTHORIZATION], "Bearer t9-2");
    assert!(later.headers()[AUTHORIZATION].is_sensitive());
}

#[test]
fn an_echoed_token_is_taken_out_although_it_was_made_when_sent() {
    let seconds = test_now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let token = format!("t{seconds}-0");
    let body = format!("{{\"error\":\"bad token {token}\"}}");
    let transport = ScriptedTransport::new().then(json(401, body));
    let error = call(Seconds::default()).send(&transport).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(error.to_string().contains("<redacted>"), "{error}");
    assert!(!error_chain(&error).contains(&token));
}

#[test]
fn without_credentials_nothing_is_sent() {
    for kind in [ErrorKind::NotDelivered, ErrorKind::Unauthorized] {
        let transport = ScriptedTransport::new().then(json(200, "{}"));
        assert_eq!(call(Without(kind)).send(&transport).unwrap_err().kind(), kind);
        assert!(transport.requests().is_empty());
    }
}

#[test]
fn a_transport_without_a_clock_sends_only_what_needs_none() {
    struct Timeless(ScriptedTransport);
    impl Transport for Timeless {
        fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
            self.0.send(request)
        }
    }
    let transport = Timeless(ScriptedTransport::new().then(json(200, "{}")));
    let error = call(Seconds::default()).send(&transport).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(transport.0.requests().is_empty());
    let key = ApiKey::new("a-static-key").unwrap();
    let request = get(&base_url(), "/v1", (AUTHORIZATION, key.bearer().unwrap())).unwrap();
    Call::new(request, |_| Ok(())).send(&transport).unwrap();
}
