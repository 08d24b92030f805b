//! The edges of what is a commit and a record: one byte more, one trailer in the wrong place.

use super::*;
use crate::inputs::signature::raw::{MAX_PARENTS, MAX_RECORD, NoCommit};
use crate::inputs::signature::{Known, Verification, cache_key};

#[test]
fn a_commit_may_have_many_parents_and_bytes_and_no_more() {
    let [tree, parent, author, committer] = &plain();
    let with = |count: usize| {
        let mut header = vec![tree.as_str()];
        header.extend(vec![parent.as_str(); count]);
        header.extend([author.as_str(), committer.as_str()]);
        commit(&header, "m\n")
    };
    for count in [0, 1, 2, MAX_PARENTS] {
        let bytes = with(count);
        let raw = split(&bytes).expect("it is a commit");
        assert_eq!((raw.parents.len(), raw.message), (count, &b"m\n"[..]));
        assert_eq!(raw.malformed, [], "{count} parents");
    }
    assert_eq!(split(&with(MAX_PARENTS + 1)), Err(NoCommit::TooManyParents));
    let short = commit(&[tree, parent, author, committer], "").len();
    for (more, flaws) in [(0, &[][..]), (1, &[Malformed::TooLarge])] {
        let bytes = commit(&[tree, parent, author, committer], &"x".repeat(MAX_RECORD - short + more));
        assert_eq!(split(&bytes).expect("it is a commit").malformed, flaws);
    }
}

#[test]
fn an_armour_ends_as_it_begins() {
    let [tree, parent, author, committer] = &plain();
    for (begin, end, is_right) in [
        ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----", true),
        ("-----BEGIN SSH SIGNATURE-----", "-----END PGP SIGNATURE-----", false),
        ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE", false),
        ("-----BEGIN SSH SIGNATURE", "-----END SSH SIGNATURE-----", false),
        ("SSH SIGNATURE", "SSH SIGNATURE", false),
    ] {
        let header = format!("gpgsig {begin}\n AAAA\n {end}");
        let flaws = flaws(&[tree, parent, author, committer, &header], "m\n");
        assert_eq!(flaws.is_empty(), is_right, "{begin} {end}: {flaws:?}");
    }
}

#[test]
fn ids_and_people_have_one_form() {
    let [tree, parent, author, committer] = &plain();
    let zeros = "0".repeat(40);
    for id in
        [&zeros[1..], &format!("{zeros}0"), &format!("{}g", &zeros[1..]), &format!("{}A", &zeros[1..]), ""]
    {
        for header in [[&format!("tree {id}"), parent], [tree, &format!("parent {id}")]] {
            let bytes = commit(&[header[0], header[1], author, committer], "m\n");
            assert_eq!(split(&bytes), Err(NoCommit::BadId), "{header:?}");
        }
    }
    assert!(split(&commit(&[&format!("tree {zeros}"), parent, author, committer], "m\n")).is_ok());
    for (ident, is_right) in [
        ("Ana <a> 12 +0100", true),
        ("Ana <a> 12 -2359", true),
        ("Ana <a> 12 +2400", false),
        ("Ana <a> 12 +0060", false),
        ("Ana <a> 12 +9999", false),
        ("Ana <a> 12 -0100", true),
        ("Ana <> 12 -0100", true),
        ("Ana <a> 12 +010", false),
        ("Ana <a> 12 +01000", false),
        ("Ana <a> 12 00100", false),
        ("Ana <a> 12 +01a0", false),
        ("Ana <a> 12 +", false),
        ("Ana <a> 1x +0100", false),
        ("Ana <a>  +0100", false),
        ("Ana <a>12 +0100", false),
        ("Ana <a<b> 12 +0100", false),
        ("Ana <a>b> 12 +0100", false),
        ("Ana a 12 +0100", false),
        ("Ana <a> 12", false),
        ("Ana <a> 99999999999999999999 +0100", false),
    ] {
        let found = flaws(&[tree, parent, &format!("author {ident}"), committer], "m\n");
        assert_eq!(found.is_empty(), is_right, "{ident}: {found:?}");
    }
    let bytes = commit(&[tree, parent, "author  Ana B  <a@b> 12 +0100", committer], "m\n");
    let raw = split(&bytes).expect("it is a commit");
    assert_eq!(
        (raw.author.name, raw.author.email, raw.author.seconds),
        (&b"Ana B"[..], &b"a@b"[..], Some(12))
    );
    let bytes = commit(&[tree, parent, "author > Ana <a", committer], "m\n");
    let raw = split(&bytes).expect("it is a commit");
    assert_eq!((raw.author.email, raw.author.seconds), (&b""[..], None));
}

/// A record of a decision with exactly these trailers beside those that all have.
fn record(decision: &str, trailers: &[&str]) -> Result<(), usize> {
    let value = |key: &str| match key {
        "Mcm-Subject" | "Mcm-Carries" | "Mcm-Policy-From" | "Mcm-Policy-To" => {
            format!("sha256:{}", "0".repeat(64))
        }
        "Mcm-Of" | "Mcm-Head" => "1".repeat(40),
        "Mcm-Serial" => "2".to_owned(),
        "Mcm-Time" => "2026-06-01T00:00:00Z".to_owned(),
        _ => "x".to_owned(),
    };
    let own: String = trailers.iter().map(|key| format!("{key}: {}\n", value(key))).collect();
    let message = format!(
        "A\n\nMcm-Record: v1\nMcm-Decision: {decision}\n{own}Mcm-Context: c\nMcm-Trust-Root: {PARENT}\nMcm-Signer: a\n"
    );
    read(message.as_bytes()).expect("a candidate").map(|_| ()).map_err(|faults| faults.len())
}

#[test]
fn each_decision_has_its_trailers_and_no_others() {
    const OPTIONAL: [&str; 4] = ["Mcm-Role", "Mcm-Covers", "Mcm-Carries", "Mcm-Meaning"];
    let own: [(&str, &[&str], &[&str]); 13] = [
        (
            "approve",
            &["Mcm-Role", "Mcm-Meaning", "Mcm-Document", "Mcm-Subject"],
            &["Mcm-Covers", "Mcm-Carries"],
        ),
        ("reject", &["Mcm-Role", "Mcm-Meaning", "Mcm-Document", "Mcm-Subject"], &["Mcm-Covers"]),
        ("retract", &["Mcm-Document", "Mcm-Subject", "Mcm-Of"], &["Mcm-Covers"]),
        ("withdraw", &["Mcm-Meaning", "Mcm-Document", "Mcm-Subject"], &["Mcm-Role", "Mcm-Covers"]),
        ("acknowledge", &["Mcm-Meaning", "Mcm-Document", "Mcm-Subject"], &["Mcm-Role", "Mcm-Covers"]),
        ("review", &["Mcm-Meaning", "Mcm-Document", "Mcm-Subject"], &["Mcm-Role", "Mcm-Covers"]),
        (
            "authorise",
            &["Mcm-Role", "Mcm-Meaning", "Mcm-Document", "Mcm-Subject", "Mcm-Incident"],
            &["Mcm-Covers"],
        ),
        (
            "authorise-alone",
            &["Mcm-Role", "Mcm-Meaning", "Mcm-Document", "Mcm-Subject", "Mcm-Incident"],
            &["Mcm-Covers"],
        ),
        ("ratify", &["Mcm-Role", "Mcm-Meaning", "Mcm-Document", "Mcm-Subject"], &["Mcm-Covers"]),
        (
            "accept-collision",
            &["Mcm-Role", "Mcm-Meaning", "Mcm-Document", "Mcm-Subject", "Mcm-Other"],
            &["Mcm-Covers"],
        ),
        ("amend-policy", &["Mcm-Policy-From", "Mcm-Policy-To", "Mcm-Serial"], &["Mcm-Role", "Mcm-Meaning"]),
        ("reinstate", &["Mcm-Meaning", "Mcm-Of"], &["Mcm-Role"]),
        ("observe", &["Mcm-Head", "Mcm-Time"], &[]),
    ];
    for (decision, needed, optional) in own {
        assert_eq!(record(decision, needed), Ok(()), "{decision}");
        for at in 0..needed.len() {
            let mut less = needed.to_vec();
            less.remove(at);
            assert_eq!(record(decision, &less), Err(1), "{decision} without {}", needed[at]);
        }
        for more in OPTIONAL.iter().filter(|more| !needed.contains(more)) {
            let found = record(decision, &[needed, &[more]].concat());
            assert_eq!(found.is_ok(), optional.contains(more), "{decision} with {more}");
        }
    }
}

#[test]
fn a_fault_names_its_line_and_a_message_has_an_end() {
    let message = RECORD.replacen("Read twice.", "Mcm-Role: director", 1);
    let found = read(message.as_bytes()).expect("a candidate").expect_err("ambiguous");
    assert_eq!(found, [RecordFault::Ambiguous { line: 4 }]);
    let rest = MAX_RECORD - RECORD.len();
    let long =
        |more: usize| RECORD.replacen("Read twice.", &format!("Read twice.{}", "x".repeat(rest + more)), 1);
    assert!(read(long(0).as_bytes()).expect("a candidate").is_ok());
    assert!(read(long(1).as_bytes()).expect("a candidate").is_err());
}

/// What is remembered of an SSH signature is found whatever certificates there are, and nothing else is.
#[test]
fn what_is_remembered_is_of_these_bytes() {
    let [tree, parent, author, committer] = &plain();
    let bytes =
        |message: &str| commit(&[tree, parent, author, committer, &format!("gpgsig {ARMOUR}")], message);
    let (one, other) = (bytes("m\n"), bytes("n\n"));
    let found = std::sync::Arc::new(Verification {
        status: SignatureStatus::Good,
        format: Format::Ssh,
        key: Some("SHA256:x".to_owned()),
        algorithm: None,
        presence: None,
        validity: None,
        why: None,
    });
    let none = Certificates::default();
    let mut with = Certificates::default();
    with.hash = Some(crate::text::ContentHash::of(b"certificates"));
    assert_ne!(cache_key(&one, &none), cache_key(&one, &with));
    let status = |known: &Known, raw: &[u8], certificates: &Certificates| {
        known.verify(raw, &split(raw).expect("it is a commit"), certificates).map(|found| found.is_good())
    };
    let known = Known::new([(cache_key(&one, &none), found.clone())].into_iter().collect());
    assert_eq!(status(&known, &one, &none), Some(true));
    assert_eq!(status(&known, &one, &with), Some(true), "certificates say nothing of SSH");
    assert_eq!(status(&known, &other, &none), Some(false));
    // Of another format only what was found with these certificates.
    let pgp = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----";
    let raw = commit(&[tree, parent, author, committer, pgp], "m\n");
    let known = Known::new([(cache_key(&raw, &none), found)].into_iter().collect());
    assert_eq!(status(&known, &raw, &none), Some(true));
    assert_eq!(status(&known, &raw, &with), Some(false));
}
