//! `status --cross-check`: real records, real tools, and where they differ.

use pgp::types::KeyVersion;
use serde_json::Value;

use super::book::{Book, CHANGE, PEOPLE};
use super::status::is_valid;
use crate::stamps::certified::{self, MAIL};
use crate::stamps::maker::{self, Recipe};
use crate::support::Folder;
use crate::support::run::{outcome, printed, program};
use crate::threats::forge::{Forged, folded, put, waiting};
use crate::threats::openpgp::{Gpg, adopt};
use crate::threats::packets;

const THEN: [&str; 2] = ["--as-of", "2025-12-01T00:00:00Z"];

fn crossed(book: &Book, arguments: &[&str]) -> (Option<i32>, Value) {
    let dir = book.repo.book();
    let call = [&["status", "--cross-check", "--format", "json"], arguments, &THEN].concat();
    let (code, text) = outcome(&dir, &call);
    let told: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"));
    let schema: Value =
        serde_json::from_str(&printed(&dir, &["schema", "--cross-check"])).expect("it is JSON");
    assert!(is_valid(&schema, &told), "{text}");
    assert!(!is_valid(&schema, &Value::Null));
    (code, told)
}

fn counts(told: &Value) -> [u64; 4] {
    ["records", "same", "documented", "different"].map(|key| told[key].as_u64().expect("a number"))
}

#[test]
fn the_tools_agree_on_what_everybody_takes_and_nobody_does() {
    let book = Book::approved();
    let message = book.message("carol", "approve", "peer");
    book.record("mallory", &message);
    // Two tools about three records, of which two are good.
    let (code, told) = crossed(&book, &[]);
    assert_eq!((code, counts(&told)), (Some(0), [3, 6, 0, 0]), "{told}");
    let (code, told) = crossed(&book, &[CHANGE]);
    assert_eq!((code, counts(&told)), (Some(0), [3, 6, 0, 0]), "{told}");
    let text = printed(&book.repo.book(), &["status", "--cross-check", THEN[0], THEN[1]]);
    assert!(text.contains("git        git version "), "{text}");
    assert!(text.contains("\n6 answers as mcmbook says\n0 answers otherwise, as documented\n"), "{text}");
}

#[test]
fn a_documented_difference_is_told_with_its_reason() {
    let book = waiting();
    let key = book.fingerprint("carol");
    book.amend(2, |book| {
        let revocation = format!(
            "[[revocation]]\nkey = \"{key}\"\nkind = \"retired\"\nsince = \"2025-11-01T00:00:00Z\"\n"
        );
        book.policy(2, &revocation, &PEOPLE);
    });
    let record = book.decide("carol", "approve", "peer");
    let (code, told) = crossed(&book, &[CHANGE]);
    assert_eq!((code, counts(&told)), (Some(0), [2, 2, 2, 0]), "{told}");
    for (nth, tool) in ["git", "ssh-keygen"].into_iter().enumerate() {
        let one = &told["differences"][nth];
        assert_eq!((&one["record"], &one["tool"]), (&Value::from(record.as_str()), &Value::from(tool)));
        assert_eq!(one["codes"], serde_json::json!(["key-retired"]));
        assert!(one["why"].as_str().is_some_and(|why| why.contains("policy.toml")), "{told}");
    }
}

#[test]
fn a_signature_that_only_the_tools_cannot_read_is_no_fault_of_the_book() {
    let (book, key) = (waiting(), packets::key(KeyVersion::V6, 1));
    adopt(&book, "carol", &packets::certificate(&key.to_public_key()));
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &packets::sign(&key, &forged.payload(), |_| {}));
    put(&book, &forged.bytes());
    let (code, told) = crossed(&book, &[CHANGE]);
    assert_eq!((code, counts(&told)), (Some(0), [2, 2, 2, 0]), "{told}");
    for one in told["differences"].as_array().expect("a list") {
        assert_eq!((&one["taken"], &one["codes"]), (&Value::Bool(false), &serde_json::json!([])), "{told}");
        assert!(one["why"].as_str().is_some_and(|why| why.contains("version 6")), "{told}");
    }
}

#[test]
fn a_difference_that_nobody_knows_fails() {
    let book = waiting();
    // The roster has a key for somebody who is nobody in the policy: the tools read the roster alone.
    let key = std::fs::read_to_string(book.key("mallory").with_extension("pub")).expect("a public key");
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        let roster = book.repo.book().join("policy/allowed_signers");
        let signers = std::fs::read_to_string(&roster).expect("it is there");
        std::fs::write(&roster, format!("{signers}mallory namespaces=\"git\" {key}")).expect("it is written");
    });
    let message = book.message("mallory", "approve", "peer");
    book.record("mallory", &message);
    let (code, told) = crossed(&book, &[CHANGE]);
    assert_eq!((code, counts(&told)), (Some(1), [2, 2, 0, 2]), "{told}");
    assert_eq!(told["differences"][0]["why"], Value::Null);
    let call = ["status", "--cross-check", THEN[0], THEN[1]];
    let (code, text) = outcome(&book.repo.book(), &call);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("not documented: one of the two programs is wrong"), "{text}");
}

#[test]
fn gpg_is_asked_about_its_own_and_what_is_misshapen_is_left_out() {
    let (book, gpg) = (waiting(), Gpg::new());
    let key = gpg.key("carol", "ed25519", "never");
    adopt(&book, "carol", &gpg.certificate(&key));
    let mut forged = Forged::approval(&book);
    forged.behind = folded("gpgsig", &gpg.sign(&key, &forged.payload(), &[]));
    put(&book, &forged.bytes());
    let mut twice = Forged::approval(&book).signed(&book);
    twice.behind = twice.behind.repeat(2);
    let misshapen = put(&book, &twice.bytes());
    let (code, told) = crossed(&book, &[CHANGE]);
    assert_eq!((code, counts(&told)), (Some(0), [2, 4, 0, 0]), "{told}");
    let tools: Vec<&Value> =
        told["tools"].as_array().expect("a list").iter().map(|tool| &tool["name"]).collect();
    assert_eq!(tools, ["git", "ssh-keygen", "gpg"]);
    assert_eq!(told["unasked"][0]["record"], Value::from(misshapen));
}

#[test]
fn nothing_agrees_that_was_not_asked() {
    let book = Book::approved();
    let mut command = program(&book.repo.book());
    command.args(["status", "--cross-check", THEN[0], THEN[1]]).env("PATH", "/nonexistent");
    let output = command.output().expect("the program runs");
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("cannot run `git`"), "{told}");
}

#[test]
fn openssl_is_asked_about_certificates() {
    let recipe = Recipe::commit(MAIL);
    let book = certified::waiting(&certified::root(&recipe), None);
    let id = certified::approve(&book, &recipe, false);
    let (code, told) = crossed(&book, &[CHANGE]);
    // Bob's record by two tools, and carol's by the one that reads certificates.
    assert_eq!((code, counts(&told)), (Some(0), [2, 2, 1, 0]), "{told}");
    let one = &told["differences"][0];
    assert_eq!([&one["record"], &one["tool"], &one["signature"]], [id.as_str(), "openssl", "x509"]);
    assert_eq!((&one["taken"], &one["codes"]), (&Value::from(true), &serde_json::json!(["sig-unsupported"])));
    assert!(one["why"].as_str().is_some_and(|why| why.contains("somebody else has seen")), "{told}");
    // Seen by an authority, everybody takes it.
    let head = book.repo.head();
    let token = maker::stamp(&certified::bytes(&book, &head), &Recipe::default());
    certified::put(&book, &[(&head, &token.answer)]);
    let (code, told) = crossed(&book, &[CHANGE]);
    assert_eq!((code, counts(&told)), (Some(0), [2, 3, 0, 0]), "{told}");
    let tools: Vec<&Value> =
        told["tools"].as_array().expect("a list").iter().map(|tool| &tool["name"]).collect();
    assert_eq!(tools, ["git", "ssh-keygen", "openssl"]);
    assert!(told["tools"][2]["version"].as_str().is_some_and(|text| text.starts_with("OpenSSL ")), "{told}");
}

#[test]
fn a_signature_that_openssl_refuses_agrees_where_nobody_vouches() {
    let recipe = Recipe::commit(MAIL);
    for root in
        [Recipe { other_root: true, ..recipe.clone() }, Recipe { root_name: "Other", ..recipe.clone() }]
    {
        let book = certified::waiting(&certified::root(&root), None);
        certified::approve(&book, &root, true);
        let (code, told) = crossed(&book, &[CHANGE]);
        assert_eq!((code, counts(&told)), (Some(0), [2, 3, 0, 0]), "{told}");
    }
}

#[test]
fn without_openssl_nothing_is_said_of_certificates() {
    let recipe = Recipe::commit(MAIL);
    let book = certified::waiting(&certified::root(&recipe), None);
    certified::approve(&book, &recipe, true);
    let tools = Folder::new();
    for tool in ["git", "ssh", "ssh-keygen", "sh"] {
        let command = format!("ln -s \"$(command -v {tool})\" '{}/{tool}'", tools.path().display());
        std::process::Command::new("sh").arg("-c").arg(command).output().expect("there is a shell");
    }
    let mut command = program(&book.repo.book());
    command.args(["status", "--cross-check", THEN[0], THEN[1]]).env("PATH", tools.path());
    let output = command.output().expect("the program runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("cannot run `openssl`"), "{told}");
}
