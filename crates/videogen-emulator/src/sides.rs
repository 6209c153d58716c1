//! The sides that are built in, a file or a folder each.

pub(crate) mod fal;
pub(crate) mod kling;
pub(crate) mod openai;
pub(crate) mod prism;
pub(crate) mod synclabs;
pub(crate) mod token360;
pub(crate) mod veo;

use crate::side::Side;

pub use fal::FalSide;
pub use kling::{KLING_SECRET, KlingSide};
pub use openai::OpenAiSide;
pub use prism::PrismSide;
pub use synclabs::SynclabsSide;
pub use token360::Token360Side;
pub use veo::VeoSide;

/// The sides that every emulator has unless it is made [without](crate::Emulator::without_sides).
#[must_use]
pub fn built_in() -> Vec<Box<dyn Side>> {
    vec![
        Box::new(PrismSide::default()),
        Box::new(Token360Side::default()),
        Box::new(SynclabsSide::default()),
        Box::new(FalSide::default()),
        Box::new(OpenAiSide::openai()),
        Box::new(OpenAiSide::openrouter()),
        Box::new(VeoSide::gemini()),
        Box::new(VeoSide::vertex()),
        Box::new(KlingSide::default()),
    ]
}
