//! What the command takes.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum as _};
use videogen_core::{Output, OutputKind, WebhookSecret};

use crate::known::KnownProvider;
use crate::{report_json, table, text};

/// Submit generations to AI-video providers, wait for them, and get the files.
///
/// A generation is named by its provider and its id: prism:gen_abc123, token360:your-video-id,
/// synclabs:00000000-0000-4000-8000-000000000001.
#[derive(Debug, Parser)]
#[command(name = "videogen", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// What stands below the help.
pub(crate) fn after_help(providers: &[KnownProvider]) -> String {
    // As many as there are providers: they are listed where each has a line.
    let first = |variable: fn(&KnownProvider) -> &str| {
        let first = providers.first().map_or("", variable);
        format!("  {first}, …")
    };
    let rows = [
        (
            first(|known| &known.key_variable),
            "the providers' keys; `videogen providers` names them",
        ),
        (first(|known| &known.base_url_variable), "other places than the providers' own"),
        ("  RUST_LOG".to_owned(), "what to log to stderr, such as videogen=debug"),
        ("  NO_COLOR".to_owned(), "no colours"),
    ];
    let rows = rows.map(|(name, what)| vec![name, what.to_owned()]);
    let events =
        report_json::EVENTS.map(|(event, says)| vec![format!("  {event}"), says.to_owned()]);
    format!(
        "Environment:\n{}\n\n{EXIT_CODES}\n\n{JSON_LINES}\n{}",
        table::lines(&rows).join("\n"),
        table::lines(&events).join("\n")
    )
}

const EXIT_CODES: &str = "\
Exit codes; with several generations the first of 2, 6, 5, 7, 9, 1, 3, 4, 0 that applies:
  0    succeeded
  1    failed
  2    bad usage: nothing was sent
  3    rejected by the provider
  4    cancelled or expired at the provider, or no longer there
  5    the deadline passed, or it has not ended; the generation may still be running
  6    could not ask, or submission refused: key, permission, credits, unknown id, a limit of
       failures; or stdout failed
  7    succeeded, says the provider, and there is no output
  8    it may have been accepted, and billed, and no answer said so
  9    succeeded, and could not be downloaded
  130  interrupted; what still runs is printed";

const JSON_LINES: &str = "\
Lines of --json; each has an `event`, and `outcome` is an exit code in a word. More may come:";

const BASE_URL_HELP: &str = "Ask at another place; with PROVIDER= in front if several providers are asked. \
    What the default has before the operation's path, such as https://api.sync.so/v2";

/// What every command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    /// Print one JSON object a line on stdout; `videogen --help` lists them
    #[arg(long, global = true, display_order = 901)]
    pub(crate) json: bool,

    // As text, since rustdoc takes a URL in a comment for a broken link.
    #[arg(long, global = true, display_order = 902, value_name = "[PROVIDER=]URL", help = BASE_URL_HELP)]
    pub(crate) base_url: Vec<String>,

    /// Send keys in clear to base URLs that begin with http:// and are not on this machine
    #[arg(long, global = true, display_order = 903)]
    pub(crate) allow_plaintext: bool,

    /// Read keys from a file with lines such as PRISM_API_KEY=…; the environment comes first
    #[arg(long, global = true, display_order = 904, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,

    /// The providers that there are: no argument.
    #[arg(skip)]
    pub(crate) providers: Vec<KnownProvider>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Submit a generation, once; prints its handle
    Submit(SubmitArgs),
    /// Ask what a generation would cost, where the provider tells; nothing is generated
    Cost(CostArgs),
    /// List the account's generations, where the provider does
    List(ListArgs),
    /// Delete generations that have ended, for ever, where the provider does
    Delete(DeleteArgs),
    /// Ask the provider to stop generations, where it can; they may end otherwise all the same
    Cancel(CancelArgs),
    /// Submit, wait, download; started again it goes on where it was
    ///
    /// It goes on if the submission is the same: provider, base URL, template, endpoint, body (byte for byte), files,
    /// idempotency key and --native, with the same directory to download to. Anything else is another submission, and is
    /// paid for. Other options may differ. A key of its own is trusted to make nothing twice for 24 hours, which is an
    /// assumption: no provider says how long it remembers one.
    Run(RunArgs),
    /// Ask once
    Status(StatusArgs),
    /// Download what generations made that have ended
    Download(DownloadArgs),
    /// Wait until all have ended
    Wait(WaitArgs),
    /// Wait, and print every observation
    Watch(WaitArgs),
    /// Serve the providers on this machine, for tests
    Emulate(EmulateArgs),
    /// Watch seven emulated generations end, in 10 seconds; needs no key and no network
    Demo,
    /// Show the providers: what each has, their status words, where they are asked, whether there is a key
    Providers,
}

/// A generation that is not there yet.
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// The provider; `videogen providers` lists them
    pub(crate) provider: String,

    /// A file with the JSON that the provider's page describes; `-` reads it from stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) body: PathBuf,

    /// The template to generate from, where the provider has templates
    #[arg(long, value_name = "ID")]
    pub(crate) template: Option<String>,

    /// Which of the provider's ways to make a generation, where that is a part of its path: a model, an app, or a task such as
    /// text2video
    #[arg(long, value_name = "NAME")]
    pub(crate) endpoint: Option<String>,

    /// A file to send along, under the form's name for it, such as video=me.mp4, where the provider takes
    /// files with a submission
    #[arg(long = "file", value_name = "NAME=PATH", value_parser = text::parse_file)]
    pub(crate) files: Vec<(String, PathBuf)>,

    /// The body is the model's own, to be handed on unchanged, where the provider does that
    #[arg(long)]
    pub(crate) native: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SubmitArgs {
    #[command(flatten)]
    pub(crate) new: NewArgs,

    /// The key that makes a repetition safe, where the provider promises that [default: a random one]
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<String>,

    /// If the answer is lost, name what the provider's list shows that may have been accepted
    #[arg(long)]
    pub(crate) look_up: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CostArgs {
    #[command(flatten)]
    pub(crate) new: NewArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// The provider; `videogen providers` lists them
    pub(crate) provider: String,

    /// How many on a page at the most [default: the provider's]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<NonZeroU32>,

    /// All pages
    #[arg(long)]
    pub(crate) all: bool,

    /// Begin after this place, which the page before named
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DeleteArgs {
    /// The generations; `-` reads them from stdin, one a line, also as JSON handles
    #[arg(required = true, value_name = "PROVIDER:ID")]
    pub(crate) generations: Vec<String>,

    /// Do not ask on the terminal; needed where there is none
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CancelArgs {
    /// The generations; `-` reads them from stdin, one a line, also as JSON handles
    #[arg(required = true, value_name = "PROVIDER:ID")]
    pub(crate) generations: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// The generations; `-` reads them from stdin, one a line, also as JSON handles
    #[arg(required = true, value_name = "PROVIDER:ID")]
    pub(crate) generations: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct WaitArgs {
    /// The generations; `-` reads them from stdin, one a line, also as JSON handles
    #[arg(required = true, value_name = "PROVIDER:ID")]
    pub(crate) generations: Vec<String>,

    #[command(flatten)]
    pub(crate) how: HowArgs,

    /// Download what each made to this directory, as soon as it has ended
    #[arg(long, value_name = "DIR", help_heading = DOWNLOADING)]
    pub(crate) download: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) fetch: FetchArgs,
}

/// How a wait goes.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct HowArgs {
    /// How long to wait at the most, such as 90s, 15m or 1h 30m [default: the provider's; `videogen providers` shows it]
    #[arg(long, value_name = "TIME", value_parser = text::parse_duration)]
    pub(crate) deadline: Option<Duration>,

    /// How long from one poll to the next [default: the provider's, or long-polls where it has them]
    #[arg(long, value_name = "TIME", value_parser = text::parse_duration)]
    pub(crate) interval: Option<Duration>,

    /// Ask for progress where the provider tells it only when asked, instead of holding long-polls
    #[arg(long)]
    pub(crate) progress: bool,

    /// Give up after so many failed polls in a row [default: only the deadline ends it]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) max_failures: Option<NonZeroU32>,
}

const DOWNLOADING: &str = "Downloading";

/// How outputs are fetched.
#[derive(Debug, Clone, PartialEq, Default, clap::Args)]
#[command(next_help_heading = DOWNLOADING)]
pub(crate) struct FetchArgs {
    /// What to download; `all` is all but share pages [default: what was asked for, and nothing on the side]
    #[arg(long, value_enum)]
    pub(crate) kind: Option<Kind>,

    /// Replace files that are there
    #[arg(long)]
    pub(crate) overwrite: bool,

    /// Do not download a file that is longer, such as 500MB or 2GiB
    #[arg(long, value_name = "SIZE", value_parser = text::parse_bytes)]
    pub(crate) max_bytes: Option<u64>,

    /// Download also from addresses that are not the internet's
    #[arg(long)]
    pub(crate) allow_private_addresses: bool,

    /// Do not check that a video is whole
    #[arg(long)]
    pub(crate) no_check: bool,
}

/// Which outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Kind {
    Video,
    Audio,
    Image,
    LastFrame,
    Segment,
    Other,
    All,
}

impl FetchArgs {
    /// Whether an output is wanted.
    pub(crate) fn wants(&self, output: &Output) -> bool {
        let kind = match self.kind {
            None => return output.primary,
            Some(Kind::All) => return output.kind != OutputKind::SharePage,
            Some(Kind::Video) => OutputKind::Video,
            Some(Kind::Audio) => OutputKind::Audio,
            Some(Kind::Image) => OutputKind::Image,
            Some(Kind::LastFrame) => OutputKind::LastFrame,
            Some(Kind::Segment) => OutputKind::Segment,
            Some(Kind::Other) => OutputKind::Other,
        };
        output.kind == kind
    }

    /// What is wanted, in a word.
    pub(crate) fn kind_word(&self) -> String {
        let value = self.kind.and_then(|kind| kind.to_possible_value());
        value.map_or_else(|| "primary".to_owned(), |value| value.get_name().to_owned())
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct DownloadArgs {
    /// The generations; `-` reads them from stdin, one a line, also as JSON handles
    #[arg(required = true, value_name = "PROVIDER:ID")]
    pub(crate) generations: Vec<String>,

    /// Where to: a directory if it is one or ends with /, else a file
    #[arg(long, value_name = "DIR|FILE", default_value = ".")]
    pub(crate) to: PathBuf,

    #[command(flatten)]
    pub(crate) fetch: FetchArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) new: NewArgs,

    /// The key that makes a repetition safe, where the provider promises that [default: a random one]
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<String>,

    /// Begin anew, and pay anew, if the same was submitted before and is through; what is not is gone on with
    #[arg(long)]
    pub(crate) anew: bool,

    /// Take this generation for what was submitted
    #[arg(long, value_name = "PROVIDER:ID", conflicts_with_all = ["resubmit", "look_up"])]
    pub(crate) adopt: Option<String>,

    /// Submit again what may have been accepted, at the risk of paying twice; not to be repeated after an interruption
    #[arg(long, conflicts_with = "look_up")]
    pub(crate) resubmit: bool,

    /// Look in the provider's list for what may have been accepted, and take it if there is just one and it has the
    /// submitted model and prompt; never with --native
    #[arg(long)]
    pub(crate) look_up: bool,

    #[command(flatten)]
    pub(crate) how: HowArgs,

    /// Download to this directory; what was submitted is written down in .videogen there
    #[arg(long, value_name = "DIR", help_heading = DOWNLOADING)]
    pub(crate) download: PathBuf,

    #[command(flatten)]
    pub(crate) fetch: FetchArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct EmulateArgs {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4010")]
    pub(crate) listen: SocketAddr,

    /// What Sync Labs' webhooks are signed with [default: whsec_emulated]
    #[arg(long, value_name = "SECRET", value_parser = text::parse_secret)]
    pub(crate) webhook_secret: Option<WebhookSecret>,

    /// Files with scripts of generations to begin with, each a script or a list of them
    #[arg(value_name = "SCRIPT")]
    pub(crate) scripts: Vec<PathBuf>,
}
