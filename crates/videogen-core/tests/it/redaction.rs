use proptest::prelude::*;
use videogen_core::{ApiKey, OutputUrl, redact};

#[test]
fn a_key_is_shown_by_nothing() {
    let key = ApiKey::new(" prism_sk_supersecret\n").unwrap();
    let shown = format!("{key:?} {:?} {:?}", key.bare(), key.bearer().unwrap());
    assert!(!shown.contains("supersecret"), "{shown}");
    assert_eq!(key.bearer().unwrap().as_bytes(), b"Bearer prism_sk_supersecret");
    for bad in ["", "  ", "super secret", "supersecret\nx-evil: 1", "süpersecret"] {
        let error = ApiKey::new(bad).unwrap_err();
        assert!(!format!("{error}{error:?}").contains("secret"), "{error}");
    }
}

proptest! {
    #[test]
    fn no_query_survives(
        before in "[a-z ]{0,10}",
        host in "[a-z]{1,8}\\.example",
        path in "(/[a-z0-9]{0,6}){0,3}",
        user in prop::option::of("USER[0-9]{6}:PASS[0-9]{6}"),
        secret in "SECRET[a-zA-Z0-9%=&/?:@.+~-]{0,30}",
        mark in "[?#]",
        after in "([ \"'<>].{0,10})?",
    ) {
        let user = user.map(|user| user + "@").unwrap_or_default();
        let url = format!("https://{user}{host}{path}{mark}{secret}");
        for shown in [
            redact::text(&format!("{before}{url}{after}")).into_owned(),
            redact::url(&url),
            format!("{} {:?}", OutputUrl::new(url.clone()), OutputUrl::new(url.clone())),
        ] {
            prop_assert!(!shown.contains("SECRET") && !shown.contains("PASS"), "{}", shown);
            prop_assert!(shown.contains(&host));
            prop_assert_eq!(redact::text(&shown).into_owned(), shown);
        }
    }

    #[test]
    fn text_without_a_url_is_left_alone(text in "[^:]{0,60}") {
        prop_assert_eq!(redact::text(&text), text.as_str());
    }
}
