//! The provider's fields that the model does not name, parsed only when somebody asks for them.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::generation::Generation;
use crate::timestamp;

/// Where a provider's field went in the model.
///
/// Decides which fields count as covered: a field is covered when what it says is in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Slot {
    /// The handle's id, or the last part of one that is a path.
    Id,
    /// The status word.
    Status,
    /// The progress.
    Progress,
    /// The model.
    Model,
    /// The prompt.
    Prompt,
    /// The time of submission.
    Created,
    /// The time at which it was begun to be made.
    Started,
    /// The time of the last change.
    Updated,
    /// The time of the end.
    Finished,
    /// The URL of an output, the Base64 of an inline one, or an object of nothing but such URLs.
    OutputUrl,
    /// The duration of an output, in seconds.
    OutputDuration,
    /// The file name of an output.
    OutputName,
    /// The failure, of the generation or of one of its outputs: a message, a code, or an object of the two.
    Failure,
    /// How many generations are before it.
    QueuePosition,
    /// An echo of what was asked for.
    Asked,
    /// Says the same for every generation of the provider (`"object": "video"`).
    Constant(&'static str),
}

/// A provider's fields and where they went, by name: that of a member of the answer, or a path to one further down, with a dot
/// before each member's name and `[]` for each item of a list, such as `data.task_result.videos[].url`. What a path leads
/// through is left with what is not covered of it.
pub type FieldMap = &'static [(&'static str, Slot)];

/// What the model does not name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    raw: Option<(Box<str>, FieldMap)>,
    parts: OnceLock<Parts>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parts {
    pub(crate) asked: Map<String, Value>,
    pub(crate) other: Map<String, Value>,
}

impl Fields {
    pub(crate) fn of_body(body: &str, map: FieldMap) -> Self {
        Self { raw: Some((body.into(), map)), parts: OnceLock::new() }
    }

    pub(crate) fn of_parts(parts: Parts) -> Self {
        Self { raw: None, parts: OnceLock::from(parts) }
    }

    pub(crate) fn body(&self) -> Option<&str> {
        self.raw.as_ref().map(|(body, _)| &**body)
    }

    pub(crate) fn parts(&self, generation: &Generation) -> &Parts {
        self.parts.get_or_init(|| {
            let mut parts = Parts::default();
            let Some((body, map)) = &self.raw else { return parts };
            let Ok(fields) = serde_json::from_str::<Map<String, Value>>(body) else { return parts };
            for (name, value) in fields {
                let uncovered = uncovered(generation, map, &name, value, &mut parts.asked);
                if let Some(uncovered) = uncovered {
                    parts.other.insert(name, uncovered);
                }
            }
            parts
        })
    }
}

/// What of `value`, which stands at `path`, the model does not cover. What was asked for goes into `asked`.
fn uncovered(
    generation: &Generation,
    map: FieldMap,
    path: &str,
    value: Value,
    asked: &mut Map<String, Value>,
) -> Option<Value> {
    match map.iter().find(|(mapped, _)| *mapped == path).map(|&(_, slot)| slot) {
        Some(Slot::Asked) if !is_nothing(&value) => {
            let name = path.rsplit('.').next().unwrap_or(path);
            asked.insert(name.to_owned(), value);
            return None;
        }
        Some(slot) if is_nothing(&value) || covers(generation, slot, &value) => return None,
        Some(_) => return Some(value),
        None => {}
    }
    let leads_on = map.iter().any(|(mapped, _)| {
        mapped.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']))
    });
    match value {
        Value::Object(members) if leads_on => {
            let left = members.into_iter().filter_map(|(name, value)| {
                let path = format!("{path}.{name}");
                Some((name, uncovered(generation, map, &path, value, asked)?))
            });
            let left: Map<String, Value> = left.collect();
            (!left.is_empty()).then_some(Value::Object(left))
        }
        Value::Array(items) if leads_on => {
            let path = format!("{path}[]");
            let left = items.into_iter();
            let left: Vec<Value> =
                left.filter_map(|item| uncovered(generation, map, &path, item, asked)).collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        value => Some(value),
    }
}

/// What providers write for "there is none".
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Whether what `value` says is in the model.
fn covers(generation: &Generation, slot: Slot, value: &Value) -> bool {
    let says = |said: Option<&str>| said.is_some_and(|said| is_text(value, said));
    let failure = generation.failure.as_ref();
    match slot {
        Slot::Id => {
            let id = generation.handle.id();
            says(Some(id)) || says(id.rsplit('/').next())
        }
        Slot::Status => says(Some(generation.status.raw())),
        Slot::Model => says(generation.model.as_deref()),
        Slot::Prompt => says(generation.prompt.as_deref()),
        Slot::Progress => generation.progress.is_some(),
        Slot::Created => generation.times.created.is_some_and(|at| is_time(value, at)),
        Slot::Started => generation.times.started.is_some_and(|at| is_time(value, at)),
        Slot::Updated => generation.times.updated.is_some_and(|at| is_time(value, at)),
        Slot::Finished => generation.times.finished.is_some_and(|at| is_time(value, at)),
        Slot::OutputUrl => {
            let is_output = |value: &Value| {
                generation.outputs.iter().any(|output| {
                    is_text(value, output.url.expose())
                        || output.url.inline_base64().is_some_and(|base64| value == base64)
                })
            };
            match value {
                Value::Object(members) => {
                    members.values().all(|member| is_nothing(member) || is_output(member))
                }
                value => is_output(value),
            }
        }
        Slot::OutputDuration => generation.outputs.iter().any(|output| output.duration.is_some()),
        Slot::OutputName => {
            generation.outputs.iter().any(|output| says(output.file_name.as_deref()))
        }
        Slot::Failure => {
            let of_outputs = generation.failed_outputs.iter().map(|failed| &failed.failure);
            let said: Vec<&String> = failure
                .into_iter()
                .chain(of_outputs)
                .flat_map(|failure| [&failure.code, &failure.message])
                .flatten()
                .collect();
            let is_said = |value: &Value| said.iter().any(|said| is_text(value, said));
            match value {
                Value::Object(members) => {
                    members.values().all(|member| is_nothing(member) || is_said(member))
                }
                value => is_said(value),
            }
        }
        Slot::QueuePosition => generation.queue_position.is_some(),
        Slot::Constant(constant) => says(Some(constant)),
        Slot::Asked => false,
    }
}

fn is_text(value: &Value, said: &str) -> bool {
    match value {
        Value::String(text) => text == said,
        Value::Null => false,
        other => json_text(other) == said,
    }
}

/// As `lenient::text` reads it.
fn json_text(value: &Value) -> String {
    serde_json::from_value::<crate::lenient::LenientText>(value.clone())
        .ok()
        .and_then(|text| text.0)
        .unwrap_or_default()
}

fn is_time(value: &Value, said: std::time::SystemTime) -> bool {
    let time = match value {
        Value::String(text) => timestamp::parse(text),
        Value::Number(number) => number.as_f64().and_then(timestamp::from_unix),
        _ => None,
    };
    time == Some(said)
}
