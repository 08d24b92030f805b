//! Decisions that count: what is written, and what becomes of the status.

use mcmbook::facts::approval::ApprovalStatus;

use super::{as_person, done};
use crate::approvals::book::{Book, CHANGE};

const FOLDER: &str = "content/changes/2026/MCM-2026-0001";

#[test]
fn two_people_approve_with_one_command_each() {
    let book = Book::submitted();
    let parent = book.repo.head();
    let told =
        done(&book, "carol", &["approve", CHANGE, "--role", "peer", "--reason", "Read it all.", "--yes"]);
    assert!(told.contains("MCM-2026-0001 is in-review: waits for manager"), "{told}");
    let raw = book.repo.git(&["cat-file", "commit", "HEAD"]);
    let (header, message) = raw.split_once("\n\n").expect("a commit has a message");
    let root = book.repo.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let manifest = "sha256sum request.md runbook.md | LC_ALL=C sort -k 2 | sha256sum | cut -c -64";
    let mut shell = std::process::Command::new("sh");
    let digest = shell.args(["-c", manifest]).current_dir(book.repo.book().join(FOLDER)).output();
    let digest = String::from_utf8(digest.expect("there is a shell").stdout).expect("digits");
    let expected = format!(
        "Approve MCM-2026-0001 as peer\n\nRead it all.\n\nMcm-Record: v1\nMcm-Decision: approve\nMcm-Role: peer\n\
         Mcm-Meaning: I reviewed the plan, the rollback and the risk class; I approve execution in the stated slot.\n\
         Mcm-Document: MCM-2026-0001\nMcm-Covers: request, runbook\nMcm-Subject: sha256:{}\nMcm-Context: test\n\
         Mcm-Trust-Root: {}\nMcm-Signer: carol\n",
        digest.trim(),
        root.trim()
    );
    assert_eq!(message, expected);
    let names: Vec<&str> = header.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names[..5], ["tree", "parent", "author", "committer", "gpgsig"]);
    let of = |name: &str| header.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
    assert_eq!(of("author "), of("committer "), "one identity, one date");
    assert_eq!(of("parent "), Some(parent.clone()));
    assert_eq!(book.repo.git(&["rev-parse", "HEAD^{tree}"]), book.repo.git(&["rev-parse", "HEAD^^{tree}"]));
    assert_eq!(book.repo.git(&["status", "--porcelain"]), "");
    book.repo.git(&["config", "gpg.ssh.allowedSignersFile", "policy/allowed_signers"]);
    book.repo.git(&["verify-commit", "HEAD"]);

    let told = done(&book, "bob", &["approve", CHANGE, "--yes"]);
    assert!(told.contains("Approve MCM-2026-0001 as manager"), "the role that is open is found: {told}");
    assert_eq!(book.status(), ApprovalStatus::Approved);
    assert_eq!(book.reasons().into_values().flatten().count(), 0);
}

#[test]
fn hooks_and_settings_of_commits_have_no_say() {
    let book = Book::submitted();
    for hook in ["pre-commit", "commit-msg", "prepare-commit-msg", "post-commit"] {
        let file = book.repo.path().join(".git/hooks").join(hook);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder for hooks");
        std::fs::write(&file, "#!/bin/sh\nexit 1\n").expect("a hook");
        let mut mode = std::process::Command::new("chmod");
        assert!(mode.arg("+x").arg(&file).status().expect("chmod").success());
    }
    for (key, value) in
        [("i18n.commitEncoding", "ISO-8859-1"), ("core.editor", "false"), ("commit.template", "/nonexistent")]
    {
        book.repo.git(&["config", key, value]);
    }
    done(&book, "carol", &["approve", CHANGE, "--role", "peer", "--reason", "Geprüft ✓", "--yes"]);
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "--yes"]);
    assert_eq!(book.status(), ApprovalStatus::Approved);
}

#[test]
fn a_rejection_stands_until_its_signer_approves_or_takes_it_back() {
    let book = Book::submitted();
    let told = done(&book, "bob", &["reject", CHANGE, "--reason", "No way back.", "--role", "manager", "-y"]);
    assert!(told.contains("is rejected: rejected by bob"), "{told}");
    done(&book, "carol", &["approve", CHANGE, "-y"]);
    assert_eq!(book.status(), ApprovalStatus::Rejected);
    done(&book, "bob", &["retract", CHANGE, "-y"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "-y"]);
    assert_eq!(book.status(), ApprovalStatus::Approved);
    done(&book, "bob", &["retract", CHANGE, "-y"]);
    assert_eq!(book.status(), ApprovalStatus::InReview, "the approval was the newest record");
    let told = done(&book, "alice", &["withdraw", CHANGE, "--reason", "Not needed any more.", "-y"]);
    assert!(told.contains("is withdrawn: withdrawn by alice"), "{told}");
    let (code, told) = as_person(&book, "dave", &["approve", CHANGE, "-y"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("MCM-2026-0001 was withdrawn"), "{told}");
}

#[test]
fn an_edit_is_shown_word_by_word_and_signed_anew() {
    let book = Book::submitted();
    done(&book, "carol", &["approve", CHANGE, "-y"]);
    let (code, told) = as_person(&book, "carol", &["approve", CHANGE, "-y", "--role", "peer"]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("carol has approved MCM-2026-0001 as it stands already (duplicate-principal)"),
        "{told}"
    );
    let path = format!("{FOLDER}/request.md");
    let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    book.repo.write(&path, text.replace("Text.", "Better text."));
    book.as_person("alice", |book| book.commit("A better text"));
    let told = done(&book, "carol", &["approve", CHANGE, "--again", "-y"]);
    assert!(told.contains("Changed since your own approval in "), "{told}");
    assert!(told.contains("[-Text.-]{+Better text.+}"), "{told}");
    assert!(!told.contains("  runbook.md\n    "), "what is the same is not shown: {told}");
    done(&book, "bob", &["approve", CHANGE, "-y"]);
    assert_eq!(book.status(), ApprovalStatus::Approved);
}

/// Whether a value is of the published schema of decisions.
fn is_of_schema(told: &serde_json::Value) -> bool {
    let schema = crate::support::run::printed(&std::env::temp_dir(), &["schema", "--decision"]);
    let schema = serde_json::from_str(&schema).expect("it is JSON");
    assert!(!crate::approvals::status::is_valid(&schema, &serde_json::Value::Null));
    crate::approvals::status::is_valid(&schema, told)
}

#[test]
fn a_dry_run_and_json_say_everything_and_sign_nothing() {
    let book = Book::submitted();
    let head = book.repo.head();
    let told = done(&book, "carol", &["approve", CHANGE, "--dry-run", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&told).expect("it is JSON");
    assert!(is_of_schema(&told), "{told}");
    assert_eq!((&told["schema"], &told["done"], &told["dry_run"]), (&1.into(), &false.into(), &true.into()));
    assert_eq!(told["preview"]["role"], "peer");
    assert_eq!(told["preview"]["files"][1]["path"], "runbook.md");
    assert!(told["preview"]["key"].as_str().expect("the key is known").starts_with("SHA256:"));
    assert_eq!(book.repo.head(), head);
    let told = done(&book, "carol", &["approve", CHANGE, "-y", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&told).expect("it is JSON");
    assert!(is_of_schema(&told), "{told}");
    assert_eq!(told["commit"], book.repo.head());
    assert_eq!(told["after"]["open"][0], "manager");
    let (code, told) = as_person(&book, "alice", &["approve", CHANGE, "-y", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&told).expect("it is JSON");
    assert!(is_of_schema(&told), "{told}");
    assert_eq!((code, &told["obstacles"][0]["code"]), (Some(2), &"self-approval".into()));
}

#[test]
fn an_emergency_is_authorised_by_two_and_ratified() {
    let book = Book::submitted();
    let path = format!("{FOLDER}/request.md");
    let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    let of_incident = "slot: {";
    let text = text.replace(of_incident, "class: emergency\nincident: INC-7\nslot: {");
    book.repo.write(&path, text);
    book.as_person("alice", |book| book.commit("It is an emergency"));
    let (code, told) = as_person(&book, "bob", &["authorise", CHANGE, "-y"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("an authorisation names the incident"), "{told}");
    let (code, told) = as_person(&book, "bob", &["authorise", CHANGE, "--incident", "INC-9", "-y"]);
    assert_eq!(code, Some(2));
    assert!(told.contains(&format!("{CHANGE} answers INC-7, and not INC-9")), "{told}");
    done(&book, "bob", &["authorise", CHANGE, "--incident", "INC-7", "-y"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
    let told = done(&book, "carol", &["authorise", CHANGE, "--incident", "INC-7", "-y"]);
    assert!(told.contains("is authorised: authorised by bob and carol"), "{told}");
    for person in ["bob", "dave"] {
        done(&book, person, &["ratify", CHANGE, "-y"]);
    }
    assert_eq!(book.status(), ApprovalStatus::Approved);
}

#[test]
fn documents_are_acknowledged_reviewed_and_approved() {
    let book = Book::submitted();
    book.repo.write("content/windows/quarter-end.md", "---\ntitle: Quarter end\nowner: alice\n---\n");
    book.repo.write(
        &format!("{FOLDER}/post-mortem.md"),
        "---\ntitle: After\nfor: MCM-2026-0001\nowner: alice\n---\n",
    );
    book.as_person("alice", |book| book.commit("A window and a post-mortem"));
    done(&book, "carol", &["acknowledge", "MCM-2026-0001/runbook", "-y"]);
    assert!(book.repo.git(&["log", "-1", "--format=%B"]).contains("Mcm-Covers: runbook\n"));
    done(&book, "carol", &["acknowledge", "content/services/checkout.md", "-y"]);
    done(&book, "carol", &["review", CHANGE, "-y"]);
    assert!(book.repo.git(&["log", "-1", "--format=%B"]).contains("Mcm-Covers: post-mortem\n"));
    let (code, told) = as_person(&book, "alice", &["review", CHANGE, "-y"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("alice edited it: one cannot approve one's own"), "{told}");
    let told = done(&book, "carol", &["approve", "windows/quarter-end", "-y"]);
    assert!(told.contains("windows/quarter-end is approved"), "{told}");
    assert_eq!(book.reasons().into_values().flatten().count(), 0);
}
