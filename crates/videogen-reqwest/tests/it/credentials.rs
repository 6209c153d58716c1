//! The key goes to the configured origin only.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use tokio::runtime::Builder;
use videogen_core::{ApiKey, BaseUrl, Provider};
use videogen_prism::Prism;
use videogen_reqwest::{Client, ReqwestTransport};
use videogen_synclabs::SyncLabs;
use videogen_testkit::{TEST_KEY, redirect_suite};
use videogen_token360::Token360;

use crate::transport::client;

/// Redirects end waits at once. If they do not, the test is not to take as long as a video.
const PATIENCE: Duration = Duration::from_secs(5);

fn no_redirect_gets_the_key(transport: &ReqwestTransport) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let key = || ApiKey::new(TEST_KEY).unwrap();
    let prism = |at| -> Arc<dyn Provider> { Arc::new(Prism::new(key()).at(at)) };
    let token360 = |at| -> Arc<dyn Provider> { Arc::new(Token360::new(key()).at(at)) };
    let synclabs = |at| -> Arc<dyn Provider> { Arc::new(SyncLabs::new(key()).at(at)) };
    let makers: [&dyn Fn(BaseUrl) -> Arc<dyn Provider>; 3] = [&prism, &token360, &synclabs];
    for make in makers {
        redirect_suite::check(make, &|provider, handle| {
            let client = Client::from_parts(provider, Arc::new(transport.clone()));
            runtime.block_on(async {
                let mut asked =
                    vec![client.status(handle).await, client.wait(handle).deadline(PATIENCE).await];
                let mut watch = client.watch(handle).deadline(PATIENCE);
                while let Some(item) = watch.next().await {
                    asked.push(item);
                }
                asked
            })
        })
        .assert();
    }
}

#[test]
fn a_transport_of_its_own_keeps_the_key_here() {
    no_redirect_gets_the_key(&ReqwestTransport::new().unwrap());
}

#[test]
fn a_transport_on_a_callers_client_keeps_the_key_here() {
    let client = client().redirect(Policy::none()).build().unwrap();
    no_redirect_gets_the_key(&ReqwestTransport::from_client(client));
}
