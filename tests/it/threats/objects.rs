//! Rows 31 to 46, 58, 59, 70 and 73: objects that tools read differently.

use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mcmbook::facts::approval::ApprovalStatus;
use mcmbook::hosts::workspace::{self, HistoryOption, LoadOptions};
use mcmbook::inputs::signature::{Certificates, Known, SignatureStatus, cache_key, split, verify};
use sha1::Digest as _;

use super::forge::{Forged, armour, codes, folded, merge, put, refused, waiting, write_commit};
use crate::approvals::book::{Book, CHANGE, FOLDER};
use crate::approvals::site::Site;
use crate::gate::command::{ask, codes as reasons};
use crate::support::run::program;
use crate::support::write;

/// A signed approval whose bytes are changed afterwards.
fn edited(book: &Book, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(Forged::approval(book).signed(book).bytes()).expect("it is text");
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

pub(super) fn two_headers() {
    let book = waiting();
    let mut forged = Forged::approval(&book).signed(&book);
    forged.behind = forged.behind.repeat(2);
    refused(&book, &forged.bytes(), &["sig-bad", "record-malformed"]);
}

pub(super) fn sha256_header() {
    for edit in [
        (|old: &str| old.replacen("gpgsig ", "gpgsig-sha256 ", 1)) as fn(&str) -> String,
        |old| format!("{old}{}", old.replacen("gpgsig ", "gpgsig-sha256 ", 1)),
        |old| format!("{}{old}", old.replacen("gpgsig ", "gpgsig-sha256 ", 1)),
    ] {
        let book = waiting();
        let mut forged = Forged::approval(&book).signed(&book);
        forged.behind = edit(&forged.behind);
        refused(&book, &forged.bytes(), &["sig-unsupported"]);
        assert_eq!(book.status(), ApprovalStatus::Unverifiable);
        book.decide("carol", "approve", "peer");
        assert_eq!(book.status(), ApprovalStatus::Approved, "a valid record of that person clears it");
    }
}

pub(super) fn header_like_a_signature() {
    let book = waiting();
    let mut forged = Forged::approval(&book).signed(&book);
    forged.behind = format!("{}gpgsigfoo hidden\n", forged.behind);
    refused(&book, &forged.bytes(), &["sig-bad", "record-malformed"]);
}

pub(super) fn signature_in_the_message() {
    let book = waiting();
    let mut forged = Forged::approval(&book);
    let armour = armour(&book, "carol", "git", forged.payload().as_bytes());
    let (subject, rest) = forged.message.split_once("\n\n").expect("a record has paragraphs");
    forged.message = format!("{subject}\n\n{}\n{rest}", folded("gpgsig", &armour));
    refused(&book, &forged.bytes(), &["sig-missing"]);
}

pub(super) fn hidden_by_a_prefix() {
    let book = waiting();
    let mut forged = Forged::approval(&book).signed(&book);
    forged.behind = forged.behind.replacen("gpgsig ", "gpgsigold ", 1);
    refused(&book, &forged.bytes(), &["sig-missing", "record-malformed"]);
}

pub(super) fn behind_a_nul() {
    let book = waiting();
    let mut forged = Forged::approval(&book);
    forged.message.push_str("\0hidden\n");
    refused(&book, &forged.signed(&book).bytes(), &["record-malformed"]);
    let mut bytes = Forged::approval(&book).signed(&book).bytes();
    bytes.extend(b"\0hidden");
    refused(&book, &bytes, &["sig-bad", "record-malformed"]);
}

pub(super) fn carriage_return() {
    let book = waiting();
    let bytes = edited(&book, "SSH SIGNATURE-----\n", "SSH SIGNATURE-----\r\n");
    let id = write_commit(&book, &bytes);
    merge(&book, &[&id]);
    assert!(codes(&book, &id).contains(&"record-malformed"));
    assert_eq!(book.status(), ApprovalStatus::InReview);
}

pub(super) fn text_behind() {
    let book = waiting();
    let end = "-----END SSH SIGNATURE-----\n";
    for more in ["unsigned words", "-----BEGIN OPENTIMESTAMPS-----\n AAAA\n -----END OPENTIMESTAMPS-----"] {
        let bytes = edited(&book, end, &format!("{end} {more}\n"));
        let id = write_commit(&book, &bytes);
        merge(&book, &[&id]);
        assert!(codes(&book, &id).contains(&"record-malformed"), "{more}");
        assert_eq!(book.status(), ApprovalStatus::InReview);
    }
}

pub(super) fn armour_of_any_width() {
    for width in [64, 76] {
        let book = waiting();
        let mut forged = Forged::approval(&book);
        let text = armour(&book, "carol", "git", forged.payload().as_bytes());
        let digits: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        let lines: Vec<&str> =
            digits.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
        let text =
            format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----", lines.join("\n"));
        forged.behind = format!("{} \n", folded("gpgsig", &text));
        let id = put(&book, &forged.bytes());
        assert_eq!(codes(&book, &id), [""; 0]);
        assert_eq!(book.status(), ApprovalStatus::Approved);
    }
}

pub(super) fn before_the_author() {
    let book = waiting();
    let forged = Forged::approval(&book).signed(&book);
    let header = [&forged.header[..2], &[forged.behind.trim_end().to_owned()], &forged.header[2..]].concat();
    let bytes = format!("{}\n\n{}", header.join("\n"), forged.message).into_bytes();
    refused(&book, &bytes, &["record-malformed"]);
}

pub(super) fn twice() {
    let empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    for (at, line) in [
        (1, format!("tree {empty}")),
        (3, "author Mallory <m@a.example> 1764000000 +0100".to_owned()),
        (4, "committer Mallory <m@a.example> 1764000000 +0100".to_owned()),
        (4, format!("parent {empty}")),
        (4, "\r".to_owned()),
    ] {
        let book = waiting();
        let mut forged = Forged::approval(&book);
        forged.header.insert(at, line.clone());
        let bytes = forged.signed(&book).bytes();
        let id = write_commit(&book, &bytes);
        merge(&book, &[&id]);
        assert!(codes(&book, &id).contains(&"record-malformed"), "{line:?}");
        assert_eq!(book.status(), ApprovalStatus::InReview, "{line:?}");
        // The same commit on the mainline itself is refused.
        put(&book, &bytes);
        let failure = book.failure();
        assert!(failure.contains(&id) && failure.contains("malformed"), "{line:?}: {failure}");
    }
}

pub(super) fn replaced() {
    let book = Book::approved();
    let other = book.repo.git(&["rev-parse", "HEAD~1"]);
    book.repo.git(&["replace", "HEAD", other.trim()]);
    assert!(book.failure().contains("replaces objects"));
}

pub(super) fn grafted() {
    let book = Book::approved();
    let head = book.repo.head();
    write(&book.repo.path().join(".git/info/grafts"), format!("{head}\n"));
    assert!(book.failure().contains("grafts"));
    std::fs::remove_file(book.repo.path().join(".git/info/grafts")).expect("it is there");
    assert_eq!(book.status(), ApprovalStatus::Approved);
    write(&book.repo.path().join(".git/shallow"), format!("{head}\n"));
    assert!(book.failure().contains("shallow"));
}

pub(super) fn shallow() {
    let book = Book::approved();
    book.decide("dave", "reject", "manager");
    assert_eq!(book.status(), ApprovalStatus::Rejected);
    let clone = crate::support::Folder::new();
    let from = format!("file://{}", book.repo.path().display());
    let to = clone.path().join("clone");
    book.repo.git(&["clone", "--quiet", "--depth", "1", &from, to.to_str().expect("UTF-8")]);
    let options = LoadOptions { dir: to.clone(), ..LoadOptions::default() };
    let failure = workspace::load(&options).expect_err("it is shallow");
    assert!(failure.to_string().contains("shallow") && failure.exit().code() == 3, "{failure}");
    let unknown = LoadOptions { history: HistoryOption::Unknown, ..options };
    let inputs = workspace::load(&unknown).expect("it loads without history").inputs;
    assert!(mcmbook::facts::approval::Approvals::of(&inputs).none.is_some());
    let partial = clone.path().join("partial");
    book.repo.git(&["config", "uploadpack.allowFilter", "true"]);
    book.repo.git(&["clone", "--quiet", "--filter=blob:none", &from, partial.to_str().expect("UTF-8")]);
    let options = LoadOptions { dir: partial, ..LoadOptions::default() };
    assert!(workspace::load(&options).expect_err("it is partial").to_string().contains("partial clone"));
}

/// Where the loose object of a revision lies.
fn loose(book: &Book, name: &str) -> PathBuf {
    let id = book.repo.git(&["rev-parse", name]).trim().to_owned();
    book.repo.path().join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))
}

pub(super) fn borrowed_and_doctored() {
    let book = Book::approved();
    let clone = crate::support::Folder::new();
    let to = clone.path().join("clone");
    let from = book.repo.path().display().to_string();
    book.repo.git(&["clone", "--quiet", "--shared", &from, to.to_str().expect("UTF-8")]);
    let options = LoadOptions { dir: to, ..LoadOptions::default() };
    let failure = workspace::load(&options).expect_err("objects lie elsewhere");
    assert!(failure.to_string().contains("alternates"), "{failure}");
    let allowed = LoadOptions { allow_alternates: true, ..options };
    assert!(workspace::load(&allowed).is_ok());
    // A commit, a policy and a runbook whose bytes are those of other objects: the name does not fit the content.
    let runbook = format!("HEAD:{FOLDER}/runbook.md");
    for (object, other) in
        [("HEAD~1", "HEAD~2"), ("HEAD:policy/policy.toml", "HEAD:book.toml"), (&runbook, "HEAD:book.toml")]
    {
        let book = Book::approved();
        let (to, from) = (loose(&book, object), loose(&book, other));
        std::fs::remove_file(&to).expect("objects are loose");
        std::fs::copy(from, &to).expect("objects are loose");
        let failure = book.failure();
        assert!(failure.contains("mismatch"), "{object}: {failure}");
        let (code, answer) = ask(&book, &["--at", "2025-12-01T00:00:00Z", "--change", CHANGE]);
        assert_eq!((code, answer["decision"].as_str()), (20, Some("UNKNOWN")), "{object}: {answer}");
    }
    // The same in the store that is borrowed from, where that is allowed.
    let (to, from) = (loose(&book, "HEAD~1"), loose(&book, "HEAD~2"));
    std::fs::remove_file(&to).expect("objects are loose");
    std::fs::copy(from, &to).expect("objects are loose");
    let failure = workspace::load(&allowed).expect_err("what is borrowed is doctored");
    assert!(failure.to_string().contains("mismatch"), "{failure}");
    // A store that only the environment names is none.
    let book = Book::approved();
    let elsewhere = clone.path().join("elsewhere");
    let lost = loose(&book, "HEAD~1");
    let folder = lost.parent().expect("it lies in a folder").file_name().expect("of two digits");
    let moved = elsewhere.join(folder).join(lost.file_name().expect("of 38 digits"));
    write(&moved, std::fs::read(&lost).expect("it is there"));
    std::fs::remove_file(&lost).expect("it is there");
    let mut status = program(&book.repo.book());
    status.arg("status").env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &elsewhere);
    let output = status.output().expect("the program starts");
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The two known texts of one SHA-1 (SHAttered, 2017): what both begin with, and what each goes on with.
const BEGINNING: &str = "JVBERi0xLjMKJeLjz9MKCgoxIDAgb2JqCjw8L1dpZHRoIDIgMCBSL0hlaWdodCAzIDAgUi9UeXBlIDQgMCBSL1N1YnR5cGU\
    gNSAwIFIvRmlsdGVyIDYgMCBSL0NvbG9yU3BhY2UgNyAwIFIvTGVuZ3RoIDggMCBSL0JpdHNQZXJDb21wb25lbnQgOD4+CnN0cmVhbQr/2P/+\
    ACRTSEEtMSBpcyBkZWFkISEhISGFL+wJIzl1nDmxocY8TJfh//4B";
const ONE: &str = "c0bckWa2fhGPApq2IbJWD/nKZ8yox/hbqEx5AwwrPeIY+G2zqQkB1d9FwU8m/t+z3DjpasIv571yjw5FvOBG0jxXD+sUE5i7V\
    S71oKgr4zH+pIA3uLXXHw4zLt+TrDUA603cDezBqGR5DHgsdiFWYN0wl5HQa9CvP5jNpLxGKbE=";
const OTHER: &str = "f0bck6a2fgE7ApqqHbJWC0XKZ9aIx/hLjEx5H+ArPfYU+G2xaQkBxWtFwVMK/t+3YDjpcnIv561yjw5JBOBGwjBXD+nUE5i\
    r4S71vJQr4zVCpIAtmLXXDyozLsN/rDUU503cDyzBqHTNDHgwWiFWZGEwl4lga9C/P5jNqARGKaE=";

/// Both, and their SHA-1.
fn collision() -> ([Vec<u8>; 2], String) {
    let bytes = |text: &str| STANDARD.decode(text).expect("base64");
    let both = [ONE, OTHER].map(|rest| [bytes(BEGINNING), bytes(rest)].concat());
    let [one, other] =
        both.each_ref().map(|text| sha1::Sha1::digest(text).iter().map(|b| format!("{b:02x}")).collect());
    assert_eq!(one, other, "they collide");
    assert_ne!(both[0], both[1]);
    (both, one)
}

pub(super) fn bound_by_sha256() {
    // Git detects the known ways to collide SHA-1; what a record binds is a SHA-256 of the bytes all the same.
    let book = waiting();
    let mut forged = Forged::approval(&book);
    let at = forged.message.find("sha256:").expect("records name their subject") + "sha256:".len();
    forged.message.replace_range(at..at + 64, &"0".repeat(64));
    refused(&book, &forged.signed(&book).bytes(), &["subject-mismatch"]);
    let page = include_str!("../../../content/manual/signatures.md");
    assert!(page.contains("tree ids remain SHA-1"));
    // A file is approved, and the other one of the same SHA-1 takes its place.
    let ([one, other], id) = collision();
    let file = format!("{FOLDER}/files/plan.pdf");
    let book = Book::submitted();
    book.repo.write(&file, &one);
    book.as_person("alice", |book| book.commit("A plan"));
    book.decide("carol", "approve", "peer");
    book.decide("bob", "approve", "manager");
    assert_eq!(book.status(), ApprovalStatus::Approved);
    book.repo.write(&file, &other);
    book.as_person("dave", |book| book.commit("The other one"));
    assert_eq!(book.status(), ApprovalStatus::Stale);
    // Nobody has made two objects of Git that collide: a header stands before what is hashed. What can be made is an
    // object without one, under the id of both, for a tree to name.
    assert_ne!(book.repo.git(&["rev-parse", &format!("HEAD:{file}")]).trim(), id);
    for text in [one, other] {
        let book = Book::approved();
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut packed, &text).expect("memory");
        let place = book.repo.path().join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
        write(&place, packed.finish().expect("memory"));
        book.repo.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{id},{file}")]);
        let tree = book.repo.git(&["write-tree", "--missing-ok"]);
        let mut forged = Forged::by(&book, "dave", "peer");
        forged.header[0] = format!("tree {}", tree.trim());
        forged.message = "A plan\n".to_owned();
        put(&book, &forged.bytes());
        assert!(book.failure().contains("cannot read the Git repository"), "{}", book.failure());
    }
}

pub(super) fn without_measure() {
    let book = waiting();
    let long = |forged: &mut Forged, line: &str, times: usize| {
        let (subject, rest) = forged.message.split_once("\n\n").expect("a record has paragraphs");
        forged.message = format!("{subject}\n\n{}\n\n{rest}", line.repeat(times));
    };
    let mut forged = Forged::approval(&book);
    long(&mut forged, "word ", 14_000);
    refused(&book, &forged.signed(&book).bytes(), &["record-malformed"]);
    let mut forged = Forged::approval(&book);
    forged.message.extend((0..1_000_000).map(|at| format!("Mcm-A{at}: b\n")));
    refused(&book, &forged.signed(&book).bytes(), &["record-malformed"]);
    let mut forged = Forged::approval(&book);
    long(&mut forged, "0123456789abcde\n", 6_600_000);
    refused(&book, &forged.signed(&book).bytes(), &["record-malformed"]);
    // Twelve hundred parents, and twenty thousand commits in one line.
    let mut stream = String::new();
    let who = "dave <dave@a.example> 1764000500 +0100";
    for at in 0..20_000 {
        let from = if at == 0 { format!("from {}\n", book.repo.head()) } else { String::new() };
        stream += &format!("commit refs/heads/long\nmark :{}\ncommitter {who}\ndata 1\nx{from}\n", at + 1);
    }
    book.repo.git_with(&["fast-import", "--quiet"], &stream);
    let all = book.repo.git(&["rev-list", "-n", "1200", "long"]);
    let mut forged = Forged::approval(&book);
    forged.header.splice(1..2, all.lines().map(|id| format!("parent {id}")));
    refused(&book, &forged.signed(&book).bytes(), &["sig-missing", "record-malformed"]);
    // A hundred thousand: of a record, and of a commit of the mainline itself.
    let all: Vec<&str> = all.lines().cycle().take(100_000).collect();
    let parents = |forged: &mut Forged| {
        let more = all.iter().map(|id| format!("parent {id}"));
        forged.header.splice(2..2, more);
    };
    let mut forged = Forged::approval(&book);
    parents(&mut forged);
    refused(&book, &forged.signed(&book).bytes(), &["sig-missing", "record-malformed"]);
    let mut forged = Forged::by(&book, "dave", "peer");
    parents(&mut forged);
    forged.message = "Merge everything\n".to_owned();
    put(&book, &forged.bytes());
    assert_eq!(book.status(), ApprovalStatus::InReview);
    book.decide("carol", "approve", "peer");
    assert_eq!(book.status(), ApprovalStatus::Approved, "what is good beside it counts");
    // In so many seconds of a processor, however busy the machine is.
    let mut limited = Command::new("sh");
    limited.args([
        "-c",
        "ulimit -t 20; exec \"$0\" status --as-of 2025-12-01T00:00:00Z",
        env!("CARGO_BIN_EXE_mcmbook"),
    ]);
    let output = limited.current_dir(book.repo.book()).env("HOME", "/nonexistent").output();
    let output = output.expect("there is a shell");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && told.contains("MCM-2026-0001  approved"), "{told}{output:?}");
}

pub(super) fn malformed_dates() {
    for date in [
        "-1 +0000",
        "99999999999999999999 +0000",
        "soon +0000",
        "1764000100 +99999",
        "1764000100 +9999",
        "1764000100 -9999",
        "1764000100 +0060",
    ] {
        let book = waiting();
        let mut forged = Forged::approval(&book);
        for (at, name) in [(2, "author"), (3, "committer")] {
            forged.header[at] = format!("{name} carol <carol@a.example> {date}");
        }
        refused(&book, &forged.signed(&book).bytes(), &["record-malformed"]);
        // A commit of the mainline with such a date says nothing of time, and stops nothing: not even its page.
        book.repo.write("content/another.md", "---\ntitle: Another\n---\n");
        book.as_person("dave", |book| book.commit("Another page"));
        let mut other = Forged::by(&book, "dave", "peer");
        other.header[1] = format!("parent {}", book.repo.git(&["rev-parse", "HEAD^"]).trim());
        other.header[2] = format!("author dave <dave@a.example> {date}");
        other.header[3] = format!("committer dave <dave@a.example> {date}");
        other.message = "Nothing\n".to_owned();
        put(&book, &other.bytes());
        book.decide("carol", "approve", "peer");
        assert_eq!(book.status(), ApprovalStatus::Approved, "{date}");
        Site::of(&book).says("another/index.html", &["Nothing"]);
    }
}

pub(super) fn result_of_other_bytes() {
    let book = waiting();
    let good = Forged::approval(&book).signed(&book).bytes();
    let none = Certificates::default();
    let found = verify(&split(&good).expect("a commit"), &none).expect("it is signed");
    assert_eq!(found.status, SignatureStatus::Good);
    let known = Known::new([(cache_key(&good, &none), found.into())].into_iter().collect());
    let bad = String::from_utf8(good.clone()).expect("text").replace("I read it", "I wrote it").into_bytes();
    for (bytes, status) in [(good, SignatureStatus::Good), (bad, SignatureStatus::Bad)] {
        let found = known.verify(&bytes, &split(&bytes).expect("a commit"), &none).expect("it is signed");
        assert_eq!(found.status, status);
    }
}

pub(super) fn poisoned_cache() {
    let book = waiting();
    let bad = edited(&book, "I read it", "I wrote it");
    let none = Certificates::default();
    let good = Forged::approval(&book).signed(&book).bytes();
    let found = verify(&split(&good).expect("a commit"), &none).expect("it is signed");
    let poison = serde_json::to_vec(&[(found, cache_key(&bad, &none).to_string())]).expect("plain values");
    write(
        &book.repo.path().join(format!(".git/mcmbook/verified-{}-2.json", env!("CARGO_PKG_VERSION"))),
        poison,
    );
    put(&book, &bad);
    let status = |verify_anew: bool| {
        let options = LoadOptions { dir: book.repo.book(), verify_anew, ..LoadOptions::default() };
        let mut inputs = workspace::load(&options).expect("the book loads").inputs;
        inputs.as_of = "2025-12-01T00:00:00Z".parse().expect("an instant");
        let approvals = mcmbook::facts::approval::Approvals::of(&inputs);
        approvals.status(CHANGE).expect("it is there").status
    };
    assert_eq!(status(false), ApprovalStatus::Approved, "readers believe the cache");
    assert_eq!(status(true), ApprovalStatus::InReview, "whoever decides does not");
    let (code, answer) = ask(&book, &["--at", "2025-12-01T00:00:00Z", "--change", CHANGE]);
    assert_eq!((code, answer["decision"].as_str()), (10, Some("DENY")), "{answer}");
    assert!(reasons(&answer).contains(&"approval-in-review"), "{answer}");
    assert_eq!(answer["evidence"].as_array().map(Vec::len), Some(1), "bob's record alone: {answer}");
}

/// The root tree of HEAD with the folder of its year put below itself, in the place of the change's folder: what is
/// the folder of a year there is that of a change here.
fn nested(book: &Book) -> String {
    let tree = |path: &str| book.repo.git(&["rev-parse", &format!("HEAD:{path}")]).trim().to_owned();
    let with = |path: &str, old: &str, new: &str| {
        let listing = book.repo.git(&["ls-tree", &format!("HEAD:{path}")]);
        book.repo.git_with(&["mktree"], &listing.replace(old, new)).trim().to_owned()
    };
    let year = tree("content/changes/2026");
    let nested = book.repo.git_with(&["mktree"], &format!("040000 tree {year}\tMCM-2026-0001\n"));
    let changes = with("content/changes", &year, nested.trim());
    let content = with("content", &tree("content/changes"), &changes);
    with("", &tree("content"), &content)
}

/// A commit of dave's that nests the folders and says to be a record; gives its id.
fn nesting(book: &Book) -> String {
    let mut forged = Forged::by(book, "dave", "peer");
    forged.header[0] = format!("tree {}", nested(book));
    forged.message = "Nothing\n\nMcm-Record: v1\nMcm-Document: MCM-2026-0001\n".to_owned();
    write_commit(book, &forged.signed_by(book, "dave").bytes())
}

#[test]
fn a_tree_that_was_read_as_a_change_is_not_believed_as_a_year() {
    let book = Book::submitted();
    merge(&book, &[&nesting(&book)]);
    book.decide("bob", "approve", "manager");
    book.decide("carol", "approve", "peer");
    let approvals = book.approvals("2025-12-01T00:00:00Z");
    let approval = approvals.status("MCM-2026-0001").expect("the change is there");
    assert_eq!(
        approval.status,
        ApprovalStatus::Approved,
        "nobody can void records of others: {}",
        approval.why
    );
}

#[test]
fn a_tree_that_was_read_as_a_year_is_not_believed_as_a_change() {
    let book = waiting();
    let above = nesting(&book);
    let mut forged = Forged::approval(&book);
    forged.header[0] = format!("tree {}", nested(&book));
    forged.header[1] = format!("parent {above}");
    refused(&book, &forged.signed(&book).bytes(), &["subject-mismatch", "path-missing"]);
}
