use videogen_emulator::submit_suite;
use videogen_ureq::{Client, UreqTransport};

/// A lost answer, for every provider: one generation, and its handle or an ambiguous error.
#[test]
fn nothing_is_paid_twice() {
    submit_suite::check_over_a_socket(&|provider, new, options| {
        let client = Client::from_parts(provider, std::sync::Arc::new(UreqTransport::new()));
        client.submit(new).options(options).run()
    })
    .assert();
}
