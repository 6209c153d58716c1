//! `wait` and `watch`: several generations at once, each to its end.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use videogen_core::{
    Error, FailureClass, Generation, Handle, Phase, Report, StatusQuery, WaitOptions,
};

use crate::args::{Global, WaitArgs};
use crate::exit::Exit;
use crate::handles::{self, Asked};
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
}

pub(crate) async fn wait(global: &Global, args: &WaitArgs) -> Result<Exit, Problem> {
    run(global, args, false).await
}

pub(crate) async fn watch(global: &Global, args: &WaitArgs) -> Result<Exit, Problem> {
    run(global, args, true).await
}

async fn run(global: &Global, args: &WaitArgs, every: bool) -> Result<Exit, Problem> {
    let asked = handles::resolve(global, &args.generations)?;
    let json = global.json;
    let options = |asked: &Asked| options(asked, args);
    // Where every observation is printed, the printing tells the news.
    let screen = Arc::new(Screen::new(&handles_of(&asked), json || every));
    let observe = move |handle: &Handle, report: Report<'_>| {
        if every { print_report(json, handle, report) } else { Ok(()) }
    };
    let prints_at_once = !screen.draws();
    let followed = follow(asked, options, Arc::clone(&screen), observe, |ended| {
        if prints_at_once { print_end(json, ended) } else { Ok(()) }
    })
    .await?;
    match followed {
        Followed::All(all) => {
            if !prints_at_once {
                for ended in &all {
                    print_end(json, ended)?;
                }
            }
            Ok(Exit::worst(all.iter().map(|ended| Exit::of(&ended.result))))
        }
        Followed::Interrupted { ended, running } => {
            let said = if prints_at_once {
                Ok(())
            } else {
                ended.iter().try_for_each(|ended| print_end(json, ended))
            };
            // What still runs is worth more than what has ended, and is told even then.
            print_running(json, &running)?;
            said?;
            Ok(Exit::Interrupted)
        }
    }
}

fn options(asked: &Asked, args: &WaitArgs) -> WaitOptions {
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

/// Waits for all at once. Calls `observe` with each report and `end` with each end, as they come.
pub(crate) async fn follow(
    asked: Vec<Asked>,
    options: impl Fn(&Asked) -> WaitOptions,
    screen: Arc<Screen>,
    observe: impl Fn(&Handle, Report<'_>) -> Result<(), Problem> + Clone + Send + Sync + 'static,
    end: impl Fn(&Ended) -> Result<(), Problem>,
) -> Result<Followed, Problem> {
    let handles = handles_of(&asked);
    let mut slots: Vec<Option<Ended>> = handles.iter().map(|_| None).collect();
    // A report that cannot be written ends all the waits, and not only its own, and at once.
    let (unwritten, mut problems) = mpsc::unbounded_channel();
    let mut waits = JoinSet::new();
    for (index, asked) in asked.into_iter().enumerate() {
        let (options, screen, observe) = (options(&asked), Arc::clone(&screen), observe.clone());
        let unwritten = unwritten.clone();
        waits.spawn(async move {
            let result = asked
                .client
                .wait(&asked.handle)
                .options(options)
                .on_report(|report| {
                    screen.report(index, report);
                    if let Err(problem) = observe(&asked.handle, report) {
                        // Nobody receives it any more when another has ended all.
                        drop(unwritten.send(problem));
                    }
                })
                .await;
            (index, asked.handle, result)
        });
    }
    // One for all turns: a signal that comes between two of them is not lost.
    let mut interrupted = pin!(interruption());
    let stopped = loop {
        let joined = tokio::select! {
            biased;
            () = &mut interrupted => break Stopped::Interrupted,
            Some(problem) = problems.recv() => break Stopped::By(problem),
            joined = waits.join_next() => joined,
        };
        let (index, handle, result) = match joined {
            Some(Ok(joined)) => joined,
            Some(Err(error)) => break Stopped::By(Problem::Task(error)),
            None => break Stopped::AllEnded,
        };
        screen.end(index, &result);
        let ended = Ended { handle, result, figures: screen.figures(index) };
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
            note_running(&running, &problem);
            Err(problem)
        }
    }
}

/// Why nothing is waited for any longer.
enum Stopped {
    AllEnded,
    Interrupted,
    By(Problem),
}

/// Names on stderr what was not waited for to its end, unless a reader of stdout has merely had enough.
fn note_running(running: &[Handle], problem: &Problem) {
    if running.is_empty() || problem.is_broken_pipe() {
        return;
    }
    note(&format!(
        "stopped; these may still be running at the provider; go on with: videogen wait {}",
        names(running).join(" ")
    ));
}

fn names(handles: &[Handle]) -> Vec<String> {
    handles.iter().map(ToString::to_string).collect()
}

/// Resolves when somebody presses Ctrl-C or ends the process kindly.
pub(crate) async fn interruption() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
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
    if let Some(progress) = generation.progress {
        line.push_str(&format!("  {progress}"));
    }
    if let Some(failure) = &generation.failure {
        line.push_str(&format!("  {failure}"));
    }
    line
}

pub(crate) fn print_end(json: bool, ended: &Ended) -> Result<(), Problem> {
    if json {
        return say_json(&report_json::ended(&ended.handle, &ended.result));
    }
    let figures = ended.figures;
    match &ended.result {
        Ok(generation) => {
            say(&format!(
                "{}  {} after {}, {}",
                ended.handle,
                generation.phase(),
                text::duration(figures.took),
                text::count(figures.polls, "poll"),
            ))?;
            print_details(generation)
        }
        Err(error) => {
            complain_of(error);
            Ok(())
        }
    }
}

/// Why it failed, and what it made.
pub(crate) fn print_details(generation: &Generation) -> Result<(), Problem> {
    if let Some(failure) = &generation.failure {
        let class = match failure.class {
            FailureClass::Unknown => String::new(),
            class => format!(" ({class})"),
        };
        say(&format!("  {failure}{class}"))?;
    }
    for output in &generation.outputs {
        let kind = output.kind.as_str().replace('_', " ");
        let expires = output.expires_at.map(|at| format!("  (expires {})", text::time(at)));
        say(&format!("  {kind}: {}{}", output.url.expose(), expires.unwrap_or_default()))?;
    }
    Ok(())
}

pub(crate) fn print_running(json: bool, running: &[Handle]) -> Result<(), Problem> {
    if json {
        let said =
            running.iter().try_for_each(|handle| say_json(&report_json::interrupted(handle)));
        return said.inspect_err(|problem| note_running(running, problem));
    }
    if running.is_empty() {
        return Ok(());
    }
    let names = names(running);
    note("interrupted; still running at the provider, as far as is known:");
    let said = names.iter().try_for_each(|name| say(name));
    // Also when stdout took nothing.
    note(&format!("go on with: videogen wait {}", names.join(" ")));
    said
}
