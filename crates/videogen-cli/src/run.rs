//! `run`: submits, waits and downloads, and goes on where it was when it is started again.
//!
//! Everything that counts is written down before it is done: see [`journal`].

pub(crate) mod book;
pub(crate) mod fingerprint;
pub(crate) mod journal;

mod again;
mod look_up;

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use videogen_core::{Error, ErrorKind, Handle, ListQuery, NewGeneration, Provider, timestamp};
use videogen_reqwest::{Client, ReqwestTransport, random_idempotency_key};

use crate::args::{Global, RunArgs};
use crate::exit::Exit;
use crate::fetch::{Fetch, Target};
use crate::follow::{Again, Learn, follow_and_print, options};
use crate::handles::{Asked, is_same};
use crate::interrupt::interruption;
use crate::keys::Settings;
use crate::output::{complain, complain_of, note, say_json};
use crate::problem::Problem;
use crate::run::again::LookedUp;
use crate::run::book::Book;
use crate::run::fingerprint::Fingerprint;
use crate::run::journal::{Accepted, Course, Entry, Journal, State, Submitting};
use crate::{known, new_generation, report_json, submit};

/// For how long a key of an earlier run is trusted to make nothing twice. No page says how long a provider remembers one; a
/// day is what such services commonly promise.
const KEY_IS_TRUSTED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the answer of a submission is waited for after an interruption: then it is known what was paid for.
const LAST_PATIENCE: Duration = Duration::from_secs(10);

/// One run of the command.
struct Run<'a> {
    global: &'a Global,
    args: &'a RunArgs,
    provider: Arc<dyn Provider>,
    client: Client,
    new: NewGeneration,
    journal: Journal,
}

/// How the part up to the handles went.
enum Begun {
    /// They are written down.
    Accepted(Accepted),
    /// It ends here.
    Over(Exit),
}

pub(crate) async fn run(global: &Global, args: &RunArgs) -> Result<Exit, Problem> {
    match run_through(global, args).await {
        // Elsewhere a reader of stdout may have had enough. Here the files are what counts, and they may not be there yet.
        Err(problem) if problem.is_broken_pipe() => {
            complain(&format!("{problem}; the same command again goes on"));
            Ok(Exit::CouldNotAsk)
        }
        through => through,
    }
}

async fn run_through(global: &Global, args: &RunArgs) -> Result<Exit, Problem> {
    let known = known::find(global, &args.new.provider)?;
    let provider = Settings::read(global, &[known.name])?.provider(known)?;
    let mut new = new_generation::read(&args.new)?;
    new.idempotency_key.clone_from(&args.idempotency_key);
    // Before anything is sent or written: what the provider's page forbids.
    drop(provider.submit(&new)?);
    if args.look_up {
        drop(provider.list(&ListQuery::first())?);
    }
    let fingerprint = Fingerprint::of(&*provider, &new);
    let journal = Journal::hold(&args.download, fingerprint, provider.name(), provider.base_url())?;
    let client = Client::from_parts(Arc::clone(&provider), Arc::new(ReqwestTransport::new()?));
    let run = Run { global, args, provider, client, new, journal };
    match run.begin().await? {
        Begun::Accepted(accepted) => run.follow(accepted).await,
        Begun::Over(exit) => Ok(exit),
    }
}

impl Run<'_> {
    /// Up to the handles.
    async fn begin(&self) -> Result<Begun, Problem> {
        if self.args.anew {
            // What is not through is gone on with: it may be what this very command began before it was interrupted.
            let is_through = match self.journal.read() {
                Ok(before) => before.is_some_and(|before| before.is_finished()),
                Err(Problem::Usage(_)) => true,
                Err(problem) => return Err(problem),
            };
            if is_through && let Some(aside) = self.journal.put_aside()? {
                note(&format!("what was submitted before is put aside in {}", aside.display()));
            }
        }
        let before = self.journal.read()?;
        if self.args.anew && before.is_some() {
            note("--anew: what was submitted before is not through, and is gone on with");
        }
        if let Some(name) = &self.args.adopt {
            return self.adopt_named(before, name).await;
        }
        match before {
            Some(State::Accepted(accepted)) => {
                self.tell_accepted(&accepted)?;
                Ok(Begun::Accepted(accepted))
            }
            Some(State::Submitting(before)) => self.begin_again(before).await,
            None => {
                let key = match &self.new.idempotency_key {
                    None if self.provider.promises_idempotency() => Some(random_idempotency_key()?),
                    given => given.clone(),
                };
                let submitting = Submitting { idempotency_key: key, begun_at: now() };
                self.submit(submitting, false).await
            }
        }
    }

    /// Submits. Whether there may be something of an earlier attempt says `again`: then a refusal does not mean that nothing was
    /// made.
    async fn submit(&self, submitting: Submitting, again: bool) -> Result<Begun, Problem> {
        self.journal.try_downloads(&self.args.download)?;
        for unfinished in self.journal.unfinished_others().unwrap_or_default() {
            note(&format!(
                "another submission to {} is not through here, or may have been accepted: {}; the command that began it goes on with it",
                self.provider.name(),
                unfinished.display()
            ));
        }
        self.journal.write(&State::Submitting(submitting.clone())).map_err(not_submitted)?;
        if let Err(problem) = self.tell_submitting(&submitting) {
            // What cannot be told is not begun.
            if !again {
                self.journal.remove()?;
            }
            return Err(problem);
        }
        let mut new = self.new.clone();
        new.idempotency_key.clone_from(&submitting.idempotency_key);
        let mut submission = pin!(async { self.client.submit(new).await });
        let mut is_interrupted = false;
        let submitted = tokio::select! {
            submitted = &mut submission => Some(submitted),
            () = interruption() => {
                is_interrupted = true;
                note("interrupted: waiting a moment for the answer, which says what was paid for; interrupt again to end at once");
                tokio::select! {
                    submitted = &mut submission => Some(submitted),
                    () = tokio::time::sleep(LAST_PATIENCE) => None,
                    () = interruption() => None,
                }
            }
        };
        let begun = match submitted {
            Some(Ok(accepted)) => self.accept(&accepted)?,
            Some(Err(error)) => self.not_accepted(&error, &submitting, again).await?,
            None => {
                complain(&again::interrupted(&*self.provider));
                if self.global.json {
                    let said = say_json(&report_json::ambiguous(
                        self.provider.name(),
                        &submitting.begun_at,
                        submitting.idempotency_key.as_deref(),
                        None,
                    ));
                    said.or_else(|problem| unsaid(&problem))?;
                }
                return Ok(Begun::Over(Exit::Ambiguous));
            }
        };
        match begun {
            Begun::Accepted(accepted) if is_interrupted => {
                let handles: Vec<_> =
                    accepted.generations.into_iter().map(|entry| entry.handle).collect();
                crate::follow::print_running(self.global.json, &handles, &how_to_go_on(self.args))?;
                Ok(Begun::Over(Exit::Interrupted))
            }
            begun => Ok(begun),
        }
    }

    fn tell_submitting(&self, submitting: &Submitting) -> Result<(), Problem> {
        let name = self.provider.name();
        let key = submitting.idempotency_key.as_deref();
        if self.global.json {
            return say_json(&report_json::submitting(name, Some(&self.journal.file()), key));
        }
        note(&format!("submitting to {name}"));
        Ok(())
    }

    /// Writes the handles down before anything else is done with them.
    fn accept(&self, accepted: &videogen_core::Accepted) -> Result<Begun, Problem> {
        let written = Accepted {
            cost: accepted.cost,
            generations: entries(accepted.handles.iter().cloned()),
        };
        if let Err(problem) = self.journal.write(&State::Accepted(written.clone())) {
            submit::tell_unprinted(self.global.json, accepted, "written down", &problem);
            return Err(problem);
        }
        if self.global.json {
            say_json(&submit::line(accepted))?;
        } else {
            note(&format!("accepted as {}", names(&written)));
            submit::told(accepted).iter().for_each(|line| note(line));
        }
        Ok(Begun::Accepted(written))
    }

    async fn not_accepted(
        &self,
        error: &Error,
        submitting: &Submitting,
        again: bool,
    ) -> Result<Begun, Problem> {
        let may_be_there = again || error.kind() == ErrorKind::Ambiguous;
        if !may_be_there {
            self.journal.remove()?;
        }
        if self.global.json {
            let said = say_json(&report_json::not_accepted(error));
            said.or_else(|problem| if may_be_there { unsaid(&problem) } else { Err(problem) })?;
        } else {
            complain_of(error);
        }
        if !may_be_there {
            return Ok(Begun::Over(Exit::of_error(error)));
        }
        // A refusal of this attempt says nothing of an earlier one.
        let is_told = error.kind() == ErrorKind::Ambiguous;
        if self.args.look_up {
            return self.look_up(submitting, is_told).await;
        }
        self.ambiguous(submitting, &LookedUp::Not, is_told)
    }

    /// An earlier run was ended between the beginning of its submission and the answer.
    async fn begin_again(&self, before: Submitting) -> Result<Begun, Problem> {
        if self.key_is_good(&before) {
            note(
                "an earlier run was ended before the answer came; submitting again with the same key, which makes nothing twice",
            );
            return self.submit(before, true).await;
        }
        if self.args.resubmit {
            note("an earlier run was ended before the answer came; submitting again all the same");
            return self.submit(before, true).await;
        }
        if self.args.look_up {
            return self.look_up(&before, false).await;
        }
        self.ambiguous(&before, &LookedUp::Not, false)
    }

    /// Whether submitting again with the same key makes nothing twice.
    fn key_is_good(&self, before: &Submitting) -> bool {
        self.provider.promises_idempotency()
            && before.idempotency_key.is_some()
            && age(before).is_some_and(|age| age < KEY_IS_TRUSTED_FOR)
    }

    /// Takes what the caller named for what was submitted.
    async fn adopt_named(&self, before: Option<State>, name: &str) -> Result<Begun, Problem> {
        let (provider, id) = Handle::split_text(name)?;
        if provider != self.provider.name() {
            return Err(Problem::Usage(format!(
                "--adopt: `{name}` is not a generation of {}; nothing was submitted",
                self.provider.name()
            )));
        }
        let handle = self.provider.handle(id)?;
        if let Some(State::Accepted(accepted)) = before {
            if accepted.generations.iter().any(|entry| is_same(&entry.handle, &handle)) {
                self.tell_accepted(&accepted)?;
                return Ok(Begun::Accepted(accepted));
            }
            return Err(Problem::Usage(format!(
                "--adopt: the submission is known as {}; nothing was submitted; --anew puts that aside",
                names(&accepted)
            )));
        }
        // A slip of the pen would be followed for ever.
        if let Err(error) = self.client.status(&handle).await {
            complain_of(&error);
            return Ok(Begun::Over(Exit::of_error(&error)));
        }
        self.adopt(handle)
    }

    fn adopt(&self, handle: Handle) -> Result<Begun, Problem> {
        let accepted = Accepted { cost: None, generations: entries([handle]) };
        self.journal.write(&State::Accepted(accepted.clone()))?;
        if self.global.json {
            let handles: Vec<_> = handles(&accepted);
            say_json(&report_json::adopted(&handles))?;
        } else {
            note(&format!("adopted {}", names(&accepted)));
        }
        Ok(Begun::Accepted(accepted))
    }

    /// What an earlier run wrote down.
    fn tell_accepted(&self, accepted: &Accepted) -> Result<(), Problem> {
        if self.global.json {
            return say_json(&report_json::accepted_before(&handles(accepted), accepted.cost));
        }
        note(&format!("submitted before as {}", names(accepted)));
        Ok(())
    }

    /// Nobody here knows what came of it: a person has to say how to go on.
    fn ambiguous(
        &self,
        before: &Submitting,
        looked_up: &LookedUp<'_>,
        is_told: bool,
    ) -> Result<Begun, Problem> {
        if self.global.json {
            let candidates = match looked_up {
                LookedUp::Found(candidates) => Some(*candidates),
                LookedUp::Not | LookedUp::InVain => None,
            };
            if !is_told || candidates.is_some() {
                let said = say_json(&report_json::ambiguous(
                    self.provider.name(),
                    &before.begun_at,
                    before.idempotency_key.as_deref(),
                    candidates,
                ));
                said.or_else(|problem| unsaid(&problem))?;
            }
        } else {
            if !is_told {
                again::tell_ambiguous(self.provider.name(), before);
            }
            again::advise(&*self.provider, looked_up, self.key_is_good(before));
        }
        Ok(Begun::Over(Exit::Ambiguous))
    }

    /// From the handles to the files.
    async fn follow(self, accepted: Accepted) -> Result<Exit, Problem> {
        let Self { global, args, provider: _, client, new: _, journal } = self;
        let wanted = args.fetch.kind_word();
        let mut exits = Vec::new();
        let mut asked = Vec::new();
        for entry in &accepted.generations {
            match again::told(global.json, &args.download, entry, &wanted, args.fetch.overwrite)? {
                Some(exit) => exits.push(exit),
                None => {
                    let handle = entry.handle.clone();
                    asked.push(Asked { handle, client: client.clone() });
                }
            }
        }
        if !asked.is_empty() {
            let target = Target::Directory(args.download.clone());
            let fetch = Fetch::new(target, args.fetch.clone(), Some(Book::new(journal, accepted)));
            let learn = |asked: &Asked| Learn::Wait(options(asked, &args.how));
            exits.push(
                follow_and_print(
                    global.json,
                    asked,
                    learn,
                    Some(fetch),
                    false,
                    &how_to_go_on(args),
                )
                .await?,
            );
        }
        if exits.contains(&Exit::Interrupted) {
            return Ok(Exit::Interrupted);
        }
        Ok(Exit::worst(exits))
    }
}

/// A journal that cannot be written before anything is sent is the caller's to mend.
fn not_submitted(problem: Problem) -> Problem {
    match problem {
        Problem::Journal(what, error) => {
            Problem::Usage(format!("cannot {what}: {error}; nothing was submitted now"))
        }
        other => other,
    }
}

/// That a line could not be written is told, and changes nothing: the exit code says that it may have been accepted.
fn unsaid(problem: &Problem) -> Result<(), Problem> {
    complain(&problem.to_string());
    Ok(())
}

/// How to go on: what was asked for once has been done.
fn how_to_go_on(args: &RunArgs) -> Again {
    let without = match (args.anew, args.resubmit) {
        (false, false) => "",
        (true, false) => ", without --anew",
        (false, true) => ", without --resubmit",
        (true, true) => ", without --anew and --resubmit",
    };
    Again::Same { without }
}

fn entries(handles: impl IntoIterator<Item = Handle>) -> Vec<Entry> {
    handles.into_iter().map(|handle| Entry { handle, state: Course::Waiting }).collect()
}

fn handles(accepted: &Accepted) -> Vec<Handle> {
    accepted.generations.iter().map(|entry| entry.handle.clone()).collect()
}

fn names(accepted: &Accepted) -> String {
    let names: Vec<_> = handles(accepted).iter().map(ToString::to_string).collect();
    names.join(" ")
}

fn now() -> String {
    timestamp::format(SystemTime::now()).unwrap_or_default()
}

/// How long ago it began. `None` if the clock says that it did not yet.
fn age(submitting: &Submitting) -> Option<Duration> {
    SystemTime::now().duration_since(timestamp::parse(&submitting.begun_at)?).ok()
}
