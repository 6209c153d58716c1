//! `videogen run`, killed at random moments and started again, with the emulator as the witness.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use videogen_emulator::{ProviderName, Script, Server, SubmitFault, SubmitPlan, When};

use crate::{Problem, cargo, output_of, root};

/// How many are run at the same time: most of the time they wait.
const AT_ONCE: u32 = 4;
/// Long enough that a download takes a while.
const FILE_BYTES: u64 = 24 * 1024 * 1024;
/// How long a generation takes at the emulator.
const GENERATION: Duration = Duration::from_millis(300);
/// How often one run is killed at the most before it is left to end.
const KILLS: u32 = 4;
/// A run that is not over by then hangs: longer than one that waits for an answer that does not come.
const LONGEST: Duration = Duration::from_secs(150);
/// The exit code of a run that cannot know whether it submitted.
const AMBIGUOUS: i32 = 8;

/// What came of all rounds.
#[derive(Default)]
struct Tally {
    kills: AtomicU32,
    ambiguous: AtomicU32,
    by_provider: Mutex<BTreeMap<ProviderName, u32>>,
}

/// Kills a run of the command `kills` times in all, at moments drawn from `seed`, and starts it again each time.
pub(crate) fn run(kills: u32, seed: Option<u64>) -> Result<(), Problem> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seed = seed.unwrap_or(now.as_secs());
    output_of(cargo().args(["build", "--quiet", "--release", "--package", "videogen-cli"]))?;
    let program = root().join("target/release/videogen");
    let folder = root().join("target/survive");
    drop(std::fs::remove_dir_all(&folder));
    let takes = undisturbed(&program, &folder)?;
    println!("an undisturbed run takes {} ms; seed {seed}", takes.as_millis());
    let tally = Tally::default();
    let round = AtomicU32::new(0);
    let failed: Mutex<Option<Problem>> = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while tally.kills.load(Ordering::Relaxed) < kills
                    && failed.lock().is_ok_and(|failed| failed.is_none())
                {
                    let number = round.fetch_add(1, Ordering::Relaxed);
                    let mut random = Random(seed.wrapping_add(u64::from(number) << 32));
                    if let Err(problem) = one(&program, &folder, number, takes, &mut random, &tally)
                        && let Ok(mut failed) = failed.lock()
                    {
                        *failed = Some(format!("round {number}: {problem}"));
                    }
                }
            });
        }
    });
    if let Ok(Some(problem)) = failed.into_inner() {
        return Err(problem);
    }
    let by_provider = tally.by_provider.into_inner().unwrap_or_default();
    println!(
        "{} kills in {} runs: {}",
        tally.kills.into_inner(),
        round.into_inner(),
        by_provider
            .iter()
            .map(|(name, runs)| format!("{name} {runs}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    if kills >= 50 && tally.ambiguous.load(Ordering::Relaxed) == 0 {
        return Err("no kill fell between a submission and its answer: nothing is shown".to_owned());
    }
    println!("each made exactly one generation and its file is whole");
    println!(
        "{} runs could not know whether they had submitted, said so, and were told by a person who had looked",
        tally.ambiguous.into_inner()
    );
    drop(std::fs::remove_dir_all(&folder));
    Ok(())
}

/// How long it takes when nobody kills it.
fn undisturbed(program: &Path, folder: &Path) -> Result<Duration, Problem> {
    let job = Job::new(program, folder, u32::MAX, ProviderName::SYNCLABS, false)?;
    let begun = Instant::now();
    match job.wait(job.start(&[])?, None)? {
        Some(0) => {}
        code => return Err(format!("an undisturbed run ended with {code:?}: {}", job.said())),
    }
    let takes = begun.elapsed();
    job.check()?;
    Ok(takes)
}

fn one(
    program: &Path,
    folder: &Path,
    number: u32,
    takes: Duration,
    random: &mut Random,
    tally: &Tally,
) -> Result<(), Problem> {
    let providers = [ProviderName::PRISM, ProviderName::TOKEN360, ProviderName::SYNCLABS];
    let provider = providers[usize::try_from(number).unwrap_or_default() % providers.len()];
    // In half of them the answer to the submission does not come, so that a kill falls between the two.
    let is_stalled = random.below(2) == 0;
    let job = Job::new(program, folder, number, provider, is_stalled)?;
    // With the look-up where there is a list to look at; a key needs none.
    let usual: &[&str] = if provider == ProviderName::TOKEN360 { &["--look-up"] } else { &[] };
    let mut further: Vec<String> = usual.iter().map(|it| (*it).to_owned()).collect();
    for attempt in 0.. {
        if attempt > 3 * KILLS {
            return Err(format!("still not over after {attempt} starts: {}", job.said()));
        }
        // Half of them around the submission, which is the shortest part and the one that costs money.
        let within = if random.below(2) == 0 { takes / 8 } else { takes };
        let after = Duration::from_micros(random.below(within.as_micros() as u64));
        let kill = (attempt < KILLS).then_some(after);
        let arguments: Vec<&str> = further.iter().map(String::as_str).collect();
        let ended = job.wait(job.start(&arguments)?, kill)?;
        further = usual.iter().map(|it| (*it).to_owned()).collect();
        match ended {
            None => {
                tally.kills.fetch_add(1, Ordering::Relaxed);
            }
            Some(0) => break,
            Some(AMBIGUOUS) => {
                tally.ambiguous.fetch_add(1, Ordering::Relaxed);
                // A person looks at the provider's page.
                further = match job.server.generations(provider).first() {
                    Some(id) => vec!["--adopt".to_owned(), format!("{provider}:{id}")],
                    None => vec!["--resubmit".to_owned()],
                };
            }
            Some(code) => return Err(format!("ended with {code}: {}", job.said())),
        }
        if job.server.generations(provider).len() > 1 {
            return Err(format!("paid twice: {}", job.said()));
        }
    }
    job.check()?;
    if let Ok(mut by_provider) = tally.by_provider.lock() {
        *by_provider.entry(provider).or_default() += 1;
    }
    std::fs::remove_dir_all(&job.folder).map_err(|error| error.to_string())
}

/// One run of the command against an emulator of its own.
struct Job<'a> {
    program: &'a Path,
    folder: PathBuf,
    provider: ProviderName,
    server: Server,
}

impl<'a> Job<'a> {
    fn new(
        program: &'a Path,
        folder: &Path,
        number: u32,
        provider: ProviderName,
        is_stalled: bool,
    ) -> Result<Self, Problem> {
        let folder = folder.join(number.to_string());
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let server = Server::start().map_err(|error| format!("no emulator: {error}"))?;
        let mut script = Script::new(provider).running_for(GENERATION);
        script.file_bytes = FILE_BYTES;
        let mut plan = SubmitPlan::new(provider).with_generation(script);
        if is_stalled {
            plan = plan.with_fault(When::poll(1), SubmitFault::StalledAnswer);
        }
        server.plan_submits(plan).map_err(|error| error.to_string())?;
        let body = match provider {
            ProviderName::PRISM => r#"{"prompt": "a kite", "modelName": "veo-3.1"}"#,
            ProviderName::TOKEN360 => r#"{"prompt": "a kite", "model": "seedance-2.0"}"#,
            _ => {
                r#"{"model": "lipsync-2", "input": [{"type": "video", "url": "https://example.com/v.mp4"}]}"#
            }
        };
        std::fs::write(folder.join("body.json"), body).map_err(|error| error.to_string())?;
        Ok(Self { program, folder, provider, server })
    }

    fn start(&self, further: &[&str]) -> Result<Child, Problem> {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.log())
            .map_err(|error| error.to_string())?;
        let errors = log.try_clone().map_err(|error| error.to_string())?;
        let variables = ["PRISM", "TOKEN360", "SYNC"];
        let mut command = Command::new(self.program);
        command
            .args(["run", &self.provider.to_string(), "--json", "--interval", "100ms"])
            .arg("--base-url")
            .arg(self.server.base_url(self.provider).as_str())
            .arg("--body")
            .arg(self.folder.join("body.json"))
            .arg("--download")
            .arg(self.folder.join("out"))
            .args(further)
            .envs(variables.map(|name| (format!("{name}_API_KEY"), "survive-key")))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors);
        command.spawn().map_err(|error| format!("cannot run {command:?}: {error}"))
    }

    /// Its exit code, or nothing if it was killed `kill` after it began.
    fn wait(&self, mut child: Child, kill: Option<Duration>) -> Result<Option<i32>, Problem> {
        let begun = Instant::now();
        loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                return Ok(status.code());
            }
            if kill.is_some_and(|after| begun.elapsed() >= after) {
                // SIGKILL. It may have ended in between.
                drop(child.kill());
                let status = child.wait().map_err(|error| error.to_string())?;
                return Ok(status.code());
            }
            if begun.elapsed() > LONGEST {
                drop(child.kill());
                return Err(format!("it hangs: {}", self.said()));
            }
            thread::sleep(Duration::from_micros(200));
        }
    }

    /// One generation, one file, and that one whole.
    fn check(&self) -> Result<(), Problem> {
        let made = self.server.generations(self.provider);
        let [id] = made.as_slice() else {
            return Err(format!("{} generations were made: {}", made.len(), self.said()));
        };
        let out = self.folder.join("out");
        let listed = std::fs::read_dir(&out).map_err(|error| error.to_string())?;
        let files: Vec<PathBuf> = listed
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.is_file())
            .collect();
        let [file] = files.as_slice() else {
            return Err(format!("there are these files: {files:?}; {}", self.said()));
        };
        let expected = self.server.output_file(self.provider, id).ok_or("there is no output")?;
        let bytes = File::open(file).map_err(|error| error.to_string())?;
        match expected.first_difference(bytes).map_err(|error| error.to_string())? {
            None => Ok(()),
            Some(at) => Err(format!("the file is another from byte {at} on: {}", self.said())),
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// What it printed, in all its lives.
    fn said(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }
}

/// SplitMix64: the moments only have to be spread, and the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit.max(1)
    }
}
