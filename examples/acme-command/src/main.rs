//! The `videogen` command, with Acme Video.

use std::process::ExitCode;

use videogen_acme::Acme;
use videogen_cli::KnownProvider;

fn main() -> ExitCode {
    let mut providers = videogen_cli::built_in();
    // Its key is in `ACME_API_KEY`, and another base URL in `ACME_BASE_URL`.
    providers.push(KnownProvider::of("acme", Acme::new, Acme::at));
    videogen_cli::main_with(providers)
}
