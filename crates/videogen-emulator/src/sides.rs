//! The sides that are built in, a file or a folder each.

pub(crate) mod kling;
pub(crate) mod prism;
pub(crate) mod synclabs;
pub(crate) mod token360;

use crate::side::Side;

pub use kling::{KLING_SECRET, KlingSide};
pub use prism::PrismSide;
pub use synclabs::SynclabsSide;
pub use token360::Token360Side;

/// The sides that every emulator has unless it is made [without](crate::Emulator::without_sides).
#[must_use]
pub fn built_in() -> Vec<Box<dyn Side>> {
    vec![
        Box::new(PrismSide::default()),
        Box::new(Token360Side::default()),
        Box::new(SynclabsSide::default()),
        Box::new(KlingSide::default()),
    ]
}
