//! `submit`: once.

use std::sync::Arc;

use serde::Serialize;
use videogen_core::{Accepted, Handle, ListQuery};
use videogen_reqwest::{Client, ReqwestTransport, random_idempotency_key};

use crate::args::{Global, SubmitArgs};
use crate::exit::Exit;
use crate::interrupt::interruption;
use crate::keys::Settings;
use crate::output::{complain, complain_of, note, say, say_json};
use crate::problem::Problem;
use crate::{known, new_generation, report_json, text};

/// What `--json` prints of an accepted submission.
#[derive(Serialize)]
pub(crate) struct Line<'a> {
    event: &'static str,
    handles: &'a [Handle],
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_s: Option<f64>,
}

pub(crate) async fn run(global: &Global, args: &SubmitArgs) -> Result<Exit, Problem> {
    let known = known::find(global, &args.new.provider)?;
    let provider = Settings::read(global, &[known.name])?.provider(known)?;
    let mut new = new_generation::read(&args.new)?;
    new.idempotency_key.clone_from(&args.idempotency_key);
    if provider.promises_idempotency() && new.idempotency_key.is_none() {
        new.idempotency_key = Some(random_idempotency_key()?);
    }
    // Before anything is sent: what the provider's page forbids.
    drop(provider.submit(&new)?);
    if args.look_up {
        drop(provider.list(&ListQuery::first())?);
    }
    let key = new.idempotency_key.clone();
    // While nothing is sent: whoever is ended in the middle needs it.
    if let Some(key) = &key
        && let Err(problem) = tell_key(global.json, known.name, key, args)
    {
        complain(&format!("{problem}; nothing was submitted"));
        return Ok(Exit::CouldNotAsk);
    }
    let client = Client::from_parts(provider, Arc::new(ReqwestTransport::new()?));
    let submitted = tokio::select! {
        submitted = client.submit(new).look_up_lost(args.look_up) => submitted,
        () = interruption() => {
            complain(&interrupted(known.name, key.as_deref()));
            if global.json
                && let Err(problem) =
                    say_json(&report_json::interrupted_submission(known.name, key.as_deref()))
            {
                complain(&problem.to_string());
            }
            return Ok(Exit::Ambiguous);
        }
    };
    match submitted {
        Ok(accepted) => {
            let Err(problem) = print(global.json, &accepted) else { return Ok(Exit::Succeeded) };
            // Also when the reader has had enough: it may not have read the handles, and they are paid for.
            tell_unprinted(global.json, &accepted, "written to stdout", &problem);
            Ok(Exit::CouldNotAsk)
        }
        Err(error) => {
            let exit = Exit::of_error(&error);
            if !global.json {
                complain_of(&error);
            } else if let Err(problem) = say_json(&report_json::not_accepted(&error)) {
                // That it may have been accepted is worth more.
                if exit != Exit::Ambiguous {
                    return Err(problem);
                }
                complain(&problem.to_string());
                complain_of(&error);
            }
            Ok(exit)
        }
    }
}

/// The key that was made here, or goes into JSON.
fn tell_key(json: bool, provider: &str, key: &str, args: &SubmitArgs) -> Result<(), Problem> {
    if json {
        return say_json(&report_json::submitting(provider, None, Some(key)));
    }
    if args.idempotency_key.is_none() {
        note(&format!("submitting to {provider} with --idempotency-key {key}"));
    }
    Ok(())
}

/// What was under way may have arrived.
fn interrupted(provider: &str, key: Option<&str>) -> String {
    let repeat = match key {
        Some(key) => {
            format!("; submitting the same with --idempotency-key {key} makes nothing twice")
        }
        None => String::new(),
    };
    format!(
        "interrupted: the submission to {provider} may have been accepted, and billed; look there before you submit it anew{repeat}"
    )
}

/// The handles of what was accepted, where they can still be told.
pub(crate) fn tell_unprinted(json: bool, accepted: &Accepted, how: &str, problem: &Problem) {
    let names = names(accepted);
    let why = match problem {
        Problem::Output(error) => error.to_string(),
        other => other.to_string(),
    };
    complain(&format!("accepted, but could not be {how}: {why}"));
    // The JSON names the place and the time too.
    match serde_json::to_string(&line(accepted)) {
        Ok(line) if json => note(&line),
        _ => names.iter().for_each(|name| note(name)),
    }
    note(&format!("wait for it with: videogen wait {}", names.join(" ")));
}

fn names(accepted: &Accepted) -> Vec<String> {
    accepted.handles.iter().map(ToString::to_string).collect()
}

pub(crate) fn line(accepted: &Accepted) -> Line<'_> {
    Line {
        event: "accepted",
        handles: &accepted.handles,
        credits: accepted.cost.and_then(|cost| cost.credits),
        expected_s: accepted.expected.map(|expected| expected.typical.as_secs_f64()),
    }
}

fn print(json: bool, accepted: &Accepted) -> Result<(), Problem> {
    if json {
        return say_json(&line(accepted));
    }
    let names = names(accepted);
    for name in &names {
        say(name)?;
    }
    told(accepted).iter().for_each(|line| note(line));
    note(&format!("wait for it with: videogen wait {}", names.join(" ")));
    Ok(())
}

/// What the provider says of the handles.
pub(crate) fn told(accepted: &Accepted) -> Vec<String> {
    let credits = accepted.cost.and_then(|cost| cost.credits);
    let credits = credits.map(|credits| format!("credits charged: {credits}"));
    let expected = accepted.expected.map(|expected| text::duration(expected.typical));
    let expected = expected.map(|expected| format!("expected to take {expected}"));
    credits.into_iter().chain(expected).collect()
}
