//! `GET /characters` and `POST /characters`, from the pages "List characters" and "Create character"
//! (<https://docs.prismvideos.com/api-reference/list-characters>, <https://docs.prismvideos.com/api-reference/create-character>).

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use videogen_core::{
    Call, Error, FilePart, Json, Page, Provider as _, lenient, post_form, post_json, redact,
};

use crate::check;
use crate::page::{self, Entry, needed};
use crate::provider::Prism;
use crate::search::Search;

/// The most characters a page, from the page "List characters".
pub const MAX_CHARACTERS: u32 = 60;

/// The longest name of a character and the longest description, in characters of text, and the most images, from the page
/// "Create character".
const LONGEST_NAME: usize = 60;
const LONGEST_DESCRIPTION: usize = 300;
const MOST_IMAGES: usize = 10;

/// What the page names the files of a form.
const IMAGES_PART: &str = "images[]";

/// Somebody who can appear in videos.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Character {
    /// Its id: what [`TemplateGeneration::with_character`](crate::TemplateGeneration::with_character) takes.
    #[serde(deserialize_with = "needed")]
    pub id: String,
    /// Its name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// What it is, in short.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// When it was created, in milliseconds since 1970.
    #[serde(deserialize_with = "lenient::integer")]
    pub created_at: Option<i64>,
    /// All of it as Prism wrote it, with the fields that are not named here. `None` unless it was read from an answer.
    #[serde(skip)]
    pub raw: Option<Json>,
}

impl Character {
    /// When it was created.
    #[must_use]
    pub fn created(&self) -> Option<SystemTime> {
        unix_milliseconds(self.created_at)
    }
}

impl Entry for Character {
    fn id(&self) -> &str {
        &self.id
    }

    fn keep(&mut self, raw: Json) {
        self.raw = Some(raw);
    }
}

/// Shows no query of a URL.
impl fmt::Debug for Character {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Character")
            .field("id", &self.id)
            .field("name", &self.name.as_deref().map(redact::text))
            .field("description", &self.description.as_deref().map(redact::text))
            .field("created_at", &self.created_at)
            .field("raw", &self.raw)
            .finish()
    }
}

/// The time of a member that has milliseconds since 1970.
pub(crate) fn unix_milliseconds(milliseconds: Option<i64>) -> Option<SystemTime> {
    let milliseconds = u64::try_from(milliseconds?).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_millis(milliseconds))
}

/// A character to be created. It is private: only the key's owner sees it.
///
/// ```
/// use videogen_core::ApiKey;
/// use videogen_prism::{NewCharacter, Prism};
///
/// let prism = Prism::new(ApiKey::new("prism_sk_your_key_here").unwrap());
/// let new = NewCharacter::from_urls("Presenter", ["https://images.example.com/front.jpg"])
///     .with_description("Warm, with studio lighting");
/// let call = prism.create_character(&new).unwrap();
/// assert_eq!(call.request().uri().path(), "/api/characters");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct NewCharacter {
    name: String,
    description: Option<String>,
    images: Images,
}

/// Either or: the page has no form for both.
#[derive(Clone, PartialEq, Eq)]
enum Images {
    Urls(Vec<String>),
    Files(Vec<FilePart>),
}

impl NewCharacter {
    /// A character of this name, 1 to 60 characters long, that looks as in 1 to 10 public images. Only `http` and `https` URLs are taken: no
    /// data URIs, no S3 keys.
    #[must_use]
    pub fn from_urls<U: Into<String>>(
        name: impl Into<String>,
        images: impl IntoIterator<Item = U>,
    ) -> Self {
        let images = Images::Urls(images.into_iter().map(Into::into).collect());
        Self { name: name.into(), description: None, images }
    }

    /// A character of this name, 1 to 60 characters long, that looks as in 1 to 10 images, which are sent along. What the parts are named does
    /// not matter: they go as `images[]`.
    #[must_use]
    pub fn from_files(name: impl Into<String>, images: impl IntoIterator<Item = FilePart>) -> Self {
        let named = images.into_iter().map(|mut file| {
            IMAGES_PART.clone_into(&mut file.name);
            file
        });
        Self { name: name.into(), description: None, images: Images::Files(named.collect()) }
    }

    /// This one with a description of at most 300 characters.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    fn check(&self) -> Result<(), Error> {
        check::filled("name", &self.name)?;
        check::length("name", &self.name, 1..=LONGEST_NAME)?;
        if let Some(description) = &self.description {
            check::length("description", description, 0..=LONGEST_DESCRIPTION)?;
        }
        let count = match &self.images {
            Images::Urls(urls) => {
                urls.iter().try_for_each(|url| check::web_url("images", url))?;
                urls.len()
            }
            Images::Files(files) => {
                for file in files {
                    check::mime_type("images", &file.content_type)?;
                }
                files.len()
            }
        };
        if (1..=MOST_IMAGES).contains(&count) {
            return Ok(());
        }
        Err(check::invalid("images", format_args!("are {count}, not 1 to {MOST_IMAGES}")))
    }
}

/// Not the URLs: they may be presigned.
impl fmt::Debug for NewCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, count) = match &self.images {
            Images::Urls(urls) => ("URLs", urls.len()),
            Images::Files(files) => ("files", files.len()),
        };
        f.debug_struct("NewCharacter")
            .field("name", &self.name)
            .field("description", &self.description)
            .field("images", &format_args!("{count} {from}"))
            .finish()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    images: &'a [String],
}

impl Prism {
    /// `GET /characters`: one page of the public characters and of the key owner's. 24 unless the limit says otherwise, 60
    /// at the most; `q` is looked for in names.
    ///
    /// An entry without an id is left out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) for a `q` of fewer than 2 characters, a limit out of range, or a cursor that is
    /// no [`Page::next`].
    pub fn list_characters(&self, search: &Search) -> Result<Call<Page<Character>>, Error> {
        page::list(self, "/characters", search.q.as_deref(), &[], &search.page, MAX_CHARACTERS)
    }

    /// `POST /characters`: makes a character, and another one each time that it is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](videogen_core::ErrorKind::InvalidInput) if the name, the description or the images are not as [`NewCharacter`] says.
    pub fn create_character(&self, new: &NewCharacter) -> Result<Call<Character>, Error> {
        new.check()?;
        let (base, path) = (self.base_url(), "/characters");
        let credentials = self.credentials()?;
        let request = match &new.images {
            Images::Urls(images) => {
                let description = new.description.as_deref();
                let body = Body { name: &new.name, description, images };
                post_json(base, path, credentials, &check::json(&body)?)?
            }
            Images::Files(files) => {
                let mut fields = vec![("name", new.name.as_str())];
                fields.extend(new.description.as_deref().map(|text| ("description", text)));
                post_form(base, path, credentials, &fields, files)?
            }
        };
        Ok(Call::new(request, |response| page::read_one(response, "character")))
    }
}
