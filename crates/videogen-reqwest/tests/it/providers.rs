//! The real providers at a test server, and bodies of theirs.

use std::time::Duration;

use videogen_core::{ApiKey, BaseUrl, Provider, StatusQuery, WaitOptions};
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_token360::Token360;

use crate::server::{Reply, Server, json};

pub(crate) const KEY: &str = "prism_sk_0123456789abcdef0123456789abcdef";

pub(crate) fn base_url(server: &Server) -> BaseUrl {
    BaseUrl::parse(&server.url("/api")).unwrap()
}

pub(crate) fn prism(server: &Server) -> Prism {
    Prism::new(ApiKey::new(KEY).unwrap()).at(base_url(server))
}

pub(crate) fn token360(server: &Server) -> Token360 {
    Token360::new(ApiKey::new(KEY).unwrap()).at(base_url(server))
}

pub(crate) fn synclabs(server: &Server) -> SyncLabs {
    SyncLabs::new(ApiKey::new(KEY).unwrap()).at(base_url(server))
}

/// Waits as the provider wants it, but a thousand times as fast.
pub(crate) fn fast(provider: &dyn Provider) -> WaitOptions {
    let mut options = WaitOptions::of(&provider.guidance());
    options.pace.interval = Duration::from_millis(1);
    options.pace.floor = Duration::from_millis(1);
    options.pace.longest_rest = Duration::from_millis(1);
    options.output_grace = Duration::from_millis(5);
    options
}

/// Rests for an hour, and waits for an answer as long.
pub(crate) fn slow(provider: &dyn Provider) -> WaitOptions {
    let hour = Duration::from_secs(3600);
    let mut options = WaitOptions::with_deadline(&provider.guidance(), 10 * hour);
    options.query = StatusQuery::Plain;
    options.pace.interval = hour;
    options.answer_timeout = hour;
    options
}

pub(crate) fn generating() -> Reply {
    json(r#"{"id":"gen_1","status":"generating"}"#)
}

pub(crate) fn completed() -> Reply {
    json(
        r#"{"id":"gen_1","status":"completed","video_url":"https://cdn.example.com/v.mp4?sig=SECRET"}"#,
    )
}
