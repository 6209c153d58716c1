use proptest::prelude::*;
use videogen_core::{
    Contradiction, Generation, Lifecycle, Phase, Progress, StatusTable, StatusWord, Verdict,
};

use crate::{WORDS, seen, without_output};

fn at(word: &str, percent: f64) -> Generation {
    let mut generation = seen(word);
    generation.progress = Progress::from_percent(percent);
    generation
}

#[track_caller]
fn check(history: &[Generation], verdicts: &[Verdict]) {
    let mut lifecycle = Lifecycle::new(&WORDS);
    let said: Vec<_> = history.iter().map(|seen| lifecycle.observe(seen)).collect();
    assert_eq!(said, verdicts);
}

#[test]
fn an_ordinary_course_advances_and_repeats() {
    use Verdict::{Advances, Repeats};
    check(
        &[seen("queued"), seen("queued"), seen("running"), seen("done"), seen("done")],
        &[Advances, Repeats, Advances, Advances, Repeats],
    );
    // Polls may miss what lies between.
    check(&[seen("queued"), seen("done")], &[Advances, Advances]);
}

#[test]
fn going_back_regresses() {
    use Verdict::{Advances, Regresses};
    check(&[seen("running"), seen("queued"), seen("running")], &[Advances, Regresses, Advances]);
}

#[test]
fn progress_advances_or_contradicts() {
    use Verdict::{Advances, Contradicts, Repeats};
    check(
        &[
            at("running", 10.0),
            at("running", 40.0),
            at("running", 40.0),
            at("running", 30.0),
            at("running", 35.0),
            seen("running"),
        ],
        &[
            Advances,
            Advances,
            Repeats,
            Contradicts(Contradiction::ProgressWentBack),
            // Back from the most that was told, not from the last.
            Contradicts(Contradiction::ProgressWentBack),
            Repeats,
        ],
    );
    // A new status begins anew.
    check(
        &[at("queued", 100.0), at("running", 0.0), at("running", 10.0)],
        &[Advances, Advances, Advances],
    );
}

#[test]
fn what_follows_an_end_contradicts() {
    use Verdict::{Advances, Contradicts};
    check(
        &[seen("done"), seen("running"), seen("failed"), seen("who knows")],
        &[
            Advances,
            Contradicts(Contradiction::RunsAfterItsEnd),
            Contradicts(Contradiction::EndsAnotherWay),
            Contradicts(Contradiction::RunsAfterItsEnd),
        ],
    );
}

#[test]
fn success_without_an_output_contradicts_itself() {
    check(
        &[without_output("done"), seen("done")],
        &[Verdict::Contradicts(Contradiction::SucceededWithoutOutput), Verdict::Repeats],
    );
}

#[test]
fn unknown_words_are_news_once() {
    use Verdict::{Advances, Regresses, Repeats};
    check(
        &[seen("running"), seen("polishing"), seen("polishing"), seen("queued"), seen("cancelled")],
        &[Advances, Advances, Repeats, Regresses, Advances],
    );
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec!["queued", "running", "done", "failed", "cancelled"])
            .prop_map(ToOwned::to_owned),
        1 => "[a-zA-Z _-]{0,12}",
    ]
}

proptest! {
    #[test]
    fn only_words_of_the_table_are_recognised(word in "\\PC{0,20}") {
        let status = WORDS.status(&word);
        prop_assert_eq!(status.raw(), word.as_str());
        let listed = WORDS.words().iter().find(|entry| entry.word == word);
        prop_assert_eq!(status.phase(), listed.map_or(Phase::Unrecognized, |entry| entry.phase));
        prop_assert!(listed.is_some() || !status.is_terminal());
    }

    #[test]
    fn an_end_is_absorbing(history in prop::collection::vec((word(), any::<bool>(), prop::option::of(0_u8..=100)), 0..30)) {
        let mut lifecycle = Lifecycle::new(&WORDS);
        let mut end: Option<String> = None;
        for (word, with_output, percent) in history {
            let mut generation = if with_output { seen(&word) } else { without_output(&word) };
            generation.progress = percent.and_then(|percent| Progress::from_percent(percent.into()));
            let verdict = lifecycle.observe(&generation);
            if end.is_none() && generation.is_terminal() {
                end = Some(word.clone());
            }
            prop_assert_eq!(lifecycle.end().map(|status| status.raw()), end.as_deref());
            if end.is_some() && !generation.is_terminal() {
                prop_assert_eq!(verdict, Verdict::Contradicts(Contradiction::RunsAfterItsEnd));
            }
        }
    }
}

#[test]
fn a_word_may_mean_something_else_only_where_the_table_says_so() {
    static TABLE: StatusTable = StatusTable::new(&[
        StatusWord::made("done", Phase::Succeeded, &[]).or(&[Phase::Failed]),
        StatusWord::documented("failed", Phase::Failed, &[]),
    ]);
    assert_eq!(TABLE.status("done").phase(), Phase::Succeeded);
    assert_eq!(TABLE.status_as("done", Phase::Failed).phase(), Phase::Failed);
    assert_eq!(TABLE.status_as("done", Phase::Rejected).phase(), Phase::Succeeded);
    assert_eq!(TABLE.status_as("failed", Phase::Succeeded).phase(), Phase::Failed);
    assert_eq!(TABLE.status_as("odd", Phase::Succeeded).phase(), Phase::Unrecognized);
    assert!(TABLE.allows("odd", Phase::Unrecognized));
}
