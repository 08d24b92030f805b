//! The evidence of a change, checked by its own script with git, ssh-keygen and sha256sum.

use std::path::Path;
use std::process::Command;

use crate::approvals::book::{Book, CHANGE, PEOPLE};
use crate::support::run::{outcome, printed};
use crate::support::{Folder, files_below};
use crate::threats::forge::{Forged, folded, merge, waiting, write_commit};
use crate::threats::openpgp::{Gpg, adopt};

/// The evidence of the change, as the command writes it.
pub(crate) fn written(book: &Book) -> Folder {
    let folder = Folder::new();
    let target = folder.path().join("evidence");
    printed(&book.repo.book(), &["evidence", CHANGE, "-d", target.to_str().expect("UTF-8")]);
    folder
}

/// Runs the script; gives whether every check holds, and what it printed.
pub(crate) fn verify(folder: &Path, clone: Option<&Path>) -> (bool, String) {
    let mut command = Command::new("sh");
    command.arg(folder.join("evidence/verify.sh")).args(clone).current_dir("/");
    let output = command.output().expect("there is a shell");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code() == Some(0), text)
}

/// What failed, by the script.
pub(crate) fn failures(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("FAIL  ")).collect()
}

#[test]
fn the_script_agrees_by_itself_and_against_a_clone() {
    let book = Book::approved();
    let folder = written(&book);
    let (is_good, text) = verify(&folder.path(), None);
    assert!(is_good, "{text}");
    assert_eq!(text.matches("Good \"git\" signature for").count(), 2, "{text}");
    let clone = folder.path().join("clone");
    book.repo.git(&["clone", "--quiet", ".", clone.to_str().expect("UTF-8")]);
    let (is_good, text) = verify(&folder.path(), Some(&clone));
    assert!(is_good, "{text}");
    for person in ["bob", "carol"] {
        assert!(text.contains(&format!("git says: G {person} SHA256:")), "{text}");
    }
}

#[test]
fn the_chain_of_amendments_is_part_of_it() {
    let book = Book::submitted();
    book.amend(2, |book| book.policy(2, "", &PEOPLE));
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    let folder = written(&book);
    let clone = folder.path().join("clone");
    book.repo.git(&["clone", "--quiet", ".", clone.to_str().expect("UTF-8")]);
    let (is_good, text) = verify(&folder.path(), Some(&clone));
    assert!(is_good, "{text}");
    assert!(text.contains("policy 2: 2 of the 2 that policy 1 asks for have signed: alice bob"), "{text}");
    // One signature less is too few.
    let script = folder.path().join("evidence/verify.sh");
    let list = std::fs::read_to_string(&script).expect("the script");
    let without = list.lines().filter(|line| !(line.starts_with("votes ") && line.contains(" bob ")));
    std::fs::write(&script, without.collect::<Vec<_>>().join("\n")).expect("the script can be written");
    let (is_good, text) = verify(&folder.path(), None);
    assert!(!is_good);
    assert_eq!(failures(&text), ["policy 2: 1 of the 2 that policy 1 asks for have signed: alice"]);
}

#[test]
fn one_byte_of_any_file_is_noticed_and_named() {
    let book = Book::approved();
    let folder = written(&book);
    let evidence = folder.path().join("evidence");
    let files = files_below(&evidence);
    assert!(
        files.keys().any(|path| path.starts_with("contents/") && path.ends_with("runbook.md")),
        "{files:?}"
    );
    for (path, bytes) in files.iter().filter(|(path, _)| *path != "verify.sh") {
        let mut spoiled = bytes.clone();
        let middle = spoiled.len() / 2;
        spoiled[middle] ^= 1;
        std::fs::write(evidence.join(path), spoiled).expect("it can be written");
        let (is_good, text) = verify(&folder.path(), None);
        assert!(!is_good, "{path} is spoiled: {text}");
        assert!(failures(&text).iter().any(|line| line.contains(path.as_str())), "{path}: {text}");
        std::fs::remove_file(evidence.join(path)).expect("it can be removed");
        assert!(!verify(&folder.path(), None).0, "{path} is gone");
        std::fs::write(evidence.join(path), bytes).expect("it can be written");
    }
    assert!(verify(&folder.path(), None).0);
}

#[test]
fn a_file_that_nothing_names_is_noticed_and_named() {
    let book = Book::approved();
    // A record that does not count lies in the folder as well.
    let message = book.message("bob", "approve", "manager");
    let bad = book.record("mallory", &message);
    let folder = written(&book);
    let evidence = folder.path().join("evidence");
    let files = files_below(&evidence);
    let (is_good, text) = verify(&folder.path(), None);
    assert!(is_good, "{text}");
    let content = files.keys().find_map(|path| path.strip_suffix("/runbook.md")).expect("the runbook");
    let one_of = |start: &str| files.keys().find(|path| path.starts_with(start)).expect(start).clone();
    for path in [
        format!("{content}/files/extra.txt"),
        format!("{content}/post-mortem.md"),
        "extra.txt".to_owned(),
        ".hidden".to_owned(),
        "a name with spaces".to_owned(),
        "policies/2/policy.toml".to_owned(),
        "policies/1/openpgp/bob.asc".to_owned(),
        "records/0000.commit".to_owned(),
        "stamps/1.tst".to_owned(),
        one_of("records/") + "~",
    ] {
        let file = evidence.join(&path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, "more\n").expect("it can be written");
        let (is_good, text) = verify(&folder.path(), None);
        assert!(!is_good, "{path}: {text}");
        assert_eq!(failures(&text), [format!("{path} is named by no manifest and no list")], "{text}");
        std::fs::remove_file(&file).expect("it can be removed");
    }
    // Nor may it be another kind of file, and what does not count stays as it was written.
    std::os::unix::fs::symlink("verify.sh", evidence.join("link")).expect("a link");
    assert_eq!(failures(&verify(&folder.path(), None).1), ["link is named by no manifest and no list"]);
    std::fs::remove_file(evidence.join("link")).expect("it can be removed");
    for ending in ["commit", "payload", "sig"] {
        let path = format!("records/{bad}.{ending}");
        let bytes = std::fs::read(evidence.join(&path)).expect(ending);
        std::fs::write(evidence.join(&path), [&bytes[..], b" "].concat()).expect("it can be written");
        assert_eq!(failures(&verify(&folder.path(), None).1), [path.as_str()]);
        std::fs::remove_file(evidence.join(&path)).expect("it can be removed");
        assert_eq!(failures(&verify(&folder.path(), None).1), [format!("{path} is there")]);
        std::fs::write(evidence.join(&path), bytes).expect("it can be written");
    }
    // The page of the site about the folder is told, and not held against anything.
    std::fs::write(evidence.join("index.html"), "<p>").expect("it can be written");
    let (is_good, text) = verify(&folder.path(), None);
    assert!(is_good && text.contains("index.html is the page of the site about this folder"), "{text}");
}

#[test]
fn what_the_script_says_of_a_record_is_what_was_signed() {
    let book = Book::approved();
    let folder = written(&book);
    let (_, text) = verify(&folder.path(), None);
    for told in ["ok    approve as peer by carol, ", "ok    approve as manager by bob, "] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let script = folder.path().join("evidence/verify.sh");
    let whole = std::fs::read_to_string(&script).expect("the script");
    let line = whole.lines().find(|line| line.starts_with("record approve ") && line.ends_with(" peer"));
    let line = line.expect("carol's record");
    let id = line.split(' ').nth(2).expect("its commit");
    // The files are as they were signed: only what is said of them is otherwise.
    for (otherwise, failed) in [
        (
            line.replace("record approve ", "record reject "),
            format!("reject as peer by carol, {}: what is signed decides so", &id[..12]),
        ),
        (
            line.replace(" peer", " manager"),
            format!("approve as manager by carol, {}: what is signed names manager", &id[..12]),
        ),
        (
            line.replace(" peer", " -"),
            format!("approve by carol, {}: what is signed names no role", &id[..12]),
        ),
    ] {
        std::fs::write(&script, whole.replace(line, &otherwise)).expect("the script can be written");
        let (is_good, text) = verify(&folder.path(), None);
        assert!(!is_good, "{text}");
        assert_eq!(failures(&text), [failed.as_str()], "{text}");
    }
}

#[test]
fn another_repository_and_another_pin_are_refused() {
    let book = Book::approved();
    let folder = written(&book);
    let other = Book::approved();
    let (is_good, text) = verify(&folder.path(), Some(&other.repo.path()));
    assert!(!is_good);
    assert!(failures(&text).contains(&"the trust root is on the mainline of HEAD"), "{text}");
    let mut command = Command::new("sh");
    command.arg(folder.path().join("evidence/verify.sh")).env("MCMBOOK_TRUST_ROOT", other.root());
    let output = command.output().expect("there is a shell");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(failures(&text), ["the trust root is the one that you pinned"]);
}

#[test]
fn a_change_without_records_has_none() {
    let book = Book::submitted();
    let (code, told) = outcome(&book.repo.book(), &["evidence", CHANGE]);
    assert_eq!(code, Some(2));
    assert!(told.contains("there is no evidence for MCM-2026-0001: no record of it has landed"), "{told}");
}

#[test]
fn an_openpgp_signature_is_checked_by_the_certificate_of_the_policy() {
    let (book, gpg) = (waiting(), Gpg::new());
    let key = gpg.key("carol", "ed25519", "never");
    adopt(&book, "carol", &gpg.certificate(&key));
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &gpg.sign(&key, &forged.payload(), &[]));
    let id = write_commit(&book, &forged.bytes());
    merge(&book, &[&id]);
    let folder = written(&book);
    let (is_good, text) = verify(&folder.path(), Some(&book.repo.path()));
    assert!(is_good, "{text}");
    assert!(text.contains("ok    approve as peer by carol"), "{text}");
    assert!(text.contains("the signature is by the certificate of carol in policy 2"), "{text}");
    let signature = folder.path().join(format!("evidence/records/{id}.sig"));
    let other = gpg.sign(&key, "something else", &[]);
    std::fs::write(&signature, other).expect("it can be written");
    let (is_good, text) = verify(&folder.path(), None);
    assert!(!is_good);
    let told = format!(
        "approve as peer by carol, {}: the signature is by the certificate of carol in policy 2",
        &id[..12]
    );
    assert!(failures(&text).contains(&told.as_str()), "{text}");
}
