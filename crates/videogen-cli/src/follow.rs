//! `wait` and `watch`: several generations at once, each to its end.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use videogen_core::{
    Error, ErrorKind, FailureClass, Generation, Handle, OutputUrl, Phase, Report, StatusQuery,
    WaitOptions,
};

use crate::again_command::{self, Options};
use crate::args::{FetchArgs, Global, HowArgs, WaitArgs};
use crate::exit::Exit;
use crate::fetch::{Fetch, Fetched, Progress, Target};
use crate::handles::{self, Asked};
use crate::interrupt::interruption;
use crate::output::{complain_of, note, say, say_json};
use crate::problem::Problem;
use crate::report_json;
use crate::screen::{Figures, Screen};
use crate::text;

/// A generation's end, and how the wait for it went.
pub(crate) struct Ended {
    pub(crate) handle: Handle,
    pub(crate) result: Result<Generation, Error>,
    pub(crate) figures: Figures,
    /// What was downloaded of it, and what could not be.
    pub(crate) fetched: Vec<Fetched>,
}

impl Ended {
    pub(crate) fn exit(&self) -> Exit {
        let fetched = self.fetched.iter().map(Fetched::exit);
        Exit::worst(std::iter::once(Exit::of(&self.result)).chain(fetched))
    }
}

pub(crate) async fn wait(global: &Global, args: &WaitArgs) -> Result<Exit, Problem> {
    run(global, args, false).await
}

pub(crate) async fn watch(global: &Global, args: &WaitArgs) -> Result<Exit, Problem> {
    run(global, args, true).await
}

async fn run(global: &Global, args: &WaitArgs, every: bool) -> Result<Exit, Problem> {
    let fetch = match &args.download {
        Some(directory) => {
            let target = Target::Directory(directory.clone());
            Some(Fetch::new(target, args.fetch.clone(), None))
        }
        None if args.fetch != FetchArgs::default() => {
            return Err(Problem::Usage(
                "how to download is said, and not where to; name a directory with --download"
                    .to_owned(),
            ));
        }
        None => None,
    };
    let asked = handles::resolve(global, &args.generations)?;
    let again = Again::Command {
        options: again_command::wait(global, args, every),
        fetches: fetch.is_some(),
        all: all_again(&asked, &args.fetch),
    };
    let learn = |asked: &Asked| Learn::Wait(options(asked, &args.how));
    follow_and_print(global.json, asked, learn, fetch, every, &again).await
}

/// Follows all, prints what is to be printed, and says how it went.
pub(crate) async fn follow_and_print(
    json: bool,
    asked: Vec<Asked>,
    learn: impl Fn(&Asked) -> Learn,
    fetch: Option<Fetch>,
    every: bool,
    again: &Again,
) -> Result<Exit, Problem> {
    // Where every observation is printed, the printing tells the news.
    let screen = Arc::new(Screen::new(&handles_of(&asked), json || every));
    let fetches = fetch.is_some();
    let observe = move |handle: &Handle, report: Report<'_>| {
        if every { go_on_if(fetches, print_report(json, handle, report)) } else { Ok(()) }
    };
    let prints_at_once = !screen.draws();
    // Where files are what counts, they are fetched also for a reader who has had enough of lines.
    let print_end = |ended: &Ended| go_on_if(fetches, print_end(json, ended));
    let followed = follow(asked, learn, fetch, Arc::clone(&screen), observe, again, |ended| {
        if prints_at_once { print_end(ended) } else { Ok(()) }
    })
    .await?;
    match followed {
        Followed::All(all) => {
            if !prints_at_once {
                all.iter().try_for_each(print_end)?;
            }
            Ok(Exit::worst(all.iter().map(Ended::exit)))
        }
        Followed::Interrupted { ended, running } => {
            let said = if prints_at_once { Ok(()) } else { ended.iter().try_for_each(print_end) };
            // What still runs is worth more than what has ended, and is told even then.
            go_on_if(fetches, print_running(json, &running, again))?;
            said?;
            Ok(Exit::Interrupted)
        }
    }
}

/// Makes nothing of a reader who has had enough, if so asked.
fn go_on_if(goes_on: bool, said: Result<(), Problem>) -> Result<(), Problem> {
    said.or_else(|problem| if goes_on && problem.is_broken_pipe() { Ok(()) } else { Err(problem) })
}

/// How to go on after an interruption.
pub(crate) enum Again {
    /// With another command, for what is left.
    Command {
        options: Options,
        /// Whether it downloads.
        fetches: bool,
        /// All that were named, if what is left cannot do without the others.
        all: Option<Vec<Handle>>,
    },
    /// With the same command, whatever its arguments were, but for what is said here.
    Same { without: &'static str },
}

impl Again {
    fn command(&self, handles: &[Handle]) -> String {
        match self {
            Self::Command { options, all, .. } => {
                let handles = all.as_deref().unwrap_or(handles);
                let names: Vec<_> = handles.iter().map(ToString::to_string).collect();
                options.command(&names.join(" "))
            }
            Self::Same { without } => format!("the same command again{without}"),
        }
    }
}

/// All of them where files are replaced: two that the provider names alike have names of their own only in the same invocation.
pub(crate) fn all_again(asked: &[Asked], args: &FetchArgs) -> Option<Vec<Handle>> {
    (args.overwrite && asked.len() > 1).then(|| handles_of(asked))
}

/// How a generation's state is learnt.
pub(crate) enum Learn {
    /// By waiting for its end.
    Wait(WaitOptions),
    /// By asking once; that it has not ended is then an error.
    Once,
}

pub(crate) fn options(asked: &Asked, args: &HowArgs) -> WaitOptions {
    let guidance = asked.client.provider().guidance();
    let mut options =
        WaitOptions::with_deadline(&guidance, args.deadline.unwrap_or(guidance.deadline));
    if let Some(interval) = args.interval {
        options.pace.interval = interval;
        options.pace.floor = options.pace.floor.min(interval.max(SHORTEST_FLOOR));
        options.pace.longest_rest = options.pace.longest_rest.max(interval);
        // Whoever names an interval wants polls, not holds.
        options.query = StatusQuery::Plain;
    }
    if args.progress {
        options.query = StatusQuery::Progress;
    }
    options.max_failures = args.max_failures;
    options
}

/// However short an interval is asked for.
const SHORTEST_FLOOR: std::time::Duration = std::time::Duration::from_millis(200);

pub(crate) fn handles_of(asked: &[Asked]) -> Vec<Handle> {
    asked.iter().map(|asked| asked.handle.clone()).collect()
}

/// How following several generations went.
pub(crate) enum Followed {
    /// All ended, in the order in which they were named.
    All(Vec<Ended>),
    /// Somebody did not want to wait any longer.
    Interrupted {
        /// What had ended, in the order in which they were named.
        ended: Vec<Ended>,
        /// What had not.
        running: Vec<Handle>,
    },
}

/// Waits for all at once, and downloads each when it has ended if `fetch` is there. Calls `observe` with each report and `end`
/// with each end, as they come.
pub(crate) async fn follow(
    asked: Vec<Asked>,
    learn: impl Fn(&Asked) -> Learn,
    fetch: Option<Fetch>,
    screen: Arc<Screen>,
    observe: impl Fn(&Handle, Report<'_>) -> Result<(), Problem> + Clone + Send + Sync + 'static,
    again: &Again,
    end: impl Fn(&Ended) -> Result<(), Problem>,
) -> Result<Followed, Problem> {
    let handles = handles_of(&asked);
    let mut slots: Vec<Option<Ended>> = handles.iter().map(|_| None).collect();
    // A report that cannot be written ends all the waits, and not only its own, and at once.
    let (unwritten, mut problems) = mpsc::unbounded_channel();
    let mut waits = JoinSet::new();
    let fetch = fetch.map(Arc::new);
    for (index, asked) in asked.into_iter().enumerate() {
        let (learn, screen, observe) = (learn(&asked), Arc::clone(&screen), observe.clone());
        let (unwritten, fetch) = (unwritten.clone(), fetch.clone());
        waits.spawn(async move {
            let told = |report: Report<'_>| {
                screen.report(index, report);
                if let Err(problem) = observe(&asked.handle, report) {
                    // Nobody receives it any more when another has ended all.
                    drop(unwritten.send(problem));
                }
            };
            let result = match learn {
                Learn::Wait(options) => {
                    asked.client.wait(&asked.handle).options(options).on_report(told).await
                }
                Learn::Once => ask_once(&asked).await,
            };
            screen.learnt(index);
            let fetched = match (&fetch, &result) {
                (Some(fetch), Ok(generation)) => {
                    let seen = |progress: Progress<'_>| screen.fetching(index, progress);
                    fetch.ended(&asked.client, generation, seen).await
                }
                _ => Vec::new(),
            };
            let result = match &fetch {
                // The files are there, or are to be had by asking again: nobody needs what lets anybody fetch them.
                Some(_) => result.map(without_queries),
                None => result,
            };
            (index, asked.handle, result, fetched)
        });
    }
    let mut interrupted = pin!(interruption());
    let stopped = loop {
        let joined = tokio::select! {
            biased;
            () = &mut interrupted => break Stopped::Interrupted,
            Some(problem) = problems.recv() => break Stopped::By(problem),
            joined = waits.join_next() => joined,
        };
        let (index, handle, result, fetched) = match joined {
            Some(Ok(joined)) => joined,
            Some(Err(error)) => break Stopped::By(Problem::Task(error)),
            None => break Stopped::AllEnded,
        };
        screen.end(index, &result, &fetched);
        let ended = Ended { handle, result, figures: screen.figures(index), fetched };
        if let Err(problem) = end(&ended) {
            break Stopped::By(problem);
        }
        if let Some(slot) = slots.get_mut(index) {
            *slot = Some(ended);
        }
    };
    screen.close();
    let running = handles.iter().zip(&slots).filter(|(_, slot)| slot.is_none());
    let running: Vec<_> = running.map(|(handle, _)| handle.clone()).collect();
    let ended = slots.into_iter().flatten().collect();
    match stopped {
        Stopped::AllEnded => Ok(Followed::All(ended)),
        Stopped::Interrupted => Ok(Followed::Interrupted { ended, running }),
        Stopped::By(problem) => {
            note_running(&running, &problem, again);
            Err(problem)
        }
    }
}

/// With the secret parts of its outputs' URLs left out.
fn without_queries(mut generation: Generation) -> Generation {
    // While the outputs still say what they cover: else the whole URLs would be among these.
    let _ = generation.other_fields();
    for output in &mut generation.outputs {
        output.url = OutputUrl::new(output.url.to_string());
    }
    generation
}

/// Why nothing is waited for any longer.
enum Stopped {
    AllEnded,
    Interrupted,
    By(Problem),
}

/// Names on stderr what was not waited for to its end, unless a reader of stdout has merely had enough.
fn note_running(running: &[Handle], problem: &Problem, again: &Again) {
    if running.is_empty() || problem.is_broken_pipe() {
        return;
    }
    note(&format!(
        "stopped; these may still be running at the provider; go on with: {}",
        again.command(running)
    ));
}

fn print_report(json: bool, handle: &Handle, report: Report<'_>) -> Result<(), Problem> {
    match report {
        // It is told as the end.
        Report::Missed { error } if !text::goes_on(error) => Ok(()),
        Report::Observed { generation, verdict } if json => {
            say_json(&report_json::observed(generation, Some(verdict)))
        }
        Report::Observed { generation, .. } => say(&seen_line(generation)),
        Report::Missed { error } if json => say_json(&report_json::missed(handle, error)),
        Report::Missed { error } => {
            note(&format!("missed: {error}"));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// One observation as a line.
pub(crate) fn seen_line(generation: &Generation) -> String {
    let mut line = format!("{}  {}", generation.handle, generation.status);
    if generation.phase() == Phase::Unrecognized {
        line.push_str(" (a word not known here)");
    }
    if let Some(progress) = text::progress(generation) {
        line.push_str(&format!("  {progress}"));
    }
    if let Some(failure) = &generation.failure {
        line.push_str(&format!("  {failure}"));
    }
    line
}

async fn ask_once(asked: &Asked) -> Result<Generation, Error> {
    let generation = asked.client.status(&asked.handle).await?;
    if generation.is_terminal() { Ok(generation) } else { generation.succeeded() }
}

pub(crate) fn print_end(json: bool, ended: &Ended) -> Result<(), Problem> {
    if json {
        say_json(&report_json::ended(&ended.handle, &ended.result))?;
        return ended
            .fetched
            .iter()
            .try_for_each(|fetched| say_json(&report_json::fetched(&ended.handle, fetched)));
    }
    let figures = ended.figures;
    match &ended.result {
        Ok(generation) => {
            let polls = match figures.polls {
                // Asked once, without a wait.
                0 => String::new(),
                polls => format!(
                    " after {}, {}",
                    text::duration(figures.took),
                    text::count(polls, "poll")
                ),
            };
            say(&format!("{}  {}{polls}", ended.handle, generation.phase()))?;
            print_details(generation, &ended.fetched)
        }
        Err(error) => {
            complain_of(error);
            Ok(())
        }
    }
}

/// Why it failed, and what it made: where it is now if it was fetched, else its URL.
pub(crate) fn print_details(generation: &Generation, fetched: &[Fetched]) -> Result<(), Problem> {
    print_failure(generation)?;
    for fetched in fetched {
        print_fetched(fetched)?;
    }
    for (index, output) in generation.outputs.iter().enumerate() {
        let before = generation.outputs.iter().take(index);
        let nth = before.filter(|other| other.kind == output.kind).count();
        let is_there = |fetched: &Fetched| {
            fetched.result.is_ok() && (fetched.kind, fetched.nth) == (output.kind, nth)
        };
        if fetched.iter().any(is_there) {
            continue;
        }
        let kind = output.kind.as_str().replace('_', " ");
        let expires = output.expires_at.map(|at| format!("  (expires {})", text::time(at)));
        // One that came with the answer is too long for a terminal.
        let url = match output.url.inline_base64() {
            Some(_) => format!("{}  (`videogen download` writes it to a file)", output.url),
            None => output.url.expose().to_owned(),
        };
        let takes_key = if output.needs_credentials { "  (takes the API key)" } else { "" };
        say(&format!("  {kind}: {url}{takes_key}{}", expires.unwrap_or_default()))?;
    }
    for failed in &generation.failed_outputs {
        let kind = failed.kind.as_str().replace('_', " ");
        say(&format!("  {kind}: did not come: {}", failed.failure))?;
    }
    Ok(())
}

/// What an earlier run downloaded.
pub(crate) fn print_downloaded(
    json: bool,
    handle: &Handle,
    fetched: &[Fetched],
) -> Result<(), Problem> {
    if json {
        return fetched.iter().try_for_each(|each| say_json(&report_json::fetched(handle, each)));
    }
    say(&format!("{handle}  {}", Phase::Succeeded))?;
    fetched.iter().try_for_each(print_fetched)
}

fn print_failure(generation: &Generation) -> Result<(), Problem> {
    let Some(failure) = &generation.failure else { return Ok(()) };
    let class = match failure.class {
        FailureClass::Unknown => String::new(),
        class => format!(" ({class})"),
    };
    say(&format!("  {failure}{class}"))
}

fn print_fetched(fetched: &Fetched) -> Result<(), Problem> {
    match &fetched.result {
        Ok(file) => {
            let kind = fetched.kind.as_str().replace('_', " ");
            let facts = text::file(file);
            say(&format!("  {kind}: {}  ({facts})", fetched.path.display()))
        }
        Err(error) => {
            complain_of(error);
            if error.kind() == ErrorKind::FileExists && fetched.path.is_file() {
                note("  --overwrite replaces it");
            }
            Ok(())
        }
    }
}

pub(crate) fn print_running(json: bool, running: &[Handle], again: &Again) -> Result<(), Problem> {
    if json {
        let said =
            running.iter().try_for_each(|handle| say_json(&report_json::interrupted(handle)));
        return said.inspect_err(|problem| note_running(running, problem, again));
    }
    if running.is_empty() {
        return Ok(());
    }
    note(match again {
        Again::Command { fetches: false, .. } => {
            "interrupted; still running at the provider, as far as is known:"
        }
        // They may have ended, and be only half downloaded.
        _ => "interrupted; not through with:",
    });
    let said = running.iter().try_for_each(|handle| say(&handle.to_string()));
    // Also when stdout took nothing.
    note(&format!("go on with: {}", again.command(running)));
    said
}
