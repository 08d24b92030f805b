//! `policy init` and `policy amend`, from a repository without anything to a quorum of two.

use std::process::Command;

use mcmbook::facts::approval::ApprovalStatus;

use super::{as_person, done, run_at};
use crate::approvals::book::{Book, CHANGE, PEOPLE};
use crate::support::{Folder, Repo};

fn key(folder: &Folder, name: &str) -> String {
    let file = folder.path().join(name);
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&file);
    assert!(keygen.output().expect("ssh-keygen is installed").status.success());
    file.display().to_string()
}

fn set_up(repo: &Repo, keys: &Folder, person: &str) {
    for (name, value) in [
        ("user.name", "Ana Ferreira"),
        ("user.email", &format!("{person}@northmere.example")),
        ("gpg.format", "ssh"),
        ("user.signingkey", &format!("{}.pub", key(keys, person))),
    ] {
        repo.git(&["config", name, value]);
    }
}

#[test]
fn a_first_policy_comes_from_gits_settings_and_has_a_pin() {
    let (repo, keys) = (Repo::new(), Folder::new());
    let run = |arguments: &[&str]| run_at(&repo.book(), repo.seconds(), arguments);
    let (code, told) = run(&["policy", "init"]);
    assert_eq!(code, Some(2), "there is no identity: {told}");
    set_up(&repo, &keys, "ana.f");
    let (code, told) = run(&["policy", "init", "--zone", "Europe/Berlin", "--profile", "standard"]);
    assert_eq!(code, Some(0), "{told}");
    let head = repo.head();
    let manifest = "cd policy && sha256sum * | LC_ALL=C sort -k 2 | sha256sum | cut -c -64";
    let mut shell = Command::new("sh");
    let digest = shell.args(["-c", manifest]).current_dir(repo.book()).output().expect("a shell").stdout;
    let digest = String::from_utf8(digest).expect("digits");
    let pin = format!("--trust-root {head} --root-policy sha256:{}\n", digest.trim());
    assert!(told.contains(&pin), "{told}");
    let signers = std::fs::read_to_string(repo.book().join("policy/allowed_signers")).expect("it is there");
    assert!(
        signers.starts_with("ana-f namespaces=\"git\",valid-after=\"20251124Z\" ssh-ed25519 "),
        "{signers}"
    );
    repo.git(&["config", "gpg.ssh.allowedSignersFile", "policy/allowed_signers"]);
    repo.git(&["verify-commit", "HEAD"]);
    let (code, told) = run(&["policy", "show"]);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = run(&["policy", "init"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("the book has a policy already"), "{told}");
}

#[test]
fn an_amendment_counts_with_the_quorum_of_the_old_policy() {
    let book = Book::submitted();
    let (code, told) = as_person(&book, "bob", &["policy", "amend", "-y"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("there is nothing to amend"), "{told}");
    book.policy(1, "", &["alice", "bob", "carol", "dave", "mallory"]);
    let told = done(&book, "bob", &["policy", "amend", "--reason", "A further key.", "-y"]);
    assert!(told.contains("serial = [-1-]{+2+}"), "the serial is raised: {told}");
    assert!(told.contains("Status pending: 1 of 2 policy-admins have signed"), "{told}");
    assert!(told.contains("Next alice or carol or dave: `mcmbook policy amend`"), "{told}");
    assert_eq!(book.repo.git(&["status", "--porcelain"]), "");
    assert_eq!(
        book.repo.git(&["log", "--format=%s", "-2"]),
        "Amend the policy to serial 2\nPolicy: serial 2\n"
    );
    // Nobody signs for the same policy a second time.
    let head = book.repo.head();
    for last in ["-y", "--dry-run"] {
        let (code, told) = as_person(&book, "bob", &["policy", "amend", last]);
        assert_eq!(code, Some(2), "{last}: {told}");
        assert!(told.contains("bob has signed for this policy already (duplicate-principal)"), "{told}");
        assert!(told.contains("still needed: alice or carol or dave"), "{told}");
        assert_eq!(book.repo.head(), head);
    }
    let told = done(&book, "carol", &["policy", "amend", "-y"]);
    assert!(told.contains("Status serial 2 is in force"), "{told}");
    assert_eq!(book.reasons().into_values().flatten().count(), 0);
    done(&book, "carol", &["approve", CHANGE, "-y"]);
    done(&book, "bob", &["approve", CHANGE, "--role", "manager", "-y"]);
    assert_eq!(book.status(), ApprovalStatus::Approved);
}

#[test]
fn whoever_signs_for_a_revocation_sees_what_it_takes_away() {
    let book = Book::submitted();
    let record = book.decide("carol", "reject", "peer");
    let stays = book.decide("bob", "approve", "manager");
    let revocation = format!(
        "[[revocation]]\nkey = \"{}\"\nkind = \"compromised\"\nsince = \"2025-11-25T00:00:00Z\"\n",
        book.fingerprint("carol")
    );
    book.policy(1, &revocation, &["alice", "bob", "carol", "dave"]);
    let told = done(&book, "bob", &["policy", "amend", "--dry-run"]);
    let taken = format!(
        "Records that would not count any more:\n\n  {CHANGE}: reject by carol ({})\n",
        &record[..10]
    );
    assert!(told.contains(&taken) && !told.contains(&stays[..10]), "{told}");
}

#[test]
fn who_is_no_admin_and_a_quorum_that_nobody_reaches_are_refused() {
    let book = Book::submitted();
    book.policy(1, "[[principal]]\nid = \"erin\"\nname = \"Erin\"\nroles = []\n", &PEOPLE);
    let (code, told) = as_person(&book, "mallory", &["policy", "amend", "--as", "erin", "-y"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("erin may not amend the policy (role-not-held)"), "{told}");
    assert!(told.contains("alice, bob, carol, dave"), "{told}");
    let path = book.repo.book().join("policy/policy.toml");
    let text = std::fs::read_to_string(&path).expect("the policy");
    book.repo.write("policy/policy.toml", text.replace("quorum = 2", "quorum = 7"));
    let (head, edited) = (book.repo.head(), book.repo.git(&["status", "--porcelain"]));
    for last in ["-y", "--dry-run"] {
        let (code, told) = as_person(&book, "bob", &["policy", "amend", last]);
        assert_eq!(code, Some(2), "{last}: {told}");
        let why = "the policy can never come into force: 4 with a key that is valid could amend it again";
        assert!(told.contains(why) && told.contains("nothing was committed, and nothing signed"), "{told}");
    }
    // The edit is as it was, with its serial.
    assert_eq!((book.repo.head(), book.repo.git(&["status", "--porcelain"])), (head, edited));
    let text = std::fs::read_to_string(&path).expect("the policy");
    assert!(text.contains("serial = 1\n"), "{text}");
    // Who has no key that is valid could not amend it again.
    book.repo.write("policy/policy.toml", text.replace("quorum = 7", "quorum = 3"));
    book.repo.write("policy/allowed_signers", "");
    let (code, told) = as_person(&book, "bob", &["policy", "amend", "-y"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("0 with a key that is valid could amend it again, and it asks for 3"), "{told}");
}

#[test]
fn a_book_below_the_root_of_its_repository_is_adopted_and_approved() {
    let (repo, keys) = (Repo::with_book_at("docs/changes"), Folder::new());
    let run = |arguments: &[&str]| {
        repo.tick();
        run_at(&repo.book(), repo.seconds(), arguments)
    };
    set_up(&repo, &keys, "ana");
    let (code, told) = run(&["policy", "init"]);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = run(&["approve", "index", "-y"]);
    assert_eq!(code, Some(2), "{told}");
    repo.commit("The book");
    let policy = std::fs::read_to_string(repo.book().join("policy/policy.toml")).expect("the policy");
    let policy = policy.replace("holidays = []", "holidays = [\"2026-01-01\"]");
    let bob = "[[principal]]\nid = \"bob\"\nname = \"Bob\"\nemails = [\"bob@a.example\"]\nroles = []\n";
    repo.write("policy/policy.toml", format!("{policy}\n{bob}"));
    repo.write("../unrelated.txt", "not of the book");
    let (code, told) = run(&["policy", "amend", "-y"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("serial 2 is in force"), "{told}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "?? docs/unrelated.txt\n");
    // What somebody else has written, ana approves.
    repo.write("content/windows/quarter-end.md", "---\ntitle: Quarter end\nowner: ana\n---\n");
    repo.person.replace(Some("bob".to_owned()));
    repo.commit("A window");
    let (code, told) = run(&["approve", "windows/quarter-end", "-y"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("windows/quarter-end is approved"), "{told}");
}
