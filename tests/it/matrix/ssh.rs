//! The cells of SSH: every kind of key, judged by git and ssh-keygen.

use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rayon::prelude::*;

use super::{Cell, cell, git};
use crate::approvals::book::{Book, PEOPLE};
use crate::support::{Folder, write};
use crate::threats::forge::{Forged, armour_by, folded, put};
use crate::threats::keys::must_be_touched;
use crate::threats::sshsig::{self, FOR_GIT, Hardware, Made};

/// A kind of key.
#[derive(Clone, Copy)]
enum Kind {
    Ed25519,
    /// On the curve of NIST with so many bits.
    Ecdsa(&'static str),
    /// Of so many bits, for signatures over this digest. ssh-keygen makes SHA-512 alone, and verifies both.
    Rsa(&'static str, &'static str),
    /// A hardware key without hardware.
    Hardware(Hardware),
}

const KINDS: [(&str, Kind); 8] = [
    ("ssh-ed25519", Kind::Ed25519),
    ("ecdsa-sha2-nistp256", Kind::Ecdsa("256")),
    ("ecdsa-sha2-nistp384", Kind::Ecdsa("384")),
    ("ecdsa-sha2-nistp521", Kind::Ecdsa("521")),
    ("rsa-sha2-512", Kind::Rsa("3072", "sha512")),
    ("rsa-sha2-256", Kind::Rsa("3072", "sha256")),
    ("sk-ssh-ed25519", Kind::Hardware(Hardware::Ed25519)),
    ("sk-ecdsa-sha2-nistp256", Kind::Hardware(Hardware::Ecdsa)),
];

/// What is said against each case, for every kind of key that can make it.
pub(super) const AGAINST: [(&str, &str); 12] = [
    ("altered payload", "sig-bad"),
    ("unknown key", "key-unknown"),
    ("expired", "key-expired-at-landing"),
    ("expired, dated back", "key-expired-at-landing"),
    ("revoked", "key-retired"),
    ("revoked", "key-compromised"),
    ("wrong namespace", "sig-namespace"),
    ("weak", "sig-algorithm-weak"),
    ("weak hash", "sig-algorithm-weak"),
    ("wrong principal", "signer-mismatch"),
    ("missing", "sig-missing"),
    ("not touched", "sig-no-touch"),
];

/// The keys of one kind: carol's, dave's, and mallory's, which is nobody's.
struct Keys(Kind, Folder);

/// The same number for a person in every book.
fn seed(person: &str) -> u8 {
    person.as_bytes()[0]
}

impl Keys {
    fn new(kind: Kind) -> Keys {
        let keys = Keys(kind, Folder::new());
        let options = match kind {
            Kind::Ed25519 => vec!["-t", "ed25519"],
            Kind::Ecdsa(bits) => vec!["-t", "ecdsa", "-b", bits],
            Kind::Rsa(bits, _) => vec!["-t", "rsa", "-b", bits],
            Kind::Hardware(_) => return keys,
        };
        for person in ["carol", "dave", "mallory"] {
            let mut keygen = Command::new("ssh-keygen");
            // A form that openssl reads, too, where there is one.
            keygen
                .args(["-q", "-m", "PEM", "-N", "", "-C", person, "-f"])
                .arg(keys.file(person))
                .args(&options);
            assert!(keygen.output().expect("ssh-keygen is installed").status.success());
        }
        keys
    }

    fn file(&self, person: &str) -> PathBuf {
        self.1.path().join(person)
    }

    /// A public key as it stands in the roster.
    fn public(&self, person: &str) -> String {
        match self.0 {
            Kind::Hardware(kind) => {
                format!("{} {}", kind.name(), STANDARD.encode(kind.public(seed(person))))
            }
            _ => {
                let text = std::fs::read_to_string(self.file(person).with_extension("pub")).expect("a key");
                text.split(' ').take(2).collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn sign(&self, person: &str, made: Made<'_>, payload: &str) -> String {
        let (key, over) = (self.file(person), payload.as_bytes());
        let by_openssl = |algorithm: &str, digest: &str| {
            let public = self.public(person);
            let blob = public.split(' ').nth(1).expect("a name and a key");
            let public = STANDARD.decode(blob).expect("base64");
            sshsig::by_openssl((&key, &public), (algorithm, digest), made, over)
        };
        match self.0 {
            Kind::Hardware(kind) => kind.sign(seed(person), made, over, 1),
            Kind::Rsa(_, "sha256") => by_openssl("rsa-sha2-256", "sha256"),
            _ if made.1 == FOR_GIT.1 => armour_by(&key, &self.1.path().join("payload"), made.0, over),
            Kind::Rsa(_, digest) => by_openssl("rsa-sha2-512", digest),
            Kind::Ecdsa(bits) => {
                let digest = if bits == "521" { "sha512".to_owned() } else { format!("sha{bits}") };
                by_openssl(&format!("ecdsa-sha2-nistp{bits}"), &digest)
            }
            Kind::Ed25519 => sshsig::by_ed25519(&key, made, over),
        }
    }

    /// Puts the keys of carol and dave into the policy, carol's with an option.
    fn adopt(&self, book: &Book, serial: u32, more: &str, option: &str) {
        book.amend(serial, |book| {
            book.policy(serial, more, &PEOPLE);
            let path = book.repo.book().join("policy/allowed_signers");
            let mut text = std::fs::read_to_string(&path).expect("the roster");
            for (person, option) in [("carol", option), ("dave", "")] {
                text += &format!("{person} namespaces=\"git\"{option} {}\n", self.public(person));
            }
            std::fs::write(path, text).expect("the roster");
        });
    }

    /// A change that bob has approved, in a book whose policy knows these keys.
    fn waiting(&self) -> Book {
        let book = Book::submitted();
        self.adopt(&book, 2, "", "");
        book.decide("bob", "approve", "manager");
        book
    }

    /// An approval in the name of carol, signed by somebody.
    fn approval(&self, book: &Book, person: &str, made: Made<'_>) -> Forged {
        let mut forged = Forged::approval(book);
        forged.behind = folded("gpgsig", &self.sign(person, made, &forged.payload()));
        forged
    }
}

/// Whether `ssh-keygen -Y verify` takes a record for carol's at the time of its landing.
fn ssh_keygen(book: &Book, forged: &Forged) -> bool {
    let folder = book.repo.path().join(".git");
    let signature = forged.behind.trim_start_matches("gpgsig ").replace("\n ", "\n");
    write(&folder.join("sig"), signature);
    write(&folder.join("signed"), forged.payload());
    let mut command = Command::new("ssh-keygen");
    command
        .args(["-Y", "verify", "-n", "git", "-I", "carol", "-Overify-time=20251124170000Z"])
        .env("TZ", "UTC");
    command.arg("-f").arg(book.repo.book().join("policy/allowed_signers"));
    command.arg("-s").arg(folder.join("sig"));
    command.stdin(std::fs::File::open(folder.join("signed")).expect("it was written"));
    command.output().expect("ssh-keygen is installed").status.success()
}

/// The cells of one kind of key.
fn of(name: &'static str, kind: Kind) -> Vec<Cell> {
    let keys = Keys::new(kind);
    let waiting = keys.waiting().snapshot();
    let ask = |case: &'static str, book: &Book, forged: &Forged| {
        let taken = ssh_keygen(book, forged);
        let id = put(book, &forged.bytes());
        cell((name, case), book, &id, vec![("git", git(book, &id, &[])), ("ssh-keygen", taken)])
    };
    let mut cells = Vec::new();
    for (case, person, made) in [
        ("good", "carol", FOR_GIT),
        ("good, over SHA-256", "carol", ("git", "sha256")),
        ("unknown key", "mallory", FOR_GIT),
        ("wrong principal", "dave", FOR_GIT),
        ("wrong namespace", "carol", ("file", "sha512")),
        ("weak hash", "carol", ("git", "sha1")),
    ] {
        let book = waiting.book();
        cells.push(ask(case, &book, &keys.approval(&book, person, made)));
    }
    let book = waiting.book();
    let mut forged = keys.approval(&book, "carol", FOR_GIT);
    forged.message = forged.message.replace("I read it", "I wrote it");
    cells.push(ask("altered payload", &book, &forged));
    let book = waiting.book();
    cells.push(ask("missing", &book, &Forged::approval(&book)));
    for (case, seconds) in [("expired", None), ("expired, dated back", Some(1_759_276_800))] {
        let book = waiting.book();
        keys.adopt(&book, 3, "", ",valid-before=\"20251101Z\"");
        let mut forged = Forged::approval(&book);
        if let Some(seconds) = seconds {
            for (at, name) in [(2, "author"), (3, "committer")] {
                forged.header[at] = format!("{name} carol <carol@a.example> {seconds} +0000");
            }
        }
        forged.behind = folded("gpgsig", &keys.sign("carol", FOR_GIT, &forged.payload()));
        cells.push(ask(case, &book, &forged));
    }
    let key = mcmbook::inputs::policy::fingerprint(&keys.public("carol")).expect("a public key");
    for how in ["retired", "compromised"] {
        let book = waiting.book();
        let revocation =
            format!("[[revocation]]\nkey = \"{key}\"\nkind = \"{how}\"\nsince = \"2025-11-01T00:00:00Z\"\n");
        keys.adopt(&book, 3, &revocation, "");
        cells.push(ask("revoked", &book, &keys.approval(&book, "carol", FOR_GIT)));
    }
    if let Kind::Rsa(_, digest) = kind {
        let short = Keys::new(Kind::Rsa("1024", digest));
        let book = short.waiting();
        cells.push(ask("weak", &book, &short.approval(&book, "carol", FOR_GIT)));
    }
    if let Kind::Hardware(kind) = kind {
        let book = waiting.book();
        must_be_touched(&book, 3, kind, seed("carol"));
        let mut forged = Forged::approval(&book);
        let text = kind.sign(seed("carol"), FOR_GIT, forged.payload().as_bytes(), 0);
        forged.behind = folded("gpgsig", &text);
        cells.push(ask("not touched", &book, &forged));
    }
    cells
}

pub(super) fn cells() -> Vec<Cell> {
    KINDS.par_iter().flat_map_iter(|(name, kind)| of(name, *kind)).collect()
}
