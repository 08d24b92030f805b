//! Random histories with branches, merges and renames, judged file by file from `git`'s own answers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Files, commits, history, text};
use crate::support::{Chance, Repo};

/// What `git` says of the commits: their parents, what they touch, and what was renamed on the way to
/// each parent.
struct Judge {
    /// Newest first.
    commits: Vec<String>,
    parents: BTreeMap<String, Vec<String>>,
    touched: BTreeMap<String, BTreeSet<String>>,
    /// (commit, parent) -> path in the commit -> path in the parent.
    renames: BTreeMap<(String, String), BTreeMap<String, String>>,
}

impl Judge {
    fn of(repo: &Repo) -> Judge {
        let mut judge = Judge {
            commits: Vec::new(),
            parents: BTreeMap::new(),
            touched: BTreeMap::new(),
            renames: BTreeMap::new(),
        };
        for line in repo.git(&["rev-list", "--date-order", "--parents", "HEAD"]).lines() {
            let mut ids = line.split(' ').map(str::to_owned);
            let id = ids.next().expect("a line begins with an id");
            judge.commits.push(id.clone());
            judge.parents.insert(id, ids.collect());
        }
        // `-c` shows of a merge what differs from every parent.
        let log = repo.git(&["log", "-c", "--no-renames", "--name-only", "--format=commit %H"]);
        let mut of = String::new();
        for line in log.lines().filter(|line| !line.is_empty()) {
            match line.strip_prefix("commit ") {
                Some(id) => of = id.to_owned(),
                None => {
                    judge.touched.entry(of.clone()).or_default().insert(line.to_owned());
                }
            }
        }
        judge.renames = renames(repo);
        judge
    }

    /// The commits that touched a file of `HEAD`: from `HEAD` down every line of history, path by path.
    fn commits_of(&self, file: &str) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut open = vec![(self.commits[0].clone(), file.to_owned())];
        while let Some((id, path)) = open.pop() {
            if !seen.insert((id.clone(), path.clone())) {
                continue;
            }
            for parent in &self.parents[&id] {
                let renamed = self.renames[&(id.clone(), parent.clone())].get(&path);
                open.push((parent.clone(), renamed.unwrap_or(&path).clone()));
            }
        }
        let touches = |id: &String| {
            let of_commit = self.touched.get(id);
            seen.range((id.clone(), String::new())..)
                .take_while(|(commit, _)| commit == id)
                .any(|(_, path)| of_commit.is_some_and(|paths| paths.contains(path)))
        };
        self.commits.iter().filter(|id| touches(id)).cloned().collect()
    }
}

/// Asks for the differences between the trees of every commit and each of its parents in one call.
fn renames(repo: &Repo) -> BTreeMap<(String, String), BTreeMap<String, String>> {
    let trees: BTreeMap<String, String> = repo
        .git(&["log", "--format=%H %T"])
        .lines()
        .map(|line| line.split_once(' ').expect("two ids"))
        .map(|(commit, tree)| (commit.to_owned(), tree.to_owned()))
        .collect();
    let mut pairs = Vec::new();
    for line in repo.git(&["rev-list", "--parents", "HEAD"]).lines() {
        let ids: Vec<&str> = line.split(' ').collect();
        pairs.extend(ids[1..].iter().map(|parent| (ids[0].to_owned(), (*parent).to_owned())));
    }
    let input: String =
        pairs.iter().map(|(commit, parent)| format!("{} {}\n", trees[parent], trees[commit])).collect();
    let told = repo.git_with(&["diff-tree", "--stdin", "-r", "-M50%", "--name-status"], &input);
    let mut found: BTreeMap<(String, String), BTreeMap<String, String>> = BTreeMap::new();
    let mut next = pairs.iter();
    let mut of = None;
    for line in told.lines() {
        let words: Vec<&str> = line.split('\t').collect();
        match words[..] {
            [status, from, to] if status.starts_with('R') => {
                let pair: &(String, String) = of.expect("a pair of trees comes first");
                found.entry(pair.clone()).or_default().insert(to.to_owned(), from.to_owned());
            }
            [_, _] => {}
            _ => {
                of = next.next();
                found.entry(of.expect("as many answers as questions").clone()).or_default();
            }
        }
    }
    found
}

#[test]
fn random_histories_with_merges_are_what_git_says_commit_by_commit() {
    for seed in 0..5 {
        let mut chance = Chance(100 + seed);
        let repo = Repo::new();
        let mut files = Files::default();
        for number in 0..30 {
            if number > 4 && chance.below(4) == 0 {
                branch_and_merge(&repo, &mut files, &mut chance);
            } else {
                files.work(&repo, &mut chance);
                files.commit(&repo, &format!("Commit {number}"));
            }
        }
        let judge = Judge::of(&repo);
        let history = history(&repo);
        assert_eq!(history.total_commits, judge.commits.len(), "seed {seed}");
        assert_eq!(history.files.len(), files.texts.len(), "seed {seed}");
        for file in files.texts.keys() {
            assert_eq!(commits(&history, file), judge.commits_of(file), "seed {seed}, {file}");
        }
        let touching = judge.commits.iter().filter(|id| {
            let of_commit = judge.touched.get(*id);
            of_commit.is_some_and(|paths| paths.iter().any(|path| path.starts_with("content/")))
        });
        let mut expected: Vec<&String> = touching.collect();
        if expected[0] != &judge.commits[0] {
            expected.insert(0, &judge.commits[0]);
        }
        let told: Vec<&String> = history.commits.iter().map(|commit| &commit.id).collect();
        assert_eq!(told, expected, "seed {seed}");
        for (gone, commit) in &history.deleted {
            assert!(!files.texts.contains_key(gone.as_str()), "seed {seed}, {gone} stands");
            let id = &history.commits[*commit].id;
            assert!(judge.touched[id].contains(gone.as_str()), "seed {seed}, {gone}");
        }
    }
}

/// Works on two branches and merges them, sometimes with changes that only the merge makes.
fn branch_and_merge(repo: &Repo, files: &mut Files, chance: &mut Chance) {
    let base: BTreeSet<String> = files.texts.keys().cloned().collect();
    let name = format!("side-{:x}", chance.next());
    let mut theirs = files.clone();
    repo.git(&["checkout", "--quiet", "-b", &name]);
    for _ in 0..1 + chance.below(3) {
        theirs.work(repo, chance);
        theirs.commit(repo, "On the side");
    }
    repo.git(&["checkout", "--quiet", "main"]);
    for _ in 0..chance.below(3) {
        files.work(repo, chance);
        files.commit(repo, "Meanwhile on main");
    }
    repo.git(&["merge", "--quiet", "--no-ff", "--no-commit", "--strategy=ours", &name]);
    for gone in base.iter().filter(|path| !theirs.texts.contains_key(*path)) {
        if files.texts.contains_key(gone) {
            repo.remove(gone);
            files.forget(gone);
        }
    }
    for (path, content) in &theirs.texts {
        let ours = files.texts.get(path);
        let is_new = ours.is_none() && !base.contains(path);
        let is_theirs_to_say = ours.is_some_and(|ours| ours != content) && chance.below(2) == 0;
        if is_new || is_theirs_to_say {
            files.write(repo, path, content.clone());
        }
    }
    if chance.below(3) == 0 {
        files.write(repo, &format!("content/merge-{:x}.md", chance.next()), text(chance));
    }
    files.commit(repo, "Merge");
}
