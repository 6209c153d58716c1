//! Downloads the video of a generation that has ended at Prism Videos to a file.
//!
//! `PRISM_API_KEY=… cargo run -p videogen-ureq --example download -- gen_abc123 video.mp4`
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example reads its environment and shows what it did"
)]

use std::env;

use videogen_core::{ApiKey, BaseUrl};
use videogen_prism::Prism;
use videogen_ureq::Client;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [id, path] = <[String; 2]>::try_from(env::args().skip(1).collect::<Vec<_>>())
        .map_err(|_| "give the id of a generation, and a file")?;
    let mut prism = Prism::new(ApiKey::new(env::var("PRISM_API_KEY")?)?);
    if let Ok(base_url) = env::var("PRISM_BASE_URL") {
        prism = prism.at(BaseUrl::parse(&base_url)?);
    }
    let client = Client::new(prism);
    let ended = client.status(&client.handle(&id)?)?.succeeded()?;
    let downloaded = client.download(&ended).to_file(path)?;
    println!("{} bytes", downloaded.bytes);
    Ok(())
}
