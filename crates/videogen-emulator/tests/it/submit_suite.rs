//! The submit machine against every fault, in virtual time.

#[test]
fn whatever_answer_is_lost_nothing_is_paid_twice() {
    videogen_emulator::submit_suite::check_in_virtual_time().assert();
}
