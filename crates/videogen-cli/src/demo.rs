//! `demo`: seven generations at three providers, emulated in this process.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use console::{Style, style};
use videogen_core::{ApiKey, Error, Generation, Handle, Provider, StatusQuery, WaitOptions};
use videogen_emulator::{
    Ending, Fault, FetchFault, ProviderName, RetryAfter, Script, ScriptedFetch, Server, When,
};
use videogen_prism::Prism;
use videogen_reqwest::{Client, ReqwestTransport};
use videogen_synclabs::SyncLabs;
use videogen_token360::Token360;

use crate::args::{FetchArgs, Global};
use crate::exit::Exit;
use crate::fetch::{Fetch, Target};
use crate::follow::{Again, Ended, Followed, Learn, follow, handles_of, print_end, print_running};
use crate::handles::Asked;
use crate::output::{note, say, say_as_is};
use crate::problem::Problem;
use crate::screen::Screen;
use crate::{table, text};

/// Emulated generations take seconds, not minutes, and are asked after accordingly.
const INTERVAL: Duration = Duration::from_secs(1);
const FLOOR: Duration = Duration::from_millis(250);
/// Nothing in the demo takes so long.
const DEADLINE: Duration = Duration::from_secs(18);

/// As long as a short clip.
const FILE_BYTES: u64 = 3 << 20;

/// A generation of the demo, how it is to end, and what it shows.
struct Part {
    script: Script,
    query: StatusQuery,
    ends: Exit,
    shows: &'static str,
}

fn parts() -> Vec<Part> {
    let seconds = Duration::from_secs_f64;
    let part = |name, id: &str, queued: f64, running: f64| Part {
        script: Script::new(name)
            .with_id(id)
            .queued_for(seconds(queued))
            .running_for(seconds(running)),
        query: StatusQuery::Plain,
        ends: Exit::Succeeded,
        shows: "",
    };
    let (prism, token360, sync) =
        (ProviderName::PRISM, ProviderName::TOKEN360, ProviderName::SYNCLABS);
    let mut parts = vec![
        Part {
            shows: "an ordinary course; the transfer is cut, and goes on",
            ..part(prism, "gen_harbour", 0.0, 4.0)
        },
        Part {
            shows: "fails after a while",
            ends: Exit::Failed,
            ..part(prism, "gen_storm", 0.0, 6.0)
        },
        Part { shows: "tells its progress", ..part(token360, "video-kite", 2.0, 6.0) },
        Part {
            shows: "rides through 404, 429, 502, half a JSON, a reset",
            ..part(token360, "video-bumpy", 1.0, 8.0)
        },
        Part {
            shows: "held long-polls, no polling",
            query: StatusQuery::LongPoll { hold: None },
            ..part(sync, "dub-interview", 2.0, 7.0)
        },
        Part {
            shows: "refused before any work",
            ends: Exit::Rejected,
            query: StatusQuery::LongPoll { hold: None },
            ..part(sync, "dub-refused", 3.0, 0.0)
        },
        Part {
            shows: "says it is done before the URL is there",
            query: StatusQuery::Progress,
            ..part(sync, "dub-late-url", 1.0, 4.0)
        },
    ];
    for part in &mut parts {
        let script = part.script.clone().with_file_bytes(FILE_BYTES);
        part.script = match script.id.as_deref() {
            Some("gen_harbour") => {
                script.with_fetch(ScriptedFetch::new(When::poll(1), FetchFault::Cut))
            }
            Some("gen_storm") => script.ending(Ending::Failed),
            Some("dub-refused") => script.ending(Ending::Rejected),
            Some("video-bumpy") => script
                .with_fault(When::poll(1), Fault::NotFound)
                .with_fault(
                    When::poll(3),
                    Fault::TooManyRequests {
                        retry_after: Some(RetryAfter::Seconds(Duration::from_secs(1))),
                    },
                )
                .with_fault(When::polls(4..=5), Fault::BadGatewayHtml)
                .with_fault(When::poll(6), Fault::TruncatedJson)
                .with_fault(When::poll(7), Fault::Reset),
            Some("dub-late-url") => {
                script.with_fault(When::polls(1..=7), Fault::CompletedWithoutUrl)
            }
            _ => script,
        };
    }
    parts
}

pub(crate) async fn run(global: &Global) -> Result<Exit, Problem> {
    let server =
        Server::start().map_err(|error| Problem::Io("start the emulator".to_owned(), error))?;
    let key = ApiKey::new("demo-key")?;
    let transport = Arc::new(ReqwestTransport::new()?);
    let parts = parts();
    if !global.json {
        note(&format!(
            "{} generations at 3 providers, emulated in this process at {}; nothing leaves this machine",
            parts.len(),
            server.origin()
        ));
    }
    let mut asked = Vec::new();
    for part in &parts {
        let created =
            server.add(part.script.clone()).map_err(|error| Problem::Usage(error.to_string()))?;
        let base_url = server.base_url(part.script.provider).clone();
        let provider: Arc<dyn Provider> = match part.script.provider {
            ProviderName::PRISM => Arc::new(Prism::new(key.clone()).at(base_url)),
            ProviderName::TOKEN360 => Arc::new(Token360::new(key.clone()).at(base_url)),
            _ => Arc::new(SyncLabs::new(key.clone()).at(base_url)),
        };
        let handle = provider.handle(&created.id)?;
        let client = Client::from_parts(provider, transport.clone());
        asked.push(Asked { handle, client });
    }
    let handles = handles_of(&asked);
    let query = |handle: &Handle| {
        let index = handles.iter().position(|other| other == handle);
        index.and_then(|index| parts.get(index)).map_or(StatusQuery::Plain, |part| part.query)
    };
    let learn = |asked: &Asked| {
        let guidance = asked.client.provider().guidance();
        let mut options = WaitOptions::with_deadline(&guidance, DEADLINE);
        options.pace.interval = INTERVAL;
        options.pace.floor = FLOOR;
        options.pace.longest_rest = INTERVAL;
        options.query = query(&asked.handle);
        Learn::Wait(options)
    };
    let files = Files::new();
    let fetch = Fetch::new(Target::Directory(files.0.clone()), FetchArgs::default(), None);
    let screen = Arc::new(Screen::new(&handles, global.json));
    let json = global.json;
    let followed = follow(
        asked,
        learn,
        Some(fetch),
        screen,
        |_, _| Ok(()),
        &Again::Same { without: "" },
        |ended| {
            if json { print_end(true, ended) } else { Ok(()) }
        },
    )
    .await?;
    let all = match followed {
        Followed::All(all) => all,
        Followed::Interrupted { running, .. } => {
            print_running(global.json, &running, &Again::Same { without: "" })?;
            return Ok(Exit::Interrupted);
        }
    };
    if !global.json {
        print_table(&parts, &all)?;
    }
    let as_expected = parts.iter().zip(&all).all(|(part, ended)| ended.exit() == part.ends);
    if as_expected {
        Ok(Exit::Succeeded)
    } else {
        Err(Problem::Usage("a generation of the demo did not end as its script says".to_owned()))
    }
}

fn print_table(parts: &[Part], all: &[Ended]) -> Result<(), Problem> {
    let bold = |text: &str| style(text).bold().to_string();
    let mut rows = vec![vec![
        bold("generation"),
        bold("ended"),
        bold("after"),
        bold("polls"),
        bold("missed"),
        bold("file"),
        bold("what it shows"),
    ]];
    for (part, ended) in parts.iter().zip(all) {
        rows.push(vec![
            ended.handle.to_string(),
            end_word(&ended.result),
            text::duration(ended.figures.took),
            ended.figures.polls.to_string(),
            ended.figures.missed.to_string(),
            file(ended),
            part.shows.to_owned(),
        ]);
    }
    say("")?;
    for line in table::lines(&rows) {
        say_as_is(&line)?;
    }
    Ok(())
}

/// What was downloaded: how long it is.
fn file(ended: &Ended) -> String {
    let files = ended.fetched.iter().flat_map(|fetched| &fetched.result);
    let bytes: u64 = files.map(|file| file.bytes).sum();
    if bytes == 0 { String::new() } else { text::bytes(bytes) }
}

/// A directory for the files, for as long as the demo runs.
struct Files(PathBuf);

impl Files {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("videogen-demo-{}", std::process::id())))
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // Whatever is left is in the system's directory for such things.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn end_word(result: &Result<Generation, Error>) -> String {
    let exit = Exit::of(result);
    let style = if exit == Exit::Succeeded { Style::new().green() } else { Style::new().red() };
    style.apply_to(exit.word().replace('_', " ")).to_string()
}
