//! `GET /account/costs`, from the page "Account Usage" (<https://kling.ai/document-api/api/assets/account-usage>).

use std::time::SystemTime;

use videogen_core::answer::{ProviderWords, invalid_response};
use videogen_core::{Call, Error, ErrorKind, HttpResponse, Provider as _, get};

use crate::errors::opened;
use crate::provider::Kling;
use crate::read::object;
use crate::tasks::milliseconds;
use crate::wire::{Costs, ResourcePack};

impl Kling {
    /// `GET /account/costs`: the account's packages of units, and what is left of them as of up to 12 hours ago. Free; at most once a
    /// second.
    ///
    /// The page says of the two times that they are when the query begins and ends; as it was seen, a package counts that was bought
    /// between them.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use videogen_core::ApiKey;
    /// use videogen_kling::Kling;
    ///
    /// let kling = Kling::with_api_key(ApiKey::new("your-api-key").unwrap());
    /// let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    /// let call = kling.resource_packs(at(1_726_124_664), at(1_727_366_400)).unwrap();
    /// assert_eq!(
    ///     call.request().uri().query(),
    ///     Some("start_time=1726124664000&end_time=1727366400000")
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] if the end is not after the beginning, or one of them is before 1970. Nothing was sent then.
    pub fn resource_packs(
        &self,
        begin: SystemTime,
        end: SystemTime,
    ) -> Result<Call<Vec<ResourcePack>>, Error> {
        let (begin, end) = (milliseconds("begin", begin)?, milliseconds("end", end)?);
        if begin >= end {
            return Err(Error::new(ErrorKind::InvalidInput, "`begin` is not before `end`"));
        }
        let path = format!("/account/costs?start_time={begin}&end_time={end}");
        let request = get(self.base_url(), &path, self.legacy_credentials()?)?;
        Ok(Call::new(request, read))
    }
}

fn read(response: &HttpResponse) -> Result<Vec<ResourcePack>, Error> {
    let (answer, envelope) = opened(response)?;
    let costs: Option<Costs> = envelope.data.as_ref().and_then(object);
    let costs = costs.unwrap_or_default();
    if let Some(code) = costs.code.filter(|code| *code != 0) {
        let mut words = ProviderWords::new(Some(code.to_string()), costs.msg);
        words.request_id = envelope.request_id;
        // Its codes are on no page.
        return Err(answer.error(ErrorKind::Unavailable, words));
    }
    costs
        .resource_pack_subscribe_infos
        .ok_or_else(|| invalid_response(response, "has no list of resource packages"))
}
