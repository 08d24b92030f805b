//! `mcmbook gate` over real repositories: it reads a commit and nothing else, and fails closed.

use std::process::Command;

use serde_json::Value;

use crate::approvals::book::{Book, CHANGE};
use crate::support::run::{outcome, program};

/// In open time, before the slot of the change.
const BEFORE: &str = "2026-06-19T00:00:00Z";

pub(crate) const FREEZE: &str = "---\ntitle: Freeze\nowner: alice\ntype: freeze\nlevel: hard\nreason: business\ntz: UTC\n\
start: 2026-06-01T00:00\nend: 2026-07-01T00:00\nscope: {services: [checkout]}\n---\n";

/// The answer of a call and its exit code.
pub(crate) fn ask(book: &Book, more: &[&str]) -> (i32, Value) {
    answer(book, &[&["--service", "checkout", "--env", "production"], more].concat())
}

/// The same of any service.
pub(crate) fn answer(book: &Book, call: &[&str]) -> (i32, Value) {
    let arguments: Vec<&str> = ["gate", "--format", "json"].iter().chain(call).copied().collect();
    let output = program(&book.repo.book()).args(&arguments).output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let told = String::from_utf8_lossy(&output.stderr);
    let answer = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{told}"));
    (output.status.code().expect("an exit code"), answer)
}

pub(crate) fn codes(answer: &Value) -> Vec<&str> {
    let reasons = answer["reasons"].as_array().expect("reasons").iter();
    reasons.map(|reason| reason["code"].as_str().expect("a code")).collect()
}

pub(crate) fn approve_document(book: &Book, person: &str, id: &str, path: &str) {
    let text = std::fs::read(book.repo.book().join(path)).expect("the file is there");
    let hash = mcmbook::text::ContentHash::of(&text);
    let manifest = mcmbook::facts::approval::subject::Manifest::of([(id.to_owned(), hash)]);
    let digest = manifest.expect("a plain name").digest();
    let root = book.root();
    let message = format!(
        "approve\n\nRead.\n\nMcm-Record: v1\nMcm-Decision: approve\nMcm-Role: peer\nMcm-Meaning: I read it.\n\
         Mcm-Document: {id}\nMcm-Subject: sha256:{digest}\nMcm-Context: test\nMcm-Trust-Root: {root}\n\
         Mcm-Signer: {person}\n"
    );
    book.record(person, &message);
}

#[test]
fn the_work_tree_has_no_say() {
    let book = Book::submitted();
    book.repo.write("content/windows/freeze.md", FREEZE);
    let (code, answer) = ask(&book, &["--at", BEFORE]);
    assert_eq!((code, answer["decision"].as_str()), (0, Some("ALLOW")), "{answer}");
    book.as_person("alice", |book| book.commit("Freeze"));
    let (code, answer) = ask(&book, &["--at", BEFORE]);
    assert_eq!((code, codes(&answer)), (11, vec!["freeze"]), "{answer}");
    assert_eq!(answer["next_transition"], "2026-07-01T00:00:00Z");
    book.repo.remove("content/windows/freeze.md");
    assert_eq!(ask(&book, &["--at", BEFORE]).0, 11, "removed from the work tree alone");
}

#[test]
fn a_freeze_cannot_be_deleted_by_whom_it_stops() {
    let book = Book::submitted();
    book.repo.write("content/windows/freeze.md", FREEZE);
    book.as_person("alice", |book| book.commit("Freeze"));
    // Shortened: the longer one governs on.
    let short = FREEZE.replace("end: 2026-07-01T00:00", "end: 2026-06-10T00:00");
    book.repo.write("content/windows/freeze.md", &short);
    book.as_person("alice", |book| book.commit("A shorter freeze"));
    let (code, answer) = ask(&book, &["--at", BEFORE]);
    assert_eq!((code, &answer["windows"][0]["former"]), (11, &Value::Bool(true)), "{answer}");
    // Deleted: the same.
    book.repo.remove("content/windows/freeze.md");
    book.as_person("alice", |book| book.commit("No freeze"));
    assert_eq!(ask(&book, &["--at", BEFORE]).0, 11);
    // Under another name with the same bytes: it is the same freeze, and so are its former versions.
    book.repo.write("content/windows/freeze.md", &short);
    book.as_person("alice", |book| book.commit("The shorter freeze again"));
    assert_eq!(ask(&book, &["--at", BEFORE]).0, 11);
    book.repo.remove("content/windows/freeze.md");
    book.repo.write("content/windows/june.md", &short);
    book.as_person("alice", |book| book.commit("Another name"));
    assert_eq!(ask(&book, &["--at", BEFORE]).0, 11);
    // A page, and no window any more.
    book.repo.write("content/windows/june.md", short.replace("---\ntitle", "---\nkind: page\ntitle"));
    book.as_person("alice", |book| book.commit("A page"));
    assert_eq!(ask(&book, &["--at", BEFORE]).0, 11);
    // Approved in its shorter form: the present one alone.
    book.repo.write("content/windows/june.md", &short);
    book.as_person("alice", |book| book.commit("A window again"));
    assert_eq!(ask(&book, &["--at", BEFORE]).0, 11);
    approve_document(&book, "bob", "windows/june", "content/windows/june.md");
    let (code, answer) = ask(&book, &["--at", BEFORE]);
    assert_eq!(code, 0, "{answer}");
}

#[test]
fn a_window_that_opens_does_so_with_approval_alone() {
    let book = Book::submitted();
    let service = "---\ntitle: Checkout\nowner: alice\ntier: 2\nteam: shop\nmaintenance: [nights]\n---\n";
    book.repo.write("content/services/checkout.md", service);
    let nights = "---\ntitle: Nights\nowner: alice\ntype: maintenance\nreason: operational\ntz: UTC\n\
                  rrule: FREQ=DAILY\ndtstart: 2026-01-01T00:00\nlength: 4h\nscope: {services: [checkout]}\n---\n";
    book.repo.write("content/windows/nights.md", nights);
    book.as_person("alice", |book| book.commit("Nights"));
    let (code, answer) = ask(&book, &["--at", "2026-06-19T01:00:00Z"]);
    assert_eq!((code, codes(&answer)), (10, vec!["maintenance"]), "{answer}");
    approve_document(&book, "bob", "windows/nights", "content/windows/nights.md");
    let (code, answer) = ask(&book, &["--at", "2026-06-19T01:00:00Z"]);
    assert_eq!((code, &answer["next_transition"]), (0, &Value::from("2026-06-19T04:00:00Z")), "{answer}");
    // Longer nights open more, and wait for approval.
    book.repo.write("content/windows/nights.md", nights.replace("4h", "8h"));
    book.as_person("alice", |book| book.commit("Longer nights"));
    assert_eq!(ask(&book, &["--at", "2026-06-19T03:59:59Z"]).0, 0);
    let (code, answer) = ask(&book, &["--at", "2026-06-19T05:00:00Z"]);
    assert_eq!((code, &answer["next_transition"]), (11, &Value::from("2026-06-20T00:00:00Z")), "{answer}");
}

#[test]
fn a_moment_of_the_past_is_judged_by_what_had_landed() {
    let book = Book::submitted();
    let freeze = FREEZE.replace("2026-06-01", "2025-01-01");
    book.repo.write("content/windows/freeze.md", freeze);
    let before = book.repo.seconds();
    book.as_person("alice", |book| book.commit("Freeze"));
    let moment = |seconds: i64| jiff::Timestamp::from_second(seconds).expect("a moment").to_string();
    let (code, answer) = ask(&book, &["--at", &moment(before)]);
    assert_eq!(code, 0, "{answer}");
    assert_eq!(ask(&book, &["--at", &moment(book.repo.seconds())]).0, 11);
}

#[test]
fn a_policy_that_waits_for_signatures_decides_nothing() {
    let book = Book::submitted();
    book.policy(2, "[class.major]\ndistinct_principals = 1\n", &crate::approvals::book::PEOPLE);
    book.as_person("alice", |book| book.commit("A policy of my own"));
    let (code, answer) = ask(&book, &["--at", BEFORE]);
    assert_eq!((code, codes(&answer)), (20, vec!["policy-unapproved"]), "{answer}");
}

#[test]
fn an_approval_is_seen_and_so_is_its_loss() {
    // The slot is longer away than an approval lives, which is told before the time has come.
    const AT: &str = "2025-12-20T10:00:00Z";
    let book = Book::approved();
    let of_approval = |book: &Book| {
        let (_, answer) = ask(book, &["--at", AT, "--change", CHANGE]);
        let codes = codes(&answer).into_iter().filter(|code| code.starts_with("approval-"));
        (codes.map(str::to_owned).collect::<Vec<_>>(), answer["evidence"].as_array().map_or(0, Vec::len))
    };
    assert_eq!(of_approval(&book), (vec!["approval-expired".to_owned()], 2));
    let folder = crate::approvals::book::FOLDER;
    book.as_person("alice", |book| {
        book.repo.write(&format!("{folder}/runbook.md"), "---\ntitle: Another\nfor: MCM-2026-0001\n---\n");
        book.commit("Another plan");
    });
    assert_eq!(of_approval(&book).0, ["approval-stale"]);
}

#[test]
fn what_cannot_be_read_is_unknown_and_a_wrong_call_is_64() {
    let book = Book::submitted();
    let dir = book.repo.book();
    let shallow = crate::support::Folder::new();
    let url = format!("file://{}", book.repo.path().display());
    let clone = Command::new("git")
        .args(["clone", "--quiet", "--depth", "1", &url])
        .arg(shallow.path().join("clone"))
        .output()
        .expect("git is installed");
    assert!(clone.status.success());
    let call = ["gate", "--service", "checkout", "--env", "production", "--at", BEFORE];
    let (code, text) = outcome(&shallow.path().join("clone"), &call);
    assert_eq!(code, Some(20), "{text}");
    assert!(text.starts_with("UNKNOWN") && text.contains("repository-unreadable"), "{text}");
    for wrong in [
        &["gate", "--service", "checkout"][..],
        &["gate", "--service", "checkout", "--env", "production", "--at", "tomorrow"],
        &["gate", "--service", "checkout", "--env", "production", "--change", "0001"],
        &["gate", "--service", "checkout", "--env", "production", "--duration", "2d"],
        &["gate", "--service", "checkout", "--env", "production", "--force"],
        &["gate", "--service", "checkout", "--env", "production", "--rev", "nowhere"],
        &["gate", "--service", "checkout", "--env", "production", "--wait", "1m", "--at", BEFORE],
    ] {
        let (code, text) = outcome(&dir, wrong);
        assert_eq!(code, Some(64), "{wrong:?}: {text}");
    }
    let (code, text) = outcome(&dir, &["gate", "--service", "basket", "--env", "production", "--at", BEFORE]);
    assert_eq!(code, Some(20), "{text}");
}

#[test]
fn an_answer_is_made_again_byte_by_byte() {
    let book = Book::approved();
    let call = ["--at", "2026-06-20T10:00:00Z", "--change", CHANGE, "--duration", "40m"];
    let (_, one) = ask(&book, &call);
    book.repo.write("content/windows/freeze.md", FREEZE);
    let (_, other) = ask(&book, &call);
    assert_eq!(one, other);
    let schema = crate::support::run::printed(&book.repo.book(), &["schema", "--gate"]);
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let known = schema["properties"].as_object().expect("properties");
    for key in one.as_object().expect("an object").keys() {
        assert!(known.contains_key(key), "the schema lacks `{key}`");
    }
    for key in schema["required"].as_array().expect("required keys") {
        assert!(one.get(key.as_str().expect("a key")).is_some(), "the answer lacks {key}");
    }
}

#[test]
fn a_stale_clone_is_unknown_and_a_fetched_one_is_not() {
    let book = Book::submitted();
    let (code, answer) =
        ask(&book, &["--at", BEFORE, "--max-age", "15m", "--fetched-at", "2026-06-18T23:44:59Z"]);
    assert_eq!((code, codes(&answer)), (20, vec!["stale"]), "{answer}");
    let (code, answer) =
        ask(&book, &["--at", BEFORE, "--max-age", "15m", "--fetched-at", "2026-06-18T23:45:00Z"]);
    assert_eq!((code, &answer["repo"]["age"]), (0, &Value::from(900)), "{answer}");
    // Without a remote there is nothing to fetch from.
    let (code, answer) = ask(&book, &["--at", BEFORE, "--max-age", "15m"]);
    assert_eq!((code, codes(&answer)), (20, vec!["fetch-age-unknown"]), "{answer}");
}

#[test]
fn a_fetch_is_judged_and_not_the_branch_that_stayed_behind() {
    let book = Book::submitted();
    let folder = crate::support::Folder::new();
    let clone = folder.path().join("clone");
    let url = format!("file://{}", book.repo.path().display());
    let made = Command::new("git").args(["clone", "--quiet", &url]).arg(&clone).output();
    assert!(made.expect("git is installed").status.success());
    book.repo.write("content/windows/freeze.md", FREEZE);
    book.as_person("alice", |book| book.commit("Freeze"));
    let call = ["gate", "--service", "checkout", "--env", "production", "--at", BEFORE];
    assert_eq!(outcome(&clone, &call).0, Some(0), "the clone does not know better");
    let fresh: Vec<&str> = call.iter().copied().chain(["--max-age", "15m"]).collect();
    let (code, text) = outcome(&clone, &fresh);
    assert_eq!(code, Some(11), "{text}");
}

#[test]
fn a_clock_behind_the_head_is_unknown() {
    let book = Book::submitted();
    // The commits of these books are made with dates of their own.
    let ahead = jiff::Timestamp::now().as_second() + 86_400;
    let date = format!("{ahead} +0000");
    let repo = book.repo.path();
    let commit = Command::new("git")
        .args(["-c", "user.name=alice", "-c", "user.email=alice@a.example", "commit", "--quiet"])
        .args(["--no-gpg-sign", "--allow-empty", "-m", "Of tomorrow"])
        .envs([("GIT_COMMITTER_DATE", &date), ("GIT_AUTHOR_DATE", &date)])
        .current_dir(repo)
        .output()
        .expect("git is installed");
    assert!(commit.status.success());
    let (code, answer) = ask(&book, &[]);
    assert_eq!((code, codes(&answer)), (20, vec!["clock-behind"]), "{answer}");
}

/// What lies among the changes could be taken away by whoever it stops: it closes until it stands in its place.
#[test]
fn a_window_among_the_changes_is_none_that_can_be_relied_on() {
    let book = Book::submitted();
    let freeze = FREEZE.replacen("---\n", "---\nkind: window\n", 1);
    for path in ["content/changes/freeze.md", "content/changes/2026/MCM-2026-0001/freeze.md"] {
        book.repo.write(path, &freeze);
        book.as_person("alice", |book| book.commit("Freeze"));
        let (code, answer) = ask(&book, &["--at", "2026-12-01T00:00:00Z"]);
        assert_eq!((code, codes(&answer)), (20, vec!["window-unreadable"]), "{path}: {answer}");
        book.repo.remove(path);
        book.as_person("alice", |book| book.commit("Away"));
    }
}
