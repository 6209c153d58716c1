//! `GET /videos`, from OpenAI's page "List videos" (<https://developers.openai.com/api/reference/resources/videos/methods/list>).

use serde_json::{Map, Value};
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Call, Error, ErrorKind, Generation, HttpRequest, HttpResponse, Json, ListQuery, Page,
    Provider as _, get, path,
};

use crate::errors::words;
use crate::observe;
use crate::profile::Ids;
use crate::provider::OpenAi;
use crate::{member, wire};

/// Which videos of the account to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VideosQuery {
    /// How many at the most. The page prints no bounds.
    pub limit: Option<u32>,
    /// Only those that come after the video of this id in the list.
    pub after: Option<String>,
    /// In which order.
    pub order: Option<Order>,
}

/// In which order videos are listed, by when they were created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Order {
    /// `asc`: the oldest first.
    Ascending,
    /// `desc`: the newest first.
    Descending,
}

impl Order {
    /// The dialect's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

impl VideosQuery {
    /// The first page, as the service makes it.
    #[must_use]
    pub const fn new() -> Self {
        Self { limit: None, after: None, order: None }
    }

    /// This one with at most `limit` videos.
    #[must_use]
    pub const fn with_limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// This one with what comes after the video of this id: [`VideoList::last_id`] for the next page.
    #[must_use]
    pub fn after(mut self, id: impl Into<String>) -> Self {
        self.after = Some(id.into());
        self
    }

    /// This one in this order.
    #[must_use]
    pub const fn with_order(mut self, order: Order) -> Self {
        self.order = Some(order);
        self
    }
}

/// A page of the account's videos.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VideoList {
    /// The videos. What stands in the list without an id that can be asked about is left out; a video without a status, or with one that is
    /// not known, is [`Unrecognized`](videogen_core::Phase::Unrecognized).
    pub videos: Vec<Generation>,
    /// Whether there are more.
    pub has_more: bool,
    /// The id of the first one.
    pub first_id: Option<String>,
    /// The id of the last one.
    pub last_id: Option<String>,
}

impl OpenAi {
    /// A page of the account's videos, with all that the dialect lets one choose. [`Provider::list`](videogen_core::Provider::list) is
    /// the same for all providers.
    ///
    /// ```
    /// use videogen_core::ApiKey;
    /// use videogen_openai::{OpenAi, Order, VideosQuery, profiles};
    ///
    /// let openai = OpenAi::new(profiles::openai::profile(), ApiKey::new("your-api-key").unwrap());
    /// let query = VideosQuery::new().with_limit(50).with_order(Order::Ascending);
    /// let call = openai.list_videos(&query).unwrap();
    /// assert_eq!(call.request().uri(), "https://api.openai.com/v1/videos?limit=50&order=asc");
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] unless the service has a list, [`ErrorKind::InvalidInput`] for a `limit` of 0 and for an id in `after` that no
    /// video has. Nothing was sent then.
    pub fn list_videos(&self, query: &VideosQuery) -> Result<Call<VideoList>, Error> {
        let request = request(self, query)?;
        let openai = self.clone();
        Ok(Call::new(request, move |response| read(&openai, response)))
    }
}

/// The page after the last one begins after the last video that is on it.
pub(crate) fn page(openai: &OpenAi, query: &ListQuery) -> Result<Call<Page<Generation>>, Error> {
    let mut videos = VideosQuery::new();
    (videos.limit, videos.after) = (query.limit, query.cursor.clone());
    let request = request(openai, &videos)?;
    let openai = openai.clone();
    Ok(Call::new(request, move |response| {
        let list = read(&openai, response)?;
        let last = list.videos.last().map(|video| video.handle.id().to_owned());
        // One that names the page itself would be asked for without end.
        let next = list.last_id.or(last).filter(|id| videos.after.as_ref() != Some(id));
        Ok(Page::new(list.videos, next.filter(|_| list.has_more)))
    }))
}

fn request(openai: &OpenAi, query: &VideosQuery) -> Result<HttpRequest, Error> {
    let list = openai.profile().paths.list;
    let list = list.ok_or_else(|| openai.unsupported("list generations"))?;
    let invalid = |what: String| Error::new(ErrorKind::InvalidInput, what);
    let mut parameters = Vec::new();
    if let Some(limit) = query.limit {
        if limit == 0 {
            return Err(invalid("`limit` is 0, and a page has at least one".to_owned()));
        }
        parameters.push(format!("limit={limit}"));
    }
    if let Some(id) = &query.after {
        let id = path::encode_segment(id)
            .map_err(|problem| invalid(format!("`after`: the id {problem}")))?;
        parameters.push(format!("after={id}"));
    }
    if let Some(order) = query.order {
        parameters.push(format!("order={}", order.as_str()));
    }
    let mark = if parameters.is_empty() { "" } else { "?" };
    let path = format!("{list}{mark}{}", parameters.join("&"));
    get(openai.base(), &path, openai.credentials()?)
}

fn read(openai: &OpenAi, response: &HttpResponse) -> Result<VideoList, Error> {
    let answer = Answer::of(response, words)?;
    let wire: wire::VideoList = answer.parse()?;
    // Not an empty list: that would say that there are no videos.
    let data = wire.data.ok_or_else(|| invalid_response(response, "has no list of videos"))?;
    Ok(VideoList {
        videos: data.iter().filter_map(|item| seen(openai, &answer, item)).collect(),
        has_more: wire.has_more.unwrap_or_default(),
        first_id: wire.first_id,
        last_id: wire.last_id,
    })
}

fn seen(openai: &OpenAi, answer: &Answer<'_>, item: &Json) -> Option<Generation> {
    // By way of a map: a member that is there twice must not lose the video.
    let members: Map<String, Value> = item.parse().ok()?;
    let tree = Value::Object(members);
    let wire: wire::Video = serde_json::from_value(tree.clone()).ok()?;
    let id = match openai.profile().ids {
        Ids::Same(member) => member::id(&tree, member),
        Ids::NotCompared(_) => wire.id.clone(),
    };
    let handle = openai.handle(&id?).ok()?;
    let status = openai.profile().statuses.status(wire.status.as_deref().unwrap_or_default());
    let mut seen = Generation::new(handle, status);
    seen.times.observed = answer.date();
    seen.keep_body(item.get(), wire::FIELDS);
    observe::fill(openai, &mut seen, wire, || &tree);
    Some(seen)
}
