//! The mainline since the trust root, read into plain values (design: approvals.md, "One pass").
//!
//! STRATEGY. The commits, what each touched, and in what each commit of the mainline differs from the one before
//! it are known from the walk, which has verified the hash of every tree. The trust root is the first commit of
//! the mainline that holds `policy/policy.toml`. From there on the bytes of what differs are hashed once for each
//! blob. Records and signed edits are whole commits whose hash was verified when they were read: everything that
//! an approval rests on is taken from those bytes.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use git2::{Odb, Oid};
use jiff::Timestamp;

use super::order::Node;
use super::trees::{Delta, Trees};
use super::walk::{Folders, Place};
use super::{Asked, trusted, unreadable};
use crate::facts::approval::amendment;
use crate::facts::approval::subject::is_substitute;
use crate::hosts::failure::Failure;
use crate::inputs::config::{BOOK_TOML, Kind, Kinds, is_change_id, split_change_path};
use crate::inputs::document::has_unreadable_head;
use crate::inputs::history::landing::{self, Parents};
use crate::inputs::history::ledger::{Edit, FileAt, Landing, Ledger, RecordCommit};
use crate::inputs::history::reach::Reach;
use crate::inputs::policy;
use crate::inputs::signature::record::{self, Decision};
use crate::inputs::signature::split;
use crate::text::{BookPath, ContentHash, SourceFile};

impl Parents for [Node] {
    fn of(&self, commit: usize) -> &[usize] {
        &self[commit].parents
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// What the walk has seen of every commit, by its place among them.
pub(super) struct Seen {
    /// The trees of source folder and policy.
    pub(super) folders: Folders,
    /// The paths that it touched; of a merge, those that are as in none of its parents.
    pub(super) touched: Vec<Vec<BookPath>>,
    /// Of the mainline: what differs from the first parent.
    pub(super) landed: Vec<Vec<Delta>>,
}

/// Reads the ledger of a history whose newest commit stands first.
pub(super) fn read(
    odb: &Odb<'_>,
    nodes: &[Node],
    seen: Seen,
    place: Place<'_>,
    src: &BookPath,
    asked: &Asked,
) -> Result<Ledger, Failure> {
    let trust = &asked.trust;
    trusted::hold(nodes, trust)?;
    let mut trees = Trees::new(odb);
    trees.only(place.within());
    let mut reader = Reader {
        odb,
        trees,
        nodes,
        seen,
        place,
        src,
        kinds: &asked.kinds,
        hashes: HashMap::default(),
        readable: HashSet::default(),
        emails: HashSet::default(),
        year: None,
        subjects: Subjects::default(),
        policies: Vec::new(),
    };
    reader.read_policies().map_err(|error| unreadable(&error))?;
    let found = reader.trust_root().map_err(|error| unreadable(&error))?;
    let digest = |commit: usize| {
        let tree = reader.seen.folders.policy[commit];
        let files = reader.policy_files(tree).map_err(|error| unreadable(&error))?;
        Ok(amendment::digest(&files))
    };
    let roots = trusted::roots(nodes, found, trust, digest)?;
    let Some(root) = roots.first() else {
        return Ok(Ledger {
            none: Some("there is no policy on the mainline".to_owned()),
            ..Ledger::default()
        });
    };
    let landings = landing::landings(nodes, *root, 0).unwrap_or_default();
    trusted::refuse_ambiguous(nodes, landings.iter().map(|landing| landing.commit))?;
    let mut ledger = Ledger { pinned: !trust.pins.is_empty(), ..Ledger::default() };
    let mut before = State::default();
    for (index, unit) in landings.iter().enumerate() {
        if roots.contains(&unit.commit) {
            ledger.roots.push(index);
        }
        let landing = reader.landing(index, unit, &mut before).map_err(|error| unreadable(&error))?;
        ledger.landings.push(landing);
    }
    Ok(ledger)
}

/// What stood after the landing before.
#[derive(Default)]
struct State {
    policy_tree: Option<Oid>,
    book: Option<Oid>,
    landed: Option<Timestamp>,
}

struct Reader<'r, 'a> {
    odb: &'r Odb<'r>,
    trees: Trees<'r>,
    nodes: &'a [Node],
    seen: Seen,
    place: Place<'a>,
    src: &'a BookPath,
    kinds: &'a Kinds,
    /// Blob -> SHA-256 of its bytes.
    hashes: HashMap<Oid, ContentHash>,
    /// Blobs that begin no front matter that cannot be read: what comes back is not parsed again.
    readable: HashSet<Oid>,
    /// Mail addresses of edits: most are those of a few people.
    emails: HashSet<Arc<[String]>>,
    /// The folder of a year below the root tree that was asked for last: records stand in long rows above one.
    year: Option<(Oid, String, Option<Oid>)>,
    /// What was looked up of changes: the records of a change stand above the same ones.
    subjects: Subjects,
    /// The text of every `policy.toml` of the history, which name the documents that approvals cover.
    policies: Vec<Vec<u8>>,
}

/// The files of a subject, as a manifest names them.
type Files = Option<Arc<[(String, ContentHash)]>>;

/// The files of changes' folders. One tree can be the folder of a year in one commit and that of a change in
/// another, where it means other files: what was found for the one says nothing of the other.
#[derive(Default)]
struct Subjects {
    /// (tree of the year's folder, change) -> the files of its folder.
    by_year: HashMap<(Oid, String), Files>,
    /// (tree of the change's folder, change) -> its files.
    by_folder: HashMap<(Oid, String), Files>,
}

impl Reader<'_, '_> {
    /// The first commit of the mainline that holds a policy.
    fn trust_root(&mut self) -> Result<Option<usize>, git2::Error> {
        let line = landing::first_parents(self.nodes, 0);
        let mut seen: Option<(Oid, bool)> = None;
        for commit in line.into_iter().rev() {
            let Some(tree) = self.seen.folders.policy[commit] else { continue };
            let holds = match seen {
                Some((known, holds)) if known == tree => holds,
                _ => {
                    let files = self.files(policy::FOLDER, None, Some(tree))?;
                    files.iter().any(|file| file.path.below(policy::FOLDER) == Some("policy.toml"))
                }
            };
            seen = Some((tree, holds));
            if holds {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }

    fn read_policies(&mut self) -> Result<(), git2::Error> {
        let trees: BTreeSet<Oid> = self.seen.folders.policy.iter().flatten().copied().collect();
        for tree in trees {
            if let Some(blob) = self.trees.file(tree, "policy.toml")? {
                self.policies.push(self.odb.read(blob)?.data().to_vec());
            }
        }
        Ok(())
    }

    /// Whether some policy may have approvals cover a document of a change, beside those that are weighed: it is named
    /// there. To read the front matter of every other one that ever landed would cost more than all the rest.
    fn may_be_covered(&self, path: &BookPath) -> bool {
        let name = memchr::memmem::Finder::new(path.stem());
        self.policies.iter().any(|policy| name.find(policy).is_some())
    }

    fn landing(
        &mut self,
        index: usize,
        unit: &landing::Landing,
        before: &mut State,
    ) -> Result<Landing, git2::Error> {
        let commit = &self.nodes[unit.commit].raw.commit;
        let claimed = Timestamp::from_second(commit.time).unwrap_or(Timestamp::UNIX_EPOCH);
        let landed = before.landed.map_or(claimed, |latest| latest.max(claimed));
        before.landed = Some(landed);

        let policy_tree = self.seen.folders.policy[unit.commit];
        let policy = match policy_tree == before.policy_tree {
            true => None,
            false => Some(self.policy_files(policy_tree)?),
        };
        before.policy_tree = policy_tree;
        let book = match self.seen.folders.book[unit.commit] {
            Some(blob) if before.book != Some(blob) => {
                before.book = Some(blob);
                let path =
                    BookPath::new(BOOK_TOML).ok_or_else(|| git2::Error::from_str("no path of a book"))?;
                Some(Arc::new(SourceFile::new(path, self.odb.read(blob)?.data())))
            }
            _ => None,
        };

        // What the trust root brings is all that it holds; its first parent is before the ledger.
        let deltas = match index {
            0 => self.files(self.src.as_str(), None, self.seen.folders.source[unit.commit])?,
            _ => std::mem::take(&mut self.seen.landed[unit.commit]),
        };
        let mut changed = Vec::with_capacity(deltas.len());
        for delta in deltas {
            let file = delta.new.map(|blob| self.file_at(&delta.path, blob)).transpose()?;
            changed.push((delta.path, file));
        }
        changed.sort_by(|(a, _), (b, _)| a.cmp(b));

        let (mut edits, mut records, mut rejects) = (Vec::new(), Vec::new(), false);
        // What was written before adoption was written by somebody, too, who does not approve it afterwards.
        for commit in &unit.unit {
            let wrote_book = self.wrote_book(*commit);
            if !self.seen.touched[*commit].is_empty() || wrote_book {
                let mut edit = self.edit(*commit)?;
                edit.paths.extend(BookPath::new(BOOK_TOML).filter(|_| wrote_book));
                edits.push(Arc::new(edit));
            }
        }
        if index > 0 {
            for commit in &unit.unit {
                let raw = self.nodes[*commit].raw.record.clone();
                if let Some(raw) = raw.filter(|raw| !speaks_of_others(raw, self.place.reach)) {
                    let (record, decision) = self.record(*commit, raw)?;
                    rejects |= decision == Some(Decision::Reject);
                    records.push(record);
                }
            }
            // Only then does it matter which of two decisions of one person was the later one.
            if rejects {
                self.mark_descent(&unit.unit, &mut records);
            }
        }
        Ok(Landing {
            commit: self.nodes[unit.commit].raw.commit.id.clone(),
            landed,
            policy,
            book,
            changed,
            edits,
            records,
        })
    }

    /// Whether a commit has another `book.toml` than each of its parents.
    fn wrote_book(&self, commit: usize) -> bool {
        let book = &self.seen.folders.book;
        book[commit].is_some()
            && self.nodes[commit].parents.iter().all(|parent| book[*parent] != book[commit])
    }

    /// The tree of a folder of the book in a commit.
    fn folder(&mut self, commit: usize, folder: &str) -> Result<Option<Oid>, git2::Error> {
        let folder = format!("{}{folder}", self.place.prefix);
        self.trees.folder(self.nodes[commit].raw.tree, &folder)
    }

    fn files(&mut self, folder: &str, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<Delta>, git2::Error> {
        let mut deltas = Vec::new();
        self.trees.compare(folder, old, new, &mut deltas)?;
        Ok(deltas)
    }

    fn policy_files(&mut self, tree: Option<Oid>) -> Result<Vec<SourceFile>, git2::Error> {
        let deltas = self.files(policy::FOLDER, None, tree)?;
        let read = |delta: Delta| {
            let blob = delta.new.map(|blob| self.odb.read(blob)).transpose();
            blob.map(|blob| blob.map(|blob| SourceFile::new(delta.path, blob.data()))).transpose()
        };
        let files = deltas.into_iter().filter_map(read);
        let mut files = files.collect::<Result<Vec<SourceFile>, git2::Error>>()?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// A file, with its text where what a change needs may follow from it, or where its front matter cannot be read.
    fn file_at(&mut self, path: &BookPath, blob: Oid) -> Result<FileAt, git2::Error> {
        if is_substitute(path) {
            return Ok(FileAt { hash: of_id(blob), source: None });
        }
        if path.extension() != "md" {
            return Ok(FileAt { hash: self.hash(blob)?, source: None });
        }
        let object = self.odb.read(blob)?;
        let is_weighed = is_weighed(path, self.src, self.kinds, object.data());
        let of_change = !is_weighed && split_change_path(path, self.src).is_some();
        if of_change && !self.may_be_covered(path) {
            let hash = *self.hashes.entry(blob).or_insert_with(|| ContentHash::of(object.data()));
            return Ok(FileAt { hash, source: None });
        }
        if !is_weighed && self.readable.contains(&blob) {
            return Ok(FileAt { hash: self.hash(blob)?, source: None });
        }
        let source = SourceFile::new(path.clone(), object.data());
        self.hashes.insert(blob, source.hash);
        if !is_weighed && !has_unreadable_head(&source) {
            self.readable.insert(blob);
            return Ok(FileAt { hash: source.hash, source: None });
        }
        Ok(FileAt { hash: source.hash, source: Some(Arc::new(source)) })
    }

    fn hash(&mut self, blob: Oid) -> Result<ContentHash, git2::Error> {
        if let Some(hash) = self.hashes.get(&blob) {
            return Ok(*hash);
        }
        let hash = ContentHash::of(self.odb.read(blob)?.data());
        self.hashes.insert(blob, hash);
        Ok(hash)
    }

    fn raw(&self, commit: usize) -> Result<Arc<[u8]>, git2::Error> {
        let id = Oid::from_str(&self.nodes[commit].raw.commit.id)?;
        Ok(self.odb.read(id)?.data().into())
    }

    fn edit(&mut self, commit: usize) -> Result<Edit, git2::Error> {
        let node = &self.nodes[commit].raw.commit;
        let mut emails = vec![node.author.email.to_lowercase(), node.committer.email.to_lowercase()];
        emails.dedup();
        let coauthors = &self.nodes[commit].raw.coauthors;
        emails.extend(coauthors.iter().cloned());
        let signed = node.signed.then(|| self.raw(commit)).transpose()?;
        Ok(Edit {
            commit: node.id.clone(),
            emails: self.emails_of(emails),
            coauthors: coauthors.len(),
            signed,
            paths: std::mem::take(&mut self.seen.touched[commit]),
        })
    }

    fn emails_of(&mut self, emails: Vec<String>) -> Arc<[String]> {
        if let Some(known) = self.emails.get(emails.as_slice()) {
            return known.clone();
        }
        let new: Arc<[String]> = emails.into();
        self.emails.insert(new.clone());
        new
    }

    /// A record of the walk, and what it says to decide.
    fn record(
        &mut self,
        commit: usize,
        raw: Arc<[u8]>,
    ) -> Result<(RecordCommit, Option<Decision>), git2::Error> {
        let parent = self.nodes[commit].parents.first();
        let parent_tree = parent.map(|parent| self.nodes[*parent].raw.tree.to_string());
        // Whether it is a record is for those who judge it: nobody asks for the files of one that cannot be read.
        let files = match record::glance(&raw, "Mcm-Document") {
            Some(document) => self.subject(commit, document)?,
            None => None,
        };
        let decision = record::glance(&raw, "Mcm-Decision").and_then(Decision::of_word);
        let policy_digest = match decision == Some(Decision::AmendPolicy) {
            true => {
                let tree = self.seen.folders.policy[commit];
                amendment::digest(&self.policy_files(tree)?)
            }
            false => None,
        };
        let commit = self.nodes[commit].raw.commit.id.clone();
        let descends_from = Vec::new();
        let record = RecordCommit { commit, raw, parent_tree, files, policy_digest, descends_from };
        Ok((record, decision))
    }

    /// The files of a subject in a commit's tree, as a manifest names them.
    fn subject(&mut self, commit: usize, id: &str) -> Result<Files, git2::Error> {
        if is_change_id(id) {
            let year = format!("{}/changes/{}", self.src, &id[4..8]);
            let folder = format!("{year}/{id}");
            let root = self.nodes[commit].raw.tree;
            let years = match &self.year {
                Some((of, name, tree)) if *of == root && *name == year => *tree,
                _ => {
                    let tree = self.folder(commit, &year)?;
                    self.year = Some((root, year, tree));
                    tree
                }
            };
            let Some(years) = years else { return Ok(None) };
            // To look for one folder among those of a year costs more than to list its files.
            let key = (years, id.to_owned());
            if let Some(known) = self.subjects.by_year.get(&key) {
                return Ok(known.clone());
            }
            let files = match self.trees.folder(years, id)? {
                Some(tree) => self.of_change(tree, id, &folder)?,
                None => None,
            };
            self.subjects.by_year.insert(key, files.clone());
            return Ok(files);
        }
        for path in [format!("{id}.md"), format!("{id}/index.md"), format!("{id}/_index.md")] {
            let path = format!("{}/{path}", self.src);
            let Some((folder, name)) = path.rsplit_once('/') else { continue };
            let Some(tree) = self.folder(commit, folder)? else { continue };
            if let Some(blob) = self.trees.file(tree, name)? {
                return Ok(Some([(id.to_owned(), self.hash(blob)?)].into()));
            }
        }
        Ok(None)
    }

    /// The files below the tree of a change's folder.
    fn of_change(&mut self, tree: Oid, id: &str, folder: &str) -> Result<Files, git2::Error> {
        let key = (tree, id.to_owned());
        if let Some(known) = self.subjects.by_folder.get(&key) {
            return Ok(known.clone());
        }
        let mut files = Vec::new();
        for delta in self.files(folder, None, Some(tree))? {
            let name = delta.path.below(folder).unwrap_or(delta.path.as_str()).to_owned();
            if let Some(blob) = delta.new {
                let hash = if is_substitute(&delta.path) { of_id(blob) } else { self.hash(blob)? };
                files.push((name, hash));
            }
        }
        let files: Files = (!files.is_empty()).then(|| files.into());
        self.subjects.by_folder.insert(key, files.clone());
        Ok(files)
    }

    /// Tells each record which records of its unit it descends from.
    fn mark_descent(&self, unit: &[usize], records: &mut [RecordCommit]) {
        let mut above: HashMap<usize, Rc<BTreeSet<usize>>> = HashMap::default();
        for commit in unit {
            let mut own = BTreeSet::new();
            for parent in &self.nodes[*commit].parents {
                if let Some(known) = above.get(parent) {
                    own.extend(known.iter().copied());
                    if self.nodes[*parent].raw.record.is_some() {
                        own.insert(*parent);
                    }
                }
            }
            let id = &self.nodes[*commit].raw.commit.id;
            if let Some(record) = records.iter_mut().find(|record| record.commit == *id) {
                record.descends_from = own.iter().map(|at| self.nodes[*at].raw.commit.id.clone()).collect();
            }
            above.insert(*commit, Rc::new(own));
        }
    }
}

/// What stands for bytes that are not read: nothing is approved while they are there.
fn of_id(id: Oid) -> ContentHash {
    ContentHash::of(id.as_bytes())
}

/// Whether a record speaks of a change that is not asked for. Whatever cannot be read, or names no change, is
/// looked at.
fn speaks_of_others(raw: &[u8], reach: &Reach) -> bool {
    if *reach == Reach::Everything {
        return false;
    }
    // Most records of a long history are of other changes, and to read them costs more than to look for a line.
    let names = |id: &str| is_change_id(id) && !reach.holds(id);
    if !record::glance(raw, "Mcm-Document").is_some_and(names) {
        return false;
    }
    let said = split(raw).ok().and_then(|commit| record::read(commit.message)?.ok());
    said.and_then(|record| record.document).is_some_and(|id| names(&id))
}

/// Whether what a change needs may follow from a file: requests, runbooks and executions of changes, and the
/// catalogue. Other pages are only hashed: keeping every version of them would take the memory of the book
/// many times over.
fn is_weighed(path: &BookPath, src: &BookPath, kinds: &Kinds, bytes: &[u8]) -> bool {
    let Some(below) = path.below(src.as_str()).filter(|_| path.extension() == "md") else { return false };
    if below.starts_with("changes/") {
        let name = below.rsplit('/').next().unwrap_or_default();
        return matches!(name, "request.md" | "runbook.md") || name.starts_with("execution-");
    }
    let of_catalogue = |kind: &Arc<Kind>| matches!(&*kind.name, "service" | "window" | "standard");
    kinds.of_path(below).is_some_and(of_catalogue) || names_kind(&bytes[..bytes.len().min(HEAD)])
}

/// Whether front matter of any of the three forms may name a kind, which the path need not do: `kind: window`,
/// `kind = "window"`, `"kind": "window"`, `'kind': window`, and `"k\u0069nd": "window"`.
fn names_kind(head: &[u8]) -> bool {
    let is_written = memchr::memmem::find_iter(head, b"kind").any(|at| {
        let rest = &head[at + b"kind".len()..];
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        matches!(rest.trim_ascii_start().first(), Some(b':' | b'='))
    });
    is_written
        || memchr::memchr_iter(b'\\', head).any(|at| matches!(head.get(at + 1), Some(b'x' | b'u' | b'U')))
}

/// Front matter stands in the first bytes of a document.
const HEAD: usize = 64 << 10;
