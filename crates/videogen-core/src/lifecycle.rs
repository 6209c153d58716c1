//! Which words a provider has for a generation's state, which moves between them are legal, and a
//! machine that follows one generation along them.

use std::borrow::Cow;

use crate::generation::Generation;
use crate::progress::Progress;
use crate::status::{Phase, Status};

/// How well founded a status word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// On the provider's current page.
    Documented,
    /// On older pages or in older SDKs of the provider; understood, no longer expected.
    Legacy,
    /// Not the provider's at all: it has no word for this (only a flag, say), and this one is videogen's.
    Made,
}

/// One status word of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusWord {
    /// The word, letter for letter.
    pub word: &'static str,
    /// What it means.
    pub phase: Phase,
    /// What it means instead where the rest of the answer says so: a `failed` that is a refusal by policy, a `completed` without
    /// success. See [`Generation::fail`].
    pub or: &'static [Phase],
    /// How well founded it is.
    pub standing: Standing,
    /// The words that may come directly after it. Empty for a word that ends the generation.
    pub next: &'static [&'static str],
}

impl StatusWord {
    /// A word on the provider's current page.
    #[must_use]
    pub const fn documented(
        word: &'static str,
        phase: Phase,
        next: &'static [&'static str],
    ) -> Self {
        Self { word, phase, or: &[], standing: Standing::Documented, next }
    }

    /// A word of videogen's, for what the provider has none for.
    #[must_use]
    pub const fn made(word: &'static str, phase: Phase, next: &'static [&'static str]) -> Self {
        Self { word, phase, or: &[], standing: Standing::Made, next }
    }

    /// This word, which may mean one of these phases instead.
    #[must_use]
    pub const fn or(mut self, phases: &'static [Phase]) -> Self {
        self.or = phases;
        self
    }

    /// A word on older pages of the provider only.
    #[must_use]
    pub const fn legacy(word: &'static str, phase: Phase) -> Self {
        Self { word, phase, or: &[], standing: Standing::Legacy, next: &[] }
    }
}

/// A provider's status words as data.
///
/// ```
/// use videogen_core::{Phase, StatusTable, StatusWord};
/// static TABLE: StatusTable = StatusTable::new(&[
///     StatusWord::documented("queued", Phase::Queued, &["running"]),
///     StatusWord::documented("running", Phase::Running, &["done"]),
///     StatusWord::documented("done", Phase::Succeeded, &[]),
/// ]);
/// assert_eq!(TABLE.status("done").phase(), Phase::Succeeded);
/// assert_eq!(TABLE.status("DONE").phase(), Phase::Unrecognized); // letter for letter
/// assert!(TABLE.reaches("queued", "done")); // polls may miss what lies between
/// assert!(!TABLE.reaches("running", "queued"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StatusTable {
    words: &'static [StatusWord],
}

impl StatusTable {
    /// A table of these words.
    #[must_use]
    pub const fn new(words: &'static [StatusWord]) -> Self {
        Self { words }
    }

    /// Every word of the table.
    #[must_use]
    pub const fn words(&self) -> &'static [StatusWord] {
        self.words
    }

    /// The entry of `word`, compared letter for letter.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<&'static StatusWord> {
        self.words.iter().find(|entry| entry.word == word)
    }

    /// `raw` with what it means. A word that the table lacks is kept as [`Phase::Unrecognized`].
    #[must_use]
    pub fn status(&self, raw: &str) -> Status {
        match self.find(raw) {
            Some(entry) => Status::new(entry.phase, Cow::Borrowed(entry.word)),
            None => Status::new(Phase::Unrecognized, Cow::Owned(raw.to_owned())),
        }
    }

    /// `raw` with this meaning, where the table [allows](Self::allows) it; else as [`status`](Self::status) has it.
    #[must_use]
    pub fn status_as(&self, raw: &str, phase: Phase) -> Status {
        let status = self.status(raw);
        if self.allows(raw, phase) { status.meaning(phase) } else { status }
    }

    /// Whether a word may mean this phase: by itself, or instead with the rest of an answer.
    #[must_use]
    pub fn allows(&self, word: &str, phase: Phase) -> bool {
        match self.find(word) {
            Some(entry) => entry.phase == phase || entry.or.contains(&phase),
            None => phase == Phase::Unrecognized,
        }
    }

    /// Whether `to` can come after `from` in one or more legal moves.
    #[must_use]
    pub fn reaches(&self, from: &str, to: &str) -> bool {
        let mut reached: Vec<&str> = vec![from];
        let mut at = 0;
        while let Some(&word) = reached.get(at) {
            for &next in self.find(word).map_or(&[][..], |entry| entry.next) {
                if next == to {
                    return true;
                }
                if !reached.contains(&next) {
                    reached.push(next);
                }
            }
            at += 1;
        }
        false
    }
}

/// What an observation means for the generation's course so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Something new that fits: a later status, or more progress.
    Advances,
    /// Nothing new.
    Repeats,
    /// The status went back to an earlier one (`in_progress`, then `queued`).
    Regresses,
    /// The observation cannot be true together with itself or an earlier one.
    Contradicts(Contradiction),
}

/// How an observation contradicts itself or the ones before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contradiction {
    /// Less progress than was told before, in the same status.
    ProgressWentBack,
    /// The generation had ended, and is said to be queued or running.
    RunsAfterItsEnd,
    /// The generation had ended, and is said to have ended in another way.
    EndsAnotherWay,
    /// It is said to have succeeded, and there is no output.
    SucceededWithoutOutput,
}

/// Follows the statuses of one generation.
///
/// ```text
///             ┌────────── Regresses ─────────┐
///             ▼                              │
///   (none) ─▶ Queued ── Advances ─▶ Running ─┴─ Advances ─▶ ended ─┐
///              └─ Repeats            └─ Repeats               ▲    │ anything else
///                                                             └────┘ Contradicts, stays ended
/// ```
///
/// An end is absorbing: [`Lifecycle::end`] never changes once it is there, whatever is observed
/// afterwards. Words that the provider's table lacks count as new when they change, and are never an end.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    table: &'static StatusTable,
    /// The last status, recognised or not.
    latest: Option<Status>,
    /// The last status that the table lists.
    recognised: Option<Status>,
    progress: Option<Progress>,
    end: Option<Status>,
}

impl Lifecycle {
    /// A generation of which nothing has been observed.
    #[must_use]
    pub const fn new(table: &'static StatusTable) -> Self {
        Self { table, latest: None, recognised: None, progress: None, end: None }
    }

    /// The last status observed.
    #[must_use]
    pub const fn latest(&self) -> Option<&Status> {
        self.latest.as_ref()
    }

    /// The status that ended the generation: the first terminal one.
    #[must_use]
    pub const fn end(&self) -> Option<&Status> {
        self.end.as_ref()
    }

    /// Takes note of an observation and says what it means.
    pub fn observe(&mut self, seen: &Generation) -> Verdict {
        let verdict = self.judge(seen);
        let status = &seen.status;
        if self.latest.as_ref() != Some(status) {
            self.progress = None;
        }
        self.progress = self.progress.max(seen.progress);
        self.latest = Some(status.clone());
        if status.phase() != Phase::Unrecognized {
            self.recognised = Some(status.clone());
        }
        if status.is_terminal() && self.end.is_none() {
            self.end = Some(status.clone());
        }
        verdict
    }

    fn judge(&self, seen: &Generation) -> Verdict {
        let status = &seen.status;
        if let Some(end) = &self.end {
            if !status.is_terminal() {
                return Verdict::Contradicts(Contradiction::RunsAfterItsEnd);
            }
            if end.phase() != status.phase() {
                return Verdict::Contradicts(Contradiction::EndsAnotherWay);
            }
        }
        if status.phase() == Phase::Succeeded && !seen.has_primary_output() {
            return Verdict::Contradicts(Contradiction::SucceededWithoutOutput);
        }
        let Some(latest) = &self.latest else { return Verdict::Advances };
        if latest == status {
            return match (self.progress, seen.progress) {
                (Some(before), Some(now)) if now < before => {
                    Verdict::Contradicts(Contradiction::ProgressWentBack)
                }
                (before, now) if now > before => Verdict::Advances,
                _ => Verdict::Repeats,
            };
        }
        match &self.recognised {
            Some(before)
                if status.phase() != Phase::Unrecognized
                    && before != status
                    && !self.table.reaches(before.raw(), status.raw()) =>
            {
                // Legacy words are in no `next`: an end is never a step back.
                if status.is_terminal() { Verdict::Advances } else { Verdict::Regresses }
            }
            _ => Verdict::Advances,
        }
    }
}
