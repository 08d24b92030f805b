//! Rows 47 to 54, 63 to 65 and 68: who somebody is, and what trailers may say.

use mcmbook::facts::approval::ApprovalStatus;
use mcmbook::inputs::policy;
use mcmbook::text::{BookPath, SourceFile};
use pgp::types::KeyVersion;

use super::forge::{Forged, codes, folded, found_by, last, put, refused, waiting};
use super::packets;
use crate::approvals::book::{Book, CHANGE, FOLDER, PEOPLE};
use crate::approvals::site::{PAGE, Site};
use crate::support::files_below;
use crate::support::run::outcome;

const AS_OF: &str = "2025-12-01T00:00:00Z";

/// The reasons why valid records of the change fill no place.
fn uncounted(book: &Book) -> Vec<&'static str> {
    let approvals = book.approvals(AS_OF);
    let approval = approvals.status(CHANGE).expect("it is there");
    approval.uncounted.iter().map(|one| one.reason.code()).collect()
}

pub(super) fn names_that_differ() {
    let book = waiting();
    let alice = "Alice Example <alice@a.example> 1764000100 +0100";
    let dave = "Dave Example <dave@a.example> 1764000100 +0100";
    let signed_by_carol = |committer: &str| {
        let mut forged = Forged::approval(&book);
        forged.header[2] = format!("author {alice}");
        forged.header[3] = format!("committer {committer}");
        forged.signed(&book).bytes()
    };
    refused(&book, &signed_by_carol(dave), &["record-rewritten"]);
    let id = put(&book, &signed_by_carol(alice));
    assert_eq!(codes(&book, &id), [""; 0], "the key says who it is");
    assert_eq!(book.status(), ApprovalStatus::Approved);
    assert_eq!(last(&book).principal.as_deref(), Some("carol"));
    // All of them stand beside each other in the rows of the records.
    let site = Site::of(&book);
    let page = site.text(PAGE);
    let rows: Vec<&str> = page.split("<tr role=\"row\">").filter(|row| row.contains(">carol</a>")).collect();
    for names in ["commit of Alice Example, committed by Dave Example<", "commit of Alice Example<"] {
        assert!(rows.iter().any(|row| row.contains(names)), "{names}: {page}");
    }
    assert_eq!(page.matches("commit of ").count(), 2, "bob's commit names bob");
}

pub(super) fn look_alikes() {
    let faults = |id: &str, name: &str| {
        let text = format!("schema = 1\n[[principal]]\nid = \"{id}\"\nname = \"{name}\"\n");
        let file = SourceFile::new(BookPath::new("policy/policy.toml").expect("a path"), text.into_bytes());
        policy::parse(&[file], None).faults.len()
    };
    assert_eq!(faults("alice", "Alice Müller"), 0);
    for id in ["аlice", "Alice", "al\u{200d}ice", "alice "] {
        assert_eq!(faults(id, "Alice"), 1, "{id:?}");
    }
    for name in ["A\u{202e}lice", "Al\u{200d}ice", "Alice Mu\u{308}ller"] {
        assert_eq!(faults("alice", name), 1, "{name:?}");
    }
    // Ids that only a careful eye tells apart are for the lint: both are well formed.
    let book = Book::adopted();
    book.policy(1, "[[principal]]\nid = \"al1ce\"\nname = \"Alice\"\n", &PEOPLE);
    assert!(found_by(&book, "MCM904").len() > 1, "al1ce looks like alice, and has no key");
    // Elsewhere nothing is refused, and nothing turns a page around: in a title, in the name of an author, in the
    // reason of a record and in its subject line.
    let book = waiting();
    let path = format!("{FOLDER}/request.md");
    let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    book.repo.write(&path, text.replacen("A change", "A \u{202e}egnahc\u{2066}", 1));
    book.as_person("alice", |book| {
        book.repo.person.replace(None);
        book.repo.git(&["add", "--all"]);
        let author = "--author=Bob \u{202e}ecilA\u{202c} <alice@a.example>";
        book.repo.git(&["commit", "--quiet", "-S", author, "-m", "A \u{2067}title"]);
    });
    let message = book.message("carol", "approve", "peer");
    book.record("carol", &message.replacen("Read.", "R\u{202e}.dae", 1));
    let site = Site::of(&book);
    site.says(
        PAGE,
        &["A \u{fffd}egnahc\u{fffd}", "Bob \u{fffd}ecilA\u{fffd}", "R\u{fffd}.dae", "A \u{fffd}title"],
    );
    for (path, bytes) in files_below(&site.0.path().join("site")) {
        let is_shown = [".html", ".atom", ".xml", ".ics"].iter().any(|end| path.ends_with(end));
        let text = String::from_utf8_lossy(&bytes);
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!is_shown || !text.contains(turns), "{path}");
    }
}

pub(super) fn mailmap() {
    let book = waiting();
    book.repo.write(
        ".mailmap",
        "Carol <carol@a.example> <alice@a.example>\nBob <bob@a.example> <carol@a.example>\n",
    );
    book.as_person("dave", |book| book.commit("Map people"));
    book.decide("carol", "approve", "peer");
    assert_eq!(book.status(), ApprovalStatus::Approved, "alice wrote it, whatever the map says");
}

pub(super) fn trailers_in_prose() {
    let book = waiting();
    let mut forged = Forged::approval(&book);
    forged.message = forged.message.replacen("Read.", "Mcm-Role: director", 1);
    refused(&book, &forged.signed(&book).bytes(), &["record-ambiguous"]);
    let mut forged = Forged::approval(&book);
    forged.message = forged.message.replacen("Read.", " Mcm-Role: director", 1);
    refused(&book, &forged.signed(&book).bytes(), &["record-ambiguous"]);
    let message = book.message("carol", "approve", "peer");
    book.repo.write("content/another.md", "# Another\n");
    book.as_person("carol", |book| book.commit(&format!("Squashed\n\n* another page\n\n{message}")));
    let squashed = book.repo.head();
    assert_eq!(codes(&book, &squashed), ["record-not-pure"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
    // Prose that speaks of records makes no candidate.
    book.as_person("dave", |book| book.commit("Tell of `Mcm-Record: v1`\n\nMcm-Role: nothing"));
    assert!(!book.reasons().contains_key(&book.repo.head()));
}

pub(super) fn loose_trailers() {
    for (from, to) in [
        ("Mcm-Role: peer\n", "Mcm-Role: peer\n  and more\n"),
        ("Mcm-Role: peer\n", "Mcm-Role: peer\nMcm-Role: peer\n"),
        ("Mcm-Role: peer\n", "Mcm-Role : peer\n"),
        ("Mcm-Role: peer\n", "Mcm-Role:peer\n"),
        ("Mcm-Role: peer\n", "Mcm-Role: peer \n"),
        ("Mcm-Role: peer\n", "---\nMcm-Role: peer\n"),
        ("Mcm-Role: peer\n", "# ------------------------ >8 ------------------------\nMcm-Role: peer\n"),
        ("Mcm-Role: peer\n", "Mcm-Role: peer\nReviewed-by: bob\n"),
        ("Mcm-Role: peer\n", "Mcm-Role: peer\nMcm-Weight: 2\n"),
        ("Mcm-Role: peer\n", ""),
        ("Mcm-Record: v1", "Mcm-Record: v2"),
        ("Mcm-Decision: approve", "Mcm-Decision: Approve"),
    ] {
        let book = waiting();
        let mut forged = Forged::approval(&book);
        forged.message = forged.message.replacen(from, to, 1);
        refused(&book, &forged.signed(&book).bytes(), &["record-malformed"]);
    }
    let book = waiting();
    let mut forged = Forged::approval(&book);
    forged.message += "Signed-off-by: carol <carol@a.example>\n";
    let id = put(&book, &forged.signed(&book).bytes());
    assert_eq!(codes(&book, &id), [""; 0]);
}

pub(super) fn two_keys() {
    // Two people with one address: an author's address would lead to both, and no such policy is read.
    let book = Book::submitted();
    let twin = "[[principal]]\nid = \"robert\"\nname = \"Robert\"\nemails = [\"BOB@a.example\"]\nroles = [\"manager\"]\n";
    book.policy(2, twin, &PEOPLE);
    let (code, told) = outcome(&book.repo.book(), &["check"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("mail address `bob@a.example` is used twice"), "{told}");
    let book = Book::submitted();
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        let path = book.repo.book().join("policy/allowed_signers");
        let text = std::fs::read_to_string(&path).expect("the roster");
        let key = std::fs::read_to_string(book.key("mallory").with_extension("pub")).expect("a key");
        std::fs::write(path, format!("{text}bob namespaces=\"git\" {key}")).expect("the roster");
    });
    book.decide("bob", "approve", "manager");
    let second = book.record("mallory", &book.message("bob", "approve", "peer"));
    assert_eq!(codes(&book, &second), [""; 0], "each is a valid record of bob's");
    assert_eq!(book.status(), ApprovalStatus::InReview);
    assert_eq!(uncounted(&book), ["duplicate-principal"]);
    // One key on two people's lines is that of the first.
    let book = Book::submitted();
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        let path = book.repo.book().join("policy/allowed_signers");
        let text = std::fs::read_to_string(&path).expect("the roster");
        let key = std::fs::read_to_string(book.key("bob").with_extension("pub")).expect("a key");
        std::fs::write(path, format!("{text}carol namespaces=\"git\" {key}")).expect("the roster");
    });
    book.decide("bob", "approve", "manager");
    let other = book.record("bob", &book.message("carol", "approve", "peer"));
    assert_eq!(codes(&book, &other), ["signer-mismatch"]);
    assert_eq!(book.status(), ApprovalStatus::InReview);
    assert!(!found_by(&book, "MCM904").is_empty(), "the roster is told");
}

/// An edit of the runbook, not committed.
fn edit(book: &Book) {
    let path = format!("{FOLDER}/runbook.md");
    let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the runbook");
    book.repo.write(&path, format!("{text}\nMore.\n"));
}

pub(super) fn editors() {
    let approve = |book: &Book| {
        book.decide("bob", "approve", "manager");
        book.decide("carol", "approve", "peer");
        assert_eq!(book.status(), ApprovalStatus::InReview);
        assert_eq!(uncounted(book), ["self-approval"]);
    };
    let book = Book::submitted();
    edit(&book);
    book.as_person("carol", |book| book.commit("More"));
    approve(&book);
    let book = Book::submitted();
    edit(&book);
    book.as_person("dave", |book| book.commit("More\n\nCo-authored-by: Carol <CAROL@a.example>"));
    approve(&book);
    // A merge that changes content itself, signed by carol though dave is named.
    let book = Book::submitted();
    book.repo.git(&["checkout", "--quiet", "-b", "side"]);
    book.repo.write("content/another.md", "# Another\n");
    book.as_person("dave", |book| book.commit("Another"));
    book.repo.git(&["checkout", "--quiet", "main"]);
    let key = book.key("carol").display().to_string();
    book.as_person("dave", |book| {
        book.repo.tick();
        book.repo.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
        edit(book);
        book.repo.git(&["add", "--all"]);
        book.repo.git(&["config", "user.signingkey", &key]);
        book.repo.git(&["commit", "--quiet", "-S", "-m", "Merge"]);
    });
    approve(&book);
    // Rebased by dave: carol stays the author.
    let book = Book::submitted();
    book.repo.git(&["checkout", "--quiet", "-b", "side"]);
    edit(&book);
    book.as_person("carol", |book| book.commit("More"));
    book.repo.git(&["checkout", "--quiet", "main"]);
    book.as_person("dave", |book| {
        book.repo.write("content/another.md", "# Another\n");
        book.commit("Another");
        book.repo.git(&["cherry-pick", "-S", "side"]);
    });
    approve(&book);
}

pub(super) fn unsigned_edits() {
    let book = Book::submitted();
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy");
        let text =
            text.replace("distinct_principals = 2", "distinct_principals = 2\nsigned_edits = \"required\"");
        std::fs::write(path, text).expect("the policy");
    });
    edit(&book);
    let unsigned = book.as_person("dave", |book| book.repo.commit("More"));
    book.decide("bob", "approve", "manager");
    book.decide("carol", "approve", "peer");
    assert_eq!(book.status(), ApprovalStatus::InReview);
    let approvals = book.approvals(AS_OF);
    let hindrances = &approvals.status(CHANGE).expect("it is there").hindrances;
    let told: Vec<(&str, &str)> = hindrances.iter().map(|(why, what)| (why.code(), what.as_str())).collect();
    assert_eq!(told, [("editor-unknown", unsigned.as_str())]);
    // The claim of an unknown address blocks as long as nobody on the roster signs for it.
    let book = Book::submitted();
    edit(&book);
    book.repo.person.replace(Some("stranger".to_owned()));
    book.repo.commit("More");
    book.decide("bob", "approve", "manager");
    book.decide("carol", "approve", "peer");
    assert_eq!(book.status(), ApprovalStatus::InReview);
    // Dave signs for it: with a key that stands, and with one that has expired or was stolen.
    let cases: [(&str, fn(&Book), ApprovalStatus); 3] = [
        ("it stands", |_| {}, ApprovalStatus::Approved),
        (
            "it has expired",
            |book| roster(book, ",valid-before=\"20250102000000Z\""),
            ApprovalStatus::InReview,
        ),
        ("it was stolen", stolen, ApprovalStatus::InReview),
    ];
    for (what, change, expected) in cases {
        let book = Book::submitted();
        book.amend(2, |book| {
            book.policy(2, "", &PEOPLE);
            change(book);
        });
        edit(&book);
        book.as_person("dave", |book| {
            book.repo.person.replace(Some("stranger".to_owned()));
            book.commit("More");
        });
        book.decide("bob", "approve", "manager");
        book.decide("carol", "approve", "peer");
        assert_eq!(book.status(), expected, "{what}");
    }
}

/// Says in the policy that dave's key is in other hands.
fn stolen(book: &Book) {
    let key = book.fingerprint("dave");
    let said = format!(
        "[[revocation]]\nkey = \"{key}\"\nkind = \"compromised\"\nsince = \"2025-01-01T00:00:00Z\"\n"
    );
    book.policy(2, &said, &PEOPLE);
}

/// Writes an option behind the name of dave in the roster.
fn roster(book: &Book, option: &str) {
    let path = book.repo.book().join("policy/allowed_signers");
    let text = std::fs::read_to_string(&path).expect("the roster");
    let line = "dave namespaces=\"git\"";
    assert!(text.contains(line), "{text}");
    std::fs::write(&path, text.replace(line, &format!("{line}{option}"))).expect("the roster");
}

pub(super) fn careless_roster() {
    let clean = Book::adopted();
    assert!(found_by(&clean, "MCM904").is_empty());
    for edit in [
        (|text| text.replacen("carol namespaces", "carol,dave namespaces", 1)) as fn(&str) -> String,
        |text| text.replacen("carol namespaces", "* namespaces", 1),
        |text| {
            text.replacen("carol namespaces=\"git\"", "carol namespaces=\"git\",valid-after=\"20250101\"", 1)
        },
        |text| format!("{text}{}", text.lines().next().unwrap_or_default().replacen("alice", "bob", 1)),
    ] {
        let book = Book::adopted();
        let path = book.repo.book().join("policy/allowed_signers");
        let text = std::fs::read_to_string(&path).expect("the roster");
        std::fs::write(&path, edit(&text)).expect("the roster");
        assert!(!found_by(&book, "MCM904").is_empty(), "{}", edit(&text));
    }
}

pub(super) fn unreadable_revocation() {
    for wrong in [
        "[[revocation]]\nkey = \"SHA256:short\"\nkind = \"compromised\"\nsince = \"2025-11-01T00:00:00Z\"\n",
        "[[revocation]]\nkind = \"compromised\"\nsince = \"2025-11-01T00:00:00Z\"\n",
        "[[revocations]]\nkind = \"compromised\"\n",
        "[[revocation]\n",
    ] {
        let book = Book::approved();
        book.policy(1, wrong, &PEOPLE);
        assert!(book.failure().contains("not usable"), "{wrong}");
        book.as_person("dave", |book| book.commit("A revocation"));
        book.repo.git(&["checkout", "--quiet", "HEAD~1", "--", "policy"]);
        assert_eq!(book.status(), ApprovalStatus::Approved, "it never governs: {wrong}");
    }
}

pub(super) fn claimed_status() {
    let book = Book::submitted();
    let path = format!("{FOLDER}/request.md");
    let text = std::fs::read_to_string(book.repo.book().join(&path)).expect("the request");
    book.repo.write(&path, text.replacen("title:", "status: approved\napproved_by: [carol, bob]\ntitle:", 1));
    book.as_person("alice", |book| book.commit("Claim"));
    assert!(!found_by(&book, "MCM006").is_empty());
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

pub(super) fn key_of_the_forge() {
    // On the roster by its fingerprint, by the id of the forge's account, and by a robot's address.
    let key = "[[key]]\nfingerprint = \"968479A1AFF927E37D1A566BB5690EEEBB952194\"\nprincipal = \"carol\"\n";
    let account = "[[principal]]\nid = \"web-flow\"\nname = \"GitHub\"\n";
    let robot =
        "[[principal]]\nid = \"renovate\"\nname = \"R\"\nemails = [\"29139614+renovate[bot]@a.example\"]\n";
    for listed in [key, account, robot] {
        let book = Book::adopted();
        assert!(found_by(&book, "MCM904").is_empty());
        book.policy(1, listed, &PEOPLE);
        assert_eq!(found_by(&book, "MCM904"), ["policy/policy.toml"], "{listed}");
    }
    // A record that the forge has signed: it names its key by the last eight bytes of the fingerprint.
    let forge = packets::key(KeyVersion::V4, 5);
    let mallory = 0x1234_5678_9abc_def0_u64;
    for (id, code, silent) in [
        (0xb569_0eee_bb95_2194_u64, "MCM810", "MCM804"),
        (0x4aee_18f8_3afd_eb23, "MCM810", "MCM804"),
        (mallory, "MCM804", "MCM810"),
    ] {
        let book = waiting();
        let mut forged = Forged::approval(&book);
        forged.behind = folded("gpgsig", &packets::sign_as(&forge, &forged.payload(), id.to_be_bytes()));
        refused(&book, &forged.bytes(), &["key-unknown"]);
        assert_eq!(found_by(&book, code).len(), 1, "{id:x}");
        assert!(found_by(&book, silent).is_empty(), "{id:x}");
    }
}
