//! What the gate remembers between two runs changes no answer, and is believed only of this user.

use std::path::Path;

use crate::support::Folder;
use crate::support::run::{printed, program};

/// Questions to the demonstration: one that is open, closed ones, one about the past.
const QUESTIONS: [&[&str]; 4] = [
    &["--service", "checkout", "--change", "MCM-2026-0009", "--at", "2026-03-14T09:30:00Z"],
    &["--service", "checkout", "--change", "MCM-2026-0011", "--at", "2026-10-02T20:00:00Z"],
    &["--service", "checkout", "--at", "2026-11-27T12:00:00Z"],
    &["--service", "ledger", "--change", "MCM-2026-0004", "--at", "2026-11-27T12:00:00Z"],
];

#[test]
fn a_warm_gate_answers_as_a_cold_one() {
    let folder = Folder::new();
    printed(&folder.path(), &["demo", "book", "--no-build"]);
    let book = folder.path().join("book");
    let kept = book.join(".git/mcmbook/objects");
    let (own, other) = (folder.path().join("own"), folder.path().join("other"));

    let nowhere = Path::new("/dev/null");
    let cold: Vec<String> = QUESTIONS.iter().map(|question| ask(&book, nowhere, question)).collect();
    assert!(!kept.exists(), "without a key there is nothing to believe later");
    let all = |state: &Path| -> Vec<String> {
        QUESTIONS.iter().map(|question| ask(&book, state, question)).collect()
    };
    assert_eq!(all(&own), cold, "what is read for the first time");
    let first = std::fs::read(&kept).expect("it is kept");
    assert_eq!(all(&own), cold, "what is remembered");
    assert_eq!(std::fs::read(&kept).expect("it is kept"), first, "nothing new, nothing written");

    // Another user, or another machine, does not believe it, and writes its own.
    assert_eq!(all(&other), cold);
    assert!(std::fs::read(&kept).expect("it is kept") != first, "under another key");
    // Nor is what was changed believed, wherever that is.
    for place in [0, 40, first.len() / 2, first.len() - 1] {
        let mut changed = first.clone();
        changed[place] ^= 1;
        std::fs::write(&kept, changed).expect("it can be written");
        assert_eq!(all(&own), cold, "byte {place}");
    }
}

fn ask(book: &Path, state: &Path, question: &[&str]) -> String {
    let mut command = program(book);
    command.env("XDG_STATE_HOME", state).args(["gate", "--env", "production", "--format", "json"]);
    let output = command.args(question).output().expect("it starts");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is text")
}
