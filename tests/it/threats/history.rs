//! Rows 1 to 14, 55, 56, 69, 71 and 72: what lands when, and by which policy it is judged.

use mcmbook::facts::approval::ApprovalStatus;
use mcmbook::hosts::workspace::{self, LoadOptions};

use super::forge::{codes, found_by, merge};
use crate::approvals::book::{Book, CHANGE, FOLDER, PEOPLE};
use crate::approvals::site::{PAGE, Site};
use crate::evidence;
use crate::gate::command::{ask, codes as reasons};

const AS_OF: &str = "2025-12-01T00:00:00Z";

fn serial(book: &Book) -> (u64, Option<usize>, Option<String>) {
    let effective = book.approvals(AS_OF).effective.expect("there is a policy");
    let pending = effective.pending.as_ref();
    (
        effective.policy.serial,
        pending.map(|pending| pending.signed.len()),
        pending.and_then(|pending| pending.refused.clone()),
    )
}

const WITH_MALLORY: &str = "[[principal]]\nid = \"mallory\"\nname = \"mallory\"\n\
    emails = [\"mallory@a.example\"]\nroles = [\"manager\", \"policy-admin\"]\n";
const EVERYBODY: [&str; 5] = ["alice", "bob", "carol", "dave", "mallory"];

pub(super) fn key_of_the_same_landing() {
    let book = Book::submitted();
    let record = book.merged(|book| {
        book.policy(2, WITH_MALLORY, &EVERYBODY);
        book.as_person("dave", |book| book.commit("Add a key"));
        book.decide("mallory", "approve", "peer")
    });
    assert!(codes(&book, &record).contains(&"key-not-governing"));
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

pub(super) fn one_vote_of_two() {
    let book = Book::submitted();
    let from = book.policy_digest();
    assert!(found_by(&book, "MCM814").is_empty());
    book.policy(2, WITH_MALLORY, &EVERYBODY);
    let to = book.policy_digest();
    book.as_person("alice", |book| book.commit("Add a person"));
    book.vote("alice", &from, &to, 2);
    assert_eq!(serial(&book), (1, Some(1), None));
    book.vote("alice", &from, &to, 2);
    assert_eq!(serial(&book), (1, Some(1), None), "alice counts once");
    // The site is built all the same, and every page of it says what waits.
    assert_eq!(found_by(&book, "MCM814"), ["policy/policy.toml"]);
    let site = Site::of(&book);
    for page in ["index.html", PAGE, "policy/people/index.html"] {
        site.says(page, &["an amendment waits"]);
    }
    site.says("policy/index.html", &["1 of 2 policy-admins"]);
    book.vote("bob", &from, &to, 2);
    assert_eq!(serial(&book), (2, None, None));
    assert!(found_by(&book, "MCM814").is_empty());
    assert!(!Site::of(&book).text("index.html").contains("an amendment waits"));
}

pub(super) fn amendment_replayed() {
    let book = Book::submitted();
    let first = book.policy_digest();
    book.amend(2, |book| book.policy(2, WITH_MALLORY, &EVERYBODY));
    let second = book.policy_digest();
    assert_eq!(serial(&book).0, 2);
    book.amend(3, |book| book.policy(3, "", &PEOPLE));
    let third = book.policy_digest();
    assert_eq!(serial(&book).0, 3);
    // Back to the second policy, with its old votes, and with new ones that name its old serial.
    book.policy(2, WITH_MALLORY, &EVERYBODY);
    assert_eq!(book.policy_digest(), second);
    book.as_person("alice", |book| book.commit("Back"));
    for person in ["alice", "bob"] {
        book.vote(person, &first, &second, 2);
        book.vote(person, &third, &second, 2);
        book.vote(person, &third, &second, 4);
    }
    let (serial, _, refused) = serial(&book);
    assert_eq!((serial, refused.as_deref()), (3, Some("its serial is 2, 4 is due")));
}

pub(super) fn own_addition() {
    let book = Book::submitted();
    let from = book.policy_digest();
    book.policy(2, WITH_MALLORY, &EVERYBODY);
    let to = book.policy_digest();
    book.as_person("alice", |book| book.commit("Add a person"));
    book.vote("alice", &from, &to, 2);
    let vote = book.vote("mallory", &from, &to, 2);
    assert_eq!(serial(&book), (1, Some(1), None));
    assert_eq!(codes(&book, &vote), ["key-not-governing"]);
}

pub(super) fn quorum_lowered() {
    let book = Book::submitted();
    let from = book.policy_digest();
    let more = "[class.standard]\ndistinct_principals = 1\n";
    let lowered = |text: String| text.replace("distinct_principals = 2", "distinct_principals = 1");
    book.merged(|book| {
        book.policy(2, more, &PEOPLE);
        let path = book.repo.book().join("policy/policy.toml");
        let text = lowered(std::fs::read_to_string(&path).expect("the policy"));
        let text = text.replace("{ role = \"manager\", min = 1 }", "{ role = \"peer\", min = 1 }");
        std::fs::write(path, text).expect("the policy");
        let to = book.policy_digest();
        book.as_person("dave", |book| book.commit("One is enough"));
        book.vote("alice", &from, &to, 2);
        book.vote("bob", &from, &to, 2);
        book.decide("carol", "approve", "peer");
    });
    assert_eq!(serial(&book).0, 2, "it is in force now");
    let approvals = book.approvals(AS_OF);
    let (subject, _) = &approvals.subjects[&mcmbook::facts::approval::SubjectId::named(CHANGE)];
    assert!(subject.approved.is_empty(), "it was not when the approval landed");
}

pub(super) fn copied() {
    let (book, record) = approved_by_carol_on_a_branch();
    let copy = copy(&book, &record, "dave", &[]);
    assert_eq!(codes(&book, &copy), ["sig-missing", "record-rewritten"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

pub(super) fn copied_and_signed() {
    let (book, record) = approved_by_carol_on_a_branch();
    let copy = copy(&book, &record, "dave", &["-S"]);
    assert_eq!(codes(&book, &copy), ["signer-mismatch", "record-rewritten"]);
}

pub(super) fn rebased_by_its_signer() {
    let (book, record) = approved_by_carol_on_a_branch();
    let copy = copy(&book, &record, "carol", &["-S"]);
    assert_eq!(codes(&book, &copy), ["record-rewritten"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    assert_eq!(book.status(), ApprovalStatus::Approved, "to approve again is enough");
}

pub(super) fn forged_and_rebased() {
    let book = Book::submitted();
    book.repo.git(&["checkout", "--quiet", "-b", "side"]);
    let message = book.message("bob", "approve", "manager");
    book.repo.tick();
    book.repo.person.replace(Some("bob".to_owned()));
    let forged = book.repo.git(&["commit-tree", "-p", "HEAD", "-m", &message, "HEAD^{tree}"]);
    book.repo.git(&["checkout", "--quiet", "main"]);
    let copy = copy(&book, forged.trim(), "bob", &["-S"]);
    assert_eq!(codes(&book, &copy), ["record-rewritten"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

/// A record of carol's on a branch, and the mainline a page further.
fn approved_by_carol_on_a_branch() -> (Book, String) {
    let book = Book::submitted();
    book.repo.git(&["checkout", "--quiet", "-b", "side"]);
    let record = book.decide("carol", "approve", "peer");
    book.repo.git(&["checkout", "--quiet", "main"]);
    (book, record)
}

/// Makes the commit anew at the end of the mainline, as somebody.
fn copy(book: &Book, commit: &str, person: &str, options: &[&str]) -> String {
    book.as_person(person, |book| {
        book.repo.write("content/another.md", "# Another\n");
        book.commit("Another page");
        // Git takes the author's name and date from the commit, and the committer's from who does it.
        let mut arguments = vec!["cherry-pick", "--allow-empty"];
        arguments.extend(options);
        arguments.push(commit);
        book.repo.tick();
        book.repo.git(&arguments);
        book.repo.head()
    })
}

pub(super) fn replayed_to_another_document() {
    let book = Book::submitted();
    book.as_person("alice", |book| {
        let request = std::fs::read_to_string(book.repo.book().join(FOLDER).join("request.md"));
        let request = request.expect("the request").replace("A change", "Another change");
        book.repo.write("content/changes/2026/MCM-2026-0002/request.md", request);
        book.repo.write("content/changes/2026/MCM-2026-0002/runbook.md", "---\ntitle: Plan\n---\n");
        book.commit("Request another");
    });
    let message = book.message("carol", "approve", "peer");
    let other = book.record("carol", &message.replace(CHANGE, "MCM-2026-0002"));
    let none = book.record("carol", &message.replace(CHANGE, "MCM-2026-0003"));
    assert_eq!(codes(&book, &other), ["subject-mismatch"]);
    assert_eq!(codes(&book, &none), ["doc-id-mismatch"]);
    let missing = book.record("carol", &message.replace("request, runbook", "request, runbook, plan"));
    assert_eq!(codes(&book, &missing), ["path-missing"]);
}

pub(super) fn same_bytes_elsewhere() {
    let book = Book::adopted();
    book.as_person("alice", |book| {
        book.write_change();
        let path = format!("{FOLDER}/request.md");
        let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
        book.repo.write(&path, text.replacen("title:", "id: MCM-2026-0001\ntitle:", 1));
        book.commit("Request MCM-2026-0001");
    });
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    assert_eq!((book.status(), found_by(&book, "MCM005")), (ApprovalStatus::Approved, Vec::new()));
    book.as_person("dave", |book| {
        for file in ["request.md", "runbook.md"] {
            let text = std::fs::read(book.repo.book().join(FOLDER).join(file)).expect("it is there");
            book.repo.write(&format!("content/changes/2026/MCM-2026-0009/{file}"), text);
        }
        book.repo.write("content/windows/a.md", "---\ntitle: A\n---\n");
        book.repo.write("content/windows/a/index.md", "---\ntitle: A\n---\n");
        book.commit("Copy");
    });
    let approvals = book.approvals(AS_OF);
    let status = |id: &str| approvals.status(id).expect("it is there").status;
    assert_eq!(status(CHANGE), ApprovalStatus::Approved);
    assert_eq!(status("MCM-2026-0009"), ApprovalStatus::InReview, "the id is the path's");
    assert_eq!(found_by(&book, "MCM005"), ["content/changes/2026/MCM-2026-0009/request.md"]);
    assert_eq!(status("windows/a"), ApprovalStatus::Invalid, "two files have one id: neither is it");
    assert_eq!(found_by(&book, "MCM007"), ["content/windows/a/index.md"]);
    // The approved bytes in a folder of another year do not stand for what the change's own folder holds.
    let runbook = format!("{FOLDER}/runbook.md");
    let text = std::fs::read_to_string(book.repo.book().join(&runbook)).expect("the runbook");
    book.repo.write(&runbook, format!("{text}Other steps.\n"));
    book.as_person("dave", |book| book.commit("Other steps"));
    let copy = "content/changes/1999/MCM-2026-0001/runbook.md";
    book.repo.write(copy, text);
    book.as_person("dave", |book| book.commit("The approved ones, elsewhere"));
    assert_eq!(book.status(), ApprovalStatus::Invalid);
    for code in ["MCM005", "MCM007"] {
        assert!(found_by(&book, code).iter().any(|path| path == copy || path.starts_with(FOLDER)), "{code}");
    }
}

pub(super) fn replayed_to_another_repository() {
    let book = Book::submitted();
    let message = book.message("carol", "approve", "peer");
    let context = book.record("carol", &message.replace("Mcm-Context: test", "Mcm-Context: other"));
    let root = book.root();
    let of_other = book.record("carol", &message.replace(&root, &"1".repeat(40)));
    assert_eq!(codes(&book, &context), ["context-mismatch"]);
    assert_eq!(codes(&book, &of_other), ["trust-root-mismatch"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

pub(super) fn edited_afterwards() {
    for edit in [(|text| format!("{text} ")) as fn(String) -> String, |text| text.replace('\n', "\r\n")] {
        let book = Book::approved();
        let path = format!("{FOLDER}/runbook.md");
        let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the runbook");
        book.repo.write(&path, edit(text));
        book.as_person("dave", |book| book.commit("A space"));
        assert_eq!(book.status(), ApprovalStatus::Stale);
    }
}

pub(super) fn back_to_superseded() {
    let book = Book::approved();
    let path = format!("{FOLDER}/runbook.md");
    let first = std::fs::read_to_string(book.repo.book().join(&path)).expect("the runbook");
    book.repo.write(&path, format!("{first}\nMore.\n"));
    book.as_person("alice", |book| book.commit("More"));
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    assert_eq!(book.status(), ApprovalStatus::Approved);
    book.repo.write(&path, first);
    book.as_person("alice", |book| book.commit("Back"));
    assert_eq!(book.status(), ApprovalStatus::Stale);
}

pub(super) fn merges() {
    // An octopus and a criss-cross carry records, and each lands once.
    let book = Book::submitted();
    for (person, role) in [("carol", "peer"), ("bob", "manager")] {
        book.repo.git(&["checkout", "--quiet", "-b", person, "main"]);
        book.decide(person, "approve", role);
    }
    book.repo.git(&["checkout", "--quiet", "main"]);
    let tips = ["carol", "bob"].map(|branch| book.repo.git(&["rev-parse", branch]).trim().to_owned());
    merge(&book, &[&tips[0], &tips[1]]);
    merge(&book, &[&tips[1], &tips[0]]);
    assert_eq!(book.status(), ApprovalStatus::Approved);
    assert_eq!(book.reasons().len(), 2);
    // A foxtrot: somebody's own work becomes the first parent.
    let published = book.repo.head();
    book.repo.git(&["checkout", "--quiet", "-b", "own", "HEAD~1"]);
    book.repo.write("content/own.md", "# Own\n");
    book.as_person("dave", |book| book.commit("Own work"));
    book.repo.git(&["merge", "--quiet", "--no-ff", "-m", "Pull", "main"]);
    let load = |previous_head: &str| {
        let options = LoadOptions { dir: book.repo.book(), ..LoadOptions::default() };
        workspace::load(&LoadOptions { previous_head: Some(previous_head.to_owned()), ..options })
    };
    let failure = load(&published).expect_err("the published head is no first parent");
    assert!(failure.to_string().starts_with("foxtrot"), "{failure}");
    assert!(failure.help_lines()[0].contains(&published));
    book.repo.git(&["checkout", "--quiet", "main"]);
    assert!(load(&published).is_ok());
    assert!(load(&book.root()).is_ok());
}

pub(super) fn dropped_by_force() {
    let book = Book::approved();
    book.decide("dave", "reject", "manager");
    let published = book.repo.head();
    assert_eq!(book.status(), ApprovalStatus::Rejected);
    book.repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    assert_eq!(book.status(), ApprovalStatus::Approved, "nothing in the repository tells");
    let options = LoadOptions { dir: book.repo.book(), ..LoadOptions::default() };
    let options = LoadOptions { previous_head: Some(published), ..options };
    let failure = workspace::load(&options).expect_err("the published head is gone");
    assert!(failure.to_string().starts_with("history-rewritten"), "{failure}");
    assert_eq!(failure.exit().code(), 3);
}

/// A change with this slot, in a policy with this much time between approval and start, approved by carol and bob
/// from 16:07 to 16:08 UTC on 2025-11-24.
fn approved_before(slot: [&str; 2], lead: &str) -> Book {
    let book = Book::submitted();
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy");
        let more = format!("distinct_principals = 2\napproval_lead = \"{lead}\"");
        std::fs::write(path, text.replace("distinct_principals = 2", &more)).expect("the policy");
    });
    let path = format!("{FOLDER}/request.md");
    let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    let at = text.find("slot:").expect("it has a slot");
    let end = at + text[at..].find('\n').expect("a line ends");
    let [from, until] = slot;
    let slot = format!("slot: {{start: {from}, end: {until}, tz: UTC}}");
    book.repo.write(&path, format!("{}{slot}{}", &text[..at], &text[end..]));
    book.as_person("alice", |book| book.commit("Sooner"));
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    book
}

pub(super) fn late() {
    let status = |book: &Book, as_of: &str| book.approvals(as_of).status(CHANGE).expect("it is there").status;
    // Less than a day before the start, and when the window has begun already, where no time is asked for.
    for (slot, lead, during) in [
        (["2025-11-25T10:00:00Z", "2025-11-25T12:00:00Z"], "1d", "2025-11-25T10:30:00Z"),
        (["2025-11-24T16:06:00Z", "2025-11-24T18:00:00Z"], "0m", "2025-11-24T16:30:00Z"),
    ] {
        let book = approved_before(slot, lead);
        assert_eq!(status(&book, "2025-11-24T16:10:00Z"), ApprovalStatus::ApprovedLate, "{lead}");
        assert_eq!(status(&book, "2025-11-25T13:00:00Z"), ApprovalStatus::Expired, "{lead}");
        let (code, answer) = ask(&book, &["--at", during, "--change", CHANGE]);
        assert_eq!((code, answer["decision"].as_str()), (10, Some("DENY")), "{lead}: {answer}");
        assert!(reasons(&answer).contains(&"approval-approved-late"), "{lead}: {answer}");
    }
    // In time, the gate has nothing to say of the approval.
    let book = approved_before(["2025-11-25T17:00:00Z", "2025-11-25T19:00:00Z"], "1d");
    assert_eq!(status(&book, "2025-11-24T16:10:00Z"), ApprovalStatus::Approved);
    let (_, answer) = ask(&book, &["--at", "2025-11-25T17:30:00Z", "--change", CHANGE]);
    assert!(!reasons(&answer).iter().any(|code| code.starts_with("approval-")), "{answer}");
}

pub(super) fn service_lowered() {
    let book = Book::adopted();
    // The catalogue says that the service may stop nothing when it fails; the policy asks for more people
    // where a change touches one that may.
    book.amend(2, |book| {
        let more = "[class.major]\ncovers = [\"request\", \"runbook\"]\ndistinct_principals = 3\n\
            require = [{ role = \"peer\", min = 2 }, { role = \"manager\", min = 1 }]\n\
            [criteria.major]\ntypes_on_tiers = { types = [\"code\"], tiers = [2] }\n";
        book.policy(2, more, &PEOPLE);
    });
    let lowered = "---\ntitle: Checkout\nowner: alice\ntier: 3\nteam: shop\n---\n";
    book.merged(|book| {
        book.as_person("alice", |book| {
            book.write_change();
            book.repo.write("content/services/checkout.md", lowered);
            book.commit("Request a change of a service that matters less");
        });
    });
    let class = |book: &Book| {
        let approvals = book.approvals(AS_OF);
        let id = mcmbook::facts::approval::SubjectId::named(CHANGE);
        let (subject, _) = &approvals.subjects[&id];
        subject.need.as_ref().expect("it has a request").class.name()
    };
    assert_eq!(class(&book), "major", "the higher class of before and after");
}

pub(super) fn key_that_waits() {
    let book = Book::submitted();
    let policy =
        std::fs::read_to_string(book.repo.book().join("policy/allowed_signers")).expect("it is there");
    let key = std::fs::read_to_string(book.key("mallory").with_extension("pub")).expect("a public key");
    book.repo.write("policy/allowed_signers", format!("{policy}carol namespaces=\"git\" {key}"));
    book.as_person("dave", |book| book.commit("A second key for carol"));
    book.repo.write("content/another.md", "# Another\n");
    book.as_person("dave", |book| book.commit("Some time goes by"));
    let message = book.message("carol", "approve", "peer");
    let record = book.record("mallory", &message);
    assert_eq!(codes(&book, &record), ["key-not-governing"]);
    let good = book.decide("bob", "approve", "manager");
    assert_eq!(book.status(), ApprovalStatus::InReview);
    // The evidence says that it does not count. Where somebody writes into the script that it does, the keys of the
    // policy that governed say otherwise.
    let folder = evidence::written(&book);
    let (is_good, text) = evidence::verify(&folder.path(), Some(&book.repo.path()));
    assert!(is_good, "{text}");
    let told = format!("record {} does not count or fills no place: key-not-governing", &record[..12]);
    assert!(text.contains(&told), "{text}");
    let file = folder.path().join("evidence/verify.sh");
    let script = std::fs::read_to_string(&file).expect("the script");
    let of_bob = script.lines().find(|line| line.starts_with(&format!("record approve {good} bob ")));
    let of_bob = of_bob.expect("bob's record counts");
    let claimed = of_bob.replace(&format!("{good} bob "), &format!("{record} carol "));
    std::fs::write(&file, script.replace(of_bob, &format!("{claimed}\n{of_bob}"))).expect("the script");
    let (is_good, text) = evidence::verify(&folder.path(), None);
    assert!(!is_good);
    let refused =
        format!("approve as manager by carol, {}: the signature is by a key that policy 1", &record[..12]);
    assert!(evidence::failures(&text).iter().any(|line| line.starts_with(&refused)), "{text}");
}
