//! What Git says about a document.

use serde::Serialize;

use super::super::Site;
use super::super::when;
use crate::inputs::document::Document;

/// Commits that a page shows for one document; the others are counted.
const SHOWN: usize = 20;

/// The history of one document.
#[derive(Serialize)]
pub(in super::super) struct HistoryView {
    pub(in super::super) commits: Vec<CommitView>,
    /// How many earlier commits are not shown.
    more: usize,
    /// Whether the bytes shown differ from the commit that the site was made from.
    pub(in super::super) modified: bool,
    /// Whether nothing is known of this file.
    untracked: bool,
    /// SHA-256 of the bytes shown.
    digest: String,
    path: String,
}

/// A commit that touched a document.
#[derive(Serialize)]
pub(in super::super) struct CommitView {
    id: String,
    short: String,
    summary: String,
    author: String,
    /// Who committed it, where that is somebody else.
    committer: Option<String>,
    time: String,
    datetime: String,
    signed: bool,
    /// The path that the file had before this commit, when it moved.
    moved_from: Option<String>,
}

/// The history of a document, newest commit first.
pub(in super::super) fn of(site: &Site<'_>, document: &Document) -> HistoryView {
    let history = &site.analysis.facts.inputs.history;
    let file = history.files.get(document.path());
    let indices = file.map_or(&[][..], |file| &file.commits);
    let commit = |index: &usize| {
        let commit = &history.commits[*index];
        let moved = file.and_then(|file| file.renames.iter().find(|(_, at)| at == index));
        CommitView {
            short: commit.id.chars().take(12).collect(),
            id: commit.id.clone(),
            summary: commit.summary.clone(),
            author: commit.author.name.clone(),
            committer: (commit.committer != commit.author).then(|| commit.committer.name.clone()),
            time: when::commit_time(commit.time, commit.offset),
            datetime: when::rfc3339(commit.time),
            signed: commit.signed,
            moved_from: moved.map(|(path, _)| path.to_string()),
        }
    };
    HistoryView {
        commits: indices.iter().take(SHOWN).map(commit).collect(),
        more: indices.len().saturating_sub(SHOWN),
        modified: history.modified.contains(document.path()),
        untracked: history.unknown.is_none() && indices.is_empty(),
        digest: document.source.hash.to_string(),
        path: document.path().to_string(),
    }
}
