//! The wait machine against every fault, in virtual time.

#[test]
fn whatever_goes_wrong_a_wait_ends_as_it_must() {
    videogen_emulator::fault_suite::check_in_virtual_time().assert();
}
