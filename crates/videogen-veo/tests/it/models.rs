//! The model is a part of a submission's path.

use proptest::prelude::*;
use videogen_core::{ErrorKind, NewGeneration, Provider as _};
use videogen_veo::Veo;

use crate::{gemini, vertex};

fn path(veo: &Veo, model: &str) -> Result<String, ErrorKind> {
    let new = NewGeneration::from_json("{}").unwrap().for_endpoint(model);
    let call = veo.submit(&new).map_err(|error| error.kind())?;
    Ok(call.request().uri().path().to_owned())
}

#[test]
fn a_model_is_named_bare_or_as_google_does() {
    for model in ["veo-x", "models/veo-x"] {
        assert_eq!(
            path(&gemini(), model).as_deref(),
            Ok("/v1beta/models/veo-x:predictLongRunning")
        );
    }
    let below = "/v1/projects/my-project/locations/us-central1";
    for (model, rest) in [
        ("veo-x", "publishers/google/models/veo-x"),
        ("models/veo-x", "publishers/google/models/veo-x"),
        ("publishers/other/models/veo-x", "publishers/other/models/veo-x"),
        ("endpoints/4567", "endpoints/4567"),
    ] {
        assert_eq!(path(&vertex(), model), Ok(format!("{below}/{rest}:predictLongRunning")));
    }
}

#[test]
fn a_model_that_leads_elsewhere_is_refused() {
    for model in [
        "",
        " ",
        "..",
        "models/..",
        "a/b/c",
        "models/",
        "models/a/b",
        "../x",
        "a\nb",
        "publishers/google/models/..",
    ] {
        for veo in [gemini(), vertex()] {
            assert_eq!(path(&veo, model), Err(ErrorKind::InvalidInput), "{model:?}");
        }
    }
    assert_eq!(path(&gemini(), "endpoints/4567"), Err(ErrorKind::InvalidInput));
}

proptest! {
    #[test]
    fn a_model_is_one_place_in_the_path(model in "\\PC{0,30}") {
        let at = path(&gemini(), &model);
        if let Ok(at) = at {
            prop_assert_eq!(at.split('/').count(), 4, "{}", at);
            prop_assert!(at.starts_with("/v1beta/models/") && at.ends_with(":predictLongRunning"));
        }
    }
}
