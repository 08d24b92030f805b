//! What is served at one moment, and how it differs from what was served before.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::{Note, Site};
use crate::hosts::workspace::Root;
use crate::outputs::{Content, Output};
use crate::text::BookPath;

/// Generations whose changes are remembered; a page that is older than that is simply reloaded.
const REMEMBERED: usize = 64;
/// Where more files than these have changed, a list of them helps nobody.
const MANY: usize = 1000;

/// The site and its findings at one moment. A request sees one edition from its beginning to its end.
#[derive(Debug)]
pub(super) struct Edition {
    /// Counts from 0, one for each edition of this server.
    pub(super) generation: u64,
    /// The last whole site that could be built.
    pub(super) output: Arc<Output>,
    /// Pages of documents that were edited since, which stand before those of `output`.
    pub(super) edited: Arc<Output>,
    /// What takes longer and comes later, such as the search index. Where both have a file, `output` wins.
    pub(super) later: Arc<Output>,
    /// Where attachments lie.
    pub(super) root: Root,
    /// What the writer is told.
    pub(super) report: Arc<Report>,
    /// What changed in each of the newest generations; the last entry is this edition's.
    changes: VecDeque<Arc<Changes>>,
}

/// What the writer is told on top of the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    /// Whether the newest state of the book could not be built, so that the pages are older.
    pub(super) is_failed: bool,
    /// Findings, or why there is no new site.
    pub(super) notes: Vec<Arc<Note>>,
}

/// The files of the site that are not as they were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Changes {
    /// These, new and removed ones among them.
    Paths(BTreeSet<String>),
    /// So many that all are meant, or nobody knows.
    All,
}

impl Edition {
    /// What is served before anything has been built.
    pub(super) fn empty(root: &Root) -> Edition {
        Edition {
            generation: 0,
            output: Arc::default(),
            edited: Arc::default(),
            later: Arc::default(),
            root: root.clone(),
            report: Arc::default(),
            changes: VecDeque::new(),
        }
    }

    /// The edition after a build that worked. `touched` are the files of the book that gave rise to it.
    pub(super) fn built(&self, site: Site, touched: &BTreeSet<BookPath>) -> Edition {
        let changes = self.difference(&site, touched);
        Edition {
            output: site.output,
            edited: site.edited,
            root: site.root,
            report: Arc::new(Report { is_failed: false, notes: site.notes }),
            ..self.next(changes)
        }
    }

    /// The edition after a build that did not work: the last good site stays.
    pub(super) fn failed(&self, notes: Vec<Note>) -> Edition {
        let nothing = Changes::Paths(BTreeSet::new());
        let notes = notes.into_iter().map(Arc::new).collect();
        Edition { report: Arc::new(Report { is_failed: true, notes }), ..self.next(nothing) }
    }

    /// The edition with the files that took longer.
    pub(super) fn completed(&self, later: Arc<Output>) -> Edition {
        let changes = difference(&self.later, &later, &BTreeSet::new());
        Edition { later, ..self.next(Changes::Paths(changes)) }
    }

    fn next(&self, changes: Changes) -> Edition {
        let skipped = (self.changes.len() + 1).saturating_sub(REMEMBERED);
        let remembered = self.changes.iter().skip(skipped).cloned();
        Edition {
            generation: self.generation + 1,
            output: self.output.clone(),
            edited: self.edited.clone(),
            later: self.later.clone(),
            root: self.root.clone(),
            report: self.report.clone(),
            changes: remembered.chain([Arc::new(changes)]).collect(),
        }
    }

    /// In what a new site differs from the one that is served.
    fn difference(&self, site: &Site, touched: &BTreeSet<BookPath>) -> Changes {
        let mut changed = match Arc::ptr_eq(&self.output, &site.output) && touched.iter().all(is_document) {
            true => BTreeSet::new(),
            false => difference(&self.output, &site.output, touched),
        };
        for path in self.edited.files.keys().chain(site.edited.files.keys()) {
            let after = site.edited.files.get(path).or_else(|| site.output.files.get(path));
            let is_kept = match (self.page(path), after) {
                (Some(before), Some(after)) => is_same(before, after, touched),
                (before, after) => before.is_none() && after.is_none(),
            };
            match is_kept {
                true => changed.remove(path),
                false => changed.insert(path.clone()),
            };
        }
        Changes::Paths(changed)
    }

    /// The file of the site at a path, without what comes later.
    pub(super) fn page(&self, path: &str) -> Option<&Content> {
        self.edited.files.get(path).or_else(|| self.output.files.get(path))
    }

    /// The file at a path.
    pub(super) fn file(&self, path: &str) -> Option<&Content> {
        self.page(path).or_else(|| self.later.files.get(path))
    }

    /// All files, sorted by path.
    pub(super) fn files(&self) -> BTreeMap<&str, &Content> {
        let layers = [&self.later, &self.output, &self.edited];
        let files = layers.into_iter().flat_map(|layer| &layer.files);
        files.map(|(path, content)| (path.as_str(), content)).collect()
    }

    /// What changed between this edition and the one before it.
    pub(super) fn changes(&self) -> &Changes {
        self.changes.back().map_or(&Changes::All, |changes| changes)
    }

    /// What changed after a generation; everything, where that is too long ago to know.
    pub(super) fn changes_since(&self, generation: u64) -> Changes {
        let missed = self.generation.checked_sub(generation).map(|missed| missed as usize);
        let Some(missed) = missed.filter(|missed| *missed <= self.changes.len()) else {
            return Changes::All;
        };
        let mut all = BTreeSet::new();
        for changes in self.changes.iter().skip(self.changes.len() - missed) {
            match &**changes {
                Changes::Paths(paths) => all.extend(paths.iter().cloned()),
                Changes::All => return Changes::All,
            }
        }
        if all.len() > MANY { Changes::All } else { Changes::Paths(all) }
    }
}

impl Changes {
    /// Whether nothing changed.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Changes::Paths(paths) if paths.is_empty())
    }
}

/// Whether a file of the site is as it was. Bytes that were remembered are the same allocation and need no look; an
/// attachment has changed when its file was touched.
fn is_same(before: &Content, after: &Content, touched: &BTreeSet<BookPath>) -> bool {
    match (before, after) {
        (Content::Bytes(a), Content::Bytes(b)) => a.as_ptr() == b.as_ptr() && a.len() == b.len() || a == b,
        (Content::Attachment(a), Content::Attachment(b)) => a == b && !touched.contains(a),
        _ => false,
    }
}

/// Whether a file is no attachment by its name.
fn is_document(path: &BookPath) -> bool {
    path.extension() == "md"
}

/// Compares two outputs in one walk over both: the paths of what is new, gone or other.
fn difference(old: &Output, new: &Output, touched: &BTreeSet<BookPath>) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    let (mut olds, mut news) = (old.files.iter().peekable(), new.files.iter().peekable());
    loop {
        let order = match (olds.peek(), news.peek()) {
            (Some((old, _)), Some((new, _))) => old.cmp(new),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return changed,
        };
        let before = if order.is_le() { olds.next() } else { None };
        let after = if order.is_ge() { news.next() } else { None };
        let is_kept = matches!((before, after), (Some((_, a)), Some((_, b))) if is_same(a, b, touched));
        if let Some((path, _)) = after.or(before).filter(|_| !is_kept) {
            changed.insert(path.clone());
        }
    }
}

#[cfg(test)]
mod tests;
