//! The rules on approvals: each is told in the demonstration or in one of these stories.

use std::collections::BTreeSet;
use std::sync::Arc;

use mcmbook::analysis::analyze;
use mcmbook::facts::approval::ApprovalStatus;
use mcmbook::facts::approval::subject::Manifest;
use mcmbook::hosts::workspace::{self, AsOf, LoadOptions};
use mcmbook::memo::Memo;
use mcmbook::text::ContentHash;
use mcmbook::verdicts::lint::{Check, RULES};

use super::book::{Book, CHANGE};
use crate::support::Folder;
use crate::support::run::printed;
use crate::threats::forge::{Forged, folded, put};
use crate::threats::openpgp::Gpg;

const REQUEST: &str = "content/changes/2026/MCM-2026-0001/request.md";
const RUNBOOK: &str = "content/changes/2026/MCM-2026-0001/runbook.md";

/// The codes of group 8xx that are told of a book.
fn told(dir: std::path::PathBuf, as_of: AsOf) -> BTreeSet<String> {
    let options = LoadOptions { dir, as_of, ..LoadOptions::default() };
    let inputs = workspace::load(&options).expect("the book loads").inputs;
    let findings = analyze(Arc::new(inputs), &Memo::forgetful()).findings;
    let codes = findings.iter().map(|finding| finding.diagnostic.code.0);
    codes.filter(|code| code.starts_with("MCM8")).map(str::to_owned).collect()
}

fn told_of(book: &Book) -> BTreeSet<String> {
    let early = AsOf::At("2025-12-01T00:00:00Z".parse().expect("an instant"));
    told(book.repo.book(), early)
}

fn of(codes: &[&str]) -> BTreeSet<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

/// An emergency that somebody authorises alone, and that is carried out.
fn carried_out(book: &Book, person: &str, role: &str) {
    let asks = "[class.emergency]\ncovers = [\"request\", \"runbook\"]\n\
                authorise = [{ role = \"manager\", min = 2 }]\n";
    book.amend(2, |book| book.policy(2, asks, &super::book::PEOPLE));
    let request = std::fs::read_to_string(book.repo.book().join(REQUEST)).expect("the request");
    let emergency = "owner: alice\nclass: emergency\nincident: INC-1";
    book.repo.write(REQUEST, request.replace("owner: alice", emergency));
    book.as_person("alice", |book| book.commit("An emergency"));
    let message = book.message(person, "authorise-alone", role);
    let digest =
        message.lines().find_map(|line| line.strip_prefix("Mcm-Subject: ")).expect("a digest").to_owned();
    book.record(person, &message.replace("Mcm-Context", "Mcm-Incident: INC-1\nMcm-Context"));
    let execution = format!("---\ntitle: Done\nfor: MCM-2026-0001\napproval_set: {digest}\n---\n");
    book.repo.write("content/changes/2026/MCM-2026-0001/execution-1.md", execution);
    book.as_person("dave", |book| book.commit("Record the execution"));
}

#[test]
fn who_holds_no_role_of_the_row_authorises_nothing() {
    for (person, role, status) in
        [("bob", "manager", ApprovalStatus::Unratified), ("carol", "peer", ApprovalStatus::InReview)]
    {
        let book = Book::submitted();
        carried_out(&book, person, role);
        let approvals = book.approvals("2025-12-01T00:00:00Z");
        let approval = approvals.status(CHANGE).expect("it is there");
        assert_eq!(approval.status, status, "{person}: {} {:?}", approval.why, book.reasons());
    }
}

/// The key with which GitHub signs what people do in its web pages.
const WEB_FLOW: &str = "968479A1AFF927E37D1A566BB5690EEEBB952194";

/// A signature that names another key than the one that made it.
fn named(signature: &str, key: &str, other: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
    };
    let lines = signature.lines().skip_while(|line| !line.is_empty()).skip(1);
    let digits: String = lines.take_while(|line| !line.starts_with(['=', '-'])).collect();
    let mut packet = STANDARD.decode(digits).expect("an armour");
    // The fingerprint, and the last eight bytes of it as the key id.
    for (from, to) in [(bytes(key), bytes(other)), (bytes(&key[24..]), bytes(&other[24..]))] {
        let at = packet.windows(from.len()).position(|window| window == from);
        if let Some(at) = at {
            packet[at..at + from.len()].copy_from_slice(&to);
        }
    }
    let lines: Vec<String> = STANDARD
        .encode(packet)
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!("-----BEGIN PGP SIGNATURE-----\n\n{}\n-----END PGP SIGNATURE-----\n", lines.join("\n"))
}

/// A story, and exactly the rules that are told of it.
type Story = (fn(&Book), &'static [&'static str]);

const STORIES: [Story; 18] = [
    (|_| {}, &["MCM801"]),
    (
        |book| {
            book.decide("carol", "approve", "manager");
        },
        &["MCM801", "MCM802"],
    ),
    (
        |book| {
            book.decide("alice", "approve", "peer");
        },
        &["MCM801", "MCM803"],
    ),
    (
        |book| {
            book.decide("bob", "approve", "peer");
            book.decide("bob", "approve", "manager");
        },
        &["MCM801", "MCM807"],
    ),
    (
        |book| {
            let text = std::fs::read_to_string(book.repo.book().join(RUNBOOK)).expect("the runbook");
            book.repo.write(RUNBOOK, format!("{text}\nMore.\n"));
            book.as_person("mallory", |book| book.commit("An edit from outside"));
            book.decide("carol", "approve", "peer");
        },
        &["MCM801", "MCM822"],
    ),
    (
        |book| {
            book.policy(2, "", &super::book::PEOPLE);
            book.as_person("dave", |book| book.commit("Another policy"));
        },
        &["MCM801", "MCM814"],
    ),
    (
        |book| {
            book.decide("carol", "approve", "peer");
            book.decide("bob", "approve", "manager");
            let window = "---\ntitle: Close\nowner: alice\ntype: restricted\ntz: UTC\nstart: 2026-06-19T00:00\n\
                          end: 2026-06-22T00:00\nlevel: soft\nscope: {services: [checkout]}\nreason: Quarter end.\n---\n";
            book.repo.write("content/windows/close.md", window);
            book.as_person("dave", |book| book.commit("Restrict the week"));
        },
        // The window waits for an approval of its own.
        &["MCM801", "MCM821"],
    ),
    (
        |book| {
            let request = std::fs::read(book.repo.book().join(REQUEST)).expect("the request");
            let of = |files: Vec<(String, ContentHash)>| Manifest::of(files).expect("plain names").digest();
            let part = of(vec![("request.md".to_owned(), ContentHash::of(&request))]);
            let message = book.message("carol", "approve", "peer").replace("request, runbook", "request");
            let line = message.lines().find(|line| line.starts_with("Mcm-Subject")).expect("a digest");
            book.record("carol", &message.replace(line, &format!("Mcm-Subject: sha256:{part}")));
        },
        &["MCM801", "MCM825"],
    ),
    (
        |book| {
            let erin = "[[principal]]\nid = \"erin\"\nname = \"Erin\"\nemails = [\"erin@a.example\"]\n\
                        roles = [\"manager\"]\ndelegates = [{ to = \"carol\", role = \"manager\", \
                        from = \"2020-01-01\", until = \"2020-02-01\" }]\n";
            book.amend(2, |book| book.policy(2, erin, &super::book::PEOPLE));
            book.decide("carol", "approve", "manager");
        },
        &["MCM801", "MCM820"],
    ),
    (
        |book| {
            let observer =
                format!("[[observer]]\nid = \"ci\"\nfingerprint = \"{}\"\n", book.fingerprint("mallory"));
            book.amend(2, |book| book.policy(2, &observer, &super::book::PEOPLE));
            book.as_person("dave", |book| book.commit("What somebody takes away"));
            super::trust::see(book, "mallory", "2025-11-24T19:00:00Z");
            book.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
        },
        &["MCM801", "MCM813"],
    ),
    (
        |book| {
            book.amend(2, |book| book.policy(2, "min_time_evidence = \"T2\"", &super::book::PEOPLE));
            book.decide("carol", "approve", "peer");
        },
        &["MCM801", "MCM809"],
    ),
    (
        |book| {
            // What a forge makes of a record in its web pages: a signature that names the forge's own key.
            let gpg = Gpg::new();
            let key = gpg.key("web", "ed25519", "never");
            let mut forged = Forged::approval(book);
            let signature = gpg.sign(&key, &forged.payload(), &[]);
            forged.behind = folded("gpgsig", &named(&signature, &key, WEB_FLOW));
            put(book, &forged.bytes());
        },
        &["MCM801", "MCM810"],
    ),
    (
        |book| {
            super::landed::execute(book, super::landed::LATE, "dave");
            super::landed::approve(book);
        },
        &["MCM808"],
    ),
    (
        |book| {
            let message = book.message("carol", "approve", "peer");
            book.record("carol", &message.replace("Mcm-Meaning: I read it.", "Mcm-Meaning:"));
        },
        &["MCM801", "MCM811"],
    ),
    (
        |book| {
            // Nothing is stated, and somebody else has signed it: two facts.
            let message = book.message("carol", "approve", "peer");
            let message = message.replace("Mcm-Meaning: I read it.\n", "").replace("Mcm-Role: peer\n", "");
            book.record("mallory", &message);
        },
        &["MCM801", "MCM804", "MCM811"],
    ),
    (
        |book| {
            let message = book.message("carol", "approve", "peer");
            book.record(
                "carol",
                &message.replace("Mcm-Meaning: I read it.", "Mcm-Meaning: I read it.\nMore: x"),
            );
        },
        &["MCM801", "MCM804"],
    ),
    // One person who may authorises an emergency alone, it is carried out, and nobody ratifies it.
    (|book| carried_out(book, "bob", "manager"), &["MCM815", "MCM816"]),
    // Carol holds no role that may: nothing is authorised, whatever the record says.
    (|book| carried_out(book, "carol", "peer"), &["MCM816"]),
];

#[test]
fn every_rule_on_approvals_is_told_and_no_other() {
    let mut seen = BTreeSet::new();
    for (number, (story, codes)) in STORIES.iter().enumerate() {
        let book = Book::submitted();
        story(&book);
        let told = told_of(&book);
        assert_eq!(told, of(codes), "story {number} of {CHANGE}");
        seen.extend(told);
    }
    let folder = Folder::new();
    printed(&folder.path(), &["demo", "book", "--no-build"]);
    seen.extend(told(folder.path().join("book"), AsOf::Head));
    // What no book of the starter profile tells has a test beside this one.
    seen.insert("MCM818".to_owned());
    let judged = RULES.iter().filter(|rule| matches!(rule.check, Check::Ledger(_)));
    let judged = judged.filter(|rule| rule.code.0.starts_with("MCM8"));
    let missing: Vec<&str> = judged.map(|rule| rule.code.0).filter(|code| !seen.contains(*code)).collect();
    assert!(missing.is_empty(), "nothing tells {missing:?}");
}
