//! What a change needs by the documents that stand at a landing: nothing that is remembered may be old.
//!
//! What a change needs is remembered for a day, so that all of these stories take place on one.

use super::*;
use crate::inputs::policy::ClassName;

fn submitted() -> Story {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, BY_TIER));
    story.submit();
    story
}

/// The class once somebody has signed in a landing of its own: nothing else of the change is touched by that.
fn signed_class(story: &mut Story) -> (ClassName, ApprovalStatus) {
    story.land("2026-06-02T20:00:00Z");
    story.decide("bob", "approve", "manager");
    let all = story.all(LATER);
    let (subject, approval) = &all.subjects[&id()];
    (subject.need.as_ref().expect("there is a request").class, approval.status)
}

const MINOR: (ClassName, ApprovalStatus) = (ClassName::Minor, ApprovalStatus::InReview);
const MAJOR: (ClassName, ApprovalStatus) = (ClassName::Major, ApprovalStatus::Approved);

#[test]
fn a_service_that_is_another_by_now_is_read_again() {
    assert_eq!(signed_class(&mut submitted()), MINOR);
    let mut story = submitted();
    story.land("2026-06-02T15:00:00Z");
    story.write("content/services/checkout.md", &SERVICE.replace("tier: 2", "tier: 1"), "alice");
    assert_eq!(signed_class(&mut story), MAJOR);
}

#[test]
fn a_request_of_a_class_that_there_is_not_is_invalid() {
    for (class, status) in [
        ("major", ApprovalStatus::InReview),
        ("grave", ApprovalStatus::Invalid),
        ("3", ApprovalStatus::Invalid),
        ("[major]", ApprovalStatus::Invalid),
        ("", ApprovalStatus::InReview),
    ] {
        let mut story = Story::new();
        story.submit().land("2026-06-02T15:00:00Z");
        let request = REQUEST.replace("impact:", &format!("class: {class}\nimpact:"));
        story.write(&format!("{FOLDER}/request.md"), &request, "alice");
        assert_eq!(story.status(), status, "{class}");
    }
}

#[test]
fn services_that_come_and_go_are_read_again() {
    let search = SERVICE.replace("Checkout", "Search");
    let request = REQUEST.replace("[checkout]", "[checkout, search]");
    let of = |comes: bool, goes: bool| {
        let mut story = submitted();
        story.land("2026-06-02T13:00:00Z").write(&format!("{FOLDER}/request.md"), &request, "alice");
        // Somebody signs what is there, so that it has been asked for once.
        story.land("2026-06-02T14:00:00Z");
        story.decide("dave", "acknowledge", "peer");
        if comes {
            story.land("2026-06-02T15:00:00Z").write("content/services/search.md", &search, "alice");
        }
        if goes {
            story.land("2026-06-02T16:00:00Z");
            story.decide("dave", "acknowledge", "peer");
            story.land("2026-06-02T17:00:00Z");
            let path = BookPath::new("content/services/search.md").expect("a path");
            story.last().changed.push((path, None));
        }
        signed_class(&mut story)
    };
    // One that is not there is as important as any.
    assert_eq!(of(false, false), MAJOR);
    assert_eq!(of(true, false), MINOR);
    assert_eq!(of(true, true), MAJOR);
}

#[test]
fn a_request_that_is_another_by_now_is_read_again() {
    let mut story = submitted();
    story.land("2026-06-02T13:00:00Z");
    story.decide("dave", "acknowledge", "peer");
    let emergency = emergency_request();
    story.land("2026-06-02T15:00:00Z").write(&format!("{FOLDER}/request.md"), &emergency, "alice");
    assert_eq!(signed_class(&mut story).0, ClassName::Emergency);
    story.land("2026-06-02T20:00:00Z").write(&format!("{FOLDER}/request.md"), REQUEST, "alice");
    assert_eq!(signed_class(&mut story).0, ClassName::Minor);
}

#[test]
fn what_is_parsed_already_is_taken_for_its_own_bytes_alone() {
    let mut story = submitted();
    story.land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    let emergency = emergency_request();
    let path = format!("{FOLDER}/request.md");
    story.land("2026-06-04T12:00:00Z").write(&path, &emergency, "alice");
    let source = SourceFile::new(BookPath::new(&path).expect("a path"), emergency.into_bytes());
    let parsed = document::parse(&source, &story.config.kinds, &story.config.book.src);
    let inputs = story.inputs(LATER);
    let told = |all: &Approvals| {
        let (subject, approval) = &all.subjects[&id()];
        (subject.approved.clone(), approval.status, subject.need.as_ref().expect("a request").class)
    };
    let anew = told(&Approvals::of(&inputs));
    assert_eq!((anew.0.len(), anew.2), (1, ClassName::Emergency));
    assert_eq!(told(&Approvals::of_parsed(&inputs, &[Arc::new(parsed)])), anew);
}

#[test]
fn a_policy_that_asks_otherwise_is_asked_again() {
    let of = |criteria: &str| {
        let mut story = Story::new();
        story.submit().land("2026-06-02T13:00:00Z");
        let (old, new) = (policy(1, ""), policy(2, criteria));
        story.amend(&old, &new, 2);
        signed_class(&mut story)
    };
    assert_eq!(of(""), MINOR);
    assert_eq!(of(&BY_TIER.replace("[0, 1]", "[0, 1, 2]")), MAJOR);
}

#[test]
fn what_was_approved_in_another_class_is_stale() {
    // A major change needs its request alone, so that what was signed before covers something else.
    let narrow = BY_TIER.replace("[\"request\", \"runbook\"]", "[\"request\"]");
    let mut story = Story::new();
    story.last().policy = Some(policy(1, &narrow));
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
    story.land("2026-06-04T12:00:00Z");
    story.write("content/services/checkout.md", &SERVICE.replace("tier: 2", "tier: 1"), "alice");
    story.write(&format!("{FOLDER}/request.md"), &format!("{REQUEST}\n"), "alice");
    assert_eq!(story.status(), ApprovalStatus::Stale);
}

#[test]
fn approvals_from_before_another_content_was_approved_do_not_come_back() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    let path = format!("{FOLDER}/runbook.md");
    // On branches that land together: two approve what stands, two approve what comes with them.
    story.decide("dave", "approve", "manager");
    story.decide("carol", "approve", "peer");
    story.write(&path, &format!("{RUNBOOK}\n"), "alice");
    story.decide("bob", "approve", "manager");
    story.decide("carol", "approve", "peer");
    assert_eq!(story.status(), ApprovalStatus::Approved);
    story.land("2026-06-04T12:00:00Z").write(&path, RUNBOOK, "alice");
    assert_eq!(story.status(), ApprovalStatus::Stale);
    story.land("2026-06-05T12:00:00Z");
    story.decide("dave", "approve", "manager");
    story.decide("carol", "approve", "peer");
    assert_eq!(story.status(), ApprovalStatus::Approved, "somebody approves it anew");
}

#[test]
fn of_two_plans_without_the_usual_name_the_first_by_path_says_who_carries_it_out() {
    let mut story = Story::new();
    story.land("2026-06-02T12:00:00Z");
    for (name, who) in [("b", "carol"), ("request", ""), ("a", "bob")] {
        let plan = format!("---\nkind: runbook\ntitle: {name}\nroles: {{operator: {{who: {who}}}}}\n---\n");
        let text = if name == "request" { REQUEST } else { &plan };
        story.write(&format!("{FOLDER}/{name}.md"), text, "alice");
    }
    let all = story.all(LATER);
    let need = all.subjects[&id()].0.need.as_ref().expect("there is a request");
    assert_eq!(need.operators, BTreeSet::from(["bob".to_owned()]));
}
