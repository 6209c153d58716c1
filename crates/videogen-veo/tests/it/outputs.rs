//! Where the videos are: behind the key, in a bucket, in the answer.

use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderName};
use videogen_core::download::{Download, DownloadOptions, Downloaded, WhichOutput};
use videogen_core::{
    AnswerLimit, Error, ErrorKind, Generation, MAX_ANSWER_BYTES, Output, OutputKind, Provider as _,
    StatusQuery,
};
use videogen_testkit::{
    MemorySink, ScriptedTransport, TEST_KEY, VirtualClock, error_chain, json, shown_request,
};
use videogen_veo::{DEFAULT_ANSWER_LIMIT, Veo};

use crate::{OPERATION, VERTEX_OPERATION, gemini, seen, vertex};

const KEY: HeaderName = HeaderName::from_static("x-goog-api-key");

fn request(veo: &Veo, url: &str) -> Result<videogen_core::HttpRequest, ErrorKind> {
    let id = if veo.name() == "veo" { OPERATION } else { VERTEX_OPERATION };
    let output = Output::primary(OutputKind::Video, url);
    veo.output_request(&veo.handle(id).unwrap(), &output).map_err(|error| error.kind())
}

#[test]
fn a_file_of_the_api_takes_the_key() {
    let video = seen(&gemini(), "succeeded");
    let output = video.video().unwrap();
    assert!(output.needs_credentials);
    let request = gemini().output_request(&video.handle, output).unwrap();
    assert_eq!(request.headers()[KEY], TEST_KEY);
    assert!(request.headers()[KEY].is_sensitive());
    insta::assert_snapshot!(shown_request(&request));
}

#[test]
fn the_key_goes_nowhere_else() {
    let elsewhere = seen(&gemini(), "succeeded_uri_elsewhere");
    let output = elsewhere.video().unwrap();
    assert!(!output.needs_credentials);
    assert!(output.expires_at.is_some());
    for url in [
        "https://generativelanguage.googleapis.com.evil.example/v1beta/files/x",
        "https://evil.example/?https://generativelanguage.googleapis.com/",
        "http://generativelanguage.googleapis.com/v1beta/files/x",
        "https://generativelanguage.googleapis.com:8443/v1beta/files/x",
        "https://user@evil.example/x",
        "gs://bucket/x",
        "",
        "files/x",
    ] {
        assert_eq!(request(&gemini(), url).unwrap_err(), ErrorKind::InvalidInput, "{url}");
    }
    assert!(seen(&gemini(), "succeeded_uri_with_port").video().unwrap().needs_credentials);
}

#[test]
fn a_gateway_has_files_of_its_own() {
    let base = videogen_core::BaseUrl::parse("https://gateway.example/veo/v1beta").unwrap();
    let gateway = gemini().at(base);
    let body = |uri: &str| {
        serde_json::json!({"name": OPERATION, "done": true, "response": {
            "generateVideoResponse": {"generatedSamples": [{"video": {"uri": uri}}]}}})
        .to_string()
    };
    let needs = |uri: &str| {
        let seen = videogen_testkit::decode(&gateway, OPERATION, &json(200, body(uri))).unwrap();
        seen.outputs[0].needs_credentials
    };
    assert!(needs("https://gateway.example/files/x"));
    // The gateway's key opens nothing at Google.
    assert!(!needs("https://generativelanguage.googleapis.com/v1beta/files/x:download?alt=media"));
}

/// Downloads the first video of `seen`.
fn download(
    veo: &Veo,
    seen: &Generation,
    transport: &ScriptedTransport,
) -> (Result<Downloaded, Error>, Vec<u8>) {
    let which = WhichOutput::FirstPrimary;
    let machine = match Download::at(Arc::new(veo.clone()), seen, which, DownloadOptions::default())
    {
        Ok(machine) => machine,
        Err(error) => return (Err(error), Vec::new()),
    };
    let mut sink = MemorySink::default();
    let mut renew = || Ok(seen.clone());
    let course =
        videogen_testkit::download(machine, transport, &VirtualClock::new(), &mut sink, &mut renew);
    (course.result, sink.bytes)
}

#[test]
fn a_redirect_is_followed_without_the_key() {
    let transport = ScriptedTransport::new()
        .then(
            http::Response::builder()
                .status(302)
                .header("location", "https://storage.example.com/v.bin?sig=EXAMPLE")
                .body(Vec::new())
                .unwrap(),
        )
        .then(http::Response::builder().status(200).body(b"video".to_vec()).unwrap());
    let (downloaded, bytes) = download(&gemini(), &seen(&gemini(), "succeeded"), &transport);
    downloaded.unwrap();
    assert_eq!(bytes, b"video");
    let requests = transport.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].headers()[KEY], TEST_KEY);
    assert_eq!(requests[1].uri().host(), Some("storage.example.com"));
    assert!(!requests[1].headers().contains_key(KEY));
    assert!(!requests[1].headers().contains_key(AUTHORIZATION));
}

#[test]
fn a_bucket_is_for_other_tools() {
    let video = seen(&vertex(), "succeeded");
    assert_eq!(
        video.video().unwrap().url.expose(),
        "gs://BUCKET_NAME/TIMESTAMPED_FOLDER/sample_0.mp4"
    );
    let transport = ScriptedTransport::new();
    let (downloaded, _) = download(&vertex(), &video, &transport);
    let error = downloaded.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("gs://BUCKET_NAME"), "{error}");
    assert_eq!(transport.requests().len(), 0);
}

#[test]
fn an_inline_video_is_not_fetched() {
    for name in
        ["succeeded_inline", "succeeded_inline_with_line_breaks", "succeeded_inline_with_uri"]
    {
        let transport = ScriptedTransport::new();
        let (downloaded, bytes) = download(&vertex(), &seen(&vertex(), name), &transport);
        // Too short to be an MP4, and taken for one by its beginning.
        assert!(bytes.starts_with(b"\0\0\0\x1cftypisom"), "{name}: {downloaded:?}");
        assert_eq!(transport.requests().len(), 0);
    }
}

#[test]
fn an_inline_video_is_shown_by_nothing_and_stored_once() {
    let base64 =
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg==".repeat(20);
    let body = serde_json::json!({"name": VERTEX_OPERATION, "done": true, "response": {
        "@type": "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse",
        "videos": [{"bytesBase64Encoded": base64, "mimeType": "video/mp4"}]}})
    .to_string();
    let seen =
        videogen_testkit::decode(&vertex(), VERTEX_OPERATION, &json(200, body.clone())).unwrap();
    let piece = &base64[..24];
    for shown in [
        format!("{seen:?}"),
        format!("{:?}", seen.outputs),
        seen.outputs[0].url.to_string(),
        format!("{:?}", serde_json::from_str::<videogen_veo::wire::Operation>(&body).unwrap()),
    ] {
        assert!(!shown.contains(piece), "{shown}");
    }
    let form = serde_json::to_string(&seen).unwrap();
    assert_eq!(form.matches(&base64).count(), 1);
    assert_eq!(seen.other_fields().len(), 0, "{:?}", seen.other_fields());
    assert_eq!(serde_json::from_str::<Generation>(&form).unwrap(), seen);

    // Nor by an error, wherever the answer breaks off and whatever is wrong with it.
    let video_first =
        format!(r#"{{"response":{{"videos":[{{"bytesBase64Encoded":"{base64}"}}]}},"done":true}}"#);
    for body in [&body[..body.len() - 40], &video_first[..200], &video_first[..], &body[..300]] {
        let error =
            videogen_testkit::decode(&vertex(), VERTEX_OPERATION, &json(200, body)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        assert!(!error_chain(&error).contains(piece), "{}", error_chain(&error));
    }
}

#[test]
fn only_vertex_may_answer_at_length() {
    let limit = |veo: &Veo, id: &str| {
        let call = veo.status(&veo.handle(id).unwrap(), StatusQuery::Plain).unwrap();
        call.request().extensions().get::<AnswerLimit>().copied()
    };
    assert_eq!(limit(&vertex(), VERTEX_OPERATION), Some(AnswerLimit(DEFAULT_ANSWER_LIMIT)));
    let small = vertex().with_answer_limit(7);
    assert_eq!(limit(&small, VERTEX_OPERATION), Some(AnswerLimit(7)));
    assert_eq!(limit(&gemini(), OPERATION), None);
    const { assert!(DEFAULT_ANSWER_LIMIT > MAX_ANSWER_BYTES) };
}
