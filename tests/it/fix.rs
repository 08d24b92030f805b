//! `check --fix`, `--unsafe-fixes` and `--diff` on the disk.

use snapbox::str;

use crate::support::run::{outcome, run};
use crate::support::{Folder, Repo, files_below};

const FAULTY: &str = "\u{feff}---\r\ntitel: A\r\nid: other\r\n---\r\n\r\n# A\r\n";

fn read(book: &Folder, path: &str) -> String {
    std::fs::read_to_string(book.path().join(path)).expect("it is there")
}

#[test]
fn safe_fixes_are_applied_and_the_rest_is_told() {
    let book = Folder::book();
    book.write("content/a.md", FAULTY);
    run(&book.path(), &["check", "--fix", "--format", "short"])
        .code(1)
        .stdout_eq(str![[r#"
content/a.md:2:1: error[MCM003]: unknown field `titel` for kind `page`; did you mean `title`?

"#]])
        .stderr_eq(str![[r#"
Fixed content/a.md: remove the byte order mark; remove the key `id`
Applied 2 fixes in 1 file

"#]]);
    assert_eq!(read(&book, "content/a.md"), "---\r\ntitel: A\r\n---\r\n\r\n# A\r\n");
    let once = files_below(&book.path());
    run(&book.path(), &["check", "--fix", "--quiet"]).code(1).stderr_eq("");
    assert_eq!(files_below(&book.path()), once, "twice is once, and nothing temporary stays");
    run(&book.path(), &["check", "--fix", "--unsafe-fixes"]).code(0).stdout_eq("no findings\n").stderr_eq(
        str![[r#"
Fixed content/a.md: rename the key `titel` to `title`
Applied 1 fix in 1 file

"#]],
    );
    assert_eq!(read(&book, "content/a.md"), "---\r\ntitle: A\r\n---\r\n\r\n# A\r\n");
    run(&book.path(), &["check", "--unsafe-fixes"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: `--unsafe-fixes` says which fixes are applied, and none are
  help: add `--fix`, or `--diff` to look at them first

"#]]);
}

#[test]
fn a_diff_shows_and_writes_nothing() {
    let book = Folder::book();
    book.write("content/a.md", FAULTY);
    let before = files_below(&book.path());
    for arguments in
        [&["check", "--diff", "--unsafe-fixes"][..], &["check", "--diff", "--fix", "--unsafe-fixes"]]
    {
        run(&book.path(), arguments)
            .code(1)
            .stdout_eq(str![[r#"
--- a/content/a.md
+++ b/content/a.md
@@ -1,6 +1,5 @@
-﻿---␍
-titel: A␍
-id: other␍
 ---␍
+title: A␍
+---␍
 ␍
 # A␍

"#]])
            .stderr_eq(str![[r#"
Would fix content/a.md: remove the byte order mark; remove the key `id`; rename the key `titel` to `title`

"#]]);
        assert_eq!(files_below(&book.path()), before);
    }
    book.write("content/a.md", "# A\n");
    run(&book.path(), &["check", "--diff"]).code(0).stdout_eq("").stderr_eq("");
}

#[cfg(unix)]
#[test]
fn rights_stay_and_what_cannot_be_written_is_left_whole() {
    use std::os::unix::fs::PermissionsExt as _;
    let book = Folder::book();
    let file = book.path().join("content/a.md");
    book.write("content/a.md", FAULTY);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("it is ours");
    assert_eq!(outcome(&book.path(), &["check", "--fix"]).0, Some(1));
    let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    // A link is no file of the book: what it points to is not touched.
    let outside = Folder::new();
    outside.write("b.md", FAULTY);
    std::os::unix::fs::symlink(outside.path().join("b.md"), book.path().join("content/b.md"))
        .expect("a link");
    assert_eq!(outcome(&book.path(), &["check", "--fix", "--unsafe-fixes"]).0, Some(1));
    assert_eq!(read(&outside, "b.md"), FAULTY);
}

#[test]
fn a_fix_of_what_may_be_approved_says_so() {
    let repo = Repo::new();
    let change = "content/changes/2026/MCM-2026-0001";
    repo.write(&format!("{change}/request.md"), "---\ntitle: A\nid: other\n---\n\n# A\n");
    repo.write(&format!("{change}/runbook.md"), "---\ntitle: A\nfor: MCM-2026-0001\n---\n\n# A\n");
    repo.commit("a change");
    let (_, told) = outcome(&repo.path(), &["check", "--fix", "--format", "short"]);
    let line =
        "request.md: remove the key `id` (an approval of MCM-2026-0001 that covers this file becomes stale)";
    assert!(told.contains(line), "{told}");
}

#[test]
fn a_file_that_changed_meanwhile_is_not_written() {
    use mcmbook::hosts::amend::{self, Amendment};
    use mcmbook::text::{BookPath, ContentHash};
    let book = Folder::book();
    book.write("content/a.md", "one\n");
    book.write("content/b.md", "two\n");
    let root = crate::support::load(&book.path()).expect("a book").root;
    let path = |path: &str| BookPath::new(path).expect("a normal path");
    let (a, b) = (path("content/a.md"), path("content/b.md"));
    let amendments = [
        Amendment { path: &a, before: ContentHash::of(b"one\n"), text: "new\n" },
        Amendment { path: &b, before: ContentHash::of(b"other\n"), text: "new\n" },
    ];
    let failure = amend::files(&root, &amendments).expect_err("one of them is another");
    assert_eq!(failure.to_string(), "`content/b.md` was changed while it was checked");
    assert_eq!((read(&book, "content/a.md"), read(&book, "content/b.md")), ("one\n".into(), "two\n".into()));
    amend::files(&root, &amendments[..1]).expect("it is the same");
    assert_eq!(read(&book, "content/a.md"), "new\n");
}

/// What a kind of the book and the catalogue name, misspelt: one near name is written on request.
#[test]
fn a_misspelt_section_or_service_is_mended_on_request() {
    let book = Folder::book();
    book.write(
        "book.toml",
        "[kind.note]\npaths = [\"notes/*.md\"]\nunknown-sections = false\n\
         sections = [{ title = \"Context\", required = true }, { title = \"Outcome\" }]\n",
    );
    book.write("content/services/checkout.md", "# Checkout\n");
    book.write(
        "content/notes/a.md",
        "---\ntitle: A\n---\n\n# A\n\n## Contxt\n\nText.\n\n## Outcom\n\nText.\n\n## Outcome\n\nText.\n",
    );
    let request = "content/changes/2026/MCM-2026-0001/request.md";
    book.write(request, "---\ntitle: A\nowner: ana\nservices: [chekout]\n---\n\n# A\n");
    let read = |path: &str| std::fs::read_to_string(book.path().join(path)).expect("it is there");
    let before = read("content/notes/a.md");
    outcome(&book.path(), &["check", "--fix"]);
    assert_eq!(read("content/notes/a.md"), before, "a near title is no certain one");
    outcome(&book.path(), &["check", "--fix", "--unsafe-fixes"]);
    // The second one stays: its section is there already.
    assert_eq!(read("content/notes/a.md"), before.replace("Contxt", "Context"));
    assert!(read(request).contains("services: [checkout]"), "{}", read(request));
}

#[test]
fn a_change_that_mends_several_findings_is_drawn_once() {
    let book = Folder::book();
    let section =
        |title: &str| format!("{{ title = \"{title}\", required = true, hint = \"{title} in words.\" }}");
    let sections = ["One", "Two", "Three"].map(section).join(", ");
    book.write("book.toml", format!("[kind.note]\npaths = [\"notes/*.md\"]\nsections = [{sections}]\n"));
    book.write("content/notes/a.md", "---\ntitle: A\n---\n\n# A\n");
    let (_, told) = outcome(&book.path(), &["check", "--all"]);
    assert_eq!(told.matches("is missing").count(), 3, "{told}");
    assert_eq!(
        told.matches("Three in words.\n").count(),
        1 + 1,
        "once in a help, once in the change: {told}"
    );
    assert_eq!(told.matches("the change that is shown above mends this, too").count(), 2, "{told}");
}
