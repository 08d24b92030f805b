//! The signed past of a book as plain values: the mainline since the trust root, landing by landing (design:
//! approvals.md, "One pass"). Made by `hosts::workspace` from raw objects; judged by `facts::approval`.

use std::sync::Arc;

use jiff::Timestamp;

use crate::inputs::signature::Known;
use crate::text::{BookPath, ContentHash, SourceFile};

/// What approvals are derived from.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Why there is nothing to derive from: no repository, no policy on the mainline, history not read.
    pub none: Option<String>,
    /// Why nobody can say what stands now: the mainline holds a commit that is later than the moment of judging, though
    /// that is the present. Every status is unverifiable then.
    pub ahead: Option<String>,
    /// Whether the trust root is the one that was pinned from outside.
    pub pinned: bool,
    /// Indices of the landings at which a trust root begins; the first is 0. Only pins make more than one.
    pub roots: Vec<usize>,
    /// The landings from the trust root to the head, oldest first. The first one is the trust root itself:
    /// what it brings is before adoption.
    pub landings: Vec<Landing>,
    /// Whether the last landing has not happened: that of a branch, as it would be.
    pub ends_unlanded: bool,
    /// The chain of observations, oldest first (T2).
    pub observations: Vec<Observation>,
    /// Time stamps for commits of the mainline and for records, sorted by commit (T3).
    pub tokens: Vec<TimeToken>,
    /// Signatures that are verified already: a fact about bytes, made in parallel or remembered.
    pub known: Arc<Known>,
}

/// A commit of the observers' branch.
#[derive(Clone, Debug)]
pub struct Observation {
    /// Its object id.
    pub commit: String,
    /// The commit object.
    pub raw: Arc<[u8]>,
}

/// The answer of a time-stamping authority for a commit, as somebody put it on the observers' branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeToken {
    /// Object id of the commit that it claims to be for.
    pub commit: String,
    /// That commit object: the bytes that a token must be over.
    pub object: Arc<[u8]>,
    /// The answer; nothing where it is too long to be one.
    pub answer: Option<Arc<[u8]>>,
}

/// A commit of the mainline, and what landed with it.
#[derive(Clone, Debug)]
pub struct Landing {
    /// Object id of the mainline commit; empty for a landing that has not happened.
    pub commit: String,
    /// The landing time: the greatest committer time from the trust root to here. A claim (T1).
    pub landed: Timestamp,
    /// The files of `policy/` in this commit, where they differ from those of the landing before.
    pub policy: Option<Vec<SourceFile>>,
    /// `book.toml` in this commit, where it differs from that of the landing before and can be read.
    pub book: Option<Arc<SourceFile>>,
    /// The files below the source folder that differ from those of the landing before, sorted by path.
    pub changed: Vec<(BookPath, Option<FileAt>)>,
    /// The commits of the unit that touched files below the source folder, or `book.toml`.
    pub edits: Vec<Arc<Edit>>,
    /// The commits of the unit whose message says that they are records, parents before children.
    pub records: Vec<RecordCommit>,
}

/// A file in a commit.
#[derive(Clone, Debug)]
pub struct FileAt {
    /// Hash of its bytes.
    pub hash: ContentHash,
    /// Its text, for documents.
    pub source: Option<Arc<SourceFile>>,
}

/// A commit that touched documents.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Its object id.
    pub commit: String,
    /// Mail addresses of author, committer and co-authors, in lower case; the co-authors behind the others.
    pub emails: Arc<[String]>,
    /// How many of `emails` are co-authors.
    pub coauthors: usize,
    /// The commit object, when it is signed.
    pub signed: Option<Arc<[u8]>>,
    /// The files that it touched; of a merge, those that are as in none of its parents.
    pub paths: Vec<BookPath>,
}

/// A commit that says it is a record.
#[derive(Clone, Debug)]
pub struct RecordCommit {
    /// Its object id.
    pub commit: String,
    /// The commit object.
    pub raw: Arc<[u8]>,
    /// The tree of its first parent.
    pub parent_tree: Option<String>,
    /// The files of its subject in its own tree, as a manifest names them; nothing when there is no such
    /// subject.
    pub files: Option<Arc<[(String, ContentHash)]>>,
    /// Digest of `policy/` in its own tree, for amendments.
    pub policy_digest: Option<ContentHash>,
    /// Object ids of the records of the same unit that it descends from.
    pub descends_from: Vec<String>,
}
