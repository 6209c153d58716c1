//! Acme Video for videogen. It exists nowhere: this is the crate of `docs/adding-a-provider.md`.

mod provider;
mod status;
mod wire;

pub use provider::Acme;
pub use wire::DOCUMENTED_ERRORS;
