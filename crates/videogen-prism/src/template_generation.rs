//! The body of `POST /templates/{id}/generate`, from the page "Generate video"
//! (<https://docs.prismvideos.com/api-reference/generate-video>).

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use videogen_core::{Error, FilePart, NewGeneration, path};

use crate::check;

/// A generation from a template.
///
/// ```
/// use videogen_prism::TemplateGeneration;
///
/// let new = TemplateGeneration::new("abc123")
///     .with_variable("hook", "Check out this amazing product")
///     .with_variable("productImage", "https://example.com/product.jpg")
///     .with_character("personImage", "d2a7e0d5-1705-43b5-be96-85b9c5f25b80")
///     .with_webhook_url("https://example.com/webhook")
///     .build()
///     .unwrap();
/// assert_eq!(new.template.as_deref(), Some("abc123"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TemplateGeneration {
    template: String,
    body: Body,
    files: Vec<FilePart>,
}

#[derive(Clone, Default, PartialEq, Eq, Serialize)]
struct Body {
    variables: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    character_variables: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
}

/// The names of the body's members, which are the names of fields where the body is a form.
const MEMBERS: [&str; 3] = ["variables", "character_variables", "webhook_url"];

impl TemplateGeneration {
    /// A generation from the template with this id.
    #[must_use]
    pub fn new(template: impl Into<String>) -> Self {
        Self { template: template.into(), body: Body::default(), files: Vec::new() }
    }

    /// A variable of the template, by its key. The value is a text, or says where a file is: an `http` or `https` URL, the
    /// S3 key of an upload, or a data URI. A variable that is not given has the template's default; Prism answers 400 to one that is
    /// required and has none.
    ///
    /// Of two values for one key the later counts.
    #[must_use]
    pub fn with_variable(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.body.variables.insert(key.into(), value.into());
        self
    }

    /// A character, by its id, for an image variable of a template that makes videos from ingredients. It beats a value of the same key.
    #[must_use]
    pub fn with_character(mut self, key: impl Into<String>, id: impl Into<String>) -> Self {
        self.body.character_variables.insert(key.into(), id.into());
        self
    }

    /// A file for a variable, to be sent along. The [name](FilePart::name) of the part is the key of the variable.
    ///
    /// That files can be sent in a form is documented; how the form names them is **not**. Inferred: each part goes by its variable's
    /// key, and the other members of the body are fields of their names, objects as JSON. What is documented
    /// whole is [`Prism::upload`](crate::Prism::upload), whose key goes to [`with_variable`](Self::with_variable).
    #[must_use]
    pub fn with_file(mut self, file: FilePart) -> Self {
        self.files.push(file);
        self
    }

    /// Where Prism is to send a [webhook](crate::webhook) when the generation ends.
    #[must_use]
    pub fn with_webhook_url(mut self, url: impl Into<String>) -> Self {
        self.body.webhook_url = Some(url.into());
        self
    }

    /// What [`Provider::submit`](videogen_core::Provider::submit) takes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) with Prism's name of the field: if the template's id cannot be one, a variable has no key or has two
    /// values of which one is a file, a character has no id, or `webhook_url` is no `http` or `https` URL.
    pub fn build(&self) -> Result<NewGeneration, Error> {
        path::encode_segment(&self.template)
            .map_err(|problem| check::invalid("id", format_args!("of the template {problem}")))?;
        for key in self.body.variables.keys() {
            is_key("variables", key)?;
        }
        for (key, id) in &self.body.character_variables {
            is_key("character_variables", key)?;
            check::filled("character_variables", id)?;
        }
        if let Some(url) = &self.body.webhook_url {
            check::web_url("webhook_url", url)?;
        }
        for (index, file) in self.files.iter().enumerate() {
            is_key("variables", &file.name)?;
            check::mime_type("variables", &file.content_type)?;
            let is_among = |files: &[FilePart]| files.iter().any(|it| it.name == file.name);
            if self.body.variables.contains_key(&file.name)
                || self.files.get(..index).is_some_and(is_among)
            {
                return Err(check::invalid("variables", "have two values for the key of a file"));
            }
            if MEMBERS.contains(&file.name.as_str()) {
                return Err(check::invalid("variables", "have a file by the name of a field"));
            }
        }
        let new = NewGeneration::from_json(check::json(&self.body)?)?;
        let new = new.from_template(&self.template);
        Ok(self.files.iter().cloned().fold(new, NewGeneration::with_file))
    }
}

/// A key of a variable, which may be the name of a part.
fn is_key(field: &str, key: &str) -> Result<(), Error> {
    if key.trim().is_empty() || key.chars().any(char::is_control) {
        return Err(check::invalid(field, "have a key that is empty or has a control character"));
    }
    Ok(())
}

/// Not the values: they may be presigned URLs.
impl fmt::Debug for TemplateGeneration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemplateGeneration")
            .field("template", &self.template)
            .field("variables", &self.body.variables.keys())
            .field("characters", &self.body.character_variables.keys())
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}
