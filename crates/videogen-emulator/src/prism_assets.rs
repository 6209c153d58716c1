//! Prism's assets: the printed one, which somebody has posted, and the completed generations that have a prompt.

use serde_json::json;
use videogen_core::{Json, Moment};
use videogen_prism::Asset;

use crate::emulator::{Emulated, Emulator};
use crate::prism_api::{Query, Refused, has};
use crate::provider_name::ProviderName;
use crate::script::Ending;
use crate::status::{self, Stage};

pub(crate) fn matching(
    emulator: &Emulator,
    now: Moment,
    query: &Query,
) -> Result<Vec<Asset>, Refused> {
    let q = query.search()?.ok_or_else(|| Refused::invalid("q is required"))?;
    let word = |name: &str, words: [&str; 2]| match query.get(name) {
        None | Some("all") => Ok(None),
        Some(word) if words.contains(&word) => Ok(Some(word.to_owned())),
        Some(_) => {
            let [a, b] = words;
            Err(Refused::invalid(format!("{name} must be all, {a} or {b}")))
        }
    };
    let asset_type = word("type", ["image", "video"])?;
    let source = word("source", ["community", "history"])?;
    let is_asked = |asset: &Asset| {
        has(asset.prompt.as_deref(), Some(&q))
            && (asset_type.is_none() || asset_type == asset.asset_type)
            && (source.is_none() || source == asset.source)
    };
    Ok(history(emulator, now).chain([printed()]).filter(is_asked).collect())
}

fn printed() -> Asset {
    let mut asset = Asset::default();
    asset.id = "post_abc123".to_owned();
    asset.asset_id = Some("asset_abc123".to_owned());
    asset.asset_s3_key = Some("generations/user/video.mp4".to_owned());
    asset.asset_url = Some("https://...".to_owned());
    asset.asset_type = Some("video".to_owned());
    asset.prompt = Some("A cinematic product demo...".to_owned());
    asset.model_name = Some("veo-3.1".to_owned());
    asset.published_at = Some(1_773_361_092_291);
    asset.metadata = Some(Json::from(json!({})));
    asset.source = Some("community".to_owned());
    asset
}

/// The owner's own, newest first.
fn history(emulator: &Emulator, now: Moment) -> impl Iterator<Item = Asset> {
    let prisms = emulator.generations.iter();
    let prisms = prisms.filter(|((provider, _), _)| *provider == ProviderName::Prism);
    let mut assets: Vec<_> = prisms
        .filter(|(_, it)| {
            status::stage(&it.script, now.since(it.created)) == Stage::Ended(Ending::Completed)
        })
        .filter_map(|((_, id), it)| Some((it.before, asset(emulator, id, it)?)))
        .collect();
    assets.sort_by_key(|(before, _)| std::cmp::Reverse(*before));
    assets.into_iter().map(|(_, asset)| asset)
}

fn asset(emulator: &Emulator, id: &str, generation: &Emulated) -> Option<Asset> {
    let submitted = generation.submitted.as_ref()?;
    let mut asset = Asset::default();
    asset.prompt = Some(submitted.text("prompt")?);
    asset.model_name = submitted.text("modelName");
    asset.id = id.to_owned();
    asset.asset_id = Some(format!("asset_{id}"));
    asset.asset_s3_key = Some(format!("generations/emulated/{id}.mp4"));
    asset.asset_type = Some("video".to_owned());
    asset.created_at = i64::try_from(emulator.wall.at(generation.created).unix_milliseconds()).ok();
    asset.source = Some("history".to_owned());
    Some(asset)
}
