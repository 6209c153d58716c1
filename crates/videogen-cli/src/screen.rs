//! What a person sees while generations are waited for: a line each on a terminal, else a line for each news.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::{Style, measure_text_width, style, truncate_str};
use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use videogen_core::{Error, Generation, Handle, Phase, Report};

use crate::exit::Exit;
use crate::fetch::{Fetched, Progress};
use crate::output::{clean, note};
use crate::text;

/// How often a terminal's lines are drawn.
const TICK: Duration = Duration::from_millis(150);

/// The longest rest that is counted down: some clocks cannot name a time much later.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How many columns a line needs besides the handle, up to how long it has taken.
const BESIDES_HANDLE: usize = 34;

/// However narrow the terminal.
const NARROWEST_HANDLE: usize = 10;

/// The lines of all generations.
pub(crate) struct Screen {
    lines: Vec<Arc<Mutex<Line>>>,
    drawn: Option<Drawn>,
    /// Whether news are told as lines where nothing is drawn.
    tells: bool,
}

/// Lines on a terminal.
struct Drawn {
    _all: MultiProgress,
    bars: Vec<ProgressBar>,
}

/// What is known of one generation.
struct Line {
    handle: Handle,
    width: usize,
    begun: Instant,
    /// When its end was learnt. Downloads come after.
    learnt_after: Option<Duration>,
    ended_after: Option<Duration>,
    word: String,
    phase: Option<Phase>,
    progress: String,
    missed: Option<String>,
    next_poll: Option<Instant>,
    ended: Option<String>,
    fetch: Option<Fetching>,
    polls: u32,
    missed_polls: u32,
}

/// A download that is under way.
struct Fetching {
    name: String,
    begun: Instant,
    /// How many bytes were there when it began.
    from: u64,
    bytes: u64,
    total: Option<u64>,
}

/// How a wait went, in numbers.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) took: Duration,
    pub(crate) polls: u32,
    pub(crate) missed: u32,
}

impl Figures {
    /// Of a wait that was not.
    pub(crate) const NONE: Self = Self { took: Duration::ZERO, polls: 0, missed: 0 };
}

impl Screen {
    /// Lines for these generations. Nothing is drawn where stderr is no terminal, or where logs would be in between.
    pub(crate) fn new(handles: &[Handle], quiet: bool) -> Self {
        let width = handles.iter().map(|handle| handle.to_string().chars().count()).max();
        let width = width.unwrap_or(0).min(48);
        let lines: Vec<_> =
            handles.iter().map(|handle| Arc::new(Mutex::new(Line::new(handle, width)))).collect();
        let draws =
            !quiet && std::io::stderr().is_terminal() && std::env::var_os("RUST_LOG").is_none();
        let drawn = draws.then(|| Drawn::new(&lines));
        Self { lines, drawn, tells: !quiet && !draws }
    }

    /// Whether lines are drawn on a terminal.
    pub(crate) fn draws(&self) -> bool {
        self.drawn.is_some()
    }

    /// Takes note of what happened to the generation at `index`.
    pub(crate) fn report(&self, index: usize, report: Report<'_>) {
        let Some(mut line) = self.line(index) else { return };
        match report {
            Report::Polling { .. } => {
                line.polls += 1;
                line.next_poll = None;
            }
            Report::Observed { generation, .. } => {
                let is_news = line.observe(generation);
                if is_news && self.tells {
                    note(&line.news());
                }
            }
            Report::Missed { error } => {
                line.missed_polls += 1;
                line.missed = Some(clean(&text::missed(error)));
                if self.tells && text::goes_on(error) {
                    note(&line.news());
                }
            }
            Report::Resting { rest } => {
                line.next_poll = Instant::now().checked_add(rest.min(LONGEST));
            }
            _ => {}
        }
    }

    /// Takes note of that the state of the generation at `index` is known for good.
    pub(crate) fn learnt(&self, index: usize) {
        if let Some(mut line) = self.line(index) {
            line.learnt_after = Some(line.begun.elapsed());
        }
    }

    /// Takes note of how far a download of the generation at `index` has come.
    pub(crate) fn fetching(&self, index: usize, progress: Progress<'_>) {
        let Some(mut line) = self.line(index) else { return };
        let is_news = line.fetching(progress);
        if is_news && self.tells {
            let total = progress.total.map(|total| format!(", {}", text::bytes(total)));
            let total = total.unwrap_or_default();
            note(&format!("{}  downloading {}{total}", line.handle, progress.name));
        }
    }

    /// Takes note of how the generation at `index` ended, and of what was downloaded.
    pub(crate) fn end(
        &self,
        index: usize,
        result: &Result<Generation, Error>,
        fetched: &[Fetched],
    ) {
        if let Some(mut line) = self.line(index) {
            line.end(result, fetched);
        }
        if let Some(bar) = self.drawn.as_ref().and_then(|drawn| drawn.bars.get(index)) {
            bar.finish();
        }
    }

    /// Leaves the lines as they are.
    pub(crate) fn close(&self) {
        for bar in self.drawn.iter().flat_map(|drawn| &drawn.bars) {
            bar.abandon();
        }
    }

    pub(crate) fn figures(&self, index: usize) -> Figures {
        match self.line(index) {
            Some(line) => Figures {
                took: line.learnt_after.unwrap_or_else(|| line.age()),
                polls: line.polls,
                missed: line.missed_polls,
            },
            None => Figures::NONE,
        }
    }

    fn line(&self, index: usize) -> Option<MutexGuard<'_, Line>> {
        self.lines.get(index).map(|line| line.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drawn {
    fn new(lines: &[Arc<Mutex<Line>>]) -> Self {
        let all = MultiProgress::new();
        let bars = lines
            .iter()
            .map(|line| {
                let line = Arc::clone(line);
                let draw = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                    let line = line.lock().unwrap_or_else(PoisonError::into_inner);
                    // A line that wraps would be drawn again and again.
                    let columns = usize::from(console::Term::stderr().size().1).max(20);
                    let spinner =
                        if state.is_finished() { line.mark() } else { line.spinner().to_owned() };
                    let text = format!("{spinner} {}", line.drawn(columns));
                    let _ = out.write_str(&truncate_str(&text, columns - 1, "…"));
                };
                let template = ProgressStyle::with_template("{line}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner())
                    .with_key("line", draw);
                let bar = all.add(ProgressBar::new_spinner().with_style(template));
                bar.enable_steady_tick(TICK);
                bar
            })
            .collect();
        Self { _all: all, bars }
    }
}

impl Line {
    fn new(handle: &Handle, width: usize) -> Self {
        Self {
            handle: handle.clone(),
            width,
            begun: Instant::now(),
            learnt_after: None,
            ended_after: None,
            word: "asking".to_owned(),
            phase: None,
            progress: String::new(),
            missed: None,
            next_poll: None,
            ended: None,
            fetch: None,
            polls: 0,
            missed_polls: 0,
        }
    }

    /// Returns whether there is news.
    fn observe(&mut self, generation: &Generation) -> bool {
        let word = clean(&generation.status.to_string());
        let progress = text::progress(generation).unwrap_or_default();
        let news = self.missed.is_some() || (&self.word, &self.progress) != (&word, &progress);
        self.word = word;
        self.progress = progress;
        self.phase = Some(generation.phase());
        self.missed = None;
        news
    }

    /// Whether a file is begun with this.
    fn fetching(&mut self, progress: Progress<'_>) -> bool {
        let is_known = self.fetch.as_ref().is_some_and(|fetch| fetch.name == progress.name);
        let Progress { name, bytes, total } = progress;
        match &mut self.fetch {
            Some(fetch) if is_known => (fetch.bytes, fetch.total) = (bytes, total),
            _ => {
                let (name, begun) = (clean(name), Instant::now());
                self.fetch = Some(Fetching { name, begun, from: bytes, bytes, total });
            }
        }
        self.missed = None;
        !is_known
    }

    fn end(&mut self, result: &Result<Generation, Error>, fetched: &[Fetched]) {
        self.ended_after = Some(self.begun.elapsed());
        self.next_poll = None;
        self.missed = None;
        self.fetch = None;
        match result {
            Ok(generation) => {
                self.phase = Some(generation.phase());
                self.ended = generation.failure.as_ref().map(|failure| clean(&failure.to_string()));
            }
            Err(error) => self.ended = Some(clean(&error.to_string())),
        }
        if let Some(error) = fetched.iter().find_map(|fetched| fetched.result.as_ref().err()) {
            self.ended = Some(clean(&error.to_string()));
            self.word = Exit::NotDownloaded.word().replace('_', " ");
            self.phase = None;
        } else if !fetched.is_empty() {
            let files = fetched.iter().flat_map(|fetched| &fetched.result);
            let bytes = files.map(|file| file.bytes).sum();
            self.word = "downloaded".to_owned();
            self.progress = String::new();
            self.ended = Some(text::bytes(bytes));
        }
        if result.is_err() {
            self.word = Exit::of(result).word().replace('_', " ");
            self.phase = None;
        }
    }

    fn age(&self) -> Duration {
        self.ended_after.unwrap_or_else(|| self.begun.elapsed())
    }

    /// As a line on a terminal, without the spinner. The handle gives way to the state where there is little room.
    fn drawn(&self, columns: usize) -> String {
        let room = columns.saturating_sub(BESIDES_HANDLE).max(NARROWEST_HANDLE);
        let handle = pad(&self.handle.to_string(), self.width.min(room));
        let word = match &self.fetch {
            Some(_) => Style::new().cyan().for_stderr().apply_to("downloading").to_string(),
            None => self.colour().apply_to(&self.word).to_string(),
        };
        let word = pad(&word, 12);
        let progress = self.fetch.as_ref().and_then(Fetching::percent);
        let progress = format!("{:>5}", progress.as_ref().unwrap_or(&self.progress));
        let age = format!("{:>9}", text::duration(whole_seconds(self.age())));
        let more = match (&self.ended, &self.missed) {
            (Some(ended), _) => ended.clone(),
            (None, _) if self.ended_after.is_some() => text::count(self.polls, "poll"),
            (None, _) if self.fetch.is_some() => {
                self.fetch.as_ref().map(Fetching::drawn).unwrap_or_default()
            }
            (None, missed) => {
                let next = match self.next_poll {
                    Some(at) => {
                        let rest = at.saturating_duration_since(Instant::now());
                        format!("next poll in {}", text::duration(whole_seconds(rest)))
                    }
                    None => "asking".to_owned(),
                };
                match missed {
                    Some(missed) => {
                        let missed = format!("missed a poll: {missed}");
                        format!("{next}; {}", style(missed).yellow().for_stderr())
                    }
                    None => next,
                }
            }
        };
        format!("{handle}  {word} {progress} {age}  {more}")
    }

    /// As a line where there is no terminal.
    fn news(&self) -> String {
        let age = text::duration(self.begun.elapsed());
        let mut news = format!("{}  {}", self.handle, self.word);
        if !self.progress.is_empty() {
            news.push_str(&format!(" {}", self.progress));
        }
        news.push_str(&format!(" after {age}"));
        if let Some(missed) = &self.missed {
            news.push_str(&format!("; poll {} missed: {missed}", self.polls));
        }
        news
    }

    fn colour(&self) -> Style {
        let style = match self.phase {
            Some(phase) => colour(phase),
            None if self.ended_after.is_some() => Style::new().red(),
            None => Style::new().dim(),
        };
        style.for_stderr()
    }

    fn mark(&self) -> String {
        let style = Style::new().for_stderr();
        match self.phase {
            _ if self.ended_after.is_none() => style.dim().apply_to("·").to_string(),
            Some(Phase::Succeeded) => style.green().apply_to("✔").to_string(),
            _ => style.red().apply_to("✘").to_string(),
        }
    }

    fn spinner(&self) -> &'static str {
        const FRAMES: [&str; 8] = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇", "⠏", "⠉"];
        let frame = self.begun.elapsed().as_millis() / TICK.as_millis();
        usize::try_from(frame).ok().and_then(|f| FRAMES.get(f % FRAMES.len())).unwrap_or(&"·")
    }
}

impl Fetching {
    fn percent(&self) -> Option<String> {
        let total = self.total.filter(|total| *total > 0)?;
        Some(format!("{}%", u128::from(self.bytes) * 100 / u128::from(total)))
    }

    fn drawn(&self) -> String {
        let bytes = text::bytes(self.bytes);
        let of = match self.total {
            Some(total) => format!("{bytes} of {}", text::bytes(total)),
            None => bytes,
        };
        let millis = self.begun.elapsed().as_millis();
        let came = u128::from(self.bytes.saturating_sub(self.from));
        let a_second = (came * 1000).checked_div(millis).and_then(|rate| u64::try_from(rate).ok());
        match a_second {
            // A rate over a moment says nothing.
            Some(rate) if millis >= 500 => {
                format!("{of}, {}/s  {}", text::bytes(rate), self.name)
            }
            _ => format!("{of}  {}", self.name),
        }
    }
}

/// The colour of a phase, on stdout.
pub(crate) fn colour(phase: Phase) -> Style {
    let style = Style::new();
    match phase {
        Phase::Succeeded => style.green(),
        Phase::Queued => style.dim(),
        Phase::Running => style.cyan(),
        Phase::Unrecognized => style.yellow(),
        _ => style.red(),
    }
}

fn pad(text: &str, width: usize) -> String {
    let short = truncate_str(text, width, "…");
    format!("{short}{}", " ".repeat(width.saturating_sub(measure_text_width(&short))))
}

fn whole_seconds(duration: Duration) -> Duration {
    Duration::from_secs(duration.as_secs())
}
