//! Rows 15 to 26 and 60 to 62: keys and their time, algorithms, forms.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mcmbook::facts::approval::ApprovalStatus;
use sha2::Digest as _;

use super::forge::{Forged, armour, codes, folded, last, merge, put, refused, waiting, write_commit};
use super::sshsig::{self, FOR_GIT, Hardware};
use crate::approvals::book::{Book, CHANGE, PEOPLE};

const AS_OF: &str = "2025-12-01T00:00:00Z";

/// Gives carol's line of the roster other options, by an amendment.
fn with_options(book: &Book, options: &str) {
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        edit_signers(book, |text| {
            let line = text.lines().find(|line| line.starts_with("carol ")).expect("carol has a key");
            text.replace(line, &line.replace("namespaces=\"git\"", options))
        });
    });
}

fn edit_signers(book: &Book, edit: impl FnOnce(&str) -> String) {
    let path = book.repo.book().join("policy/allowed_signers");
    let text = std::fs::read_to_string(&path).expect("the roster");
    std::fs::write(path, edit(&text)).expect("the roster");
}

fn revocation(key: &str, kind: &str, since: &str) -> String {
    format!("[[revocation]]\nkey = \"{key}\"\nkind = \"{kind}\"\nsince = \"{since}\"\n")
}

/// A line of `who did it when`.
fn dated(forged: &mut Forged, seconds: i64) {
    for (at, name) in [(2, "author"), (3, "committer")] {
        forged.header[at] = format!("{name} carol <carol@a.example> {seconds} +0000");
    }
}

pub(super) fn expired() {
    let book = waiting();
    with_options(&book, "namespaces=\"git\",valid-before=\"20251101Z\"");
    let record = book.decide("carol", "approve", "peer");
    assert_eq!(codes(&book, &record), ["key-expired-at-landing"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

pub(super) fn dated_back() {
    let book = waiting();
    with_options(&book, "namespaces=\"git\",valid-before=\"20251101Z\"");
    // 2025-10-01: git's own check says that the signature is good, for it asks at the claimed date.
    let mut forged = Forged::approval(&book);
    dated(&mut forged, 1_759_276_800);
    let bytes = forged.signed(&book).bytes();
    let id = put(&book, &bytes);
    assert_eq!(codes(&book, &id), ["key-expired-at-landing"]);
    let signers = book.repo.book().join("policy/allowed_signers").display().to_string();
    let option = format!("gpg.ssh.allowedSignersFile={signers}");
    assert_eq!(book.repo.git(&["-c", &option, "log", "-1", "--format=%G?"]).trim(), "G");
}

pub(super) fn dated_ahead() {
    let book = waiting();
    with_options(&book, "namespaces=\"git\",valid-after=\"20270101Z\"");
    let mut forged = Forged::approval(&book);
    dated(&mut forged, 1_800_000_000);
    let bytes = forged.signed(&book).bytes();
    refused(&book, &bytes, &["key-not-yet-valid", "future-date"]);
    // On the mainline itself such a commit is not considered at all, nor is anything behind it.
    let mut forged = Forged::approval(&book);
    dated(&mut forged, 1_800_000_000);
    put(&book, &forged.signed(&book).bytes());
    book.decide("carol", "approve", "peer");
    let reasons = book.reasons();
    assert_eq!(reasons.len(), 4, "{reasons:?}");
    // As of now nobody can say what came after it, an edit or a rejection: no status is told.
    assert_eq!(book.status(), ApprovalStatus::Unverifiable);
}

pub(super) fn retired_afterwards() {
    let book = Book::approved();
    let key = book.fingerprint("carol");
    book.amend(2, |book| book.policy(2, &revocation(&key, "retired", "2025-11-25T00:00:00Z"), &PEOPLE));
    assert_eq!(book.status(), ApprovalStatus::Approved);
    // Taking the line away altogether changes nothing either.
    let without: Vec<&str> = PEOPLE.into_iter().filter(|person| *person != "carol").collect();
    book.amend(3, |book| book.policy(3, "", &without));
    assert_eq!(book.status(), ApprovalStatus::Approved);
}

pub(super) fn retired_before() {
    let book = waiting();
    let key = book.fingerprint("carol");
    let record = book.merged(|book| {
        let record = book.decide("carol", "approve", "peer");
        book.repo.git(&["checkout", "--quiet", "main"]);
        book.amend(2, |book| book.policy(2, &revocation(&key, "retired", "2025-11-01T00:00:00Z"), &PEOPLE));
        book.repo.git(&["checkout", "--quiet", "side"]);
        record
    });
    assert_eq!(codes(&book, &record), ["key-retired"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

pub(super) fn compromised() {
    let book = Book::submitted();
    let record = book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    let key = book.fingerprint("carol");
    book.amend(2, |book| book.policy(2, &revocation(&key, "compromised", "2025-11-25T00:00:00Z"), &PEOPLE));
    assert_eq!(codes(&book, &record), ["key-compromised"], "the order of landings proves no time");
    assert_eq!(book.status(), ApprovalStatus::Revoked);
    let root = book.root();
    let reinstate = |person: &str| {
        let message = format!(
            "Reinstate\n\nMcm-Record: v1\nMcm-Decision: reinstate\nMcm-Meaning: It was carol.\n\
             Mcm-Of: {record}\nMcm-Context: test\nMcm-Trust-Root: {root}\nMcm-Signer: {person}\n"
        );
        book.record(person, &message);
    };
    reinstate("alice");
    assert_eq!(book.status(), ApprovalStatus::Revoked, "one of two");
    reinstate("dave");
    assert_eq!(book.status(), ApprovalStatus::Approved);
}

pub(super) fn revocation_left_out() {
    let book = waiting();
    let key = book.fingerprint("carol");
    // A revocation that landed on a branch only, whose merge keeps the mainline's files, is no policy.
    book.repo.git(&["checkout", "--quiet", "-b", "side"]);
    book.amend(2, |book| book.policy(2, &revocation(&key, "retired", "2025-11-01T00:00:00Z"), &PEOPLE));
    book.repo.git(&["checkout", "--quiet", "main"]);
    book.as_person("dave", |book| {
        book.repo.tick();
        book.repo.git(&["merge", "--quiet", "--no-ff", "-s", "ours", "-m", "Merge", "side"]);
    });
    assert_eq!(book.approvals(AS_OF).effective.expect("a policy").policy.serial, 1);
    // One that is in force is not lost by a merge that brings the old files back.
    let book = waiting();
    let key = book.fingerprint("carol");
    let old = book.repo.git(&["rev-parse", "HEAD^{tree}"]);
    book.amend(2, |book| book.policy(2, &revocation(&key, "retired", "2025-11-01T00:00:00Z"), &PEOPLE));
    let head = book.repo.head();
    let merge = book.repo.git(&["commit-tree", "-m", "Merge", "-p", &head, "-p", "HEAD~3", old.trim()]);
    book.repo.git(&["reset", "--quiet", "--hard", merge.trim()]);
    let effective = book.approvals(AS_OF).effective.expect("a policy");
    assert_eq!((effective.policy.serial, effective.pending.is_some()), (2, true));
    let record = book.decide("carol", "approve", "peer");
    assert_eq!(codes(&book, &record), ["key-retired"]);
}

pub(super) fn for_files() {
    let book = waiting();
    let mut forged = Forged::approval(&book);
    let text = armour(&book, "carol", "file", forged.payload().as_bytes());
    forged.behind = folded("gpgsig", &text);
    refused(&book, &forged.bytes(), &["sig-namespace"]);
}

pub(super) fn key_for_files() {
    let book = waiting();
    with_options(&book, "namespaces=\"file\"");
    let record = book.decide("carol", "approve", "peer");
    assert_eq!(codes(&book, &record), ["sig-namespace"]);
}

pub(super) fn unlisted() {
    let book = waiting();
    refused(&book, &Forged::approval(&book).signed_by(&book, "mallory").bytes(), &["key-unknown"]);
}

/// A key of another kind for carol, in the policy from the beginning of what follows.
pub(crate) fn other_key(book: &Book, options: &[&str]) {
    let file = book.key("carol");
    for path in [file.clone(), file.with_extension("pub")] {
        std::fs::remove_file(path).expect("carol has a key");
    }
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-N", "", "-C", "carol", "-f"]).arg(&file).args(options);
    assert!(keygen.output().expect("ssh-keygen is installed").status.success());
    book.amend(2, |book| book.policy(2, "", &PEOPLE));
}

pub(super) fn short_rsa() {
    let book = waiting();
    other_key(&book, &["-t", "rsa", "-b", "1024"]);
    let record = book.decide("carol", "approve", "peer");
    assert_eq!(codes(&book, &record), ["sig-algorithm-weak"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

pub(super) fn on_sha1() {
    let book = waiting();
    other_key(&book, &["-t", "rsa", "-b", "2048"]);
    for name in ["ssh-rsa", "ssh-dss"] {
        let mut forged = Forged::approval(&book);
        let text = armour(&book, "carol", "git", forged.payload().as_bytes());
        let digits: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        let mut blob = STANDARD.decode(digits).expect("an armour");
        let old = b"rsa-sha2-512";
        let at = blob.windows(old.len()).position(|window| window == old).expect("the name");
        let of_signature = (blob.len() - (at - 4)) as u32 - 5;
        blob.splice(at - 8..at - 4, of_signature.to_be_bytes());
        blob.splice(
            at - 4..at + old.len(),
            [&(name.len() as u32).to_be_bytes()[..], name.as_bytes()].concat(),
        );
        forged.behind = folded("gpgsig", &sshsig::armour(&blob));
        refused(&book, &forged.bytes(), &["sig-algorithm-weak"]);
    }
}

/// Gives carol a hardware key that must be touched.
pub(crate) fn must_be_touched(book: &Book, serial: u32, kind: Hardware, seed: u8) {
    let blob = kind.public(seed);
    let fingerprint =
        format!("SHA256:{}", STANDARD.encode(sha2::Sha256::digest(&blob)).trim_end_matches('='));
    book.amend(serial, |book| {
        let touch = format!(
            "[[key]]\nfingerprint = \"{fingerprint}\"\nprincipal = \"carol\"\nrequire_touch = true\n"
        );
        book.policy(serial, &touch, &PEOPLE);
        let line = format!("carol namespaces=\"git\" {} {}\n", kind.name(), STANDARD.encode(&blob));
        edit_signers(book, |text| format!("{text}{line}"));
    });
}

pub(super) fn without_touch() {
    for kind in [Hardware::Ed25519, Hardware::Ecdsa] {
        let book = waiting();
        must_be_touched(&book, 2, kind, 7);
        for (flags, expected) in [(0, &["sig-no-touch"][..]), (1, &[])] {
            let mut forged = Forged::approval(&book);
            let text = kind.sign(7, FOR_GIT, forged.payload().as_bytes(), flags);
            forged.behind = folded("gpgsig", &text);
            let id = put(&book, &forged.bytes());
            assert_eq!(codes(&book, &id), expected, "{kind:?}, flags {flags}");
        }
        assert_eq!(book.status(), ApprovalStatus::Approved);
    }
}

pub(super) fn certificates() {
    let book = waiting();
    let (authority, key) = (book.key("mallory"), book.key("carol"));
    let mut sign = Command::new("ssh-keygen");
    sign.args(["-q", "-s"])
        .arg(&authority)
        .args(["-I", "carol", "-n", "carol"])
        .arg(key.with_extension("pub"));
    assert!(sign.output().expect("ssh-keygen is installed").status.success());
    let certificate = std::fs::read_to_string(key.with_file_name("carol-cert.pub")).expect("it was made");
    let blob = STANDARD.decode(certificate.split(' ').nth(1).expect("the key")).expect("base64");
    // The certificate in the place of the key: as ssh-keygen signs with one.
    let mut forged = Forged::approval(&book);
    let text = armour(&book, "carol", "git", forged.payload().as_bytes());
    let digits: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let old = STANDARD.decode(digits).expect("an armour");
    let length = u32::from_be_bytes(old[10..14].try_into().expect("four bytes")) as usize;
    let new = [&old[..10], &sshsig::string(&blob), &old[14 + length..]].concat();
    forged.behind = folded("gpgsig", &sshsig::armour(&new));
    let id = write_commit(&book, &forged.bytes());
    merge(&book, &[&id]);
    assert_eq!(codes(&book, &id), ["sig-unsupported"]);
    assert_eq!(book.status(), ApprovalStatus::Unverifiable);
    let book = waiting();
    with_options(&book, "cert-authority,namespaces=\"git\"");
    let record = book.decide("carol", "approve", "peer");
    assert_eq!(codes(&book, &record), ["sig-unsupported"]);
}

pub(super) fn x509() {
    let book = waiting();
    let folder = crate::support::Folder::new();
    let script = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 2 \
        -subj '/CN=Carol Example' 2>/dev/null && \
        openssl cms -sign -binary -in payload -signer cert -inkey key -outform DER -out sig";
    let mut forged = Forged::approval(&book);
    folder.write("payload", forged.payload());
    let mut shell = Command::new("sh");
    assert!(
        shell.args(["-c", script]).current_dir(folder.path()).output().expect("a shell").status.success()
    );
    let digits = STANDARD.encode(std::fs::read(folder.path().join("sig")).expect("it was signed"));
    let lines: Vec<&str> =
        digits.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    let text =
        format!("-----BEGIN SIGNED MESSAGE-----\n{}\n-----END SIGNED MESSAGE-----\n", lines.join("\n"));
    forged.behind = folded("gpgsig", &text);
    refused(&book, &forged.bytes(), &["sig-unsupported"]);
    let approvals = book.approvals(AS_OF);
    assert_eq!(approvals.status(CHANGE).expect("it is there").status, ApprovalStatus::Unverifiable);
    let found = last(&book).verification;
    let shown = found.and_then(|found| found.key.clone());
    assert_eq!(shown.as_deref(), Some("CN=Carol Example"), "whose certificate it is can be shown");
}
