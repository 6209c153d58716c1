//! Callbacks signed by the library of Standard Webhooks (`tests/data/make_vectors.py`), and what becomes of them when anything is
//! changed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde::Deserialize;
use videogen_core::webhook::{DEFAULT_TOLERANCE, Hint, MAX_WEBHOOK_BYTES, Verified, WebhookSecret};
use videogen_core::{BaseUrl, Error, ErrorKind, Phase, Provider as _, StatusQuery};
use videogen_kling::webhook;
use videogen_testkit::{TEST_KEY, error_chain};

use crate::{TASK, TURBO, provider};

/// Of Kling's page, as the three headers and the body.
pub(crate) const SECRET: &str = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=";
pub(crate) const DOCUMENTED_BODY: &str = r#"{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,"update_time":1781080794151}"#;
pub(crate) const DOCUMENTED_HEADERS: [(&str, &str); 3] = [
    ("webhook-id", "9876543210"),
    ("webhook-timestamp", "1781080794"),
    ("webhook-signature", "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4="),
];

/// Of the second signature of every vector.
const OTHER_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

/// The vector `older`.
pub(crate) const LEGACY_BODY: &str = r#"{"task_id":"893605946402811985","task_status":"succeed","task_status_msg":"","created_at":1781080778802,"updated_at":1781080794151,"task_result":{"videos":[{"id":"893605946402811986","url":"https://cdn.example.com/v.mp4","duration":"5.041"}]}}"#;
pub(crate) const LEGACY_HEADERS: [(&str, &str); 3] = [
    ("webhook-id", "evt_1"),
    ("webhook-timestamp", "1781080794"),
    ("webhook-signature", "v1,+6xh9bpKkX1o1UUw9YPzfUBQ5Ntcwz8fIrNN9tNYh5Y="),
];

#[derive(Deserialize)]
struct File {
    callbacks: Vectors,
}

#[derive(Deserialize)]
struct Vectors {
    secret: String,
    other_secret: String,
    time: u64,
    vectors: Vec<Vector>,
}

#[derive(Clone, Deserialize)]
struct Vector {
    name: String,
    webhook_id: String,
    body: String,
    signature: String,
    other_signature: String,
}

impl Vector {
    fn headers(&self) -> HeaderMap {
        headers(&self.webhook_id, "1781080794", &self.signature)
    }

    fn endpoint(&self) -> &'static str {
        if self.name.starts_with("older") { "text2video" } else { TURBO }
    }

    fn verify(&self, headers: &HeaderMap, body: &[u8], now: SystemTime) -> Result<Verified, Error> {
        self.verify_with(&[secret(SECRET)], headers, body, now)
    }

    fn verify_with(
        &self,
        secrets: &[WebhookSecret],
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Result<Verified, Error> {
        let endpoint = self.endpoint();
        webhook::verify(&provider(), endpoint, headers, body, secrets, now, DEFAULT_TOLERANCE)
            .inspect_err(|error| self.shows_nothing(&error_chain(error)))
            .inspect(|verified| self.shows_nothing(&format!("{verified:?}")))
    }

    /// No secret, no signature.
    fn shows_nothing(&self, shown: &str) {
        let signatures = [&self.signature, &self.other_signature].map(|it| &it["v1,".len()..]);
        let secrets = [SECRET, OTHER_SECRET].map(|it| &it["whsec_".len()..]);
        for hidden in signatures.into_iter().chain(secrets) {
            assert!(!shown.contains(hidden), "{}: {shown}", self.name);
        }
        assert!(!shown.contains(TEST_KEY), "{}: {shown}", self.name);
    }
}

fn vectors() -> Vectors {
    let file: File = serde_json::from_str(include_str!("../data/vectors.json")).unwrap();
    file.callbacks
}

fn vector(name: &str) -> Vector {
    vectors().vectors.into_iter().find(|vector| vector.name == name).unwrap()
}

fn secret(text: &str) -> WebhookSecret {
    WebhookSecret::new(text).unwrap()
}

fn headers(id: &str, time: &str, signature: &str) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in
        [("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", signature)]
    {
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    map
}

fn signed_at() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_781_080_794)
}

fn kind(result: Result<Verified, Error>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

fn hint(endpoint: &str, body: impl AsRef<[u8]>) -> Result<Hint, Error> {
    webhook::hint(&provider(), endpoint, body.as_ref())
}

#[test]
fn vectors_of_an_independent_implementation() {
    let Vectors { secret, other_secret, time, vectors } = vectors();
    assert_eq!((secret.as_str(), other_secret.as_str()), (SECRET, OTHER_SECRET));
    assert_eq!(UNIX_EPOCH + Duration::from_secs(time), signed_at());
    assert!(vectors.len() >= 18);
    for vector in &vectors {
        let result = vector.verify(&vector.headers(), vector.body.as_bytes(), signed_at());
        let name = &vector.name;
        match result {
            Ok(verified) => {
                assert!(!name.starts_with("invalid"), "{name}: {verified:?}");
                assert_eq!(verified.signed_at(), signed_at(), "{name}");
            }
            Err(error) => {
                assert!(name.starts_with("invalid"), "{name}: {error}");
                assert_eq!(error.kind(), ErrorKind::InvalidWebhook, "{name}: {error}");
            }
        }
    }
    for (name, expected, body) in [
        ("of the page", DOCUMENTED_HEADERS, DOCUMENTED_BODY),
        ("older", LEGACY_HEADERS, LEGACY_BODY),
    ] {
        let vector = vector(name);
        assert_eq!(
            (vector.webhook_id.as_str(), vector.signature.as_str()),
            (expected[0].1, expected[2].1)
        );
        assert_eq!(vector.body, body);
    }
}

#[test]
fn what_is_wrong_with_a_vector_is_said() {
    let refused = vectors().vectors.into_iter().filter(|it| it.name.starts_with("invalid"));
    let said: Vec<_> = refused
        .map(|vector| {
            let result = vector.verify(&vector.headers(), vector.body.as_bytes(), signed_at());
            format!("{}: {}", vector.name, result.unwrap_err())
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_callback_is_read_as_an_answer_is() {
    let seen = |name: &str| {
        let vector = vector(name);
        let result = vector.verify(&vector.headers(), vector.body.as_bytes(), signed_at());
        result.unwrap().into_generation()
    };
    let page = seen("of the page");
    assert_eq!((page.phase(), page.handle.id()), (Phase::Succeeded, "tasks/1234567890"));
    assert_eq!(page.times.observed, Some(signed_at()));
    assert_eq!(page.body().unwrap(), DOCUMENTED_BODY);
    assert!(page.times.updated.is_some());

    let older = seen("older");
    assert_eq!(older.handle.id(), format!("text2video/{TASK}"));
    assert_eq!(older.video().unwrap().url.expose(), "https://cdn.example.com/v.mp4");
    assert_eq!(older.video().unwrap().duration, Some(Duration::from_millis(5041)));

    for name in ["failed", "older failed"] {
        let failed = seen(name);
        assert_eq!(failed.phase(), Phase::Failed, "{name}");
        let message = failed.failure.unwrap().message;
        assert_eq!(message.as_deref(), Some("Image pixel is invalid"), "{name}");
    }
    assert_eq!(seen("unknown word").phase(), Phase::Unrecognized);
    assert_eq!(seen("byte order mark").phase(), Phase::Running);
    // What Kling's console sends to try a URL.
    assert_eq!(seen("tried").phase(), Phase::Queued);
}

#[test]
fn one_task_and_status_is_one_callback() {
    let older = vector("older");
    let verified = older.verify(&older.headers(), older.body.as_bytes(), signed_at()).unwrap();
    assert_eq!(verified.deduplication_key(), format!("kling:text2video/{TASK}:succeed"));
}

#[test]
fn the_handle_is_of_the_configured_base_url() {
    let page = vector("of the page");
    let emulated = provider().at(BaseUrl::parse("http://127.0.0.1:9/kling").unwrap());
    let verified = webhook::verify(
        &emulated,
        TURBO,
        &page.headers(),
        page.body.as_bytes(),
        &secret(SECRET),
        signed_at(),
        DEFAULT_TOLERANCE,
    )
    .unwrap();
    assert_eq!(verified.handle(), &emulated.handle("tasks/1234567890").unwrap());
}

#[test]
fn one_bit_changed_in_the_body_is_refused() {
    for name in ["of the page", "older", "not ASCII"] {
        let vector = vector(name);
        let mut body = vector.body.clone().into_bytes();
        for bit in 0..body.len() * 8 {
            body[bit / 8] ^= 1 << (bit % 8);
            let result = vector.verify(&vector.headers(), &body, signed_at());
            assert_eq!(kind(result), Some(ErrorKind::ForgedWebhook), "{name}: bit {bit}");
            body[bit / 8] ^= 1 << (bit % 8);
        }
        for body in [&body[1..], &body[..body.len() - 1], &[&body, &b" "[..]].concat(), b""] {
            let result = vector.verify(&vector.headers(), body, signed_at());
            assert_eq!(kind(result), Some(ErrorKind::ForgedWebhook), "{name}");
        }
    }
}

#[test]
fn one_bit_changed_in_a_header_is_refused() {
    let page = vector("of the page");
    let mut tried = 0;
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut value = page.headers()[name].as_bytes().to_vec();
        for bit in 0..value.len() * 8 {
            value[bit / 8] ^= 1 << (bit % 8);
            // Some bytes cannot stand in a header at all.
            if let Ok(changed) = HeaderValue::from_bytes(&value) {
                let mut headers = page.headers();
                headers.insert(name, changed);
                let result = page.verify(&headers, page.body.as_bytes(), signed_at());
                assert_eq!(kind(result), Some(ErrorKind::ForgedWebhook), "{name}: bit {bit}");
                tried += 1;
            }
            value[bit / 8] ^= 1 << (bit % 8);
        }
    }
    assert!(tried > 400, "{tried}");
}

#[test]
fn a_header_that_is_missing_twice_there_or_moved_is_refused() {
    let page = vector("of the page");
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut headers = page.headers();
        let value = headers.remove(name).unwrap();
        let result = page.verify(&headers, page.body.as_bytes(), signed_at());
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForgedWebhook);
        assert!(error.to_string().contains(name), "{error}");
        headers.append(name, value.clone());
        headers.append(name, value);
        let error = page.verify(&headers, page.body.as_bytes(), signed_at()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForgedWebhook);
        assert!(error.to_string().contains("twice"), "{error}");
    }
    // A full stop moved from one part to another signs the same bytes, with another time or none.
    let dotted = vector("full stops in its id");
    for (id, time) in [("a.b", "c.1781080794"), ("a", "b.c.1781080794"), ("a.b.c.1781080794", "")] {
        let headers = headers(id, time, &dotted.signature);
        let result = dotted.verify(&headers, dotted.body.as_bytes(), signed_at());
        assert_eq!(kind(result), Some(ErrorKind::ForgedWebhook), "{id} {time}");
    }
}

#[test]
fn odd_signatures_are_skipped_and_never_pass() {
    let page = vector("of the page");
    let verify = |signature: &str| {
        let headers = headers(&page.webhook_id, "1781080794", signature);
        kind(page.verify(&headers, page.body.as_bytes(), signed_at()))
    };
    let right = &page.signature;
    for passes in [
        right.clone(),
        format!("v1a,x {right}"),
        format!("{right} v2,AAAA"),
        format!("v1,!!! {right}"),
        format!("  {right}  "),
    ] {
        assert_eq!(verify(&passes), None, "{passes}");
    }
    let bare = &right["v1,".len()..];
    for forged in [
        String::new(),
        "v1,".to_owned(),
        bare.to_owned(),
        format!("v2,{bare}"),
        format!("V1,{bare}"),
        format!("v1={bare}"),
        format!("v1,{}", bare.trim_end_matches('=')),
        format!("v1,{}", &bare[..bare.len() - 4]),
        format!("v1,{bare}{bare}"),
        page.other_signature.clone(),
    ] {
        assert_eq!(verify(&forged), Some(ErrorKind::ForgedWebhook), "{forged}");
    }
}

#[test]
fn while_a_secret_changes_either_is_good() {
    let page = vector("of the page");
    let other = secret(OTHER_SECRET);
    let both = format!("{} {}", page.signature, page.other_signature);
    let both = headers(&page.webhook_id, "1781080794", &both);
    let body = page.body.as_bytes();
    let right = secret(SECRET);
    for secrets in [vec![right.clone()], vec![other.clone()], vec![right.clone(), other.clone()]] {
        assert!(page.verify_with(&secrets, &both, body, signed_at()).is_ok());
    }
    // One signature, and either secret that may have made it.
    let secrets = [other.clone(), right];
    assert!(page.verify_with(&secrets, &page.headers(), body, signed_at()).is_ok());
    let result = page.verify_with(&[other], &page.headers(), body, signed_at());
    assert_eq!(kind(result), Some(ErrorKind::ForgedWebhook));
}

#[test]
fn a_secret_that_is_none_of_klings_is_refused_before_the_signature_counts() {
    let page = vector("of the page");
    let verify = |secrets: &[WebhookSecret]| {
        page.verify_with(secrets, &page.headers(), page.body.as_bytes(), signed_at())
    };
    // The prefix is not a part of the key.
    assert!(verify(&[secret(&SECRET["whsec_".len()..])]).is_ok());
    for text in ["whsec_", "whsec_!", "whsec_dGVzdA", "not-base64!"] {
        assert_eq!(kind(verify(&[secret(text)])), Some(ErrorKind::InvalidInput), "{text}");
        let beside = [secret(SECRET), secret(text)];
        assert_eq!(kind(verify(&beside)), Some(ErrorKind::InvalidInput), "{text}");
    }
    assert_eq!(kind(verify(&[])), Some(ErrorKind::InvalidInput));
}

#[test]
fn one_bit_changed_in_the_secret_is_refused() {
    let page = vector("of the page");
    for bit in 6 * 8..SECRET.len() * 8 {
        let mut changed = SECRET.as_bytes().to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Some(changed) =
            String::from_utf8(changed).ok().and_then(|text| WebhookSecret::new(&text).ok())
        else {
            continue;
        };
        let result =
            page.verify_with(&[changed], &page.headers(), page.body.as_bytes(), signed_at());
        let refused = [Some(ErrorKind::ForgedWebhook), Some(ErrorKind::InvalidInput)];
        assert!(refused.contains(&kind(result)), "bit {bit}");
    }
}

#[test]
fn stale_and_early_callbacks_are_refused() {
    let page = vector("of the page");
    let verify = |now| page.verify(&page.headers(), page.body.as_bytes(), now);
    let second = Duration::from_secs(1);
    for ok in [Duration::ZERO, second, DEFAULT_TOLERANCE] {
        assert!(verify(signed_at() + ok).is_ok() && verify(signed_at() - ok).is_ok());
    }
    let late = DEFAULT_TOLERANCE + second;
    for (now, direction) in [(signed_at() + late, "before now"), (signed_at() - late, "after now")]
    {
        let error = verify(now).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StaleWebhook);
        assert!(error.to_string().contains(direction), "{error}");
    }
    // A signature that is wrong is that first.
    let headers = headers(&page.webhook_id, "1781080794", &page.other_signature);
    let result = page.verify(&headers, page.body.as_bytes(), signed_at() + late);
    assert_eq!(kind(result), Some(ErrorKind::ForgedWebhook));
}

#[test]
fn a_callback_names_a_task_where_its_endpoint_leaves_it() {
    for (endpoint, body, id) in [
        (TURBO, r#"{"id":"1","status":"succeeded"}"#, "tasks/1"),
        ("text2video", r#"{"task_id":"1","task_status":"succeed"}"#, "text2video/1"),
        ("avatar/image2video", r#"{"task_id":"1"}"#, "avatar/image2video/1"),
        ("dream2video", r#"{"task_id":"1"}"#, "dream2video/1"),
        // The older form from the newer API, and the other way round.
        ("omni-video/kling-3.0-omni", r#"{"task_id":"1","task_status":"succeed"}"#, "tasks/1"),
        ("text2video", r#"{"id":"1","status":"succeeded"}"#, "text2video/1"),
        // Oddities.
        (TURBO, r#"{"id":"1","task_id":"1"}"#, "tasks/1"),
        (TURBO, r#"{"id":null,"task_id":"1"}"#, "tasks/1"),
        (TURBO, r#"{"id":"1","task_id":""}"#, "tasks/1"),
        (TURBO, "\u{feff} {\"id\":\"1\"}\n", "tasks/1"),
    ] {
        let hint = hint(endpoint, body).unwrap();
        assert_eq!(hint.handle(), &provider().handle(id).unwrap(), "{body}");
        assert_eq!(hint.deduplication_key(), format!("kling:{id}"));
    }
}

#[test]
fn a_stranger_gets_no_further_than_a_question_at_the_configured_place() {
    for id in ["x?y#z", "a b", "@evil.example", "ü", "a&task_ids=b", "%2e%2e", "x:y"] {
        let body = serde_json::json!({
            "id": id,
            "base_url": "https://evil.example",
            "url": "https://evil.example/v.mp4",
            "status": "succeeded",
        });
        for endpoint in [TURBO, "text2video"] {
            let hint = hint(endpoint, body.to_string()).unwrap();
            let call = provider().status(hint.handle(), StatusQuery::Plain).unwrap();
            let uri = call.request().uri();
            assert_eq!(uri.host(), Some("api-singapore.klingai.com"), "{id}");
            let place = if endpoint == TURBO { "/tasks" } else { "/v1/videos/text2video/" };
            assert!(uri.path().starts_with(place), "{uri}");
            assert!(uri.query().unwrap_or_default().matches('&').count() == 0, "{uri}");
            assert!(!format!("{hint:?}").contains("v.mp4"));
        }
    }
}

#[test]
fn what_names_no_task_is_refused() {
    let deep = format!("{}null{}", "{\"data\":".repeat(100_000), "}".repeat(100_000));
    let long_id = format!("{{\"id\":\"{}\"}}", "x".repeat(513));
    let long = vec![b' '; MAX_WEBHOOK_BYTES + 1];
    for (body, what) in [
        (&b""[..], "is empty"),
        (b"null", "is not a JSON object"),
        (b"id=1", "is not a JSON object"),
        (b"{\"id\":\"1\"", "is not JSON that can be read"),
        (b"{\"id\":\"1\",\"id\":\"2\"}", "is not JSON that can be read"),
        (b"{\"id\":\"1\xff\"}", "is not UTF-8"),
        (b"{}", "names no generation"),
        (b"{\"id\":[\"1\"]}", "names no generation"),
        (b"{\"external_id\":\"1\"}", "names no generation"),
        (b"{\"data\":{\"id\":\"1\"}}", "names no generation"),
        (b"{\"id\":\"1\",\"task_id\":\"2\"}", "names two generations"),
        (b"{\"id\":\"..\"}", "by an id that cannot be one"),
        (b"{\"id\":\"../effects/1\"}", "by an id that cannot be one"),
        (b"{\"id\":\"a/1\"}", "by an id that cannot be one"),
        (b"{\"id\":\"1,2\"}", "by an id that cannot be one"),
        (b"{\"id\":\"1\\n2\"}", "by an id that cannot be one"),
        (long_id.as_bytes(), "by an id that cannot be one"),
        (deep.as_bytes(), "names no generation"),
        (&long, "1048577 bytes"),
    ] {
        let error = hint(TURBO, body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidWebhook);
        assert!(error.to_string().contains(what), "{error}");
        assert!(error_chain(&error).len() < 2000);
    }
    // With the slash it would be of another kind.
    let error = hint("avatar", r#"{"task_id":"image2video/1"}"#).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidWebhook);
    for endpoint in ["", "tasks", "..", "a/b/c"] {
        let error = hint(endpoint, DOCUMENTED_BODY).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{endpoint:?}");
        let page = vector("of the page");
        let result = webhook::verify(
            &provider(),
            endpoint,
            &page.headers(),
            page.body.as_bytes(),
            &secret(SECRET),
            signed_at(),
            DEFAULT_TOLERANCE,
        );
        assert_eq!(kind(result), Some(ErrorKind::InvalidInput), "{endpoint:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_hint_or_an_error(body: Vec<u8>, id in "\\PC{0,20}") {
        drop(hint(TURBO, &body));
        let body = serde_json::json!({"id": id}).to_string();
        if let Ok(hint) = hint(TURBO, &body) {
            prop_assert_eq!(hint.handle().id(), format!("tasks/{}", id));
        }
    }

    #[test]
    fn any_headers_are_forged(
        values in proptest::collection::vec(("[!-~]{0,30}", "[ -~]{0,60}"), 0..6),
        body: Vec<u8>,
    ) {
        let page = vector("of the page");
        let mut map = HeaderMap::new();
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
        for (at, (short, long)) in values.iter().enumerate() {
            let value = if at % 3 == 2 { format!("v1,{long}") } else { short.clone() };
            if let Ok(value) = HeaderValue::from_str(&value) {
                map.append(names[at % 3], value);
            }
        }
        prop_assert_eq!(kind(page.verify(&map, &body, signed_at())), Some(ErrorKind::ForgedWebhook));
    }
}
