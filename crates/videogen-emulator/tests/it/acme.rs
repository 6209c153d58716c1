//! A provider that somebody else adds, with nothing but what is public.

mod client;
mod side;

use http::Method;
use serde_json::json;
use videogen_core::{HttpRequest, HttpResponse, Moment};
use videogen_emulator::{
    Emulator, Fault, FetchFault, ProviderName, Script, ScriptedFetch, Server, Side, When, Wire,
    download_suite, fault_suite, submit_suite,
};

use self::side::{ACME, Acme, Broken, OPEN};
use crate::support::{at, get, json, response, seconds, started};

fn emulator() -> Emulator {
    Emulator::new(started()).with_side(Acme::keyed()).with_side(Acme::open())
}

/// A request with the key.
fn asked(method: Method, path: &str, body: &str) -> HttpRequest {
    let mut request = get(path, &[("x-acme-pass", "sk_1")]);
    *request.method_mut() = method;
    *request.body_mut() = body.as_bytes().to_vec();
    request
}

fn poll(emulator: &mut Emulator, s: f64, id: &str) -> HttpResponse {
    let body = json!({ "name": id }).to_string();
    response(emulator.answer(at(s), &asked(Method::POST, "/acme/v1/poll", &body)))
}

fn outcome(emulator: &mut Emulator, s: f64, id: &str) -> HttpResponse {
    let path = format!("/acme/v1/jobs/{id}/outcome");
    response(emulator.answer(at(s), &asked(Method::GET, &path, "")))
}

fn state(answer: &HttpResponse) -> String {
    json(answer)["job"]["state"].as_str().unwrap().to_owned()
}

fn why(answer: &HttpResponse) -> (u16, String) {
    (answer.status().as_u16(), json(answer)["why"].as_str().unwrap().to_owned())
}

#[test]
fn it_passes_every_suite_in_virtual_time() {
    let sides = Acme::both(Broken::Nothing);
    fault_suite::check_in_virtual_time_of(&sides).assert();
    submit_suite::check_in_virtual_time_of(&sides).assert();
    download_suite::check_in_virtual_time_of(&sides).assert();
    download_suite::check_redirects_in_virtual_time_of(&sides).assert();
}

#[test]
fn the_suites_notice_what_is_broken() {
    let broken = Acme::both(Broken::EndsTooSoon);
    assert!(!fault_suite::check_in_virtual_time_of(&broken[..1]).failures().is_empty());
    let broken = Acme::both(Broken::MakesTwo);
    assert!(!submit_suite::check_in_virtual_time_of(&broken[..1]).failures().is_empty());
    let broken = Acme::both(Broken::SaysThatFilesAreOpen);
    let noticed = download_suite::check_in_virtual_time_of(&broken[..1]);
    assert!(noticed.failures().iter().any(|it| it.contains("a key in")));
}

#[test]
fn an_outcome_takes_two_requests_and_both_are_polls() {
    let mut emulator = emulator();
    let script =
        Script::new(ACME).running_for(seconds(10.0)).with_fault(When::poll(4), Fault::ServerError);
    let id = emulator.add(Moment::ORIGIN, script).unwrap().id;
    assert_eq!(id, "kite-1/jobs/000001");
    let running = poll(&mut emulator, 5.0, &id);
    assert_eq!((running.status().as_u16(), state(&running)), (202, "working".to_owned()));
    assert_eq!(running.headers()["x-acme-place"], "1");
    assert_eq!(json(&outcome(&mut emulator, 6.0, &id))["why"], "NotReady");
    let over = poll(&mut emulator, 10.0, &id);
    assert_eq!((over.status().as_u16(), state(&over)), (200, "over".to_owned()));
    assert_eq!(outcome(&mut emulator, 10.0, &id).status(), 500);
    let made = outcome(&mut emulator, 11.0, &id);
    let url = format!("https://emulator.example/acme/v1/content/{id}/0");
    assert_eq!(json(&made)["videos"], json!([url]));
    assert_eq!(emulator.polls(ACME, &id), Some(5));
    assert_eq!(emulator.status(at(11.0), ACME, &id), Some("made"));
    let log: Vec<_> = emulator.log().map(|it| (it.poll, it.for_outcome)).collect();
    let outcomes = [false, true, false, true, true];
    assert_eq!(log, (1..).map(Some).zip(outcomes).collect::<Vec<_>>());
    assert!(!format!("{:?}", emulator.log().next()).contains("sk_1"));
}

#[test]
fn what_is_submitted_makes_the_id_and_a_key_must_be_there() {
    let mut emulator = emulator();
    let mut submit = asked(Method::POST, "/acme/v1/make/kite-9", r#"{"prompt":"a kite"}"#);
    let answer = response(emulator.answer(at(0.0), &submit));
    assert_eq!(json(&answer)["job"], json!({ "name": "kite-9/jobs/000001", "state": "waiting" }));
    submit.headers_mut().clear();
    let answer = response(emulator.answer(at(0.0), &submit));
    assert_eq!(why(&answer), (401, "MissingKey".to_owned()));
    assert_eq!((emulator.generations(ACME).len(), emulator.submits(ACME)), (1, 2));
    let other = response(emulator.answer(at(0.0), &get("/acme/v1/poll", &[])));
    assert_eq!(
        (other.status().as_u16(), &other.headers()["allow"]),
        (405, &"POST".parse().unwrap())
    );
}

#[test]
fn a_file_on_the_api_takes_the_key_and_a_redirect_of_it_does_not() {
    let mut emulator = emulator();
    let redirect = ScriptedFetch::new(When::poll(2), FetchFault::Redirect);
    let script = Script::new(ACME)
        .with_fetch(ScriptedFetch::new(When::poll(1), FetchFault::Forbidden))
        .with_fetch(redirect);
    let id = emulator.add(Moment::ORIGIN, script).unwrap().id;
    let path = format!("/acme/v1/content/{id}/0");
    let refused = response(emulator.answer(at(0.0), &get(&path, &[])));
    assert_eq!(why(&refused), (401, "MissingKey".to_owned()));
    // Faults are told in the provider's words.
    let refused = response(emulator.answer(at(1.0), &asked(Method::GET, &path, "")));
    assert_eq!(why(&refused), (403, "Forbidden".to_owned()));
    let redirected = response(emulator.answer(at(2.0), &asked(Method::GET, &path, "")));
    let to = redirected.headers()["location"].to_str().unwrap();
    assert!(to.starts_with("https://files.emulator.example/files/acme/kite-1%2Fjobs"), "{to}");
    let Wire::Streamed(file) = emulator.answer(at(3.0), &get(to, &[])).wire else { panic!() };
    let expected = emulator.output_file(ACME, &id).unwrap();
    assert_eq!(expected.first_difference(file.body).unwrap(), None);
    let mut part = asked(Method::GET, &path, "");
    part.headers_mut().insert("range", "bytes=10-19".parse().unwrap());
    let Wire::Streamed(part) = emulator.answer(at(4.0), &part).wire else { panic!() };
    assert_eq!((part.head.status().as_u16(), part.body.remaining()), (206, 10));
    let fetches = emulator.fetches(ACME, &id).unwrap();
    assert_eq!((fetches.requests, fetches.with_key, fetches.refused), (5, 3, 1));
}

#[test]
fn some_of_several_videos_may_fail() {
    let mut emulator = emulator();
    let script = Script::new(OPEN).with_outputs(3, 1);
    let id = emulator.add(Moment::ORIGIN, script).unwrap().id;
    let path = format!("/acme-open/v1/jobs/{id}/outcome");
    let headers = [("authorization", "Bearer k")];
    let made = json(&response(emulator.answer(at(0.0), &get(&path, &headers))));
    let [first, second, none] = &made["videos"].as_array().unwrap()[..] else { panic!() };
    assert!(none.is_null());
    let mut files = Vec::new();
    for (number, url) in [first, second].into_iter().enumerate() {
        let request = get(url.as_str().unwrap(), &[]);
        let Wire::Streamed(file) = emulator.answer(at(0.0), &request).wire else { panic!() };
        let expected = emulator.nth_output_file(OPEN, &id, number).unwrap();
        assert_eq!(expected.first_difference(file.body).unwrap(), None);
        files.push(expected.etag());
    }
    assert_ne!(files[0], files[1]);
    let third = second.as_str().unwrap().replace("/2.mp4", "/3.mp4");
    assert_eq!(response(emulator.answer(at(0.0), &get(&third, &[]))).status(), 404);
    let prism = Script::new(ProviderName::PRISM).with_outputs(2, 0);
    let error = emulator.add(Moment::ORIGIN, prism).unwrap_err();
    let said = "`outputs`: only acme and acme-open make several videos at once";
    assert_eq!(error.to_string(), said);
    let all = Script::new(OPEN).with_outputs(2, 2);
    assert_eq!(emulator.add(Moment::ORIGIN, all).unwrap_err().field, "failed_outputs");
}

#[test]
fn who_is_there_is_a_matter_of_the_emulator() {
    let here = |emulator: &Emulator| -> Vec<String> {
        emulator.sides().map(|side| side.name().to_string()).collect()
    };
    assert!(here(&emulator()).ends_with(&["acme".to_owned(), "acme-open".to_owned()]));
    let mut alone = Emulator::without_sides(started()).with_side(Acme::keyed());
    assert_eq!(here(&alone), ["acme"]);
    let error = alone.add(Moment::ORIGIN, Script::new(ProviderName::PRISM)).unwrap_err();
    assert_eq!(error.to_string(), "`provider`: there is no provider `prism`; there are `acme`");
    assert_eq!(response(alone.answer(at(0.0), &get("/api/generations/one", &[]))).status(), 404);
    // One of the same name takes the other's place.
    let replaced = alone.with_side(Acme { broken: Broken::MakesTwo, ..Acme::keyed() });
    assert_eq!(here(&replaced), ["acme"]);
    assert_eq!(replaced.side_as::<Acme>(ACME).unwrap().broken, Broken::MakesTwo);
    assert!(replaced.side_as::<Acme>(OPEN).is_none());
}

#[test]
fn a_clone_of_an_emulator_goes_its_own_ways() {
    let mut one = emulator();
    let two = one.clone();
    one.add(Moment::ORIGIN, Script::new(ACME)).unwrap();
    assert_eq!((one.generations(ACME).len(), two.generations(ACME).len()), (1, 0));
}

#[test]
fn it_is_served_over_a_socket() {
    let server = Server::start_with(([127, 0, 0, 1], 0).into(), emulator()).unwrap();
    let base_url = server.base_url(ACME).to_string();
    assert_eq!(base_url, format!("{}/acme/v1", server.origin()));
    let names: Vec<_> = server.base_urls().map(|(name, _)| name.to_string()).collect();
    assert!(names.is_sorted() && names.starts_with(&["acme".to_owned(), "acme-open".to_owned()]));
    assert_eq!(names.len(), emulator().sides().count());
    let nobody = ProviderName::new("nobody").unwrap();
    assert_eq!(server.base_url(nobody).as_str(), server.origin());
    let side = Acme::keyed();
    let created = server.add(Script::new(side.name())).unwrap();
    assert_eq!(server.polls(ACME, &created.id), Some(0));
}
