//! What nobody signs gives nothing: a file that came beside another one, a class that covers other documents, an owner
//! who is written in, an edit after the execution, the mere passing of time.

use super::hurried::with_exception;
use super::statuses::with;
use super::*;

fn gone(story: &mut Story, path: &str) {
    let path = BookPath::new(path).expect("a path");
    story.files.remove(path.as_str());
    story.last().changed.push((path, None));
}

/// A record on a document outside of changes.
pub(super) fn on_page(story: &mut Story, who: &str, role: &str, id: &str, text: &str) {
    let files = vec![(id.to_owned(), ContentHash::of(text.as_bytes()))];
    let digest = Manifest::of(files.clone()).expect("a plain name").digest();
    let trailers = format!(
        "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: {id}\nMcm-Subject: sha256:{digest}\n"
    );
    story.record(who, "approve", &trailers);
    story.last().records.last_mut().expect("it was made").files = Some(files.into());
}

/// A record on documents of the change.
fn say(story: &mut Story, who: &str, decision: &str, role: &str, covers: &str) {
    let of = |path: &str| covers.split(", ").any(|name| path.strip_suffix(".md") == Some(name));
    let covered = story.manifest().into_iter().filter(|(path, _)| of(path));
    let digest = Manifest::of(covered).expect("plain paths").digest();
    let trailers = format!(
        "Mcm-Role: {role}\nMcm-Meaning: I read it.\nMcm-Document: MCM-2026-0001\nMcm-Covers: {covers}\n\
         Mcm-Subject: sha256:{digest}\n"
    );
    story.record(who, decision, &trailers);
}

#[test]
fn a_file_that_came_beside_a_page_and_is_gone_leaves_nothing() {
    let asked = "[subject.guide]\nrequire = [{ role = \"manager\", min = 2 }]\n\
                 [subject.page]\nrequire = [{ role = \"manager\", min = 1 }]\n";
    let (path, beside, page) = ("content/a.md", "content/a/index.md", SubjectId::named("a"));
    let guide = "---\ntitle: A\nkind: guide\nowner: alice\n---\n\nText.\n";
    let (easier, broken) = ("---\ntitle: A\nkind: page\n---\n", "---\ntitle: [\n---\n");
    for (text, other, status) in [
        (guide, easier, ApprovalStatus::InReview),
        (guide, broken, ApprovalStatus::InReview),
        (broken, easier, ApprovalStatus::Invalid),
    ] {
        let mut story = Story::new();
        story.last().policy = Some(policy(1, asked));
        story.land("2026-06-02T12:00:00Z").write(path, text, "alice").land("2026-06-03T12:00:00Z");
        on_page(&mut story, "bob", "manager", "a", text);
        let now = |story: &Story| story.approvals(LATER)[&page].status;
        assert_eq!((story.reasons(), now(&story)), (Vec::new(), status), "{text}");
        story.land("2026-06-04T12:00:00Z").write(beside, other, "dave");
        assert_eq!(now(&story), ApprovalStatus::Invalid, "two files have its id");
        story.land("2026-06-05T12:00:00Z");
        gone(&mut story, beside);
        story.land("2026-06-06T12:00:00Z");
        on_page(&mut story, "bob", "manager", "a", text);
        assert_eq!(now(&story), status, "{text}, and {other} beside it");
    }
}

#[test]
fn a_lower_class_that_covers_other_documents_asks_for_no_less() {
    let major = BY_TIER
        .replace("[\"request\", \"runbook\"]", "[\"request\", \"runbook\", \"rehearsal-1\"]")
        .replace("principals = 1", "principals = 3")
        .replace("min = 1", "min = 3")
        .replace("require", "veto_roles = [\"policy-admin\"]\nrequire");
    let rehearsal = format!("{FOLDER}/rehearsal-1.md");
    let begun = || {
        let mut story = Story::new();
        story.last().policy = Some(policy(1, &major));
        story.write("content/services/checkout.md", &SERVICE.replace("tier: 2", "tier: 1"), "alice");
        story.submit().write(&rehearsal, "---\ntitle: R\nfor: MCM-2026-0001\n---\n", "alice");
        story.land("2026-06-03T12:00:00Z");
        story
    };
    let lowered = |story: &mut Story| {
        story.land("2026-06-04T12:00:00Z").write("content/services/checkout.md", SERVICE, "dave");
        let notice = "---\ntitle: N\n---\n";
        story.land("2026-06-05T12:00:00Z").write(&format!("{FOLDER}/notice-a.md"), notice, "dave");
    };
    let (three, two) = ("request, runbook, rehearsal-1", "request, runbook");
    // A veto of all three documents.
    let mut story = begun();
    say(&mut story, "carol", "reject", "policy-admin", three);
    assert_eq!((story.reasons(), story.status()), (Vec::new(), ApprovalStatus::Rejected));
    lowered(&mut story);
    assert_eq!(story.status(), ApprovalStatus::Rejected);
    // Approvals of two of them, which are enough for the lower class alone.
    let mut story = begun();
    say(&mut story, "carol", "approve", "peer", two);
    say(&mut story, "bob", "approve", "manager", two);
    assert_eq!(story.status(), ApprovalStatus::InReview);
    lowered(&mut story);
    assert_eq!(story.status(), ApprovalStatus::InReview);
    // Where nobody has signed, it falls, and what is signed from then on is enough for good.
    let mut story = begun();
    lowered(&mut story);
    say(&mut story, "carol", "approve", "peer", two);
    assert_eq!(story.status(), ApprovalStatus::InReview);
    story.land("2026-06-06T12:00:00Z");
    say(&mut story, "bob", "approve", "manager", two);
    assert_eq!((story.reasons(), story.status()), (Vec::new(), ApprovalStatus::Approved));
}

#[test]
fn whoever_writes_themselves_in_as_the_owner_ends_nothing_with_it() {
    let mut story = approved();
    let of_bob = REQUEST.replace("owner: alice", "owner: carol");
    story.land("2026-06-04T12:00:00Z").write(&format!("{FOLDER}/request.md"), &of_bob, "carol");
    let trailers = "Mcm-Meaning: No.\nMcm-Document: MCM-2026-0001\nMcm-Subject: {digest}\n\
                    Mcm-Covers: request, runbook\n";
    story.record("carol", "withdraw", trailers);
    assert_eq!((story.reasons(), story.status()), (Vec::new(), ApprovalStatus::Stale));
    // Whoever begins a change owns it, also in the landing that begins it.
    let mut story = Story::new();
    story.submit().record("alice", "withdraw", trailers);
    assert_eq!((story.reasons(), story.status()), (Vec::new(), ApprovalStatus::Withdrawn));
}

#[test]
fn what_was_carried_out_is_judged_as_it_stood_whatever_is_written_over_it() {
    let veto = "veto_roles = [\"policy-admin\"]";
    let request = format!("{FOLDER}/request.md");
    for class in ["grave", "3", "standard", "emergency"] {
        let (mut story, _) = with_exception(veto);
        say(&mut story, "carol", "approve", "peer", "request, runbook");
        say(&mut story, "bob", "approve", "manager", "request, runbook");
        say(&mut story, "bob", "approve", "manager", "exception");
        say(&mut story, "carol", "reject", "policy-admin", "exception");
        let now = |story: &Story| {
            let all = story.all(LATER);
            let of_exception = all.of_exception(&id(), "exception").expect("it is there").status;
            (all.subjects[&id()].1.status, of_exception)
        };
        let stands = now(&story);
        assert_eq!(stands, (ApprovalStatus::Approved, ApprovalStatus::Rejected), "by a veto of the class");
        let digest = story.all(LATER).subjects[&id()].1.digest.expect("it is whole");
        story.land("2026-06-05T10:30:00Z");
        story.run(digest, "completed", Some(4)).land("2026-06-06T12:00:00Z");
        let edited = REQUEST.replace("impact:", &format!("class: {class}\nimpact:"));
        story.write(&request, &edited, "dave");
        assert_eq!(now(&story), stands, "class: {class}");
    }
}

/// Takes a record back, whoever made it.
fn retract(story: &mut Story, who: &str, of: &str) {
    let trailers = format!(
        "Mcm-Document: MCM-2026-0001\nMcm-Subject: {{digest}}\nMcm-Covers: request, runbook\nMcm-Of: {of}\n"
    );
    story.record(who, "retract", &trailers);
}

#[test]
fn what_is_said_in_vain_clears_no_doubt() {
    let trailers = "Mcm-Meaning: No.\nMcm-Document: MCM-2026-0001\nMcm-Subject: {digest}\n\
                    Mcm-Covers: request, runbook\n";
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    let of_carol = story.decide("carol", "approve", "peer");
    story.decide("bob", "approve", "manager");
    story.make_strange();
    assert_eq!(story.status(), ApprovalStatus::Unverifiable);
    story.land("2026-06-04T12:00:00Z").record("bob", "withdraw", trailers);
    assert_eq!(story.status(), ApprovalStatus::Unverifiable, "bob does not own it");
    retract(story.land("2026-06-05T12:00:00Z"), "bob", &of_carol);
    assert_eq!((story.status(), story.reasons().len()), (ApprovalStatus::Unverifiable, 1), "it is carol's");
    story.land("2026-06-05T13:00:00Z").decide("bob", "acknowledge", "manager");
    assert_eq!(story.status(), ApprovalStatus::Unverifiable, "to have read it is no answer");
    story.land("2026-06-06T12:00:00Z").decide("bob", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn a_doubt_is_cleared_by_taking_back_what_made_it() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    let of_bob = story.decide("bob", "approve", "manager");
    story.make_strange();
    retract(story.land("2026-06-05T12:00:00Z"), "bob", &of_bob);
    assert_eq!(story.status(), ApprovalStatus::InReview);
}

#[test]
fn nobody_hides_that_an_approval_may_have_been_taken_back() {
    let mut story = Story::new();
    story.submit().land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    let of_bob = story.decide("bob", "approve", "manager");
    assert_eq!((story.reasons(), story.status()), (Vec::new(), ApprovalStatus::Approved));
    retract(story.land("2026-06-05T12:00:00Z"), "bob", &of_bob);
    story.make_strange();
    story.decide("dave", "approve", "manager");
    story.make_strange();
    assert_eq!(story.status(), ApprovalStatus::Unverifiable, "of bob's word, whatever is said of dave's");
}

#[test]
fn a_page_whose_text_nobody_needed_has_the_kind_of_its_folder() {
    let asked = "[subject.guide]\nrequire = [{ role = \"manager\", min = 1 }]\n";
    let mut story = Story::new();
    story.last().policy = Some(policy(1, asked));
    story.land("2026-06-02T12:00:00Z").write("content/process/roles.md", "# Roles\n", "alice");
    let (_, file) = story.last().changed.last_mut().expect("it was written");
    file.as_mut().expect("it is there").source = None;
    let all = story.all(LATER);
    assert_eq!(all.subjects[&SubjectId::named("process/roles")].0.kind.as_deref(), Some("guide"));
}

#[test]
fn nobody_approves_what_they_requested_whoever_wrote_it() {
    let mut story = Story::new();
    story.submit();
    let of_bob = REQUEST.replace("owner: alice", "owner: bob");
    story.write(&format!("{FOLDER}/request.md"), &of_bob, "alice").land("2026-06-03T12:00:00Z");
    story.decide("carol", "approve", "peer");
    let own = story.decide("bob", "approve", "manager");
    let approval = &story.approvals(LATER)[&id()];
    let told: Vec<_> = approval.uncounted.iter().map(|one| (one.record.clone(), one.reason)).collect();
    assert_eq!((story.reasons(), approval.status), (Vec::new(), ApprovalStatus::InReview));
    assert_eq!(told, [(own, Reason::SelfApproval)]);
    story.decide("dave", "approve", "manager");
    assert_eq!(story.status(), ApprovalStatus::Approved);
}

#[test]
fn an_author_or_co_author_who_is_nobody_stands_against_it() {
    let strict = "distinct_principals = 2\nexclude_authors = true\nexclude_coauthors = true";
    let strict = with("distinct_principals = 2", strict, "");
    for (files, nobody, coauthors, status) in [
        (&strict, "zoe", 1, ApprovalStatus::InReview),
        (&strict, "dave", 1, ApprovalStatus::Approved),
        (&strict, "zoe", 0, ApprovalStatus::InReview),
    ] {
        let mut story = Story::new();
        story.last().policy = Some(files.clone());
        story.submit();
        let edit = Arc::make_mut(story.last().edits.last_mut().expect("it was written"));
        edit.emails = vec!["alice@a.example".to_owned(), format!("{nobody}@a.example")].into();
        edit.coauthors = coauthors;
        story.land("2026-06-03T12:00:00Z");
        story.decide("carol", "approve", "peer");
        story.decide("bob", "approve", "manager");
        assert_eq!((story.reasons(), story.status()), (Vec::new(), status), "{nobody} {coauthors}");
    }
    // Also outside of changes, where an author would else approve under an address that the roster lacks.
    let asked = "[subject.service]\nrequire = [{ role = \"manager\", min = 1 }]\n";
    for (writer, status) in [("zoe", ApprovalStatus::InReview), ("alice", ApprovalStatus::Approved)] {
        let mut story = Story::new();
        story.last().policy = Some(policy(1, asked));
        let text = SERVICE.replace("tier: 2", "tier: 1");
        story.land("2026-06-02T12:00:00Z").write("content/services/checkout.md", &text, writer);
        let files = vec![("services/checkout".to_owned(), ContentHash::of(text.as_bytes()))];
        let digest = Manifest::of(files.clone()).expect("a plain name").digest();
        let trailers = format!(
            "Mcm-Role: manager\nMcm-Meaning: I read it.\nMcm-Document: services/checkout\n\
             Mcm-Subject: sha256:{digest}\n"
        );
        story.land("2026-06-03T12:00:00Z").record("bob", "approve", &trailers);
        story.last().records.last_mut().expect("it was made").files = Some(files.into());
        let status_of = story.approvals(LATER)[&SubjectId::named("services/checkout")].status;
        assert_eq!((story.reasons(), status_of), (Vec::new(), status), "{writer}");
    }
}
