//! `reinstate`: records of a compromised key that count again.

use super::{as_person, done};
use crate::approvals::book::{Book, CHANGE, PEOPLE};
use crate::approvals::status::is_valid;
use crate::support::run::printed;

const REASON: [&str; 2] = ["--reason", "Carol signed it in front of us."];

/// A book whose change was approved before the policy said that carol's key is compromised, and carol's record.
fn revoked() -> (Book, String) {
    let book = Book::submitted();
    let record = book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    let revocation = format!(
        "[[revocation]]\nkey = \"{}\"\nkind = \"compromised\"\nsince = \"2025-11-25T00:00:00Z\"\n",
        book.fingerprint("carol")
    );
    book.amend(2, |book| book.policy(2, &revocation, &PEOPLE));
    (book, record)
}

#[test]
fn a_quorum_of_admins_lets_a_record_count_again() {
    let (book, record) = revoked();
    let short = &record[..10];
    let call = [&["reinstate", short, "-y"][..], &REASON].concat();
    let told = done(&book, "alice", &call);
    for part in [
        &format!("Mcm-Of: {record}\n"),
        "FAIL 5. its signature is good",
        &format!("1 of 2 policy-admins have signed for {short}"),
        &format!("`mcmbook reinstate {short}`"),
        "MCM-2026-0001 is revoked: ",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // One admin is one, however often they sign.
    let head = book.repo.head();
    let (code, told) = as_person(&book, "alice", &call);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains(&format!("alice has signed for {short} already (duplicate-principal)")), "{told}");
    assert_eq!(book.repo.head(), head);
    let told = done(&book, "dave", &[&call[..], &["--format", "json"]].concat());
    let told: serde_json::Value = serde_json::from_str(&told).expect("it is JSON");
    let schema = printed(&book.repo.book(), &["schema", "--decision"]);
    assert!(is_valid(&serde_json::from_str(&schema).expect("it is JSON"), &told), "{told}");
    assert_eq!(
        (&told["before"]["status"], &told["after"]["status"]),
        (&"revoked".into(), &"approved".into())
    );
    assert_eq!(told["commit"], book.repo.head());
    let told = done(&book, "alice", &["verify-record", short]);
    assert!(told.ends_with("the record counts\n"), "{told}");
}

#[test]
fn what_cannot_be_reinstated_is_refused_before_anybody_signs() {
    let (book, record) = revoked();
    let head = book.repo.head();
    let refused = |person: &str, arguments: &[&str], parts: &[&str]| {
        let (code, told) = as_person(&book, person, &[&["reinstate"], arguments].concat());
        assert_eq!(code, Some(2), "{told}");
        for part in parts {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert_eq!(book.repo.head(), head, "nothing was signed");
    };
    let with_reason =
        |id: &str| [&[id, "-y"][..], &REASON].concat().iter().map(ToString::to_string).collect();
    let call: Vec<String> = with_reason(&record);
    let call: Vec<&str> = call.iter().map(String::as_str).collect();
    refused(
        "erin",
        &[&call[..], &["--as", "erin"]].concat(),
        &["erin may not reinstate records (role-not-held)"],
    );
    refused("alice", &[&record, "-y"], &["no reason is given to reinstate", "`--reason"]);
    refused("alice", &["main"], &["`main` is not the id of a record"]);
    refused("alice", &["abcdef0123"], &["no record `abcdef0123` on a change or document has landed"]);
    let status = done(&book, "alice", &["status", CHANGE, "--format", "json"]);
    let status: serde_json::Value = serde_json::from_str(&status).expect("it is JSON");
    let records = status["subjects"][0]["records"].as_array().expect("a list");
    let of_bob = records.iter().find(|record| record["signer"] == "bob").expect("bob's record");
    let of_bob = of_bob["commit"].as_str().expect("an id");
    refused("alice", &[&[of_bob, "-y"][..], &REASON].concat(), &["no revocation stands against"]);
    book.repo.write("book.toml", "[book]\ntitle = \"B\"\n");
    refused("alice", &call, &["the work tree is not as it was committed: book.toml"]);
}
