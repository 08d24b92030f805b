//! What one reading of a book leaves for the next: `serve` reads the same book again after every edit.
//!
//! Nothing is believed that may have changed. A file is taken from here when its size and its time of
//! modification are those of before and nobody says that it changed; the history, when `HEAD`, every
//! reference and all that the call asks are the same. Whoever is not sure what changed forgets the files.
//!
//! Only who has been told which documents were edited, and shows what comes of it for a moment, believes that
//! everything else is as it was: to ask a folder of ten thousand files takes longer than a writer wants to wait.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::sync::Arc;
use std::time::SystemTime;

use foldhash::HashMap;

use super::discover::Discovered;
use super::git::{Past, PastKey};
use super::read::Whole;
use super::root::Root;
use crate::text::{BookPath, ContentHash};

/// What was read the last time.
#[derive(Default)]
pub struct Before {
    pub(super) files: HashMap<BookPath, Seen>,
    pub(super) past: Option<(PastKey, Past)>,
    pub(super) found: Option<Found>,
}

/// What was found in the source folder.
pub(super) struct Found {
    /// Hash of the `book.toml` by which it was looked for.
    pub(super) settings: ContentHash,
    pub(super) files: Arc<Discovered>,
}

/// A file as it was read, and what its folder said of it before.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) stamp: Stamp,
    pub(super) whole: Whole,
}

/// By what a file is known to be another: size in bytes, and the time of its last modification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    size: u64,
    modified: SystemTime,
}

impl Before {
    /// Forgets these files, and those below them; all files, where nothing is named.
    pub fn forget(&mut self, changed: &BTreeSet<BookPath>) {
        if changed.is_empty() {
            self.files.clear();
        }
        self.files.retain(|path, _| {
            !changed.iter().any(|gone| path.below(gone.as_str()).is_some() || path == gone)
        });
    }

    /// What was found the last time, where all that changed since are these files, which were read then and are
    /// still files: no edit of them adds to what is found, or takes from it.
    pub(super) fn found_but(
        &self,
        edited: &BTreeSet<BookPath>,
        root: &Root,
        settings: ContentHash,
    ) -> Option<Arc<Discovered>> {
        let found = self.found.as_ref().filter(|found| found.settings == settings)?;
        let is_file = |path| root.join(path).symlink_metadata().is_ok_and(|found| found.is_file());
        let are_known = edited.iter().all(|path| self.files.contains_key(path) && is_file(path));
        (are_known && !edited.is_empty()).then(|| found.files.clone())
    }
}

impl Stamp {
    /// The stamp of a file; nothing where the system keeps no time of modification.
    pub(super) fn of(metadata: &Metadata) -> Option<Stamp> {
        Some(Stamp { size: metadata.len(), modified: metadata.modified().ok()? })
    }
}
