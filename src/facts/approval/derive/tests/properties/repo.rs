//! A small git in memory: commits with trees and parents, and the ledger that is read of them.

use std::rc::Rc;

use foldhash::HashMap;

use super::super::*;
use crate::inputs::history::landing;
use crate::inputs::signature::record::{glance, is_candidate};
use crate::inputs::signature::{Certificates, Known, Verification, cache_key, split, verify};

/// The files of a commit by their paths.
pub(super) type Tree = BTreeMap<String, String>;

/// What stands in a book, and can be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// A change of the class `minor`.
    First,
    /// Another one.
    Second,
    /// An emergency.
    Hurried,
    /// A document outside of changes.
    Page,
}

impl Subject {
    pub(super) const ALL: [Subject; 4] = [Subject::First, Subject::Second, Subject::Hurried, Subject::Page];

    pub(super) fn id(self) -> &'static str {
        match self {
            Subject::First => "MCM-2026-0001",
            Subject::Second => "MCM-2026-0002",
            Subject::Hurried => "MCM-2026-0003",
            Subject::Page => "process/restart",
        }
    }

    pub(super) fn is_change(self) -> bool {
        self != Subject::Page
    }

    /// The path of a file of a change's folder, or the first of the paths that a page may have.
    pub(super) fn path(self, name: &str) -> String {
        match self.is_change() {
            true => format!("content/changes/2026/{}/{name}", self.id()),
            false => format!("content/{}.md", self.id()),
        }
    }

    /// The other path of a page, or a file that claims the change's id from the folder of another year.
    pub(super) fn stray(self) -> String {
        match self.is_change() {
            true => format!("content/changes/2025/{}/request.md", self.id()),
            false => format!("content/{}/index.md", self.id()),
        }
    }

    /// Whether a file belongs to it.
    pub(super) fn owns(self, path: &str) -> bool {
        match self.is_change() {
            true => path.contains(&format!("/{}/", self.id())),
            false => path == self.path("") || path == self.stray(),
        }
    }

    /// Its files as a manifest names them.
    pub(super) fn files(self, tree: &Tree) -> Vec<(String, ContentHash)> {
        if !self.is_change() {
            let text = tree.get(&self.path("")).or_else(|| tree.get(&self.stray()));
            return text
                .map(|text| (self.id().to_owned(), ContentHash::of(text.as_bytes())))
                .into_iter()
                .collect();
        }
        let folder = self.path("");
        let own = tree.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder));
        own.map(|(path, text)| (path[folder.len()..].to_owned(), ContentHash::of(text.as_bytes()))).collect()
    }

    /// What is covered of it: the subject digest; nothing where nothing of it is there.
    pub(super) fn digest(self, tree: &Tree) -> Option<ContentHash> {
        let is_covered = |name: &str| {
            !self.is_change() || name.starts_with("files/") || matches!(name, "request.md" | "runbook.md")
        };
        let covered: Vec<_> = self.files(tree).into_iter().filter(|(name, _)| is_covered(name)).collect();
        (!covered.is_empty()).then(|| Manifest::of(covered).expect("plain paths").digest())
    }
}

/// A commit.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub(super) id: String,
    pub(super) raw: Rc<[u8]>,
    pub(super) tree: Rc<Tree>,
    pub(super) parents: Vec<usize>,
    /// Who wrote it and who committed it.
    pub(super) people: [&'static str; 2],
    pub(super) message: String,
}

/// A commit that is about to be made.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) tree: Rc<Tree>,
    pub(super) parents: Vec<usize>,
    /// Who wrote it and who committed it, each with when.
    pub(super) people: [(&'static str, i64); 2],
    /// The seed of the key that signs, and for what.
    pub(super) key: Option<(u8, &'static str)>,
    pub(super) message: String,
}

#[derive(Clone)]
pub(super) struct Repo {
    pub(super) commits: Vec<Commit>,
    /// The landings by their commits.
    pub(super) mainline: Vec<usize>,
    /// With which landing a commit landed.
    pub(super) landed: BTreeMap<usize, usize>,
    /// Seconds since 1970; every commit is later than the one before.
    pub(super) now: i64,
    pub(super) ledger: Ledger,
    config: Arc<Config>,
    /// What verifying the signatures of its commits says: a fact about bytes, found once.
    known: HashMap<ContentHash, Arc<Verification>>,
}

/// The name of an object by its bytes.
fn object_id(bytes: &[u8]) -> String {
    ContentHash::of(bytes).to_string()[..40].to_owned()
}

fn tree_id(tree: &Tree) -> String {
    object_id(format!("{tree:?}").as_bytes())
}

impl Repo {
    /// A repository with a first commit, which is the trust root.
    pub(super) fn new(tree: Tree, at: &str) -> Repo {
        let config = Config::parse(&SourceFile::new(BookPath::new("book.toml").expect("a path"), Vec::new()));
        let now = at.parse::<Timestamp>().expect("an instant").as_second();
        let mut repo = Repo {
            commits: Vec::new(),
            mainline: Vec::new(),
            landed: BTreeMap::new(),
            now,
            ledger: Ledger::default(),
            config: Arc::new(config.config),
            known: HashMap::default(),
        };
        let root = repo.commit(&[], tree, "alice", "Begin\n");
        repo.land(root);
        repo
    }

    pub(super) fn head(&self) -> usize {
        *self.mainline.last().expect("a repository has a root")
    }

    pub(super) fn tree(&self, commit: usize) -> &Tree {
        &self.commits[commit].tree
    }

    /// Makes a commit that nobody signs.
    pub(super) fn commit(
        &mut self,
        parents: &[usize],
        tree: Tree,
        who: &'static str,
        message: &str,
    ) -> usize {
        let draft = self.draft(parents, Rc::new(tree), who, message.to_owned());
        self.make(draft, |raw| raw)
    }

    /// A commit by somebody, with the clock a minute later.
    pub(super) fn draft(
        &mut self,
        parents: &[usize],
        tree: Rc<Tree>,
        who: &'static str,
        message: String,
    ) -> Draft {
        self.now += 60;
        Draft { tree, parents: parents.to_vec(), people: [(who, self.now); 2], key: None, message }
    }

    /// Makes a commit, whose bytes may be changed once it is signed.
    pub(super) fn make(&mut self, draft: Draft, spoil: impl FnOnce(String) -> String) -> usize {
        let Draft { tree, parents, people, key, message } = draft;
        let mut header = format!("tree {}", tree_id(&tree));
        for parent in &parents {
            header += &format!("\nparent {}", self.commits[*parent].id);
        }
        for (what, (who, at)) in ["author", "committer"].into_iter().zip(people) {
            header += &format!("\n{what} {who} <{who}@a.example> {at} +0000");
        }
        let raw = match key {
            Some((seed, namespace)) => sealed(seed, namespace, &header, &message),
            None => format!("{header}\n\n{message}"),
        };
        let raw: Rc<[u8]> = spoil(raw).into_bytes().into();
        let (id, people) = (object_id(&raw), people.map(|(who, _)| who));
        self.commits.push(Commit { id, raw, tree, parents, people, message });
        self.commits.len() - 1
    }

    /// Whether a commit is above another.
    pub(super) fn descends(&self, from: usize, above: usize) -> bool {
        let mut open = self.commits[from].parents.clone();
        let mut seen = BTreeSet::new();
        while let Some(commit) = open.pop().filter(|_| !seen.contains(&above)) {
            if seen.insert(commit) {
                open.extend(&self.commits[commit].parents);
            }
        }
        seen.contains(&above)
    }

    /// The paths that a commit touched; of a merge, those that are as in none of its parents.
    pub(super) fn touched(&self, commit: usize) -> Vec<String> {
        let commit = &self.commits[commit];
        let mut parents = commit.parents.iter().map(|parent| changes(self.tree(*parent), &commit.tree));
        let first = parents.next().unwrap_or_default();
        let others: Vec<Vec<String>> = parents.collect();
        first.into_iter().filter(|path| others.iter().all(|other| other.contains(path))).collect()
    }

    /// Moves the mainline to a commit, whose first parents lead to where it stood; gives what has landed.
    pub(super) fn land(&mut self, head: usize) -> Vec<usize> {
        let parents: Vec<Vec<usize>> = self.commits.iter().map(|commit| commit.parents.clone()).collect();
        let units = landing::landings(&parents, 0, head).expect("the root is on the chain");
        let new = units.into_iter().skip(self.mainline.len());
        let mut landed = Vec::new();
        for unit in new {
            let landing = self.landing(&unit);
            self.ledger.landings.push(landing);
            self.landed.extend(unit.unit.iter().map(|commit| (*commit, self.mainline.len())));
            self.mainline.push(unit.commit);
            landed.extend(unit.unit);
        }
        for commit in &landed {
            let raw = &self.commits[*commit].raw;
            let found = split(raw).ok().and_then(|commit| verify(&commit, &Certificates::default()));
            self.known.extend(found.map(|found| (cache_key(raw, &Certificates::default()), Arc::new(found))));
        }
        self.ledger.known = Arc::new(Known::new(self.known.clone()));
        landed
    }

    fn landing(&self, unit: &landing::Landing) -> Landing {
        let none = Tree::new();
        let before = self.mainline.last().map_or(&none, |before| self.tree(*before));
        let after = self.tree(unit.commit);
        let changed = changes(before, after);
        let (policy, content): (Vec<_>, Vec<_>) =
            changed.into_iter().partition(|path| path.starts_with("policy/"));
        let file = |path: String| {
            let path = BookPath::new(&path).expect("a path");
            let file = after.get(path.as_str()).map(|text| {
                let source = SourceFile::new(path.clone(), text.as_bytes());
                FileAt { hash: source.hash, source: Some(Arc::new(source)) }
            });
            (path, file)
        };
        let last = self.ledger.landings.last().map_or(Timestamp::UNIX_EPOCH, |landing| landing.landed);
        let split = split(&self.commits[unit.commit].raw).expect("a commit");
        let claimed = Timestamp::from_second(split.committer.seconds.expect("a time")).expect("an instant");
        let is_root = self.mainline.is_empty();
        let unit_of = |wanted: &dyn Fn(&usize) -> bool| -> Vec<usize> {
            unit.unit.iter().copied().filter(|commit| !is_root && wanted(commit)).collect()
        };
        let edits = unit_of(&|commit| self.touched(*commit).iter().any(|path| path.starts_with("content/")));
        let records = unit_of(&|commit| is_candidate(&self.commits[*commit].raw));
        Landing {
            commit: self.commits[unit.commit].id.clone(),
            landed: last.max(claimed),
            policy: (!policy.is_empty()).then(|| policy_of(after)),
            book: None,
            changed: content.into_iter().map(file).collect(),
            edits: edits.into_iter().map(|commit| Arc::new(self.edit(commit))).collect(),
            records: records.iter().map(|commit| self.record(*commit, &records)).collect(),
        }
    }

    fn edit(&self, commit: usize) -> Edit {
        let content = self.touched(commit).into_iter().filter(|path| path.starts_with("content/"));
        let paths = content.map(|path| BookPath::new(&path).expect("a path")).collect();
        let Commit { id, people, .. } = &self.commits[commit];
        let emails: Vec<String> = people.iter().map(|who| format!("{who}@a.example")).collect();
        Edit { commit: id.clone(), emails: emails.into(), coauthors: 0, signed: None, paths }
    }

    fn record(&self, commit: usize, others: &[usize]) -> RecordCommit {
        let Commit { id, raw, tree, parents, .. } = &self.commits[commit];
        let document = glance(raw, "Mcm-Document");
        let subject = Subject::ALL.into_iter().find(|subject| Some(subject.id()) == document);
        let files = subject.map(|subject| subject.files(tree)).filter(|files| !files.is_empty());
        let above = others.iter().filter(|other| self.descends(commit, **other));
        RecordCommit {
            commit: id.clone(),
            raw: raw.to_vec().into(),
            parent_tree: parents.first().map(|parent| tree_id(self.tree(*parent))),
            files: files.map(Arc::from),
            policy_digest: Some(digest_of(&policy_of(tree))),
            descends_from: above.map(|other| self.commits[*other].id.clone()).collect(),
        }
    }

    /// What is known of the approvals after the last landing, at a moment, and the digest of the policy in force.
    pub(super) fn approvals(&self, as_of: &str) -> (BTreeMap<SubjectId, Approval>, ContentHash) {
        let as_of = as_of.parse().expect("an instant");
        let pass = Pass::run(&self.ledger, &self.config, as_of, &[]).expect("there is a policy");
        (approvals(&pass), pass.effective.digest)
    }
}

/// The paths in which two trees differ.
pub(super) fn changes(before: &Tree, after: &Tree) -> Vec<String> {
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    all.into_iter().filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

/// What a branch changed since it began, on another tree: the branch's files win.
pub(super) fn merged(base: &Tree, branch: &Tree, onto: &Tree) -> Tree {
    let mut tree = onto.clone();
    for path in changes(base, branch) {
        match branch.get(&path) {
            Some(text) => tree.insert(path, text.clone()),
            None => tree.remove(&path),
        };
    }
    tree
}

/// The policy of a tree.
pub(super) fn policy_of(tree: &Tree) -> Vec<SourceFile> {
    let files = tree.iter().filter(|(path, _)| path.starts_with("policy/"));
    files.map(|(path, text)| SourceFile::new(BookPath::new(path).expect("a path"), text.as_bytes())).collect()
}

/// Puts a policy into a tree.
pub(super) fn with_policy(tree: &Tree, files: &[SourceFile]) -> Tree {
    let mut tree = tree.clone();
    tree.extend(files.iter().map(|file| (file.path.as_str().to_owned(), file.text.to_string())));
    tree
}
