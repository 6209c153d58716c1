//! Acme's own half, for tests and for `videogen emulate`.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::json;
use videogen_acme::Acme;
use videogen_core::{ApiKey, BaseUrl, HttpRequest, HttpResponse, Provider, StatusTable};
use videogen_emulator::{
    Ending, Feature, Operation, ProviderName, Reason, Refused, Side, Stage, View, json_answer,
};

/// Acme's half: its paths, its words and its errors. Generations, faults and files are the emulator's.
#[derive(Clone, Debug)]
pub(crate) struct AcmeSide;

impl Side for AcmeSide {
    fn name(&self) -> ProviderName {
        ProviderName::from_static("acme")
    }

    fn base_path(&self) -> String {
        "/acme/v1".to_owned()
    }

    fn clone_side(&self) -> Box<dyn Side> {
        Box::new(self.clone())
    }

    fn provider(&self, key: ApiKey, at: Option<BaseUrl>) -> Arc<dyn Provider> {
        let acme = Acme::new(key);
        Arc::new(match at {
            Some(base_url) => acme.at(base_url),
            None => acme,
        })
    }

    fn statuses(&self) -> &'static StatusTable {
        let key = ApiKey::new("any-key").expect("a key");
        Acme::new(key).lifecycle()
    }

    fn operation(&self, request: &HttpRequest, path: &[&str]) -> Operation {
        match (request.method(), path) {
            (&Method::POST, ["videos"]) => Operation::submit(),
            (&Method::GET, ["videos", id]) => Operation::status(*id),
            (_, ["videos"]) => Operation::NotAllowed("POST"),
            (_, ["videos", _]) => Operation::NotAllowed("GET"),
            _ => Operation::Nothing,
        }
    }

    fn word(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Queued => "queued",
            Stage::Ended(Ending::Completed) => "ready",
            Stage::Ended(_) => "failed",
            Stage::Running { .. } => "rendering",
        }
    }

    fn status(&self, view: &View<'_>) -> HttpResponse {
        let mut video = json!({ "id": view.id, "status": view.status(self.word(view.stage)) });
        if view.shows_urls() {
            video["video_url"] = view.video_url(0).into();
        }
        if view.shows_error() {
            let (message, code) = view.error("The renderer went away", "gpu_lost");
            video["error"] = json!({ "code": code, "message": message });
        }
        json_answer(StatusCode::OK, &video)
    }

    fn refusal(&self, refused: &Refused) -> HttpResponse {
        let (status, code) = match refused.reason {
            Reason::BadKey | Reason::MissingKey => (refused.reason.status(), "bad_key"),
            Reason::Payment => (refused.reason.status(), "no_credits"),
            Reason::NotFound => (refused.reason.status(), "no_such_video"),
            Reason::Invalid | Reason::Input => (StatusCode::UNPROCESSABLE_ENTITY, "bad_input"),
            _ => (refused.reason.status(), "error"),
        };
        let message = refused.text("It cannot be done");
        json_answer(status, &json!({ "error": { "code": code, "message": message } }))
    }

    fn features(&self) -> &'static [Feature] {
        &[Feature::ErrorCode]
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use videogen_emulator::{Emulator, InProcess, download_suite, fault_suite, submit_suite};
    use videogen_testkit::provider_suite::{Group, ProviderSuite};
    use videogen_testkit::{TEST_KEY, VirtualClock};

    use super::*;

    fn acme() -> Acme {
        Acme::new(ApiKey::new(TEST_KEY).unwrap())
    }

    #[test]
    fn acme_and_its_emulated_half_agree() {
        let emulated = || {
            let emulator = Emulator::without_sides(UNIX_EPOCH).with_side(AcmeSide);
            let base_url = emulator.base_url(AcmeSide.name()).unwrap();
            let clock = VirtualClock::new();
            (InProcess::new(emulator, clock.clone()), clock, base_url)
        };
        ProviderSuite::new(acme, Acme::at)
            .fixtures(concat!(env!("CARGO_MANIFEST_DIR"), "/../acme/fixtures"))
            .round_trip(emulated)
            .check_group(Group::RoundTrip)
            .assert();
    }

    #[test]
    fn whatever_goes_wrong_it_ends_with_the_truth() {
        let sides: Vec<Box<dyn Side>> = vec![Box::new(AcmeSide)];
        fault_suite::check_in_virtual_time_of(&sides).assert();
        submit_suite::check_in_virtual_time_of(&sides).assert();
        download_suite::check_in_virtual_time_of(&sides).assert();
    }
}
