//! The contract of `Transport`, as the test kit checks it.

use std::time::Duration;

use videogen_testkit::{stream_suite, transport_suite};
use videogen_ureq::UreqTransport;

#[test]
fn a_transport_of_its_own_keeps_the_contract() {
    transport_suite::check(&UreqTransport::new()).assert();
}

#[test]
fn a_transport_of_its_own_reads_answers_as_they_come() {
    stream_suite::check(&UreqTransport::new()).assert();
}

#[test]
fn a_transport_on_an_agent_against_the_contract_keeps_it() {
    transport_suite::check(&UreqTransport::from_agent(agent())).assert();
}

#[test]
fn a_transport_on_an_agent_against_the_contract_reads_answers_as_they_come() {
    stream_suite::check(&UreqTransport::from_agent(agent())).assert();
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(true)
        .max_redirects(10)
        .timeout_per_call(Some(Duration::from_nanos(1)))
        .user_agent("somebody/1")
        .build()
        .new_agent()
}
