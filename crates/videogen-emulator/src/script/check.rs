//! Whether a script can be followed: what is wrong with it anywhere, and at its provider.

use videogen_core::path;

use super::{Ending, Script, ScriptError, seconds};
use crate::output_file::{MAX_FILE_BYTES, MIN_FILE_BYTES};
use crate::side::{Feature, Side};

/// The most videos of one generation.
const MOST_OUTPUTS: u32 = 100;

impl Script {
    /// Whether any provider's generation could follow this script. What is for its provider to allow is checked when it is
    /// [added](crate::Emulator::add).
    ///
    /// # Errors
    ///
    /// When a member is out of range or does not fit another.
    pub fn check(&self) -> Result<(), ScriptError> {
        if let Some(id) = &self.id {
            path::encode_segment(id)
                .map_err(|problem| ScriptError::new("id", format!("it {problem}")))?;
        }
        seconds::check("queued_s", self.queued)?;
        seconds::check("running_s", self.running)?;
        if self.ends == Ending::Never && !self.running.is_zero() {
            return Err(ScriptError::new(
                "running_s",
                "a generation that never ends has none".to_owned(),
            ));
        }
        let unsuccessful = !matches!(self.ends, Ending::Completed | Ending::Never);
        for (member, given) in
            [("error", self.error.is_some()), ("error_code", self.error_code.is_some())]
        {
            if given && !unsuccessful {
                return Err(ScriptError::new(member, "is for a generation that ends badly"));
            }
        }
        for (index, fault) in self.faults.iter().enumerate() {
            fault.check().map_err(|error| error.within(&format!("faults[{index}]")))?;
        }
        if !(MIN_FILE_BYTES..=MAX_FILE_BYTES).contains(&self.file_bytes) {
            let problem = format!(
                "is from {MIN_FILE_BYTES} to {MAX_FILE_BYTES} bytes, not {}",
                self.file_bytes
            );
            return Err(ScriptError::new("file_bytes", problem));
        }
        seconds::check("url_expires_after_s", self.url_lifetime.unwrap_or_default())?;
        for (index, fetch) in self.fetches.iter().enumerate() {
            fetch.check().map_err(|error| error.within(&format!("fetches[{index}]")))?;
        }
        if !(1..=MOST_OUTPUTS).contains(&self.outputs) {
            let problem = format!("is from 1 to {MOST_OUTPUTS}, not {}", self.outputs);
            return Err(ScriptError::new("outputs", problem));
        }
        if self.failed_outputs >= self.outputs {
            let problem = "must be less than `outputs`: a generation without any fails";
            return Err(ScriptError::new("failed_outputs", problem));
        }
        self.webhook.check().map_err(|error| error.within("webhook"))
    }

    /// Whether a generation of `side`, which is its provider and one of `sides`, can follow it.
    pub(crate) fn check_at(
        &self,
        side: &dyn Side,
        sides: &[Box<dyn Side>],
    ) -> Result<(), ScriptError> {
        let provider = side.name();
        if self.ends != Ending::Never && !side.endings().contains(&self.ends) {
            let mut words: Vec<_> = side.endings().iter().map(|it| it.as_str()).collect();
            let ends = self.ends.as_str();
            words.retain(|word| *word != ends);
            let problem =
                format!("{provider} has no status for `{ends}`; use {} or never", words.join(", "));
            return Err(ScriptError::new("ends", problem));
        }
        let given = [
            (self.error_code.is_some(), Feature::ErrorCode, "error_code"),
            (self.model.is_some(), Feature::Model, "model"),
            (self.prompt.is_some(), Feature::Prompt, "prompt"),
            (self.template_id.is_some(), Feature::TemplateId, "template_id"),
            (self.last_frame, Feature::LastFrame, "last_frame"),
            (self.url_lifetime.is_some(), Feature::UrlLifetime, "url_expires_after_s"),
            (self.outputs > 1, Feature::Outputs, "outputs"),
            (self.failed_outputs > 0, Feature::FailedOutputs, "failed_outputs"),
            (!self.webhook.is_usual(), Feature::Webhooks, "webhook"),
            (self.webhook.wrong_signature, Feature::SignedWebhooks, "webhook.wrong_signature"),
            (self.webhook.stale.is_some(), Feature::SignedWebhooks, "webhook.stale_s"),
        ];
        for (given, feature, member) in given {
            if given && !side.has(feature) {
                return Err(ScriptError::new(member, lacks(side, sides, feature)));
            }
        }
        for (index, fault) in self.faults.iter().enumerate() {
            fault.check_at(side).map_err(|error| error.within(&format!("faults[{index}]")))?;
        }
        Ok(())
    }
}

/// Why a script of the side's cannot say what takes this feature.
fn lacks(side: &dyn Side, sides: &[Box<dyn Side>], feature: Feature) -> String {
    let provider = side.name();
    let (one, several) = match feature {
        Feature::ErrorCode => return format!("{provider} has no error codes"),
        Feature::Model => return format!("{provider} does not echo the model"),
        Feature::UrlLifetime => return format!("{provider} has no URLs that expire"),
        Feature::Webhooks => return format!("{provider} sends no webhooks"),
        Feature::Prompt => ("echoes the prompt", "echo the prompt"),
        Feature::TemplateId => ("has templates", "have templates"),
        Feature::LastFrame => ("gives the last frame", "give the last frame"),
        Feature::Outputs => ("makes several videos at once", "make several videos at once"),
        Feature::FailedOutputs => ("gives a part of the videos", "give a part of the videos"),
        Feature::SignedWebhooks => ("signs webhooks", "sign webhooks"),
    };
    only(sides, |it| it.has(feature), one, several)
}

/// Who alone has something: "only a does this".
pub(crate) fn only(
    sides: &[Box<dyn Side>],
    has: impl Fn(&dyn Side) -> bool,
    one: &str,
    several: &str,
) -> String {
    let who: Vec<_> = sides.iter().filter(|it| has(&***it)).map(|it| it.name()).collect();
    match &*who {
        [] => format!("no provider here {one}"),
        [name] => format!("only {name} {one}"),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|name| name.as_str()).collect();
            format!("only {} and {last} {several}", first.join(", "))
        }
    }
}
