//! `list`: the account's generations.

use std::borrow::Cow;
use std::sync::Arc;

use console::{Term, style, truncate_str};
use videogen_core::{Generation, ListQuery};
use videogen_reqwest::{Client, ReqwestTransport};

use crate::args::{Global, ListArgs};
use crate::exit::Exit;
use crate::keys::Settings;
use crate::output::{clean, complain_of, note, say_as_is, say_json};
use crate::problem::Problem;
use crate::screen::colour;
use crate::{known, report_json, table, text};

/// How much of a prompt is shown.
const LONGEST_PROMPT: usize = 60;

pub(crate) async fn run(global: &Global, args: &ListArgs) -> Result<Exit, Problem> {
    let known = known::find(global, &args.provider)?;
    let provider = Settings::read(global, &[known.name])?.provider(known)?;
    let mut query = ListQuery::first();
    query.limit = args.limit.map(std::num::NonZeroU32::get);
    query.cursor.clone_from(&args.cursor);
    // Before anything is sent: what the provider does not have, or its page forbids.
    drop(provider.list(&query)?);
    let client = Client::from_parts(provider, Arc::new(ReqwestTransport::new()?));
    let mut shown = 0;
    let mut seen: Vec<_> = query.cursor.iter().cloned().collect();
    loop {
        let page = match client.list(&query).await {
            Ok(page) => page,
            Err(error) => {
                if global.json {
                    say_json(&report_json::not_told(known.name, &error))?;
                } else {
                    complain_of(&error);
                }
                return Ok(Exit::of_error(&error));
            }
        };
        print(global.json, &page.items, shown == 0)?;
        shown += page.items.len();
        let Some(next) = page.next else { break };
        // Places that lead back to one another would be listed for ever.
        if args.all && !seen.contains(&next) {
            seen.push(next.clone());
            query.cursor = Some(next);
            continue;
        }
        if global.json {
            say_json(&report_json::more(known.name, &next))?;
        } else {
            note(&format!("there are more: --cursor {}, or --all", text::quoted(&next)));
        }
        break;
    }
    if shown == 0 && !global.json {
        note(&format!("there are no generations at {}", known.name));
    }
    Ok(Exit::Succeeded)
}

fn print(json: bool, generations: &[Generation], with_head: bool) -> Result<(), Problem> {
    if json {
        return generations.iter().try_for_each(|each| say_json(&report_json::listed(each)));
    }
    if generations.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::new();
    if with_head {
        let head = ["generation", "status", "created (UTC)", "model", "prompt"];
        rows.push(head.map(|head| style(head).bold().to_string()).to_vec());
    }
    rows.extend(generations.iter().map(row));
    // A reader that is no terminal has as many columns as it likes.
    let columns = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    for line in table::lines(&rows) {
        let line = columns.map_or(Cow::Borrowed(&*line), |most| truncate_str(&line, most, "…"));
        say_as_is(&line)?;
    }
    Ok(())
}

/// The prompt comes last, since it is the longest.
fn row(generation: &Generation) -> Vec<String> {
    let status = clean(&generation.status.to_string());
    let created = generation.times.created.map(text::short_time);
    let prompt = clean(generation.prompt.as_deref().unwrap_or_default());
    vec![
        clean(&generation.handle.to_string()),
        colour(generation.phase()).apply_to(status).to_string(),
        created.unwrap_or_default(),
        clean(generation.model.as_deref().unwrap_or_default()),
        truncate_str(&prompt, LONGEST_PROMPT, "…").into_owned(),
    ]
}
