//! Names of files that a provider's words go into.
//!
//! Whatever a provider, or whoever named the generation there, puts into a name: the file lands in the directory that the
//! caller chose, is visible, and can be opened on every system.

use crate::handle::Handle;
use crate::output::{Output, OutputKind};

/// The longest name, in bytes. Most systems have 255; this leaves room for what is added to the name of a part.
pub const LONGEST_FILE_NAME: usize = 200;

/// The longest ending that is kept when a name is cut, in bytes, with its dot.
const LONGEST_ENDING: usize = 12;

/// As much as a name has of a generation's id, in characters.
const LONGEST_ID: usize = 100;

/// Endings of names that say what a file is.
const EXTENSIONS: [&str; 22] = [
    "mp4", "webm", "mov", "mkv", "m4v", "avi", "gif", "mp3", "m4a", "wav", "ogg", "aac", "flac",
    "opus", "png", "jpg", "jpeg", "webp", "avif", "html", "zip", "srt",
];

/// What media types are written as, for those that outputs have.
const MEDIA_TYPES: [(&str, &str); 22] = [
    ("video/mp4", "mp4"),
    ("video/webm", "webm"),
    ("video/quicktime", "mov"),
    ("video/x-matroska", "mkv"),
    ("video/x-m4v", "m4v"),
    ("video/x-msvideo", "avi"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/x-m4a", "m4a"),
    ("audio/wav", "wav"),
    ("audio/x-wav", "wav"),
    ("audio/vnd.wave", "wav"),
    ("audio/ogg", "ogg"),
    ("audio/aac", "aac"),
    ("audio/flac", "flac"),
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/webp", "webp"),
    ("image/gif", "gif"),
    ("image/avif", "avif"),
    ("text/html", "html"),
    ("application/zip", "zip"),
];

/// Names that are devices on Windows, whatever follows their first dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// `name` as the name of a file, or `None` if nothing of it can be one.
///
/// Of a path the last part counts. Control characters and those that change the direction of writing are left out, what Windows
/// does not allow becomes `_`, a device's name gets one before it. Dots and spaces at the beginning and the end are left out,
/// and what is longer than [`LONGEST_FILE_NAME`] is cut, before its ending.
///
/// ```
/// use videogen_core::file_name::safe_file_name;
/// assert_eq!(safe_file_name("../../.bashrc").as_deref(), Some("bashrc"));
/// assert_eq!(safe_file_name("kite: take 2.mp4").as_deref(), Some("kite_ take 2.mp4"));
/// assert_eq!(safe_file_name("con.mp4").as_deref(), Some("_con.mp4"));
/// assert_eq!(safe_file_name(".."), None);
/// ```
#[must_use]
pub fn safe_file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut safe: String = last
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c })
        .collect();
    trim(&mut safe);
    cut(&mut safe, LONGEST_FILE_NAME);
    if is_device(&safe) {
        safe.insert(0, '_');
        cut(&mut safe, LONGEST_FILE_NAME);
    }
    (!safe.is_empty()).then_some(safe)
}

/// The name of an output's file: the provider's name for it if it has one, else one of the handle's, such as
/// `example_gen_abc123.mp4` or `example_1f_segment_2.mp4`. Of an id with more than 100 characters it has the beginning and a fingerprint.
///
/// `nth` counts from zero among the generation's outputs of this kind; the second has `_2` in its name, and so on. The ending is the
/// provider's name's own if it is one for this kind of output, that of `content_type`, that of the URL on the same condition, or
/// `mp4` for a video; the name has none where nothing says what the output is. So `clip.html` for a video becomes `clip.html.mp4`.
///
/// Two generations may have outputs that the provider gave the same name.
#[must_use]
pub fn output_file_name(
    handle: &Handle,
    output: &Output,
    nth: usize,
    content_type: Option<&str>,
) -> String {
    let number = if nth > 0 { format!("_{}", nth + 1) } else { String::new() };
    let given = output.file_name.as_deref().and_then(safe_file_name);
    if let Some(given) = &given
        && extension(given, output.kind).is_some()
        && let Some((stem, ending)) = given.rsplit_once('.')
    {
        return joined(stem, &format!("{number}.{ending}"));
    }
    let name = given.unwrap_or_else(|| own_name(handle, output.kind));
    let extension = content_type
        .and_then(extension_of_media_type)
        .or_else(|| extension_of_url(output.url.expose(), output.kind))
        .or(match output.kind {
            OutputKind::Video | OutputKind::Segment => Some("mp4"),
            OutputKind::SharePage => Some("html"),
            _ => None,
        });
    let ending = extension.map(|extension| format!(".{extension}")).unwrap_or_default();
    joined(&name, &(number + &ending))
}

/// `name` with `end`, and not too long.
fn joined(name: &str, end: &str) -> String {
    let mut name = name.to_owned();
    cut(&mut name, LONGEST_FILE_NAME.saturating_sub(end.len()));
    name + end
}

fn own_name(handle: &Handle, kind: OutputKind) -> String {
    let mut name = format!("{}_", handle.provider());
    // An id may be anything that can stand in a path.
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let id = handle.id();
    if id.chars().count() <= LONGEST_ID {
        name.extend(id.chars().map(plain));
    } else {
        // What tells one from another may stand anywhere in a long one: a path's end, the middle of a Base64.
        name.extend(id.chars().take(LONGEST_ID - 17).map(plain));
        name.push_str(&format!("_{:016x}", fingerprint(id)));
    }
    if kind != OutputKind::Video {
        name.push('_');
        name.push_str(kind.as_str());
    }
    name
}

/// FNV-1a: the same in every process and version.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// The ending of `name`, if it is one that says what a file of this kind is.
fn extension(name: &str, kind: OutputKind) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    let known = EXTENSIONS.into_iter().find(|known| known.eq_ignore_ascii_case(ending));
    known.filter(|known| is_for(kind, known))
}

/// Whether a file of this kind may end so: a video that is opened as a page is none.
fn is_for(kind: OutputKind, extension: &str) -> bool {
    let video = ["mp4", "webm", "mov", "mkv", "m4v", "avi", "gif"];
    let audio = ["mp3", "m4a", "wav", "ogg", "aac", "flac", "opus", "mp4", "webm"];
    let image = ["png", "jpg", "jpeg", "webp", "avif", "gif"];
    match kind {
        OutputKind::Video | OutputKind::Segment => video.contains(&extension),
        OutputKind::Audio => audio.contains(&extension),
        OutputKind::Image | OutputKind::LastFrame => image.contains(&extension),
        OutputKind::SharePage => extension == "html",
        OutputKind::Other => true,
    }
}

fn extension_of_media_type(content_type: &str) -> Option<&'static str> {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    MEDIA_TYPES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(essence))
        .map(|(_, extension)| *extension)
}

fn extension_of_url(url: &str, kind: OutputKind) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let (_, after_scheme) = path.split_once("://")?;
    let (_, path) = after_scheme.split_once('/')?;
    extension(path.rsplit('/').next().unwrap_or_default(), kind)
}

/// What cannot be seen, and may hide what a name is: controls, what changes the direction of writing, and letters
/// that are blank (Hangul fillers, an empty Braille pattern).
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

/// Whether a name stands for a device on Windows: `nul`, `COM1.mp4`.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let lower = stem.to_lowercase();
    let is_port = ["com", "lpt"].iter().any(|port| {
        lower.strip_prefix(port).is_some_and(|number| {
            let mut digits = number.chars();
            let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³');
            digits.next().is_some_and(is_digit) && digits.next().is_none()
        })
    });
    is_port || DEVICES.contains(&lower.as_str())
}

fn trim(name: &mut String) {
    let is_edge = |c: char| c == '.' || c.is_whitespace();
    name.truncate(name.trim_end_matches(is_edge).len());
    let kept = name.trim_start_matches(is_edge).len();
    name.drain(..name.len() - kept);
}

/// Cuts a name to `longest` bytes, before its ending if that is short.
fn cut(name: &mut String, longest: usize) {
    if name.len() <= longest {
        return;
    }
    let ending = name
        .rfind('.')
        .and_then(|dot| name.get(dot..))
        .filter(|ending| ending.len() <= LONGEST_ENDING)
        .unwrap_or_default()
        .to_owned();
    let room = longest.saturating_sub(ending.len());
    let end = (0..=room).rev().find(|&at| name.is_char_boundary(at)).unwrap_or(0);
    name.truncate(end);
    trim(name);
    name.push_str(&ending);
}
