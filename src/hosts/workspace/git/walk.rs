//! One walk over the history of a book.
//!
//! STRATEGY. Commits are visited newest first, children before parents. Each carries a [`Trail`]: which
//! files of `HEAD` its paths have become. At `HEAD` every path is itself. The trail of a parent is that of
//! the commit, changed by the renames between the two; a commit with several children joins what they
//! hand down, so that a rename on one branch does not hide the work of another. A commit counts for the
//! files that its touched paths have become: paths that differ from the parent or, in a merge, from every
//! parent. Trees are compared by id from the root down, so that a commit costs what it changed.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use git2::{Odb, Oid, Repository};

use super::order::Node;
use super::remembered::Remembered;
use super::renames::{self, Sides};
use super::trail::{Rename, Trail};
use super::trees::{Delta, Trees, Within};
use crate::inputs::config::BOOK_TOML;
use crate::inputs::history::landing::first_parents;
use crate::inputs::history::reach::Reach;
use crate::inputs::history::{Commit, FileHistory};
use crate::inputs::policy;
use crate::text::BookPath;

/// What the walk found.
#[derive(Clone)]
pub(super) struct Walked {
    /// The commits that touched the book, newest first; the first is `HEAD` whatever it touched.
    pub(super) commits: Vec<Arc<Commit>>,
    /// The files of `HEAD` below the source folder.
    pub(super) files: BTreeMap<BookPath, FileHistory>,
    /// The blobs of those files.
    pub(super) blobs: BTreeMap<BookPath, Oid>,
    /// Paths that were deleted and did not come back, with the commit that did it last.
    pub(super) deleted: BTreeMap<BookPath, usize>,
    /// The number of all commits.
    pub(super) total: usize,
    /// For every commit, by its place in the order of the walk, the paths that it touched as it names them;
    /// of a merge, those that are as in none of its parents.
    pub(super) touched: Vec<Vec<BookPath>>,
    /// For every commit of the mainline, by the same place, what differs from its first parent.
    pub(super) landed: Vec<Vec<Delta>>,
}

/// The trees of the folders that count, for every commit.
pub(super) struct Folders {
    /// That of the source folder.
    pub(super) source: Vec<Option<Oid>>,
    /// That of `policy/`.
    pub(super) policy: Vec<Option<Oid>>,
    /// The blob of `book.toml`.
    pub(super) book: Vec<Option<Oid>>,
}

impl Folders {
    /// Looks them up: each root tree is read once.
    pub(super) fn of(
        trees: &mut Trees<'_>,
        nodes: &[Node],
        place: Place<'_>,
        remembered: &mut Remembered,
    ) -> Result<Folders, git2::Error> {
        let mut folders = Folders { source: Vec::new(), policy: Vec::new(), book: Vec::new() };
        for node in nodes {
            let mut look_up = || -> Result<_, git2::Error> {
                let root = trees.folder(node.raw.tree, place.prefix)?;
                let mut below = |folder: &str| match root {
                    Some(root) => trees.folder(root, folder),
                    None => Ok(None),
                };
                let (source, policy) = (below(place.src)?, below(policy::FOLDER)?);
                let book = root.map(|root| trees.file(root, BOOK_TOML)).transpose()?.flatten();
                Ok([source, policy, book])
            };
            let [source, policy, book] = match remembered.is_kept() {
                true => remembered.folders(node.raw.tree, look_up)?,
                false => look_up()?,
            };
            folders.source.push(source);
            folders.policy.push(policy);
            folders.book.push(book);
        }
        Ok(folders)
    }
}

/// The place of a book in its repository.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The folder of `book.toml` in the repository, with a slash at its end unless it is the root.
    pub(super) prefix: &'a str,
    /// The source folder, relative to `book.toml`.
    pub(super) src: &'a str,
    /// The part of it whose past is read.
    pub(super) reach: &'a Reach,
}

impl<'a> Place<'a> {
    /// The folders that are compared.
    pub(super) fn within(self) -> Within<'a> {
        Within { src: self.src, reach: self.reach }
    }
}

/// Walks all commits, which are in the order of [`newest_first`](super::order::newest_first).
pub(super) fn walk(
    repo: &Repository,
    odb: &Odb<'_>,
    nodes: &[Node],
    folders: &Folders,
    place: Place<'_>,
    remembered: &mut Remembered,
) -> Result<Walked, git2::Error> {
    let mut trees = Trees::new(odb);
    let mut tip = Vec::new();
    trees.compare(place.src, None, folders.source[0], &mut tip)?;
    let mut record = Record::new(&tip, nodes.len());
    // What is remembered is the whole difference, whatever is asked for this time.
    if !remembered.is_kept() {
        trees.only(place.within());
    }
    let mut is_landing = vec![false; nodes.len()];
    first_parents(nodes, 0).into_iter().for_each(|commit| is_landing[commit] = true);

    let mut trails: Vec<Option<Rc<Trail>>> = vec![None; nodes.len()];
    trails[0] = Some(Rc::default());
    for (index, node) in nodes.iter().enumerate() {
        let trail = trails[index].take().unwrap_or_default();
        // Most commits of a book that approves change no document: what their only parent is followed by is the same.
        if let [parent] = node.parents[..]
            && index > 0
            && folders.source[parent] == folders.source[index]
        {
            hand_down(&mut trails[parent], trail, &record);
            record.walked.touched.push(Vec::new());
            continue;
        }
        let edges = edges(repo, (&mut trees, remembered), &folders.source, nodes, (index, place))?;
        for (parent, edge) in node.parents.iter().zip(&edges) {
            let before = trail.before(&edge.renames, |path| record.stands(path));
            hand_down(&mut trails[*parent], before, &record);
        }
        if is_landing[index] {
            record.walked.landed[index] = edges.first().map(|edge| edge.deltas.clone()).unwrap_or_default();
        }
        record.commit(node, &trail, edges, index == 0);
    }
    Ok(record.walked)
}

/// Joins the trail that a commit hands down to a parent with what others have handed down to it.
fn hand_down(parent: &mut Option<Rc<Trail>>, trail: Rc<Trail>, record: &Record) {
    *parent = Some(match parent.take() {
        Some(other) => other.join(&trail, |path| record.stands(path)),
        None => trail,
    });
}

/// The differences between a commit and one parent, or nothing at all in the case of a root.
struct Edge {
    deltas: Vec<Delta>,
    renames: Vec<Rename>,
}

fn edges(
    repo: &Repository,
    (trees, remembered): (&mut Trees<'_>, &mut Remembered),
    sources: &[Option<Oid>],
    nodes: &[Node],
    (index, place): (usize, Place<'_>),
) -> Result<Vec<Edge>, git2::Error> {
    let new = sources[index];
    let mut compare = |old: Option<Oid>| {
        let mut read = || -> Result<_, git2::Error> {
            let mut deltas = Vec::new();
            trees.compare(place.src, old, new, &mut deltas)?;
            Ok(deltas)
        };
        if !remembered.is_kept() {
            return read();
        }
        let all = remembered.differences((old, new), read)?;
        let deltas: Vec<Delta> =
            all.iter().filter(|delta| place.within().holds(&delta.path)).cloned().collect();
        Ok(deltas)
    };
    if nodes[index].parents.is_empty() {
        let deltas = compare(None)?;
        return Ok(vec![Edge { deltas, renames: Vec::new() }]);
    }
    let edge = |parent: &usize| {
        let deltas = compare(sources[*parent])?;
        let (old, new) = (nodes[*parent].raw.tree, nodes[index].raw.tree);
        let renames = renames::find(&Sides { repo, prefix: place.prefix, old, new }, &deltas)?;
        Ok(Edge { deltas, renames })
    };
    nodes[index].parents.iter().map(edge).collect()
}

/// What the walk writes down.
struct Record {
    walked: Walked,
    /// Paths that are not in `HEAD` and whose end is known: deleted, or given another path.
    ended: BTreeSet<BookPath>,
}

impl Record {
    fn new(tip: &[Delta], total: usize) -> Record {
        let blobs: BTreeMap<BookPath, Oid> =
            tip.iter().filter_map(|delta| Some((delta.path.clone(), delta.new?))).collect();
        let files = blobs.keys().map(|path| (path.clone(), FileHistory::default())).collect();
        let walked = Walked {
            commits: Vec::new(),
            files,
            blobs,
            deleted: BTreeMap::new(),
            total,
            touched: Vec::with_capacity(total),
            landed: vec![Vec::new(); total],
        };
        Record { walked, ended: BTreeSet::new() }
    }

    /// Whether `HEAD` has a file of that path.
    fn stands(&self, path: &BookPath) -> bool {
        self.walked.blobs.contains_key(path)
    }

    fn commit(&mut self, node: &Node, trail: &Trail, mut edges: Vec<Edge>, is_head: bool) {
        let Some(first) = edges.pop() else { return self.walked.touched.push(Vec::new()) };
        let Edge { mut deltas, mut renames } = first;
        for edge in &edges {
            let others: BTreeSet<&BookPath> = edge.deltas.iter().map(|delta| &delta.path).collect();
            deltas.retain(|delta| others.contains(&delta.path));
            renames.retain(|rename| edge.renames.contains(rename));
        }
        self.walked.touched.push(deltas.iter().map(|delta| delta.path.clone()).collect());
        if deltas.is_empty() && !is_head {
            return;
        }
        let place = self.walked.commits.len();
        self.walked.commits.push(node.raw.commit.clone());
        for rename in &renames {
            for file in trail.followers(&rename.to, |path| self.stands(path)) {
                self.file(&file, |file| file.renames.push((rename.from.clone(), place)));
            }
            self.ended.insert(rename.from.clone());
        }
        for delta in &deltas {
            for file in trail.followers(&delta.path, |path| self.stands(path)) {
                self.file(&file, |file| touch(&mut file.commits, place));
            }
            if delta.new.is_none() && !self.stands(&delta.path) && self.ended.insert(delta.path.clone()) {
                self.walked.deleted.insert(delta.path.clone(), place);
            }
        }
    }

    fn file(&mut self, path: &BookPath, change: impl FnOnce(&mut FileHistory)) {
        if let Some(file) = self.walked.files.get_mut(path) {
            change(file);
        }
    }
}

/// Two paths of one file may be touched by one commit: it counts once.
fn touch(commits: &mut Vec<usize>, place: usize) {
    if commits.last() != Some(&place) {
        commits.push(place);
    }
}
