//! The site that is built for a moment and the gate that is asked about it, both as commands.

use serde_json::Value;

use super::command::{FREEZE, ask};
use crate::approvals::book::Book;
use crate::support::run::{outcome, printed};

#[test]
fn the_site_of_a_moment_says_what_the_gate_says() {
    let book = Book::submitted();
    book.repo.write("content/windows/freeze.md", FREEZE);
    book.as_person("alice", |book| book.commit("Freeze"));
    // Before the freeze, at its first instant, inside, at its end: the half-open interval.
    let moments =
        ["2026-05-31T23:59:59Z", "2026-06-01T00:00:00Z", "2026-06-19T12:00:00Z", "2026-07-01T00:00:00Z"];
    for moment in moments {
        printed(&book.repo.book(), &["build", "--as-of", moment, "--dest-dir", "out", "--quiet"]);
        let file = std::fs::read_to_string(book.repo.book().join("out/calendar/now.json")).expect("a file");
        let data: Value = serde_json::from_str(&file).expect("JSON");
        assert_eq!(data["from"], moment);
        let groups = data["groups"].as_array().expect("groups").iter();
        let is_it = |group: &&Value| {
            group["environment"] == "production"
                && group["services"].as_array().is_some_and(|all| all.iter().any(|name| name == "checkout"))
        };
        let group = { groups }.find(is_it).expect("the service");
        let (_, answer) = ask(&book, &["--at", moment]);
        assert_eq!(group["pieces"][0]["decision"], answer["decision"], "{moment}: {group} {answer}");
        assert_eq!(group["pieces"][0]["next_transition"], answer["next_transition"], "{moment}");
        let home = std::fs::read_to_string(book.repo.book().join("out/index.html")).expect("a page");
        let text = group["pieces"][0]["text"].as_str().expect("a text");
        assert!(home.contains(&text.replace('`', "&#96;")) || home.contains(text), "{text}");
    }
}

#[test]
fn a_site_of_a_moment_before_its_head_is_refused() {
    let book = Book::submitted();
    let arguments = ["build", "--as-of", "2020-01-01T00:00:00Z", "--dest-dir", "out"];
    let (code, told) = outcome(&book.repo.book(), &arguments);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("which is later than 2020-01-01T00:00:00Z"), "{told}");
    assert!(!book.repo.book().join("out").exists());
}
