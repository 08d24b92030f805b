//! Windows that somebody takes out of the way, before the change that they stop.

use super::moved::{decide, remove};
use super::*;
use crate::facts::calendar::Level;

const FREEZE: &str = "---\ntitle: Close\nkind: window\ntype: freeze\nlevel: hard\ntz: UTC\nstart: 2026-06-19T00:00\n\
                      end: 2026-06-22T00:00\nscope: {services: [checkout]}\n---\n";
const ASKED: &str = "[subject.window]\nrequire = [{ role = \"manager\", min = 1 }]\n";

/// How strict what covers the slot is, when the request comes after what is done to the window.
fn level(extra: &str, relax: &dyn Fn(&mut Story)) -> Option<Level> {
    let mut story = Story::new();
    story.last().policy = Some(policy(1, extra));
    story.write("content/windows/close.md", FREEZE, "alice").land("2026-06-01T13:00:00Z");
    relax(&mut story);
    story.submit();
    story.all(LATER).subjects[&id()].0.need.clone().expect("there is a request").level
}

#[test]
fn nobody_takes_a_window_out_of_the_way_without_an_approval() {
    let hard = Some(Level::Hard);
    let short = FREEZE.replace("end: 2026-06-22", "end: 2026-06-20");
    let edit = |story: &mut Story| {
        story.write("content/windows/close.md", &short, "dave");
    };
    let delete = |story: &mut Story| remove(story, "windows/close");
    assert_eq!(level(ASKED, &|_| {}), hard);
    assert_eq!(level(ASKED, &edit), hard, "shortened");
    assert_eq!(level(ASKED, &delete), hard, "deleted");
    // Where nobody is asked for windows, they are what stands.
    let unasked = "[subject.window]\nrequire = []\n";
    assert_eq!(level(unasked, &edit), None);
    assert_eq!(level(unasked, &delete), None);
    // What was approved is relaxed.
    let approve = |story: &mut Story| {
        edit(story);
        story.land("2026-06-01T14:00:00Z");
        decide(story, "bob", "approve", "windows/close", &short);
    };
    assert_eq!(level(ASKED, &approve), None);
    // And once more: the version that was approved is the one that closes.
    let twice = |story: &mut Story| {
        approve(story);
        story.land("2026-06-01T15:00:00Z").write("content/windows/close.md", FREEZE, "dave");
        story.land("2026-06-01T16:00:00Z").write("content/windows/close.md", &short, "dave");
    };
    assert_eq!(level(ASKED, &twice), None);
}

#[test]
fn a_slot_without_an_end_is_in_the_window_in_which_it_begins() {
    let mut story = Story::new();
    story.write("content/windows/close.md", FREEZE, "alice").submit();
    let open = REQUEST.replace(", end: 2026-06-20T12:00:00Z", "");
    story.write(&format!("{FOLDER}/request.md"), &open, "alice");
    let all = story.all(LATER);
    assert_eq!(all.subjects[&id()].0.need.as_ref().expect("there is a request").level, Some(Level::Hard));
}

/// Lands a `book.toml`, written by somebody who signs it where a key is given; it is the one in use.
pub(super) fn configure(story: &mut Story, text: &str, who: &str, seed: Option<u8>) {
    let path = BookPath::new("book.toml").expect("a path");
    let file = SourceFile::new(path.clone(), text.as_bytes());
    story.config = Arc::new(Config::parse(&file).config);
    story.last().book = Some(Arc::new(file));
    let (commit, emails) = (story.id(), vec![format!("{who}@a.example")]);
    let edit = Edit { commit, emails: emails.into(), coauthors: 0, signed: None, paths: vec![path] };
    story.last().edits.push(Arc::new(edit));
    if let Some(seed) = seed {
        story.seal(who, seed);
    }
}

#[test]
fn nobody_makes_another_kind_of_what_is_there_without_a_signature() {
    const MOVED: &str = "[kind.window]\npaths = [\"wins/*.md\"]\n";
    let story = || {
        let mut story = Story::new();
        configure(&mut story, "", "alice", None);
        story.write("content/windows/close.md", FREEZE.replace("kind: window\n", "").as_str(), "alice");
        story.submit().land("2026-06-03T12:00:00Z");
        story.decide("carol", "approve", "peer");
        story.decide("bob", "approve", "manager");
        story.land("2026-06-04T12:00:00Z");
        story
    };
    let unanswered = |story: &Story| story.all(LATER).unanswered.is_some();
    let with = |text: &str, who: &str, seed: Option<u8>| {
        let mut story = story();
        configure(&mut story, text, who, seed);
        (unanswered(&story), story.all(LATER).subjects[&id()].1.status == ApprovalStatus::Unverifiable)
    };
    assert_eq!(with("", "dave", None), (false, false));
    assert_eq!(
        with("[kind.idea]\npaths = [\"ideas/*.md\"]\n", "dave", None),
        (false, false),
        "of what there is not"
    );
    assert_eq!(with(MOVED, "dave", None), (true, true), "unsigned");
    assert_eq!(with(MOVED, "dave", Some(99)), (true, true), "by a key of nobody");
    assert_eq!(with(MOVED, "dave", Some(4)), (false, false), "by a policy-admin");
    // Somebody on the roster who is no admin.
    let carol = "emails = [\"carol@a.example\"]\nroles = [\"policy-admin\"]";
    let mut other = story();
    let none = carol.replace("policy-admin", "manager");
    other.ledger.landings[0].policy = Some(reworded(policy(1, ""), 1, carol, &none));
    configure(&mut other, MOVED, "carol", Some(3));
    assert!(unanswered(&other));
    // Taking it back helps, and so does a policy that comes into force after it.
    let mut back = story();
    configure(&mut back, MOVED, "dave", None);
    back.land("2026-06-05T12:00:00Z");
    configure(&mut back, "", "dave", None);
    assert!(!unanswered(&back));
    let mut amended = story();
    configure(&mut amended, MOVED, "dave", None);
    let (old, new) = (policy(1, ""), policy(2, ""));
    amended.land("2026-06-05T12:00:00Z").amend(&old, &new, 2);
    assert!(!unanswered(&amended));
}
