//! What Git says about the files, as plain values. Made by `hosts::workspace` in one walk.

pub mod landing;
pub mod ledger;
pub mod reach;
pub mod trust;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::text::{BookPath, ContentHash};

/// The history of a book, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Why nothing is known, when nothing is: not a repository, no commit yet, `--history=unknown`.
    pub unknown: Option<String>,
    /// Whether there is a repository without any commit.
    pub unborn: bool,
    /// Whether no file is committed, and that much is known: there is no repository, or one without any commit.
    pub uncommitted: bool,
    /// Whether nothing says of when the files are: no commit is at hand and no moment is given. The moment of judging
    /// is what a clock showed then, and pages keep it to themselves.
    pub undated: bool,
    /// The commit that the work tree stands on.
    pub head: Option<usize>,
    /// Name of the branch, when there is one.
    pub branch: Option<String>,
    /// The commits that touched a file of the book, newest first; other fields point into it.
    pub commits: Vec<Arc<Commit>>,
    /// For every file that stands in the book: what touched it.
    pub files: BTreeMap<BookPath, FileHistory>,
    /// Files of the book whose bytes differ from those of `head`, or that it does not hold.
    pub modified: std::collections::BTreeSet<BookPath>,
    /// Number of commits reachable from `head`.
    pub total_commits: usize,
    /// Files below the source folder that were deleted, with the commit that did it.
    pub deleted: BTreeMap<BookPath, usize>,
    /// The mainline since the trust root, for approvals.
    pub ledger: ledger::Ledger,
}

/// A commit. Times are the commit's own claim (T0 of approvals.md).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Commit {
    /// Its object id, hexadecimal.
    pub id: String,
    /// First line of the message, shown lossily where it is not UTF-8.
    pub summary: String,
    /// Who wrote it; one value for all commits of a person.
    pub author: Arc<Person>,
    /// Who committed it.
    pub committer: Arc<Person>,
    /// Committer time, seconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    /// Offset of the committer's zone from UTC in minutes.
    pub offset: i32,
    /// Whether the commit carries a signature of any kind; says nothing about its worth.
    pub signed: bool,
}

/// A name and a mail address as a commit claims them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
}

/// What touched one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileHistory {
    /// Indices into [`History::commits`], newest first; through renames.
    pub commits: Vec<usize>,
    /// Earlier paths, newest first, with the commit that renamed the file away from each.
    pub renames: Vec<(BookPath, usize)>,
    /// Hash of the committed bytes at `head`, when they were read.
    pub committed: Option<ContentHash>,
}

impl History {
    /// A history of which nothing is known.
    pub fn unknown(why: impl Into<String>) -> History {
        History { unknown: Some(why.into()), ..History::default() }
    }

    /// A repository without any commit.
    pub fn unborn(why: impl Into<String>) -> History {
        History { unborn: true, ..History::without_repository(why) }
    }

    /// A folder that is in no repository. What was committed elsewhere before it came here, and who approved it, is
    /// unknown; here nothing is.
    pub fn without_repository(why: impl Into<String>) -> History {
        History { uncommitted: true, ..History::unknown(why) }
    }

    /// Whether a file is known not to be committed: it is a draft of whoever works on it.
    ///
    /// Where the history is left out nothing is taken for a draft, so that a build without it judges like one of the
    /// commit.
    pub fn is_uncommitted(&self, path: &BookPath) -> bool {
        self.uncommitted || (self.unknown.is_none() && !self.files.contains_key(path))
    }

    /// The commits that touched a file, newest first.
    pub fn of(&self, path: &BookPath) -> impl DoubleEndedIterator<Item = &Commit> + Clone {
        let indices = self.files.get(path).map_or(&[][..], |file| &file.commits);
        indices.iter().map(|index| &*self.commits[*index])
    }

    /// The commit that the work tree stands on.
    pub fn head_commit(&self) -> Option<&Commit> {
        self.head.map(|index| &*self.commits[index])
    }
}
