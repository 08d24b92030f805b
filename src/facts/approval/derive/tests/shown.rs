//! What pages and commands show of approvals: the files at a landing, what was signed last, words for statuses.

use super::*;
use crate::facts::approval::content::{Contents, last_signed};
use crate::facts::approval::judge::is_bound_to_bytes;

const RENAMED: &str = "content/changes/2025/MCM-2026-0001";

/// Takes a file away in the landing at hand.
fn remove(story: &mut Story, path: &str) {
    let path = BookPath::new(path).expect("a path");
    story.last().changed.push((path, None));
}

/// The covered files at each landing, by name: where each lies.
fn files(story: &Story, id: &SubjectId, covers: &[&str]) -> Vec<Vec<(String, String)>> {
    let inputs = story.inputs(LATER);
    let contents = Contents::of(&inputs, &Approvals::of(&inputs));
    let of = |landing| {
        let files = contents.at(id, covers, landing);
        files.into_iter().map(|(name, file)| (name, file.path.as_str().to_owned())).collect()
    };
    (0..story.ledger.landings.len()).map(of).collect()
}

#[test]
fn the_files_of_a_landing_are_those_that_stood_there() {
    let mut story = approved();
    story.land("2026-06-04T12:00:00Z").write(&format!("{FOLDER}/files/a.csv"), "1\n", "dave");
    story.write(&format!("{FOLDER}/notice-a.md"), "---\ntitle: A\n---\n", "dave");
    remove(story.land("2026-06-05T12:00:00Z"), &format!("{FOLDER}/files/a.csv"));
    remove(&mut story, &format!("{FOLDER}/notice-a.md"));
    let at = |folder: &str, name: &str| (name.to_owned(), format!("{folder}/{name}"));
    let own = |names: &[&str]| names.iter().map(|name| at(FOLDER, name)).collect::<Vec<_>>();
    let whole = own(&["request.md", "runbook.md"]);
    assert_eq!(
        files(&story, &id(), &["request", "runbook"]),
        [
            Vec::new(),
            whole.clone(),
            whole.clone(),
            own(&["files/a.csv", "request.md", "runbook.md"]),
            whole.clone(),
        ]
    );
    assert_eq!(files(&story, &id(), &["runbook"])[4], own(&["runbook.md"]));
    assert_eq!(files(&story, &SubjectId::named("MCM-2026-0002"), &["request"])[4], []);
    // A file that moves is a new one and one that goes, in either order.
    for is_new_first in [true, false] {
        let mut story = approved();
        story.land("2026-06-04T12:00:00Z");
        for is_new in [is_new_first, !is_new_first] {
            match is_new {
                true => drop(story.write(&format!("{RENAMED}/request.md"), REQUEST, "alice")),
                false => remove(&mut story, &format!("{FOLDER}/request.md")),
            }
        }
        let moved = vec![at(RENAMED, "request.md"), at(FOLDER, "runbook.md")];
        assert_eq!(files(&story, &id(), &["request", "runbook"])[3], moved, "{is_new_first}");
    }
}

#[test]
fn a_document_is_one_file_whatever_is_covered() {
    let mut story = Story::new();
    story.land("2026-06-03T12:00:00Z");
    assert_eq!(files(&story, &SubjectId::named("services/checkout"), &[])[1], [], "nobody has signed for it");
    let trailers = "Mcm-Role: manager\nMcm-Meaning: I read it.\nMcm-Document: services/checkout\n\
                    Mcm-Subject: {digest}\n";
    story.record("bob", "approve", trailers);
    let one = [("services/checkout".to_owned(), "content/services/checkout.md".to_owned())];
    assert_eq!(files(&story, &SubjectId::named("services/checkout"), &[]), [one.clone(), one]);
}

#[test]
fn what_was_signed_last_is_what_was_approved_or_else_what_somebody_signed() {
    let last = |story: &Story| last_signed(&story.all(LATER).subjects[&id()].0);
    let mut story = Story::new();
    story.land("2026-06-01T13:00:00Z").land("2026-06-01T14:00:00Z").submit();
    assert_eq!(last(&story), None);
    story.land("2026-06-03T12:00:00Z");
    story.decide("mallory", "approve", "peer");
    assert_eq!(last(&story), None, "nobody's key");
    story.decide("carol", "approve", "peer");
    assert_eq!(last(&story), Some((3, false)));
    story.land("2026-06-04T12:00:00Z").write(&format!("{FOLDER}/runbook.md"), &format!("{RUNBOOK} "), "dave");
    assert_eq!(last(&story), Some((3, false)), "the newer content is nobody's");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    assert_eq!(last(&story), Some((5, true)));
}

#[test]
fn statuses_say_what_may_still_become_of_a_change() {
    use ApprovalStatus as S;
    let all = [
        S::Invalid,
        S::BeforeAdoption,
        S::Unverifiable,
        S::Revoked,
        S::Withdrawn,
        S::Rejected,
        S::Superseded,
        S::Unratified,
        S::Authorised,
        S::Expired,
        S::Approved,
        S::ApprovedLate,
        S::Stale,
        S::InReview,
        S::Draft,
    ];
    let which = |holds: fn(S) -> bool| all.into_iter().filter(|status| holds(*status)).collect::<Vec<_>>();
    assert_eq!(which(S::ends_the_change), [S::Withdrawn, S::Rejected, S::Superseded]);
    assert_eq!(which(S::waits_for_people), [S::Unverifiable, S::Revoked, S::Stale, S::InReview]);
    assert_eq!(which(S::is_approved), [S::Approved, S::ApprovedLate]);
    assert_eq!(which(S::yields_to_successor), all[6..]);
    let words = all.map(S::word);
    for status in all {
        let written = serde_json::to_value(status).expect("a word");
        assert_eq!(written, status.word());
        assert_eq!(words.iter().filter(|word| **word == status.word()).count(), 1);
    }
}

#[test]
fn decisions_about_bytes_die_with_them_and_others_do_not() {
    use Decision as D;
    let bound = [
        D::Approve,
        D::Reject,
        D::Retract,
        D::Acknowledge,
        D::Authorise,
        D::AuthoriseAlone,
        D::Ratify,
        D::AcceptCollision,
        D::Review,
    ];
    let free = [D::Withdraw, D::AmendPolicy, D::Reinstate, D::Observe];
    assert!(bound.into_iter().all(is_bound_to_bytes));
    assert!(!free.into_iter().any(is_bound_to_bytes));
}

#[test]
fn reasons_belong_to_rules_that_say_them() {
    assert_eq!([Reason::Ok, Reason::BeforeAdoption, Reason::RecordUnlanded].map(Reason::rule), [None; 3]);
    let rules = [
        (Reason::SigBad, "MCM804"),
        (Reason::KeyRetired, "MCM805"),
        (Reason::RoleNotHeld, "MCM802"),
        (Reason::SelfApproval, "MCM803"),
        (Reason::DuplicatePrincipal, "MCM807"),
        (Reason::PathMissing, "MCM806"),
        (Reason::RecordUnstated, "MCM811"),
        (Reason::RecordRewritten, "MCM824"),
        (Reason::CoversMismatch, "MCM825"),
        (Reason::EditorUnknown, "MCM822"),
        (Reason::FutureDate, "MCM809"),
        (Reason::Foxtrot, "MCM813"),
        (Reason::ClaimedStatus, "MCM006"),
    ];
    for (reason, rule) in rules {
        assert_eq!(reason.rule(), Some(rule));
        assert_eq!(serde_json::to_value(reason).expect("a word"), reason.to_string());
    }
}
