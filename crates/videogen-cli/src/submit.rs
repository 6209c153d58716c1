//! `submit`: once.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use videogen_core::{Accepted, Handle, NewGeneration};
use videogen_reqwest::{Client, ReqwestTransport, random_idempotency_key};

use crate::args::{Global, SubmitArgs};
use crate::exit::Exit;
use crate::follow::interruption;
use crate::keys::{self, Settings};
use crate::output::{complain, complain_of, note, say, say_json};
use crate::problem::Problem;
use crate::report_json;

/// What `--json` prints of an accepted submission.
#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    handles: &'a [Handle],
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_s: Option<f64>,
}

pub(crate) async fn run(global: &Global, args: &SubmitArgs) -> Result<Exit, Problem> {
    let known = keys::find(&args.provider)?;
    let provider = Settings::read(global, &[known.name])?.provider(known)?;
    let mut new = NewGeneration::from_json(read(&args.body)?)?;
    new.template.clone_from(&args.template);
    new.idempotency_key.clone_from(&args.idempotency_key);
    if provider.promises_idempotency() && new.idempotency_key.is_none() {
        new.idempotency_key = Some(random_idempotency_key()?);
    }
    // Before anything is sent: what the provider's page forbids.
    drop(provider.submit(&new)?);
    let key = new.idempotency_key.clone();
    let client = Client::from_parts(provider, Arc::new(ReqwestTransport::new()?));
    let submitted = tokio::select! {
        submitted = client.submit(new) => submitted,
        () = interruption() => {
            complain(&interrupted(known.name, key.as_deref()));
            return Ok(Exit::Ambiguous);
        }
    };
    match submitted {
        Ok(accepted) => {
            print(global.json, &accepted)?;
            Ok(Exit::Succeeded)
        }
        Err(error) => {
            if global.json {
                say_json(&report_json::not_accepted(&error))?;
            } else {
                complain_of(&error);
            }
            Ok(Exit::of_error(&error))
        }
    }
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

fn print(json: bool, accepted: &Accepted) -> Result<(), Problem> {
    let expected = accepted.expected.map(|expected| expected.typical);
    if json {
        return say_json(&Line {
            event: "accepted",
            handles: &accepted.handles,
            credits: accepted.credits,
            expected_s: expected.map(|expected| expected.as_secs_f64()),
        });
    }
    let names: Vec<_> = accepted.handles.iter().map(ToString::to_string).collect();
    for name in &names {
        say(name)?;
    }
    if let Some(credits) = accepted.credits {
        note(&format!("credits charged: {credits}"));
    }
    if let Some(expected) = expected {
        note(&format!("expected to take {}", crate::text::duration(expected)));
    }
    note(&format!("wait for it with: videogen wait {}", names.join(" ")));
    Ok(())
}

fn read(file: &Path) -> Result<String, Problem> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .lock()
            .read_to_string(&mut text)
            .map_err(|error| Problem::Io("read the body from stdin".to_owned(), error))?;
        return Ok(text);
    }
    std::fs::read_to_string(file)
        .map_err(|error| Problem::Io(format!("read {}", file.display()), error))
}
