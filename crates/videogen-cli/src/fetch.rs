//! Getting what a generation made into files: for `download`, `wait --download` and `run`.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use videogen_core::container::Container;
use videogen_core::download::DownloadProgress;
use videogen_core::file_name::output_file_name;
use videogen_core::{Error, ErrorKind, Generation, Handle, Output, OutputKind, Phase};
use videogen_reqwest::Client;

use crate::args::FetchArgs;
use crate::exit::Exit;
use crate::problem::Problem;
use crate::run::book::Book;
use crate::run::journal;

/// Where files go.
#[derive(Debug)]
pub(crate) enum Target {
    /// Under the provider's names for them, or those of the generations.
    Directory(PathBuf),
    /// The only one there is to be.
    File(PathBuf),
}

impl Target {
    /// A directory if it is one, or is named as one, or has to be one.
    pub(crate) fn named(path: &Path, generations: usize) -> Result<Self, Problem> {
        let named_as_one = path.to_string_lossy().ends_with(std::path::is_separator);
        if path.is_dir() || named_as_one {
            return Ok(Self::Directory(path.to_path_buf()));
        }
        if generations > 1 {
            return Err(Problem::Usage(format!(
                "--to: {generations} generations do not go into one file; name a directory that is there, or end its name with /"
            )));
        }
        Ok(Self::File(path.to_path_buf()))
    }
}

/// How outputs are fetched, and where to.
#[derive(Debug)]
pub(crate) struct Fetch {
    target: Target,
    args: FetchArgs,
    /// What `run` writes down.
    book: Option<Book>,
    /// The names that files of this invocation have, or are about to have, without their endings: what a file is, and so how its
    /// name ends, is known for sure only when it is fetched.
    claimed: Mutex<Vec<String>>,
}

/// An output and what came of fetching it.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) kind: OutputKind,
    /// Counts from zero among the generation's outputs of this kind.
    pub(crate) nth: usize,
    pub(crate) path: PathBuf,
    pub(crate) result: Result<File, Error>,
}

/// A file that is there.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) bytes: u64,
    /// How long it took, unless it was there before.
    pub(crate) took: Option<Duration>,
    /// How often it went on in the middle, after a cut or from an earlier attempt.
    pub(crate) resumed: u32,
    /// Whether it is a whole MP4, if somebody looked and could tell.
    pub(crate) is_whole: Option<bool>,
}

/// What there is to see of a download that is under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress<'a> {
    pub(crate) name: &'a str,
    pub(crate) bytes: u64,
    pub(crate) total: Option<u64>,
}

/// One output that is to be fetched, and where to.
struct Planned {
    kind: OutputKind,
    nth: usize,
    place: Place,
    /// Whether the file is there already.
    is_there: bool,
    overwrite: bool,
}

/// Where a file goes.
enum Place {
    File(PathBuf),
    /// In this directory, under a name that is this unless the server says more of what it is.
    Directory(PathBuf, String),
}

impl Place {
    fn path(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Directory(directory, name) => directory.join(name),
        }
    }
}

impl Fetch {
    pub(crate) fn new(target: Target, args: FetchArgs, book: Option<Book>) -> Self {
        Self { target, args, book, claimed: Mutex::default() }
    }

    /// Takes note of a generation that has ended, and gets what it made if it succeeded.
    pub(crate) async fn ended(
        &self,
        client: &Client,
        generation: &Generation,
        progress: impl Fn(Progress<'_>) + Send + Sync,
    ) -> Vec<Fetched> {
        if let Some(book) = &self.book
            && let Err(problem) = book.ended(generation)
        {
            return vec![self.failed(local(problem))];
        }
        if generation.phase() != Phase::Succeeded {
            return Vec::new();
        }
        match self.plan(generation) {
            Ok(planned) => self.fetch(client, generation, planned, progress).await,
            Err(error) => vec![self.failed(error.about(&generation.handle))],
        }
    }

    /// Nothing could be begun.
    fn failed(&self, error: Error) -> Fetched {
        let (Target::Directory(path) | Target::File(path)) = &self.target;
        Fetched { kind: OutputKind::Video, nth: 0, path: path.clone(), result: Err(error) }
    }

    async fn fetch(
        &self,
        client: &Client,
        generation: &Generation,
        planned: Vec<Planned>,
        progress: impl Fn(Progress<'_>) + Send + Sync,
    ) -> Vec<Fetched> {
        let mut all = Vec::new();
        for planned in planned {
            let result = if planned.is_there {
                there(planned.place.path())
            } else {
                self.fetch_one(client, generation, &planned, &progress).await
            };
            let result = self.write_down(generation, &planned, result);
            let (path, result) = match result {
                Ok((path, file)) => (path, Ok(file)),
                Err(error) => (planned.place.path(), Err(error.about(&generation.handle))),
            };
            all.push(Fetched { kind: planned.kind, nth: planned.nth, path, result });
        }
        all
    }

    /// Writes down what came of a file, in a run.
    fn write_down(
        &self,
        generation: &Generation,
        planned: &Planned,
        result: Result<(PathBuf, File), Error>,
    ) -> Result<(PathBuf, File), Error> {
        let Some(book) = &self.book else { return result };
        let (handle, kind, nth) = (&generation.handle, planned.kind, planned.nth);
        match &result {
            Ok((_, file)) => book.fetched(handle, kind, nth, file.bytes).map_err(local)?,
            // Somebody else's, that came meanwhile. It must not be taken for ours another time.
            Err(_) if !planned.overwrite && planned.place.path().exists() => {
                book.undecided(handle, kind, nth).map_err(local)?;
            }
            Err(_) => {}
        }
        result
    }

    async fn fetch_one(
        &self,
        client: &Client,
        generation: &Generation,
        planned: &Planned,
        progress: &(impl Fn(Progress<'_>) + Send + Sync),
    ) -> Result<(PathBuf, File), Error> {
        let path = planned.place.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let begun = Instant::now();
        let renamed = renamed(generation, planned);
        let generation = renamed.as_ref().unwrap_or(generation);
        let told = |seen: DownloadProgress| {
            progress(Progress { name: &name, bytes: seen.bytes, total: seen.total });
        };
        let mut download = client
            .download(generation)
            .nth(planned.kind, planned.nth)
            .overwrite(planned.overwrite)
            .allow_private_addresses(self.args.allow_private_addresses)
            .check_container(!self.args.no_check)
            .on_progress(told);
        if let Some(most) = self.args.max_bytes {
            download = download.max_bytes(most);
        }
        let downloaded = match &planned.place {
            Place::File(path) => download.to_file(path).await?,
            Place::Directory(directory, _) => download.to_dir(directory).await?,
        };
        let is_whole = downloaded.container.map(|container| container == Container::Whole);
        let file = File {
            bytes: downloaded.bytes,
            took: Some(begun.elapsed()),
            resumed: downloaded.resumed,
            is_whole: is_whole.filter(|whole| *whole),
        };
        Ok((downloaded.path.unwrap_or(path), file))
    }

    /// What is to be fetched, and where to. Written down before anything of it is fetched.
    fn plan<'a>(&self, generation: &'a Generation) -> Result<Vec<Planned>, Error> {
        let wanted = wanted(&self.args, generation)?;
        match (&self.book, &self.target) {
            (Some(book), Target::Directory(directory)) => {
                self.plan_by_book(book, directory, generation, wanted)
            }
            (_, Target::Directory(directory)) => {
                let plan = |(nth, output): (usize, &'a Output)| Planned {
                    kind: output.kind,
                    nth,
                    place: Place::Directory(
                        directory.clone(),
                        self.claim(&generation.handle, output, nth),
                    ),
                    is_there: false,
                    overwrite: self.args.overwrite,
                };
                Ok(wanted.into_iter().map(plan).collect())
            }
            (_, Target::File(path)) => match &wanted[..] {
                [(nth, output)] => Ok(vec![Planned {
                    kind: output.kind,
                    nth: *nth,
                    place: Place::File(path.clone()),
                    is_there: false,
                    overwrite: self.args.overwrite,
                }]),
                several => Err(Error::new(
                    ErrorKind::InvalidInput,
                    format!(
                        "{} outputs do not go into the one file {}; name a directory",
                        several.len(),
                        path.display()
                    ),
                )),
            },
        }
    }

    /// A name that no other file of this invocation has: what was just paid for is not replaced by its neighbour.
    fn claim(&self, handle: &Handle, output: &Output, nth: usize) -> String {
        let mut claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner);
        let name = free_name(handle, output, nth, |name, _| claimed.contains(&stem(name)));
        claimed.push(stem(&name));
        name
    }

    fn plan_by_book<'a>(
        &self,
        book: &Book,
        directory: &Path,
        generation: &'a Generation,
        wanted: Vec<(usize, &'a Output)>,
    ) -> Result<Vec<Planned>, Error> {
        let handle = &generation.handle;
        // Until it is written down which names are ours.
        let (_only, others) = book.hold_names().map_err(local)?;
        let before = book.files(handle);
        let mut taken = book.names_of_others(handle);
        let mut files = Vec::new();
        let mut planned = Vec::new();
        for (nth, output) in wanted {
            let known =
                before.iter().find(|file| (file.kind, file.nth) == (output.kind, nth)).cloned();
            // What was never whole may have another's bytes by now, if another run here has the name too.
            let known = known.filter(|file| {
                let is_by_id = file.name == name_by_id(handle, output, nth);
                file.bytes.is_some() || !others.have(&file.name, is_by_id, file.replaces)
            });
            let is_decided = known.is_some();
            let mut file = match known {
                Some(file) => file,
                None => {
                    let is_taken = |name: &str, is_by_id: bool| {
                        taken.iter().any(|other| journal::is_same_name(other, name))
                            || others.have(name, is_by_id, self.args.overwrite)
                    };
                    let name = free_name(handle, output, nth, is_taken);
                    let replaces = directory.join(&name).exists();
                    if replaces && !self.args.overwrite {
                        return Err(Error::new(
                            ErrorKind::LocalFile,
                            format!(
                                "there is a file {} already, which is not of this run; move it away, or say --overwrite",
                                directory.join(&name).display()
                            ),
                        ));
                    }
                    journal::Output { kind: output.kind, nth, name, replaces, bytes: None }
                }
            };
            taken.push(file.name.clone());
            let path = directory.join(&file.name);
            let changed = changed(&path, file.bytes);
            if let Some(changed) = &changed
                && !self.args.overwrite
            {
                return Err(Error::new(ErrorKind::LocalFile, changed.clone()));
            }
            // What was decided before and was not there then has its name only since it was whole.
            let is_there = is_decided
                && changed.is_none()
                && path.exists()
                && (file.bytes.is_some() || !file.replaces);
            if !is_there {
                file.bytes = None;
                file.replaces |= changed.is_some();
            }
            planned.push(Planned {
                kind: output.kind,
                nth,
                place: Place::File(path),
                is_there,
                overwrite: file.replaces,
            });
            files.push(file);
        }
        book.downloading(handle, self.args.kind_word(), files).map_err(local)?;
        Ok(planned)
    }
}

/// That a file is not as it was downloaded, in words.
pub(crate) fn changed(path: &Path, bytes: Option<u64>) -> Option<String> {
    let (now, then) = (path.metadata().ok()?.len(), bytes?);
    (now != then).then(|| {
        format!(
            "{} was changed since it was downloaded: it has {now} bytes, and had {then}; move it away, or say --overwrite, and it is downloaded anew",
            path.display()
        )
    })
}

/// The provider's name for an output, or one of the generation's id if that is taken, with a number if that is too.
fn free_name(
    handle: &Handle,
    output: &Output,
    nth: usize,
    is_taken: impl Fn(&str, bool) -> bool,
) -> String {
    let by_id = name_by_id(handle, output, nth);
    let given = output_file_name(handle, output, nth, None);
    let is_by_id = given == by_id;
    if !is_taken(&given, is_by_id) {
        return given;
    }
    let numbered = (2..).map(|number| match by_id.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}_{number}.{extension}"),
        None => format!("{by_id}_{number}"),
    });
    let mut names = std::iter::once(by_id.clone()).chain(numbered);
    names.find(|name| !is_taken(name, true)).unwrap_or(by_id)
}

/// A name without its ending, as one that differs in capitals only has it.
fn stem(name: &str) -> String {
    Path::new(name).file_stem().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// The generation with the planned name as the provider's for its output, if that is another than it would have.
fn renamed(generation: &Generation, planned: &Planned) -> Option<Generation> {
    let Place::Directory(_, name) = &planned.place else { return None };
    let mut renamed = generation.clone();
    let mut outputs = renamed.outputs.iter_mut().filter(|output| output.kind == planned.kind);
    let output = outputs.nth(planned.nth)?;
    if output_file_name(&generation.handle, output, planned.nth, None) == *name {
        return None;
    }
    output.file_name = Some(name.clone());
    Some(renamed)
}

/// The name that an output's file has where the provider has none for it.
fn name_by_id(handle: &Handle, output: &Output, nth: usize) -> String {
    let mut nameless = output.clone();
    nameless.file_name = None;
    output_file_name(handle, &nameless, nth, None)
}

/// A file that has its name since it was whole.
fn there(path: PathBuf) -> Result<(PathBuf, File), Error> {
    // It may have been the last that an earlier run did.
    videogen_files::sweep(&path);
    let bytes = path
        .metadata()
        .map_err(|error| local(Problem::Io(format!("read {}", path.display()), error)))?
        .len();
    Ok((path, File { bytes, took: None, resumed: 0, is_whole: None }))
}

/// The outputs that are wanted, each with its number among those of its kind.
fn wanted<'a>(
    args: &FetchArgs,
    generation: &'a Generation,
) -> Result<Vec<(usize, &'a Output)>, Error> {
    let outputs = &generation.outputs;
    let numbered = outputs.iter().enumerate().map(|(index, output)| {
        let before = outputs.iter().take(index).filter(|other| other.kind == output.kind);
        (before.count(), output)
    });
    let wanted: Vec<_> = numbered.filter(|(_, output)| args.wants(output)).collect();
    if wanted.is_empty() {
        let message = match args.kind {
            None => "it made nothing that was asked for".to_owned(),
            Some(_) => format!("it made nothing that is wanted ({})", args.kind_word()),
        };
        return Err(Error::new(ErrorKind::OutputMissing, message));
    }
    Ok(wanted)
}

impl Fetched {
    pub(crate) fn exit(&self) -> Exit {
        if self.result.is_ok() { Exit::Succeeded } else { Exit::NotDownloaded }
    }
}

/// Trouble on this machine, with the provider not to blame.
fn local(problem: Problem) -> Error {
    Error::new(ErrorKind::LocalFile, problem.to_string())
}
