//! Which findings `check` tells: the baseline, `--changed-since`, `--stdin-filename`.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use snapbox::str;

use crate::support::run::{outcome, program, run};
use crate::support::{Folder, Repo, write};

const TWICE: &str = "# A\n\n## Same\n\n## Same\n";
const FAULTY: &str = "---\ntitel: A\n---\n\n# A\n";

/// What `check` tells, in short form.
fn short(dir: &Path, more: &[&str]) -> (Option<i32>, String) {
    outcome(dir, &[&["check", "--format", "short"], more].concat())
}

/// The same with a text on standard input.
fn short_of(dir: &Path, file: &str, text: &str) -> (Option<i32>, String) {
    let mut child = program(dir)
        .args(["check", "--format", "short", "--stdin-filename", file])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    // A wrong call ends before it has read anything.
    let _ = child.stdin.take().expect("piped").write_all(text.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8"))
}

/// A repository whose `main` has findings already.
fn branched(book: &str) -> Repo {
    let repo = Repo::with_book_at(book);
    repo.write("content/old.md", FAULTY);
    repo.commit("a book");
    repo.git(&["checkout", "--quiet", "-b", "work"]);
    repo
}

#[test]
fn only_what_the_branch_adds_is_told() {
    for book in ["", "docs/our book"] {
        let repo = branched(book);
        assert_eq!(short(&repo.book(), &["--changed-since", "main"]), (Some(0), String::new()));
        // The old finding moves, the new one is committed, another is not.
        repo.write("content/old.md", FAULTY.replace("---\ntitel", "---\nowner: ana\ntitel"));
        repo.write("content/new.md", FAULTY);
        repo.commit("work");
        repo.write("content/twice.md", TWICE);
        let told = "content/new.md:2:1: error[MCM003]: unknown field `titel` for kind `page`; did you mean `title`?\n\
                    content/twice.md:5:1: warning[MCM019]: heading \"Same\" occurs twice; links to it are ambiguous\n";
        assert_eq!(short(&repo.book(), &["--changed-since", "main"]), (Some(1), told.to_owned()));
        // What main does meanwhile is not the branch's work.
        repo.git(&["stash", "--quiet", "--include-untracked"]);
        repo.git(&["checkout", "--quiet", "main"]);
        repo.write("content/old.md", "# Mended\n");
        repo.commit("mended");
        repo.git(&["checkout", "--quiet", "--detach", "work"]);
        repo.git(&["stash", "pop", "--quiet"]);
        assert_eq!(short(&repo.book(), &["--changed-since", "main"]), (Some(1), told.to_owned()));
        // From another work tree.
        let other = Folder::new();
        let place = other.path().join("tree");
        repo.git(&["worktree", "add", "--quiet", place.to_str().expect("UTF-8"), "work"]);
        let (code, seen) = short(&place.join(book), &["--changed-since", "main"]);
        assert_eq!((code, seen.lines().count()), (Some(1), 1), "{seen}");
    }
}

/// A file that was moved has its old findings still; what it gets beside them is new.
#[test]
fn an_old_finding_whose_line_is_edited_is_an_old_one() {
    let repo = branched("");
    run(&repo.book(), &["baseline"]).success();
    repo.git(&["add", "--force", ".mcmbook"]);
    repo.commit("a baseline");
    let nothing = (Some(0), String::new());
    for edit in ["titel: B", "titel: A # see below", "titel:   [A]"] {
        repo.write("content/old.md", FAULTY.replace("titel: A", edit));
        assert_eq!(short(&repo.book(), &["--changed-since", "main"]), nothing, "{edit}");
        let (code, told) = short(&repo.book(), &[]);
        assert_eq!((code, told.contains("MCM003")), (Some(0), false), "{edit}: {told}");
    }
    // A second one like it is another, wherever it stands.
    repo.write(
        "content/old.md",
        FAULTY.replace("titel: A", "titel: B").replace("# A", "# A\n\n## Same\n\n## Same"),
    );
    let told =
        "content/old.md:9:1: warning[MCM019]: heading \"Same\" occurs twice; links to it are ambiguous\n";
    assert_eq!(short(&repo.book(), &["--changed-since", "main"]), (Some(0), told.to_owned()));
}

#[test]
fn what_a_moved_document_had_is_not_added() {
    let repo = branched("");
    let rename = |from: &str, to: &str| {
        let (from, to) = (repo.book().join(from), repo.book().join(to));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("it can be made");
        std::fs::rename(from, to).expect("it is there");
    };
    rename("content/old.md", "content/notes/elsewhere.md");
    assert_eq!(short(&repo.book(), &["--changed-since", "main"]), (Some(0), String::new()));
    repo.commit("moved");
    assert_eq!(short(&repo.book(), &["--changed-since", "main"]), (Some(0), String::new()));
    repo.write("content/notes/elsewhere.md", format!("{FAULTY}\n## Same\n\n## Same\n"));
    let told = "content/notes/elsewhere.md:9:1: warning[MCM019]: heading \"Same\" occurs twice; links to it are ambiguous\n";
    assert_eq!(short(&repo.book(), &["--changed-since", "main"]), (Some(0), told.to_owned()));
    // Another document in its place is no move: all its findings are new.
    repo.write(
        "content/notes/elsewhere.md",
        "---\ntitel: Quite another text, longer than the old one\n---\n\n# B\n",
    );
    let (code, told) = short(&repo.book(), &["--changed-since", "main"]);
    assert_eq!(code, Some(1), "{told}");
}

#[test]
fn only_what_the_branch_adds_is_mended() {
    let repo = branched("");
    repo.write("content/new.md", FAULTY);
    repo.commit("work");
    let (code, told) = short(&repo.book(), &["--changed-since", "main", "--fix", "--unsafe-fixes"]);
    assert_eq!(code, Some(0), "{told}");
    let read = |path: &str| std::fs::read_to_string(repo.book().join(path)).expect("it is there");
    assert_eq!(read("content/old.md"), FAULTY);
    assert_eq!(read("content/new.md"), FAULTY.replace("titel", "title"));
}

#[test]
fn a_finding_that_becomes_due_is_one_that_the_branch_adds() {
    let repo = Repo::new();
    let change = "content/changes/2026/MCM-2026-0001";
    // A runbook without its sections is a draft before it is committed.
    repo.write("content/index.md", "# Changes\n");
    repo.commit("a book");
    repo.git(&["checkout", "--quiet", "-b", "work"]);
    repo.write(&format!("{change}/request.md"), "---\ntitle: A\nowner: ana\n---\n\n# A\n");
    let missing = || {
        let (code, told) = short(&repo.path(), &["--changed-since", "main", "--all"]);
        (code, told.contains("MCM010"))
    };
    assert!(missing().1);
    repo.commit("a request");
    assert_eq!(missing(), (Some(1), true));
    // Due before and after: not the work of the next branch.
    repo.git(&["checkout", "--quiet", "-b", "next"]);
    assert_eq!(short(&repo.path(), &["--changed-since", "work"]), (Some(0), String::new()));
}

#[test]
fn the_book_may_be_new_or_wrong_at_the_base() {
    let repo = Repo::with_book_at("docs");
    repo.write("content/a.md", TWICE);
    std::fs::rename(repo.book(), repo.path().join("later")).expect("it is there");
    write(&repo.path().join("README"), "x\n");
    repo.git(&["add", "README"]);
    repo.git(&["commit", "--quiet", "-m", "no book yet"]);
    repo.git(&["checkout", "--quiet", "-b", "work"]);
    std::fs::rename(repo.path().join("later"), repo.book()).expect("it is there");
    let (_, told) = short(&repo.book(), &["--changed-since", "main"]);
    assert_eq!(told.lines().count(), 1, "{told}");

    let repo = Repo::new();
    repo.write("book.toml", "[book]\ntitel = \"x\"\n");
    repo.commit("a wrong book");
    repo.write("book.toml", "[book]\ntitle = \"x\"\n");
    let (code, told) = short(&repo.path(), &["--changed-since", "main"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("unknown key `book.titel`") && told.contains("book.toml (of "), "{told}");
}

#[test]
fn revisions_that_cannot_be_compared_are_told() {
    let repo = branched("");
    run(&repo.path(), &["check", "--changed-since", "nope"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no commit `nope` in this repository
  help: name a branch, a tag or a commit, such as `main` or `origin/main`
  help: in a pipeline, fetch it first: `git fetch origin main`

"#]]);
    repo.git(&["checkout", "--quiet", "--orphan", "alone"]);
    repo.git(&["commit", "--quiet", "-m", "another beginning"]);
    let (code, told) = short(&repo.path(), &["--changed-since", "main"]);
    assert!(code == Some(2) && told.contains("`main` and the work tree have no commit in common"), "{told}");
    let book = Folder::book();
    let (code, told) = short(&book.path(), &["--changed-since", "main"]);
    assert!(code == Some(2) && told.contains("there are no commits to look at"), "{told}");
    // A clone that is cut short has no base to compare with, whatever is asked of the history.
    let repo = branched("");
    repo.write("content/b.md", "# B\n");
    repo.commit("more");
    let clone = Folder::new();
    let place = clone.path().join("clone");
    let from = format!("file://{}", repo.path().display());
    repo.git(&["clone", "--quiet", "--depth", "1", &from, place.to_str().expect("UTF-8")]);
    for history in ["whole", "unknown"] {
        let (code, told) = short(&place, &["--history", history, "--changed-since", "HEAD"]);
        assert!(code == Some(3) && told.contains("fetch-depth: 0"), "{told}");
    }
}

#[test]
fn a_baseline_lets_pass_what_is_there_and_nothing_else() {
    let book = Folder::book();
    book.write("content/a.md", FAULTY);
    book.write("content/twice.md", TWICE);
    run(&book.path(), &["baseline"]).code(0).stdout_eq("").stderr_eq(str![[r#"
Wrote 2 findings to .mcmbook/baseline.tsv

"#]]);
    let file = book.path().join(".mcmbook/baseline.tsv");
    let text = std::fs::read_to_string(&file).expect("it is there");
    let said: Vec<&str> =
        text.lines().filter_map(|line| line.split_once('\t').map(|(_, said)| said)).collect();
    assert_eq!(
        said,
        [
            "MCM003\tcontent/a.md\tunknown field `titel` for kind `page`; did you mean `title`?",
            "MCM019\tcontent/twice.md\theading \"Same\" occurs twice; links to it are ambiguous",
        ]
    );
    run(&book.path(), &["check"]).code(0).stderr_eq("").stdout_eq(str![[r#"
no findings
let pass by the baseline: 2

"#]]);
    assert_eq!(short(&book.path(), &["--strict"]), (Some(0), String::new()));
    // A new finding counts; a mended one is told, and dropped on request.
    book.write("content/b.md", FAULTY);
    book.write("content/twice.md", "# A\n");
    let (code, told) = short(&book.path(), &[]);
    assert_eq!(code, Some(1));
    assert_eq!(
        told,
        "content/b.md:2:1: error[MCM003]: unknown field `titel` for kind `page`; did you mean `title`?\n\
         warning: 1 entry of the baseline matches no finding any more: `mcmbook baseline --prune` drops it\n"
    );
    // What is told of one file says nothing of the whole list.
    let (_, of_file) = short_of(&book.path(), "content/b.md", FAULTY);
    assert_eq!(of_file.lines().count(), 1, "{of_file}");
    run(&book.path(), &["baseline", "--prune"]).code(0).stderr_eq(str![[r#"
Dropped 1 entry; 1 entry left in .mcmbook/baseline.tsv

"#]]);
    assert_eq!(short(&book.path(), &[]).1.lines().count(), 1);
    let (_, json) = outcome(&book.path(), &["check", "--format", "json"]);
    assert!(json.contains("\"in_baseline\": 1"), "{json}");
    // Judged by the strictest profile, nothing is let pass.
    let (code, told) = short(&book.path(), &["--profile", "regulated"]);
    assert_eq!((code, told.matches("MCM003").count()), (Some(1), 2), "{told}");
    assert!(told.contains("warning: the baseline is left aside: the regulated profile has none"), "{told}");
    write(&file, "# x\nnonsense\n");
    run(&book.path(), &["check"]).code(2).stdout_eq("").stderr_eq(str![[r#"
error: line 2 of `.mcmbook/baseline.tsv` is no entry
  help: `mcmbook baseline` writes the file anew

"#]]);
}

#[test]
fn a_regulated_book_takes_no_baseline() {
    let book = Folder::book();
    book.write(
        "policy/policy.toml",
        "schema = 1\nserial = 1\ncontext = \"x\"\nprofile = \"regulated\"\nzone = \"UTC\"\n",
    );
    let (code, told) = outcome(&book.path(), &["baseline"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("error: the regulated profile has no baseline"), "{told}");
    assert!(!book.path().join(".mcmbook").exists());
    let starter = Folder::book();
    let (code, told) = outcome(&starter.path(), &["baseline", "--prune"]);
    assert!(code == Some(2) && told.contains("there is no baseline `.mcmbook/baseline.tsv`"), "{told}");
}

#[test]
fn an_editor_checks_a_text_that_is_not_saved() {
    let repo = Repo::new();
    repo.write("content/a.md", "# A\n");
    repo.write("content/other.md", TWICE);
    repo.commit("a book");
    let fault =
        "content/a.md:2:1: error[MCM003]: unknown field `titel` for kind `page`; did you mean `title`?\n";
    assert_eq!(short_of(&repo.path(), "content/a.md", FAULTY), (Some(1), fault.to_owned()));
    assert_eq!(short_of(&repo.path().join("content"), "a.md", FAULTY), (Some(1), fault.to_owned()));
    let whole = repo.path().join("content/a.md");
    assert_eq!(short_of(&repo.path(), whole.to_str().expect("UTF-8"), FAULTY), (Some(1), fault.to_owned()));
    assert_eq!(short_of(&repo.path(), "content/a.md", "# A\n"), (Some(0), String::new()));
    // A document that is not there yet, and links between the two.
    let (_, told) = short_of(&repo.path(), "content/new/b.md", "# B\n\n[a](../a.md), [c](../c.md)\n");
    assert_eq!(
        told,
        "content/new/b.md:3:15: warning[MCM017]: link or attachment does not resolve: ../c.md\n"
    );
    assert_eq!(std::fs::read_to_string(&whole).expect("it is there"), "# A\n", "nothing is written");
    for file in ["../a.md", "book.toml", "content/.hidden.md", "content/a.txt", "/etc/a.md"] {
        let (code, told) = short_of(&repo.path(), file, "# A\n");
        assert_eq!(code, Some(2), "{file}");
        assert!(told.contains(&format!("error: `{file}` is no document of this book")), "{told}");
    }
}
