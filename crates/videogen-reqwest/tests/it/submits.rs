use std::future::IntoFuture as _;

use videogen_emulator::submit_suite;
use videogen_reqwest::{Client, ReqwestTransport};

/// A lost answer, for every provider: one generation, and its handle or an ambiguous error.
#[test]
fn nothing_is_paid_twice() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    submit_suite::check_over_a_socket(&|provider, new, options| {
        let transport = std::sync::Arc::new(ReqwestTransport::new().unwrap());
        let client = Client::from_parts(provider, transport);
        runtime.block_on(client.submit(new).options(options).into_future())
    })
    .assert();
}
