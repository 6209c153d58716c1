//! For testing what is built on videogen.
pub mod clock;
pub use clock::VirtualClock;
