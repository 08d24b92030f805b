//! `status --onto` and `impact`: a branch as it would be after landing, held against what landing it makes.

use serde_json::Value;

use super::book::{Book, CHANGE, FOLDER};
use super::status::is_valid;
use crate::support::files_below;
use crate::support::run::{outcome, printed};

/// A moment after all commits, before the slot.
const THEN: [&str; 2] = ["--as-of", "2025-12-01T00:00:00Z"];

fn told(book: &Book, arguments: &[&str]) -> (Option<i32>, String) {
    outcome(&book.repo.book(), &[arguments, &THEN].concat())
}

/// Puts a branch `side` at hand.
fn branch(book: &Book) {
    book.repo.git(&["checkout", "--quiet", "-b", "side", "main"]);
}

fn edit(book: &Book, person: &str, file: &str, text: &str) {
    book.as_person(person, |book| {
        book.repo.write(&format!("{FOLDER}/{file}"), text);
        book.commit("Edit");
    });
}

/// The statuses of a book's subjects by id, as the command tells them.
fn statuses(book: &Book, arguments: &[&str]) -> Vec<(String, String)> {
    let (code, text) = told(book, &[&["status", "--all", "--format", "json"], arguments].concat());
    assert_eq!(code, Some(0), "{text}");
    let told: Value = serde_json::from_str(&text).expect("it is JSON");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let subjects = told["subjects"].as_array().expect("a list");
    subjects.iter().map(|subject| (text(&subject["id"]), text(&subject["status"]))).collect()
}

#[test]
fn records_on_a_branch_are_told_as_what_they_would_be() {
    let book = Book::submitted();
    branch(&book);
    book.decide("carol", "approve", "peer");
    let before = files_below(&book.repo.path().join(".git"));
    let (code, half) = told(&book, &["status", CHANGE, "--onto", "main"]);
    assert_eq!(code, Some(0), "{half}");
    assert!(half.starts_with("after landing 1 commit of "), "{half}");
    assert!(half.contains(&format!("\n{CHANGE}  in-review -> in-review\n")), "{half}");
    assert!(half.contains("  peer     carol\n"), "{half}");
    assert!(half.contains("  manager  open; could be bob, dave\n"), "{half}");
    assert!(half.contains("approve as peer by carol, ") && half.contains(" (not landed)\n"), "{half}");
    assert_eq!(files_below(&book.repo.path().join(".git")), before, "nothing is written");

    book.decide("bob", "approve", "manager");
    let (_, whole) = told(&book, &["status", "--onto", "main"]);
    assert!(whole.contains(&format!("{CHANGE}  in-review -> approved")), "{whole}");
    // Nothing of it has landed.
    book.repo.git(&["checkout", "--quiet", "main"]);
    let (_, here) = told(&book, &["status", CHANGE]);
    assert!(here.starts_with(&format!("{CHANGE}  in-review\n")), "{here}");
}

#[test]
fn an_edit_on_a_branch_is_told_with_whom_it_costs() {
    let book = Book::approved();
    branch(&book);
    edit(&book, "bob", "runbook.md", "---\ntitle: Another plan\nfor: MCM-2026-0001\n---\n");
    let (code, text) = told(&book, &["impact", "main..side"]);
    assert_eq!(code, Some(1), "{text}");
    let has = |line: &str| assert!(text.lines().any(|one| one.starts_with(line)), "no {line:?} in\n{text}");
    has(&format!("{CHANGE}  approved -> stale"));
    has("  differs: runbook.md");
    has("  lost: carol as peer of ");
    has("  lost: bob as manager of ");
    // Bob edited it, and alice requested it: somebody else must sign as manager.
    has("  needs: manager, could be dave");
    assert!(text.lines().any(|line| line.contains("carol") && line.ends_with("; may sign again")), "{text}");
    assert!(!text.lines().any(|line| line.contains("lost: bob") && line.contains("again")), "{text}");
    has("2 signatures would not stand any more");

    let schema = printed(&book.repo.book(), &["schema", "--impact"]);
    let schema: Value = serde_json::from_str(&schema).expect("it is JSON");
    let (code, text) = told(&book, &["impact", "main", "--format", "json"]);
    assert_eq!(code, Some(1), "{text}");
    let mut json: Value = serde_json::from_str(&text).expect("it is JSON");
    assert!(is_valid(&schema, &json), "{text}");
    assert_eq!(json["lost"], 2);
    json["subjects"][0]["lost"][0]["person"] = Value::Null;
    assert!(!is_valid(&schema, &json));
}

#[test]
fn what_touches_nothing_that_is_signed_costs_nobody() {
    let book = Book::approved();
    branch(&book);
    book.as_person("alice", |book| {
        book.repo.write("content/guide.md", "---\ntitle: Guide\n---\n\nText.\n");
        book.commit("Write a guide");
    });
    let (code, text) = told(&book, &["impact", "main..side"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("\nguide  new -> in-review\n"), "{text}");
    assert!(!text.contains(CHANGE), "{text}");
    assert!(text.ends_with("no signature that stands goes stale\n"), "{text}");
}

#[test]
fn the_forecast_is_what_landing_makes_of_it() {
    // The mainline goes on while the branch is open, so that landing it takes a merge.
    let book = Book::approved();
    branch(&book);
    edit(&book, "alice", "request.md", "---\ntitle: Less\nowner: alice\nservices: [checkout]\n---\n");
    book.decide("carol", "approve", "peer");
    book.repo.git(&["checkout", "--quiet", "main"]);
    book.as_person("dave", |book| {
        book.repo.write("content/guide.md", "---\ntitle: Guide\n---\n\nText.\n");
        book.commit("Write a guide");
    });
    book.repo.git(&["checkout", "--quiet", "side"]);
    let forecast = statuses(&book, &["--onto", "main"]);
    // As a forge merges it, for its preview and for good: the answer is the same.
    book.repo.git(&["checkout", "--quiet", "--detach", "main"]);
    book.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Preview", "side"]);
    assert_eq!(statuses(&book, &["--onto", "main"]), forecast, "a merge ref");
    assert_eq!(statuses(&book, &[]), forecast, "the landing");
    assert!(forecast.contains(&(CHANGE.to_owned(), "stale".to_owned())), "{forecast:?}");
    assert!(forecast.iter().any(|(id, _)| id == "guide"), "{forecast:?}");
}

#[test]
fn a_branch_cannot_vouch_for_itself() {
    let book = Book::submitted();
    branch(&book);
    // A key that the branch itself adds, and a quorum that it lowers.
    book.policy(2, "", &["alice", "bob", "carol", "dave"]);
    let policy = std::fs::read_to_string(book.repo.book().join("policy/policy.toml")).expect("it is there");
    let lowered = policy.replace("distinct_principals = 2", "distinct_principals = 1");
    book.repo.write("policy/policy.toml", lowered.replace("{ role = \"manager\", min = 1 }", ""));
    let roster = book.repo.book().join("policy/allowed_signers");
    let key = std::fs::read_to_string(book.key("mallory").with_extension("pub")).expect("a public key");
    let signers = std::fs::read_to_string(&roster).expect("it is there");
    std::fs::write(&roster, format!("{signers}carol namespaces=\"git\" {key}")).expect("it can be written");
    book.as_person("alice", |book| book.commit("Help ourselves"));
    let message = book.message("carol", "approve", "peer");
    book.record("mallory", &message);
    let (_, text) = told(&book, &["status", CHANGE, "--onto", "main"]);
    assert!(text.contains(&format!("{CHANGE}  in-review -> in-review\n")), "{text}");
    assert!(text.contains("does not count: key-not-governing: "), "{text}");
    assert!(text.contains("pending    another policy waits"), "{text}");
}

#[test]
fn what_cannot_be_told_is_refused() {
    let book = Book::approved();
    branch(&book);
    edit(&book, "alice", "runbook.md", "---\ntitle: One\nfor: MCM-2026-0001\n---\n");
    book.repo.git(&["checkout", "--quiet", "main"]);
    edit(&book, "dave", "runbook.md", "---\ntitle: Two\nfor: MCM-2026-0001\n---\n");
    book.repo.git(&["checkout", "--quiet", "side"]);
    let (code, text) = told(&book, &["impact", "main..side"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("`side` cannot be merged into `main`: the two conflict"), "{text}");
    let (code, text) = told(&book, &["status", CHANGE, "--onto", "nowhere"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("there is no commit `nowhere`"), "{text}");
    let early = ["status", CHANGE, "--onto", "side~1", "--as-of", "2025-01-01T00:00:00Z"];
    let (code, text) = outcome(&book.repo.book(), &early);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("`side~1` holds a landing of "), "{text}");
    let (code, text) = told(&book, &["impact", "main...side"]);
    assert_eq!(code, Some(2), "{text}");
}

#[test]
fn what_has_landed_already_changes_nothing_and_a_first_policy_is_told_as_one() {
    let book = Book::approved();
    let (code, text) = told(&book, &["status", CHANGE, "--onto", "main"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains(" already: nothing would change\n"), "{text}");
    assert!(text.contains(&format!("{CHANGE}  approved -> approved\n")), "{text}");
    // Seen from a commit before the policy, the branch brings it.
    book.repo.git(&["checkout", "--quiet", "--orphan", "bare"]);
    book.repo.git(&["rm", "-r", "-q", "--cached", "policy"]);
    std::fs::remove_dir_all(book.repo.book().join("policy")).expect("it is there");
    book.as_person("alice", |book| book.commit("Without a policy"));
    book.repo.git(&["checkout", "--quiet", "-b", "adopting"]);
    book.policy(1, "", &["alice"]);
    book.as_person("alice", |book| book.commit("Adopt a policy"));
    let (code, text) = told(&book, &["status", CHANGE, "--onto", "bare"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("before-adoption"), "{text}");
    assert!(text.contains("there is no policy on the mainline of `bare`"), "{text}");
}
