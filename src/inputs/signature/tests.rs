//! Commits and messages as bytes: what is refused, and why.

mod edges;

use super::raw::Malformed;
use super::record::{Decision, RecordFault, glance, read};
use super::{Certificates, Format, SignatureStatus, split, verify};

const TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const PARENT: &str = "1111111111111111111111111111111111111111";
const IDENT: &str = "Ana <ana@northmere.example> 1764000000 +0100";
const ARMOUR: &str = "-----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END SSH SIGNATURE-----";

fn commit(header: &[&str], message: &str) -> Vec<u8> {
    format!("{}\n\n{message}", header.join("\n")).into_bytes()
}

fn plain() -> [String; 4] {
    [
        format!("tree {TREE}"),
        format!("parent {PARENT}"),
        format!("author {IDENT}"),
        format!("committer {IDENT}"),
    ]
}

fn flaws(header: &[&str], message: &str) -> Vec<Malformed> {
    split(&commit(header, message)).expect("it is a commit").malformed
}

#[test]
fn a_signed_commit_is_split_as_git_signs_it() {
    let [tree, parent, author, committer] = &plain();
    let signed = commit(&[tree, parent, author, committer, &format!("gpgsig {ARMOUR}")], "Approve\n");
    let raw = split(&signed).expect("it is a commit");
    assert_eq!(raw.malformed, []);
    assert_eq!((raw.tree, raw.parents.as_slice()), (TREE, &[PARENT][..]));
    assert_eq!(raw.payload, commit(&[tree, parent, author, committer], "Approve\n"));
    let block = raw.signature.expect("it is signed");
    assert_eq!(block.format, Format::Ssh);
    assert_eq!(block.text, "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n");
    assert_eq!(raw.author.email, b"ana@northmere.example");
    assert_eq!(raw.author.seconds, Some(1_764_000_000));
}

#[test]
fn every_other_form_of_the_header_is_told() {
    let [tree, parent, author, committer] = &plain();
    let gpgsig = &format!("gpgsig {ARMOUR}");
    let cases: &[(&[&str], &[Malformed])] = &[
        (
            &[tree, parent, author, committer, gpgsig, gpgsig],
            &[Malformed::Header, Malformed::SeveralSignatures],
        ),
        (&[tree, parent, author, committer, "gpgsigfoo x", gpgsig], &[Malformed::SeveralSignatures]),
        (&[tree, parent, author, committer, gpgsig, "gpgsig-sha256 x"], &[]),
        (&[tree, gpgsig, parent, author, committer], &[Malformed::Header]),
        (&[tree, tree, parent, author, committer, gpgsig], &[Malformed::Header]),
        (&[tree, author, parent, committer, gpgsig], &[Malformed::Header]),
        (&[tree, parent, author, author, committer, gpgsig], &[Malformed::Header]),
        (&[tree, parent, author, committer, "encoding latin1", gpgsig], &[Malformed::Header]),
        (&[tree, parent, author, committer, "mergetag x\n y", gpgsig], &[Malformed::Header]),
        (&[tree, parent, author, committer, gpgsig, "change-id abc"], &[Malformed::Header]),
        (&[tree, parent, author, " hidden", committer, gpgsig], &[Malformed::Continuation]),
        (&[tree, parent, author, committer, "change-id abc", gpgsig], &[]),
        (&[tree, parent, "author Ana <a> 12 CET", committer, gpgsig], &[Malformed::Identity]),
        (&[tree, parent, "author Ana <a> -12 +0100", committer, gpgsig], &[Malformed::Identity]),
    ];
    for (header, wanted) in cases {
        assert_eq!(flaws(header, "m\n"), *wanted, "{header:?}");
    }
    let two = format!("{gpgsig}\n {ARMOUR}");
    assert_eq!(flaws(&[tree, parent, author, committer, &two], "m\n"), [Malformed::Armour]);
    let tail = format!("{gpgsig}\n unsigned text");
    assert_eq!(flaws(&[tree, parent, author, committer, &tail], "m\n"), [Malformed::Armour]);
    let returns = format!("gpgsig {}", ARMOUR.replace('\n', "\r\n"));
    let found = flaws(&[tree, parent, author, committer, &returns], "m\n");
    assert!(found.contains(&Malformed::CarriageReturn), "{found:?}");
    assert_eq!(flaws(&[tree, parent, author, committer], "a\0b\n"), [Malformed::Nul]);
    let long = "x".repeat(super::raw::MAX_RECORD);
    assert_eq!(flaws(&[tree, parent, author, committer], &long), [Malformed::TooLarge]);
}

#[test]
fn a_signature_in_the_message_or_behind_a_stranger_is_none() {
    let [tree, parent, author, committer] = &plain();
    let in_body = commit(&[tree, parent, author, committer], &format!("m\n\ngpgsig {ARMOUR}\n"));
    let raw = split(&in_body).expect("it is a commit");
    assert_eq!((raw.signature.is_none(), verify(&raw, &Certificates::default())), (true, None));
    let hidden = commit(&[tree, parent, author, committer, &format!("gpgsigx {ARMOUR}")], "m\n");
    let raw = split(&hidden).expect("it is a commit");
    assert_eq!((raw.signature.is_none(), raw.malformed), (true, vec![Malformed::SeveralSignatures]));
}

#[test]
fn what_is_not_verified_is_never_unsigned() {
    let [tree, parent, author, committer] = &plain();
    let status = |header: &str| {
        let bytes = commit(&[tree, parent, author, committer, header], "m\n");
        verify(&split(&bytes).expect("it is a commit"), &Certificates::default())
            .map(|verification| verification.status)
    };
    assert_eq!(status("gpgsig-sha256 x"), Some(SignatureStatus::Unsupported));
    assert_eq!(status("gpgsig -----BEGIN WHATEVER-----"), Some(SignatureStatus::Unsupported));
    assert_eq!(status(&format!("gpgsig {ARMOUR}")), Some(SignatureStatus::Bad));
}

const RECORD: &str = "Approve MCM-2026-0042 as change-manager\n\nThe plan holds.\nRead twice.\n\nMcm-Record: v1\n\
Mcm-Decision: approve\nMcm-Role: change-manager\nMcm-Meaning: I reviewed the plan.\nMcm-Document: MCM-2026-0042\n\
Mcm-Covers: request, runbook\n\
Mcm-Subject: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
Mcm-Context: prod-main\nMcm-Trust-Root: 1111111111111111111111111111111111111111\nMcm-Signer: alice\n";

fn faults(message: &str) -> Vec<&'static str> {
    let read = read(message.as_bytes()).expect("it is a candidate");
    read.expect_err("it is no record").iter().map(RecordFault::code).collect()
}

#[test]
fn a_record_is_read_whole() {
    let record = read(RECORD.as_bytes()).expect("a candidate").expect("a record");
    assert_eq!(record.decision, Decision::Approve);
    assert_eq!(record.role.as_deref(), Some("change-manager"));
    assert_eq!(record.covers, ["request", "runbook"]);
    assert_eq!(record.signer, "alice");
    assert_eq!(record.reason, "The plan holds.\nRead twice.");
    let signed_off = format!("{RECORD}Signed-off-by: Alice <alice@example.com>\n");
    assert!(read(signed_off.as_bytes()).expect("a candidate").is_ok());
    assert!(read(b"Talk about Mcm-Record: v1\n").is_none(), "prose is no candidate");
}

#[test]
fn a_glance_sees_what_a_record_says() {
    let [tree, parent, author, committer] = &plain();
    let strange = "Mcm-Document: MCM-2026-9999".to_owned();
    let trailers = &RECORD[RECORD.find("Mcm-Record").expect("it has trailers")..];
    let turned: String = trailers.lines().rev().map(|line| format!("{line}\n")).collect();
    let messages = [
        RECORD.to_owned(),
        trailers.to_owned(),
        turned.clone(),
        format!("Approve\n\nIt is of the form\nNcm-Document: x\n\n{turned}"),
        RECORD.replace("MCM-2026-0042\nMcm-Covers: request, runbook", "services/ledger"),
    ];
    for message in messages {
        for headers in [vec![tree, parent, author, committer], vec![tree, &strange, author, committer]] {
            let headers: Vec<&str> = headers.into_iter().map(|line| line.as_ref()).collect();
            let bytes = commit(&headers, &message);
            let whole = read(split(&bytes).expect("it is a commit").message);
            let record = whole.expect("a candidate").expect("a record");
            assert_eq!(glance(&bytes, "Mcm-Document"), record.document.as_deref(), "{message}");
            assert_eq!(glance(&bytes, "Mcm-Decision"), Some(record.decision.word()), "{message}");
            assert_eq!(glance(&bytes, "Mcm-Doc"), None);
        }
    }
    assert_eq!(glance(b"tree x\nMcm-Document: y", "Mcm-Document"), None, "there is no message");
    assert_eq!(glance(b"tree x\n\nMcm-Document: \xff\n", "Mcm-Document"), None);
}

#[test]
fn loose_trailers_are_refused() {
    let edits: &[(&str, &str, &[&str])] = &[
        ("Mcm-Role: change-manager", "Mcm-Role : change-manager", &["record-malformed"; 2]),
        ("Mcm-Role: change-manager", "Mcm-Role: change-manager\n Mcm-More: x", &["record-malformed"]),
        ("Mcm-Signer: alice", "Mcm-Signer: alice\nMcm-Signer: bob", &["record-malformed"]),
        ("Mcm-Signer: alice", "Mcm-Signer: alice\n---\nx: y", &["record-malformed"; 2]),
        ("Mcm-Record: v1", "Mcm-Record: v2", &["record-malformed"]),
        ("Mcm-Decision: approve", "Mcm-Decision: approves", &["record-malformed"]),
        ("Mcm-Meaning: I reviewed the plan.\n", "", &["record-malformed"]),
        ("Mcm-Meaning: I reviewed the plan.", "Mcm-Meaning:", &["record-malformed"]),
        ("Mcm-Meaning: I reviewed the plan.", "Mcm-Meaning: ", &["record-malformed"]),
        ("Mcm-Role: change-manager", "Mcm-Role:\nMcm-Role: ", &["record-malformed"; 2]),
        ("Mcm-Role: change-manager", "Mcm-Role:\nMcm-Role: peer", &["record-malformed"]),
        ("Mcm-Role: change-manager", "mcm-role:", &["record-malformed"; 2]),
        ("Mcm-Signer: alice\n", "", &["record-malformed"]),
        ("Mcm-Context: prod-main", "Mcm-Context: ", &["record-malformed"; 2]),
        ("sha256:e3b0", "sha256:E3B0zz", &["record-malformed"]),
        ("Mcm-Signer: alice", "Mcm-Signer: alice\nMcm-Other: MCM-2026-0001", &["record-malformed"]),
        ("The plan holds.", "Mcm-Decision: reject", &["record-ambiguous"]),
        ("Mcm-Signer: alice", "Mcm-Signer: alice\n\nMore.", &["record-ambiguous", "record-malformed"]),
    ];
    for (find, replace, wanted) in edits {
        let message = RECORD.replacen(find, replace, 1);
        let found = faults(&message);
        assert!(
            found.iter().all(|code| wanted.contains(code)) && !found.is_empty(),
            "{replace:?}: {found:?}"
        );
    }
}
