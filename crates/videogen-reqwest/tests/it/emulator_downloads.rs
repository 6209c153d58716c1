//! The client against every fault of the emulator's files, over a socket.

use tokio::runtime::{Builder, Runtime};
use videogen_emulator::download_suite;

use crate::downloads::fetch;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn whatever_a_storage_does_the_file_comes_whole_or_not_at_all() {
    let runtime = runtime();
    download_suite::check_over_a_socket(&|job| runtime.block_on(fetch(job))).assert();
}

#[test]
fn no_key_goes_where_outputs_are() {
    let runtime = runtime();
    download_suite::check_redirects_over_sockets(&|job| runtime.block_on(fetch(job))).assert();
}
