//! What Git says of a book, held against what the `git` program says.

mod graph;

use std::collections::{BTreeMap, BTreeSet};

use mcmbook::hosts::workspace::{self, HistoryOption, LoadOptions};
use mcmbook::inputs::history::History;
use mcmbook::text::BookPath;

use crate::support::{Chance, Folder, Repo, load};

fn history(repo: &Repo) -> std::sync::Arc<History> {
    load(&repo.book()).expect("the book loads").inputs.history
}

fn path(path: &str) -> BookPath {
    BookPath::new(path).expect("a normal path")
}

/// The ids of the commits of a file, newest first.
fn commits(history: &History, file: &str) -> Vec<String> {
    history.of(&path(file)).map(|commit| commit.id.clone()).collect()
}

/// A text of its own: no two are similar.
fn text(chance: &mut Chance) -> String {
    (0..20).map(|_| format!("{:016x} {:016x}\n", chance.next(), chance.next())).collect()
}

/// The same text with one line changed: about 95 % similar.
fn edited(text: &str, chance: &mut Chance) -> String {
    let at = chance.below(text.lines().count().max(1));
    let line = format!("{:016x}", chance.next());
    text.lines()
        .enumerate()
        .map(|(index, old)| if index == at { line.clone() + "\n" } else { format!("{old}\n") })
        .collect()
}

#[test]
fn a_commit_is_told_as_it_stands() {
    let repo = Repo::new();
    repo.write("content/a.md", "one\n");
    let first = repo.commit("First line\n\nSecond paragraph");
    repo.write("README.md", "outside of the book's sources");
    let second = repo.commit("Outside");
    let history = history(&repo);

    assert_eq!(history.unknown, None);
    assert_eq!(history.branch.as_deref(), Some("main"));
    assert_eq!(history.total_commits, 2);
    assert_eq!(history.head_commit().map(|commit| &commit.id), Some(&second));
    assert_eq!(commits(&history, "content/a.md"), [first]);
    let commit = history.of(&path("content/a.md")).next().expect("one commit");
    assert_eq!(commit.summary, "First line");
    assert_eq!(
        (commit.author.name.as_str(), commit.author.email.as_str()),
        ("Ana Ferreira", "ana@northmere.example")
    );
    assert_eq!(commit.committer.name, "Raj Menon");
    assert_eq!((commit.time, commit.offset), (1_764_000_060, 60));
    assert!(!commit.signed);
}

#[test]
fn text_that_is_not_utf8_and_signatures_of_any_kind_are_read() {
    let repo = Repo::new();
    repo.write("content/a.md", "one\n");
    repo.commit("First");
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let parent = repo.head();
    let mut raw = format!("tree {tree}parent {parent}\n").into_bytes();
    raw.extend(b"author J\xf6rg <j@x.example> 1764000500 -0330\ncommitter <> 1764000500 +0000\n");
    raw.extend(
        b"gpgsig -----BEGIN SSH SIGNATURE-----\n tree 0000\n -----END SSH SIGNATURE-----\n\n\xfcber\n",
    );
    std::fs::write(repo.path().join(".git/raw"), raw).unwrap();
    let id = repo.git(&["hash-object", "-t", "commit", "-w", "--literally", ".git/raw"]);
    repo.git(&["update-ref", "refs/heads/main", id.trim()]);

    let history = history(&repo);
    let commit = history.head_commit().expect("a head");
    assert_eq!(commit.id, id.trim());
    assert_eq!(commit.author.name, "J\u{fffd}rg");
    assert_eq!(commit.committer.name, "");
    assert_eq!(commit.summary, "\u{fffd}ber");
    assert!(commit.signed);
    assert_eq!(history.total_commits, 2);
}

#[test]
fn renames_are_followed_with_and_without_changes() {
    let mut chance = Chance(1);
    let repo = Repo::new();
    let first_text = text(&mut chance);
    repo.write("content/old.md", &first_text);
    repo.write("content/files/data.bin", [0, 1, 2, 3]);
    let first = repo.commit("First");
    repo.rename("content/old.md", "content/new.md");
    repo.rename("content/files/data.bin", "content/files/moved.bin");
    let second = repo.commit("Renamed as it was");
    repo.rename("content/new.md", "content/newest.md");
    repo.write("content/newest.md", edited(&first_text, &mut chance));
    let third = repo.commit("Renamed and changed");

    let history = history(&repo);
    assert_eq!(commits(&history, "content/newest.md"), [third, second.clone(), first.clone()]);
    assert_eq!(commits(&history, "content/files/moved.bin"), [second, first]);
    let file = &history.files[&path("content/newest.md")];
    let renames: Vec<_> = file.renames.iter().map(|(from, commit)| (from.as_str(), *commit)).collect();
    assert_eq!(renames, [("content/new.md", 0), ("content/old.md", 1)]);
    assert_eq!(history.deleted, BTreeMap::new());
}

#[test]
fn work_on_a_branch_that_did_not_know_of_a_rename_is_not_lost() {
    let mut chance = Chance(2);
    let repo = Repo::new();
    let first_text = text(&mut chance);
    repo.write("content/old.md", &first_text);
    let first = repo.commit("First");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write("content/old.md", edited(&first_text, &mut chance));
    let side = repo.commit("Edited on the side");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.rename("content/old.md", "content/new.md");
    let renamed = repo.commit("Renamed on main");
    repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", "side"]);

    let history = history(&repo);
    let mut seen = commits(&history, "content/new.md");
    let mut expected = vec![repo.head(), renamed, side, first];
    // The merge joins both contents, so that it differs from both parents; its date is that of `renamed`.
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
    assert_eq!(history.files[&path("content/new.md")].renames.len(), 1, "told once, where it was done");
}

#[test]
fn a_merge_counts_only_for_what_differs_from_every_parent() {
    let repo = Repo::new();
    repo.write("content/a.md", "a\n");
    repo.write("content/b.md", "b\n");
    let first = repo.commit("First");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write("content/b.md", "b on the side\n");
    let side = repo.commit("Side");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("content/a.md", "a on main\n");
    let main = repo.commit("Main");
    repo.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
    repo.write("content/c.md", "made by the merge itself\n");
    let merge = repo.commit("Merge");

    let history = history(&repo);
    assert_eq!(commits(&history, "content/a.md"), [main, first.clone()]);
    assert_eq!(commits(&history, "content/b.md"), [side, first]);
    assert_eq!(commits(&history, "content/c.md"), [merge]);
}

#[test]
fn deleted_files_are_told_unless_they_came_back_or_moved() {
    let mut chance = Chance(3);
    let repo = Repo::new();
    for name in ["gone", "back", "moved", "stays"] {
        repo.write(&format!("content/{name}.md"), text(&mut chance));
    }
    repo.commit("First");
    repo.remove("content/gone.md");
    repo.remove("content/back.md");
    let deleting = repo.commit("Deleted");
    repo.write("content/back.md", text(&mut chance));
    repo.rename("content/moved.md", "content/elsewhere.md");
    repo.commit("Back and moved");

    let history = history(&repo);
    let deleted: Vec<_> =
        history.deleted.iter().map(|(path, commit)| (path.as_str(), &history.commits[*commit].id)).collect();
    assert_eq!(deleted, [("content/gone.md", &deleting)]);
    assert!(!history.files.contains_key("content/gone.md"));
}

#[test]
fn modified_is_what_git_status_says() {
    let repo = Repo::with_book_at("docs/book");
    for name in ["same", "edited", "gone", "touched"] {
        repo.write(&format!("content/{name}.md"), format!("{name}\n"));
    }
    repo.write("content/files/large.bin", vec![7; 300_000]);
    repo.write("content/crlf.md", "one\ntwo\n");
    repo.commit("First");
    repo.write("content/edited.md", "edited again\n");
    repo.write("content/untracked.md", "new\n");
    repo.write("content/files/large.bin", vec![8; 300_000]);
    repo.write("content/touched.md", "touched\n");
    repo.remove("content/gone.md");
    // As a checkout with `core.autocrlf` leaves it: no difference that anybody made.
    repo.write("content/crlf.md", "one\r\ntwo\r\n");

    let history = history(&repo);
    let modified: Vec<&str> = history.modified.iter().map(BookPath::as_str).collect();
    assert_eq!(modified, ["content/edited.md", "content/files/large.bin", "content/untracked.md"]);
    let committed = |file: &str| history.files[&path(file)].committed.expect("read").to_string();
    let sha256 = |text: &str| mcmbook::text::ContentHash::of(text.as_bytes()).to_string();
    assert_eq!(committed("content/edited.md"), sha256("edited\n"));
    assert_eq!(committed("content/same.md"), sha256("same\n"));
    assert_eq!(committed("content/crlf.md"), sha256("one\ntwo\n"));
    assert!(!history.files.contains_key("content/untracked.md"));
    assert!(!history.files.contains_key("content/gone.md"), "it does not stand in the book");
}

#[test]
fn without_a_usable_repository_the_reason_is_told() {
    let folder = Folder::book();
    let why = |dir: &std::path::Path| load(dir).expect("the book loads").inputs.history.unknown.clone();
    assert_eq!(why(&folder.path()).as_deref(), Some("not a Git repository"));

    let empty = Repo::new();
    empty.write("content/a.md", "a");
    assert_eq!(why(&empty.book()).as_deref(), Some("the repository has no commit yet"));

    let ignored = Repo::with_book_at("scratch/book");
    super::support::write(&ignored.path().join(".gitignore"), "/scratch\n");
    ignored.write("content/a.md", "a");
    ignored.commit("First");
    assert_eq!(why(&ignored.book()).as_deref(), Some("the folder of the book is ignored by Git"));
    assert_eq!(load(&ignored.book()).expect("it loads").inputs.sources.len(), 1);

    let left_out =
        LoadOptions { dir: empty.book(), history: HistoryOption::Unknown, ..LoadOptions::default() };
    let left_out = workspace::load(&left_out).expect("the book loads").inputs.history.unknown.clone();
    assert_eq!(left_out.as_deref(), Some("left out by `--history=unknown`"));
}

#[test]
fn a_history_that_is_cut_short_or_overlaid_is_refused() {
    let full = Repo::new();
    full.write("content/a.md", "a");
    let first = full.commit("First");
    full.write("content/a.md", "b");
    let second = full.commit("Second");

    let clone = Folder::new();
    let (from, to) = (format!("file://{}", full.path().display()), clone.path().join("clone"));
    full.git(&["clone", "--quiet", "--depth=1", &from, &to.display().to_string()]);
    let failure = load(&to).expect_err("the clone is shallow");
    assert_eq!(failure.exit().code(), 3);
    assert!(failure.help_lines().iter().any(|line| line.contains("fetch-depth: 0")), "{failure:?}");
    let options = LoadOptions { dir: to, history: HistoryOption::Unknown, ..LoadOptions::default() };
    assert!(workspace::load(&options).is_ok(), "the option lets it pass");

    full.git(&["replace", &second, &first]);
    let failure = load(&full.book()).expect_err("an object is replaced");
    assert_eq!(failure.exit().code(), 3);
    assert!(failure.to_string().contains("replaces objects"), "{failure}");
    full.git(&["replace", "--delete", &second]);

    std::fs::write(full.path().join(".git/info/grafts"), format!("{second}\n")).unwrap();
    let failure = load(&full.book()).expect_err("a commit has other parents");
    assert!(failure.to_string().contains("grafts"), "{failure}");
}

#[test]
fn the_next_number_counts_all_branches_and_the_work_tree() {
    let repo = Repo::with_book_at("book");
    let highest = |repo: &Repo| {
        let root = load(&repo.book()).expect("the book loads").root;
        workspace::highest_change_number(&root, 2026)
    };
    assert_eq!(highest(&repo), None);
    repo.write("content/changes/2026/MCM-2026-0004/request.md", "a");
    repo.write("content/changes/2025/MCM-2025-0099/request.md", "a");
    repo.write("content/changes/2026/MCM-2026-x/request.md", "a");
    repo.commit("First");
    assert_eq!(highest(&repo), Some(4));
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    repo.write("content/changes/2026/MCM-2026-0017/request.md", "a");
    repo.commit("Other");
    repo.git(&["update-ref", "refs/remotes/origin/theirs", "HEAD"]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["branch", "--quiet", "-D", "other"]);
    assert_eq!(highest(&repo), Some(17), "a branch that only the server has");
    repo.write("content/changes/2026/MCM-2026-0020/request.md", "a");
    assert_eq!(highest(&repo), Some(20), "a draft that nobody has committed");
}

/// Random work on files without a branch, judged by `git log --follow`.
#[test]
fn random_straight_histories_are_those_of_git_log_follow() {
    for seed in 0..4 {
        let mut chance = Chance(seed);
        let repo = Repo::with_book_at(if seed % 2 == 0 { "" } else { "below/the root" });
        let mut files = Files::default();
        for number in 0..40 {
            for _ in 0..1 + chance.below(3) {
                files.work(&repo, &mut chance);
            }
            files.commit(&repo, &format!("Commit {number}"));
        }
        let history = history(&repo);
        let prefix = repo.book().strip_prefix(repo.path()).unwrap().to_string_lossy().into_owned();
        for file in files.texts.keys() {
            let full = if prefix.is_empty() { file.clone() } else { format!("{prefix}/{file}") };
            let expected = repo.git(&["log", "--follow", "--format=%H", "--", &full]);
            let expected: Vec<&str> = expected.lines().collect();
            assert_eq!(commits(&history, file), expected, "seed {seed}, {file}");
        }
        assert_eq!(history.files.len(), files.texts.len(), "seed {seed}");
        let format = "--format=%H%x09%an%x09%ce%x09%ct%x09%s";
        let mut expected =
            repo.git(&["log", format, "--", format!("{prefix}/content").trim_start_matches('/')]);
        let head = repo.git(&["log", "-1", format]);
        if !expected.starts_with(&head) {
            expected.insert_str(0, &head);
        }
        let told = history.commits.iter().map(|c| {
            format!("{}\t{}\t{}\t{}\t{}\n", c.id, c.author.name, c.committer.email, c.time, c.summary)
        });
        assert_eq!(told.collect::<String>(), expected, "seed {seed}");
    }
}

/// The files of a work tree while chance works on them.
#[derive(Clone, Default)]
struct Files {
    /// Path -> text.
    texts: BTreeMap<String, String>,
    /// Paths to which something was done since the last commit.
    dirty: BTreeSet<String>,
}

impl Files {
    fn commit(&mut self, repo: &Repo, message: &str) {
        repo.commit(message);
        self.dirty.clear();
    }

    fn write(&mut self, repo: &Repo, path: &str, text: String) {
        repo.write(path, &text);
        self.texts.insert(path.to_owned(), text);
        self.dirty.insert(path.to_owned());
    }

    fn forget(&mut self, path: &str) {
        self.texts.remove(path);
        self.dirty.insert(path.to_owned());
    }

    /// Does one thing to a file to which nothing else was done since the last commit.
    fn work(&mut self, repo: &Repo, chance: &mut Chance) {
        let clean: Vec<String> =
            self.texts.keys().filter(|file| !self.dirty.contains(*file)).cloned().collect();
        let new_path = format!("content/{}/{}.md", chance.pick(&["a", "b", "c/d"]), chance.below(12));
        let is_free = !self.texts.contains_key(&new_path) && !self.dirty.contains(&new_path);
        if clean.is_empty() || chance.below(4) == 0 {
            if is_free {
                self.write(repo, &new_path, text(chance));
            }
            return;
        }
        let file = chance.pick(&clean).clone();
        let content = self.texts[&file].clone();
        match chance.below(8) {
            0 => {
                repo.remove(&file);
                self.forget(&file);
            }
            1..=3 if is_free => {
                repo.rename(&file, &new_path);
                self.forget(&file);
                let content = if chance.below(2) == 0 { content } else { edited(&content, chance) };
                self.write(repo, &new_path, content);
            }
            _ => self.write(repo, &file, edited(&content, chance)),
        }
    }
}
