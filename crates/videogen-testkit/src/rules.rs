//! The rules that a provider keeps, as data: what each says, why there is such a rule, and where it is written.
//!
//! A check of the [provider suite](crate::provider_suite) that fails names its rule:
//!
//! ```
//! use videogen_testkit::rules;
//!
//! let rule = rules::find("id-is-a-path").unwrap();
//! assert_eq!(rule.place(), "docs/provider-rules.md#id-is-a-path");
//! ```

/// A rule that a provider keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// Its name: lower-case words with hyphens.
    pub name: &'static str,
    /// What it says, in one sentence.
    pub what: &'static str,
    /// What goes wrong without it, in one sentence.
    pub why: &'static str,
}

impl Rule {
    /// Where it is written: a page of videogen's repository, and the section there.
    #[must_use]
    pub fn place(&self) -> String {
        format!("docs/provider-rules.md#{}", self.name)
    }
}

/// The rule of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name)
}

macro_rules! rules {
    ($($constant:ident $name:literal $what:literal $why:literal)+) => {
        $(
            #[doc = $what]
            pub const $constant: Rule = Rule { name: $name, what: $what, why: $why };
        )+

        /// Every rule, in the order of the page.
        pub const ALL: &[&Rule] = &[$(&$constant),+];
    };
}

rules! {
    NAME_IS_PLAIN "name-is-plain"
    "A provider's name is lower-case letters, digits and hyphens."
    "It stands before the colon of a handle's text form, and in the names of variables and folders."

    BASE_URL_IS_CANONICAL "base-url-is-canonical"
    "The default base URL is written as `BaseUrl::parse` writes it."
    "Handles are compared by base URL: one that is written otherwise would make the provider's own handles foreign."

    KEY_IS_HIDDEN "key-is-hidden"
    "No `Debug`, no `Display` and no error shows the key, also where an answer repeats it."
    "Logs and error trackers are read by many; a key that was in one of them has to be replaced."

    KEY_IS_SENSITIVE "key-is-sensitive"
    "A header that holds credentials is marked sensitive."
    "Transports, `Debug` and the removal of keys that an answer repeats go by that mark."

    KEY_GOES_ALONG "key-goes-along"
    "Every request that is about a generation has the provider's credentials."
    "Without them it is answered as if the generation were not there, or by whoever is asked without a key."

    WORDS_ARE_A_TABLE "words-are-a-table"
    "Each status word is in the table once, with a phase that is recognised, and with what may follow it unless it is an end."
    "Machines decide by the table alone when to go on and when it is over."

    SUCCESS_HAS_A_WORD "success-has-a-word"
    "At least one word means success."
    "A wait would go on to its deadline for every video that was made."

    WORDS_ARE_LETTERS "words-are-letters"
    "A status word that is not in the table, letter for letter, is unrecognised, and is kept."
    "A word that no page lists means something that nobody knows: taken for an end it loses a video, refused it loses a job."

    PHASE_IS_OF_THE_WORD "phase-is-of-the-word"
    "A generation's phase is one that the table gives to its word."
    "Two places that say what a word means disagree sooner or later."

    GUIDANCE_IS_SANE "guidance-is-sane"
    "The interval is not zero, the deadline is not before generations usually end, and a long-poll's default hold is at most its longest."
    "A wait without options of its own goes by the guidance: it must neither hammer the provider nor give up on ordinary generations."

    QUERY_IS_CHECKED "query-is-checked"
    "A status query that the provider has not is refused as unsupported, and a hold that its page forbids as bad input, before anything is sent."
    "A wait would take the answer to another question for the answer to its own."

    ID_IS_A_PATH "id-is-a-path"
    "Whatever an id holds, the request stays at the place of the id: no other path, no query and no fragment of its own, no `.` and no `..`."
    "An id may come from a user or a stranger's webhook, and the key goes wherever it leads."

    BAD_ID_IS_INPUT "bad-id-is-input"
    "An id that cannot be one is refused as bad input, in a short message, before anything is sent."
    "What is wrong with it is the caller's to correct, and repeating does not help."

    HANDLE_SURVIVES "handle-survives"
    "A handle that the provider makes is the same after its JSON form and after its text form."
    "Handles are stored before the first poll, and read by another process."

    FOREIGN_HANDLE_IS_REFUSED "foreign-handle-is-refused"
    "A handle of another provider or another base URL is refused as foreign, before anything is sent."
    "A handle from a file or a database must not name the host that gets the key."

    REQUEST_IS_A_FUNCTION "request-is-a-function"
    "The same arguments make the same request, byte for byte, and the same answer is read the same."
    "A provider that reads a clock, the environment or chance can be neither tested nor repeated safely."

    REQUEST_STAYS_AT_BASE "request-stays-at-base"
    "Every request goes below the base URL that the provider was configured with."
    "The key goes along, and tests, proxies and emulators are reached by configuring another base URL."

    REQUEST_IS_THE_FIXTURES "request-is-the-fixtures"
    "The request is that of the fixture: method, path, query, the headers that the page names, and the body."
    "The fixtures write down what the provider's page describes."

    OUTCOME_IN_TWO_REQUESTS "outcome-in-two-requests"
    "Where the outcome takes a second request, the first answer gives that request, and the fixture has it as `then`; nowhere else."
    "A poll is over when the state is known: a second request that no fixture shows is one that nobody checked."

    ANSWER_IS_2XX "answer-is-2xx"
    "Only an HTTP 2xx is read as a generation."
    "A gateway's page or a cached copy must not end a wait."

    ERROR_KIND_IS_THE_STATUS "error-kind-is-the-status"
    "An HTTP status other than 2xx gives the error kind of that status, whatever the body is, and a 2xx that is no answer gives `InvalidResponse`; a code of the provider's may say more if the test names it."
    "The kind decides whether a wait goes on: bodies come from gateways as often as from the provider."

    ERROR_NAMES_ITS_CAUSE "error-names-its-cause"
    "An error of an answer names the generation and the HTTP status."
    "Whoever reads it has many generations, and support asks for both."

    ERROR_IS_ONE_LINE "error-is-one-line"
    "An error is shown on one line of less than 1500 bytes without control characters, however long and odd the answer is."
    "It ends in a log or on a terminal, where a provider's text must not take over."

    RETRY_AFTER_IS_KEPT "retry-after-is-kept"
    "A `Retry-After`, as seconds or as a date, is kept on an error and on a generation."
    "A client that does not rest when it is asked to is locked out."

    DECODER_IS_TOTAL "decoder-is-total"
    "No answer makes the provider panic, whatever its bytes."
    "A panic in one poll ends a process that waits for many generations."

    CUT_IS_NO_ANSWER "cut-is-no-answer"
    "An answer that breaks off is an error, wherever it breaks off."
    "Half an answer may lack just the part that says how it ended."

    ODD_FIELDS_COST_NOTHING "odd-fields-cost-nothing"
    "A field that is missing, `null`, empty or of another form costs no more than itself: id and status are enough."
    "A client that dies on one bad field loses a paid job."

    NOTHING_IS_LOST "nothing-is-lost"
    "Every field of an answer is in the model or in the other fields, also one that no page lists."
    "New fields come without notice, and somebody needs them before the crate names them."

    ANOTHER_IS_NO_ANSWER "another-is-no-answer"
    "An answer about another generation, or about none, is an error."
    "A cache that mixes up answers must not hand out somebody else's video."

    JSON_FORM_SURVIVES "json-form-survives"
    "A generation is the same after its JSON form."
    "What is stored and what was seen must not differ."

    QUERIES_ARE_HIDDEN "queries-are-hidden"
    "No `Debug`, no `Display` and no error shows the query of a URL."
    "Presigned URLs are keys to what they name."

    OUTPUT_IS_PRIMARY "output-is-primary"
    "What was asked for is a primary output of the generation that succeeded."
    "Waits, downloads and the command go by the primary outputs."

    FAILURE_IS_TOLD "failure-is-told"
    "A generation that failed or was rejected has a failure, with the provider's code and message where there are any, and only one that was rejected has a failure of the class `Moderation`."
    "Whoever reads it decides whether to change the input, to pay, or to try again."

    EVERY_WORD_HAS_A_FIXTURE "every-word-has-a-fixture"
    "Each word of the status table is in a fixture."
    "A word that no fixture shows is one whose answer nobody has read."

    EVERY_ERROR_HAS_A_FIXTURE "every-error-has-a-fixture"
    "Each documented error is in a fixture, with its HTTP status and its code."
    "An error that no fixture shows is one whose body nobody has read."

    FIXTURES_ARE_OF_ALL "fixtures-are-of-all"
    "There are fixtures of the status, and of submissions if the provider takes any."
    "The other rules are checked with them: without fixtures everything would pass."

    SUBMISSION_IS_UNCHANGED "submission-is-unchanged"
    "A submission's JSON goes as the caller wrote it, with members that no page lists."
    "A new parameter must not wait for a new version of the crate."

    NOTHING_IS_IGNORED "nothing-is-ignored"
    "A template, a file, an idempotency key, an endpoint or a native body goes into the request, or is refused before anything is sent."
    "Who gives a key believes the submission to be safe to repeat, and pays twice if it was dropped."

    TEMPLATE_IS_A_PATH "template-is-a-path"
    "A template or an endpoint that would lead the request elsewhere is refused, or stays one place in the path."
    "It may come from a user, and the key goes wherever it leads."

    LOST_IS_NOT_ACCEPTED "lost-is-not-accepted"
    "Only a whole 2xx that names a generation is read as accepted."
    "Whoever stores a handle that is none waits for nothing, and does not look for what was made."

    ACCEPTED_CAN_BE_ASKED "accepted-can-be-asked"
    "What was accepted has handles of this provider, at its base URL, that can be asked about."
    "The handle is all that is left of a paid job after a crash."

    SUBMISSION_IS_SENT_ONCE "submission-is-sent-once"
    "A submission that may have arrived ends as ambiguous after one request, or is repeated with the same key where the provider promises idempotency; what was surely refused is not ambiguous."
    "A second request may be a second bill, and a refusal that is called ambiguous keeps people from correcting it."

    REFUSAL_IS_TOLD "refusal-is-told"
    "A submission that was refused says why: input, moderation, credits, concurrency, rate or auth."
    "Each has another remedy, and the HTTP status alone does not tell them apart."

    IDEMPOTENCY_IS_PROMISED "idempotency-is-promised"
    "A provider that promises idempotency puts the caller's key into the request."
    "The promise makes clients repeat what may have arrived."

    WEBHOOK_IS_VERIFIED "webhook-is-verified"
    "A genuine webhook is verified, and its generation is one of this provider, at its base URL."
    "A signature that never fits makes people turn the check off."

    WEBHOOK_FORGERY_IS_REFUSED "webhook-forgery-is-refused"
    "A webhook of which one bit was changed, cut off, added or left out, in the body or in a header of the signature, is refused, and the error shows no signature."
    "Anybody can send to a webhook's address, and what is verified ends a wait."

    WEBHOOK_HAS_A_TIME "webhook-has-a-time"
    "A signature of a day ago or of tomorrow is refused as stale."
    "A webhook that was once overheard could be sent again for ever."

    WEBHOOK_REPEATS_ITSELF "webhook-repeats-itself"
    "The same webhook has the same key for deduplication each time."
    "Providers deliver twice, and what is handled twice may be paid twice."

    HINT_SAYS_ONLY_WHICH "hint-says-only-which"
    "A webhook that nobody signed gives the handle of a generation at the configured base URL, or an error of the kind `InvalidWebhook`."
    "A stranger wrote it: it must not choose the host that gets the key."

    EMULATOR_AGREES "emulator-agrees"
    "What the provider submits to its emulated half is accepted, polled to its success, and has a primary output."
    "Client and emulator are written from the same page: where they disagree, one of them misread it."
}
