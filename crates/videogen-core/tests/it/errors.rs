use std::error::Error as _;

use videogen_core::{Error, ErrorKind, TransportError};

use crate::handle;

#[test]
fn an_error_says_all_in_one_line() {
    let error = Error::new(ErrorKind::Unauthorized, "the provider does not accept the API key")
        .about(&handle())
        .with_http_status(401)
        .with_provider_words(
            Some("unauthorized".to_owned()),
            Some("no\nway: https://h.example/x?token=abc".to_owned()),
        )
        .with_request_id(Some("req_1".to_owned()));
    insta::assert_snapshot!(error, @r#"example:g1: the provider does not accept the API key (HTTP 401, code `unauthorized`, request id req_1): "no way: https://h.example/x?<redacted>"; check that the API key is whole, not revoked, and belongs to this provider and base URL"#);
    // Code that decides gets the words as they are.
    assert!(error.provider_message().unwrap().contains("token=abc"));
}

#[test]
fn a_cause_is_told_once() {
    let cause = std::io::Error::other("connection reset by peer");
    let error = Error::from(TransportError::interrupted("the connection broke").with_source(cause));
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(!error.to_string().contains("reset by peer"));
    assert_eq!(error.source().unwrap().to_string(), "connection reset by peer");
    assert!(error.source().unwrap().source().is_none());
}

#[test]
fn errors_travel_between_threads() {
    fn travels<T: Send + Sync + Clone + 'static>() {}
    travels::<Error>();
    travels::<videogen_core::Generation>();
    travels::<videogen_core::Handle>();
}
