//! The client against every fault of the emulator's files, over a socket.

use videogen_emulator::download_suite;

use crate::downloads::fetch;

#[test]
fn whatever_a_storage_does_the_file_comes_whole_or_not_at_all() {
    download_suite::check_over_a_socket(&|job| fetch(job, None)).assert();
}

#[test]
fn no_key_goes_where_outputs_are() {
    download_suite::check_redirects_over_sockets(&|job| fetch(job, None)).assert();
}
