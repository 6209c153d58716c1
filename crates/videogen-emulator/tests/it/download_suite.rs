//! The download machine with every provider's credentials, in virtual time.

#[test]
fn no_redirect_leads_to_plain_text_or_to_a_private_address() {
    videogen_emulator::download_suite::check_redirects_in_virtual_time().assert();
}
