//! What a side gets to see of the emulator.

use std::fmt;

use videogen_core::Moment;

use crate::emulator::MAX_GENERATIONS;
use crate::provider_name::ProviderName;
use crate::side::{Reason, Side, Submission};
use crate::signed_url::Signing;
use crate::view::View;
use crate::wall::Time;
use crate::world::World;

/// The account at a provider whose operation is asked for: the generations, the time, and a way to make more.
pub struct Account<'a> {
    world: &'a mut World,
    provider: ProviderName,
    signing: Signing,
    now: Moment,
    about: Option<String>,
}

impl<'a> Account<'a> {
    pub(crate) const fn new(
        world: &'a mut World,
        provider: ProviderName,
        signing: Signing,
        now: Moment,
    ) -> Self {
        Self { world, provider, signing, now, about: None }
    }

    /// What the wall clock shows.
    #[must_use]
    pub fn now(&self) -> Time {
        self.world.wall.at(self.now)
    }

    /// The same as a moment.
    #[must_use]
    pub const fn moment(&self) -> Moment {
        self.now
    }

    /// What the wall clock shows at that moment.
    #[must_use]
    pub fn time_at(&self, moment: Moment) -> Time {
        self.world.wall.at(moment)
    }

    /// Scheme, host and port of the emulator, for URLs.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.world.origin
    }

    /// A generation of the provider's as it is now.
    #[must_use]
    pub fn view(&self, id: &str) -> Option<View<'_>> {
        self.world.view(self.provider, self.signing, id, self.now)
    }

    /// Every generation of the provider's as it is now, in the order of their creation.
    pub fn views(&self) -> impl DoubleEndedIterator<Item = View<'_>> {
        let all = self.world.generations_of(self.provider).into_iter();
        all.map(|(id, it)| View::new(self.world, self.signing, it, id, self.now))
    }

    /// Whether the emulator has room for so many generations more.
    #[must_use]
    pub fn has_room_for(&self, count: usize) -> bool {
        self.world.has_room_for(count)
    }

    /// Makes a generation of a submission that comes by another operation than [`Submit`](crate::Operation::Submit): it follows
    /// what is planned for submissions. Gives its id. `side` is the side itself.
    ///
    /// # Errors
    ///
    /// [`Reason::Unavailable`] if the emulator holds [`MAX_GENERATIONS`] already.
    pub fn make(&mut self, side: &dyn Side, submission: Submission) -> Result<String, Reason> {
        if !self.has_room_for(1) {
            return Err(Reason::Unavailable);
        }
        let plan = self.world.submits_to(self.provider).plan.generation.clone();
        let script = side.completed(plan, &submission);
        let id = self.world.make_id(side, Some(&submission));
        self.world.insert(side, self.now, id.clone(), script, Some(submission));
        Ok(id)
    }

    /// Says which generation the request is about, for the emulator's log.
    pub fn is_about(&mut self, id: &str) {
        self.about = Some(id.to_owned());
    }

    pub(crate) fn into_about(self) -> Option<String> {
        self.about
    }
}

impl fmt::Debug for Account<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({} at {:?})", self.provider, self.now)
    }
}

impl World {
    pub(crate) fn has_room_for(&self, count: usize) -> bool {
        self.generations.len().saturating_add(count) <= MAX_GENERATIONS
    }
}
