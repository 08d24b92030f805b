//! What a reader is told: whether the head is the newest one, and what a signature does not cover.

use crate::approvals::book::{Book, PEOPLE};
use crate::approvals::site::{PAGE, Site};
use crate::gate::command::{ask, codes};
use crate::records::done;
use crate::support::Folder;
use crate::support::run::program;

/// The line of `build` that names the head.
fn head_of_build(book: &Book) -> String {
    let site = Folder::new();
    let folder = site.path().join("site");
    let output = program(&book.repo.book()).args(["build", "-d"]).arg(folder).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = told.lines().find_map(|line| line.strip_prefix("Head "));
    line.unwrap_or_else(|| panic!("no line on the head: {told}")).to_owned()
}

/// Whoever keeps back what has landed since serves an older head: the build names the head, and which one an observer
/// saw last, and when; the gate refuses a clone that is older than it may be.
pub(super) fn older_head() {
    let book = Book::approved();
    assert!(head_of_build(&book).ends_with(" (claimed)"), "the policy names no observer");
    let observer = format!("[[observer]]\nid = \"ci\"\nfingerprint = \"{}\"\n", book.fingerprint("mallory"));
    book.amend(2, |book| book.policy(2, &observer, &PEOPLE));
    let old = book.repo.head();
    assert!(head_of_build(&book).ends_with("; no observer has seen it"), "{}", head_of_build(&book));
    done(&book, "mallory", &["stamp"]);
    let at = jiff::Timestamp::from_second(book.repo.seconds()).expect("a moment");
    let head = head_of_build(&book);
    assert!(
        head.starts_with(&old[..12]) && head.ends_with(&format!("last seen by an observer at {at}")),
        "{head}"
    );

    // The head moves on, and nobody has seen it yet.
    book.decide("dave", "reject", "manager");
    let new = book.repo.head();
    let told = format!("an observer saw {} last, at {at}", &old[..12]);
    assert!(head_of_build(&book).ends_with(&told), "{}", head_of_build(&book));
    done(&book, "mallory", &["stamp"]);

    // The older head is served once more, beside the observer's branch.
    book.repo.git(&["reset", "--quiet", "--hard", &old]);
    let head = head_of_build(&book);
    assert!(
        head.starts_with(&old[..12]) && head.contains(&format!("an observer saw {} last", &new[..12])),
        "{head}"
    );
    assert!(head.ends_with(", which is not in this history"), "{head}");
    let (code, answer) = ask(
        &book,
        &["--at", "2026-06-19T00:00:00Z", "--max-age", "15m", "--fetched-at", "2026-06-18T23:00:00Z"],
    );
    assert_eq!(code, 20, "{answer}");
    assert!(codes(&answer).contains(&"stale"), "{answer}");
}

/// A signature is over source files: that a page shows them as they are, nobody has signed.
pub(super) fn rendering() {
    let book = Book::approved();
    let note =
        "Rendering is not covered: the bytes are those of the source files, not of this page, its theme";
    let before = Site::of(&book);
    before.says(PAGE, &[note]);
    // A theme that writes other text lands with nobody's signature: no status moves, whatever the page says.
    let template = "themes/default/templates/document.html";
    let lie = "{% extends \"base.html\" %}{% block main %}Approved by everybody.{% endblock %}";
    book.repo.write(template, lie.as_bytes());
    book.repo.commit("Another theme");
    let after = Site::of(&book);
    after.says(PAGE, &[note]);
    assert_eq!(after.record()["approvals"], before.record()["approvals"]);
    assert_eq!(after.record()["approval"], "approved");
}
