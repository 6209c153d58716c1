//! Outputs that take the provider's credentials, that came with the answer, or that are not on the web.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use videogen_core::download::{Download, DownloadOptions, WhichOutput};
use videogen_core::{
    ApiKey, BaseUrl, Call, Error, ErrorKind, Generation, Handle, HttpRequest, HttpResponse,
    Observed, Output, OutputKind, OutputUrl, PollGuidance, Provider, StatusQuery, StatusTable, get,
};
use videogen_testkit::{
    DownloadCourse, MemorySink, ScriptedTransport, TEST_KEY, VirtualClock, download,
};

use crate::{WORDS, base_url, guidance, handle, seen};

const FILE: &[u8] = b"all of the video's bytes";

/// A provider whose outputs are behind its API.
#[derive(Debug)]
struct Guarded {
    base_url: BaseUrl,
    /// Where it says that outputs are.
    storage: BaseUrl,
}

impl Provider for Guarded {
    fn name(&self) -> &'static str {
        "example"
    }

    fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    fn lifecycle(&self) -> &'static StatusTable {
        &WORDS
    }

    fn guidance(&self) -> PollGuidance {
        guidance()
    }

    fn status(&self, _: &Handle, _: StatusQuery) -> Result<Call<Observed>, Error> {
        Err(Error::new(ErrorKind::Unsupported, "not needed here"))
    }

    fn output_request(&self, handle: &Handle, _: &Output) -> Result<HttpRequest, Error> {
        let key = ApiKey::new(TEST_KEY)?.bearer()?;
        get(&self.storage, &format!("/videos/{}/content", handle.id_path()), (AUTHORIZATION, key))
    }
}

fn guarded(storage: &str) -> Arc<dyn Provider> {
    Arc::new(Guarded { base_url: base_url(), storage: BaseUrl::parse(storage).unwrap() })
}

fn behind_the_api() -> Generation {
    let mut generation = seen("done");
    generation.outputs[0].url = OutputUrl::new("https://api.example.com/v1/videos/g1/content");
    generation.outputs[0].needs_credentials = true;
    generation
}

fn answer(status: u16, name: &str, value: &str, body: &[u8]) -> HttpResponse {
    http::Response::builder().status(status).header(name, value).body(body.to_vec()).unwrap()
}

fn run(machine: Download, script: &ScriptedTransport) -> (DownloadCourse, Vec<u8>) {
    let mut sink = MemorySink::default();
    let mut renew = || Ok(behind_the_api());
    let course = download(machine, script, &VirtualClock::new(), &mut sink, &mut renew);
    (course, sink.bytes)
}

fn machine(provider: Arc<dyn Provider>) -> Result<Download, Error> {
    let options = DownloadOptions::default();
    Download::at(provider, &behind_the_api(), WhichOutput::FirstPrimary, options)
}

#[test]
fn what_is_behind_the_api_is_asked_for_with_the_key() {
    let script = ScriptedTransport::new().then_cut(answer(200, "etag", "\"v1\"", &FILE[..9])).then(
        http::Response::builder()
            .status(206)
            .header("etag", "\"v1\"")
            .header("content-range", format!("bytes 9-{}/{}", FILE.len() - 1, FILE.len()))
            .body(FILE[9..].to_vec())
            .unwrap(),
    );
    let (course, bytes) = run(machine(guarded("https://api.example.com/v1")).unwrap(), &script);
    assert_eq!(course.result.unwrap().bytes, FILE.len() as u64);
    assert_eq!(bytes, FILE);
    let sent = script.requests();
    assert_eq!(sent.len(), 2);
    for request in sent {
        assert_eq!(request.uri(), "https://api.example.com/v1/videos/g1/content");
        assert_eq!(request.headers()[AUTHORIZATION], format!("Bearer {TEST_KEY}"));
        assert_eq!(request.headers()["accept"], "*/*");
    }
}

#[test]
fn a_redirect_gets_no_key_not_even_back_to_the_api() {
    for location in ["https://cdn.example/v.mp4", "/v1/files/v.mp4"] {
        let script = ScriptedTransport::new()
            .then(answer(302, "location", location, b""))
            .then(answer(200, "content-type", "video/mp4", FILE));
        let (course, _) = run(machine(guarded("https://api.example.com/v1")).unwrap(), &script);
        course.result.unwrap();
        let sent = script.requests();
        assert!(sent[0].headers().contains_key(AUTHORIZATION));
        assert!(!sent[1].headers().contains_key(AUTHORIZATION), "{location}");
    }
}

#[test]
fn the_key_goes_to_the_apis_own_origin_only() {
    for storage in ["https://cdn.example/v1", "https://api.example.com:8443/v1"] {
        let error = machine(guarded(storage)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{storage}");
        assert_eq!(error.handle(), Some(&handle()));
    }
    let elsewhere: Arc<dyn Provider> = Arc::new(Guarded {
        base_url: BaseUrl::parse("https://elsewhere.example").unwrap(),
        storage: BaseUrl::parse("https://elsewhere.example").unwrap(),
    });
    assert_eq!(machine(elsewhere).unwrap_err().kind(), ErrorKind::ForeignHandle);
}

fn at(url: OutputUrl) -> Result<Download, Error> {
    let mut generation = seen("done");
    generation.outputs[0] = Output::primary(OutputKind::Video, url.expose());
    Download::new(&generation, WhichOutput::FirstPrimary, DownloadOptions::default())
}

#[test]
fn what_came_with_the_answer_is_not_asked_for() {
    let base64 = "YWxsIG9mIHRoZSB2aWRlbydzIGJ5dGVz";
    let broken = "YWxsIG9mIHRoZSB2\r\naWRlbydzIGJ5dGVz\n";
    for base64 in [base64, broken] {
        let script = ScriptedTransport::new();
        let machine = at(OutputUrl::inline("video/mp4", base64)).unwrap();
        assert!(!format!("{machine:?}").contains("YWxs"));
        let (course, bytes) = run(machine, &script);
        let downloaded = course.result.unwrap();
        assert_eq!(downloaded.content_type.as_deref(), Some("video/mp4"));
        assert_eq!(bytes, FILE);
        assert!(script.requests().is_empty());
    }
    let error = at(OutputUrl::inline("video/mp4", "not Base64!")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DownloadDamaged);
    assert_eq!(error.handle(), Some(&handle()));
}

#[test]
fn an_inline_file_is_not_shown() {
    let url = OutputUrl::inline("video/mp4", "AAAAGGZ0eXBtcDQy");
    assert_eq!(url.inline_base64(), Some("AAAAGGZ0eXBtcDQy"));
    assert_eq!(format!("{url} {url:?}").matches("ZnR5").count(), 0);
    assert_eq!(url.to_string(), "data:video/mp4;base64,<16 characters>");
    assert_eq!(OutputUrl::new("https://cdn.example/data:x;base64,y").inline_base64(), None);
}

#[test]
fn a_bucket_is_not_the_web() {
    let error = at(OutputUrl::new("gs://my-bucket/v.mp4")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("gs://my-bucket/v.mp4"), "{error}");
}
