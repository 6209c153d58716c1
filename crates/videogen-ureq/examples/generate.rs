//! Submits, waits and downloads: the README's lines.
//!
//! `cargo run -p videogen-ureq --example generate`
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example shows what it did, and stores handles in a file"
)]

use std::fs::File;

use videogen_core::ApiKey;
use videogen_token360::{NewVideo, Token360};
use videogen_ureq::Client;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new(Token360::new(ApiKey::new("sk-your-api-key")?));
    let new = NewVideo::new("seedance-2.0", "A kite over the sea").build()?;
    let generated = client.generate(new).on_submitted(|accepted| store(&accepted.handles)).run()?;
    let video = generated.into_first()?.succeeded()?;
    let file = client.download(&video).to_dir("videos")?;
    println!("{}", file.path.unwrap_or_default().display());
    Ok(())
}

/// A handle finds its generation again from any process.
fn store(handles: &[videogen_core::Handle]) -> std::io::Result<()> {
    serde_json::to_writer(File::create("handles.json")?, handles)?;
    Ok(())
}
