//! `GET /templates` and `GET /templates/{id}`, from the pages "List templates" and "Get template"
//! (<https://docs.prismvideos.com/api-reference/list-templates>, <https://docs.prismvideos.com/api-reference/get-template>).

use std::fmt;

use serde::{Deserialize, Serialize};
use videogen_core::answer::invalid_response;
use videogen_core::{Call, Error, Json, Page, Provider as _, get, lenient, path, redact};

use crate::check;
use crate::page::{self, Entry, needed};
use crate::provider::Prism;
use crate::search::Search;

/// The most templates a page, from the page "List templates".
pub const MAX_TEMPLATES: u32 = 100;

/// A template to generate from.
///
/// The members up to `model_name` are those of the present pages, the others those of older copies of the same pages.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Template {
    /// Its id: what [`TemplateGeneration::new`](crate::TemplateGeneration::new) takes.
    #[serde(deserialize_with = "needed")]
    pub id: String,
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub title: Option<String>,
    /// What it is, in short.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// What is generated: `image` or `video`.
    #[serde(deserialize_with = "lenient::string")]
    pub kind: Option<String>,
    /// The model that generates it.
    #[serde(deserialize_with = "lenient::string")]
    pub model_name: Option<String>,
    /// A group such as `beauty`.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// How long the video is to be, in seconds.
    #[serde(
        deserialize_with = "lenient::number",
        serialize_with = "lenient::write_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub duration_sec: Option<f64>,
    /// The variables that it takes. Empty where Prism does not tell them.
    #[serde(deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    pub input_variables: Vec<InputVariable>,
    /// The prompt, with `{{key}}` where a variable goes.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub prompt_template: Option<String>,
    /// All of it as Prism wrote it, with the fields that are not named here. `None` unless it was read from an answer.
    #[serde(skip)]
    pub raw: Option<Json>,
}

/// A variable of a template, from older copies of the page "List templates".
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct InputVariable {
    /// Its key: what [`TemplateGeneration::with_variable`](crate::TemplateGeneration::with_variable) takes.
    #[serde(deserialize_with = "lenient::string")]
    pub key: Option<String>,
    /// Its name for people.
    #[serde(deserialize_with = "lenient::text")]
    pub label: Option<String>,
    /// What it takes: `text`, `image`, `video` or, from the page "Generate video", `audio`.
    #[serde(rename = "type", deserialize_with = "lenient::string")]
    pub kind: Option<String>,
    /// Whether it must be given. One without a value and without a default is refused.
    #[serde(deserialize_with = "lenient::boolean")]
    pub required: Option<bool>,
    /// An example for people.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// Help for people.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What stands for it if it is not given: a text, or the S3 key or URL of a file.
    #[serde(deserialize_with = "lenient::text", skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
    /// The most characters of a text.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub max_length: Option<i64>,
    /// The fewest characters of a text.
    #[serde(deserialize_with = "lenient::integer", skip_serializing_if = "Option::is_none")]
    pub min_length: Option<i64>,
    /// Which input of the model it is.
    #[serde(deserialize_with = "lenient::string", skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
}

impl Entry for Template {
    fn id(&self) -> &str {
        &self.id
    }

    fn keep(&mut self, raw: Json) {
        self.raw = Some(raw);
    }
}

/// Shows no query of a URL.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("id", &self.id)
            .field("title", &self.title.as_deref().map(redact::text))
            .field("description", &self.description.as_deref().map(redact::text))
            .field("kind", &self.kind)
            .field("model_name", &self.model_name)
            .field("category", &self.category)
            .field("duration_sec", &self.duration_sec)
            .field("input_variables", &self.input_variables)
            .field("prompt_template", &self.prompt_template.as_deref().map(redact::text))
            .field("raw", &self.raw)
            .finish()
    }
}

/// Shows no query of a URL.
impl fmt::Debug for InputVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InputVariable")
            .field("key", &self.key)
            .field("label", &self.label.as_deref().map(redact::text))
            .field("kind", &self.kind)
            .field("required", &self.required)
            .field("placeholder", &self.placeholder.as_deref().map(redact::text))
            .field("description", &self.description.as_deref().map(redact::text))
            .field("default_value", &self.default_value.as_deref().map(redact::text))
            .field("max_length", &self.max_length)
            .field("min_length", &self.min_length)
            .field("slot", &self.slot)
            .finish()
    }
}

impl Prism {
    /// `GET /templates`: one page of the templates that anybody may generate from. 50 unless the limit says otherwise,
    /// 100 at the most; `q` is looked for in titles and descriptions.
    ///
    /// An entry without an id is left out.
    ///
    /// ```
    /// use videogen_core::ApiKey;
    /// use videogen_prism::{Prism, Search};
    ///
    /// let prism = Prism::new(ApiKey::new("prism_sk_your_key_here").unwrap());
    /// let call = prism.list_templates(&Search::matching("product pitch").with_limit(10)).unwrap();
    /// assert_eq!(call.request().uri().query(), Some("q=product%20pitch&limit=10"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) for a `q` of fewer than 2 characters, a limit out of range, or a cursor that is
    /// no [`Page::next`].
    pub fn list_templates(&self, search: &Search) -> Result<Call<Page<Template>>, Error> {
        page::list(self, "/templates", search.q.as_deref(), &[], &search.page, MAX_TEMPLATES)
    }

    /// `GET /templates/{id}`: one featured template. Templates of users are not to be had, from the page "Get template".
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) for an id that cannot be one.
    pub fn get_template(&self, id: &str) -> Result<Call<Template>, Error> {
        let segment = path::encode_segment(id).map_err(|problem| check::invalid("id", problem))?;
        let path = format!("/templates/{segment}");
        let request = get(self.base_url(), &path, self.credentials()?)?;
        let asked = id.to_owned();
        Ok(Call::new(request, move |response| {
            let template: Template = page::read_one(response, "template")?;
            if template.id != asked {
                return Err(invalid_response(response, "is about another template"));
            }
            Ok(template)
        }))
    }
}
