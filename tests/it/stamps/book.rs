//! A book whose class asks for time stamps.

use mcmbook::facts::approval::{ApprovalStatus, SubjectId};
use serde_json::Value;

use super::maker::{self, Made, Recipe};
use crate::approvals::book::{Book, CHANGE, PEOPLE};
use crate::support::Folder;
use crate::support::run::{printed, program};

const AS_OF: &str = "2025-12-01T00:00:00Z";

/// A change of a class that asks for T3, approved by carol and bob; the policy names a root, or does not.
fn asking(root: Option<&str>) -> Book {
    let book = Book::adopted();
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy");
        let more = "distinct_principals = 2\nmin_time_evidence = \"T3\"";
        std::fs::write(path, text.replace("distinct_principals = 2", more)).expect("the policy");
        if let Some(root) = root {
            book.repo.write("policy/tsa/example.pem", root);
        }
    });
    book.as_person("alice", |book| {
        book.write_change();
        book.commit("Request MCM-2026-0001");
    });
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    book
}

/// The bytes of a commit.
pub(crate) fn bytes(book: &Book, commit: &str) -> Vec<u8> {
    book.repo.git(&["cat-file", "commit", commit]).into_bytes()
}

/// Puts answers on the branch of observers, each for a commit.
pub(crate) fn put(book: &Book, answers: &[(&str, &[u8])]) {
    let git = |arguments: &[&str]| book.repo.git(arguments).trim().to_owned();
    let mut lines = String::new();
    for (commit, answer) in answers {
        let file = book.repo.path().join(".git/answer");
        std::fs::write(&file, answer).expect("a file");
        let blob = git(&["hash-object", "-w", file.to_str().expect("UTF-8")]);
        lines += &format!("100644 blob {blob}\t{commit}.tsr\n");
    }
    let tree = |lines: &str| {
        let index = book.repo.path().join(".git/lines");
        std::fs::write(&index, lines).expect("a file");
        let command = format!("git mktree < '{}'", index.display());
        let output =
            std::process::Command::new("sh").arg("-c").arg(command).current_dir(book.repo.path()).output();
        String::from_utf8(output.expect("there is a shell").stdout).expect("text").trim().to_owned()
    };
    let tokens = tree(&lines);
    let top = tree(&format!("040000 tree {tokens}\ttokens\n"));
    let commit = git(&["commit-tree", "-m", "Time stamps", &top]);
    git(&["update-ref", "refs/heads/mcmbook-observer", &commit]);
}

/// The records, by when and on which level, with their time stamps in words.
fn told(book: &Book, as_of: &str) -> (ApprovalStatus, Vec<(u8, String)>, Vec<String>) {
    let approvals = book.approvals(as_of);
    let (subject, approval) = &approvals.subjects[&SubjectId::named(CHANGE)];
    let times = subject.records.iter().map(|landed| landed.evidence());
    let times = times.map(|(at, level)| (level, at.to_string())).collect();
    let stamps = subject.records.iter().flat_map(|landed| &landed.stamps);
    let words =
        stamps.map(|one| one.found.as_ref().map_or_else(String::clone, |found| found.before.to_string()));
    (approval.status, times, words.collect())
}

fn example() -> Made {
    maker::stamp(b"", &Recipe::default())
}

#[test]
fn a_class_that_asks_for_time_stamps_is_satisfied_by_one_over_a_later_landing() {
    let book = asking(Some(&example().root));
    let (status, times, _) = told(&book, AS_OF);
    assert_eq!(status, ApprovalStatus::InReview, "there is no time stamp");
    assert_eq!(times.iter().map(|(level, _)| *level).collect::<Vec<_>>(), [1, 1]);
    book.as_person("alice", |book| book.commit("Later"));
    let head = book.repo.head();
    let token = maker::stamp(&bytes(&book, &head), &Recipe::default());
    put(&book, &[(&head, &token.answer)]);
    let (status, times, _) = told(&book, AS_OF);
    assert_eq!(status, ApprovalStatus::Approved);
    let stamped = (3, "2025-11-24T19:00:00Z".to_owned());
    assert_eq!(times, [stamped.clone(), stamped]);
    // What has not happened yet proves nothing yet.
    let (status, _, words) = told(&book, "2025-11-24T18:30:00Z");
    assert_eq!(status, ApprovalStatus::InReview);
    assert!(words.is_empty(), "{words:?}");
}

#[test]
fn a_time_stamp_that_is_not_trusted_is_shown_and_counts_for_nothing() {
    let root = example().root;
    let other = maker::stamp(b"", &Recipe { root_name: "Other", ..Recipe::default() }).root;
    let cases: [(Option<&str>, Recipe, &str); 4] = [
        (None, Recipe::default(), "the policy trusts no authority of time stamps"),
        (Some(&other), Recipe::default(), "the policy trusts no root of `CN=Stamp Root`"),
        (
            Some(&root),
            Recipe { valid: ["250101000000Z", "250201000000Z"], ..Recipe::default() },
            "had expired",
        ),
        (Some(&root), Recipe::at("20251202190000Z"), "is yet to come"),
    ];
    for (trusted, recipe, why) in cases {
        let book = asking(trusted);
        let records = records(&book);
        let tokens = records.each_ref().map(|id| maker::stamp(&bytes(&book, id), &recipe).answer);
        put(&book, &[(&records[0], &tokens[0]), (&records[1], &tokens[1])]);
        let (status, times, words) = told(&book, AS_OF);
        assert_eq!(status, ApprovalStatus::InReview, "{why}");
        assert!(times.iter().all(|(level, _)| *level == 1), "{why}");
        assert_eq!(words.iter().filter(|word| word.contains(why)).count(), 2, "{why}: {words:?}");
    }
}

/// The two approvals; the second is the head.
fn records(book: &Book) -> [String; 2] {
    ["HEAD^", "HEAD"].map(|name| book.repo.git(&["rev-parse", name]).trim().to_owned())
}

#[test]
fn a_token_for_another_commit_or_too_long_for_one_is_told() {
    let book = asking(Some(&example().root));
    let [first, second] = records(&book);
    let of_second = maker::stamp(&bytes(&book, &second), &Recipe::default()).answer;
    put(&book, &[(&first, &of_second), (&second, &vec![0x30; 10 << 20])]);
    let (status, _, words) = told(&book, AS_OF);
    assert_eq!(status, ApprovalStatus::InReview);
    assert_eq!(words.len(), 2, "{words:?}");
    assert_eq!(words[0], "it is over other bytes");
    assert_eq!(words[1], "it cannot be read: it is longer than 64 KiB");
}

#[test]
fn a_policy_that_is_not_in_force_yet_trusts_nobody() {
    let book = asking(None);
    let [first, second] = records(&book);
    // The root comes after the records: what governs before a landing is what counts for it.
    book.amend(3, |book| {
        let path = book.repo.book().join("policy/policy.toml");
        let text = std::fs::read_to_string(&path).expect("the policy");
        std::fs::write(path, text.replace("serial = 2", "serial = 3")).expect("the policy");
        book.repo.write("policy/tsa/example.pem", example().root);
    });
    let [one, two] = [&first, &second].map(|id| maker::stamp(&bytes(&book, id), &Recipe::default()).answer);
    put(&book, &[(&first, &one), (&second, &two)]);
    let (status, times, _) = told(&book, AS_OF);
    assert_eq!((status, times[0].0), (ApprovalStatus::InReview, 1));
}

#[test]
fn a_record_that_lands_late_is_late_though_it_was_stamped_early() {
    let book = Book::adopted();
    book.amend(2, |book| {
        book.policy(2, "approval_lead = \"2d\"", &PEOPLE);
        book.repo.write("policy/tsa/example.pem", example().root);
    });
    book.as_person("alice", |book| {
        book.write_change();
        let path = book.repo.book().join(crate::approvals::book::FOLDER).join("request.md");
        let text = std::fs::read_to_string(&path).expect("the request");
        let text = text.replace("2026-06-20T", "2025-11-26T");
        std::fs::write(&path, text).expect("the request");
        book.commit("Request MCM-2026-0001");
    });
    let records = book
        .merged(|book| [book.decide("carol", "approve", "peer"), book.decide("bob", "approve", "manager")]);
    let early = Recipe::at("20251123100000Z");
    let tokens = records.each_ref().map(|id| maker::stamp(&bytes(&book, id), &early).answer);
    put(&book, &[(&records[0], &tokens[0]), (&records[1], &tokens[1])]);
    let (status, times, _) = told(&book, "2025-11-25T00:00:00Z");
    let stamped = (3, "2025-11-23T10:00:00Z".to_owned());
    assert_eq!(times, [stamped.clone(), stamped]);
    assert_eq!(status, ApprovalStatus::ApprovedLate, "nobody could see them before they landed");
    // Over what they landed with it would be in time.
    let head = book.repo.head();
    let token = maker::stamp(&bytes(&book, &head), &early).answer;
    put(&book, &[(&head, &token)]);
    assert_eq!(told(&book, "2025-11-25T00:00:00Z").0, ApprovalStatus::Approved);
}

/// What a command prints at the moment of `AS_OF`.
fn shown(book: &Book, arguments: &[&str]) -> String {
    let now = AS_OF.parse::<jiff::Timestamp>().expect("an instant").as_second().to_string();
    let mut command = program(&book.repo.book());
    let output = command.args(arguments).env("SOURCE_DATE_EPOCH", now).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

#[test]
fn every_output_shows_it_and_the_evidence_holds_it() {
    let book = asking(Some(&example().root));
    let [first, second] = records(&book);
    let good = maker::stamp(&bytes(&book, &second), &Recipe { accuracy: Some(2), ..Recipe::default() });
    let bad = maker::stamp(&bytes(&book, &first), &Recipe { purposes: None, ..Recipe::default() });
    put(&book, &[(&second, &good.answer), (&first, &bad.answer)]);
    let told = shown(&book, &["verify-record", &first]);
    let landing = second.get(..12).expect("an id");
    let proves =
        format!("time stamp over the landing {landing}: there before 2025-11-24T19:00:02Z, by CN=Stamps");
    assert!(told.contains(&proves) && told.contains("(time-stamped)"), "{told}");
    assert!(told.contains("time stamp over the record is not trusted: the certificate"), "{told}");
    let json = printed(&book.repo.book(), &["status", CHANGE, "--format", "json", "--as-of", AS_OF]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let record = json.pointer("/subjects/0/records/1").unwrap_or_else(|| panic!("{json}"));
    assert_eq!(record["level"], 3);
    assert_eq!(record["stamps"][0]["root"], "CN=Stamp Root");
    let policy = printed(&book.repo.book(), &["policy", "show"]);
    assert!(
        policy.contains("# trusted for time stamps: CN=Stamp Root (policy/tsa/example.pem, valid until 2040")
    );
    let policy = printed(&book.repo.book(), &["policy", "show", "--format", "json"]);
    let policy: Value = serde_json::from_str(&policy).expect("JSON");
    assert_eq!(policy["time_roots"][0]["file"], "tsa/example.pem");
    let folder = Folder::new();
    let site = folder.path().join("site");
    printed(&book.repo.book(), &["build", "-d", site.to_str().expect("UTF-8"), "--as-of", AS_OF]);
    let page = site.join(format!("changes/2026/{CHANGE}/index.html"));
    let page = std::fs::read_to_string(page).expect("the page");
    assert!(page.contains("T3: time-stamped") && page.contains(&proves), "{page}");
    let page = std::fs::read_to_string(site.join("policy/index.html")).expect("the page");
    assert!(page.contains("CN=Stamp Root (policy/tsa/example.pem"), "{page}");
}

/// Runs the script of the evidence; gives its code and what it printed.
pub(super) fn script(folder: &Folder, path: Option<&str>, clone: Option<&str>) -> (Option<i32>, String) {
    let mut command = std::process::Command::new("sh");
    command.arg(folder.path().join("evidence/verify.sh")).args(clone);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = command.output().expect("there is a shell");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_evidence_is_checked_by_openssl() {
    let book = asking(Some(&example().root));
    let head = book.repo.head();
    let token = maker::stamp(&bytes(&book, &head), &Recipe::default());
    put(&book, &[(&head, &token.answer)]);
    let folder = Folder::new();
    let target = folder.path().join("evidence");
    printed(
        &book.repo.book(),
        &["evidence", CHANGE, "-d", target.to_str().expect("UTF-8"), "--as-of", AS_OF],
    );
    let clone = book.repo.path();
    let (code, text) = script(&folder, None, clone.to_str());
    assert_eq!(code, Some(0), "{text}");
    if std::process::Command::new("openssl").arg("version").output().is_ok() {
        assert_eq!(text.matches("by an authority that policy 2 trusts").count(), 2, "{text}");
        assert!(text.contains("openssl says: Time stamp: Nov 24 19:00:00 2025 GMT"), "{text}");
        // Another token proves nothing.
        let file = target.join(format!("stamps/{head}-1.tst"));
        let other = maker::stamp(b"other bytes", &Recipe::default()).answer;
        let other = mcmbook::inputs::signature::stamp::token(&other).expect("a token").to_vec();
        let good = std::fs::read(&file).expect("the token");
        std::fs::write(&file, other).expect("a file");
        assert_eq!(script(&folder, None, None).0, Some(1));
        std::fs::write(&file, good).expect("a file");
    }
    // Where openssl is not there, that is said, and nothing fails.
    let tools = Folder::new();
    for tool in [
        "sh",
        "git",
        "ssh-keygen",
        "sha256sum",
        "sed",
        "awk",
        "grep",
        "cmp",
        "mkdir",
        "rm",
        "cat",
        "sort",
        "tail",
        "dirname",
        "head",
    ] {
        let command = format!("ln -s \"$(command -v {tool})\" '{}/{tool}'", tools.path().display());
        std::process::Command::new("sh").arg("-c").arg(command).output().expect("there is a shell");
    }
    let (code, text) = script(&folder, tools.path().to_str(), None);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("NOT CHECKED, openssl is not installed"), "{text}");
    assert!(text.contains("what needs openssl was not checked: 2"), "{text}");
}

/// Anybody can have a time stamp made of what is public, and put it on a branch that nobody protects.
#[test]
fn a_time_stamp_of_today_takes_nothing_away() {
    let book = Book::adopted();
    book.amend(2, |book| {
        book.policy(2, "", &PEOPLE);
        let roster = book.repo.book().join("policy/allowed_signers");
        let signers = std::fs::read_to_string(&roster).expect("the roster");
        // Carol's key expires the day after.
        let line = "carol namespaces=\"git\"";
        assert!(signers.contains(line), "{signers}");
        let until = format!("{line},valid-before=\"20251125000000Z\"");
        std::fs::write(&roster, signers.replace(line, &until)).expect("the roster");
        book.repo.write("policy/tsa/example.pem", example().root);
    });
    book.as_person("alice", |book| {
        book.write_change();
        book.commit("Request MCM-2026-0001");
    });
    book.decide("carol", "reject", "peer");
    let rejected = book.repo.head();
    assert_eq!(told(&book, AS_OF).0, ApprovalStatus::Rejected);
    let token = maker::stamp(&bytes(&book, &rejected), &Recipe::at("20251126190000Z"));
    put(&book, &[(&rejected, &token.answer)]);
    assert_eq!(told(&book, AS_OF).0, ApprovalStatus::Rejected, "what was rejected in time stays so");
}
