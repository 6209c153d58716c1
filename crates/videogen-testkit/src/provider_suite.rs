//! What every provider must do, as checks of its crate: [`provider_tests!`](crate::provider_tests) in its tests is all it takes.
//!
//! ```
//! # use videogen_core::ApiKey;
//! # use videogen_testkit::{TEST_KEY, doc_provider::{self, Example}};
//! use videogen_testkit::provider_suite::ProviderSuite;
//!
//! fn provider() -> Example {
//!     Example::new(ApiKey::new(TEST_KEY).unwrap())
//! }
//!
//! fn suite() -> ProviderSuite<'static> {
//!     // In your own tests: `.fixtures(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"))`.
//!     ProviderSuite::new(provider, Example::at)
//!         .status_fixtures(doc_provider::status_fixtures())
//!         .submit_fixtures(doc_provider::submit_fixtures())
//! }
//!
//! // One test for each group of rules, so that failures are told apart.
//! videogen_testkit::provider_tests!(suite());
//!
//! // Or all of it at once.
//! suite().check().assert();
//! ```
//!
//! # What is checked
//!
//! The [rules], which `docs/provider-rules.md` in videogen's repository describes. A check that fails says which rule is broken,
//! what was seen, why there is the rule, and where it is written. What cannot be known of a provider is told to the suite: the methods
//! of [`ProviderSuite`].
//!
//! # Providers that are different
//!
//! | what | how to say it |
//! |---|---|
//! | ids that are paths | `"id"` in the fixtures, or [`example_id`](ProviderSuite::example_id), and [`ids_of_any_length`](ProviderSuite::ids_of_any_length) |
//! | id and status elsewhere in the answer, or not there | [`id_member`](ProviderSuite::id_member), [`status_member`](ProviderSuite::status_member), [`without_id_member`](ProviderSuite::without_id_member), [`without_status_member`](ProviderSuite::without_status_member) |
//! | a code in the body that makes a 2xx an error | [`deciding_member`](ProviderSuite::deciding_member), [`kind_of_code`](ProviderSuite::kind_of_code) |
//! | an outcome in two requests | `"then"` in the fixtures |
//! | a second answer that is an HTTP error because the generation failed | [`second_answer_is_the_outcome`](ProviderSuite::second_answer_is_the_outcome) |
//! | a status query that is a `POST` | `"body"` in the fixtures' requests, and `"id"` |
//! | a 2xx with an empty list for a generation that is not there | [`empty_list_is_not_found`](ProviderSuite::empty_list_is_not_found) |
//! | an empty 202 that means that it goes on | [`empty_202_is_an_answer`](ProviderSuite::empty_202_is_an_answer) |
//! | an endpoint as a part of a submission's path | `"endpoint"` in the fixtures |

mod ambiguity;
mod answers;
mod coverage;
mod damage;
mod exchange;
mod ids;
mod names;
mod odd;
mod requests;
mod round_trip;
mod submissions;
mod webhooks;

use std::fmt;
use std::path::Path;

use videogen_core::webhook::{Hint, Verified};
use videogen_core::{
    BaseUrl, Call, Error, ErrorKind, Handle, Observed, Provider, StatusQuery, Transport,
};

use crate::clock::VirtualClock;
use crate::decoded::decode_fixture;
use crate::fixture::Fixture;
use crate::rules;
use crate::suite::Suite;

pub use ids::HOSTILE_IDS;
pub use submissions::check_submissions;
pub use webhooks::WebhookSample;

type Made = Box<dyn Provider>;
type Emulated = (Box<dyn Transport>, VirtualClock, BaseUrl);

/// The checks of one provider. See the [module](self).
#[must_use = "call `check`, or give it to `provider_tests!`"]
pub struct ProviderSuite<'a> {
    make: Box<dyn Fn() -> Made + 'a>,
    at: Option<Box<dyn Fn(BaseUrl) -> Made + 'a>>,
    status: Vec<Fixture>,
    submit: Vec<Fixture>,
    example_id: Option<String>,
    id_member: Option<String>,
    status_member: Option<String>,
    deciding_members: Vec<String>,
    documented_errors: Vec<(u16, String)>,
    kinds_of_codes: Vec<(String, ErrorKind)>,
    empty_list: Option<String>,
    constants: Vec<String>,
    empty_202: bool,
    second_is_the_outcome: bool,
    ids_of_any_length: bool,
    webhooks: Vec<WebhookSample<'a>>,
    hints: Vec<HintSample<'a>>,
    round_trip: Option<Box<dyn Fn() -> Emulated + 'a>>,
}

struct HintSample<'a> {
    body: Vec<u8>,
    read: Box<ReadHint<'a>>,
}

/// Rules that are checked together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Group {
    /// The provider's name, its base URL, and that it does not show its key.
    Names,
    /// The status table.
    Words,
    /// The guidance, and the queries that go with it.
    Guidance,
    /// Ids that lead elsewhere, and handles of others.
    Ids,
    /// The requests: those of the fixtures, the same each time, at the configured place.
    Requests,
    /// What is made of the fixtures' answers.
    Answers,
    /// What is made of their answers when something in them is different.
    Damage,
    /// HTTP statuses with bodies that are not the provider's.
    Errors,
    /// That there are fixtures of everything.
    Coverage,
    /// Submissions: requests and answers.
    Submissions,
    /// That no submission is paid twice or lost.
    Ambiguity,
    /// Webhooks: genuine and forged.
    Webhooks,
    /// The provider against its emulated half.
    RoundTrip,
}

impl Group {
    /// Every group.
    pub const ALL: [Self; 13] = [
        Self::Names,
        Self::Words,
        Self::Guidance,
        Self::Ids,
        Self::Requests,
        Self::Answers,
        Self::Damage,
        Self::Errors,
        Self::Coverage,
        Self::Submissions,
        Self::Ambiguity,
        Self::Webhooks,
        Self::RoundTrip,
    ];
}

impl fmt::Debug for ProviderSuite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSuite")
            .field("provider", &self.provider().name())
            .field("status", &self.status.len())
            .field("submit", &self.submit.len())
            .finish_non_exhaustive()
    }
}

impl<'a> ProviderSuite<'a> {
    /// The checks of the provider that `make` makes with [`TEST_KEY`](crate::TEST_KEY) as its key and its default base URL, and `at` moves
    /// to another base URL.
    pub fn new<P: Provider + 'static>(
        make: impl Fn() -> P + Clone + 'a,
        at: impl Fn(P, BaseUrl) -> P + 'a,
    ) -> Self {
        let made = make.clone();
        let mut suite = Self::of(move || Box::new(make()));
        suite.at = Some(Box::new(move |base_url| Box::new(at(made(), base_url))));
        suite
    }

    fn of(make: impl Fn() -> Made + 'a) -> Self {
        Self {
            make: Box::new(make),
            at: None,
            status: Vec::new(),
            submit: Vec::new(),
            example_id: None,
            id_member: Some("id".to_owned()),
            status_member: Some("status".to_owned()),
            deciding_members: Vec::new(),
            documented_errors: Vec::new(),
            kinds_of_codes: Vec::new(),
            empty_list: None,
            constants: Vec::new(),
            empty_202: false,
            second_is_the_outcome: false,
            ids_of_any_length: false,
            webhooks: Vec::new(),
            hints: Vec::new(),
            round_trip: None,
        }
    }

    /// With the fixtures below the folder `root`: those of `NAME/status`, and of `NAME/submit` if that is there, where `NAME` is the
    /// provider's name.
    ///
    /// # Panics
    ///
    /// As [`Fixture::load_all`].
    pub fn fixtures(mut self, root: impl AsRef<Path>) -> Self {
        let (root, name) = (root.as_ref(), self.provider().name());
        self.status = Fixture::load_all(root, name, "status");
        if root.join(name).join("submit").is_dir() {
            self.submit = Fixture::load_all(root, name, "submit");
        }
        self
    }

    /// With these fixtures of status queries.
    pub fn status_fixtures(mut self, fixtures: Vec<Fixture>) -> Self {
        self.status = fixtures;
        self
    }

    /// With these fixtures of submissions.
    pub fn submit_fixtures(mut self, fixtures: Vec<Fixture>) -> Self {
        self.submit = fixtures;
        self
    }

    /// With an id as the provider makes them. Unless told, that of the first fixture with a generation is taken, or `g1`.
    pub fn example_id(mut self, id: impl Into<String>) -> Self {
        self.example_id = Some(id.into());
        self
    }

    /// With the id at another place in an answer than `id`, as a path with full stops: `data.task_id`.
    pub fn id_member(mut self, path: impl Into<String>) -> Self {
        self.id_member = Some(path.into());
        self
    }

    /// For a provider whose answers do not say which generation they are about.
    pub fn without_id_member(mut self) -> Self {
        self.id_member = None;
        self
    }

    /// With the status word at another place in an answer than `status`, as a path with full stops: `data.task_status`.
    pub fn status_member(mut self, path: impl Into<String>) -> Self {
        self.status_member = Some(path.into());
        self
    }

    /// For a provider that has no status words.
    pub fn without_status_member(mut self) -> Self {
        self.status_member = None;
        self
    }

    /// With a member, as a path with full stops, that decides what an answer is, so that it may be an error when that member has
    /// another form: the code of an envelope.
    pub fn deciding_member(mut self, path: impl Into<String>) -> Self {
        self.deciding_members.push(path.into());
        self
    }

    /// With a text that says the same for every generation, and is nowhere in the model for that: see
    /// [`Slot::Constant`](videogen_core::fields::Slot::Constant). Given several times, there are several.
    pub fn constant(mut self, text: impl Into<String>) -> Self {
        self.constants.push(text.into());
        self
    }

    /// With every documented error: its HTTP status, and its code if it has one.
    pub fn documented_errors(mut self, errors: &[(u16, &str)]) -> Self {
        let errors = errors.iter().map(|(status, code)| (*status, (*code).to_owned()));
        self.documented_errors = errors.collect();
        self
    }

    /// With a code of the provider's that says more than the HTTP status that it comes with.
    pub fn kind_of_code(mut self, code: impl Into<String>, kind: ErrorKind) -> Self {
        self.kinds_of_codes.push((code.into(), kind));
        self
    }

    /// For a provider that answers with a list of generations, which is empty if there is none of the id: the list, as a path with full
    /// stops, such as `data`. An answer with it is an [`ErrorKind::NotFound`] although its HTTP status is a 2xx.
    pub fn empty_list_is_not_found(mut self, path: impl Into<String>) -> Self {
        self.empty_list = Some(path.into());
        self
    }

    /// For a provider whose page says that a 202 without a body means that the generation goes on.
    pub fn empty_202_is_an_answer(mut self) -> Self {
        self.empty_202 = true;
        self
    }

    /// For a provider whose second answer is that of the model behind it: an HTTP error there may be how the generation ended, and a refusal
    /// that is not known to be that is asked again, as [`ErrorKind::Unavailable`].
    pub fn second_answer_is_the_outcome(mut self) -> Self {
        self.second_is_the_outcome = true;
        self
    }

    /// For a provider whose ids are paths of any number of parts.
    pub fn ids_of_any_length(mut self) -> Self {
        self.ids_of_any_length = true;
        self
    }

    /// With a genuine webhook that is signed.
    pub fn webhook(mut self, sample: WebhookSample<'a>) -> Self {
        self.webhooks.push(sample);
        self
    }

    /// With the body of a webhook that is not signed, and what reads it.
    pub fn hint(
        mut self,
        body: impl Into<Vec<u8>>,
        read: impl Fn(&[u8]) -> Result<Hint, Error> + 'a,
    ) -> Self {
        self.hints.push(HintSample { body: body.into(), read: Box::new(read) });
        self
    }

    /// With what emulates the provider: a transport, the clock that it goes by, and where the provider is there. Asked anew for each
    /// submission.
    pub fn round_trip<T: Transport + 'static>(
        mut self,
        emulate: impl Fn() -> (T, VirtualClock, BaseUrl) + 'a,
    ) -> Self {
        self.round_trip = Some(Box::new(move || {
            let (transport, clock, base_url) = emulate();
            (Box::new(transport), clock, base_url)
        }));
        self
    }

    /// Every check.
    pub fn check(&self) -> Suite {
        Group::ALL.into_iter().fold(Suite::new(), |suite, group| suite.and(self.check_group(group)))
    }

    /// The checks of a group. None if the group is of something that the suite was not given.
    pub fn check_group(&self, group: Group) -> Suite {
        let mut suite = Suite::new();
        match group {
            Group::Names => names::names(self, &mut suite),
            Group::Words => names::words(self, &mut suite),
            Group::Guidance => names::guidance(self, &mut suite),
            Group::Ids => ids::check(self, &mut suite),
            Group::Requests => requests::check(self, &mut suite),
            Group::Answers => answers::check(self, &mut suite),
            Group::Damage => damage::check(self, &mut suite),
            Group::Errors => odd::check(self, &mut suite),
            Group::Coverage => coverage::check(self, &mut suite),
            Group::Submissions => return submissions::check(self),
            Group::Ambiguity => ambiguity::check(self, &mut suite),
            Group::Webhooks => webhooks::check(self, &mut suite),
            Group::RoundTrip => round_trip::check(self, &mut suite),
        }
        suite
    }

    /// The checks of a group as a test. What the suite was not given is not checked, and the test's output says so.
    ///
    /// # Panics
    ///
    /// If anything did not hold.
    #[expect(
        clippy::print_stdout,
        reason = "a test's output is for who looks why nothing was checked"
    )]
    pub fn assert_group(&self, group: Group) {
        let suite = self.check_group(group);
        if suite.checks() == 0 {
            println!("{group:?}: nothing to check; see the methods of `ProviderSuite`");
            return;
        }
        suite.assert();
    }

    fn provider(&self) -> Made {
        (self.make)()
    }

    /// An id as the provider makes them.
    fn example(&self) -> String {
        if let Some(id) = &self.example_id {
            return id.clone();
        }
        let provider = self.provider();
        let has_generation = |fixture: &&Fixture| {
            exchange::guarded(|| decode_fixture(&*provider, fixture)).is_some_and(|it| it.is_ok())
        };
        let found = self.status.iter().find(has_generation).or_else(|| self.status.first());
        found.map_or_else(|| "g1".to_owned(), |fixture| fixture.id().to_owned())
    }

    /// The handle of the example, and its plain status query.
    fn example_call(&self, suite: &mut Suite) -> Option<(Handle, Call<Observed>)> {
        let (provider, id) = (self.provider(), self.example());
        let made = provider.handle(&id).and_then(|handle| {
            let call = provider.status(&handle, StatusQuery::Plain)?;
            Ok((handle, call))
        });
        match made {
            Ok(made) => Some(made),
            Err(error) => {
                suite.rule(&rules::REQUEST_IS_THE_FIXTURES, false, || {
                    format!("the example id `{id}` cannot be asked about: {error}")
                });
                None
            }
        }
    }

    /// Whether a member, as a path with full stops, is needed to understand an answer, or holds one that is.
    fn needs(&self, path: &str) -> bool {
        let needed = self.id_member.iter().chain(&self.status_member).chain(&self.deciding_members);
        let below = format!("{path}.");
        needed.into_iter().any(|needed| needed == path || needed.starts_with(&below))
    }
}

/// Checks a provider, made with [`TEST_KEY`](crate::TEST_KEY) and its default base URL by `make`, with fixtures of its status queries and
/// without options: a part of what [`ProviderSuite`] checks.
pub fn check<P: Provider + 'static>(make: &dyn Fn() -> P, fixtures: &[Fixture]) -> Suite {
    let suite = ProviderSuite::of(|| Box::new(make())).status_fixtures(fixtures.to_vec());
    let groups = Group::ALL.into_iter().filter(|group| {
        !matches!(group, Group::Submissions | Group::Ambiguity | Group::Webhooks | Group::RoundTrip)
    });
    groups.fold(Suite::new(), |checked, group| checked.and(suite.check_group(group)))
}

/// Makes a test of each group of rules for the [`ProviderSuite`] that an expression makes. See
/// [`provider_suite`](crate::provider_suite).
#[macro_export]
macro_rules! provider_tests {
    ($suite:expr) => {
        $crate::provider_tests! { @ $suite;
            keeps_the_rules_of_names Names
            keeps_the_rules_of_words Words
            keeps_the_rules_of_guidance Guidance
            keeps_the_rules_of_ids Ids
            keeps_the_rules_of_requests Requests
            keeps_the_rules_of_answers Answers
            keeps_the_rules_of_damaged_answers Damage
            keeps_the_rules_of_errors Errors
            keeps_the_rules_of_coverage Coverage
            keeps_the_rules_of_submissions Submissions
            keeps_the_rules_of_ambiguity Ambiguity
            keeps_the_rules_of_webhooks Webhooks
            keeps_the_rules_of_round_trips RoundTrip
        }
    };
    (@ $suite:expr; $($name:ident $group:ident)+) => {
        $(
            #[test]
            fn $name() {
                $crate::provider_suite::ProviderSuite::assert_group(
                    &$suite,
                    $crate::provider_suite::Group::$group,
                );
            }
        )+
    };
}

/// What verifies a signed webhook.
type Verify<'a> =
    dyn Fn(&http::HeaderMap, &[u8], std::time::SystemTime) -> Result<Verified, Error> + 'a;

/// What reads a webhook that nobody signed.
type ReadHint<'a> = dyn Fn(&[u8]) -> Result<Hint, Error> + 'a;
