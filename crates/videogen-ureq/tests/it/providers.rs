//! The real providers at a scripted server, and bodies of theirs.

use videogen_core::ApiKey;
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_testkit::{ScriptedServer, ServerReply, TEST_KEY};

pub(crate) fn prism(server: &ScriptedServer) -> Prism {
    Prism::new(ApiKey::new(TEST_KEY).unwrap()).at(server.base_url())
}

pub(crate) fn synclabs(server: &ScriptedServer) -> SyncLabs {
    SyncLabs::new(ApiKey::new(TEST_KEY).unwrap()).at(server.base_url())
}

pub(crate) fn generating() -> ServerReply {
    ServerReply::json(200, r#"{"id":"gen_1","status":"generating"}"#)
}

pub(crate) fn completed() -> ServerReply {
    ServerReply::json(
        200,
        r#"{"id":"gen_1","status":"completed","video_url":"https://cdn.example.com/v.mp4?sig=SECRET"}"#,
    )
}
