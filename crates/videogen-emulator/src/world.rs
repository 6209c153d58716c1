//! What an emulator holds beside the sides: generations, and what was planned.

use std::collections::BTreeMap;

use videogen_core::Moment;

use crate::fetch::Fetched;
use crate::output_file::OutputFile;
use crate::provider_name::ProviderName;
use crate::script::Script;
use crate::side::{Side, Submission};
use crate::signed_url::Signing;
use crate::submit::Submits;
use crate::view::View;
use crate::wall::Wall;
use crate::webhooks::Webhooks;

/// Everything that is no side's own.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) wall: Wall,
    pub(crate) origin: String,
    pub(crate) generations: BTreeMap<(ProviderName, String), Emulated>,
    pub(crate) submits: BTreeMap<ProviderName, Submits>,
    pub(crate) webhooks: Webhooks,
    /// How many ids were made.
    made: u64,
}

/// A generation at an emulated provider.
#[derive(Clone, Debug)]
pub(crate) struct Emulated {
    pub(crate) script: Script,
    /// What was submitted, if it was submitted to the provider.
    pub(crate) submitted: Option<Submission>,
    /// How many generations were there before it.
    pub(crate) before: usize,
    pub(crate) created: Moment,
    pub(crate) polls: u64,
    pub(crate) fetched: Fetched,
}

impl Emulated {
    /// One of its videos as it is now.
    pub(crate) fn video(&self, id: &str, number: usize) -> OutputFile {
        let Self { script, fetched, .. } = self;
        OutputFile::video(script.provider, id, number, fetched.version, script.file_bytes)
    }
}

impl World {
    pub(crate) fn new(wall: Wall, origin: &str) -> Self {
        Self {
            wall,
            origin: origin.to_owned(),
            generations: BTreeMap::new(),
            submits: BTreeMap::new(),
            webhooks: Webhooks::default(),
            made: 0,
        }
    }

    pub(crate) fn generation(&self, provider: ProviderName, id: &str) -> Option<&Emulated> {
        self.generations.get(&(provider, id.to_owned()))
    }

    /// A provider's generations, in the order of their creation.
    pub(crate) fn generations_of(&self, provider: ProviderName) -> Vec<(&str, &Emulated)> {
        let first = (provider, String::new());
        let all = self.generations.range(first..).take_while(|((whose, _), _)| *whose == provider);
        let mut all: Vec<_> = all.map(|((_, id), it)| (id.as_str(), it)).collect();
        all.sort_unstable_by_key(|(_, generation)| generation.before);
        all
    }

    /// A generation as it is at `now`.
    pub(crate) fn view<'a>(
        &'a self,
        provider: ProviderName,
        signing: Signing,
        id: &str,
        now: Moment,
    ) -> Option<View<'a>> {
        let key = (provider, id.to_owned());
        let ((_, id), generation) = self.generations.get_key_value(&key)?;
        Some(View::new(self, signing, generation, id, now))
    }

    pub(crate) fn insert(
        &mut self,
        side: &dyn Side,
        now: Moment,
        id: String,
        script: Script,
        submitted: Option<Submission>,
    ) {
        let before = self.generations.len();
        let provider = script.provider;
        let fetched = Fetched::default();
        let generation = Emulated { script, submitted, before, created: now, polls: 0, fetched };
        self.generations.insert((provider, id.clone()), generation);
        self.plan_webhooks(side, &id);
    }

    /// An id like the provider's that is not taken.
    pub(crate) fn make_id(&mut self, side: &dyn Side, submission: Option<&Submission>) -> String {
        loop {
            self.made = self.made.saturating_add(1);
            let id = side.new_id(self.made, submission);
            if !self.generations.contains_key(&(side.name(), id.clone())) {
                return id;
            }
        }
    }
}

/// A handle's text form.
pub(crate) fn handle(provider: ProviderName, id: &str) -> String {
    format!("{provider}:{id}")
}
