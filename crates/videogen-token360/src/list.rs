//! `GET /videos`, from the page "List all videos"
//! (<https://www.token360.ai/en-US/docs/api-reference/video-generation/list-all-videos>).

use http::header::AUTHORIZATION;
use serde_json::{Map, Value};
use videogen_core::answer::{Answer, invalid_response};
use videogen_core::{
    Call, Error, ErrorKind, Generation, HttpRequest, HttpResponse, Json, ListQuery, Page,
    Provider as _, get, path,
};

use crate::errors::words;
use crate::provider::{Token360, fill};
use crate::status::STATUSES;
use crate::wire;

/// The most videos on a page.
pub const MAX_LIMIT: u32 = 100;

/// Which videos of the account to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VideosQuery {
    /// How many at the most, 1 to 100. Token360 lists 20 when it is not told.
    pub limit: Option<u32>,
    /// Only those that come after the video of this id in the list.
    pub after: Option<String>,
    /// Only those that come before the video of this id in the list.
    pub before: Option<String>,
    /// In which order. Token360 lists the newest first when it is not told.
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
    /// Token360's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

impl VideosQuery {
    /// The first page, as Token360 makes it.
    #[must_use]
    pub const fn new() -> Self {
        Self { limit: None, after: None, before: None, order: None }
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

    /// This one with what comes before the video of this id: [`VideoList::first_id`] for the page before.
    #[must_use]
    pub fn before(mut self, id: impl Into<String>) -> Self {
        self.before = Some(id.into());
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
    /// The videos, each with what a list says of it: id, status, model, prompt and when it was created. Where it is, is told by
    /// its status only.
    ///
    /// What stands in the list without an id that can be asked about is left out. A video without a status, or with one that is
    /// not known, is [`Unrecognized`](videogen_core::Phase::Unrecognized).
    pub videos: Vec<Generation>,
    /// Whether there are more in this direction.
    pub has_more: bool,
    /// The id of the first one.
    pub first_id: Option<String>,
    /// The id of the last one.
    pub last_id: Option<String>,
}

impl Token360 {
    /// `GET /videos`: a page of the account's videos, with all that Token360 lets one choose.
    /// [`Provider::list`](videogen_core::Provider::list) is the same for all providers.
    ///
    /// ```
    /// use videogen_core::ApiKey;
    /// use videogen_token360::{Order, Token360, VideosQuery};
    ///
    /// let token360 = Token360::new(ApiKey::new("sk-your-api-key").unwrap());
    /// let query = VideosQuery::new().with_limit(50).with_order(Order::Ascending);
    /// let call = token360.list_videos(&query).unwrap();
    /// assert_eq!(call.request().uri(), "https://api.token360.ai/v1/videos?limit=50&order=asc");
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] for a `limit` that is not 1 to 100, and for an id in `after` or `before` that no video has. Nothing
    /// was sent then.
    pub fn list_videos(&self, query: &VideosQuery) -> Result<Call<VideoList>, Error> {
        let request = request(self, query)?;
        let token360 = self.clone();
        Ok(Call::new(request, move |response| read(&token360, response)))
    }
}

/// The page after the last one begins after the last video that is on it.
pub(crate) fn page(
    token360: &Token360,
    query: &ListQuery,
) -> Result<Call<Page<Generation>>, Error> {
    let mut videos = VideosQuery::new();
    (videos.limit, videos.after) = (query.limit, query.cursor.clone());
    let request = request(token360, &videos)?;
    let token360 = token360.clone();
    Ok(Call::new(request, move |response| {
        let list = read(&token360, response)?;
        let last = list.videos.last().map(|video| video.handle.id().to_owned());
        // One that names the page itself would be asked for without end.
        let next = list.last_id.or(last).filter(|id| videos.after.as_ref() != Some(id));
        Ok(Page::new(list.videos, next.filter(|_| list.has_more)))
    }))
}

fn request(token360: &Token360, query: &VideosQuery) -> Result<HttpRequest, Error> {
    let mut parameters = Vec::new();
    if let Some(limit) = query.limit {
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("`limit` is {limit}, not 1 to {MAX_LIMIT}"),
            ));
        }
        parameters.push(format!("limit={limit}"));
    }
    for (name, id) in [("after", &query.after), ("before", &query.before)] {
        if let Some(id) = id {
            let id = path::encode_segment(id).map_err(|problem| {
                Error::new(ErrorKind::InvalidInput, format!("`{name}`: the id {problem}"))
            })?;
            parameters.push(format!("{name}={id}"));
        }
    }
    if let Some(order) = query.order {
        parameters.push(format!("order={}", order.as_str()));
    }
    let mark = if parameters.is_empty() { "" } else { "?" };
    let path = format!("/videos{mark}{}", parameters.join("&"));
    get(token360.base_url(), &path, (AUTHORIZATION, token360.key().bearer()?))
}

fn read(token360: &Token360, response: &HttpResponse) -> Result<VideoList, Error> {
    let answer = Answer::of(response, words)?;
    let wire: wire::VideoList = answer.parse()?;
    // Not an empty list: that would say that there are no videos.
    let data = wire.data.ok_or_else(|| invalid_response(response, "has no list of videos"))?;
    Ok(VideoList {
        videos: data.iter().filter_map(|item| seen(token360, &answer, item)).collect(),
        has_more: wire.has_more.unwrap_or_default(),
        first_id: wire.first_id,
        last_id: wire.last_id,
    })
}

fn seen(token360: &Token360, answer: &Answer<'_>, item: &Json) -> Option<Generation> {
    let wire: wire::Video = item.parse().ok().or_else(|| {
        // A member that is there twice must not lose the video.
        let members: Map<String, Value> = item.parse().ok()?;
        serde_json::from_value(members.into()).ok()
    })?;
    let handle = token360.handle(wire.id.as_deref()?).ok()?;
    let status = STATUSES.status(wire.status.as_deref().unwrap_or_default());
    let mut seen = Generation::new(handle, status);
    seen.times.observed = answer.date();
    seen.keep_body(item.get(), wire::FIELDS);
    fill(&mut seen, wire);
    Some(seen)
}
