//! Where outputs are, and that the key goes to the API only.

use std::time::Duration;

use proptest::prelude::*;
use videogen_core::{ErrorKind, Handle, Output, OutputKind, Provider as _};
use videogen_testkit::{TEST_KEY, decode, json, shown_request};

use crate::{all, named, openai, openrouter, seen};

fn urls(provider: &str, fixture: &str) -> Vec<String> {
    let outputs = seen(provider, fixture).outputs;
    outputs.iter().map(|output| output.url.expose().to_owned()).collect()
}

#[test]
fn openais_are_at_the_api() {
    let seen = seen("openai", "completed");
    let at = "https://api.openai.com/v1/videos/video_123/content";
    assert_eq!(
        urls("openai", "completed"),
        [at.to_owned(), format!("{at}?variant=thumbnail"), format!("{at}?variant=spritesheet")]
    );
    let kinds: Vec<_> = seen.outputs.iter().map(|output| (output.kind, output.primary)).collect();
    let image = (OutputKind::Image, false);
    assert_eq!(kinds, [(OutputKind::Video, true), image, image]);
    for output in &seen.outputs {
        assert!(output.needs_credentials);
        let hour = Duration::from_secs(60 * 60);
        assert_eq!(output.expires_at, seen.times.finished.map(|at| at + hour));
        let request = openai().output_request(&seen.handle, output).unwrap();
        assert_eq!(request.uri(), output.url.expose());
        assert_eq!(request.headers()["authorization"], format!("Bearer {TEST_KEY}").as_str());
        assert!(request.headers()["authorization"].is_sensitive());
    }
    assert_eq!(seen.outputs[0].duration, Some(Duration::from_secs(8)));
    assert_eq!(urls("openai", "in_progress"), [""; 0]);
    assert_eq!(urls("openai", "failed_server_error"), [""; 0]);
}

#[test]
fn every_request_for_an_output() {
    let shown: Vec<String> = all()
        .iter()
        .filter(|profile| profile.paths.content.is_some())
        .map(|profile| {
            let provider = named(profile.name);
            let handle = provider.handle("a b/c").unwrap();
            let url = format!("{}/videos/a%20b%2Fc/content", provider.base_url());
            let output = Output::primary(OutputKind::Video, url);
            let request = provider.output_request(&handle, &output).unwrap();
            format!("# {}\n{}", profile.name, shown_request(&request))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[test]
fn openrouters_signed_urls_come_first_and_alone() {
    let signed = seen("openrouter", "completed_signed_urls");
    assert_eq!(signed.outputs.len(), 1);
    let video = signed.video().unwrap();
    assert_eq!(video.url.to_string(), "https://storage.example.com/v.mp4?<redacted>");
    assert!(!video.needs_credentials);
    assert!(video.expires_at.is_some());

    let with_key = seen("openrouter", "completed");
    let video = with_key.video().unwrap();
    assert!(video.needs_credentials && video.url.expose().ends_with("/content?index=0"));
    assert_eq!(seen("openrouter", "completed_two_outputs").outputs.len(), 2);
    for fixture in ["completed_without_urls", "completed_urls_empty", "completed_urls_null"] {
        let [content] = &urls("openrouter", fixture)[..] else { panic!("{fixture}") };
        assert!(content.starts_with("https://openrouter.ai/api/v1/videos/gen-vid-"), "{content}");
        assert!(content.ends_with("/content"), "{content}");
    }
    let [relative] = &urls("openrouter", "completed_unsigned_url_relative")[..] else { panic!() };
    assert!(relative.starts_with("https://openrouter.ai/api/v1/videos/"), "{relative}");
}

#[test]
fn the_key_goes_below_the_base_url_only() {
    for fixture in ["completed_unsigned_url_elsewhere", "completed_unsigned_url_above"] {
        let seen = seen("openrouter", fixture);
        let output = seen.video().unwrap();
        assert!(!output.needs_credentials, "{fixture}");
        let error = openrouter().output_request(&seen.handle, output).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    let handle = openrouter().handle("v").unwrap();
    for url in [
        "https://openrouter.ai.evil.example/api/v1/videos/v/content",
        "https://openrouter.ai@evil.example/api/v1/videos/v/content",
        "https://user@openrouter.ai/api/v1/videos/v/content",
        "http://openrouter.ai/api/v1/videos/v/content",
        "https://openrouter.ai:8443/api/v1/videos/v/content",
        "https://openrouter.ai/api/v1",
        "https://openrouter.ai/api/v10/videos",
        "https://openrouter.ai/api/v1/%2e%2E/keys",
        "https://openrouter.ai/",
        "//openrouter.ai/api/v1/videos/v/content",
        "/api/v1/videos/v/content",
        "data:video/mp4;base64,AAAA",
        "",
    ] {
        let output = Output::primary(OutputKind::Video, url);
        let refused = openrouter().output_request(&handle, &output);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput, "{url}");
    }
}

#[test]
fn somebody_elses_handle_gets_no_key() {
    let elsewhere = crate::base("https://elsewhere.example/v1");
    let handle = Handle::new("openai", &elsewhere, "video_123").unwrap();
    let url = "https://api.openai.com/v1/videos/video_123/content";
    let output = Output::primary(OutputKind::Video, url);
    let error = openai().output_request(&handle, &output).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignHandle);
}

#[test]
fn togethers_and_xais_are_anybodys() {
    for (provider, fixture) in [("together", "completed"), ("xai", "done")] {
        let seen = seen(provider, fixture);
        assert!(!seen.video().unwrap().needs_credentials, "{provider}");
        assert!(seen.has_primary_output());
    }
    assert_eq!(seen("xai", "done").video().unwrap().duration, Some(Duration::from_secs(6)));
    for (provider, fixture) in [
        ("together", "completed_without_url"),
        ("xai", "done_without_url"),
        ("xai", "done_video_null"),
    ] {
        assert!(!seen(provider, fixture).has_primary_output(), "{provider}: {fixture}");
    }
}

proptest! {
    /// Whatever an answer names, the key is asked for at the API's own place, or not at all.
    #[test]
    fn no_url_takes_the_key_elsewhere(url in "(https?://)?[a-z@:.%/\\\\-]{0,12}(openrouter\\.ai)?[a-z0-9:/@.%?#\\\\-]{0,30}") {
        let body = serde_json::json!({"id": "v", "status": "completed", "unsigned_urls": [url]});
        let seen = decode(&openrouter(), "v", &json(200, body.to_string())).unwrap();
        for output in seen.outputs.iter().filter(|output| output.needs_credentials) {
            let request = openrouter().output_request(&seen.handle, output).unwrap();
            let uri = request.uri();
            let host = uri.host().unwrap_or_default().to_ascii_lowercase();
            prop_assert_eq!(host, "openrouter.ai");
            prop_assert!(uri.path().starts_with("/api/v1/"), "{}", uri);
        }
    }
}
