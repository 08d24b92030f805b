//! `mcmbook init`: a new book in an empty or an existing folder, up to its first site.

use snapbox::str;

use crate::support::run::{outcome, run, same};
use crate::support::{Folder, Repo, files_below};

#[test]
fn an_empty_folder_becomes_a_book_that_checks_clean() {
    let folder = Folder::new();
    let dir = folder.path();
    let call = ["init", "archive", "--title", "Changes of \"Nord\"", "--owner", "@ana"];
    run(&dir, &call).code(0).stdout_eq("").stderr_eq(str![[r#"
Created archive/book.toml
Created archive/content/index.md
Created archive/content/services/example.md
Created archive/.gitignore
Created archive/.github/workflows/book.yml
Next `git init` there: history and approvals come from Git
Next `mcmbook new request --title "..."`, then `mcmbook serve --open`

"#]]);
    let book = dir.join("archive");
    run(&book, &["check", "--strict"])
        .code(0)
        .stdout_eq(str![[r#"
no findings

"#]])
        .stderr_eq("");
    let index = std::fs::read_to_string(book.join("content/index.md")).expect("it was made");
    same(
        &index,
        str![[r#"
---
title: "Changes of \"Nord\""
---

# Changes of "Nord"

This book holds our major changes: requests, runbooks, rehearsals, execution records and post-mortems.

- `mcmbook new request --title "..."` begins a change under the next free number.
- `mcmbook check` says what a document lacks, and where.
- `mcmbook serve` shows the book while you write.

"#]],
    );
    run(&book, &["build"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 2 documents, 0 changes
warning: history and approvals are unknown: not a Git repository
Built [N] files in book in [TIME]
Open file://[ROOT]/book/index.html

"#]]);
    run(&book, &["list"]).code(0).stdout_eq("").stderr_eq("");
    run(&book, &["list", "--kind", "all"])
        .code(0)
        .stdout_eq(str![[r#"
index             page     Changes of "Nord"
services/example  service  Example service

"#]])
        .stderr_eq("");
}

#[test]
fn a_repository_is_told_apart_from_a_plain_folder() {
    let repo = Repo::new();
    std::fs::remove_file(repo.path().join("book.toml")).expect("it was made");
    repo.git(&["config", "user.email", "Ana.Ferreira+mcm@northmere.example"]);
    run(&repo.path(), &["init"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Created book.toml
Created content/index.md
Created content/services/example.md
Created .gitignore
Created .github/workflows/book.yml
Next `mcmbook new request --title "..."`, then `mcmbook serve --open`

"#]]);
    let service =
        std::fs::read_to_string(repo.path().join("content/services/example.md")).expect("it was made");
    assert!(service.contains("\nowner: ana-ferreira-mcm\n"), "{service}");
    // Nothing is committed, and the book is whole all the same.
    run(&repo.path(), &["check", "--strict"])
        .code(0)
        .stdout_eq(str![[r#"
no findings

"#]])
        .stderr_eq("");
    repo.commit("a book");
    run(&repo.path(), &["check", "--strict"])
        .code(0)
        .stdout_eq(str![[r#"
no findings

"#]])
        .stderr_eq("");
    run(&repo.path(), &["build"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Read 2 documents, 0 changes
Head [HEAD] (claimed)
Built [N] files in book in [TIME]
Open file://[ROOT]/book/index.html

"#]]);
    assert_eq!(repo.git(&["status", "--porcelain"]), "", "the site is ignored");
}

#[test]
fn an_existing_folder_keeps_its_files() {
    let folder = Folder::new();
    folder.write(".gitignore", "/target\n");
    folder.write("content/index.md", "# Ours\n");
    folder.write("src/main.rs", "fn main() {}\n");
    let before = files_below(&folder.path());
    run(&folder.path(), &["init"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Created book.toml
Kept content/index.md
Created content/services/example.md
Kept .gitignore
Next let `.gitignore` name `/book`, the folder of the built site
Created .github/workflows/book.yml
Next `git init` there: history and approvals come from Git
Next `mcmbook new request --title "..."`, then `mcmbook serve --open`

"#]]);
    let after = files_below(&folder.path());
    for (path, bytes) in &before {
        assert_eq!(after.get(path), Some(bytes), "{path}");
    }
    let made: Vec<_> = after.keys().filter(|path| !before.contains_key(*path)).collect();
    assert_eq!(made, [".github/workflows/book.yml", "book.toml", "content/services/example.md"]);

    let whole = files_below(&folder.path());
    run(&folder.path(), &["init"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: `book.toml` is there already: this is a book
  help: `mcmbook new request --title "..."` begins a change in it

"#]]);
    assert_eq!(files_below(&folder.path()), whole, "a second init changes nothing");
}

#[test]
fn calls_that_make_no_book_change_nothing() {
    let folder = Folder::new();
    folder.write("file", "");
    folder.write("dangling/keep", "");
    std::os::unix::fs::symlink("nowhere", folder.path().join("dangling/book.toml")).expect("a new link");
    let before = files_below(&folder.path());
    let cases = [
        (vec!["init", "new", "--owner", "Ana Ferreira"], 2, "`Ana Ferreira` is not a roster id"),
        (vec!["init", "new", "--owner", ""], 2, "is not a roster id"),
        (vec!["init", "dangling"], 2, "is there already"),
        (vec!["init", "file"], 3, "cannot write `file/book.toml`"),
        (vec!["init", "file/below"], 3, "cannot write `file/below/book.toml`"),
    ];
    for (call, code, words) in cases {
        let (ended, told) = outcome(&folder.path(), &call);
        assert_eq!(ended, Some(code), "{call:?}: {told}");
        assert!(told.contains(words), "{call:?}: {told}");
        assert_eq!(files_below(&folder.path()), before, "{call:?}");
    }
}
