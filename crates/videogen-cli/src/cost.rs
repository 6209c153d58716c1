//! `cost`: what a generation would cost.

use std::sync::Arc;

use serde_json::json;
use videogen_reqwest::{Client, ReqwestTransport};

use crate::args::{CostArgs, Global};
use crate::exit::Exit;
use crate::keys::Settings;
use crate::output::{complain_of, say, say_json};
use crate::problem::Problem;
use crate::{known, new_generation, report_json, text};

pub(crate) async fn run(global: &Global, args: &CostArgs) -> Result<Exit, Problem> {
    let known = known::find(global, &args.new.provider)?;
    let provider = Settings::read(global, &[known.name])?.provider(known)?;
    let new = new_generation::read(&args.new)?;
    // Before anything is sent: what the provider's page forbids.
    drop(provider.estimate(&new)?);
    let client = Client::from_parts(provider, Arc::new(ReqwestTransport::new()?));
    match client.estimate(&new).await {
        Ok(cost) if global.json => {
            let mut line = json!({ "event": "cost", "provider": known.name });
            if let (Some(line), Ok(serde_json::Value::Object(cost))) =
                (line.as_object_mut(), serde_json::to_value(cost))
            {
                line.extend(cost);
            }
            say_json(&line)?;
            Ok(Exit::Succeeded)
        }
        Ok(cost) => {
            say(&text::cost(&cost).unwrap_or_else(|| "the provider does not say".to_owned()))?;
            Ok(Exit::Succeeded)
        }
        Err(error) => {
            if global.json {
                say_json(&report_json::not_told(known.name, &error))?;
            } else {
                complain_of(&error);
            }
            Ok(Exit::of_error(&error))
        }
    }
}
