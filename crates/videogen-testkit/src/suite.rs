//! Many checks, all of whose failures are shown.

use std::fmt;

/// The result of a suite of checks.
#[must_use = "call `assert` to fail the test"]
#[derive(Debug, Default)]
pub struct Suite {
    checks: usize,
    failures: Vec<String>,
}

impl Suite {
    /// A suite without checks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of a check. `what` says what did not hold, and is asked only then.
    pub fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.checks += 1;
        if !holds {
            self.failures.push(what());
        }
    }

    /// How many checks were made.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.checks
    }

    /// What did not hold.
    #[must_use]
    pub fn failures(&self) -> &[String] {
        &self.failures
    }

    /// Fails the test if anything did not hold, and shows all of it.
    ///
    /// # Panics
    ///
    /// If anything did not hold, or nothing was checked.
    pub fn assert(self) {
        assert!(self.checks > 0, "the suite checked nothing");
        assert!(self.failures.is_empty(), "{self}");
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} of {} checks failed:", self.failures.len(), self.checks)?;
        for failure in &self.failures {
            writeln!(f, "- {failure}")?;
        }
        Ok(())
    }
}
