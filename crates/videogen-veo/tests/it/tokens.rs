//! Access tokens that live for an hour.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use http::header::AUTHORIZATION;
use videogen_core::{
    ApiKey, Error, ErrorKind, HttpRequest, HttpResponse, NewGeneration, Outcome, Phase,
    Provider as _, StatusQuery, Transport, TransportError, WaitOptions,
};
use videogen_testkit::{
    ScriptedTransport, TEST_KEY, VirtualClock, error_chain, json, test_now, wait,
};
use videogen_veo::{AccessToken, SharedToken, Veo};

use crate::VERTEX_OPERATION;

const HOUR: Duration = Duration::from_secs(3600);

fn veo(token: impl Into<AccessToken>) -> Veo {
    Veo::vertex("my-project", "us-central1", token).unwrap()
}

fn key(text: &str) -> ApiKey {
    ApiKey::new(text).unwrap()
}

/// What a request is sent with.
fn sent_with(veo: &Veo, now: SystemTime) -> Result<String, Error> {
    let handle = veo.handle(VERTEX_OPERATION).unwrap();
    let request = veo.status(&handle, StatusQuery::Plain).unwrap().request_at(now)?;
    let value = &request.headers()[AUTHORIZATION];
    assert!(value.is_sensitive());
    Ok(value.to_str().unwrap().to_owned())
}

#[test]
fn each_request_asks_for_a_token_when_it_is_sent() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let veo = veo(AccessToken::from_hook(move |now| {
        assert_eq!(now, test_now());
        key(&format!("ya29.token-{}", counted.fetch_add(1, Ordering::Relaxed))).pipe(Ok)
    }));
    let handle = veo.handle(VERTEX_OPERATION).unwrap();
    let call = veo.status(&handle, StatusQuery::Plain).unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert!(!call.request().headers().contains_key(AUTHORIZATION));
    assert_eq!(sent_with(&veo, test_now()).unwrap(), "Bearer ya29.token-0");
    assert_eq!(sent_with(&veo, test_now()).unwrap(), "Bearer ya29.token-1");
}

trait Pipe: Sized {
    fn pipe<T>(self, with: impl FnOnce(Self) -> T) -> T {
        with(self)
    }
}

impl Pipe for ApiKey {}

#[test]
fn a_shared_token_is_the_newest() {
    let shared = SharedToken::new();
    let veo = veo(shared.clone());
    let now = test_now();
    let kind = |now| sent_with(&veo, now).map_err(|error| error.kind());
    assert_eq!(kind(now), Err(ErrorKind::NotDelivered));
    shared.set(key("ya29.first"), now + HOUR);
    assert_eq!(kind(now).as_deref(), Ok("Bearer ya29.first"));
    shared.set(key("ya29.second"), now + 2 * HOUR);
    assert_eq!(kind(now).as_deref(), Ok("Bearer ya29.second"));
    assert_eq!(shared.expires_at(), Some(now + 2 * HOUR));
    // Not one that ends on the way.
    assert!(kind(now + 2 * HOUR - Duration::from_secs(31)).is_ok());
    assert_eq!(kind(now + 2 * HOUR - Duration::from_secs(30)), Err(ErrorKind::NotDelivered));
    assert_eq!(kind(now + 3 * HOUR), Err(ErrorKind::NotDelivered));
    shared.clear();
    assert_eq!(kind(now), Err(ErrorKind::NotDelivered));
}

/// A transport that tells the time by the virtual clock, beginning at [`test_now`].
struct Clocked<'a> {
    inner: ScriptedTransport,
    clock: &'a VirtualClock,
    /// Called with the time before each request is signed.
    tick: Box<dyn Fn(SystemTime) + 'a>,
}

impl Transport for Clocked<'_> {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.inner.send(request)
    }

    fn now(&self) -> Option<SystemTime> {
        let origin = videogen_core::Moment::ORIGIN;
        let now = test_now() + self.clock.now().since(origin);
        (self.tick)(now);
        Some(now)
    }
}

#[test]
fn a_wait_outlives_a_token_and_a_time_without_one() {
    let running = format!(r#"{{"name":"{VERTEX_OPERATION}"}}"#);
    let done = format!(
        r#"{{"name":"{VERTEX_OPERATION}","done":true,"response":{{"videos":[{{"gcsUri":"gs://b/o"}}]}}}}"#
    );
    let inner = ScriptedTransport::new()
        .then(json(200, running.clone()))
        .then(json(200, running))
        .then(json(200, done));
    let clock = VirtualClock::new();
    let shared = SharedToken::new();
    let expires_at = test_now() + Duration::from_secs(90);
    shared.set(key("ya29.first"), expires_at);
    let refreshed = shared.clone();
    // Refreshed two minutes after it ended.
    let tick = move |now: SystemTime| {
        if now >= expires_at + Duration::from_secs(120) {
            refreshed.set(key("ya29.second"), now + HOUR);
        }
    };
    let transport = Clocked { inner, clock: &clock, tick: Box::new(tick) };
    let veo = veo(shared);
    let handle = veo.handle(VERTEX_OPERATION).unwrap();
    let mut options = WaitOptions::of(&veo.guidance());
    options.pace.interval = Duration::from_secs(40);
    let course = wait(&veo, &transport, &clock, &handle, options);
    let Outcome::Settled(video) = course.outcome else { unreachable!("{:?}", course.outcome) };
    assert_eq!(video.phase(), Phase::Succeeded);
    assert!(!course.missed.is_empty());
    for error in &course.missed {
        assert_eq!(error.kind(), ErrorKind::NotDelivered);
        assert_eq!(error.handle(), Some(&handle));
        assert!(error.to_string().contains("access token"), "{error}");
    }
    // What was missed was not sent.
    let requests = transport.inner.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].headers()[AUTHORIZATION], "Bearer ya29.first");
    assert_eq!(requests[2].headers()[AUTHORIZATION], "Bearer ya29.second");
}

#[test]
fn a_hook_can_end_a_wait() {
    let veo = veo(AccessToken::from_hook(|_| {
        Err(Error::new(ErrorKind::Unauthorized, "the account was closed"))
    }));
    let handle = veo.handle(VERTEX_OPERATION).unwrap();
    let clock = VirtualClock::new();
    let transport = ScriptedTransport::new();
    let options = WaitOptions::of(&veo.guidance());
    let course = wait(&veo, &transport, &clock, &handle, options);
    let Outcome::GaveUp { error, .. } = course.outcome else { unreachable!() };
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(course.polls.len(), 1);
    assert_eq!(transport.requests().len(), 0);
}

#[test]
fn a_transport_without_a_clock_is_told_so() {
    struct Clockless;
    impl Transport for Clockless {
        fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
            unreachable!("nothing is sent")
        }
    }
    let veo = veo(AccessToken::from_hook(|_| Ok(key("ya29.token"))));
    let handle = veo.handle(VERTEX_OPERATION).unwrap();
    let error = veo.status(&handle, StatusQuery::Plain).unwrap().send(&Clockless).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn a_token_is_shown_by_nothing_also_where_it_is_repeated() {
    let shared = SharedToken::new();
    shared.set(key(TEST_KEY), test_now() + HOUR);
    for token in [
        AccessToken::from(key(TEST_KEY)),
        shared.clone().into(),
        AccessToken::from_hook(|_| Ok(key(TEST_KEY))),
    ] {
        let veo = veo(token.clone());
        let handle = veo.handle(VERTEX_OPERATION).unwrap();
        let call = veo.status(&handle, StatusQuery::Plain).unwrap();
        let shown = format!("{token:?} {shared:?} {veo:?} {call:?} {:?}", call.request());
        assert!(!shown.contains(TEST_KEY), "{shown}");
        let signed = format!("{:?}", call.request_at(test_now()).unwrap());
        assert!(!signed.contains(TEST_KEY), "{signed}");

        let body = format!(
            r#"{{"error":{{"code":401,"message":"Bearer {TEST_KEY} is not valid","status":"UNAUTHENTICATED"}}}}"#
        );
        let transport = ScriptedTransport::new().then(json(401, body));
        let error = call.send(&transport).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
        assert!(!error_chain(&error).contains(TEST_KEY), "{error:?}");
        assert_eq!(transport.requests()[0].headers()[AUTHORIZATION], format!("Bearer {TEST_KEY}"));

        let new = NewGeneration::from_json("{}").unwrap().for_endpoint("veo-3.1-generate-001");
        let body = format!(r#"{{"name":"{VERTEX_OPERATION}","metadata":"Bearer {TEST_KEY}"}}"#);
        let transport = ScriptedTransport::new().then(json(200, body));
        let accepted = veo.submit(&new).unwrap().send(&transport).unwrap();
        let seen = accepted.generation.unwrap();
        assert!(!serde_json::to_string(&seen).unwrap().contains(TEST_KEY));
    }
}
