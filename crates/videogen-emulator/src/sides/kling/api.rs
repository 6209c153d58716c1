//! What Kling has beside submitting and asking for one task's status.

use serde_json::{Map, Value};
use videogen_core::{HttpRequest, HttpResponse, Json};
use videogen_kling::{MAX_PAGE, MAX_PAGE_NUMBER, wire};

use super::{LEGACY_NUMBERS, bodies, kind, number};
use crate::side::{Account, Reason, Refused};
use crate::signed_url::parameter;
use crate::view::View;

/// How many tasks one question may be about, as it was seen.
const MOST_AT_ONCE: usize = 20;

/// How many tasks a page of the older API has that is not told.
const LEGACY_PAGE: u32 = 30;

/// How many tasks a page of the newer API has that is not told.
const PAGE: u64 = 100;

/// The task of `GET /tasks`, if it is about one that the newer API made.
pub(super) fn one_task(request: &HttpRequest) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    let ids = parameter(query, "task_ids")?;
    let is_one = parameter(query, "external_task_ids").is_none() && !ids.contains(',');
    (is_one && !ids.starts_with(LEGACY_NUMBERS)).then_some(ids)
}

/// The answer to a request that was let in.
pub(super) fn answer(
    account: &mut Account<'_>,
    request: &HttpRequest,
    path: &[&str],
) -> HttpResponse {
    let query = request.uri().query().unwrap_or_default();
    let answer = match path {
        ["tasks"] if *request.method() == http::Method::GET => tasks(account, query),
        ["tasks"] => page(account, request.body()),
        ["account", "costs"] => costs(query),
        ["v1", "videos", path @ ..] => match kind(path) {
            Some((kind, [])) => page_of(account, &kind, query),
            Some((kind, [id])) => Ok(found(account, &kind, id)),
            _ => Err(Refused::because(Reason::NoSuchPath)),
        },
        _ => Err(Refused::because(Reason::NoSuchPath)),
    };
    answer.unwrap_or_else(|refused| bodies::refusal(&refused))
}

type Answer = Result<HttpResponse, Refused>;

fn invalid(message: impl Into<String>) -> Refused {
    Refused::because(Reason::Invalid).saying(message)
}

/// The tasks with these ids, of Kling's or of the caller's. Those that are not there are left out.
fn tasks(account: &Account<'_>, query: &str) -> Answer {
    let given = |name| parameter(query, name).filter(|ids| !ids.is_empty());
    let (ids, is_own) = match (given("task_ids"), given("external_task_ids")) {
        (Some(ids), None) => (ids, false),
        (None, Some(ids)) => (ids, true),
        _ => return Err(invalid("either task_ids or external_task_ids is required")),
    };
    let ids: Vec<&str> = ids.split(',').collect();
    if ids.len() > MOST_AT_ONCE {
        return Err(invalid(format!("at most {MOST_AT_ONCE} tasks can be asked for at once")));
    }
    let is_asked = |view: &View<'_>| {
        let id = if is_own { bodies::external_id(view) } else { Some(number(view.id)) };
        id.is_some_and(|id| ids.contains(&id))
    };
    let tasks: Vec<_> = account.views().filter(is_asked).map(|it| bodies::task(&it)).collect();
    Ok(bodies::ok(&tasks))
}

/// A task of the older API by the caller's id of it, or by an id that a script gave.
fn found(account: &mut Account<'_>, kind: &str, id: &str) -> HttpResponse {
    let whole = format!("{kind}/{id}");
    let is_it = |view: &View<'_>| {
        let (of, _) = view.id.rsplit_once('/').unwrap_or_default();
        view.id == whole || of == kind && bodies::external_id(view) == Some(id)
    };
    let found =
        account.views().find(is_it).map(|view| (view.id.to_owned(), bodies::legacy_task(&view)));
    match found {
        Some((id, task)) => {
            account.is_about(&id);
            bodies::ok(&task)
        }
        None => {
            let mut refused = Refused::because(Reason::NotFound);
            refused.id = Some(whole);
            bodies::refusal(&refused)
        }
    }
}

fn page_of(account: &Account<'_>, kind: &str, query: &str) -> Answer {
    let number = |name: &str, usual: u32, most: u32| match parameter(query, name) {
        None => Ok(usual),
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| (1..=most).contains(number))
            .ok_or_else(|| invalid(format!("{name} must be from 1 to {most}"))),
    };
    let page = number("pageNum", 1, MAX_PAGE_NUMBER)?;
    let size = number("pageSize", LEGACY_PAGE, MAX_PAGE)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let before = usize::try_from(page - 1).unwrap_or(usize::MAX).saturating_mul(size);
    let is_of = |view: &View<'_>| view.id.rsplit_once('/').is_some_and(|(of, _)| of == kind);
    let views = account.views().rev().filter(is_of);
    let tasks: Vec<_> = views.skip(before).take(size).map(|it| bodies::legacy_task(&it)).collect();
    Ok(bodies::ok(&tasks))
}

/// What `POST /tasks` asks for.
struct Query {
    limit: u64,
    cursor: Option<String>,
    since: Option<u64>,
    until: Option<u64>,
    statuses: Option<Vec<String>>,
    products: Option<Vec<String>>,
}

fn query(body: &[u8]) -> Result<Query, Refused> {
    let body: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| invalid("the body must be a JSON object"))?;
    let number = |name: &str| body.get(name).and_then(Value::as_u64);
    let limit = number("limit").unwrap_or(PAGE);
    if !(1..=u64::from(MAX_PAGE)).contains(&limit) {
        return Err(invalid(format!("limit must be from 1 to {MAX_PAGE}")));
    }
    let filters = body.get("filters").and_then(Value::as_array);
    let values = |key: &str| {
        let filter = filters?.iter().find(|filter| filter["key"] == key)?;
        let values = filter["values"].as_array()?.iter();
        Some(values.filter_map(|value| value.as_str().map(str::to_owned)).collect())
    };
    let cursor = body.get("cursor").and_then(Value::as_str).filter(|cursor| !cursor.is_empty());
    Ok(Query {
        limit,
        cursor: cursor.map(str::to_owned),
        since: number("start_time"),
        until: number("end_time"),
        statuses: values("status"),
        products: values("product_type"),
    })
}

/// A page of the account's tasks, whichever API made them.
fn page(account: &Account<'_>, body: &[u8]) -> Answer {
    let query = query(body)?;
    let is_asked = |view: &View<'_>| {
        let made = view.created.unix_milliseconds();
        let status = view.status(bodies::word(view.stage, true));
        query.products.as_ref().is_none_or(|it| it.iter().any(|product| product == "video"))
            && query.statuses.as_ref().is_none_or(|it| it.contains(&status))
            && query.since.is_none_or(|since| made >= since)
            && query.until.is_none_or(|until| made < until)
    };
    let views: Vec<View<'_>> = account.views().rev().filter(is_asked).collect();
    let from = match &query.cursor {
        None => 0,
        Some(cursor) => {
            let last = views.iter().position(|view| number(view.id) == cursor);
            last.ok_or_else(|| invalid("cursor is none of these tasks'"))?.saturating_add(1)
        }
    };
    let rest = views.get(from..).unwrap_or_default();
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let shown = rest.get(..limit).unwrap_or(rest);
    let mut page = wire::TaskPage::default();
    page.count = i64::try_from(shown.len()).ok();
    page.has_more = Some(shown.len() < rest.len());
    if let Some(last) = shown.last() {
        let item = |view| serde_json::to_value(bodies::task(view)).ok().map(Json::from);
        page.result = Some(shown.iter().filter_map(item).collect());
        page.next_cursor = (shown.len() < rest.len()).then(|| number(last.id).to_owned());
    }
    Ok(bodies::ok(&page))
}

/// The account's packages: always the same one.
fn costs(query: &str) -> Answer {
    let time = |name: &str| {
        let text = parameter(query, name);
        let number = text.and_then(|text| text.parse::<u64>().ok());
        number.ok_or_else(|| invalid(format!("{name} must be in unix milliseconds")))
    };
    if time("start_time")? >= time("end_time")? {
        return Err(invalid("start_time must be before end_time"));
    }
    let mut pack = wire::ResourcePack::default();
    pack.resource_pack_name = Some("Video Generation - 10,000 entries".to_owned());
    pack.resource_pack_id = Some("509f3fd3d4ab4a3f9eec5db27aa44f27".to_owned());
    pack.resource_pack_type = Some("decreasing_total".to_owned());
    (pack.total_quantity, pack.remaining_quantity) = (Some(200.0), Some(118.0));
    pack.purchase_time = Some(1_726_124_664_368.0);
    pack.effective_time = Some(1_726_124_664_368.0);
    pack.invalid_time = Some(1_727_366_400_000.0);
    pack.status = Some("online".to_owned());
    let mut costs = wire::Costs::default();
    (costs.code, costs.msg) = (Some(0), Some("success".to_owned()));
    costs.resource_pack_subscribe_infos = Some(vec![pack]);
    Ok(bodies::ok(&costs))
}
