//! The command that goes on after an interruption, with what the caller said.

use std::path::Path;
use std::time::Duration;

use crate::args::{DownloadArgs, FetchArgs, Global, HowArgs, WaitArgs};
use crate::text::quoted;

/// `videogen wait …` or `videogen watch …` without the generations.
pub(crate) fn wait(global: &Global, args: &WaitArgs, every: bool) -> Options {
    let mut options = Options::default();
    options.how(&args.how);
    if let Some(directory) = &args.download {
        options.path("--download", directory);
    }
    options.fetch(&args.fetch);
    options.global(global);
    Options { verb: if every { "watch" } else { "wait" }, ..options }
}

/// `videogen download …` without the generations.
pub(crate) fn download(global: &Global, args: &DownloadArgs) -> Options {
    let mut options = Options { verb: "download", ..Options::default() };
    options.path("--to", &args.to);
    options.fetch(&args.fetch);
    options.global(global);
    options
}

/// A command without the generations that it is about.
#[derive(Debug, Default)]
pub(crate) struct Options {
    verb: &'static str,
    words: Vec<String>,
}

impl Options {
    /// With these generations.
    pub(crate) fn command(&self, names: &str) -> String {
        let mut command = format!("videogen {} {names}", self.verb);
        for word in &self.words {
            command.push(' ');
            command.push_str(word);
        }
        command
    }

    fn word(&mut self, word: &str) {
        self.words.push(word.to_owned());
    }

    fn value(&mut self, option: &str, value: &str) {
        self.words.push(format!("{option} {}", quoted(value)));
    }

    fn path(&mut self, option: &str, path: &Path) {
        self.value(option, &path.to_string_lossy());
    }

    fn time(&mut self, option: &str, time: Option<Duration>) {
        if let Some(time) = time {
            // Whole where it can be, since that is what people write.
            let milliseconds = time.as_millis();
            let written = if milliseconds.is_multiple_of(1000) {
                format!("{}s", time.as_secs())
            } else {
                format!("{milliseconds}ms")
            };
            self.value(option, &written);
        }
    }

    fn how(&mut self, args: &HowArgs) {
        self.time("--deadline", args.deadline);
        self.time("--interval", args.interval);
        if args.progress {
            self.word("--progress");
        }
        if let Some(most) = args.max_failures {
            self.value("--max-failures", &most.to_string());
        }
    }

    fn fetch(&mut self, args: &FetchArgs) {
        if args.kind.is_some() {
            self.value("--kind", &args.kind_word());
        }
        if args.overwrite {
            self.word("--overwrite");
        }
        if let Some(most) = args.max_bytes {
            self.value("--max-bytes", &most.to_string());
        }
        if args.allow_private_addresses {
            self.word("--allow-private-addresses");
        }
        if args.no_check {
            self.word("--no-check");
        }
    }

    fn global(&mut self, global: &Global) {
        for base_url in &global.base_url {
            self.value("--base-url", base_url);
        }
        if global.allow_plaintext {
            self.word("--allow-plaintext");
        }
        if let Some(keys) = &global.keys {
            self.path("--keys", keys);
        }
        if global.json {
            self.word("--json");
        }
    }
}
