//! Decisions that would not count: nothing is signed, or no branch moves, and what to do is said.

use super::{as_person, done};
use crate::approvals::book::{Book, CHANGE};
use crate::support::Repo;

const RUNBOOK: &str = "content/changes/2026/MCM-2026-0001/runbook.md";

/// The exit code is 2, every part is told, and the branch stays.
fn refused(book: &Book, person: &str, arguments: &[&str], parts: &[&str]) {
    let head = book.repo.head();
    let (code, told) = as_person(book, person, arguments);
    assert_eq!(code, Some(2), "{told}");
    for part in parts {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    assert_eq!(book.repo.head(), head);
}

#[test]
fn what_cannot_count_is_not_signed() {
    let book = Book::submitted();
    let approve = |role: &'static str| ["approve", CHANGE, "--role", role, "--yes"];
    refused(
        &book,
        "alice",
        &approve("manager"),
        &[
            "alice edited it: one cannot approve one's own MCM-2026-0001 (self-approval)",
            "help: ask somebody else",
        ],
    );
    refused(
        &book,
        "carol",
        &approve("manager"),
        &["carol does not hold the role manager (role-not-held)", "carol can decide as peer"],
    );
    refused(&book, "carol", &approve("director"), &["the policy asks for no director", "manager, peer"]);
    refused(&book, "carol", &["approve", "MCM-2026-0002", "-y"], &["did you mean `MCM-2026-0001`?"]);
    refused(&book, "carol", &["approve", "MCM-2026-0001/runbook", "-y"], &["decided on as a whole"]);
    refused(&book, "carol", &["reject", CHANGE, "-y"], &["no reason is given to reject", "--reason"]);
    refused(&book, "carol", &["retract", CHANGE, "-y"], &["carol has decided nothing on MCM-2026-0001"]);
    refused(&book, "carol", &["ratify", CHANGE, "-y"], &["is no emergency: its class is minor"]);
    refused(
        &book,
        "carol",
        &["withdraw", CHANGE, "--reason", "x", "-y"],
        &["carol is neither owner of MCM-2026-0001 nor change manager", "ask alice"],
    );
    refused(&book, "carol", &["approve", CHANGE], &["there is no terminal to ask on", "`--yes`"]);
    refused(
        &book,
        "carol",
        &["approve", CHANGE, "-y", "--reason", "Mcm-Role: director"],
        &["cannot be written"],
    );
    refused(&book, "erin", &["approve", CHANGE, "-y"], &["nobody on the roster", "erin@a.example"]);
    refused(
        &book,
        "erin",
        &["approve", CHANGE, "-y", "--as", "erin"],
        &["erin is nobody on the roster in force"],
    );
}

#[test]
fn a_dirty_tree_and_missing_documents_are_refused() {
    let book = Book::submitted();
    let text = std::fs::read_to_string(book.repo.book().join(RUNBOOK)).expect("the runbook");
    book.repo.write(RUNBOOK, format!("{text} "));
    let approve = ["approve", CHANGE, "-y"];
    refused(
        &book,
        "carol",
        &approve,
        &["MCM-2026-0001 is not as it was committed: runbook.md", "`git restore`"],
    );
    book.repo.write(RUNBOOK, &text);
    book.repo.write("content/changes/2026/MCM-2026-0001/files/plan.csv", "a,b\n");
    refused(&book, "carol", &approve, &["not as it was committed: files/plan.csv"]);
    book.repo.remove("content/changes/2026/MCM-2026-0001/files/plan.csv");
    book.repo.remove(RUNBOOK);
    refused(&book, "carol", &approve, &["not as it was committed: runbook.md"]);
    book.as_person("alice", |book| book.commit("No runbook"));
    refused(
        &book,
        "carol",
        &approve,
        &["has no runbook, which the record would cover (path-missing)", "mcmbook new runbook --for"],
    );
    book.repo.write(RUNBOOK, &text);
    book.as_person("alice", |book| book.commit("The runbook again"));
    done(&book, "carol", &approve);
}

#[test]
fn anything_else_that_is_not_committed_is_refused_too() {
    let book = Book::submitted();
    let approve = ["approve", CHANGE, "-y"];
    let service = "content/services/checkout.md";
    let before = std::fs::read_to_string(book.repo.book().join(service)).expect("the service");
    // No part of the change, and still what its approver reads.
    book.repo.write(service, "---\ntitle: Checkout\nowner: bob\n---\n");
    let told = format!("the work tree is not as it was committed: {service}");
    refused(&book, "carol", &approve, &[&told, "`git stash --include-untracked`", "was not approved"]);
    refused(&book, "carol", &["approve", CHANGE, "--dry-run"], &[&told]);
    book.repo.git(&["add", service]);
    book.repo.write(service, &before);
    refused(&book, "carol", &approve, &[&told]);
    book.repo.git(&["reset", "-q"]);
    // Below the change's folder also what nobody has added, whether it is covered or not.
    let note = "content/changes/2026/MCM-2026-0001/note.txt";
    book.repo.write(note, "Not yet.\n");
    refused(&book, "carol", &approve, &[&format!("not as it was committed: {note}")]);
    book.repo.remove(note);
    // What lies elsewhere and was never added is nobody's version of anything.
    book.repo.write("notes.txt", "Mine.\n");
    done(&book, "carol", &approve);
}

#[test]
fn a_record_by_the_wrong_key_moves_no_branch() {
    let book = Book::submitted();
    let head = book.repo.head();
    let (code, told) = book.as_person("mallory", |book| {
        book.repo.tick();
        let dir = book.repo.book();
        super::run_at(&dir, book.repo.seconds(), &["approve", CHANGE, "--as", "carol", "-y"])
    });
    assert_eq!(code, Some(1), "{told}");
    for part in ["would not count, and no branch was moved", "key-unknown: ", "help: sign with your own key"]
    {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    let (code, told) = as_person(&book, "dave", &["approve", CHANGE, "--as", "carol", "-y"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("signer-mismatch: ") && told.contains("is dave's key"), "{told}");
    assert_eq!(book.repo.head(), head);
}

#[test]
fn signing_that_does_not_work_says_how_to_set_it_up() {
    let book = Book::submitted();
    let head = book.repo.head();
    let (code, told) = book.as_person("carol", |book| {
        book.repo.git(&["config", "user.signingkey", "/nonexistent/key"]);
        super::run_at(&book.repo.book(), book.repo.seconds(), &["approve", CHANGE, "-y"])
    });
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("`git config --global user.signingkey ~/.ssh/id_ed25519.pub`"), "{told}");
    assert_eq!(book.repo.head(), head);
}

#[test]
fn a_dry_run_tells_that_nothing_could_be_signed() {
    let book = Book::submitted();
    let keys = crate::support::Folder::new();
    let policy = std::fs::read_to_string(book.repo.book().join("policy/policy.toml")).expect("the policy");
    let dry = |set_up: &dyn Fn(&Book), arguments: &[&str]| {
        book.as_person("carol", |book| {
            set_up(book);
            let mut command = crate::support::run::program(&book.repo.book());
            command.args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
            command.env("GNUPGHOME", keys.path()).env("SOURCE_DATE_EPOCH", book.repo.seconds().to_string());
            let output = command.output().expect("the program runs");
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (output.status.code(), text(&output.stdout), text(&output.stderr))
        })
    };
    let nothing = |book: &Book| {
        book.repo.git(&["config", "--unset", "user.signingkey"]);
        book.repo.git(&["config", "--unset", "gpg.format"]);
    };
    let no_key = |book: &Book| {
        book.repo.git(&["config", "--unset", "user.signingkey"]);
    };
    let gone = |book: &Book| {
        book.repo.git(&["config", "user.signingkey", "/nonexistent/key.pub"]);
    };
    let cases: [(&dyn Fn(&Book), &str); 3] = [
        (&nothing, "git cannot sign: no signing key is set up"),
        (&no_key, "git cannot sign: no key is named to sign with"),
        (&gone, "git cannot sign: there is no signing key `/nonexistent/key.pub`"),
    ];
    let approve = ["approve", CHANGE, "--role", "peer", "--as", "carol", "--dry-run"];
    for (set_up, why) in cases {
        let (code, shown, told) = dry(set_up, &approve);
        assert_eq!(code, Some(3), "{told}");
        assert!(shown.contains("Approve MCM-2026-0001 as peer"), "what would be signed is shown: {shown}");
        assert!(told.contains(why), "{why}: {told}");
        assert!(told.contains("`git config --global user.signingkey ~/.ssh/id_ed25519.pub`"), "{told}");
        let (code, shown, _) = dry(set_up, &[&approve[..], &["--format", "json"]].concat());
        let told: serde_json::Value = serde_json::from_str(&shown).expect("it is JSON");
        assert_eq!(
            (code, &told["obstacles"][0]["message"].as_str().is_some_and(|m| m.starts_with(why))),
            (Some(3), &true)
        );
        // An amendment likewise.
        book.repo.write("policy/policy.toml", format!("{policy}\n# Read again.\n"));
        let (code, _, told) = dry(set_up, &["policy", "amend", "--as", "carol", "--dry-run"]);
        assert_eq!(code, Some(3), "{told}");
        assert!(told.contains(why), "{why}: {told}");
        book.repo.write("policy/policy.toml", &policy);
    }
    let (code, _, told) = dry(&|_| {}, &approve);
    assert_eq!((code, told.as_str()), (Some(0), ""));
}

#[test]
fn what_stands_against_all_is_told_with_its_remedy() {
    let book = Book::submitted();
    book.repo.write(RUNBOOK, "---\ntitle: Plan\nfor: MCM-2026-0001\n---\n\nOther.\n");
    book.repo.person.replace(Some("stranger".to_owned()));
    book.repo.commit("More");
    let approve = ["approve", CHANGE, "--role", "peer", "-y"];
    let told = done(&book, "carol", &approve);
    let words = "editor stranger@a.example is nobody on the roster";
    for part in [
        format!("  against   editor-unknown: {words}\n"),
        "  mend it   give the address to a person of the roster (`mcmbook policy amend`)".to_owned(),
        format!("warning: it counts for nothing until this is mended: {words}\n"),
    ] {
        assert!(told.contains(&part), "{part} is not in\n{told}");
    }
    let status = done(&book, "carol", &["status", CHANGE]);
    assert!(status.contains(&format!("against    editor-unknown: {words}\n")), "{status}");
    let json = done(&book, "bob", &["approve", CHANGE, "--dry-run", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!(told["preview"]["against"][0], format!("editor-unknown: {words}"));
    assert!(told["preview"]["mend"][0].as_str().is_some_and(|mend| mend.contains("policy amend")), "{json}");
    // Where every edit must be signed, one that nobody signed is named by its commit.
    book.amend(2, |book| {
        book.policy(2, "", &crate::approvals::book::PEOPLE);
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(path).expect("the policy");
        let more = "distinct_principals = 2\nsigned_edits = \"required\"";
        book.repo.write("policy/policy.toml", text.replace("distinct_principals = 2", more));
    });
    book.repo.write(RUNBOOK, "---\ntitle: Plan\nfor: MCM-2026-0001\n---\n\nAnother.\n");
    book.repo.person.replace(Some("dave".to_owned()));
    let commit = book.repo.commit("Not signed");
    let told = done(&book, "carol", &approve);
    let words = format!("commit {} is signed by nobody on the roster", &commit[..12]);
    assert!(told.contains(&format!("  against   editor-unknown: {words}\n")), "{told}");
    assert!(told.contains("  mend it   let somebody on the roster sign the edit before it lands"), "{told}");
    assert!(
        told.contains("until this is mended: editor stranger@a.example is nobody on the roster (and "),
        "{told}"
    );
    // Once nobody stands in its way any more, nothing is said.
    let told = done(&Book::submitted(), "carol", &approve);
    assert!(!told.contains("against") && !told.contains("warning"), "{told}");
}

#[test]
fn a_book_without_policy_or_commit_is_told_how_to_begin() {
    let repo = Repo::new();
    let (code, told) = super::run_at(&repo.book(), repo.seconds(), &["approve", CHANGE, "-y"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("the repository has no commit yet"), "{told}");
    repo.commit("A book");
    let (code, told) = super::run_at(&repo.book(), repo.seconds(), &["approve", CHANGE, "-y"]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("there is no policy on the mainline") && told.contains("mcmbook policy init"),
        "{told}"
    );
}

#[test]
fn what_was_carried_out_is_ratified_as_it_was() {
    let book = Book::submitted();
    let folder = "content/changes/2026/MCM-2026-0001";
    let text =
        std::fs::read_to_string(book.repo.book().join(folder).join("request.md")).expect("the request");
    let emergency = text.replace("slot: {", "class: emergency\nincident: INC-7\nslot: {");
    book.repo.write(&format!("{folder}/request.md"), emergency);
    book.as_person("alice", |book| book.commit("It is an emergency"));
    for person in ["bob", "carol"] {
        done(&book, person, &["authorise", CHANGE, "--incident", "INC-7", "-y"]);
    }
    let message = book.repo.git(&["log", "-1", "--format=%B"]);
    let digest = message.lines().find_map(|line| line.strip_prefix("Mcm-Subject: ")).expect("a subject");
    let execution = format!("---\ntitle: Run\nfor: MCM-2026-0001\nattempt: 1\napproval_set: {digest}\n---\n");
    book.repo.write(&format!("{folder}/execution-1.md"), execution);
    book.as_person("alice", |book| book.commit("Record the execution"));
    book.repo.write(&format!("{folder}/files/readings.csv"), "a,b\n");
    book.as_person("alice", |book| book.commit("Readings"));
    refused(
        &book,
        "bob",
        &["ratify", CHANGE, "-y"],
        &["was carried out as sha256:", "its files have changed since (subject-mismatch)"],
    );
    book.repo.git(&["checkout", "--quiet", "-b", "ratify", "HEAD^"]);
    for person in ["bob", "dave"] {
        done(&book, person, &["ratify", CHANGE, "-y"]);
    }
    book.repo.git(&["checkout", "--quiet", "main"]);
    book.as_person("dave", |book| {
        book.repo.tick();
        book.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge the ratification", "ratify"]);
    });
    assert!(book.status().is_approved());
}
