//! What a lost submission may have made.

use std::error::Error as _;
use std::ops::ControlFlow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use videogen_core::candidates::{self, CLOCK_MARGIN, LookUp};
use videogen_core::{Error, ErrorKind, Generation, Handle, ListQuery, NewGeneration, Page};

use crate::{WORDS, base_url, seconds};

const BODY: &str = r#"{"model": "m1", "prompt": "a kite"}"#;

fn new() -> NewGeneration {
    NewGeneration::from_json(BODY).unwrap()
}

/// When the list is answered, by the provider's clock.
fn listed_at() -> SystemTime {
    UNIX_EPOCH + seconds(1_776_352_017)
}

fn listed(
    id: &str,
    age: Option<Duration>,
    model: Option<&str>,
    prompt: Option<&str>,
) -> Generation {
    let handle = Handle::new("example", &base_url(), id).unwrap();
    let mut seen = Generation::new(handle, WORDS.status("queued"));
    seen.times.created = age.map(|age| listed_at() - age);
    seen.times.observed = Some(listed_at());
    seen.model = model.map(str::to_owned);
    seen.prompt = prompt.map(str::to_owned);
    seen
}

/// As submitted.
fn same(id: &str, age: u64) -> Generation {
    listed(id, Some(seconds(age)), Some("m1"), Some("a kite"))
}

fn ids(found: &[Generation]) -> Vec<&str> {
    found.iter().map(|seen| seen.handle.id()).collect()
}

/// Looks through these pages 10 seconds after the submission began. Also says for which pages it asked.
fn look_up(
    pages: Vec<Result<Page<Generation>, Error>>,
) -> (Result<Vec<Generation>, Error>, Vec<ListQuery>) {
    let mut look_up = LookUp::new(&new());
    let mut asked = vec![ListQuery::first()];
    for page in pages {
        match look_up.on(page, seconds(10)) {
            ControlFlow::Break(found) => return (found, asked),
            ControlFlow::Continue(query) => asked.push(query),
        }
    }
    panic!("asks for more: {asked:?}");
}

fn page(items: Vec<Generation>, next: Option<&str>) -> Result<Page<Generation>, Error> {
    Ok(Page::new(items, next.map(str::to_owned)))
}

#[test]
fn it_was_created_since_and_says_nothing_else() {
    let age = |s| Some(seconds(s));
    let items = vec![
        same("same", 5),
        listed("written otherwise", age(5), Some(" M1"), Some("A \r\nkite\n")),
        listed("with a version", age(5), Some("m1-250528"), Some("a kite")),
        listed("cut short", age(5), Some("m1"), Some("a ki...")),
        listed("of another model", age(5), Some("m2"), Some("a kite")),
        listed("of another prompt", age(5), Some("m1"), Some("a ki")),
        listed("of a longer prompt", age(5), Some("m1"), Some("a kite at night")),
        listed("says nothing", age(5), None, None),
        listed("without a time", None, Some("m1"), Some("a kite")),
        same("within the margin", 70),
        same("from before", 71),
    ];
    let found = candidates::of_page(&Page::new(items.clone(), None), &new(), seconds(10));
    assert_eq!(
        ids(&found),
        [
            "same",
            "written otherwise",
            "with a version",
            "cut short",
            "says nothing",
            "without a time",
            "within the margin"
        ]
    );
    // What is the vendor's own says nothing that can be compared.
    let found = candidates::of_page(&Page::new(items, None), &new().as_native(), seconds(10));
    assert_eq!(found.len(), 10);
    assert!(!ids(&found).contains(&"from before"));
}

#[test]
fn a_body_that_says_nothing_contradicts_nothing() {
    for body in ["{}", r#"{"model": null, "prompt": ["a", 7]}"#, r#"{"model": "", "prompt": {}}"#] {
        let new = NewGeneration::from_json(body).unwrap();
        let page = Page::new(vec![same("g1", 5)], None);
        assert_eq!(candidates::of_page(&page, &new, Duration::ZERO).len(), 1, "{body}");
    }
}

#[test]
fn pages_are_asked_for_until_they_are_older() {
    let (found, asked) = look_up(vec![
        page(vec![same("g1", 1), same("g2", 2)], Some("g2")),
        page(vec![same("g2", 2), same("g3", 30), same("g4", 500)], Some("g4")),
    ]);
    assert_eq!(ids(&found.unwrap()), ["g1", "g2", "g3"]);
    assert_eq!(asked, [ListQuery::first(), ListQuery::first().after("g2")]);
    let (found, asked) = look_up(vec![page(vec![same("g1", 1)], None)]);
    assert_eq!((found.unwrap().len(), asked.len()), (1, 1));
    let (found, asked) = look_up(vec![page(Vec::new(), None)]);
    assert_eq!((found.unwrap().len(), asked.len()), (0, 1));
}

#[test]
fn a_list_without_an_end_is_left() {
    let endless = (0..100).map(|n| page(vec![same(&format!("g{n}"), 1)], Some("more")));
    let (found, asked) = look_up(endless.collect());
    assert_eq!((found.unwrap().len(), asked.len()), (5, 5));
    let (found, asked) = look_up((0..100).map(|_| page(Vec::new(), Some("more"))).collect());
    assert_eq!((found.unwrap().len(), asked.len()), (0, 5));
}

#[test]
fn a_page_that_is_missing_does_not_lose_what_was_found() {
    let lost = || Err(Error::new(ErrorKind::Unavailable, "in trouble"));
    let (found, _) = look_up(vec![page(vec![same("g1", 1)], Some("g1")), lost()]);
    assert_eq!(ids(&found.unwrap()), ["g1"]);
    let (found, _) = look_up(vec![page(Vec::new(), Some("g1")), lost()]);
    assert_eq!(found.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(look_up(vec![lost()]).0.unwrap_err().kind(), ErrorKind::Unavailable);
}

fn ambiguous() -> Error {
    Error::new(ErrorKind::Ambiguous, "no answer said so")
        .with_source(Error::new(ErrorKind::Interrupted, "the connection broke"))
}

#[test]
fn the_error_says_what_was_found() {
    assert!(ambiguous().look_up().is_none());
    assert_eq!(ambiguous().candidates(), []);
    let found = |count: u32| (0..count).map(|n| same(&format!("g{n}"), 1)).collect::<Vec<_>>();
    let error = ambiguous().with_look_up(Ok(found(1)));
    assert_eq!(error.candidates(), found(1));
    assert_eq!(error.look_up().unwrap().unwrap().len(), 1);
    assert_eq!(error.source().unwrap().to_string(), ambiguous().source().unwrap().to_string());
    let none = ambiguous().with_look_up(Ok(Vec::new()));
    assert_eq!((none.candidates().len(), none.look_up().unwrap().is_ok()), (0, true));
    let gone = Error::new(ErrorKind::Unavailable, "in trouble").with_http_status(503);
    let failed = ambiguous().with_look_up(Err(gone));
    assert_eq!(failed.candidates(), []);
    assert_eq!(failed.look_up().unwrap().unwrap_err().http_status(), Some(503));
    let shown = [error, ambiguous().with_look_up(Ok(found(7))), none, failed]
        .map(|error| error.to_string())
        .join("\n");
    insta::assert_snapshot!(shown);
}

#[test]
fn the_error_shows_no_secret_and_stays_small() {
    let mut seen = same("g1", 1);
    seen.prompt = Some("like https://example.com/a.png?signature=SECRET".to_owned());
    let failed = Error::new(ErrorKind::Redirected, "at https://example.com/x?key=SECRET");
    for found in [Ok(vec![seen]), Err(failed)] {
        let error = ambiguous().with_look_up(found);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("SECRET"), "{shown}");
    }
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

fn maybe(values: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(values))
}

proptest! {
    /// What the submission made is never lost: whatever else is listed, however the pages are cut.
    #[test]
    fn the_one_that_was_made_is_found(
        others in prop::collection::vec((0_u64..200, maybe(&["m1", "m2"]), maybe(&["a kite", "a boat"])), 0..30),
        ago in 0_u64..100,
        on_a_page in 7_usize..30,
    ) {
        let mut all: Vec<Generation> = others
            .iter()
            .enumerate()
            .map(|(n, (age, model, prompt))| listed(&format!("g{n}"), Some(seconds(*age)), *model, *prompt))
            .collect();
        all.push(same("it", ago));
        all.sort_by_key(|seen| std::cmp::Reverse(seen.times.created));
        let mut look_up = LookUp::new(&new());
        let mut chunks = all.chunks(on_a_page).peekable();
        let found = loop {
            let items = chunks.next().unwrap().to_vec();
            let next = chunks.peek().map(|_| "more".to_owned());
            match look_up.on(Ok(Page::new(items, next)), seconds(ago)) {
                ControlFlow::Continue(_) => {}
                ControlFlow::Break(found) => break found.unwrap(),
            }
        };
        prop_assert!(ids(&found).contains(&"it"), "{:?}", found);
        for seen in &found {
            let age = listed_at().duration_since(seen.times.created.unwrap()).unwrap();
            prop_assert!(age <= seconds(ago) + CLOCK_MARGIN);
            prop_assert!(seen.model.as_deref() != Some("m2") && seen.prompt.as_deref() != Some("a boat"));
        }
        // And all that may be it: another one of them could be the true one.
        let whole = Page::new(all, None);
        prop_assert_eq!(found, candidates::of_page(&whole, &new(), seconds(ago)));
    }
}
