//! Finds the files below the source folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::fault;
use super::git::Git;
use super::root::Root;
use crate::hosts::failure::Failure;
use crate::text::{BookPath, Diagnostic, folded};

/// The files of a book that may be read, and the obstacles.
#[derive(Debug, Default)]
pub(super) struct Discovered {
    /// Sorted by path.
    pub(super) files: Vec<(BookPath, Arc<Path>)>,
    /// In no order.
    pub(super) faults: Vec<Diagnostic>,
}

/// Walks the source folder. Hidden files (with a leading dot), the output folder and what Git ignores are
/// no part of the book and no fault; links, foreign repositories and names that no page can have are faults.
pub(super) fn discover(root: &Root, git: Option<&Git>) -> Result<Discovered, Failure> {
    let tracked = git.map(Git::tracked).transpose()?.unwrap_or_default();
    let mut search = Search { root, git, tracked, found: Discovered::default() };
    let mut walk = WalkDir::new(root.dir().join(root.src().as_str())).min_depth(1).into_iter();
    while let Some(next) = walk.next() {
        match next {
            Ok(entry) => {
                if search.visit(&entry) == Visit::Skip && entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
            }
            Err(error) => search.unreadable(&error),
        }
    }
    let mut found = search.found;
    found.files.sort();
    found.faults.extend(collisions(found.files.iter().map(|(path, _)| path)));
    Ok(found)
}

#[derive(PartialEq, Eq)]
enum Visit {
    Enter,
    Skip,
}

struct Search<'a> {
    root: &'a Root,
    git: Option<&'a Git>,
    /// Files of the index: never ignored.
    tracked: BTreeSet<String>,
    found: Discovered,
}

impl Search<'_> {
    fn visit(&mut self, entry: &DirEntry) -> Visit {
        if entry.file_name().as_encoded_bytes().starts_with(b".") || entry.path() == self.root.build_dir() {
            return Visit::Skip;
        }
        let kind = entry.file_type();
        let below = entry.path().strip_prefix(self.root.dir()).unwrap_or(entry.path());
        let Some(path) = book_path(below) else {
            self.found.faults.push(fault::name(below));
            return Visit::Skip;
        };
        if self.is_ignored(&path, kind.is_dir()) {
            return Visit::Skip;
        }
        let fault = if kind.is_symlink() {
            fault::symlink(&path)
        } else if kind.is_dir() && entry.path().join(".git").symlink_metadata().is_ok() {
            fault::repository(&path)
        } else if kind.is_dir() && path.extension() == "md" {
            fault::folder_like_document(&path)
        } else if kind.is_dir() {
            return Visit::Enter;
        } else if kind.is_file() {
            self.found.files.push((path, entry.path().into()));
            return Visit::Enter;
        } else {
            fault::special(&path)
        };
        self.found.faults.push(fault);
        Visit::Skip
    }

    fn is_ignored(&self, path: &BookPath, is_folder: bool) -> bool {
        let Some(git) = self.git else { return false };
        let is_tracked = if is_folder {
            let inside = format!("{path}/");
            self.tracked.range(inside.clone()..).next().is_some_and(|file| file.starts_with(&inside))
        } else {
            self.tracked.contains(path.as_str())
        };
        !is_tracked && git.is_ignored(path.as_str())
    }

    fn unreadable(&mut self, error: &walkdir::Error) {
        let below = error.path().and_then(|path| path.strip_prefix(self.root.dir()).ok());
        let path = below.and_then(book_path).unwrap_or_else(|| self.root.src().clone());
        let Some(error) = error.io_error() else { return };
        self.found.faults.push(fault::unreadable(&path, error));
    }
}

fn book_path(below_root: &Path) -> Option<BookPath> {
    BookPath::new(below_root.to_str()?)
}

/// Files that are one file where letter case or the form of accents does not count.
pub(super) fn collisions<'a>(files: impl IntoIterator<Item = &'a BookPath>) -> Vec<Diagnostic> {
    let mut first: BTreeMap<String, &BookPath> = BTreeMap::new();
    let mut faults = Vec::new();
    for path in files {
        match first.get(&folded(path.as_str())) {
            Some(other) => faults.push(fault::collision(path, other)),
            None => {
                first.insert(folded(path.as_str()), path);
            }
        }
    }
    faults
}
