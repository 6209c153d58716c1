//! `providers`: what the command knows of each.

use serde_json::json;
use videogen_core::{Error, ErrorKind, Handle, ListQuery, NewGeneration, Provider, Standing};

use crate::args::Global;
use crate::exit::Exit;
use crate::keys::Settings;
use crate::output::{say, say_json};
use crate::problem::Problem;
use crate::text;

pub(crate) fn run(global: &Global) -> Result<Exit, Problem> {
    let settings = Settings::read(global, &[])?;
    for known in &global.providers {
        let provider = settings.provider_without_key(known)?;
        let has_key = settings.has_key(known)?;
        let guidance = provider.guidance();
        let words = provider.lifecycle().words();
        let can = abilities(&*provider)?;
        if global.json {
            let words: Vec<_> = words
                .iter()
                .map(|entry| {
                    json!({
                        "word": entry.word,
                        "phase": entry.phase,
                        "terminal": entry.phase.is_terminal(),
                        "or": entry.or,
                        "legacy": entry.standing == Standing::Legacy,
                        "made": entry.standing == Standing::Made,
                    })
                })
                .collect();
            say_json(&json!({
                "event": "provider",
                "provider": known.name,
                "base_url": provider.base_url(),
                "key_variable": known.key_variable,
                "base_url_variable": known.base_url_variable,
                "has_key": has_key,
                "interval_s": guidance.interval.as_secs_f64(),
                "deadline_s": guidance.deadline.as_secs_f64(),
                "long_poll_max_s": guidance.long_poll.map(|hold| hold.max_hold.as_secs_f64()),
                "url_lifetime_s": guidance.url_lifetime.map(|life| life.as_secs_f64()),
                "can": can,
                "statuses": words,
            }))?;
            continue;
        }
        let key = if has_key { "there is a key in" } else { "no key in" };
        say(&format!("{}  {}", known.name, provider.base_url()))?;
        say(&format!("  key:       {key} {}", known.key_variable))?;
        let shown: Vec<_> = words
            .iter()
            .map(|entry| {
                let standing = match entry.standing {
                    Standing::Legacy => ", legacy",
                    Standing::Made => ", videogen's word",
                    _ => "",
                };
                let or: Vec<_> = entry.or.iter().map(|phase| format!(" or {phase}")).collect();
                format!("{} ({}{}{standing})", entry.word, entry.phase, or.concat())
            })
            .collect();
        say(&format!("  statuses:  {}", shown.join(", ")))?;
        let held = guidance
            .long_poll
            .map(|hold| format!("; long-polls of up to {}", text::duration(hold.max_hold)));
        say(&format!(
            "  polls:     every {}, for {} at the most{}",
            text::duration(guidance.interval),
            text::duration(guidance.deadline),
            held.unwrap_or_default(),
        ))?;
        let lifetime =
            guidance.url_lifetime.map_or_else(|| "not documented".to_owned(), text::duration);
        say(&format!("  URLs work: {lifetime}"))?;
        say(&format!("  commands:  {}", can.join(", ")))?;
    }
    Ok(Exit::Succeeded)
}

/// The commands that the provider has something for, those that each has apart. Nothing is sent.
fn abilities(provider: &dyn Provider) -> Result<Vec<&'static str>, Error> {
    fn is_there<T>(asked: Result<T, Error>) -> bool {
        !asked.is_err_and(|error| error.kind() == ErrorKind::Unsupported)
    }
    let new = NewGeneration::from_json("{}")?;
    let handle = Handle::new(provider.name(), provider.base_url(), "id")?;
    let abilities = [
        ("submit", is_there(provider.submit(&new))),
        ("list", is_there(provider.list(&ListQuery::first()))),
        ("cancel", is_there(provider.cancel(&handle))),
        ("delete", is_there(provider.delete(&handle))),
        ("cost", is_there(provider.estimate(&new))),
    ];
    Ok(abilities.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect())
}
