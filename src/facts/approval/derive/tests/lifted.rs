//! Ways to a status that is too high: edits that nobody signed, beside the files that people sign for.

use super::moved::{decide, remove};
use super::relaxed::configure;
use super::*;
use crate::inputs::policy::ClassName;

const GUIDE: &str = "[subject.guide]\nrequire = [{ role = \"manager\", min = 1 }]\n";

fn class(story: &Story) -> ClassName {
    story.all(LATER).subjects[&id()].0.need.as_ref().expect("there is a request").class
}

/// A policy that is strict on services of tier 1, and such a service.
fn on_tier_one() -> Story {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, BY_TIER));
    story.write("content/services/checkout.md", &SERVICE.replace("tier: 2", "tier: 1"), "alice");
    story.submit();
    assert_eq!(class(&story), ClassName::Major);
    story
}

fn sign(story: &mut Story, at: &str) {
    story.land(at);
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
}

#[test]
fn nobody_leaves_the_documents_behind_in_another_folder() {
    let with = |text: &str, seed: Option<u8>| {
        let mut story = Story::new();
        configure(&mut story, "", "alice", None);
        story.submit().land("2026-06-03T12:00:00Z");
        configure(&mut story, text, "dave", seed);
        story.all(LATER).unanswered
    };
    let moved = "[book]\nsrc = \"docs\"\n";
    let told = with(moved, None).expect("nobody has signed it");
    assert!(
        told.contains(" reads documents in docs and no longer in content, and no policy-admin"),
        "{told}"
    );
    assert_eq!(with(moved, Some(4)), None, "a policy-admin has");
}

#[test]
fn nobody_says_that_a_field_stands_elsewhere() {
    let with = |text: &str, seed: Option<u8>| {
        let mut story = Story::new();
        configure(&mut story, "", "alice", None);
        story.submit().land("2026-06-03T12:00:00Z");
        configure(&mut story, text, "dave", seed);
        story.all(LATER).unanswered
    };
    let allow = "[kind.window.fields]\nallow = { type = \"list\", of = { type = \"line\" }, from = { section = \"Who\" } }\n";
    let told = with(allow, None).expect("nobody has signed it");
    assert!(told.contains(" reads `allow` of a window otherwise than before"), "{told}");
    assert_eq!(with(allow, Some(4)), None, "a policy-admin has");
    let own = "[kind.window.fields]\nticket = { type = \"line\" }\n[kind.guide.fields]\nversion = { type = \"line\" }\n";
    assert_eq!(with(own, None), None, "fields of the book's own, and of a kind that is not weighed");
}

#[test]
fn a_service_is_not_lowered_with_the_request_and_signed_for_later() {
    let mut story = on_tier_one();
    story.write("content/services/checkout.md", SERVICE, "alice");
    assert_eq!(class(&story), ClassName::Major, "before and after the landing, the stricter");
    sign(&mut story, "2026-06-03T12:00:00Z");
    assert_eq!(class(&story), ClassName::Major, "nobody had signed yet");
    // Another text is another question.
    let mut story = on_tier_one();
    story.write("content/services/checkout.md", SERVICE, "alice").land("2026-06-03T12:00:00Z");
    story.write(&format!("{FOLDER}/request.md"), &REQUEST.replace("Text.", "Another."), "alice");
    assert_eq!(class(&story), ClassName::Minor);
}

#[test]
fn a_service_is_not_shadowed_with_the_request() {
    let mut story = on_tier_one();
    let shadow = SERVICE.replace("title", "kind: service\ntitle");
    story.write("content/aaa/checkout.md", &shadow, "alice");
    assert_eq!(class(&story), ClassName::Major);
}

#[test]
fn what_somebody_refuses_is_approved_at_no_moment() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("dave", "reject", "manager");
    sign(&mut story, "2026-06-03T13:00:00Z");
    assert_eq!(story.status(), ApprovalStatus::Rejected);
    assert_eq!(story.all(LATER).subjects[&id()].0.approved.len(), 0);
    // Whoever wrote it has not ceased to be its author with another comma.
    story.land("2026-06-04T12:00:00Z");
    story.write(&format!("{FOLDER}/request.md"), &REQUEST.replace("Text.", "Text,"), "carol");
    let subject = &story.all(LATER).subjects[&id()].0;
    let digest = subject.contents.last().expect("it has one").0;
    assert!(subject.editors(digest).signers.is_empty() && subject.edits.len() == 3);
    // Once the refusal is taken back, it is.
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("dave", "reject", "manager");
    sign(&mut story, "2026-06-03T13:00:00Z");
    story.land("2026-06-04T12:00:00Z").decide("dave", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn what_is_dead_is_not_carried_out_to_live_again() {
    let mut story = Story::new();
    story.submit();
    sign(&mut story, "2026-06-03T12:00:00Z");
    let first = story.all(LATER).subjects[&id()].0.approved[0].0;
    let path = format!("{FOLDER}/request.md");
    story.land("2026-06-03T13:00:00Z").write(&path, &REQUEST.replace("Text.", "More."), "alice");
    sign(&mut story, "2026-06-03T14:00:00Z");
    assert_eq!(story.status(), ApprovalStatus::Approved);
    story.land("2026-06-04T12:00:00Z").write(&path, REQUEST, "alice");
    assert_eq!(story.status(), ApprovalStatus::Stale);
    for stray in [None, Some("content/changes/2025/MCM-2026-0001/note.md")] {
        story.land("2026-06-04T13:00:00Z").run(first, "implemented", Some(4));
        if let Some(path) = stray {
            story.write(path, "---\ntitle: A note\n---\n", "dave");
        }
        assert_eq!(story.status(), ApprovalStatus::Stale, "its approval was dead when it ran: {stray:?}");
        story.ledger.landings.pop();
    }
    // What was approved when it ran stays so, whatever is approved after that.
    let mut story = Story::new();
    story.submit();
    sign(&mut story, "2026-06-03T12:00:00Z");
    story.land("2026-06-03T13:00:00Z").run(first, "implemented", Some(4));
    story.land("2026-06-03T14:00:00Z").write(&path, &REQUEST.replace("Text.", "More."), "alice");
    sign(&mut story, "2026-06-03T15:00:00Z");
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn a_refusal_that_lands_late_finds_what_it_refuses() {
    const TEXT: &str = "---\ntitle: Roles\nkind: guide\n---\n\nText.\n";
    let mut story = Story::new();
    story.last().policy = Some(policy(1, GUIDE));
    story.land("2026-06-02T12:00:00Z").write("content/process/roles.md", TEXT, "alice");
    story.land("2026-06-03T12:00:00Z");
    decide(&mut story, "bob", "approve", "process/roles", TEXT);
    story.land("2026-06-04T12:00:00Z").write("content/process/people.md", TEXT, "dave");
    remove(&mut story, "process/roles");
    story.land("2026-06-05T12:00:00Z").write("content/process/roles.md", "---\ntitle: No\n---\n", "dave");
    story.land("2026-06-06T12:00:00Z");
    decide(&mut story, "dave", "reject", "process/roles", TEXT);
    let status = &story.approvals(LATER)[&SubjectId::named("process/people")];
    assert_eq!(status.status, ApprovalStatus::Rejected);
}

#[test]
fn what_was_approved_is_approved_again_when_it_comes_back() {
    let mut story = Story::new();
    story.submit();
    sign(&mut story, "2026-06-03T12:00:00Z");
    story.land("2026-06-04T12:00:00Z");
    let path = BookPath::new(&format!("{FOLDER}/request.md")).expect("a path");
    story.last().changed.push((path.clone(), None));
    assert_ne!(story.status(), ApprovalStatus::Approved);
    story.land("2026-06-05T12:00:00Z").write(path.as_str(), REQUEST, "alice");
    assert_eq!(story.status(), ApprovalStatus::Approved);
}
