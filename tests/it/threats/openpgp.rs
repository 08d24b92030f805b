//! Rows 27 to 30: what OpenPGP allows and a record may not.

use std::path::Path;
use std::process::Command;

use mcmbook::facts::approval::ApprovalStatus;
use pgp::composed::{SignedPublicKey, SignedSecretKey};
use pgp::types::KeyVersion;

use super::forge::{Forged, codes, folded, last, merge, put, refused, waiting, write_commit};
use super::packets;
use crate::approvals::book::{Book, PEOPLE};
use crate::support::{Folder, write};

/// A key ring of its own.
pub(crate) struct Gpg(Folder);

impl Gpg {
    pub(crate) fn new() -> Gpg {
        Gpg(Folder::new())
    }

    /// Its folder.
    pub(crate) fn home(&self) -> std::path::PathBuf {
        self.0.path()
    }

    /// Runs gpg; gives what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("gpg is installed");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).expect("it is text")
    }

    /// The call, ready to run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("gpg");
        command.args([
            "--batch",
            "--yes",
            "--no-tty",
            "--quiet",
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "",
        ]);
        command.args(arguments).env("GNUPGHOME", self.0.path()).env("LC_ALL", "C");
        command
    }

    /// A key that was made at a moment; gives its fingerprint.
    pub(crate) fn key(&self, name: &str, algorithm: &str, expires: &str) -> String {
        let at = "--faked-system-time=20251101T000000!";
        self.run(&[
            at,
            "--quick-generate-key",
            &format!("{name} <{name}@a.example>"),
            algorithm,
            "sign",
            expires,
        ]);
        let listed = self.run(&["--list-keys", "--with-colons", &format!("{name}@a.example")]);
        let line = listed.lines().find(|line| line.starts_with("fpr:")).expect("it was made");
        line.split(':').nth(9).expect("a fingerprint").to_owned()
    }

    /// Its certificate.
    pub(crate) fn certificate(&self, key: &str) -> String {
        self.run(&["--armor", "--export", key])
    }

    /// A signature over a payload.
    pub(crate) fn sign(&self, key: &str, payload: &str, options: &[&str]) -> String {
        let file = self.0.path().join("payload");
        write(&file, payload);
        let user = format!("{key}!");
        // The last one counts: options may name another time.
        let mut arguments = vec!["--faked-system-time=20251124T120000!"];
        arguments.extend(options);
        arguments.extend(["--armor", "--detach-sign", "--output", "-", "-u", &user]);
        arguments.push(file.to_str().expect("UTF-8"));
        self.run(&arguments)
    }

    /// Whether `gpg --verify` takes a signature over a payload.
    pub(crate) fn takes(&self, signature: &str, payload: &str) -> bool {
        let [sig, over] = [("sig.asc", signature), ("signed", payload)].map(|(name, text)| {
            let file = self.0.path().join(name);
            write(&file, text);
            file.display().to_string()
        });
        self.command(&["--verify", &sig, &over]).output().expect("gpg is installed").status.success()
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        stop(&self.home());
    }
}

/// Ends what serves a folder of GnuPG: it would outlive the folder.
pub(crate) fn stop(home: &Path) {
    let mut kill = Command::new("gpgconf");
    let _ = kill.args(["--kill", "all"]).env("GNUPGHOME", home).output();
}

/// Puts a certificate into the policy, by an amendment.
pub(crate) fn adopt(book: &Book, person: &str, certificate: &str) {
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        book.repo.write(&format!("policy/openpgp/{person}.asc"), certificate);
    });
}

/// A book that waits for carol, whose OpenPGP key is in the policy.
fn with_key(algorithm: &str) -> (Book, Gpg, String) {
    let (book, gpg) = (waiting(), Gpg::new());
    let key = gpg.key("carol", algorithm, "never");
    adopt(&book, "carol", &gpg.certificate(&key));
    (book, gpg, key)
}

/// Keys that gpg makes without a word, and that count for nothing.
fn with_weak_keys() {
    for algorithm in ["rsa1024", "dsa2048"] {
        let (book, gpg, key) = with_key(algorithm);
        let mut forged = Forged::approval(&book);
        forged.behind = folded("gpgsig", &gpg.sign(&key, &forged.payload(), &["--digest-algo", "SHA256"]));
        refused(&book, &forged.bytes(), &["sig-algorithm-weak"]);
    }
    let (book, gpg, key) = with_key("rsa3072");
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &gpg.sign(&key, &forged.payload(), &[]));
    let id = write_commit(&book, &forged.bytes());
    merge(&book, &[&id]);
    assert_eq!(codes(&book, &id), [""; 0]);
}

/// Signatures of version 3, which older tools made: gpg takes them.
fn of_version_3() {
    let (book, gpg, key) = with_key("rsa3072");
    let mut forged = Forged::approval(&book);
    let text = packets::sign_in_version_3(&gpg, &key, &forged.payload());
    assert!(gpg.takes(&text, &forged.payload()), "nothing but its version is against it");
    forged.behind = folded("gpgsig", &text);
    refused(&book, &forged.bytes(), &["sig-algorithm-weak"]);
}

pub(super) fn on_sha1() {
    with_weak_keys();
    of_version_3();
    let (book, gpg, key) = with_key("rsa2048");
    let mut forged = Forged::approval(&book);
    let text = gpg.sign(&key, &forged.payload(), &["--digest-algo", "SHA1"]);
    assert!(gpg.takes(&text, &forged.payload()), "nothing but its hash is against it");
    forged.behind = folded("gpgsig", &text);
    refused(&book, &forged.bytes(), &["sig-algorithm-weak"]);
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &gpg.sign(&key, &forged.payload(), &[]));
    let id = write_commit(&book, &forged.bytes());
    merge(&book, &[&id]);
    assert_eq!(codes(&book, &id), [""; 0]);
    assert_eq!(book.status(), ApprovalStatus::Approved);
}

pub(super) fn subkey_that_may_not() {
    let (key, mallory) = (packets::key(KeyVersion::V4, 1), packets::key(KeyVersion::V4, 3));
    // Mallory's primary key with carol's subkey below it: as carol's own key binds it, and bound by mallory.
    let stolen =
        SignedPublicKey { public_subkeys: key.to_public_key().public_subkeys, ..mallory.to_public_key() };
    let thief = SignedSecretKey { secret_subkeys: key.secret_subkeys.clone(), ..mallory };
    for (what, public, why) in [
        ("no flag", packets::rebound(&key, false, true), "its key may not sign"),
        ("no way back", packets::rebound(&key, true, false), "its key does not sign back to the certificate"),
        ("of another primary", stolen, "its key is not bound to the certificate"),
        ("taken", packets::rebound(&thief, true, true), "its key does not sign back to the certificate"),
    ] {
        let book = waiting();
        adopt(&book, "carol", &packets::certificate(&public));
        let mut forged = Forged::approval(&book);
        forged.behind = folded("gpgsig", &packets::sign(&key, &forged.payload(), |_| {}));
        refused(&book, &forged.bytes(), &["sig-bad"]);
        let found = last(&book);
        assert_eq!(found.verification.expect("it is signed").why.as_deref(), Some(why), "{what}");
    }
    // Bound as it should be, the same subkey signs.
    let book = waiting();
    adopt(&book, "carol", &packets::certificate(&packets::rebound(&key, true, true)));
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &packets::sign(&key, &forged.payload(), |_| {}));
    put(&book, &forged.bytes());
    assert_eq!(book.status(), ApprovalStatus::Approved);
    subkey_of_gpg();
}

/// A subkey that may sign, below a primary that only certifies: people are known by the primary.
fn subkey_of_gpg() {
    let (book, gpg) = (waiting(), Gpg::new());
    let at = "--faked-system-time=20251101T000000!";
    gpg.run(&[at, "--quick-generate-key", "carol <carol@a.example>", "ed25519", "cert", "never"]);
    let listed = gpg.run(&["--list-keys", "--with-colons"]);
    let primary = listed.lines().find(|line| line.starts_with("fpr:")).expect("it was made");
    let primary = primary.split(':').nth(9).expect("a fingerprint").to_owned();
    gpg.run(&[at, "--quick-add-key", &primary, "ed25519", "sign", "never"]);
    let listed = gpg.run(&["--list-keys", "--with-colons"]);
    let subkey = listed.lines().rfind(|line| line.starts_with("fpr:")).expect("it was made");
    let subkey = subkey.split(':').nth(9).expect("a fingerprint").to_owned();
    adopt(&book, "carol", &gpg.certificate(&primary));
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &gpg.sign(&subkey, &forged.payload(), &[]));
    let id = write_commit(&book, &forged.bytes());
    merge(&book, &[&id]);
    assert_eq!(codes(&book, &id), [""; 0], "the subkey signs for the primary");
    let record = last(&book);
    let found = record.verification.expect("it is signed");
    assert_eq!((found.key.as_deref(), record.principal.as_deref()), (Some(primary.as_str()), Some("carol")));
    assert_eq!(found.validity.as_ref().expect("a certificate").signing_key, subkey);
}

pub(super) fn name_of_another() {
    let (book, gpg) = (waiting(), Gpg::new());
    // The certificate says that it is carol's; the file of the policy says that it is dave's.
    let key = gpg.key("carol", "ed25519", "never");
    adopt(&book, "dave", &gpg.certificate(&key));
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &gpg.sign(&key, &forged.payload(), &[]));
    refused(&book, &forged.bytes(), &["signer-mismatch"]);
}

pub(super) fn two_in_one() {
    let (book, gpg, key) = with_key("ed25519");
    let other = gpg.key("other", "ed25519", "never");
    let mut forged = Forged::approval(&book);
    let text = gpg.sign(&key, &forged.payload(), &["-u", &format!("{other}!")]);
    forged.behind = folded("gpgsig", &text);
    refused(&book, &forged.bytes(), &["sig-unsupported"]);
    assert_eq!(book.status(), ApprovalStatus::Unverifiable);
}
