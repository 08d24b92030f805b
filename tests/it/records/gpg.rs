//! A person who signs with OpenPGP, by gpg.

use std::path::Path;
use std::process::Command;

use mcmbook::facts::approval::ApprovalStatus;

use super::done;
use crate::approvals::book::{Book, CHANGE, PEOPLE};
use crate::support::Folder;

fn gpg(home: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("gpg");
    command.args(["--batch", "--quiet", "--homedir"]).arg(home).args(arguments);
    let output = command.output().expect("gpg runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_person_with_a_gpg_key_approves_with_the_same_command() {
    if Command::new("gpg").arg("--version").output().is_err() {
        return;
    }
    let home = Folder::new();
    let mut mode = Command::new("chmod");
    assert!(mode.arg("700").arg(home.path()).status().expect("chmod").success());
    let path = home.path();
    // The clock of the commits of a test stands in 2025.
    let key = ["--faked-system-time", "20250101T000000", "--passphrase", "", "--quick-generate-key"];
    gpg(&path, &[&key[..], &["Erin <erin@a.example>", "ed25519", "sign", "never"]].concat());
    let book = Book::submitted();
    book.repo.write("policy/openpgp/erin.asc", gpg(&path, &["--armor", "--export", "erin@a.example"]));
    let erin =
        "[[principal]]\nid = \"erin\"\nname = \"Erin\"\nemails = [\"erin@a.example\"]\nroles = [\"manager\"]";
    book.policy(2, erin, &PEOPLE);
    book.as_person("alice", |book| book.commit("Erin is new"));
    for admin in ["alice", "bob"] {
        done(&book, admin, &["policy", "amend", "-y"]);
    }
    let wrapper = path.join("gpg-as-erin");
    // A signature has a time of its own: that of the commits.
    let at = book.repo.seconds();
    let script = format!(
        "#!/bin/sh\nexec gpg --faked-system-time {at} --batch --homedir '{}' \"$@\"\n",
        path.display()
    );
    std::fs::write(&wrapper, script).expect("a script");
    assert!(Command::new("chmod").arg("+x").arg(&wrapper).status().expect("chmod").success());
    done(&book, "carol", &["approve", CHANGE, "-y"]);
    let (code, told) = book.as_person("erin", |book| {
        book.repo.git(&["config", "gpg.format", "openpgp"]);
        book.repo.git(&["config", "user.signingkey", "erin@a.example"]);
        book.repo.git(&["config", "gpg.program", &wrapper.display().to_string()]);
        book.repo.tick();
        let run = |last| super::run_at(&book.repo.book(), book.repo.seconds(), &["approve", CHANGE, last]);
        let (code, told) = run("--dry-run");
        assert_eq!(code, Some(0), "gpg has the key: {told}");
        run("-y")
    });
    let _ = Command::new("gpgconf").arg("--homedir").arg(&path).args(["--kill", "all"]).output();
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(book.status(), ApprovalStatus::Approved);
}
