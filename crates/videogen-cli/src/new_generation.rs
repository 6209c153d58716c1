//! What is to be submitted, from the arguments.

use std::io::Read as _;
use std::path::Path;

use videogen_core::{FilePart, NewGeneration};

use crate::args::NewArgs;
use crate::problem::Problem;

/// The generation that the arguments describe, with the files in it. Nothing is sent.
pub(crate) fn read(args: &NewArgs) -> Result<NewGeneration, Problem> {
    let mut new = NewGeneration::from_json(read_body(&args.body)?)?;
    new.template.clone_from(&args.template);
    new.endpoint.clone_from(&args.endpoint);
    new.native = args.native;
    for (name, path) in &args.files {
        new = new.with_file(read_file(name, path)?);
    }
    Ok(new)
}

fn read_body(file: &Path) -> Result<String, Problem> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .lock()
            .read_to_string(&mut text)
            .map_err(|error| Problem::Io("read the body from stdin".to_owned(), error))?;
        return Ok(text);
    }
    std::fs::read_to_string(file)
        .map_err(|error| Problem::Io(format!("read {}", file.display()), error))
}

fn read_file(name: &str, path: &Path) -> Result<FilePart, Problem> {
    let bytes = std::fs::read(path)
        .map_err(|error| Problem::Io(format!("read {}", path.display()), error))?;
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(FilePart::new(name, file_name.unwrap_or_default(), content_type(path), bytes))
}

/// What a file is, by the end of its name (the types that IANA and browsers have for it).
fn content_type(path: &Path) -> &'static str {
    let extension = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "mkv" => "video/x-matroska",
        "avi" => "video/x-msvideo",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "m4a" => "audio/mp4",
        "aac" => "audio/aac",
        "ogg" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        _ => "application/octet-stream",
    }
}
