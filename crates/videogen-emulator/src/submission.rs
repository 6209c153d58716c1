//! What is submitted, and what is wrong with it.

use std::fmt;

use serde_json::{Map, Value};
use videogen_core::HttpRequest;

use crate::idempotency;
use crate::provider_name::ProviderName;
use crate::refusal::Refusal;
use crate::script::Script;
use crate::{prism, prism_form, synclabs, synclabs_form, token360};

/// The most generations that one submission to Prism makes.
const MOST_AT_ONCE: u64 = 4;

/// A submission that the provider can read.
pub(crate) struct Submission {
    pub(crate) provider: ProviderName,
    /// The template in the path.
    pub(crate) template: Option<String>,
    pub(crate) body: Body,
    pub(crate) idempotency_key: Option<String>,
}

/// The JSON that was submitted. `Debug` does not show it: it may hold presigned URLs.
#[derive(Clone, PartialEq)]
pub(crate) struct Body(Map<String, Value>);

impl Body {
    /// A member that is not `null`.
    pub(crate) fn get(&self, member: &str) -> Option<&Value> {
        self.0.get(member).filter(|value| !value.is_null())
    }

    /// A member that is a text.
    pub(crate) fn text(&self, member: &str) -> Option<String> {
        self.get(member).and_then(Value::as_str).map(str::to_owned)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} members)", self.0.len())
    }
}

/// Something that is wrong with a body.
struct Problem {
    /// The member that is wrong, if it is one.
    member: Option<&'static str>,
    /// The provider's code, if it is another than usual.
    code: Option<&'static str>,
    message: String,
}

impl Problem {
    fn of(member: &'static str, what: &str) -> Self {
        Self { member: Some(member), code: None, message: format!("{member} {what}") }
    }
}

/// Whether Token360 is to hand the body on as it is.
fn is_native(provider: ProviderName, request: &HttpRequest) -> bool {
    let asked = request.headers().get("token360-native-params");
    provider == ProviderName::Token360 && asked.is_some_and(|asked| asked == "true")
}

impl Submission {
    /// Reads a request, or gives the body of the provider's 400.
    pub(crate) fn read(
        provider: ProviderName,
        template: Option<&str>,
        request: &HttpRequest,
    ) -> Result<Self, String> {
        let idempotency_key = match provider {
            ProviderName::Synclabs => idempotency::key(request.headers())
                .map_err(|_| synclabs::invalid_idempotency_key())?,
            _ => None,
        };
        if provider == ProviderName::Synclabs && synclabs_form::is_form(request) {
            let body = synclabs_form::submitted(request).map_err(|it| synclabs::invalid(&it))?;
            return Self { provider, template: None, body: Body(body), idempotency_key }.checked();
        }
        let body = match (provider, template) {
            (ProviderName::Prism, Some(_)) => prism_form::submitted(request),
            _ => serde_json::from_slice(request.body()).ok(),
        };
        let Some(Value::Object(body)) = body else {
            let message = "the body must be a JSON object".to_owned();
            let problem = Problem { member: None, code: None, message };
            return Err(told(provider, vec![problem]));
        };
        let template = template.map(str::to_owned);
        let submission = Self { provider, template, body: Body(body), idempotency_key };
        // The model's own body is for the model to check.
        if is_native(provider, request) { Ok(submission) } else { submission.checked() }
    }

    fn checked(self) -> Result<Self, String> {
        match self.problems() {
            problems if problems.is_empty() => Ok(self),
            problems => Err(told(self.provider, problems)),
        }
    }

    /// How many generations it is to make.
    pub(crate) fn count(&self) -> usize {
        match (self.provider, self.body.get("count").and_then(Value::as_u64)) {
            (ProviderName::Prism, Some(count)) if self.template.is_none() => {
                usize::try_from(count.clamp(1, MOST_AT_ONCE)).unwrap_or(1)
            }
            _ => 1,
        }
    }

    /// `script`, with what it leaves open as it was submitted.
    pub(crate) fn completed(&self, mut script: Script) -> Script {
        let text = |member| self.body.text(member);
        match self.provider {
            ProviderName::Prism => {
                let template = || self.template.clone().or_else(|| text("templateId"));
                script.template_id = script.template_id.or_else(template);
            }
            ProviderName::Token360 => {
                script.model = script.model.or_else(|| text("model"));
                script.prompt = script.prompt.or_else(|| text("prompt"));
                let last_frame = self.body.get("return_last_frame");
                script.last_frame |= last_frame.is_some_and(|asked| *asked == true);
            }
            ProviderName::Synclabs => script.model = script.model.or_else(|| text("model")),
        }
        script
    }

    fn problems(&self) -> Vec<Problem> {
        let given = |member: &str| self.body.get(member);
        let mut problems = Vec::new();
        let texts: &[&str] = match self.provider {
            ProviderName::Prism if self.template.is_some() => &[],
            ProviderName::Prism => &["prompt", "modelName"],
            ProviderName::Token360 => &["model", "prompt"],
            ProviderName::Synclabs => &["model"],
        };
        for member in texts {
            match given(member) {
                Some(Value::String(text)) if !text.is_empty() => {}
                Some(Value::String(_)) | None => problems.push(Problem::of(member, "is required")),
                Some(_) => problems.push(Problem::of(member, "must be a string")),
            }
        }
        match self.provider {
            ProviderName::Prism if self.template.is_some() => match given("variables") {
                Some(Value::Object(_)) => {}
                Some(_) => problems.push(Problem::of("variables", "must be an object")),
                None => problems.push(Problem::of("variables", "is required")),
            },
            ProviderName::Prism => match given("count").map(Value::as_u64) {
                None | Some(Some(1..=MOST_AT_ONCE)) => {}
                Some(_) => problems.push(Problem::of("count", "must be an integer from 1 to 4")),
            },
            ProviderName::Token360 => match given("duration") {
                Some(duration) if !duration.is_u64() => problems.push(Problem {
                    member: Some("duration"),
                    code: Some("InvalidParameter"),
                    message: "The parameter `duration` specified in the request is not valid"
                        .to_owned(),
                }),
                _ => {}
            },
            ProviderName::Synclabs => match given("input") {
                Some(Value::Array(input)) if !input.is_empty() => {}
                Some(Value::Array(_)) => problems.push(Problem::of("input", "should not be empty")),
                _ => problems.push(Problem::of("input", "must be an array")),
            },
        }
        problems
    }
}

/// The provider's body for these problems. Only Sync Labs tells them all.
fn told(provider: ProviderName, problems: Vec<Problem>) -> String {
    if provider == ProviderName::Synclabs {
        let messages: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        return synclabs::invalid(&messages);
    }
    let first = problems.into_iter().next();
    let (member, code, message) = first.map_or((None, None, None), |problem| {
        (problem.member, problem.code, Some(problem.message))
    });
    match provider {
        ProviderName::Token360 => {
            token360::invalid(member, code.unwrap_or("400"), message.unwrap_or_default())
        }
        _ => prism::error(Refusal::Invalid, message),
    }
}
