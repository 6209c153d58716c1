//! At which polls a fault happens.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ScriptError, seconds};

/// At which polls of a generation, or submissions to a provider, a fault happens.
///
/// Polls are counted from 1, per generation. A request counts when its key was accepted and its query was
/// legal. It is decided when the request arrives: a long-poll that is being held is left alone.
///
/// In a [`SubmitPlan`](crate::SubmitPlan), read "submission" for "poll" and "plan" for "creation": submissions are counted
/// from 1, per provider, from the plan on. A request counts when its key was accepted and its body was legal. In a
/// [`ScriptedFetch`](crate::ScriptedFetch), read "fetch" for "poll".
///
/// # In JSON
///
/// | | |
/// |---|---|
/// | `3` | the third poll |
/// | `{"from": 2, "to": 5}` | the second to the fifth, both included |
/// | `{"from": 2}` | the second and all later ones |
/// | `"every"` | every one |
/// | `{"after_s": 10, "for_s": 20}` | those that arrive from 10 seconds after the generation's creation, for 20 seconds |
/// | `{"after_s": 10}` | those that arrive from 10 seconds after the creation, for ever |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// By the number of the poll.
    Polls {
        /// The first, at least 1.
        from: u64,
        /// The last, itself included; `None` for no end.
        to: Option<u64>,
    },
    /// By the time since the generation's creation.
    Time {
        /// From when on.
        after: Duration,
        /// For how long; `None` for ever.
        lasting: Option<Duration>,
    },
}

impl When {
    /// One poll, counted from 1.
    #[must_use]
    pub const fn poll(number: u64) -> Self {
        Self::Polls { from: number, to: Some(number) }
    }

    /// Some polls in a row, counted from 1.
    #[must_use]
    pub const fn polls(numbers: RangeInclusive<u64>) -> Self {
        Self::Polls { from: *numbers.start(), to: Some(*numbers.end()) }
    }

    /// Every poll.
    #[must_use]
    pub const fn every() -> Self {
        Self::Polls { from: 1, to: None }
    }

    /// Polls that arrive `after` the creation, for the time `lasting`.
    #[must_use]
    pub const fn outage(after: Duration, lasting: Duration) -> Self {
        Self::Time { after, lasting: Some(lasting) }
    }

    /// Whether this is the case for poll `number` at `age` after the creation.
    pub(crate) fn holds(self, number: u64, age: Duration) -> bool {
        match self {
            Self::Polls { from, to } => number >= from && to.is_none_or(|to| number <= to),
            Self::Time { after, lasting } => {
                age >= after && lasting.is_none_or(|lasting| age < after.saturating_add(lasting))
            }
        }
    }

    pub(crate) fn check(self) -> Result<(), ScriptError> {
        match self {
            Self::Polls { from: 0, .. } => Err(ScriptError::new("on", "is counted from 1, not 0")),
            Self::Polls { from, to: Some(to) } if to < from => Err(ScriptError::new(
                "on",
                format!("from {from} to {to} there are none; `to` must not be less than `from`"),
            )),
            Self::Polls { .. } => Ok(()),
            Self::Time { after, lasting } => {
                seconds::check("on.after_s", after)?;
                seconds::check("on.for_s", lasting.unwrap_or_default())
            }
        }
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Polls { from: 1, to: None } => serializer.serialize_str("every"),
            Self::Polls { from, to: Some(to) } if from == to => serializer.serialize_u64(from),
            Self::Polls { from, to } => {
                Form { from: Some(from), to, ..Form::default() }.serialize(serializer)
            }
            Self::Time { after, lasting } => Form {
                after_s: Some(after.as_secs_f64()),
                for_s: lasting.map(|lasting| lasting.as_secs_f64()),
                ..Form::default()
            }
            .serialize(serializer),
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after_s: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    for_s: Option<f64>,
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = When;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a number, \"every\", {\"from\", \"to\"} in numbers, or {\"after_s\", \"for_s\"} in seconds",
        )
    }

    fn visit_u64<E>(self, number: u64) -> Result<When, E> {
        Ok(When::poll(number))
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<When, E> {
        match word {
            "every" => Ok(When::every()),
            _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<When, A::Error> {
        let seconds = |seconds| seconds::duration(seconds).map_err(A::Error::custom);
        match Form::deserialize(MapAccessDeserializer::new(map))? {
            Form { from: Some(from), to, after_s: None, for_s: None } => {
                Ok(When::Polls { from, to })
            }
            Form { from: None, to: None, after_s: Some(after), for_s } => {
                Ok(When::Time { after: seconds(after)?, lasting: for_s.map(seconds).transpose()? })
            }
            _ => Err(A::Error::custom(
                "needs either `from` (and `to`) in numbers or `after_s` (and `for_s`) in seconds",
            )),
        }
    }
}
