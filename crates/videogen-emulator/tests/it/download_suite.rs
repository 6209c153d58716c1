//! The download machine with every provider's credentials, and against every fault of a storage, in virtual time.

#[test]
fn no_redirect_leads_to_plain_text_or_to_a_private_address() {
    videogen_emulator::download_suite::check_redirects_in_virtual_time().assert();
}

#[test]
fn whatever_a_storage_does_the_file_comes_whole_or_not_at_all() {
    videogen_emulator::download_suite::check_in_virtual_time().assert();
}
