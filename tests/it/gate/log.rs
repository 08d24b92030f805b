//! The log of decisions: appended to, chained, verified without a repository.

use std::path::Path;
use std::process::Command;

use crate::approvals::book::Book;
use crate::support::Folder;
use crate::support::run::{outcome, program};

const AT: &str = "2026-06-19T00:00:00Z";

fn call(log: &str) -> Vec<&str> {
    vec!["gate", "--service", "checkout", "--env", "production", "--at", AT, "--record", log]
}

fn verify(dir: &Path, log: &str) -> (Option<i32>, String) {
    outcome(dir, &["gate", "verify", log])
}

#[test]
fn every_decision_is_a_line_of_a_chain() {
    let book = Book::submitted();
    let folder = Folder::new();
    let path = folder.path().join("gate.jsonl");
    let log = path.to_str().expect("UTF-8");
    for _ in 0..3 {
        assert_eq!(outcome(&book.repo.book(), &call(log)).0, Some(0));
    }
    let (code, text) = verify(&folder.path(), log);
    assert_eq!((code, text.as_str()), (Some(0), "3 decisions, every line in its place\n"));

    let whole = std::fs::read_to_string(&path).expect("the log");
    let lines: Vec<&str> = whole.lines().collect();
    for (spoilt, why) in [
        (whole.replacen("ALLOW", "DENY", 1), "decision_id"),
        (format!("{}\n{}\n", lines[0], lines[2]), "not the next one"),
        (format!("{}\n{}\n", lines[1], lines[2]), "not the next one"),
        (whole[..whole.len() - 5].to_owned(), "a piece of a line"),
        (whole.replacen("\"seq\":1", "\"seq\": 1", 1), "was changed"),
        (format!("{whole}\n"), "no JSON"),
    ] {
        std::fs::write(&path, &spoilt).expect("the log can be written");
        let (code, text) = verify(&folder.path(), log);
        assert_eq!(code, Some(20), "{why}: {text}");
        assert!(text.contains(why), "{why}: {text}");
        // Nothing is added to a log that does not verify, and nothing is allowed.
        assert_eq!(outcome(&book.repo.book(), &call(log)).0, Some(20), "{why}");
        assert_eq!(std::fs::read_to_string(&path).expect("the log"), spoilt, "{why}");
    }
}

#[test]
fn gates_that_decide_at_once_write_one_after_the_other() {
    let book = Book::submitted();
    let folder = Folder::new();
    let path = folder.path().join("gate.jsonl");
    let log = path.to_str().expect("UTF-8");
    let dir = book.repo.book();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let ended = program(&dir).args(call(log)).output().expect("the program runs");
                assert_eq!(ended.status.code(), Some(0));
            });
        }
    });
    assert_eq!(verify(&folder.path(), log).1, "8 decisions, every line in its place\n");
}

/// A disk that takes no more is played by a limit on the size of files.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_is_no_allowance() {
    let book = Book::submitted();
    let folder = Folder::new();
    let path = folder.path().join("gate.jsonl");
    let log = path.to_str().expect("UTF-8");
    const BLOCK: usize = 1024;
    let mut before = Vec::new();
    // Until the next line does not fit into the block in which the log ends.
    loop {
        let last = before.len();
        assert_eq!(outcome(&book.repo.book(), &call(log)).0, Some(0));
        before = std::fs::read(&path).expect("the log");
        if BLOCK - before.len() % BLOCK < before.len() - last {
            break;
        }
    }
    let mut shell = Command::new("bash");
    let binary = env!("CARGO_BIN_EXE_mcmbook");
    let limited = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", before.len() / BLOCK + 1);
    shell.args(["-c", &limited, binary]).args(call(log)).current_dir(book.repo.book());
    let ended = shell.output().expect("bash is installed");
    let told = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(20), "{told}");
    assert!(told.contains("cannot write"), "{told}");
    assert_eq!(std::fs::read(&path).expect("the log"), before, "what was written of the line is cut off");
    assert_eq!(outcome(&book.repo.book(), &["gate", "verify", log]).0, Some(0));
}

/// What another version of the program wrote down, and this one decides otherwise, is told.
#[test]
fn a_log_is_asked_again() {
    let book = Book::submitted();
    let folder = Folder::new();
    let path = folder.path().join("gate.jsonl");
    let log = path.to_str().expect("UTF-8");
    assert_eq!(outcome(&book.repo.book(), &call(log)).0, Some(0));
    // What lands later changes nothing of it.
    book.repo.write("content/windows/freeze.md", super::command::FREEZE);
    book.as_person("alice", |book| book.commit("Freeze"));
    assert_eq!(outcome(&book.repo.book(), &call(log)).0, Some(11));
    let stale = [&call(log)[..], &["--max-age", "1m", "--fetched-at", "2026-06-18T00:00:00Z"]].concat();
    assert_eq!(outcome(&book.repo.book(), &stale).0, Some(20));
    let replay = || outcome(&book.repo.book(), &["gate", "replay", log]);
    let alike = "2 decided alike, 0 not, 1 not asked again: they rest on the clone of that day\n";
    assert_eq!(replay(), (Some(0), alike.to_owned()));

    let text = std::fs::read_to_string(&path).expect("the log");
    let first = text.lines().next().expect("a line");
    let mut line: serde_json::Value = serde_json::from_str(first).expect("JSON");
    let answer = line["answer"].as_object_mut().expect("an answer");
    answer.insert("decision".to_owned(), "DENY".into());
    answer.insert("tool".to_owned(), "mcmbook 0.0.9".into());
    answer.remove("decision_id");
    let made = serde_json::Value::from(answer.clone()).to_string();
    let id = format!("sha256:{}", mcmbook::text::ContentHash::of(made.as_bytes()));
    answer.insert("decision_id".to_owned(), id.into());
    std::fs::write(&path, format!("{line}\n")).expect("the log can be written");
    let (code, told) = replay();
    assert_eq!(code, Some(1), "{told}");
    let expected =
        "line 1: checkout in production at 2026-06-19T00:00:00Z: DENY (open) by mcmbook 0.0.9 with ";
    assert!(told.starts_with(expected), "{told}");
    assert!(told.contains(", ALLOW (open) by mcmbook "), "{told}");
    assert!(told.ends_with("0 decided alike, 1 not\n"), "{told}");

    std::fs::write(&path, first.replace("ALLOW", "DENY") + "\n").expect("the log can be written");
    assert_eq!(replay().0, Some(20), "a log that does not verify is not believed");
}
