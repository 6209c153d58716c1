use std::time::Duration;

use http::HeaderMap;
use proptest::prelude::*;
use videogen_core::{ErrorKind, Progress, answer, lenient, timestamp};

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap())).collect()
}

#[test]
fn retry_after_in_all_its_forms() {
    let date = ("date", "Thu, 26 Feb 2026 12:00:00 GMT");
    let rest = |value| answer::retry_after(&headers(&[date, ("retry-after", value)]));
    assert_eq!(rest("7"), Some(Duration::from_secs(7)));
    assert_eq!(rest(" 1.5 "), Some(Duration::from_millis(1500)));
    assert_eq!(rest("Thu, 26 Feb 2026 12:01:00 GMT"), Some(Duration::from_secs(60)));
    assert_eq!(rest("Thursday, 26-Feb-26 12:01:00 GMT"), Some(Duration::from_secs(60)));
    assert_eq!(rest("Thu, 26 Feb 2026 11:00:00 GMT"), Some(Duration::ZERO));
    assert_eq!(rest("soon"), None);
    assert_eq!(rest("-3"), None);
    assert_eq!(rest("inf"), None);
    let fine = headers(&[("retry-after-ms", "250"), ("retry-after", "1")]);
    assert_eq!(answer::retry_after(&fine), Some(Duration::from_millis(250)));
    let broken = headers(&[("retry-after-ms", "-1"), ("retry-after", "60")]);
    assert_eq!(answer::retry_after(&broken), Some(Duration::from_secs(60)));
}

#[test]
fn http_statuses_have_kinds() {
    let transient = [408, 409, 423, 425, 429, 500, 502, 503, 504, 520, 599];
    let lasting = [300, 301, 307, 400, 401, 402, 403, 405, 406, 411, 413, 415, 418, 422, 431, 451];
    for status in transient {
        assert!(ErrorKind::of_http_status(status).is_transient(), "{status}");
    }
    for status in lasting {
        assert!(!ErrorKind::of_http_status(status).is_transient(), "{status}");
    }
}

#[derive(serde::Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Lenient {
    #[serde(deserialize_with = "lenient::text")]
    text: Option<String>,
    #[serde(deserialize_with = "lenient::string")]
    string: Option<String>,
    #[serde(deserialize_with = "lenient::number")]
    number: Option<f64>,
    #[serde(deserialize_with = "lenient::integer")]
    integer: Option<i64>,
    #[serde(deserialize_with = "lenient::boolean")]
    boolean: Option<bool>,
    #[serde(deserialize_with = "lenient::unix_seconds")]
    time: Option<i64>,
}

fn read(json: &str) -> Lenient {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

#[test]
fn lenient_readers_forgive() {
    let text = |json: &str| read(&format!(r#"{{"text": {json}}}"#)).text;
    assert_eq!(text(r#""a""#).as_deref(), Some("a"));
    assert_eq!(text("7").as_deref(), Some("7"));
    assert_eq!(text("true").as_deref(), Some("true"));
    assert_eq!(text(r#"["a", "b"]"#).as_deref(), Some("a; b"));
    assert_eq!(text(r#"{"a": 1}"#).as_deref(), Some(r#"{"a":1}"#));
    for nothing in ["null", r#""""#, r#""  ""#, "[]", "{}"] {
        assert_eq!(text(nothing), None, "{nothing}");
    }
    let string = |json: &str| read(&format!(r#"{{"string": {json}}}"#)).string;
    assert_eq!(string(r#""https://x""#).as_deref(), Some("https://x"));
    assert_eq!([string("7"), string(r#"["a"]"#), string(r#"{"a": 1}"#)], [None, None, None]);
    let number = |json: &str| read(&format!(r#"{{"number": {json}}}"#)).number;
    assert_eq!([number("4"), number("4.0"), number(r#"" 4 ""#)], [Some(4.0); 3]);
    assert_eq!(
        [number("null"), number(r#""4s""#), number("[1]"), number("true"), number(r#""NaN""#)],
        [None; 5]
    );
    let integer = |json: &str| read(&format!(r#"{{"integer": {json}}}"#)).integer;
    assert_eq!(
        [integer("4.0"), integer(r#""4""#), integer("4.5"), integer("1e300")],
        [Some(4), Some(4), None, None]
    );
    let boolean = |json: &str| read(&format!(r#"{{"boolean": {json}}}"#)).boolean;
    assert_eq!(
        [boolean("true"), boolean(r#""true""#), boolean("1"), boolean("0"), boolean("2")],
        [Some(true), Some(true), Some(true), Some(false), None]
    );
    let time = |json: &str| read(&format!(r#"{{"time": {json}}}"#)).time;
    let noon = Some(1_772_107_200);
    for form in [
        "1772107200",
        "1772107200.0",
        "1772107200.9",
        "1772107200000",
        r#""1772107200""#,
        r#""2026-02-26T12:00:00Z""#,
        r#""2026-02-26T13:00:00.000+01:00""#,
    ] {
        assert_eq!(time(form), noon, "{form}");
    }
}

#[test]
fn a_url_says_when_it_expires() {
    let at = |url: &str| timestamp::presigned_expiry(url).and_then(timestamp::format);
    let noon = Some("2026-02-26T12:00:00Z".to_owned());
    assert_eq!(
        at("https://b/v?X-Amz-Expires=3600&X-Amz-Date=20260226T110000Z&X-Amz-Signature=1"),
        noon
    );
    assert_eq!(at("https://b/v?X-Goog-Date=20260226T110000Z&X-Goog-Expires=3600"), noon);
    assert_eq!(at("https://b/v?x-tos-date=20260226T110000Z&x-tos-expires=3600"), noon);
    assert_eq!(at("https://b/v?Expires=1772107200&Signature=1"), noon);
    for url in [
        "https://b/v",
        "https://b/v?token=1",
        "https://b/v?X-Amz-Date=yesterday&X-Amz-Expires=1",
        "https://b/v?X-Amz-Expires=3600",
        "?ü=1&X-ü=2",
    ] {
        assert_eq!(at(url), None, "{url}");
    }
}

proptest! {
    #[test]
    fn times_survive_being_written(ms in 0_u64..100_000_000_000_000) {
        let time = std::time::UNIX_EPOCH + Duration::from_millis(ms);
        let text = timestamp::format(time).unwrap();
        prop_assert_eq!(timestamp::parse(&text), Some(time));
    }

    #[test]
    fn no_text_breaks_a_reader(text in "\\PC{0,60}") {
        let _ = timestamp::parse(&text);
        let _ = timestamp::parse_http_date(&text);
        let _ = timestamp::presigned_expiry(&text);
    }

    #[test]
    fn progress_stays_within_bounds(fraction: f64) {
        match Progress::from_fraction(fraction) {
            Some(progress) => prop_assert!((0.0..=1.0).contains(&progress.fraction())),
            None => prop_assert!(fraction.is_nan()),
        }
    }

    #[test]
    fn any_json_is_read_leniently(json in any_json()) {
        for name in ["text", "string", "number", "integer", "boolean", "time"] {
            drop(read(&format!(r#"{{"{name}": {json}}}"#)));
        }
    }
}

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        "\\PC{0,10}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| serde_json::Value::from(serde_json::Map::from_iter(map))),
        ]
    })
    .prop_map(|value| value.to_string())
}
