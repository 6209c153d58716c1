//! What every client that downloads outputs must do, against servers on this machine: exactly the file under its name or none,
//! nothing fetched twice, and no key where outputs are.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};
use videogen_core::container::Container;
use videogen_core::download::{DownloadOptions, DownloadProgress, Downloaded, WhichOutput};
use videogen_core::{
    ApiKey, Error, ErrorKind, Generation, HttpResponse, Output, OutputKind, Provider,
};

use crate::doc_provider::Example;
use crate::fixture::TEST_KEY;
use crate::received::Received;
use crate::scripted_server::{ScriptedServer, ServerReply};
use crate::secrets::{error_chain, leaks};
use crate::suite::Suite;

/// Where a client is to put an output.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a client under test has to do all of it")]
pub enum To {
    /// Into this file.
    File(PathBuf),
    /// Into this directory, which need not be there.
    Dir(PathBuf),
    /// Into a writer.
    Writer,
}

/// What a client is to download. What is not said is as the client has it.
#[derive(Clone, Debug)]
pub struct Job {
    /// Of this provider.
    pub provider: Arc<dyn Provider>,
    /// Made by this generation.
    pub generation: Generation,
    /// This output.
    pub which: WhichOutput,
    /// In this way.
    pub options: DownloadOptions,
    /// Whether it replaces a file.
    pub overwrite: bool,
    /// Whether it looks at the video.
    pub check_container: bool,
    /// To there.
    pub to: To,
}

/// What a client made of a [`Job`].
#[derive(Debug)]
pub struct Done {
    /// What it said.
    pub result: Result<Downloaded, Error>,
    /// What it wrote into a writer.
    pub written: Vec<u8>,
    /// What it told on the way.
    pub progress: Vec<DownloadProgress>,
}

/// A client.
pub type Fetch<'a> = dyn Fn(Job) -> Done + 'a;

/// The validator of the file.
const ETAG: &str = "\"v1\"";
/// Where the connection is cut.
const CUT: usize = 2_500_000;
/// A URL's secret.
const SIGNATURE: &str = "X5secret5sig5";

/// A video that is longer than what anybody reads at once.
fn video() -> Vec<u8> {
    let mut video = b"\0\0\0\x0cftypisom\0\0\0\x08moov".to_vec();
    let payload = 4_000_003_u32;
    video.extend_from_slice(&(payload + 8).to_be_bytes());
    video.extend_from_slice(b"mdat");
    video.extend((0..payload).map(|n| u8::try_from(n * 7 % 251).unwrap_or_default()));
    video
}

fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> HttpResponse {
    let mut answer = http::Response::new(body.to_vec());
    *answer.status_mut() = http::StatusCode::from_u16(status).expect("an HTTP status");
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("a header's name");
        answer.headers_mut().insert(name, HeaderValue::from_str(value).expect("its value"));
    }
    answer
}

fn whole(video: &[u8]) -> HttpResponse {
    answer(200, &[("etag", ETAG), ("content-type", "video/mp4")], video)
}

fn part(video: &[u8], from: usize) -> HttpResponse {
    let range = format!("bytes {from}-{}/{}", video.len() - 1, video.len());
    let rest = video.get(from..).unwrap_or_default();
    answer(206, &[("etag", ETAG), ("content-range", &range)], rest)
}

fn cut(answer: &HttpResponse, at: usize) -> ServerReply {
    ServerReply::Last(ServerReply::beginning(answer, at))
}

/// A directory that is removed when it is dropped.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("videogen-download-{}-{next}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        fs::create_dir_all(&dir).expect("a directory for temporary files");
        Self(dir)
    }

    fn file(&self) -> PathBuf {
        self.0.join("cat.mp4")
    }

    /// The names in it, sorted.
    #[expect(clippy::disallowed_methods, reason = "what is there is looked at")]
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut names: Vec<_> =
            entries.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

#[expect(clippy::disallowed_methods, reason = "what is there is looked at")]
fn get(path: &Path) -> Option<Vec<u8>> {
    fs::read(path).ok()
}

/// A storage and an API at one server, and a directory.
struct Scene<'a> {
    name: &'static str,
    suite: &'a mut Suite,
    fetch: &'a Fetch<'a>,
    server: ScriptedServer,
    dir: Dir,
}

impl Scene<'_> {
    fn job(&self) -> Job {
        let key = ApiKey::new(TEST_KEY).expect("a key");
        let provider = Example::new(key).at(self.server.base_url());
        let handle = provider.handle("g1").expect("an id");
        let status = provider.lifecycle().status("done");
        let mut generation = Generation::new(handle, status);
        let url = self.server.url(&format!("/v?sig={SIGNATURE}"));
        generation.outputs.push(Output::primary(OutputKind::Video, url));
        let mut options = DownloadOptions::default();
        options.first_rest = Duration::from_millis(1);
        Job {
            provider: Arc::new(provider),
            generation,
            which: WhichOutput::FirstPrimary,
            options,
            overwrite: false,
            check_container: true,
            to: To::File(self.dir.file()),
        }
    }

    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        let name = self.name;
        self.suite.check(holds, || format!("{name}: {}", what()));
    }

    fn fetch(&mut self, job: Job) -> Done {
        let done = (self.fetch)(job);
        let received = self.server.received();
        for request in &received {
            let is_api = request.path.starts_with("/api");
            self.check(is_api == request.shows(TEST_KEY), || {
                format!("the key, and the request {request:?}")
            });
            self.check(is_api || request.header("accept-encoding") == Some("identity"), || {
                format!("another form may come: {request:?}")
            });
        }
        if let Err(error) = &done.result {
            let leaked =
                leaks(&error_chain(error), TEST_KEY, &self.server.url("/v?sig=X5secret5sig5"));
            self.check(leaked.is_empty(), || format!("shows {leaked:?}: {error}"));
            self.check(error.handle().is_some(), || format!("names no generation: {error}"));
        }
        done
    }

    /// The file is there, and nothing else.
    fn expect_file(&mut self, done: &Done, file: &[u8]) {
        let names = self.dir.names();
        self.check(names == ["cat.mp4"], || format!("there are {names:?}: {:?}", done.result));
        let is_same = get(&self.dir.file()).is_some_and(|there| there == file);
        self.check(is_same, || format!("the file is another: {:?}", done.result));
        let said = done.result.as_ref().ok();
        let path = self.dir.file();
        self.check(said.is_some_and(|it| it.path.as_ref() == Some(&path)), || {
            format!("it is not said where: {:?}", done.result)
        });
        let length = file.len() as u64;
        self.check(said.is_some_and(|it| it.bytes == length), || format!("{:?}", done.result));
        let last = done.progress.last();
        self.check(last.is_some_and(|it| it.bytes == length && it.total == Some(length)), || {
            format!("what was told last is {last:?}")
        });
    }

    /// There is no file under the name, and this error.
    fn expect_none(&mut self, done: &Done, kind: ErrorKind) {
        let there = self.dir.names();
        self.check(!there.contains(&"cat.mp4".to_owned()), || format!("there are {there:?}"));
        self.expect_error(done, kind);
    }

    fn expect_error(&mut self, done: &Done, kind: ErrorKind) {
        let is_it = done.result.as_ref().is_err_and(|error| error.kind() == kind);
        self.check(is_it, || format!("not {kind:?}, but {:?}", done.result));
    }

    /// How often it went on, was begun anew, and how many bytes were fetched.
    fn expect_counts(&mut self, done: &Done, resumed: u32, restarted: u32, fetched: usize) {
        let counts =
            done.result.as_ref().ok().map(|it| (it.resumed, it.restarted, it.fetched as usize));
        self.check(counts == Some((resumed, restarted, fetched)), || {
            format!("not {resumed}, {restarted}, {fetched}, but {:?}", done.result)
        });
    }

    fn requests(&self) -> Vec<Received> {
        self.server.received()
    }

    fn ranges(&self) -> Vec<Option<String>> {
        let of = |request: &Received| request.header("range").map(ToOwned::to_owned);
        self.requests().iter().map(of).collect()
    }
}

/// Checks a client.
pub fn check(fetch: &Fetch<'_>) -> Suite {
    let mut suite = Suite::new();
    let video = video();
    let mut scene = |name, script: Vec<ServerReply>, play: &dyn Fn(&mut Scene<'_>)| {
        let (server, dir) = (ScriptedServer::start(script), Dir::new());
        play(&mut Scene { name, suite: &mut suite, fetch, server, dir });
    };
    let from_cut = || Some(format!("bytes={CUT}-"));

    scene("a file", vec![whole(&video).into()], &|it| {
        let done = it.fetch(it.job());
        it.expect_file(&done, &video);
        it.expect_counts(&done, 0, 0, video.len());
        let verdict = done.result.as_ref().ok().and_then(|done| done.container);
        it.check(verdict == Some(Container::Whole), || format!("its verdict is {verdict:?}"));
        let steps: Vec<_> = done.progress.iter().map(|it| it.bytes).collect();
        it.check(steps.is_sorted() && steps.len() > 3, || format!("it told {steps:?}"));
        let agents: Vec<_> = it.requests().iter().map(|it| it.path.clone()).collect();
        it.check(agents == [format!("/v?sig={SIGNATURE}")], || format!("{agents:?}"));
    });

    scene("a directory that is not there", vec![whole(&video).into()], &|it| {
        let dir = it.dir.0.join("a/b");
        let done = it.fetch(Job { to: To::Dir(dir.clone()), ..it.job() });
        let is_there = get(&dir.join("example_g1.mp4")).is_some_and(|there| there == video);
        it.check(is_there, || format!("{:?}", done.result));
    });

    let webm = answer(200, &[("content-type", "video/webm")], b"\x1aE\xdf\xa3 is no MP4");
    scene("a file that is said to be another kind", vec![webm.into()], &|it| {
        let dir = it.dir.0.clone();
        let done = it.fetch(Job { to: To::Dir(dir), ..it.job() });
        let names = it.dir.names();
        it.check(names == ["example_g1.webm"], || format!("{names:?}: {:?}", done.result));
        let verdict = done.result.as_ref().ok().and_then(|done| done.container);
        it.check(verdict == Some(Container::Unknown), || format!("its verdict is {verdict:?}"));
    });

    scene("a file that is there", vec![whole(&video).into()], &|it| {
        #[expect(clippy::disallowed_methods, reason = "there is one already")]
        fs::write(it.dir.file(), "old").expect("a file");
        let done = it.fetch(it.job());
        it.expect_error(&done, ErrorKind::FileExists);
        it.check(it.server.connections() == 0, || "something was fetched".to_owned());
        it.check(get(&it.dir.file()).is_some_and(|it| it == b"old"), || "it is gone".to_owned());
        let done = it.fetch(Job { overwrite: true, ..it.job() });
        it.expect_file(&done, &video);
    });

    let cut_then_part = || vec![cut(&whole(&video), CUT), part(&video, CUT).into()];
    scene("a cut", cut_then_part(), &|it| {
        let done = it.fetch(it.job());
        it.expect_file(&done, &video);
        it.expect_counts(&done, 1, 0, video.len());
        let ranges = it.ranges();
        it.check(ranges == [None, from_cut()], || format!("{ranges:?} were asked for"));
    });

    scene("a cut, and a writer", cut_then_part(), &|it| {
        let done = it.fetch(Job { to: To::Writer, ..it.job() });
        it.check(done.written == video, || format!("it was given another: {:?}", done.result));
        it.expect_counts(&done, 1, 0, video.len());
        let verdict = done.result.as_ref().ok().and_then(|done| done.container);
        it.check(verdict == Some(Container::Whole), || format!("its verdict is {verdict:?}"));
    });

    scene("a cut, and another process", cut_then_part(), &|it| {
        let mut impatient = it.job();
        impatient.options.patience = Duration::ZERO;
        let done = it.fetch(impatient);
        it.expect_none(&done, ErrorKind::DownloadStalled);
        let done = it.fetch(it.job());
        it.expect_file(&done, &video);
        it.expect_counts(&done, 1, 0, video.len() - CUT);
        let requests = it.requests();
        let if_range = requests.last().and_then(|request| request.header("if-range"));
        it.check(if_range == Some(ETAG), || format!("not if it is the same: {requests:?}"));
    });

    let mut other = video.clone();
    other.extend_from_slice(b"\0\0\0\x08free");
    let changed = answer(200, &[("etag", "\"v2\"")], &other);
    let cut_then_other = || vec![cut(&whole(&video), CUT), changed.clone().into()];
    scene("a file that changes", cut_then_other(), &|it| {
        let done = it.fetch(it.job());
        it.expect_file(&done, &other);
        it.expect_counts(&done, 0, 1, CUT + other.len());
    });
    scene("a file that changes, and a writer", cut_then_other(), &|it| {
        let done = it.fetch(Job { to: To::Writer, ..it.job() });
        it.expect_error(&done, ErrorKind::DownloadDamaged);
        it.check(video.get(..CUT) == Some(&done.written), || "two files are mixed".to_owned());
    });

    scene("an expired URL", Vec::new(), &|it| {
        let job = it.job();
        // Only now is it known where the server is.
        it.server.then(answer(403, &[], b"<Error/>").into());
        let fresh = it.server.url("/fresh?sig=2");
        it.server.then(ServerReply::json(
            200,
            format!(r#"{{"id": "g1", "status": "done", "url": "{fresh}"}}"#),
        ));
        it.server.then(whole(&video).into());
        let done = it.fetch(job);
        it.expect_file(&done, &video);
        let paths: Vec<_> = it.requests().into_iter().map(|request| request.path).collect();
        let expected = [&format!("/v?sig={SIGNATURE}"), "/api/generations/g1", "/fresh?sig=2"];
        it.check(paths == expected, || format!("{paths:?} were asked for"));
    });

    scene("an output that is gone", Vec::new(), &|it| {
        let url = it.server.url(&format!("/v?sig={SIGNATURE}"));
        let status = format!(r#"{{"id": "g1", "status": "done", "url": "{url}"}}"#);
        it.server.then(answer(404, &[], b"").into());
        it.server.then(ServerReply::json(200, status));
        it.server.then(answer(404, &[], b"").into());
        let mut job = it.job();
        job.options.grace = Duration::ZERO;
        let done = it.fetch(job);
        it.expect_none(&done, ErrorKind::OutputGone);
        let names = it.dir.names();
        it.check(names.is_empty(), || format!("{names:?} is left"));
    });

    let elsewhere = ScriptedServer::start([whole(&video).into()]);
    let to = elsewhere.url("/elsewhere?sig=3");
    scene("a redirect", vec![answer(302, &[("location", &to)], b"").into()], &|it| {
        let done = it.fetch(it.job());
        it.expect_file(&done, &video);
        let received = elsewhere.received();
        let is_clean = received.iter().all(|request| {
            !request.shows(TEST_KEY)
                && request.header("referer").is_none()
                && request.header("cookie").is_none()
        });
        it.check(received.len() == 1 && is_clean, || format!("{received:?}"));
    });

    scene("a file that is too long", vec![whole(&video).into()], &|it| {
        let mut job = it.job();
        job.options.max_bytes = Some(video.len() as u64 - 1);
        let done = it.fetch(job);
        it.expect_none(&done, ErrorKind::DownloadTooLarge);
    });

    let short = video.get(..CUT).unwrap_or_default();
    let range = format!("bytes */{CUT}");
    let damaged = vec![
        whole(short).into(),
        answer(416, &[("etag", ETAG), ("content-range", &range)], b"").into(),
    ];
    scene("a video that is cut at the storage", damaged, &|it| {
        let done = it.fetch(it.job());
        it.expect_none(&done, ErrorKind::DownloadDamaged);
        // Who wants it all the same need not fetch it again.
        let done = it.fetch(Job { check_container: false, ..it.job() });
        it.check(get(&it.dir.file()).is_some_and(|there| there == short), || {
            format!("it is not there: {:?}", done.result)
        });
        let verdict = done.result.as_ref().ok().and_then(|done| done.container);
        it.check(verdict.is_none(), || format!("there is a verdict: {verdict:?}"));
        it.expect_counts(&done, 1, 0, 0);
    });

    let mended = vec![whole(short).into(), whole(&video).into()];
    scene("a video that was cut at the storage, and is not any longer", mended, &|it| {
        let done = it.fetch(it.job());
        it.expect_none(&done, ErrorKind::DownloadDamaged);
        let done = it.fetch(it.job());
        it.expect_file(&done, &video);
        let ranges = it.ranges();
        it.check(ranges == [None, None], || format!("{ranges:?} were asked for"));
    });

    let mut garbled = video.clone();
    // The length of what follows.
    garbled.get_mut(20..22).expect("a video").fill(0x7f);
    let left = || vec![cut(&whole(&garbled), CUT), part(&video, CUT).into()];
    let fetch_twice = |it: &mut Scene<'_>| {
        let mut impatient = it.job();
        impatient.options.patience = Duration::ZERO;
        let done = it.fetch(impatient);
        it.expect_none(&done, ErrorKind::DownloadStalled);
        it.fetch(it.job())
    };
    let then_whole = || left().into_iter().chain([whole(&video).into()]).collect();
    scene("a damaged part of another process", then_whole(), &|it| {
        let done = fetch_twice(it);
        it.expect_file(&done, &video);
        it.expect_counts(&done, 0, 1, video.len() - CUT + video.len());
    });
    let then_garbled = left().into_iter().chain([whole(&garbled).into()]).collect();
    scene("a damaged part, and it is the storage's fault", then_garbled, &|it| {
        let done = fetch_twice(it);
        it.expect_none(&done, ErrorKind::DownloadDamaged);
        let ranges = it.ranges();
        it.check(ranges.len() == 3, || format!("{ranges:?} were asked for"));
    });

    scene("a video that is cut at the storage, and a writer", vec![whole(short).into()], &|it| {
        let done = it.fetch(Job { to: To::Writer, ..it.job() });
        it.expect_error(&done, ErrorKind::DownloadDamaged);
    });

    let mut endless = format!("HTTP/1.1 200 OK\r\netag: {ETAG}\r\n\r\n").into_bytes();
    endless.extend_from_slice(short);
    let unannounced = vec![ServerReply::Last(endless), part(&video, CUT).into()];
    scene("a cut that only the video shows", unannounced, &|it| {
        let done = it.fetch(it.job());
        it.expect_file(&done, &video);
        it.expect_counts(&done, 1, 0, video.len());
    });

    let nameless = |body: &[u8]| ServerReply::Last([b"HTTP/1.1 200 OK\r\n\r\n", body].concat());
    scene("the same without a name", vec![nameless(short), nameless(&video)], &|it| {
        let done = it.fetch(it.job());
        let is_there = get(&it.dir.file()).is_some_and(|there| there == video);
        it.check(is_there, || format!("{:?}", done.result));
        it.expect_counts(&done, 0, 1, CUT + video.len());
    });

    suite
}
