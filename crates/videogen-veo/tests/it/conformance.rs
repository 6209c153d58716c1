use videogen_testkit::provider_suite::ProviderSuite;
use videogen_veo::{DOCUMENTED_ERRORS, Veo, webhook};

use crate::{FIXTURES, OPERATION, VERTEX_OPERATION, fixtures, gemini, vertex};

mod at_gemini {
    use super::*;

    fn suite() -> ProviderSuite<'static> {
        let event = format!(r#"{{"type": "video.generated", "data": {{"id": "{OPERATION}"}}}}"#);
        ProviderSuite::new(gemini, Veo::at)
            .fixtures(FIXTURES)
            .example_id(OPERATION)
            .id_member("name")
            .without_status_member()
            .documented_errors(DOCUMENTED_ERRORS)
            .constant("video/mp4")
            // Of a `done` that is written as text.
            .constant("true")
            .constant("type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse")
            .hint(event, |body| webhook::hint(&gemini(), body))
    }

    videogen_testkit::provider_tests!(suite());
}

mod at_vertex {
    use super::*;

    fn suite() -> ProviderSuite<'static> {
        // Prepaid credits are the Gemini API's.
        let errors: Vec<_> =
            DOCUMENTED_ERRORS.iter().copied().filter(|(status, _)| *status != 402).collect();
        ProviderSuite::new(vertex, Veo::at)
            .fixtures(FIXTURES)
            .example_id(VERTEX_OPERATION)
            .id_member("name")
            .without_status_member()
            .documented_errors(&errors)
            .constant("video/mp4")
            .constant("type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse")
    }

    videogen_testkit::provider_tests!(suite());
}

#[test]
fn there_are_fixtures_enough() {
    for veo in [gemini(), vertex()] {
        let fixtures = fixtures(&veo, "status");
        assert!(fixtures.len() >= 20, "only {} fixtures", fixtures.len());
    }
}
