//! What one reading of a book leaves for the next: `serve` reads the same book again after every edit.
//!
//! Nothing is believed that may have changed. A file is taken from here when its size and its time of
//! modification are those of before and nobody says that it changed; the history, when `HEAD`, every
//! reference and all that the call asks are the same. Whoever is not sure what changed forgets the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::time::SystemTime;

use super::git::{Past, PastKey};
use super::read::Whole;
use crate::text::BookPath;

/// What was read the last time.
#[derive(Default)]
pub struct Before {
    pub(super) files: BTreeMap<BookPath, Seen>,
    pub(super) past: Option<(PastKey, Past)>,
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
}

impl Stamp {
    /// The stamp of a file; nothing where the system keeps no time of modification.
    pub(super) fn of(metadata: &Metadata) -> Option<Stamp> {
        Some(Stamp { size: metadata.len(), modified: metadata.modified().ok()? })
    }
}
