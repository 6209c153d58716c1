//! Prism's characters: the printed one, which is public, and those that were created.

use serde_json::Value;
use videogen_core::HttpRequest;
use videogen_prism::Character;
use videogen_prism::wire::Data;

use super::PrismSide;
use super::api::{Refused, has};
use super::form::{self, Part};
use crate::side::{Account, Reason};

const LONGEST_NAME: usize = 60;
const LONGEST_DESCRIPTION: usize = 300;
const MOST_IMAGES: usize = 10;

/// The most characters that an emulator holds.
const MOST: usize = 10_000;

/// The characters that were created, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Characters(Vec<Character>);

impl Characters {
    pub(crate) fn matching(&self, q: Option<String>) -> Vec<Character> {
        let all = std::iter::once(printed()).chain(self.0.iter().cloned());
        all.filter(|character| has(character.name.as_deref(), q.as_deref())).collect()
    }
}

fn printed() -> Character {
    let mut character = Character::default();
    character.id = "d2a7e0d5-1705-43b5-be96-85b9c5f25b80".to_owned();
    character.name = Some("Rajit Khanna".to_owned());
    character.description = Some("the cutest little guy in the world".to_owned());
    character.created_at = Some(1_773_361_092_291);
    character
}

pub(crate) fn create(
    side: &mut PrismSide,
    account: &Account<'_>,
    request: &HttpRequest,
) -> Result<Data<Character>, Refused> {
    let (name, description) = match form::parts(request) {
        Some(parts) => of_form(&parts)?,
        None => of_json(request.body())?,
    };
    let length = name.chars().count();
    if name.trim().is_empty() || length > LONGEST_NAME {
        return Err(Refused::invalid("name must have 1 to 60 characters"));
    }
    if description.as_ref().is_some_and(|it| it.chars().count() > LONGEST_DESCRIPTION) {
        return Err(Refused::invalid("description must have at most 300 characters"));
    }
    let created_at = i64::try_from(account.now().unix_milliseconds()).ok();
    let Characters(characters) = &mut side.characters;
    if characters.len() >= MOST {
        return Err(Reason::ServerError.into());
    }
    let mut character = Character::default();
    character.id = format!("00000000-0000-4000-9000-{:012x}", characters.len().saturating_add(1));
    character.name = Some(name);
    character.description = description;
    character.created_at = created_at;
    characters.push(character.clone());
    Ok(Data::new(character))
}

type NameAndDescription = (String, Option<String>);

fn of_json(body: &[u8]) -> Result<NameAndDescription, Refused> {
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
        return Err(Refused::invalid("the body must be a JSON object or a form"));
    };
    let text = |member: &str| match body.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refused::invalid(format!("{member} must be a string"))),
    };
    let name = text("name")?.ok_or_else(|| Refused::invalid("name is required"))?;
    let images = body.get("images").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let is_url = |image: &Value| {
        image.as_str().is_some_and(|it| it.starts_with("https://") || it.starts_with("http://"))
    };
    if !images.iter().all(is_url) {
        return Err(Refused::invalid("images must be HTTP(S) URLs"));
    }
    check_count(images.len())?;
    Ok((name, text("description")?))
}

fn of_form(parts: &[Part]) -> Result<NameAndDescription, Refused> {
    let text = |name: &str| {
        let part = parts.iter().find(|part| part.name == name && part.file_name.is_none())?;
        Some(String::from_utf8_lossy(&part.bytes).into_owned())
    };
    let name = text("name").ok_or_else(|| Refused::invalid("name is required"))?;
    let is_image = |part: &&Part| {
        matches!(part.name.as_str(), "images" | "images[]") && part.file_name.is_some()
    };
    check_count(parts.iter().filter(is_image).count())?;
    Ok((name, text("description")))
}

fn check_count(images: usize) -> Result<(), Refused> {
    if (1..=MOST_IMAGES).contains(&images) {
        Ok(())
    } else {
        Err(Refused::invalid("images must have 1 to 10 items"))
    }
}
