//! Rules of other groups that need records and landed history: each is silent before a story and told after it.

use std::collections::BTreeSet;
use std::sync::Arc;

use mcmbook::analysis::analyze;
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use mcmbook::inputs::profile::Profile;
use mcmbook::memo::Memo;
use mcmbook::verdicts::lint::{Check, RULES};

use super::book::{Book, CHANGE, FOLDER, PEOPLE};

/// Judged as strictly as can be, at a moment.
fn told(book: &Book, as_of: &str) -> BTreeSet<&'static str> {
    let options = LoadOptions {
        dir: book.repo.book(),
        as_of: AsOf::At(as_of.parse().expect("an instant")),
        profile: Some(Profile::Regulated),
        ..LoadOptions::default()
    };
    let inputs = workspace::load(&options).expect("the book loads").inputs;
    let findings = analyze(Arc::new(inputs), &Memo::forgetful()).findings;
    findings.iter().map(|finding| finding.diagnostic.code.0).collect()
}

/// A moment after all commits, before the slot.
const SOON: &str = "2025-12-01T00:00:00Z";

/// A rule, the moment of judging, what stands before it is told, and what makes it be told.
type Story = (&'static str, &'static str, fn(&Book), fn(&Book));

pub(super) fn approve(book: &Book) {
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
}

fn amended(book: &Book, more: &str) {
    book.amend(2, |book| book.policy(2, more, &PEOPLE));
}

/// Lands an execution record that cites what stands.
pub(super) fn execute(book: &Book, started: &str, operator: &str) {
    let message = book.message("dave", "approve", "manager");
    let digest = message.lines().find_map(|line| line.strip_prefix("Mcm-Subject: ")).expect("a digest");
    let record = format!(
        "---\nfor: MCM-2026-0001\nattempt: 1\napproval_set: {digest}\nstarted: {started}\noperator: {operator}\n\
         outcome: implemented\n---\n\n## Steps\n\nDone.\n"
    );
    book.repo.write(&format!("{FOLDER}/execution-1.md"), record);
    book.as_person("dave", |book| book.commit("Record the execution"));
}

fn emergency(book: &Book, started: &str) {
    amended(
        book,
        "[class.emergency]\ncovers = [\"request\", \"runbook\"]\nauthorise = [{ role = \"manager\", min = 2 }]\n",
    );
    let path = format!("{FOLDER}/request.md");
    let request = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    book.repo
        .write(&path, request.replace("owner: alice", "owner: alice\nclass: emergency\nincident: INC-1"));
    book.as_person("alice", |book| book.commit("An emergency"));
    execute(book, started, "dave");
}

/// Long before anything was approved, and long after.
const EARLY: &str = "2025-11-24T16:00:00Z";
pub(super) const LATE: &str = "2025-11-24T20:00:00Z";

fn guide(book: &Book, version: &str) {
    let text = format!(
        "---\ntitle: Roles\nversion: {version}\nchapter: roles\nacknowledge: [shop]\n---\n\n# Roles\n\nText.\n"
    );
    book.repo.write("content/process/roles.md", text);
    book.as_person("alice", |book| book.commit("A chapter"));
}

/// Somebody signs that they have read something.
fn acknowledge(book: &Book, person: &str, document: &str, covers: &str, file: &str) {
    use mcmbook::facts::approval::subject::Manifest;
    use mcmbook::text::ContentHash;
    let path = match covers.is_empty() {
        true => format!("content/{document}.md"),
        false => format!("{FOLDER}/{file}"),
    };
    let bytes = std::fs::read(book.repo.book().join(path)).expect("it is there");
    let digest = Manifest::of([(file.to_owned(), ContentHash::of(&bytes))]).expect("a plain name").digest();
    let root = book.root();
    let covers = if covers.is_empty() { String::new() } else { format!("Mcm-Covers: {covers}\n") };
    let message = format!(
        "Acknowledge {document}\n\nRead.\n\nMcm-Record: v1\nMcm-Decision: acknowledge\nMcm-Meaning: I read it.\n\
         Mcm-Document: {document}\n{covers}Mcm-Subject: sha256:{digest}\nMcm-Context: test\n\
         Mcm-Trust-Root: {root}\nMcm-Signer: {person}\n"
    );
    book.record(person, &message);
}

/// Lands a window over the service, in place of the one of that name.
fn window(book: &Book, name: &str, start: &str, end: &str, kind: &str) {
    let text = format!(
        "---\ntitle: Window\nowner: alice\ntype: {kind}\nlevel: hard\nreason: business\ntz: UTC\n\
         start: {start}\nend: {end}\nscope: {{services: [checkout]}}\n---\n"
    );
    book.repo.write(&format!("content/windows/{name}.md"), text);
    book.as_person("alice", |book| book.commit("A window"));
}

fn approve_exception(book: &Book) {
    use mcmbook::facts::approval::subject::Manifest;
    use mcmbook::text::ContentHash;
    let bytes = std::fs::read(book.repo.book().join(format!("{FOLDER}/exception.md"))).expect("it is there");
    let manifest = Manifest::of([("exception.md".to_owned(), ContentHash::of(&bytes))]);
    let digest = manifest.expect("a plain name").digest();
    let root = book.root();
    let message = format!(
        "approve {CHANGE}\n\nRead.\n\nMcm-Record: v1\nMcm-Decision: approve\nMcm-Role: manager\n\
         Mcm-Meaning: I read it.\nMcm-Document: {CHANGE}\nMcm-Covers: exception\nMcm-Subject: sha256:{digest}\n\
         Mcm-Context: test\nMcm-Trust-Root: {root}\nMcm-Signer: bob\n"
    );
    book.record("bob", &message);
}

const STORIES: [Story; 13] = [
    (
        "MCM124",
        SOON,
        |_| {},
        |book| amended(book, "submit_lead = { open = \"300d\", soft = \"300d\", hard = \"300d\" }"),
    ),
    // Ten business days: from Monday 24 November to Monday 8 December.
    ("MCM137", "2025-12-09T00:00:00Z", approve, |book| {
        book.repo.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    }),
    (
        "MCM401",
        SOON,
        |book| {
            approve(book);
            execute(book, LATE, "dave");
        },
        |book| {
            let path = format!("{FOLDER}/execution-1.md");
            let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the record");
            book.repo.write(&path, text.replace(LATE, EARLY));
            book.as_person("dave", |book| book.commit("It began earlier"));
        },
    ),
    (
        "MCM420",
        SOON,
        |book| {
            amended(book, "exclude_operators = true");
            approve(book);
            execute(book, LATE, "dave");
        },
        |book| {
            let path = format!("{FOLDER}/execution-1.md");
            let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the record");
            book.repo.write(&path, text.replace("operator: dave", "operator: bob"));
            book.as_person("dave", |book| book.commit("It was bob"));
        },
    ),
    ("MCM424", SOON, |_| {}, |book| emergency(book, "2025-11-20T16:00:00Z")),
    // A hard freeze over the slot that begins after the approvals, and then one that began before them.
    (
        "MCM615",
        SOON,
        |book| {
            approve(book);
            window(book, "freeze", "2026-06-19T00:00", "2026-06-22T00:00", "freeze");
        },
        |book| window(book, "freeze", "2025-11-01T00:00", "2026-06-22T00:00", "freeze"),
    ),
    (
        "MCM618",
        SOON,
        |book| {
            amended(book, "[subject.window]\nrequire = [{ role = \"manager\", min = 1 }]\n");
            window(book, "freeze", "2026-06-19T00:00", "2026-06-22T00:00", "freeze");
            window(book, "freeze", "2026-06-18T00:00", "2026-06-23T00:00", "freeze");
        },
        |book| window(book, "freeze", "2026-06-19T00:00", "2026-06-21T00:00", "freeze"),
    ),
    // One exception with a limit of none.
    (
        "MCM623",
        SOON,
        |book| {
            amended(
                book,
                "[limits]\nexceptions_per_window = 0\n[subject.exception]\n\
                 require = [{ role = \"manager\", min = 1 }]\n",
            );
            window(book, "freeze", "2026-06-19T00:00", "2026-06-22T00:00", "freeze");
            let text = "---\ntitle: Exception\nowner: alice\nwindow: freeze\nfor: MCM-2026-0001\n\
                        expires: 2026-06-21T00:00:00Z\nscope: {services: [checkout]}\nreason: Needed.\n\
                        compensating: [Two people.]\n---\n";
            book.repo.write(&format!("{FOLDER}/exception.md"), text);
            book.as_person("alice", |book| book.commit("Ask for an exception"));
        },
        |book| approve_exception(book),
    ),
    (
        "MCM621",
        SOON,
        |book| {
            amended(book, "[criteria.major]\nrestricted_window = false\n");
            approve(book);
        },
        |book| {
            let window = "---\ntitle: Close\nowner: alice\ntype: restricted\ntz: UTC\nstart: 2026-06-19T00:00\n\
                          end: 2026-06-22T00:00\nlevel: soft\nscope: {services: [checkout]}\nreason: Quarter end.\n---\n";
            book.repo.write("content/windows/close.md", window);
            book.as_person("dave", |book| book.commit("Restrict the week"));
        },
    ),
    (
        "MCM908",
        SOON,
        |book| {
            let people = "[[principal]]\nid = \"erin\"\nname = \"erin\"\nteam = \"shop\"\nroles = [\"manager\"]\n\
                          [[team]]\nid = \"shop\"\nname = \"Shop\"\n";
            book.amend(2, |book| {
                book.policy(2, people, &PEOPLE);
                let roster = book.repo.book().join("policy/allowed_signers");
                let signers = std::fs::read_to_string(&roster).expect("it is there");
                let key = std::fs::read_to_string(book.key("mallory").with_extension("pub")).expect("a key");
                std::fs::write(&roster, format!("{signers}erin namespaces=\"git\" {key}")).expect("written");
            });
            guide(book, "'1'");
            // Erin is of the team, and signs with the key that is hers.
            let read = |book: &Book| acknowledge(book, "mallory", "process/roles", "", "process/roles");
            let message_of = |book: &Book| book.repo.git(&["log", "-1", "--format=%B"]);
            read(book);
            let message = message_of(book).replace("Mcm-Signer: mallory", "Mcm-Signer: erin");
            book.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
            book.record("mallory", message.trim_end());
        },
        |book| guide(book, "'2'"),
    ),
    (
        "MCM233",
        SOON,
        |book| {
            let runbook = "---\ntitle: Plan\nfor: MCM-2026-0001\nroles: {scribe: {who: dave}}\n---\n";
            book.repo.write(&format!("{FOLDER}/runbook.md"), runbook);
            book.as_person("bob", |book| book.commit("Who writes"));
            acknowledge(book, "dave", "MCM-2026-0001", "runbook", "runbook.md");
            acknowledge(book, "alice", "MCM-2026-0001", "runbook", "runbook.md");
        },
        |book| {
            let runbook = "---\ntitle: Plan\nfor: MCM-2026-0001\nroles: {scribe: {who: bob}}\n---\n";
            book.repo.write(&format!("{FOLDER}/runbook.md"), runbook);
            book.as_person("bob", |book| book.commit("Somebody else writes"));
        },
    ),
    (
        "MCM910",
        SOON,
        |book| {
            approve(book);
            execute(book, LATE, "dave");
        },
        |book| {
            book.repo.write(&format!("{FOLDER}/runbook.md"), "---\ntitle: Plan B\nfor: MCM-2026-0001\n---\n");
            book.as_person("alice", |book| book.commit("As it was"));
        },
    ),
    (
        "MCM914",
        SOON,
        |book| {
            approve(book);
            execute(book, LATE, "dave");
        },
        |book| {
            book.repo.remove(&format!("{FOLDER}/runbook.md"));
            book.as_person("alice", |book| book.commit("Tidy up"));
        },
    ),
];

#[test]
fn each_rule_is_silent_before_its_story_and_told_after_it() {
    for (code, as_of, before, after) in STORIES {
        let book = Book::submitted();
        before(&book);
        let silent = told(&book, as_of);
        assert!(!silent.contains(code), "{code} before its story: {silent:?}, {:?}", book.reasons());
        after(&book);
        let told = told(&book, as_of);
        assert!(told.contains(code), "{code} after its story: {told:?}, {:?}", book.reasons());
    }
    let judged = RULES.iter().filter(|rule| matches!(rule.check, Check::Ledger(_))).map(|rule| rule.code.0);
    let judged = judged.filter(|code| !code.starts_with("MCM8"));
    let missing: Vec<&str> = judged.filter(|code| !STORIES.iter().any(|(told, ..)| told == code)).collect();
    assert!(missing.is_empty(), "nothing tells {missing:?}");
}
