//! How far a generation has come.

use std::fmt;

/// The part of a generation that is done, from 0 to 1.
///
/// Kept to a millionth, so that it survives every JSON form unchanged.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Progress {
    millionths: u32,
}

impl Progress {
    /// From a fraction. Values outside 0 to 1 are brought to the nearer end; `None` for NaN.
    ///
    /// ```
    /// use videogen_core::Progress;
    /// assert_eq!(Progress::from_fraction(0.42).map(Progress::fraction), Some(0.42));
    /// assert_eq!(Progress::from_fraction(1.3).map(Progress::fraction), Some(1.0));
    /// assert_eq!(Progress::from_fraction(f64::NAN), None);
    /// ```
    #[must_use]
    pub fn from_fraction(fraction: f64) -> Option<Self> {
        if fraction.is_nan() {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=1 before the cast"
        )]
        let millionths = (fraction.clamp(0.0, 1.0) * 1e6).round() as u32;
        Some(Self { millionths })
    }

    /// From a percentage. Brought to 0 to 100; `None` for NaN.
    #[must_use]
    pub fn from_percent(percent: f64) -> Option<Self> {
        Self::from_fraction(percent / 100.0)
    }

    /// The fraction done, 0 to 1.
    #[must_use]
    pub fn fraction(self) -> f64 {
        f64::from(self.millionths) / 1e6
    }

    /// The percentage done, 0 to 100.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.millionths) / 1e4
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.millionths / 10_000)
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.fraction())
    }
}
