//! Waits for a generation at Prism Videos: the README's ten lines.
//!
//! `cargo run -p videogen-ureq --example wait`
#![expect(clippy::print_stdout, reason = "an example shows what it learnt")]

use videogen_core::ApiKey;
use videogen_prism::Prism;
use videogen_ureq::Client;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new(Prism::new(ApiKey::new("prism_sk_your_key_here")?));
    let handle = client.handle("gen_abc123")?;
    let ended = client.wait(&handle).run()?;
    let video = ended.succeeded()?;
    println!("{}", video.video()?.url.expose());
    Ok(())
}
