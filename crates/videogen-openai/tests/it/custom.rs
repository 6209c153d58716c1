//! A profile of one's own, of a service that differs in most that can: Inworld, and one that is made up.

use videogen_core::{
    ApiKey, BaseUrl, ErrorKind, NewGeneration, Phase, Provider as _, StatusQuery, StatusTable,
    StatusWord,
};
use videogen_openai::{Auth, CostAt, Ids, Implied, OpenAi, OutputAt, Paths, Profile};
use videogen_testkit::{TEST_KEY, decode, json, provider_suite};

static STATUSES: StatusTable = StatusTable::new(&[
    StatusWord::documented("queued", Phase::Queued, &["in_progress", "failed", "cancelled"]),
    StatusWord::documented("in_progress", Phase::Running, &["completed", "failed", "cancelled"]),
    StatusWord::documented("completed", Phase::Succeeded, &[]),
    StatusWord::documented("failed", Phase::Failed, &[]).or(&[Phase::Rejected]),
    StatusWord::documented("cancelled", Phase::Cancelled, &[]),
]);

const INWORLD: Profile =
    Profile::new("inworld", BaseUrl::from_static("https://api.inworld.ai/v1"), &STATUSES)
        .with_auth(Auth::Scheme("Basic"))
        .with_idempotency_header("idempotency-key")
        .with_outputs(&[OutputAt::member("output.videos[].url").until("output.url_expires_at")]);

/// Everything otherwise.
const ODD: Profile =
    Profile::new("odd", BaseUrl::from_static("https://odd.example/api"), &STATUSES)
        .with_auth(Auth::Header("x-key"))
        .with_paths(
            Paths::new()
                .with_submit("/jobs")
                .with_status("/jobs/{id}/state")
                .with_content(Some("/files/{id}"))
                .with_list("/jobs")
                .with_delete("/jobs/{id}"),
        )
        .with_submitted_id("job.number")
        .with_ids(Ids::Same("job.number"))
        .with_implied(Implied::new().with_accepted("in_progress"))
        .with_outputs(&[
            OutputAt::member("made[].files[].at").with_key(),
            OutputAt::content("f=mp4"),
        ])
        .with_cost(CostAt::per_usd("price.cents", 100.0))
        .with_poll_hint("x-ask-after-ms");

fn make(profile: Profile) -> OpenAi {
    OpenAi::new(profile, ApiKey::new(TEST_KEY).unwrap())
}

#[test]
fn inworld_is_ten_lines() {
    let inworld = make(INWORLD);
    provider_suite::check(&|| make(INWORLD), &[]).assert();
    let new = NewGeneration::from_json(r#"{"model":"m","prompt":"p"}"#).unwrap();
    assert!(inworld.promises_idempotency());
    let call = inworld.submit(&new.clone().with_idempotency_key("k-1")).unwrap();
    assert_eq!(call.request().headers()["idempotency-key"], "k-1");
    assert_eq!(call.request().headers()["authorization"], format!("Basic {TEST_KEY}").as_str());
    for key in ["", "a\nb", &"k".repeat(256)] {
        let error = inworld.submit(&new.clone().with_idempotency_key(key)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{key:?}");
    }

    let body = r#"{"id":"v","status":"completed","output":{"url_expires_at":"2026-10-16T16:00:00Z",
        "videos":[{"url":"https://cdn.example.com/a.mp4"},{"url":""},{"url":"https://cdn.example.com/b.mp4"}]}}"#;
    let seen = decode(&inworld, "v", &json(200, body)).unwrap();
    let urls: Vec<_> = seen.outputs.iter().map(|output| output.url.expose()).collect();
    assert_eq!(urls, ["https://cdn.example.com/a.mp4", "https://cdn.example.com/b.mp4"]);
    assert!(seen.outputs.iter().all(|output| output.expires_at.is_some() && output.primary));
}

#[test]
fn everything_may_be_otherwise() {
    let odd = make(ODD);
    let handle = odd.handle("7").unwrap();
    let call = odd.status(&handle, StatusQuery::Plain).unwrap();
    assert_eq!(call.request().uri(), "https://odd.example/api/jobs/7/state");
    assert_eq!(call.request().headers()["x-key"], TEST_KEY);
    assert!(call.request().headers()["x-key"].is_sensitive());

    let new = NewGeneration::from_json("{}").unwrap();
    let submission = odd.submit(&new).unwrap();
    let accepted = submission.decode(&json(202, r#"{"job":{"number":7}}"#)).unwrap();
    assert_eq!(accepted.handles, std::slice::from_ref(&handle));
    assert_eq!(accepted.generation.unwrap().phase(), Phase::Running);

    let mut done = json(
        200,
        r#"{"job":{"number":7},"status":"completed","price":{"cents":25},
            "made":[{"files":[{"at":"/api/files/7/1"}]},{"files":[{"at":"https://cdn.example/2"}]}]}"#,
    );
    done.headers_mut().insert("x-ask-after-ms", "1".parse().unwrap());
    let seen = decode(&odd, "7", &done).unwrap();
    assert_eq!(seen.cost.unwrap().usd, Some(0.25));
    assert_eq!(seen.poll_after, Some(std::time::Duration::from_millis(1)));
    let outputs: Vec<_> =
        seen.outputs.iter().map(|it| (it.url.expose(), it.needs_credentials)).collect();
    assert_eq!(
        outputs,
        [("https://odd.example/api/files/7/1", true), ("https://cdn.example/2", false)]
    );

    let bare = json(200, r#"{"job":{"number":"7"},"status":"completed"}"#);
    let seen = decode(&odd, "7", &bare).unwrap();
    assert_eq!(seen.video().unwrap().url.expose(), "https://odd.example/api/files/7?f=mp4");
    let other = json(200, r#"{"job":{"number":8},"status":"completed"}"#);
    assert_eq!(decode(&odd, "7", &other).unwrap_err().kind(), ErrorKind::InvalidResponse);
}

#[test]
fn a_profile_that_cannot_be_is_refused_and_does_not_panic() {
    let handle = make(INWORLD).handle("v").unwrap();
    for auth in [Auth::Header("not a header"), Auth::Scheme("Ba\nsic")] {
        let broken = make(INWORLD.with_auth(auth));
        let error = broken.status(&handle, StatusQuery::Plain).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("inworld"), "{error}");
    }
}
