//! The cells of X.509: openssl is asked, with the roots of the policy.

use std::process::Command;

use super::{Cell, cell, git};
use crate::approvals::book::Book;
use crate::stamps::authority::{Authority, P256};
use crate::stamps::certified::{DAVE, MAIL, approve, approve_by, bytes, fingerprint, root, waiting};
use crate::stamps::maker::{Hashed, Recipe};
use crate::stamps::revoked::list;
use crate::support::{Folder, write};
use crate::threats::forge::{Forged, put};
use crate::threats::openpgp::stop;

/// What is said against each case, where its code is not `sig-unsupported`.
pub(super) const AGAINST: [(&str, &str); 9] = [
    ("altered payload", "sig-bad"),
    ("nobody's", "key-unknown"),
    ("revoked by its issuer", "key-retired"),
    ("revoked in the policy", "key-compromised"),
    ("root of the same name", "sig-bad"),
    ("weak", "sig-algorithm-weak"),
    ("weak hash", "sig-algorithm-weak"),
    ("wrong principal", "signer-mismatch"),
    ("missing", "sig-missing"),
];

/// When the time stamps of these records say that they were there.
const SEEN: &str = "2025-11-24T19:00:00Z";

/// Whether `openssl cms -verify` takes the signature of a commit.
fn openssl(book: &Book, id: &str) -> bool {
    let raw = String::from_utf8(bytes(book, id)).expect("text");
    let (header, message) = raw.split_once("\n\n").expect("a commit");
    let is_signed = |line: &&str| line.starts_with("gpgsig ") || line.starts_with(' ');
    let armour: Vec<&str> =
        header.lines().filter(is_signed).map(|line| line.trim_start_matches("gpgsig ").trim()).collect();
    let rest: Vec<&str> = header.lines().filter(|line| !is_signed(line)).collect();
    let folder = book.repo.path().join(".git");
    write(&folder.join("sig.pem"), armour.join("\n").replace("SIGNED MESSAGE", "CMS") + "\n");
    write(&folder.join("payload"), format!("{}\n\n{message}", rest.join("\n")));
    let at: jiff::Timestamp = SEEN.parse().expect("an instant");
    let mut command = Command::new("openssl");
    command.args(["cms", "-verify", "-binary", "-inform", "PEM", "-in", "sig.pem", "-content", "payload"]);
    command.arg("-CAfile").arg(book.repo.book().join("policy/ca/people.pem"));
    command.args(["-purpose", "any", "-out", "/dev/null", "-attime", &at.as_second().to_string()]);
    let output = command.current_dir(folder).env("SSL_CERT_DIR", "/nonexistent").output();
    output.expect("openssl is installed").status.success()
}

/// Whether `git verify-commit` takes a commit, by gpgsm with the root of the policy, at the time of the stamp.
fn gpgsm(book: &Book, id: &str) -> bool {
    let folder = Folder::new();
    let home = folder.path().display().to_string();
    // gpgsm is not asked about lists of revoked certificates, as openssl is not.
    folder.write("gpgsm.conf", "disable-crl-checks\nfaked-system-time 20251124T190000\n");
    let root = book.repo.book().join("policy/ca/people.pem");
    let mut print = Command::new("openssl");
    let output = print.args(["x509", "-noout", "-fingerprint", "-sha1", "-in"]).arg(&root).output();
    let printed = String::from_utf8(output.expect("openssl is installed").stdout).expect("digits");
    let (_, fingerprint) = printed.trim().split_once('=').expect("a name and digits");
    folder.write("trustlist.txt", format!("{fingerprint} S\n"));
    let mut import = Command::new("gpgsm");
    let output = import.args(["--batch", "--quiet", "--import"]).arg(&root).env("GNUPGHOME", &home).output();
    output.expect("gpgsm is installed");
    let taken = git(book, id, &[("GNUPGHOME", &home)]);
    stop(&folder.path());
    taken
}

fn ask(case: &'static str, book: &Book, id: &str) -> Cell {
    cell(("certificate", case), book, id, vec![("git", gpgsm(book, id)), ("openssl", openssl(book, id))])
}

/// A record by a certificate that is made so.
fn made(case: &'static str, recipe: &Recipe, stamped: bool) -> Cell {
    let book = waiting(&root(recipe), None);
    let id = approve(&book, recipe, stamped);
    ask(case, &book, &id)
}

pub(super) fn cells() -> Vec<Cell> {
    let good = || Recipe::commit(MAIL);
    let mut cells = Vec::new();
    for (case, recipe) in [
        ("good", good()),
        ("good, with an authority between", Recipe { between: 1, ..good() }),
        ("altered payload", Recipe { other_content: true, ..good() }),
        ("unknown root", Recipe { root_name: "Other", ..good() }),
        ("root of the same name", Recipe { other_root: true, ..good() }),
        ("expired", Recipe { valid: ["250101000000Z", "251123000000Z"], ..good() }),
        ("not yet valid", Recipe { valid: ["251125000000Z", "261123000000Z"], ..good() }),
        ("expired root", Recipe { root_valid: ["200101000000Z", "251123000000Z"], ..good() }),
        ("no authority", Recipe { root_is_authority: false, ..good() }),
        ("unknown critical extension", Recipe { critical_extension: true, ..good() }),
        ("another purpose", Recipe { purposes: Recipe::default().purposes, ..good() }),
        ("another purpose", Recipe { usage: Some(0b0010_0000), ..good() }),
        ("limits of names", Recipe { root_names: true, ..good() }),
        ("two signers", Recipe { signers: 2, ..good() }),
        ("no signed attributes", Recipe { attributes: false, ..good() }),
        ("no certificate", Recipe { with_certificates: false, ..good() }),
        ("weak certificate", Recipe { issued_by: Hashed::Sha1, ..good() }),
        ("nobody's", Recipe { mails: vec!["eve@pki.example"], ..good() }),
        ("wrong principal", Recipe { mails: vec![DAVE], ..good() }),
        ("content inside", Recipe { is_commit: false, ..good() }),
    ] {
        cells.push(made(case, &recipe, true));
    }
    cells.push(made("not seen", &good(), false));
    // What openssl itself makes: named by the number of the key, and with a key that is too short.
    for (case, kind, options) in [
        ("good", P256, &[][..]),
        ("good", "RSA:2048", &[]),
        ("named by its key", P256, &["-keyid"]),
        ("weak", "RSA:1024", &[]),
        ("weak hash", P256, &["-md", "sha1"]),
        ("another kind of key", "secp256k1", &[]),
        ("another algorithm", "RSA:2048", &["-keyopt", "rsa_padding_mode:pss"]),
        ("another hash", P256, &["-md", "sha224"]),
    ] {
        let authority = Authority::new(kind);
        let book = waiting(&authority.root(), None);
        let id = approve_by(&book, &|payload| authority.sign(payload, options), true);
        cells.push(ask(case, &book, &id));
    }
    let authority = Authority::new(P256);
    authority.revoke("251101000000Z", "");
    let book = waiting(&authority.root(), None);
    list(&book, 3, &authority.list(&[]));
    let id = approve_by(&book, &|payload| authority.sign(payload, &[]), true);
    cells.push(ask("revoked by its issuer", &book, &id));
    // The policy names the certificate as compromised before the record lands.
    let book = waiting(&root(&good()), Some(&fingerprint(&good())));
    let id = approve(&book, &good(), true);
    cells.push(ask("revoked in the policy", &book, &id));
    let book = waiting(&root(&good()), None);
    let id = put(&book, &Forged::approval(&book).bytes());
    cells.push(ask("missing", &book, &id));
    cells
}
