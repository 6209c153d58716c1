//! Prism's assets: the printed one, which somebody has posted, and the completed generations that have a prompt.

use serde_json::json;
use videogen_core::Json;
use videogen_prism::Asset;

use super::api::{Query, Refused, has};
use crate::side::Account;
use crate::view::View;

pub(crate) fn matching(account: &Account<'_>, query: &Query) -> Result<Vec<Asset>, Refused> {
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
    Ok(history(account).chain([printed()]).filter(is_asked).collect())
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
fn history(account: &Account<'_>) -> impl Iterator<Item = Asset> {
    account.views().rev().filter(|view| view.stage.is_completed()).filter_map(|view| asset(&view))
}

fn asset(view: &View<'_>) -> Option<Asset> {
    let (submission, id) = (view.submission?, view.id);
    let mut asset = Asset::default();
    asset.prompt = Some(submission.text("prompt")?);
    asset.model_name = submission.text("modelName");
    asset.id = id.to_owned();
    asset.asset_id = Some(format!("asset_{id}"));
    asset.asset_s3_key = Some(format!("generations/emulated/{id}.mp4"));
    asset.asset_type = Some("video".to_owned());
    asset.created_at = i64::try_from(view.created.unix_milliseconds()).ok();
    asset.source = Some("history".to_owned());
    Some(asset)
}
