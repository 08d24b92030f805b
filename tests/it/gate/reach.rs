//! The gate reads of the past what its answer rests on: it answers as if it had read all of it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use mcmbook::analysis::{Analysis, analyze, analyze_some, parse};
use mcmbook::facts::approval::grant::Grants;
use mcmbook::facts::book::view;
use mcmbook::facts::calendar::Governing;
use mcmbook::hosts::workspace::{self, CommitId, LoadOptions, Root};
use mcmbook::inputs::document::Document;
use mcmbook::memo::Memo;
use mcmbook::verdicts::gate::{Checkout, Decision, Grounds, Question, decide, is_judged, reach};

use crate::support::run::printed;
use crate::support::{Chance, Folder};

/// Moments of the demonstration's year, and questions at each.
const MOMENTS: usize = 9;
const QUESTIONS: usize = 6;

#[test]
fn the_answer_is_that_of_the_whole_past() {
    let folder = Folder::new();
    printed(&folder.path(), &["demo", "book", "--no-build"]);
    let options = LoadOptions { dir: folder.path().join("book"), ..LoadOptions::default() };
    let loaded = workspace::load(&options).expect("the book loads");
    let landings = &loaded.inputs.history.ledger.landings;
    let mut chance = Chance(7);
    let (mut words, mut narrowed) = (std::collections::BTreeSet::new(), 0);
    for _ in 0..MOMENTS {
        let index = chance.below(landings.len());
        let landing = &landings[index];
        let commit = CommitId::of_hex(&landing.commit).expect("a commit");
        let until = landings.get(index + 1).map_or(SignedDuration::from_hours(72), |next| {
            landing.landed.duration_until(next.landed) - SignedDuration::from_secs(1)
        });
        let mut at = landing.landed;
        let whole = whole(&loaded.root, &commit, &options, at);
        let requests: Vec<&Arc<Document>> =
            whole.facts.book.of_kind("request").map(|(_, request)| request).collect();
        // Half of the moments lie in the slot of some request, if one begins before the next landing.
        let slots = requests.iter().filter_map(|request| Some(request.slot()?.start.timestamp));
        let slots: Vec<Timestamp> = slots.filter(|start| *start > at && *start <= at + until).collect();
        if !slots.is_empty() && chance.below(2) == 0 {
            at = *chance.pick(&slots);
        }
        let whole = self::whole(&loaded.root, &commit, &options, at);
        for _ in 0..QUESTIONS {
            let request = requests.get(chance.below(requests.len() + 1));
            let question = question(&mut chance, &whole, request.map(|request| &***request), at);
            let (some, is_narrow) = some(&loaded.root, &commit, &options, &question);
            let (one, other) = (answer(&whole, &question), answer(&some, &question));
            assert_eq!(one, other, "{question:?} at {}", landing.commit);
            words.insert(one.word);
            narrowed += usize::from(is_narrow);
        }
    }
    assert!(words.len() >= 3, "the questions are not all answered alike: {words:?}");
    assert!(narrowed > MOMENTS * QUESTIONS / 2, "most leave something out: {narrowed}");
}

fn question(chance: &mut Chance, whole: &Analysis, request: Option<&Document>, at: Timestamp) -> Question {
    let book = &whole.facts.book;
    let services: Vec<&str> = book.of_kind("service").map(|(_, service)| service.id.name()).collect();
    let own = request.and_then(|request| {
        let (index, _) = view::services(book, request).into_iter().next()?;
        Some(book.document(index).id.name())
    });
    let service =
        own.filter(|_| chance.below(6) > 0).unwrap_or_else(|| services[chance.below(services.len())]);
    let id = request.and_then(|request| request.id.change());
    Question {
        service: service.to_owned(),
        environment: request.map_or("production", view::environment).to_owned(),
        at,
        changes: id.map(str::to_owned).into_iter().collect(),
        duration: SignedDuration::from_mins(chance.below(3) as i64 * 20),
        stage: None,
        artifact: None,
        checkout: Checkout::default(),
    }
}

fn whole(root: &Root, commit: &CommitId, options: &LoadOptions, at: Timestamp) -> Analysis {
    let inputs = workspace::inputs_of_commit(root, commit, options, at).expect("it reads");
    analyze(Arc::new(inputs.expect("a book")), &Memo::forgetful())
}

/// What the gate reads, and whether that is less than all.
fn some(root: &Root, commit: &CommitId, options: &LoadOptions, question: &Question) -> (Analysis, bool) {
    let mut documents = Vec::new();
    let mut is_narrow = false;
    let inputs = workspace::inputs_within(root, commit, options, question.at, |inputs| {
        documents = parse(inputs, &Memo::forgetful());
        let reach = reach(inputs, &documents, question);
        is_narrow = !documents.iter().filter_map(|one| one.id.change()).all(|change| reach.holds(change));
        reach
    });
    let inputs = Arc::new(inputs.expect("it reads").expect("a book"));
    let is_wanted = |document: &Document| is_judged(&inputs, document, question);
    (analyze_some(inputs.clone(), documents, &Memo::forgetful(), &is_wanted), is_narrow)
}

fn answer(analysis: &Analysis, question: &Question) -> Decision {
    let facts = &analysis.facts;
    let (grants, windows) = (Grants::of(&facts.approvals), Governing::of(facts));
    decide(Grounds { facts, grants: &grants, windows: &windows, findings: &analysis.findings }, question)
}
