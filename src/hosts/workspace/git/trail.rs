//! Which files of `HEAD` a path of an older commit has become.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::text::BookPath;

/// At one commit: path -> the files of `HEAD` whose history the path belongs to.
///
/// A path that is not named belongs to the file of the same path, if `HEAD` has one. Only renames add
/// entries, so a trail is small and most commits share one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trail(BTreeMap<BookPath, BTreeSet<BookPath>>);

/// A file that was given another path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rename {
    /// The path in the parent.
    pub(super) from: BookPath,
    /// The path in the commit.
    pub(super) to: BookPath,
}

impl Trail {
    /// The files that a path has become. `stands` tells whether `HEAD` has a file of that path.
    pub(super) fn followers(
        &self,
        path: &BookPath,
        stands: impl Fn(&BookPath) -> bool,
    ) -> BTreeSet<BookPath> {
        match self.0.get(path) {
            Some(files) => files.clone(),
            None => stands(path).then(|| path.clone()).into_iter().collect(),
        }
    }

    /// The trail on the other side of renames: at the parent.
    ///
    /// The new path is followed no further. The old path keeps what it had: a file that stands at it
    /// again owns what happened there before, too, as `git log --follow` shows it.
    pub(super) fn before(
        self: &Rc<Trail>,
        renames: &[Rename],
        stands: impl Fn(&BookPath) -> bool + Copy,
    ) -> Rc<Trail> {
        if renames.is_empty() {
            return self.clone();
        }
        let mut before = Trail::clone(self);
        for rename in renames {
            before.0.insert(rename.to.clone(), BTreeSet::new());
        }
        for rename in renames {
            let mut files = self.followers(&rename.from, stands);
            files.extend(self.followers(&rename.to, stands));
            before.0.insert(rename.from.clone(), files);
        }
        Rc::new(before)
    }

    /// The trail of a commit that two lines of history lead to.
    pub(super) fn join(
        self: &Rc<Trail>,
        other: &Rc<Trail>,
        stands: impl Fn(&BookPath) -> bool + Copy,
    ) -> Rc<Trail> {
        if Rc::ptr_eq(self, other) || self == other {
            return self.clone();
        }
        let mut joined = BTreeMap::new();
        for path in self.0.keys().chain(other.0.keys()) {
            if !joined.contains_key(path) {
                let mut files = self.followers(path, stands);
                files.extend(other.followers(path, stands));
                joined.insert(path.clone(), files);
            }
        }
        Rc::new(Trail(joined))
    }
}
