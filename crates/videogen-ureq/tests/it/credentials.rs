//! The key goes to the configured origin only.

use std::sync::Arc;
use std::time::Duration;

use videogen_core::{ApiKey, BaseUrl, Provider};
use videogen_prism::Prism;
use videogen_synclabs::SyncLabs;
use videogen_testkit::{TEST_KEY, redirect_suite};
use videogen_token360::Token360;
use videogen_ureq::{Client, UreqTransport};

/// Redirects end waits at once. If they do not, the test is not to take as long as a video.
const PATIENCE: Duration = Duration::from_secs(5);

fn no_redirect_gets_the_key(transport: &UreqTransport) {
    let key = || ApiKey::new(TEST_KEY).unwrap();
    let prism = |at| -> Arc<dyn Provider> { Arc::new(Prism::new(key()).at(at)) };
    let token360 = |at| -> Arc<dyn Provider> { Arc::new(Token360::new(key()).at(at)) };
    let synclabs = |at| -> Arc<dyn Provider> { Arc::new(SyncLabs::new(key()).at(at)) };
    let makers: [&dyn Fn(BaseUrl) -> Arc<dyn Provider>; 3] = [&prism, &token360, &synclabs];
    for make in makers {
        redirect_suite::check(make, &|provider, handle| {
            let client = Client::from_parts(provider, Arc::new(transport.clone()));
            let mut asked =
                vec![client.status(handle), client.wait(handle).deadline(PATIENCE).run()];
            asked.extend(client.watch(handle).deadline(PATIENCE));
            asked
        })
        .assert();
    }
}

#[test]
fn a_transport_of_its_own_keeps_the_key_here() {
    no_redirect_gets_the_key(&UreqTransport::new());
}

#[test]
fn a_transport_on_an_agent_that_follows_redirects_keeps_the_key_here() {
    let agent = ureq::Agent::config_builder()
        .max_redirects(10)
        .redirect_auth_headers(ureq::config::RedirectAuthHeaders::SameHost)
        .build()
        .new_agent();
    no_redirect_gets_the_key(&UreqTransport::from_agent(agent));
}
