//! Documents outside of changes that get another name.

use super::*;
use crate::facts::approval::content::Contents;

const TEXT: &str = "---\ntitle: Roles\nkind: guide\n---\n\nText.\n";
const GUIDE: &str = "[subject.guide]\nrequire = [{ role = \"manager\", min = 1 }]\n";

fn page(id: &str) -> SubjectId {
    SubjectId::named(id)
}

/// A policy in which a manager approves chapters, and a chapter.
fn written() -> Story {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, GUIDE));
    story.land("2026-06-02T12:00:00Z").write("content/process/roles.md", TEXT, "alice");
    story.land("2026-06-03T12:00:00Z");
    story
}

pub(super) fn decide(story: &mut Story, who: &str, decision: &str, id: &str, text: &str) -> String {
    let manifest = Manifest::of([(id.to_owned(), ContentHash::of(text.as_bytes()))]).expect("a plain name");
    let trailers = format!(
        "Mcm-Role: manager\nMcm-Meaning: I read it.\nMcm-Document: {id}\nMcm-Subject: sha256:{}\n",
        manifest.digest()
    );
    let commit = story.record(who, decision, &trailers);
    let record = story.last().records.last_mut().expect("it was made");
    record.files = Some([(id.to_owned(), ContentHash::of(text.as_bytes()))].into());
    commit
}

/// Removes a file.
pub(super) fn remove(story: &mut Story, id: &str) {
    let path = BookPath::new(&format!("content/{id}.md")).expect("a path");
    story.files.remove(path.as_str());
    story.last().changed.push((path, None));
}

fn rename(story: &mut Story, at: &str, from: &str, to: &str) {
    let text = story.files[&format!("content/{from}.md")].clone();
    story.land(at).write(&format!("content/{to}.md"), &text, "dave");
    remove(story, from);
}

fn status(story: &Story, id: &str) -> Option<ApprovalStatus> {
    story.approvals(LATER).get(&page(id)).map(|approval| approval.status)
}

#[test]
fn a_document_keeps_its_approval_under_another_name() {
    let mut story = written();
    decide(&mut story, "bob", "approve", "process/roles", TEXT);
    assert_eq!(status(&story, "process/roles"), Some(ApprovalStatus::Approved));
    rename(&mut story, "2026-06-04T12:00:00Z", "process/roles", "process/people");
    assert_eq!(status(&story, "process/people"), Some(ApprovalStatus::Approved));
    assert_eq!(status(&story, "process/roles"), None);
    let all = story.all(LATER);
    let (subject, _) = &all.subjects[&page("process/people")];
    assert_eq!(subject.formerly, [(page("process/roles"), 3)]);
    // And back again.
    let mut back = story.clone();
    rename(&mut back, "2026-06-05T12:00:00Z", "process/people", "process/roles");
    assert_eq!(status(&back, "process/roles"), Some(ApprovalStatus::Approved));
    // Another text is another one.
    story.land("2026-06-05T12:00:00Z").write("content/process/people.md", &format!("{TEXT} "), "dave");
    assert_eq!(status(&story, "process/people"), Some(ApprovalStatus::Stale));
    let inputs = story.inputs(LATER);
    let all = Approvals::of(&inputs);
    let before = Contents::of(&inputs, &all).at(&page("process/people"), &[""; 0], 2);
    let file = before.get("process/people").expect("it was there under its former name");
    assert_eq!(file.at.hash, ContentHash::of(TEXT.as_bytes()));
}

#[test]
fn what_is_said_of_either_name_counts() {
    for late in ["process/roles", "process/people"] {
        let mut story = written();
        let given = decide(&mut story, "bob", "approve", "process/roles", TEXT);
        rename(&mut story, "2026-06-04T12:00:00Z", "process/roles", "process/people");
        story.land("2026-06-05T12:00:00Z");
        let mut refused = story.clone();
        decide(&mut refused, "dave", "reject", late, TEXT);
        assert_eq!(status(&refused, "process/people"), Some(ApprovalStatus::Rejected), "{late}");
        let take_back = |story: &mut Story| {
            let manifest = Manifest::of([(late.to_owned(), ContentHash::of(TEXT.as_bytes()))]);
            let digest = manifest.expect("a plain name").digest();
            let trailers = format!("Mcm-Document: {late}\nMcm-Subject: sha256:{digest}\nMcm-Of: {given}\n");
            story.record("bob", "retract", &trailers);
            let record = story.last().records.last_mut().expect("it was made");
            record.files = Some([(late.to_owned(), ContentHash::of(TEXT.as_bytes()))].into());
        };
        let mut retracted = story.clone();
        take_back(&mut retracted);
        assert_eq!(status(&retracted, "process/people"), Some(ApprovalStatus::InReview), "{late}");
        // Also when another document has the former name.
        story.write("content/process/roles.md", &format!("{TEXT}\nAnother one.\n"), "dave");
        assert_eq!(status(&story, "process/people"), Some(ApprovalStatus::Approved));
        assert_eq!(status(&story, "process/roles"), Some(ApprovalStatus::InReview));
        take_back(&mut story);
        assert_eq!(status(&story, "process/people"), Some(ApprovalStatus::InReview), "{late}");
    }
    // Who approved it on a branch before the new name had landed.
    let mut story = written();
    rename(&mut story, "2026-06-04T12:00:00Z", "process/roles", "process/people");
    story.land("2026-06-05T12:00:00Z");
    decide(&mut story, "bob", "approve", "process/roles", TEXT);
    assert_eq!(status(&story, "process/people"), Some(ApprovalStatus::Approved));
}

#[test]
fn only_a_move_of_the_same_bytes_to_a_new_name_keeps_it() {
    let story = || {
        let mut story = written();
        decide(&mut story, "bob", "approve", "process/roles", TEXT);
        story.land("2026-06-04T12:00:00Z");
        story
    };
    // The new name has another text, or stands beside the old one.
    let mut other = story();
    other.write("content/process/people.md", &format!("{TEXT} "), "dave");
    remove(&mut other, "process/roles");
    assert_eq!(status(&other, "process/people"), Some(ApprovalStatus::InReview));
    let mut copy = story();
    copy.write("content/process/people.md", TEXT, "dave");
    assert_eq!(status(&copy, "process/people"), Some(ApprovalStatus::InReview));
    assert_eq!(status(&copy, "process/roles"), Some(ApprovalStatus::Approved));
    // Two came, and nobody can tell which one it is.
    let mut two = story();
    two.write("content/process/people.md", TEXT, "dave").write("content/process/staff.md", TEXT, "dave");
    remove(&mut two, "process/roles");
    assert_eq!(status(&two, "process/people"), Some(ApprovalStatus::InReview));
    // The path makes another kind of it.
    let mut kind = written();
    let text = TEXT.replace("kind: guide\n", "");
    kind.write("content/process/plain.md", &text, "alice");
    decide(&mut kind, "bob", "approve", "process/plain", &text);
    rename(&mut kind, "2026-06-04T12:00:00Z", "process/plain", "windows/plain");
    assert_ne!(status(&kind, "windows/plain"), Some(ApprovalStatus::Approved));
    // Something else had the name, and was refused.
    let mut known = written();
    decide(&mut known, "bob", "approve", "process/roles", TEXT);
    known.write("content/process/people.md", &format!("{TEXT} "), "alice").land("2026-06-03T13:00:00Z");
    decide(&mut known, "dave", "reject", "process/people", &format!("{TEXT} "));
    known.land("2026-06-03T14:00:00Z");
    remove(&mut known, "process/people");
    rename(&mut known, "2026-06-04T12:00:00Z", "process/roles", "process/people");
    assert_ne!(status(&known, "process/people"), Some(ApprovalStatus::Approved));
}
