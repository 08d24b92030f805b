//! No sequence of edits, merges, rebases, renames and policies that too few have signed raises a status, and
//! nothing becomes approved without a record that counts (design: approvals.md, threats).
//!
//! Histories are made of commits with trees and parents, by acts that are mostly wrong in one way. The test
//! knows which records count, because it has made them as they must be; [`model`] says what follows from those
//! alone.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

mod acts;
mod book;
mod flaws;
mod model;
mod repo;

use acts::{Act, Move, Start, Way, anyone, idle, idle_moves, moves, start, subject};
use book::{Book, Statuses};
use flaws::{Flaw, What};
use model::{Granted, is_claimed_twice};
use repo::Subject;

/// How much a status grants. What may begin stands above what waits, and what is approved in time above what the
/// gate denies. What was approved once, and grants nothing any more, stands above what was never approved. Below
/// all that waits for people stand the ends: none of them is left for something else while the bytes are the same
/// and nobody signs.
///
/// Draft, in review and stale are one height: to submit takes no signature, and neither does an edit that makes
/// something stale.
fn height(status: ApprovalStatus) -> u8 {
    match status {
        ApprovalStatus::Approved => 4,
        ApprovalStatus::ApprovedLate | ApprovalStatus::Authorised => 3,
        ApprovalStatus::Expired | ApprovalStatus::Unratified => 2,
        ApprovalStatus::InReview
        | ApprovalStatus::Stale
        | ApprovalStatus::Draft
        | ApprovalStatus::BeforeAdoption => 1,
        ApprovalStatus::Invalid
        | ApprovalStatus::Unverifiable
        | ApprovalStatus::Revoked
        | ApprovalStatus::Withdrawn
        | ApprovalStatus::Rejected
        | ApprovalStatus::Superseded => 0,
    }
}

/// How high it may come from there while the bytes are the same and nobody approves them. Whoever edits becomes an
/// editor, so that a compromised key is not all that is missing any more, and what they said that cannot be verified
/// would decide nothing: it waits again.
fn reach(status: ApprovalStatus) -> u8 {
    match status {
        ApprovalStatus::Revoked | ApprovalStatus::Unverifiable => 1,
        other => height(other),
    }
}

/// The greatest height that what is granted allows.
fn ceiling(granted: Granted) -> u8 {
    match granted {
        Granted::All => 4,
        Granted::Begin => 3,
        Granted::Nothing => 1,
        Granted::Never => 0,
    }
}

/// The bytes of a subject at the head, as far as a status hangs on them.
type Bytes = (Subject, Option<ContentHash>, bool);

/// The statuses that bytes had since the last record that counts.
#[derive(Default)]
struct Watch {
    seen: BTreeMap<Bytes, ApprovalStatus>,
    last: Statuses,
}

impl Watch {
    /// Holds the statuses after a landing against those before.
    fn see(&mut self, book: &Book, brings_record: bool) -> Result<(), TestCaseError> {
        let now = book.statuses();
        if brings_record {
            self.seen.clear();
        }
        let (tree, granted) = (book.repo.tree(book.repo.head()), book.granted());
        for (subject, status) in &now {
            let bytes = (*subject, subject.digest(tree), is_claimed_twice(*subject, tree));
            // An approved content may come back, byte by byte, to what it was; and what was never here may be what
            // people have signed elsewhere.
            let highest = match self.seen.get(&bytes) {
                Some(before) => reach(*before),
                None => ceiling(granted[subject]),
            };
            prop_assert!(height(*status) <= highest, "{subject:?} is {status:?}");
            let before = self.last.get(subject).filter(|_| !brings_record && bytes.1.is_some());
            let is_over = matches!(before, Some(ApprovalStatus::Withdrawn | ApprovalStatus::Superseded));
            prop_assert!(!is_over || height(*status) == 0, "{subject:?} is {status:?} and was {before:?}");
            self.seen.insert(bytes, *status);
        }
        self.last = now;
        Ok(())
    }
}

/// So many cases, the same in every run: what a run finds must not depend on its luck. `PROPTEST_RNG_SEED=7 cargo test
/// properties` takes others.
fn cases(number: u32) -> ProptestConfig {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(number) };
    match config.rng_seed {
        RngSeed::Random => ProptestConfig { rng_seed: RngSeed::Fixed(1), ..config },
        RngSeed::Fixed(_) => config,
    }
}

/// A commit on the head, which lands as it is.
fn one_commit(act: Act) -> Move {
    Move { acts: vec![act], way: Way::Forward, behind: 0, is_late: false }
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn no_status_rises_without_a_record_that_counts(start in start(), first in moves(), then in idle_moves()) {
        let mut book = Book::new(start);
        for a in &first {
            book.step(a);
        }
        let mut watch = Watch::default();
        watch.see(&book, true)?;
        for a in &then {
            let brings_record = book.step(a);
            prop_assert!(!brings_record, "{a:?}");
            watch.see(&book, brings_record)?;
        }
    }

    #[test]
    fn what_is_approved_is_what_people_have_signed(start in start(), moves in prop::collection::vec(moves(), 1..4)) {
        let mut book = Book::new(start);
        let mut watch = Watch::default();
        for a in moves.iter().flatten() {
            let brings_record = book.step(a);
            watch.see(&book, brings_record)?;
            for (subject, status) in book.statuses() {
                let (is, due) = (height(status).max(1), ceiling(book.granted()[&subject]).max(1));
                let as_due = is == due || (status == ApprovalStatus::ApprovedLate && due == 4);
                prop_assert!(as_due || (book.may_fall_short && is < due), "{subject:?} is {status:?}: {a:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn one_commit_without_a_record_that_counts_approves_nothing(
        (start, moves) in (start(), moves()),
        acts in prop::collection::vec(idle(), 8),
    ) {
        let mut book = Book::new(start);
        for a in &moves {
            book.step(a);
        }
        let before = book.statuses();
        let tree = book.repo.tree(book.repo.head()).clone();
        for act in acts {
            let mut book = book.clone();
            book.step(&one_commit(act));
            let now = book.repo.tree(book.repo.head());
            for (subject, status) in book.statuses() {
                // Only what is signed for just these bytes comes back with them.
                let comes_back = (subject.digest(now), is_claimed_twice(subject, now))
                    != (subject.digest(&tree), is_claimed_twice(subject, &tree))
                    && book.granted()[&subject] == Granted::All;
                let was = before[&subject];
                prop_assert!(!status.is_approved() || was.is_approved() || comes_back, "{act:?}: {subject:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn a_record_with_a_flaw_changes_nothing(
        (start, moves) in (start(), moves()),
        (subject, who) in (subject(), anyone()),
        what in prop::sample::select(What::ALL.to_vec()),
    ) {
        let mut book = Book::new(start);
        for a in &moves {
            book.step(a);
        }
        let before = book.statuses();
        for flaw in Flaw::ALL {
            let mut book = book.clone();
            book.step(&one_commit(Act::Flawed { flaw, subject, what, who }));
            for (subject, status) in book.statuses() {
                let is_doubt = flaw.is_doubtful() && status == ApprovalStatus::Unverifiable;
                prop_assert!(status == before[&subject] || is_doubt, "{flaw:?}: {subject:?} is {status:?}");
            }
        }
    }
}

#[test]
fn the_one_record_that_is_missing_has_every_flaw_and_counts_with_none() {
    let (subject, who) = (Subject::First, "bob");
    for way in [Way::Forward, Way::Merge] {
        for flaw in Flaw::ALL {
            let mut book = Book::new(Start::Waiting);
            let acts = vec![Act::Flawed { flaw, subject, what: What::Manager, who }];
            book.step(&Move { acts, way, behind: 0, is_late: false });
            let status = book.statuses()[&subject];
            let due =
                if flaw.is_doubtful() { ApprovalStatus::Unverifiable } else { ApprovalStatus::InReview };
            assert_eq!(status, due, "{flaw:?}");
            let key = flaws::key_of("dave");
            book.step(&one_commit(Act::Approve { subject, key, role: "manager" }));
            let is_approved = book.statuses()[&subject].is_approved();
            assert!(is_approved, "{flaw:?} hinders nobody else");
        }
    }
}

#[test]
fn what_comes_back_is_what_was_signed_last_for_these_bytes() {
    use acts::Text::{File, First as Before, Notice, Sentence};
    let subject = Subject::First;
    let edit = |text, who| Act::Edit { subject, text, who };
    let by = |key, role| Act::Approve { subject, key, role };
    let (there, back, quorum) = (edit(Sentence, "alice"), edit(Before, "alice"), Act::Quorum(subject));
    for (start, acts, status) in [
        (Start::Approved, vec![there], ApprovalStatus::Stale),
        (Start::Approved, vec![there, back], ApprovalStatus::Approved),
        (Start::Approved, vec![there, quorum], ApprovalStatus::Approved),
        (Start::Approved, vec![there, quorum, back], ApprovalStatus::Stale),
        (Start::Approved, vec![there, quorum, back, there], ApprovalStatus::Approved),
        (Start::Rejected, vec![there, quorum, back], ApprovalStatus::Rejected),
        (Start::Withdrawn, vec![there, quorum], ApprovalStatus::Withdrawn),
        (Start::Replaced, vec![there, quorum], ApprovalStatus::Superseded),
        (Start::Waiting, vec![edit(Notice, "mallory"), quorum], ApprovalStatus::InReview),
        (Start::Waiting, vec![edit(File, "dave"), quorum], ApprovalStatus::Stale),
        (Start::Approved, vec![Act::Carry { subject, who: "dave" }], ApprovalStatus::Stale),
        (
            Start::Authorised,
            vec![by(flaws::key_of("bob"), "peer"), by(flaws::SECOND, "manager")],
            ApprovalStatus::InReview,
        ),
        (Start::Revoked, vec![Act::Reinstate, Act::Reinstate], ApprovalStatus::Revoked),
        (Start::Major, vec![Act::Service(2), edit(Notice, "alice")], ApprovalStatus::InReview),
        (Start::Major, vec![Act::Service(2), there, back], ApprovalStatus::InReview),
        (Start::Major, vec![Act::Service(2), there, quorum], ApprovalStatus::Approved),
    ] {
        let mut book = Book::new(start);
        for act in &acts {
            book.step(&one_commit(*act));
        }
        assert_eq!(book.statuses()[&subject], status, "{start:?}: {acts:?}");
    }
}

#[test]
fn a_record_counts_however_it_lands_as_it_was_made() {
    use acts::Anew::{ByAnother, BySigner, ByStranger, Kept, Unsigned};
    let anew = [Unsigned, BySigner, ByAnother, ByStranger, Kept];
    let kept = [Way::Forward, Way::Merge, Way::Ours, Way::Octopus].map(|way| (way, ApprovalStatus::Approved));
    let lost = anew.map(|anew| (Way::Rebase(anew), ApprovalStatus::InReview));
    let squashed = anew.map(|anew| (Way::Squash(anew), ApprovalStatus::InReview));
    let edited = [(Way::Evil("dave"), ApprovalStatus::Stale)];
    for (way, status) in [&kept[..], &lost, &squashed, &edited].concat() {
        for behind in [0, 1] {
            let mut book = Book::new(Start::Waiting);
            let (subject, key) = (Subject::First, flaws::key_of("bob"));
            let acts = vec![Act::Approve { subject, key, role: "manager" }];
            book.step(&Move { acts, way, behind, is_late: false });
            assert_eq!(book.statuses()[&subject], status, "{way:?}");
        }
    }
}
