//! What a generation would cost.

use serde::{Deserialize, Serialize};
use videogen_core::answer::invalid_response;
use videogen_core::{
    Call, Cost, Error, ErrorKind, HttpResponse, NewGeneration, lenient, post_json,
};

use crate::provider::{API_KEY, SyncLabs};
use crate::{read, submit};

/// What a part of a submission would cost, as `POST /analyze/cost` tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct EstimatedCost {
    /// How many frames it would have.
    #[serde(deserialize_with = "lenient::number", serialize_with = "lenient::write_number")]
    pub estimated_frame_count: Option<f64>,
    /// What it would cost, in US dollars.
    #[serde(deserialize_with = "lenient::number", serialize_with = "lenient::write_number")]
    pub estimated_generation_cost: Option<f64>,
}

impl SyncLabs {
    /// What a submission would cost, part by part: `POST /analyze/cost`, with the body of the submission. Nothing is generated.
    ///
    /// The path is the SDKs'; some overview pages name others.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] as for submitting, and for a submission with files: only what Sync Labs can fetch has an
    /// estimate.
    pub fn estimate_parts(&self, new: &NewGeneration) -> Result<Call<Vec<EstimatedCost>>, Error> {
        self.estimating(new, parts)
    }

    pub(crate) fn estimate_sum(&self, new: &NewGeneration) -> Result<Call<Cost>, Error> {
        self.estimating(new, sum)
    }

    fn estimating<T: 'static>(
        &self,
        new: &NewGeneration,
        read: impl Fn(&HttpResponse) -> Result<T, Error> + Send + Sync + 'static,
    ) -> Result<Call<T>, Error> {
        submit::check(new)?;
        if let Some(file) = new.files.first() {
            let problem = format!(
                "Sync Labs estimates no submission with files, such as `{}`: upload it as an asset",
                file.name
            );
            return Err(Error::new(ErrorKind::InvalidInput, problem));
        }
        let credentials = (API_KEY, self.key().bare());
        let request = post_json(self.base(), "/analyze/cost", credentials, &new.body)?;
        Ok(Call::new(request, read))
    }
}

fn parts(response: &HttpResponse) -> Result<Vec<EstimatedCost>, Error> {
    read::items(response, |item| item.parse().ok())
}

/// A part without a price would make the sum a wrong one.
fn sum(response: &HttpResponse) -> Result<Cost, Error> {
    let parts = read::array(response)?;
    let prices: Option<Vec<f64>> = parts
        .iter()
        .map(|part| part.parse::<EstimatedCost>().ok()?.estimated_generation_cost)
        .collect();
    match prices {
        Some(prices) if !prices.is_empty() => Ok(Cost::usd(prices.iter().sum())),
        _ => Err(invalid_response(response, "does not say what it costs")),
    }
}
