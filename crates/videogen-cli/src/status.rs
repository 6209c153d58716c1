//! `status`: ask once.

use tokio::task::JoinSet;

use crate::args::{Global, StatusArgs};
use crate::exit::Exit;
use crate::follow::{print_details, seen_line};
use crate::handles;
use crate::output::{complain_of, say, say_json};
use crate::problem::Problem;
use crate::report_json;

/// Ends with success if all could be asked, whatever their state.
pub(crate) async fn run(global: &Global, args: &StatusArgs) -> Result<Exit, Problem> {
    let asked = handles::resolve(global, &args.generations)?;
    let mut answers: Vec<_> = asked.iter().map(|_| None).collect();
    let mut asking = JoinSet::new();
    for (index, asked) in asked.into_iter().enumerate() {
        asking
            .spawn(async move { (index, asked.client.status(&asked.handle).await, asked.handle) });
    }
    while let Some(joined) = asking.join_next().await {
        let (index, result, handle) = joined.map_err(Problem::Task)?;
        if let Some(slot) = answers.get_mut(index) {
            *slot = Some((handle, result));
        }
    }
    let mut exit = Exit::Succeeded;
    for (handle, result) in answers.into_iter().flatten() {
        match &result {
            Ok(generation) if global.json => say_json(&report_json::observed(generation, None))?,
            Ok(generation) => {
                // The failure stands in the details.
                let mut short = generation.clone();
                short.failure = None;
                say(&seen_line(&short))?;
                print_details(generation, &[])?;
            }
            Err(error) => {
                exit = Exit::CouldNotAsk;
                if global.json {
                    say_json(&report_json::ended(&handle, &result))?;
                } else {
                    complain_of(error);
                }
            }
        }
    }
    Ok(exit)
}
