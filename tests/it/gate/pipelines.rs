//! The snippets of the manual: their shell parts, taken out of the page and run.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use crate::approvals::book::Book;
use crate::support::Folder;
use crate::support::job::{job, shell};

/// What every snippet asks.
const WORD: &str = "mcmbook gate";

/// Language and text of every fenced block of the page that asks the gate.
fn blocks() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/manual/pipelines.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    blocks.retain(|(_, text)| text.contains(WORD));
    blocks
}

/// Runs a shell part as a job would, and tells its exit code and what it printed.
fn run(script: &str, book: &Book, service: &str) -> (Option<i32>, String) {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path()).expect("a new folder");
    let mut command = job(&folder.path(), script);
    command.env_remove("CHANGE");
    let url = book.repo.path().display().to_string();
    let trust_root = book.root();
    let policy = book.policy_digest();
    let settings = [
        ("BOOK_URL", url.as_str()),
        ("MCMBOOK_TRUST_ROOT", &trust_root),
        ("MCMBOOK_ROOT_POLICY", &policy),
        ("SERVICE", service),
        ("TARGET", "production"),
        ("DURATION", "1m"),
        ("WAIT", "1s"),
    ];
    let output = command.envs(settings).output().expect("there is a shell");
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code(), text)
}

fn frozen(until: &str) -> Book {
    let book = Book::submitted();
    let freeze = format!(
        "---\ntitle: Freeze\nowner: alice\ntype: freeze\nlevel: hard\nreason: business\ntz: UTC\n\
         start: 2026-01-01T00:00\nend: {until}\nscope: {{services: [checkout]}}\n---\n"
    );
    book.repo.write("content/windows/freeze.md", freeze);
    book.as_person("alice", |book| book.commit("Freeze"));
    book
}

#[test]
fn every_snippet_stops_for_every_no_and_goes_on_for_yes() {
    let blocks = blocks();
    let languages: Vec<&str> = blocks.iter().map(|(language, _)| language.as_str()).collect();
    assert_eq!(languages, ["sh", "yaml", "yaml", "groovy", "yaml", "yaml"]);
    let soon = Timestamp::now() + SignedDuration::from_hours(24 * 20);
    let books = [
        (Book::submitted(), "checkout", 0),
        (frozen("2099-01-01T00:00"), "checkout", 10),
        (frozen(&soon.strftime("%Y-%m-%dT00:00").to_string()), "checkout", 11),
        (Book::submitted(), "chekcout", 20),
    ];
    for (language, text) in &blocks {
        let script = shell(language, text, WORD);
        for (book, service, code) in &books {
            let (found, told) = run(&script, book, service);
            assert_eq!(found, Some(*code), "{script}\n{told}");
        }
    }
}

#[test]
fn a_change_that_is_not_approved_is_denied_with_its_reasons() {
    let (language, text) = &blocks()[0];
    let script = format!("CHANGE=MCM-2026-0001\n{}", shell(language, text, WORD));
    let (code, told) = run(&script, &Book::submitted(), "checkout");
    assert_eq!(code, Some(10), "{told}");
    assert!(told.contains("gate: denied") && told.contains("approval-"), "{told}");
}

#[test]
fn a_job_without_the_program_fails_too() {
    let (language, text) = &blocks()[0];
    let script = format!("PATH=/usr/bin:/bin\n{}", shell(language, text, WORD));
    let (code, told) = run(&script, &Book::submitted(), "checkout");
    assert_eq!(code, Some(127), "{told}");
    assert!(told.contains("gate: no answer"), "{told}");
}
