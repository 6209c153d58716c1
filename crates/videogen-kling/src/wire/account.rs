//! The account, as the page "Account Usage" (<https://kling.ai/document-api/api/assets/account-usage>) describes it.

use serde::{Deserialize, Serialize};
use videogen_core::lenient;

/// `data` of `GET /account/costs`: an envelope in the envelope.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Costs {
    /// 0, or what is wrong.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// What is wrong, in prose.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub msg: Option<String>,
    /// The packages. `None` where there is no list of them.
    #[serde(deserialize_with = "packs", skip_serializing_if = "Option::is_none")]
    pub resource_pack_subscribe_infos: Option<Vec<ResourcePack>>,
}

/// A package of units that the account bought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ResourcePack {
    /// What it is called. As it was seen, the name also tells how many generations may run at once.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub resource_pack_name: Option<String>,
    /// Kling's id of it.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub resource_pack_id: Option<String>,
    /// `decreasing_total`, or `constant_period` for one that is filled again.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub resource_pack_type: Option<String>,
    /// How many units it has in all.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub total_quantity: Option<f64>,
    /// How many are left, as of up to 12 hours ago.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub remaining_quantity: Option<f64>,
    /// When it was bought, in unix milliseconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub purchase_time: Option<f64>,
    /// From when on it is good, in unix milliseconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub effective_time: Option<f64>,
    /// Until when it is good, in unix milliseconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub invalid_time: Option<f64>,
    /// `toBeOnline`, `online`, `expired` or `runOut`.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// Anything else than a list is `None`.
fn packs<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<ResourcePack>>, D::Error> {
    let items = super::items(deserializer)?;
    Ok(items.map(|items| items.iter().filter_map(|item| item.parse().ok()).collect()))
}
