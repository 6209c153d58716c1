//! What is done to generations, one after the other, so that an interruption leaves what was not told undone.

use videogen_core::{Error, ErrorKind, Handle};

use crate::args::Global;
use crate::exit::Exit;
use crate::handles::Asked;
use crate::output::{complain, complain_of, note, say, say_json};
use crate::problem::Problem;
use crate::report_json;

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Delete,
    Cancel,
}

impl Act {
    /// Refuses, before anything is sent, what a provider does not have.
    pub(crate) fn check(self, asked: &[Asked]) -> Result<(), Problem> {
        for asked in asked {
            let provider = asked.client.provider();
            match self {
                Self::Delete => drop(provider.delete(&asked.handle)?),
                Self::Cancel => drop(provider.cancel(&asked.handle)?),
            }
        }
        Ok(())
    }

    /// Does it to all of them.
    pub(crate) async fn on(self, global: &Global, asked: &[Asked]) -> Result<Exit, Problem> {
        let mut exits = Vec::new();
        let mut unwritten = None;
        for Asked { client, handle, .. } in asked {
            let result = match self {
                Self::Delete => client.delete(handle).await,
                Self::Cancel => client.cancel(handle).await,
            };
            exits.push(result.as_ref().map_or_else(Exit::of_error, |()| Exit::Succeeded));
            // What was asked for is done to its end, and told where it can be.
            if let Err(problem) = self.tell(global.json, handle, &result) {
                match &result {
                    Ok(()) => note(&self.done(handle)),
                    Err(error) => complain_of(error),
                }
                unwritten.get_or_insert(problem);
            }
        }
        if let Some(problem) = unwritten.filter(|problem: &Problem| !problem.is_broken_pipe()) {
            complain(&problem.to_string());
            exits.push(problem.exit());
        }
        Ok(Exit::worst(exits))
    }

    fn tell(self, json: bool, handle: &Handle, result: &Result<(), Error>) -> Result<(), Problem> {
        match (result, self) {
            (Ok(()), Self::Delete) if json => say_json(&report_json::deleted(handle)),
            (Ok(()), Self::Cancel) if json => say_json(&report_json::cancelling(handle)),
            (Ok(()), _) => say(&self.done(handle)),
            (Err(error), Self::Delete) if json => {
                say_json(&report_json::not_deleted(handle, error))
            }
            (Err(error), Self::Cancel) if json => {
                say_json(&report_json::not_cancelled(handle, error))
            }
            (Err(error), _) => {
                complain_of(error);
                if let Some(advice) = self.advice(error) {
                    note(&format!("  {advice}"));
                }
                Ok(())
            }
        }
    }

    fn done(self, handle: &Handle) -> String {
        match self {
            Self::Delete => format!("{handle}  deleted"),
            Self::Cancel => format!("{handle}  asked to stop; its status tells how it ends"),
        }
    }

    /// What the error itself does not say, since it is worded for questions.
    fn advice(self, error: &Error) -> Option<&'static str> {
        let is_open = matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::InvalidResponse);
        is_open.then_some(match self {
            Self::Delete => "it may be deleted: no answer said so; deleting it again is safe",
            Self::Cancel => "it may be asked to stop: no answer said so; asking again is safe",
        })
    }
}
