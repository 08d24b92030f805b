//! The cells of OpenPGP, judged by git and gpg: keys of version 4 by gpg, keys of version 6 by the `pgp` crate.

use pgp::composed::SignedPublicKey;
use pgp::packet::SignatureType;
use pgp::types::KeyVersion;

use super::{Cell, cell, git};
use crate::approvals::book::{Book, PEOPLE};
use crate::support::write;
use crate::threats::forge::{Forged, folded, put, waiting};
use crate::threats::openpgp::{Gpg, adopt};
use crate::threats::packets;

/// What is said against each case.
pub(super) const AGAINST: [(&str, &str); 9] = [
    ("altered payload", "sig-bad"),
    ("unknown key", "key-unknown"),
    ("expired", "key-expired-at-landing"),
    ("revoked", "key-compromised"),
    ("revoked in the policy", "key-retired"),
    ("wrong namespace", "sig-unsupported"),
    ("weak", "sig-algorithm-weak"),
    ("wrong principal", "signer-mismatch"),
    ("missing", "sig-missing"),
];

/// The same for version 6, which has no signatures over SHA-1: what says to be one cannot be read.
pub(super) fn against_version_6() -> Vec<(&'static str, &'static str)> {
    AGAINST.into_iter().map(|(case, code)| (case, if case == "weak" { "sig-bad" } else { code })).collect()
}

/// A record with a signature, or with none, by the key ring of the tools.
fn ask(of: (&'static str, &'static str), book: &Book, gpg: &Gpg, forged: &Forged, signature: &str) -> Cell {
    let taken = gpg.takes(signature, &forged.payload());
    let id = put(book, &forged.bytes());
    let home = gpg.home().display().to_string();
    cell(of, book, &id, vec![("git", git(book, &id, &[("GNUPGHOME", &home)])), ("gpg", taken)])
}

/// A record signed by a key of gpg's, changed afterwards.
fn signed(
    case: &'static str,
    (book, gpg): (&Book, &Gpg),
    key: &str,
    options: &[&str],
    edit: impl FnOnce(&mut Forged),
) -> Cell {
    let mut forged = Forged::approval(book);
    let text = gpg.sign(key, &forged.payload(), options);
    forged.behind = folded("gpgsig", &text);
    edit(&mut forged);
    ask(("version 4", case), book, gpg, &forged, &text)
}

/// A change that waits for somebody whose certificate is in the policy.
fn knowing(person: &str, certificate: &str) -> Book {
    let book = waiting();
    adopt(&book, person, certificate);
    book
}

/// The policy says of a key that it was retired before.
fn retire(book: &Book, key: &str) {
    book.amend(3, |book| {
        let revocation = format!(
            "[[revocation]]\nkey = \"{key}\"\nkind = \"retired\"\nsince = \"2025-11-01T00:00:00Z\"\n"
        );
        book.policy(3, &revocation, &PEOPLE);
    });
}

pub(super) fn version_4() -> Vec<Cell> {
    let with = |algorithm: &str, expires: &str| {
        let gpg = Gpg::new();
        let key = gpg.key("carol", algorithm, expires);
        (knowing("carol", &gpg.certificate(&key)), gpg, key)
    };
    let mut cells = Vec::new();
    for algorithm in ["ed25519", "nistp256", "rsa3072"] {
        let (book, gpg, key) = with(algorithm, "never");
        cells.push(signed("good", (&book, &gpg), &key, &[], |_| {}));
    }
    let (book, gpg, key) = with("ed25519", "never");
    cells.push(signed("altered payload", (&book, &gpg), &key, &[], |forged| {
        forged.message = forged.message.replace("I read it", "I wrote it");
    }));
    let (book, gpg, _) = with("ed25519", "never");
    let stranger = gpg.key("mallory", "ed25519", "never");
    let mut forged = Forged::approval(&book);
    let text = gpg.sign(&stranger, &forged.payload(), &[]);
    forged.behind = folded("gpgsig", &text);
    // For git and gpg a key is unknown that is not in the key ring.
    gpg.run(&["--delete-secret-and-public-key", &stranger]);
    cells.push(ask(("version 4", "unknown key"), &book, &gpg, &forged, &text));
    let (book, gpg, key) = with("ed25519", "2025-11-10");
    let before = ["--faked-system-time=20251105T120000!"];
    cells.push(signed("expired", (&book, &gpg), &key, &before, |_| {}));
    cells.push(revoked());
    let (book, gpg, key) = with("ed25519", "never");
    retire(&book, &key);
    cells.push(signed("revoked in the policy", (&book, &gpg), &key, &[], |_| {}));
    let (book, gpg, key) = with("ed25519", "never");
    cells.push(signed("wrong namespace", (&book, &gpg), &key, &["--textmode"], |_| {}));
    let (book, gpg, key) = with("rsa2048", "never");
    cells.push(signed("weak", (&book, &gpg), &key, &["--digest-algo", "SHA1"], |_| {}));
    let (book, gpg, key) = with("rsa3072", "never");
    let mut forged = Forged::approval(&book);
    let text = packets::sign_in_version_3(&gpg, &key, &forged.payload());
    forged.behind = folded("gpgsig", &text);
    cells.push(ask(("a signature of version 3", "weak"), &book, &gpg, &forged, &text));
    let gpg = Gpg::new();
    let key = gpg.key("bob", "ed25519", "never");
    let book = knowing("bob", &gpg.certificate(&key));
    cells.push(signed("wrong principal", (&book, &gpg), &key, &[], |_| {}));
    let (book, gpg, _) = with("ed25519", "never");
    cells.push(ask(("version 4", "missing"), &book, &gpg, &Forged::approval(&book), ""));
    cells
}

/// A signature from before its key was revoked without a reason.
fn revoked() -> Cell {
    let (book, gpg) = (waiting(), Gpg::new());
    let key = gpg.key("carol", "ed25519", "never");
    let mut certificate = Vec::new();
    let file = gpg.home().join(format!("openpgp-revocs.d/{key}.rev"));
    for line in std::fs::read_to_string(file).expect("gpg writes one").lines() {
        certificate.push(line.trim_start_matches(':').to_owned());
    }
    let from = certificate.iter().position(|line| line.starts_with("-----BEGIN")).expect("an armour");
    let path = gpg.home().join("revocation.asc");
    write(&path, certificate[from..].join("\n") + "\n");
    // The policy's certificate is revoked; the key ring's as soon as the signature is made.
    let with = Gpg::new();
    let plain = gpg.home().join("plain.asc");
    write(&plain, gpg.certificate(&key));
    with.run(&["--import", &plain.display().to_string(), &path.display().to_string()]);
    adopt(&book, "carol", &with.certificate(&key));
    let mut forged = Forged::approval(&book);
    let text = gpg.sign(&key, &forged.payload(), &[]);
    forged.behind = folded("gpgsig", &text);
    ask(("version 4", "revoked"), &book, &with, &forged, &text)
}

pub(super) fn version_6() -> Vec<Cell> {
    let key = packets::key(KeyVersion::V6, 1);
    let other = packets::key(KeyVersion::V6, 2);
    let good = key.to_public_key();
    let make = |case: &'static str, person: &str, public: &SignedPublicKey, text: &dyn Fn(&str) -> String| {
        let certificate = packets::certificate(public);
        let (book, gpg) = (knowing(person, &certificate), Gpg::new());
        let file = gpg.home().join("certificate.asc");
        write(&file, certificate);
        // gpg leaves out what it cannot read.
        let _ = gpg.command(&["--import", &file.display().to_string()]).output();
        if case == "revoked in the policy" {
            retire(&book, &packets::fingerprint(public));
        }
        let mut forged = Forged::approval(&book);
        let signature = text(&forged.payload());
        if !signature.is_empty() {
            forged.behind = folded("gpgsig", &signature);
        }
        if case == "altered payload" {
            forged.message = forged.message.replace("I read it", "I wrote it");
        }
        ask(("version 6", case), &book, &gpg, &forged, &signature)
    };
    let plain = |payload: &str| packets::sign(&key, payload, |_| {});
    vec![
        make("good", "carol", &good, &plain),
        make("altered payload", "carol", &good, &plain),
        make("unknown key", "carol", &good, &|payload| packets::sign(&other, payload, |_| {})),
        make("expired", "carol", &packets::expired(&key), &plain),
        make("revoked", "carol", &packets::revoked(&key), &plain),
        make("revoked in the policy", "carol", &good, &plain),
        make("wrong namespace", "carol", &good, &|payload| {
            packets::sign(&key, payload, |config| config.typ = SignatureType::Text)
        }),
        make("weak", "carol", &good, &|payload| packets::over_sha1(&plain(payload))),
        make("wrong principal", "bob", &good, &plain),
        make("missing", "carol", &good, &|_| String::new()),
    ]
}
