//! Many checks, all of whose failures are shown.

use std::fmt;

use crate::rules::Rule;

/// How many failures of one rule are shown: a rule that is broken is often broken everywhere.
const MOST_SHOWN: usize = 8;

/// The result of a suite of checks.
#[must_use = "call `assert` to fail the test"]
#[derive(Debug, Default)]
pub struct Suite {
    checks: usize,
    failures: Vec<String>,
    /// The rule of each failure.
    rules: Vec<Option<&'static Rule>>,
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
            self.rules.push(None);
        }
    }

    /// Takes note of a check of a rule. `seen` says what was seen in its place, and is asked only if it does not hold.
    pub fn rule(&mut self, rule: &'static Rule, holds: bool, seen: impl FnOnce() -> String) {
        self.checks += 1;
        if !holds {
            self.failures.push(format!("{}: {}", rule.name, seen()));
            self.rules.push(Some(rule));
        }
    }

    /// These checks and those of another suite.
    pub fn and(mut self, other: Self) -> Self {
        self.checks += other.checks;
        self.failures.extend(other.failures);
        self.rules.extend(other.rules);
        self
    }

    /// How many checks were made.
    #[must_use]
    pub fn checks(&self) -> usize {
        self.checks
    }

    /// What did not hold; of a rule with its name in front.
    #[must_use]
    pub fn failures(&self) -> &[String] {
        &self.failures
    }

    /// The names of the rules that did not hold, each once.
    #[must_use]
    pub fn broken(&self) -> Vec<&'static str> {
        self.broken_rules().iter().map(|rule| rule.name).collect()
    }

    fn broken_rules(&self) -> Vec<&'static Rule> {
        let mut broken: Vec<&'static Rule> = Vec::new();
        for rule in self.rules.iter().copied().flatten() {
            if !broken.contains(&rule) {
                broken.push(rule);
            }
        }
        broken
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
        let of = |rule: Option<&'static Rule>| {
            let both = self.failures.iter().zip(&self.rules);
            both.filter(move |(_, of)| **of == rule).map(|(failure, _)| failure)
        };
        for failure in of(None) {
            writeln!(f, "- {failure}")?;
        }
        for rule in self.broken_rules() {
            let count = of(Some(rule)).count();
            for failure in of(Some(rule)).take(MOST_SHOWN) {
                writeln!(f, "- {failure}")?;
            }
            if count > MOST_SHOWN {
                writeln!(f, "- {}: and {} more", rule.name, count - MOST_SHOWN)?;
            }
            writeln!(f, "    the rule: {}", rule.what)?;
            writeln!(f, "    why:      {}", rule.why)?;
            writeln!(f, "    where:    {}", rule.place())?;
        }
        Ok(())
    }
}
