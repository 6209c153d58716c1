//! `GET /models/{model}/operations` of the Gemini API, from its reference
//! (<https://ai.google.dev/api/models>, `models.operations.list` of the discovery document).

use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Call, Error, ErrorKind, Generation, HttpResponse, Json, Page, Provider as _, get, path,
};

use crate::api::Api;
use crate::errors::words;
use crate::observed::{end_of, fields, fill};
use crate::provider::Veo;
use crate::status::STATUSES;
use crate::wire;

/// Which operations of a model to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationsQuery {
    /// How many at the most. How many there may be is not documented.
    pub page_size: Option<u32>,
    /// The page that the one before named as its next.
    pub page_token: Option<String>,
    /// The standard list filter (<https://google.aip.dev/160>).
    pub filter: Option<String>,
}

impl OperationsQuery {
    /// The first page, as Google makes it.
    #[must_use]
    pub const fn new() -> Self {
        Self { page_size: None, page_token: None, filter: None }
    }

    /// This one with at most so many operations.
    #[must_use]
    pub const fn with_page_size(mut self, size: u32) -> Self {
        self.page_size = Some(size);
        self
    }

    /// This one of the page that this token names.
    #[must_use]
    pub fn with_page_token(mut self, token: impl Into<String>) -> Self {
        self.page_token = Some(token.into());
        self
    }

    /// This one of the operations that this filter lets through.
    #[must_use]
    pub fn with_filter(mut self, filter: impl Into<String>) -> Self {
        self.filter = Some(filter.into());
        self
    }
}

impl Veo {
    /// The operations of a model, at the Gemini API. Its reference says that a service that does not support this answers
    /// `UNIMPLEMENTED`, and not whether this one does.
    ///
    /// ```
    /// use videogen_core::ApiKey;
    /// use videogen_veo::{OperationsQuery, Veo};
    ///
    /// let veo = Veo::gemini(ApiKey::new("your-api-key").unwrap());
    /// let call = veo
    ///     .operations("veo-3.1-generate-preview", &OperationsQuery::new().with_page_size(50))
    ///     .unwrap();
    /// assert_eq!(
    ///     call.request().uri().path_and_query().unwrap(),
    ///     "/v1beta/models/veo-3.1-generate-preview/operations?pageSize=50",
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] at Vertex AI, [`ErrorKind::InvalidInput`] for a model that cannot be one, or a blank token or filter.
    /// Nothing was sent then.
    pub fn operations(
        &self,
        model: &str,
        query: &OperationsQuery,
    ) -> Result<Call<Page<Generation>>, Error> {
        if self.api() != Api::Gemini {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "no page of Vertex AI's says how to list Veo's operations",
            ));
        }
        let mut parameters = Vec::new();
        parameters.extend(query.page_size.map(|size| format!("pageSize={size}")));
        for (name, value) in [("pageToken", &query.page_token), ("filter", &query.filter)] {
            if let Some(value) = value {
                let value = path::encode_segment(value).map_err(|problem| {
                    Error::new(ErrorKind::InvalidInput, format!("`{name}` {problem}"))
                })?;
                parameters.push(format!("{name}={value}"));
            }
        }
        let mark = if parameters.is_empty() { "" } else { "?" };
        let path = format!("{}/operations{mark}{}", self.model_path(model)?, parameters.join("&"));
        let request = get(self.base_url(), &path, self.credentials()?)?;
        let (veo, asked) = (self.clone(), query.page_token.clone());
        Ok(Call::new(request, move |response| read(&veo, asked.as_deref(), response)))
    }
}

fn read(
    veo: &Veo,
    asked: Option<&str>,
    response: &HttpResponse,
) -> Result<Page<Generation>, Error> {
    let answer = Answer::of(response, words)?;
    let wire: wire::OperationList = answer.parse()?;
    let operations: Vec<Json> = match wire.operations {
        Some(json) => json.parse().map_err(|error| {
            invalid_response(response, "has no list of operations").with_source(error)
        })?,
        // Google leaves out a list that is empty.
        None => Vec::new(),
    };
    let seen = operations.iter().filter_map(|item| seen(veo, &answer, item)).collect();
    // One that names the page itself would be asked for without end.
    let next = wire.next_page_token.filter(|next| asked != Some(next));
    Ok(Page::new(seen, next))
}

fn seen(veo: &Veo, answer: &Answer<'_>, item: &Json) -> Option<Generation> {
    let wire: wire::Operation = item.parse().ok()?;
    let handle = veo.handle(wire.name.as_deref()?).ok()?;
    let (word, end) = end_of(veo.base_url(), wire.done, wire.error, wire.response);
    let mut seen = Generation::new(handle, STATUSES.status(word));
    seen.times.observed = answer.date();
    seen.keep_body(item.get(), fields(veo.api()));
    fill(&mut seen, end);
    Some(seen)
}
