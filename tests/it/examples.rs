//! The collections of `content/manual/examples`: the configuration that each page shows, over documents
//! written for it, and every finding that they have.
//!
//! `tests/cases/examples/NAME/findings.txt` is the answer of `check --format short --all`. A document whose
//! findings are all intended has them there; `SNAPSHOTS=overwrite` writes the files anew, to be read with care.

use std::path::{Path, PathBuf};

use crate::support::run::{outcome, printed};
use crate::support::{Folder, files_below};

const NAMES: [&str; 5] = ["decisions", "post-mortems", "proposals", "records", "runbooks"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The first `toml` block of a page of the manual.
fn configuration(name: &str) -> String {
    let page = root().join(format!("content/manual/examples/{name}.md"));
    let text = std::fs::read_to_string(page).expect("the page is there");
    let (_, block) = text.split_once("```toml\n").expect("the page shows its book.toml");
    block.split_once("\n```").expect("the block is closed").0.to_owned() + "\n"
}

fn cases(name: &str) -> PathBuf {
    root().join("tests/cases/examples").join(name)
}

/// The book of an example: its configuration and its documents.
fn book(name: &str) -> Folder {
    let folder = Folder::new();
    folder.write("book.toml", configuration(name));
    for (path, bytes) in files_below(&cases(name)) {
        if path.starts_with("content/") {
            folder.write(&path, bytes);
        }
    }
    folder
}

fn check(dir: &Path) -> String {
    let (code, told) = outcome(dir, &["check", "--format", "short", "--all"]);
    assert!(matches!(code, Some(0 | 1)), "{told}");
    told
}

#[test]
fn every_finding_of_the_examples_is_a_true_one() {
    for name in NAMES {
        let expected = snapbox::Data::read_from(&cases(name).join("findings.txt"), None);
        snapbox::Assert::new()
            .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
            .normalize_paths(false)
            .eq(check(&book(name).path()), expected);
    }
}

#[test]
fn a_new_document_of_each_example_blocks_nothing_but_what_only_its_writer_knows() {
    let new = [
        ("decisions", "decision", "use-a-cache", "decisions/0008-use-a-cache.md"),
        ("post-mortems", "incident", "search-down", "incidents/2025-11-24-search-down.md"),
        ("proposals", "proposal", "longer-receipts", "proposals/0021-longer-receipts.md"),
        ("records", "record", "use-a-cache", "records/0013-use-a-cache.md"),
        ("runbooks", "alert-runbook", "slow-pages", "runbooks/slow-pages.md"),
    ];
    let mut told = String::new();
    for (book_name, kind, name, path) in new {
        let book = book(book_name);
        let dir = book.path();
        let before = check(&dir);
        let title = ["--title", "Something that is new", "--owner", "ana"];
        let written = printed(&dir, &[&["new", kind, name][..], &title].concat());
        assert_eq!(written, format!("content/{path}\n"));
        let known: Vec<&str> = before.lines().collect();
        let after = check(&dir);
        let is_new = |line: &&str| !known.contains(line) && !line.contains("MCM012");
        told += &after.lines().filter(is_new).map(|line| format!("{line}\n")).collect::<String>();
    }
    crate::support::run::same(
        &told,
        snapbox::str![[r#"
content/runbooks/slow-pages.md:3:10: error[MCM009]: `alerts[1]` must be text of the pattern `[A-Z][A-Za-z0-9]+`

"#]],
    );
}

#[test]
fn the_schema_says_what_check_says() {
    let dir = book("proposals");
    let text = printed(&dir.path(), &["schema", "proposal"]);
    let schema: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("mem:proposal", schema).expect("it is a schema");
    let index = compiler.compile("mem:proposal", &mut schemas).expect("it can be compiled");
    let good = serde_json::json!({
        "number": 3, "title": "Receipts", "authors": ["Ana Ruiz"], "status": "Draft", "type": "Process",
        "created": "2024-01-01", "discussion": "https://talk.example.org/t/1"
    });
    let with = |key: &str, value: serde_json::Value| {
        let mut changed = good.clone();
        changed[key] = value;
        changed
    };
    let judged = [
        (good.clone(), true),
        (with("title", "Receipts.".into()), false),
        (with("title", "R".into()), false),
        (with("authors", serde_json::json!([])), false),
        (with("authors", serde_json::json!(["ana@example.org"])), false),
        (with("status", "Last Call".into()), false),
        (with("status", "Finl".into()), false),
        (with("type", "Standard".into()), false),
        (with("area", "Core".into()), false),
        (with("withdrawal-reason", "Nobody wanted it any more.".into()), false),
        (with("discussion", "http://talk.example.org".into()), false),
        (with("unknown", "x".into()), false),
    ];
    for (matter, fits) in judged {
        assert_eq!(schemas.validate(&matter, index).is_ok(), fits, "{matter}");
    }
}
