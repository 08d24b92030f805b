//! Record commits put together byte by byte.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use mcmbook::analysis::analyze;
use mcmbook::facts::approval::judge::Judged;
use mcmbook::facts::approval::{ApprovalStatus, SubjectId};
use mcmbook::hosts::workspace::{self, LoadOptions};
use mcmbook::memo::Memo;
use mcmbook::verdicts::lint::Finding;

use crate::approvals::book::{Book, CHANGE};
use crate::support::write;

/// A record commit in its pieces: header lines without the signature, the signature, the message.
pub(crate) struct Forged {
    pub(crate) header: Vec<String>,
    /// Header lines that go behind the committer, such as the signature.
    pub(crate) behind: String,
    pub(crate) message: String,
}

impl Forged {
    /// An approval of carol's as peer, not signed yet.
    pub(crate) fn approval(book: &Book) -> Forged {
        Forged::by(book, "carol", "peer")
    }

    /// An approval of somebody, not signed yet.
    pub(crate) fn by(book: &Book, person: &str, role: &str) -> Forged {
        book.repo.tick();
        let tree = book.repo.git(&["rev-parse", "HEAD^{tree}"]);
        let seconds = book.repo.git(&["var", "GIT_COMMITTER_IDENT"]);
        let date = seconds.trim().rsplitn(3, ' ').take(2).collect::<Vec<_>>();
        let ident = format!("{person} <{person}@a.example> {} {}", date[1], date[0]);
        Forged {
            header: vec![
                format!("tree {}", tree.trim()),
                format!("parent {}", book.repo.head()),
                format!("author {ident}"),
                format!("committer {ident}"),
            ],
            behind: String::new(),
            message: book.message(person, "approve", role),
        }
    }

    /// What is signed: everything but the signature.
    pub(crate) fn payload(&self) -> String {
        format!("{}\n\n{}", self.header.join("\n"), self.message)
    }

    /// Signs as carol.
    pub(crate) fn signed(self, book: &Book) -> Forged {
        self.signed_by(book, "carol")
    }

    /// Signs as somebody.
    pub(crate) fn signed_by(mut self, book: &Book, person: &str) -> Forged {
        let armour = armour(book, person, "git", self.payload().as_bytes());
        self.behind = folded("gpgsig", &armour);
        self
    }

    /// The commit object.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        format!("{}\n{}\n{}", self.header.join("\n"), self.behind, self.message).into_bytes()
    }
}

/// A header of several lines.
pub(crate) fn folded(name: &str, text: &str) -> String {
    format!("{name} {}\n", text.trim_end().replace('\n', "\n "))
}

/// A signature by ssh-keygen with somebody's key.
pub(crate) fn armour(book: &Book, person: &str, namespace: &str, payload: &[u8]) -> String {
    armour_by(&book.key(person), &book.repo.path().join(".git/payload"), namespace, payload)
}

/// A signature by ssh-keygen with the key of a file over what is written into another.
pub(crate) fn armour_by(key: &Path, file: &Path, namespace: &str, payload: &[u8]) -> String {
    write(file, payload);
    let _ = std::fs::remove_file(file.with_extension("sig"));
    let mut sign = Command::new("ssh-keygen");
    sign.args(["-q", "-Y", "sign", "-n", namespace, "-f"]).arg(key).arg(file);
    let output = sign.output().expect("ssh-keygen is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(file.with_extension("sig")).expect("it was signed")
}

/// Writes a commit object, whatever it holds; gives its id.
pub(crate) fn write_commit(book: &Book, bytes: &[u8]) -> String {
    let mut command = Command::new("git");
    command.args(["hash-object", "-w", "-t", "commit", "--stdin", "--literally"]);
    command.current_dir(book.repo.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("git is installed");
    std::io::Write::write_all(&mut child.stdin.take().expect("it is piped"), bytes).expect("git reads");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("an id").trim().to_owned()
}

/// Puts a commit at the end of the branch, past git's own checks; gives its id.
pub(crate) fn put(book: &Book, bytes: &[u8]) -> String {
    let id = write_commit(book, bytes);
    write(&book.repo.path().join(".git/refs/heads/main"), format!("{id}\n"));
    id
}

/// Merges a commit as dave would, past git's own checks: the tree stays.
pub(crate) fn merge(book: &Book, commits: &[&str]) {
    book.repo.tick();
    let head = book.repo.head();
    let parents: Vec<&str> = std::iter::once(head.as_str()).chain(commits.iter().copied()).collect();
    let mut arguments = vec!["commit-tree", "-m", "Merge"];
    arguments.extend(parents.iter().flat_map(|parent| ["-p", parent]));
    arguments.push("HEAD^{tree}");
    let id = book.as_person("dave", |book| book.repo.git(&arguments));
    write(&book.repo.path().join(".git/refs/heads/main"), id);
}

/// The codes against a commit.
pub(crate) fn codes(book: &Book, commit: &str) -> Vec<&'static str> {
    let mut codes = book.reasons().remove(commit).unwrap_or_else(|| panic!("{commit} is a candidate"));
    codes.dedup();
    codes
}

/// Where the rules find something with a code.
pub(crate) fn found_by(book: &Book, code: &str) -> Vec<String> {
    let options = LoadOptions { dir: book.repo.book(), ..LoadOptions::default() };
    let inputs = workspace::load(&options).expect("the book loads").inputs;
    let analysis = analyze(Arc::new(inputs), &Memo::forgetful());
    let found = analysis.findings.iter().filter(|finding| finding.diagnostic.code.0 == code);
    let place = |finding: &Finding| finding.diagnostic.location.as_ref().map(|place| place.path.to_string());
    found.map(|finding| place(finding).unwrap_or_default()).collect()
}

/// The record of the change that landed last, as it is judged.
pub(crate) fn last(book: &Book) -> Judged {
    let approvals = book.approvals("2025-12-01T00:00:00Z");
    let (subject, _) = &approvals.subjects[&SubjectId::named(CHANGE)];
    subject.records.last().expect("it landed").judged.clone()
}

/// Puts a commit on a book that lacks nothing but carol's approval as a peer, and holds the codes against it;
/// whatever they are, nothing is approved.
pub(crate) fn refused(book: &Book, bytes: &[u8], expected: &[&str]) {
    let id = write_commit(book, bytes);
    merge(book, &[&id]);
    assert_eq!(codes(book, &id), expected, "{}", String::from_utf8_lossy(&bytes[..bytes.len().min(3000)]));
    assert_ne!(book.status(), ApprovalStatus::Approved);
}

/// A book whose change bob has approved, so that carol's approval is all that it waits for.
pub(crate) fn waiting() -> Book {
    let book = Book::submitted();
    book.decide("bob", "approve", "manager");
    assert_eq!(book.status(), ApprovalStatus::InReview);
    book
}
