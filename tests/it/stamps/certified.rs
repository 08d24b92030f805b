//! Records that are signed by X.509 certificates: a root of the policy vouches, and somebody else has seen when.

use std::path::Path;

use mcmbook::facts::approval::{ApprovalStatus, SubjectId};
use mcmbook::inputs::signature::split;
use mcmbook::inputs::signature::stamp::Roots;
use mcmbook::inputs::signature::x509::vouched;

use super::book::script;
pub(crate) use super::book::{bytes, put};
use super::maker::{self, Hashed, Recipe};
use crate::approvals::book::{Book, CHANGE, PEOPLE};
use crate::records::run_at;
use crate::support::Folder;
use crate::support::run::printed;
use crate::threats::forge::{Forged, folded, merge, write_commit};

const AS_OF: &str = "2025-12-01T00:00:00Z";
pub(crate) const MAIL: &str = "carol@pki.example";
pub(crate) const DAVE: &str = "dave@pki.example";

/// A change that bob has approved, in a book whose policy knows carol by certificate.
pub(crate) fn waiting(root: &str, revoked: Option<&str>) -> Book {
    let book = Book::adopted();
    book.amend(2, |book| {
        let revocation = revoked.map(revocation);
        book.policy(2, &revocation.unwrap_or_default(), &PEOPLE);
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy");
        let more = format!("id = \"carol\"\ncertificates = [\"{MAIL}\"]");
        let of_dave = format!("id = \"dave\"\ncertificates = [\"{DAVE}\"]");
        let text = text.replace("id = \"carol\"", &more).replace("id = \"dave\"", &of_dave);
        std::fs::write(path, text).expect("the policy");
        book.repo.write("policy/ca/people.pem", root);
        book.repo.write("policy/tsa/example.pem", maker::stamp(b"", &Recipe::default()).root);
    });
    book.as_person("alice", |book| {
        book.write_change();
        book.commit("Request MCM-2026-0001");
    });
    book.decide("bob", "approve", "manager");
    book
}

pub(crate) fn revocation(key: &str) -> String {
    format!("[[revocation]]\nkey = \"{key}\"\nkind = \"compromised\"\nsince = \"2025-11-01T00:00:00Z\"\n")
}

/// SHA-256 of a certificate, as `openssl x509 -fingerprint` prints it without colons.
pub(crate) fn fingerprint(recipe: &Recipe) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    let (_, pem) = maker::identity(recipe);
    let inner: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(inner).expect("base64");
    sha2::Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Lands an approval of carol's that a certificate signs, and stamps it; gives its id.
pub(crate) fn approve(book: &Book, recipe: &Recipe, stamped: bool) -> String {
    approve_by(book, &|payload| maker::signature(payload.as_bytes(), recipe).0, stamped)
}

/// The same, signed in any way: `sign` gives the armour over a payload.
pub(crate) fn approve_by(book: &Book, sign: &dyn Fn(&str) -> String, stamped: bool) -> String {
    let mut forged = Forged::approval(book);
    forged.behind = folded("gpgsig", &sign(&forged.payload()));
    let id = write_commit(book, &forged.bytes());
    merge(book, &[&id]);
    if stamped {
        let head = book.repo.head();
        let token = maker::stamp(&bytes(book, &head), &Recipe::default());
        put(book, &[(&head, &token.answer)]);
    }
    id
}

/// The status, and what is against the record.
fn told(book: &Book, id: &str) -> (ApprovalStatus, String) {
    let approvals = book.approvals(AS_OF);
    let (subject, approval) = &approvals.subjects[&SubjectId::named(CHANGE)];
    let landed = subject.records.iter().find(|landed| landed.judged.id == *id).expect("it has landed");
    let reasons: Vec<String> =
        landed.judged.reasons.iter().map(|(reason, why)| format!("{}: {why}", reason.code())).collect();
    (approval.status, reasons.join("; "))
}

pub(crate) fn root(recipe: &Recipe) -> String {
    maker::stamp(b"", recipe).root
}

#[test]
fn a_certificate_counts_once_somebody_else_has_seen_it() {
    let recipe = Recipe::commit(MAIL);
    let book = waiting(&root(&recipe), None);
    let id = approve(&book, &recipe, false);
    let (status, why) = told(&book, &id);
    assert_eq!(status, ApprovalStatus::Unverifiable);
    assert!(why.starts_with("sig-unsupported: a certificate counts only where an observer"), "{why}");
    let head = book.repo.head();
    let token = maker::stamp(&bytes(&book, &head), &Recipe::default());
    put(&book, &[(&head, &token.answer)]);
    assert_eq!(told(&book, &id), (ApprovalStatus::Approved, String::new()));
    let folder = Folder::new();
    let target = folder.path().join("evidence");
    let arguments = ["evidence", CHANGE, "-d", target.to_str().expect("UTF-8"), "--as-of", AS_OF];
    printed(&book.repo.book(), &arguments);
    let (code, text) = script(&folder, None, book.repo.path().to_str());
    assert_eq!(code, Some(0), "{text}");
    if std::process::Command::new("openssl").arg("version").output().is_ok() {
        assert!(text.contains("by a certificate for which policy 2 vouches"), "{text}");
        assert!(text.contains(&format!("the certificate is of {MAIL}")), "{text}");
    }
}

#[test]
fn a_certificate_for_which_nobody_vouches_counts_for_nothing() {
    let good = || Recipe::commit(MAIL);
    let unverifiable = ApprovalStatus::Unverifiable;
    let waits = ApprovalStatus::InReview;
    for (recipe, why, status) in [
        (Recipe { other_root: true, ..good() }, "sig-bad", waits),
        (Recipe { root_name: "Other", ..good() }, "the policy trusts no root of", unverifiable),
        (Recipe { valid: ["250101000000Z", "251123000000Z"], ..good() }, "had expired", unverifiable),
        (Recipe { valid: ["251125000000Z", "261123000000Z"], ..good() }, "not valid before", unverifiable),
        (
            Recipe { purposes: Recipe::default().purposes, ..good() },
            "not for signatures of mail",
            unverifiable,
        ),
        (Recipe { usage: Some(0b0010_0000), ..good() }, "not for signatures of mail", unverifiable),
        (Recipe { root_names: true, ..good() }, "2.5.29.30", unverifiable),
        (Recipe { root_is_authority: false, ..good() }, "may not issue", unverifiable),
        (Recipe { critical_extension: true, ..good() }, "1.3.6.1.4.1.32473.9", unverifiable),
        (Recipe { other_content: true, ..good() }, "sig-bad: the signed attributes are of another", waits),
        (Recipe { attributes: false, ..good() }, "no signed attributes", unverifiable),
        (Recipe { signers: 2, ..good() }, "2 signers", unverifiable),
        (Recipe { signed_by: Hashed::Sha1, ..good() }, "sig-algorithm-weak", waits),
        (
            Recipe { mails: Vec::new(), ..good() },
            "key-unknown: the certificate of CN=Stamps is nobody's",
            waits,
        ),
        (Recipe { mails: vec!["eve@pki.example"], ..good() }, "key-unknown", waits),
        (Recipe { mails: vec![MAIL, DAVE], ..good() }, "key-unknown", waits),
        (Recipe { mails: vec![DAVE], ..good() }, "signer-mismatch", waits),
        (Recipe { is_commit: false, ..good() }, "sig-unsupported", unverifiable),
    ] {
        let book = waiting(&root(&recipe), None);
        let id = approve(&book, &recipe, true);
        let (found, said) = told(&book, &id);
        assert!(said.contains(why), "{why}: {said}");
        assert_eq!(found, status, "{why}: {said}");
    }
}

#[test]
fn a_certificate_that_the_policy_revokes_counts_for_nothing() {
    let recipe = Recipe::commit(MAIL);
    let book = waiting(&root(&recipe), None);
    let id = approve(&book, &recipe, true);
    let approvals = book.approvals(AS_OF);
    let (subject, _) = &approvals.subjects[&SubjectId::named(CHANGE)];
    let landed = subject.records.iter().find(|landed| landed.judged.id == id).expect("it has landed");
    let key = landed.judged.verification.as_ref().and_then(|found| found.key.clone()).expect("a key");
    assert_eq!(told(&book, &id).0, ApprovalStatus::Approved);
    // Afterwards, too: the stamp says that it was signed when the key was compromised already.
    book.amend(3, |book| {
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy").replace("serial = 2", "serial = 3");
        std::fs::write(path, format!("{text}\n{}", revocation(&key))).expect("the policy");
    });
    assert_eq!(told(&book, &id).0, ApprovalStatus::Revoked);
    let book = waiting(&root(&recipe), Some(&key));
    let id = approve(&book, &recipe, true);
    let (status, why) = told(&book, &id);
    assert!(why.starts_with("key-compromised"), "{why}");
    assert_ne!(status, ApprovalStatus::Approved);
}

#[test]
fn whoever_signs_an_edit_by_certificate_has_edited_it() {
    let recipe = Recipe::commit(MAIL);
    let book = waiting(&root(&recipe), None);
    // An edit that claims to be alice's, and is signed by carol's certificate.
    let path = format!("{}/runbook.md", crate::approvals::book::FOLDER);
    book.repo.write(&path, "---\ntitle: Plan\nfor: MCM-2026-0001\n---\n\nOther.\n");
    book.as_person("alice", |book| book.commit("Edit"));
    let raw = String::from_utf8(bytes(&book, "HEAD")).expect("text");
    let (header, message) = raw.split_once("\n\n").expect("a commit");
    let header: Vec<&str> = header.lines().take(4).collect();
    let payload = format!("{}\n\n{message}", header.join("\n"));
    let (armour, _) = maker::signature(payload.as_bytes(), &recipe);
    let signed = format!("{}\n{}\n{message}", header.join("\n"), folded("gpgsig", &armour));
    crate::threats::forge::put(&book, signed.as_bytes());
    let carol = book.decide("carol", "approve", "peer");
    let approvals = book.approvals(AS_OF);
    let (_, approval) = &approvals.subjects[&SubjectId::named(CHANGE)];
    let uncounted = approval.uncounted.iter().find(|one| one.record == carol).expect("it fills no place");
    assert_eq!(uncounted.reason.code(), "self-approval");
}

#[test]
fn signatures_of_gpgsm_and_openssl_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/certificates");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the file is there");
    let mut roots = Roots::default();
    roots.add("people", &text("people.pem")).expect("a root");
    let payload = text("payload");
    let (header, message) = payload.split_once("\n\n").expect("a commit");
    let at = |text: &str| Some(text.parse::<jiff::Timestamp>().expect("an instant"));
    for name in ["gpgsm.sig", "openssl.sig"] {
        let raw = format!("{header}\n{}\n{message}", folded("gpgsig", &text(name)));
        let commit = split(raw.as_bytes()).expect("a commit");
        let found = vouched(&commit, &roots, at("2027-06-01T00:00:00Z")).expect(name);
        assert_eq!(
            (found.name.as_str(), &found.mails[..]),
            ("CN=Carol Example", &["carol@a.example".to_owned()][..])
        );
        assert!(vouched(&commit, &roots, at("2040-06-01T00:00:00Z")).is_err(), "{name}");
        assert!(vouched(&commit, &Roots::default(), at("2027-06-01T00:00:00Z")).is_err(), "{name}");
        let other = raw.replace("A commit", "A Commit");
        let other = split(other.as_bytes()).expect("a commit");
        assert!(vouched(&other, &roots, at("2027-06-01T00:00:00Z")).is_err(), "{name}");
    }
}

#[test]
fn approve_signs_by_certificate_and_says_what_it_waits_for() {
    let recipe = Recipe::commit(MAIL);
    let book = waiting(&root(&recipe), None);
    let folder = Folder::new();
    let (key, certificate) = maker::identity(&recipe);
    folder.write("key", key);
    folder.write("certificate", certificate);
    // What git asks of gpgsm: the payload comes in, the armour goes out.
    let place = folder.path();
    let script = format!(
        "#!/bin/sh\ncd '{}' && cat >payload && openssl cms -sign -binary -in payload -signer certificate \
         -inkey key -outform PEM | sed 's/ CMS-/ SIGNED MESSAGE-/' && echo '[GNUPG:] SIG_CREATED ' >&2\n",
        place.display()
    );
    folder.write("sign", script);
    let program = place.join("sign");
    let mut executable = std::process::Command::new("chmod");
    assert!(executable.arg("+x").arg(&program).status().expect("chmod is there").success());
    let (code, text) = book.as_person("carol", |book| {
        for (key, value) in [("gpg.format", "x509"), ("gpg.x509.program", program.to_str().expect("UTF-8"))] {
            book.repo.git(&["config", key, value]);
        }
        book.repo.tick();
        let arguments = ["approve", CHANGE, "--role", "peer", "--reason", "Read.", "--yes"];
        run_at(&book.repo.book(), book.repo.seconds(), &arguments)
    });
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("it counts once an observer or an authority has seen it"), "{text}");
    let id = book.repo.head();
    assert_eq!(told(&book, &id).0, ApprovalStatus::Unverifiable);
    let token = maker::stamp(&bytes(&book, &id), &Recipe::default());
    put(&book, &[(&id, &token.answer)]);
    assert_eq!(told(&book, &id), (ApprovalStatus::Approved, String::new()));
}

/// Bits, purposes and moments one by one: the same signature by certificates that say something else of themselves.
#[test]
fn a_certificate_is_for_commits_and_at_its_time() {
    const CODE: &str = "1.3.6.1.5.5.7.3.3";
    const SERVER: &str = "1.3.6.1.5.5.7.3.1";
    const ANY: &str = "2.5.29.37.0";
    let header = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@b> 1764000000 +0000\n\
                  committer A <a@b> 1764000000 +0000";
    let payload = format!("{header}\n\nA commit\n");
    let found = |recipe: &Recipe, at: &str| {
        let (armour, root) = maker::signature(payload.as_bytes(), recipe);
        let mut roots = Roots::default();
        roots.add("people", &root).expect("a root");
        let raw = format!("{header}\n{}\n\nA commit\n", folded("gpgsig", &armour).trim_end());
        let at = at.parse::<jiff::Timestamp>().expect("an instant");
        let commit = split(raw.as_bytes()).expect("a commit");
        vouched(&commit, &roots, Some(at)).map_err(|refusal| refusal.to_string())
    };
    let good = || Recipe::commit(MAIL);
    let now = "2025-12-01T00:00:00Z";
    for (usage, is_for_it) in [
        (None, true),
        (Some(0b1000_0000), true),
        (Some(0b0100_0000), true),
        (Some(0b1110_0000), true),
        (Some(0b0010_0000), false),
        (Some(0b0000_0110), false),
        (Some(0), false),
    ] {
        assert_eq!(found(&Recipe { usage, ..good() }, now).is_ok(), is_for_it, "{usage:?}");
    }
    for (purposes, is_for_it) in [
        (None, true),
        (Some(vec![CODE]), true),
        (Some(vec![ANY]), true),
        (Some(vec![SERVER, CODE]), true),
        (Some(vec![SERVER]), false),
        (Some(vec![]), false),
    ] {
        let told = found(&Recipe { purposes: purposes.clone().map(|all| (all, true)), ..good() }, now);
        assert_eq!(told.is_ok(), is_for_it, "{purposes:?}: {told:?}");
    }
    let valid = ["251101000000Z", "251130000000Z"];
    for (at, is_valid) in [
        ("2025-10-31T23:59:59Z", false),
        ("2025-11-01T00:00:00Z", true),
        ("2025-11-30T00:00:00Z", true),
        ("2025-11-30T00:00:01Z", false),
    ] {
        assert_eq!(found(&Recipe { valid, ..good() }, at).is_ok(), is_valid, "{at}");
        assert_eq!(found(&Recipe { root_valid: valid, ..good() }, at).is_ok(), is_valid, "the root, {at}");
    }
    for (between, root_depth, is_near) in
        [(0, Some(0), true), (1, Some(0), false), (1, Some(1), true), (1, None, true)]
    {
        let told = found(&Recipe { between, root_depth, ..good() }, now);
        assert_eq!(told.is_ok(), is_near, "{between} {root_depth:?}: {told:?}");
    }
}
