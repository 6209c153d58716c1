//! Prism's templates: the printed one, and two made up in its likeness.

use videogen_prism::Template;
use videogen_prism::wire::Data;

use super::api::{Refused, has};

/// Id, title, description, kind and model.
const TEMPLATES: [(&str, &str, Option<&str>, &str, &str); 3] = [
    (
        "featured-ugc-pitch",
        "UGC Product Pitch",
        Some("Creator talks to camera and shows product with CTA"),
        "video",
        "veo-3.1",
    ),
    ("featured-city-tour", "City Tour", Some("A flight over a city at dusk"), "video", "veo-3.1"),
    ("featured-product-still", "Product Still", None, "image", "nano-banana"),
];

fn all() -> impl Iterator<Item = Template> {
    TEMPLATES.into_iter().map(|(id, title, description, kind, model)| {
        let mut template = Template::default();
        template.id = id.to_owned();
        template.title = Some(title.to_owned());
        template.description = description.map(str::to_owned);
        template.kind = Some(kind.to_owned());
        template.model_name = Some(model.to_owned());
        template
    })
}

pub(crate) fn matching(q: Option<String>) -> Vec<Template> {
    let q = q.as_deref();
    all().filter(|it| has(it.title.as_deref(), q) || has(it.description.as_deref(), q)).collect()
}

pub(crate) fn get(id: &str) -> Result<Data<Template>, Refused> {
    let found = all().find(|template| template.id == id);
    found.map(Data::new).ok_or_else(|| Refused::not_found("Template not found"))
}
