//! Shows every observation of a generation at Sync Labs.
//!
//! `cargo run -p videogen-reqwest --example watch`
#![expect(clippy::print_stdout, reason = "an example shows what it learnt")]

use videogen_core::ApiKey;
use videogen_reqwest::Client;
use videogen_synclabs::SyncLabs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new(SyncLabs::new(ApiKey::new("your-api-key")?));
    let handle = client.handle("00000000-0000-4000-8000-000000000001")?;
    let mut watch = client.watch(&handle);
    while let Some(seen) = watch.next().await {
        println!("{}", seen?.status);
    }
    Ok(())
}
