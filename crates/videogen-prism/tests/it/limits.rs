//! The limits of the pages: whatever is inside is sent, whatever is outside is refused by the name of its field.

use std::time::Duration;

use proptest::prelude::*;
use videogen_core::{Call, Error, ErrorKind, FilePart};
use videogen_prism::{
    AssetSearch, MAX_ASSETS, MAX_CHARACTERS, MAX_TEMPLATES, NewCharacter, PromptGeneration, Search,
};
use videogen_testkit::json;

use crate::operations::place;
use crate::provider;

/// That it is as it should be, and that a refusal names the field.
fn holds<T>(result: &Result<T, Error>, fits: bool, field: &str) -> Result<(), TestCaseError> {
    match result {
        Ok(_) => prop_assert!(fits, "{field} is sent"),
        Err(error) => {
            prop_assert!(!fits, "{field} is refused: {error}");
            prop_assert_eq!(error.kind(), ErrorKind::InvalidInput);
            prop_assert!(error.to_string().contains(&format!("`{field}`")), "{}", error);
        }
    }
    Ok(())
}

/// The query of a list's request, decoded.
fn query<T>(call: &Call<T>) -> String {
    let query = call.request().uri().query().unwrap_or_default();
    let mut bytes = Vec::new();
    let mut rest = query.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        if byte == b'%' {
            let digits = [*rest.next().unwrap(), *rest.next().unwrap()];
            let digits = String::from_utf8(digits.to_vec()).unwrap();
            bytes.push(u8::from_str_radix(&digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #[test]
    fn count(count in prop_oneof![0_u8..8, any::<u8>()]) {
        let built = PromptGeneration::new("m", "p").with_count(count).build();
        holds(&built, (1..=4).contains(&count), "count")?;
    }

    #[test]
    fn duration(seconds in 0_u64..100, nanoseconds in prop_oneof![Just(0_u32), 0..1_000_000_000_u32]) {
        let duration = Duration::new(seconds, nanoseconds);
        let built = PromptGeneration::new("m", "p").with_duration(duration).build();
        holds(&built, seconds > 0 && nanoseconds == 0, "duration")?;
        if let Ok(new) = built {
            prop_assert!(new.body.contains(&format!("\"duration\":\"{seconds}s\"")), "{}", new.body);
        }
    }

    #[test]
    fn limit(limit in prop_oneof![0_u32..130, any::<u32>()]) {
        let search = Search::all().with_limit(limit);
        let within = |most: u32| (1..=most).contains(&limit);
        holds(&provider().list_templates(&search), within(MAX_TEMPLATES), "limit")?;
        holds(&provider().list_characters(&search), within(MAX_CHARACTERS), "limit")?;
        let assets = AssetSearch::matching("ab").with_limit(limit);
        holds(&provider().search_assets(&assets), within(MAX_ASSETS), "limit")?;
    }

    #[test]
    fn q(q in "\\PC{0,4}") {
        let fits = q.chars().count() >= 2;
        let templates = provider().list_templates(&Search::matching(&q));
        holds(&templates, fits, "q")?;
        holds(&provider().list_characters(&Search::matching(&q)), fits, "q")?;
        holds(&provider().search_assets(&AssetSearch::matching(&q)), fits, "q")?;
        if let Ok(call) = templates {
            prop_assert_eq!(query(&call), format!("q={q}"));
            prop_assert!(call.request().uri().query().unwrap().matches(['&', '=', '+']).count() == 1);
        }
    }

    #[test]
    fn offset(offset: u64, bad in "[-a-z .]{1,5}[0-9]{0,3}") {
        let call = provider().list_templates(&Search::all().after(offset.to_string())).unwrap();
        prop_assert_eq!(call.request().uri().query(), Some(&*format!("offset={offset}")));
        holds(&provider().list_templates(&Search::all().after(bad)), false, "offset")?;
    }

    #[test]
    fn name_and_description(name in "\\PC{0,80}|\\PC{60,61}", description in "\\PC{0,400}|\\PC{300,301}") {
        let new = NewCharacter::from_urls(&name, ["https://images.example.com/a.jpg"]);
        let fits = !name.trim().is_empty() && name.chars().count() <= 60;
        holds(&provider().create_character(&new), fits, "name")?;
        let new = NewCharacter::from_urls("Ada", ["https://images.example.com/a.jpg"])
            .with_description(&description);
        let fits = description.chars().count() <= 300;
        holds(&provider().create_character(&new), fits, "description")?;
    }

    #[test]
    fn images(count in 0_usize..14, bad in "(data:image/png;base64,AA|users/u/a.png|ftp://a/b|https:// |)") {
        let fits = (1..=10).contains(&count);
        let urls = vec!["https://images.example.com/a.jpg"; count];
        let new = NewCharacter::from_urls("Ada", urls.clone());
        holds(&provider().create_character(&new), fits, "images")?;
        let files = vec![FilePart::new("", "a.png", "image/png", *b"x"); count];
        holds(&provider().create_character(&NewCharacter::from_files("Ada", files)), fits, "images")?;
        let new = NewCharacter::from_urls("Ada", urls.into_iter().chain([bad.as_str()]));
        holds(&provider().create_character(&new), false, "images")?;
    }

    #[test]
    fn max_bytes(most in 0_u64..64, length in 0_usize..64) {
        let bytes = vec![0; length];
        let place = place("https://b.example/x", Some(most));
        holds(&provider().upload(&place, bytes), length as u64 <= most, "max_bytes")?;
    }

    /// Whatever a provider says, whoever follows the pages gets on.
    #[test]
    fn the_next_page_lies_behind_this_one(
        offset: u64,
        entries in 0_usize..5,
        has_more: bool,
        said in prop_oneof![Just("null".to_owned()), "-?[0-9]{1,18}"],
    ) {
        let data = vec![serde_json::json!({"id": "t"}); entries];
        let data = serde_json::to_string(&data).unwrap();
        let body = format!(r#"{{"data":{data},"pagination":{{"has_more":{has_more},"offset":{said},"limit":{said}}}}}"#);
        let call = provider().list_templates(&Search::all().after(offset.to_string())).unwrap();
        let Ok(page) = call.decode(&json(200, body)) else { return Ok(()) };
        prop_assert_eq!(page.items.len(), entries);
        match page.next {
            Some(next) => prop_assert!(has_more && next.parse::<u64>().unwrap() > offset),
            None => prop_assert!(!has_more || entries == 0 || offset > u64::MAX - 5),
        }
    }
}
