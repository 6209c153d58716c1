//! `wait` and `watch`: several generations at once, each to its end.

use std::sync::Arc;

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
            if !prints_at_once {
                for ended in &ended {
                    print_end(json, ended)?;
                }
            }
            print_running(json, &running)?;
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
    let mut waits = JoinSet::new();
    for (index, asked) in asked.into_iter().enumerate() {
        let (options, screen, observe) = (options(&asked), Arc::clone(&screen), observe.clone());
        waits.spawn(async move {
            let mut problem = None;
            let result = asked
                .client
                .wait(&asked.handle)
                .options(options)
                .on_report(|report| {
                    screen.report(index, report);
                    if problem.is_none() {
                        problem = observe(&asked.handle, report).err();
                    }
                })
                .await;
            (index, asked.handle, result, problem)
        });
    }
    let interrupted = loop {
        let joined = tokio::select! {
            joined = waits.join_next() => joined,
            () = interruption() => break true,
        };
        let Some(joined) = joined else { break false };
        let (index, handle, result, problem) =
            joined.map_err(|error| Problem::Io("wait".to_owned(), error.into()))?;
        if let Some(problem) = problem {
            return Err(problem);
        }
        screen.end(index, &result);
        let ended = Ended { handle, result, figures: screen.figures(index) };
        end(&ended)?;
        if let Some(slot) = slots.get_mut(index) {
            *slot = Some(ended);
        }
    };
    screen.close();
    if !interrupted {
        return Ok(Followed::All(slots.into_iter().flatten().collect()));
    }
    let running = handles.iter().zip(&slots).filter(|(_, slot)| slot.is_none());
    let running = running.map(|(handle, _)| handle.clone()).collect();
    Ok(Followed::Interrupted { ended: slots.into_iter().flatten().collect(), running })
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
        return running.iter().try_for_each(|handle| say_json(&report_json::interrupted(handle)));
    }
    if running.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = running.iter().map(ToString::to_string).collect();
    note("interrupted; still running at the provider, as far as is known:");
    for name in &names {
        say(name)?;
    }
    note(&format!("go on with: videogen wait {}", names.join(" ")));
    Ok(())
}
