//! One change: a folder under `changes/` with its documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::inputs::Inputs;
use crate::inputs::config::split_change_path;
use crate::inputs::document::Document;
use crate::memo::Memo;
use crate::text::{BookPath, ContentHash, Stage};

/// One change (MCM): the documents and attachments of its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `MCM-2026-0007`.
    pub id: Arc<str>,
    /// Its folder, below the root of the book.
    pub folder: BookPath,
    /// Its documents, in reading order: request, runbook, rehearsals, notices, executions, post-mortem, rest.
    pub documents: Vec<usize>,
    /// Its other files, as indices into [`Inputs::attachments`].
    pub attachments: Vec<usize>,
    /// How far it has come, by its documents alone.
    pub phase: Phase,
    /// How its last execution ended.
    pub outcome: Option<Outcome>,
    /// Index of its request.
    pub request: Option<usize>,
    /// Index of its runbook.
    pub runbook: Option<usize>,
    /// Index of its post-mortem.
    pub post_mortem: Option<usize>,
    /// Whether a notice says that it is cancelled.
    pub cancelled: bool,
    /// Digest of all that lies in its folder, and of its phase: what is made of these alone is remembered by
    /// it.
    pub digest: ContentHash,
}

impl Change {
    /// The name by which signatures speak of a document: its place in the folder of the change, without its ending.
    /// A document elsewhere has none, whatever kind it says to be of.
    pub fn signed_name<'d>(&self, document: &'d Document) -> Option<&'d str> {
        document.path().below(self.folder.as_str())?.strip_suffix(".md")
    }
}

/// How far a change has come, as its documents alone show it. Rules read this, never the derived state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The request is not committed yet, or lies below `drafts/`.
    Draft,
    /// There is a request.
    Request,
    /// There is a runbook.
    Runbook,
    /// There is a rehearsal.
    Rehearsed,
    /// There is an execution record.
    Executed,
    /// There is a post-mortem.
    Reviewed,
}

impl Phase {
    /// The stage up to which the documents are judged: later findings are told as what is missing next.
    pub fn stage(self) -> Stage {
        match self {
            Phase::Draft => Stage::Draft,
            Phase::Request | Phase::Runbook => Stage::Submission,
            Phase::Rehearsed => Stage::Approval,
            Phase::Executed => Stage::Ready,
            Phase::Reviewed => Stage::Closing,
        }
    }

    /// A word for pages and lists.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Draft => "draft",
            Phase::Request => "requested",
            Phase::Runbook => "planned",
            Phase::Rehearsed => "rehearsed",
            Phase::Executed => "executed",
            Phase::Reviewed => "reviewed",
        }
    }
}

/// How an execution ended (domain.md 1.2, `execution.outcome`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As planned.
    Implemented,
    /// Done, with issues on the way.
    ImplementedWithIssues,
    /// Undone.
    RolledBack,
    /// Undone in part.
    PartlyRolledBack,
    /// Neither done nor undone.
    Failed,
    /// Never begun.
    AbortedBeforeStart,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 6] = [
        Outcome::Implemented,
        Outcome::ImplementedWithIssues,
        Outcome::RolledBack,
        Outcome::PartlyRolledBack,
        Outcome::Failed,
        Outcome::AbortedBeforeStart,
    ];

    /// The word that documents use.
    pub fn key(self) -> &'static str {
        match self {
            Outcome::Implemented => "implemented",
            Outcome::ImplementedWithIssues => "implemented_with_issues",
            Outcome::RolledBack => "rolled_back",
            Outcome::PartlyRolledBack => "partly_rolled_back",
            Outcome::Failed => "failed",
            Outcome::AbortedBeforeStart => "aborted_before_start",
        }
    }

    /// The words that pages use.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Implemented => "implemented",
            Outcome::ImplementedWithIssues => "implemented with issues",
            Outcome::RolledBack => "rolled back",
            Outcome::PartlyRolledBack => "partly rolled back",
            Outcome::Failed => "failed",
            Outcome::AbortedBeforeStart => "aborted before start",
        }
    }

    /// The outcome of that word.
    pub fn of_key(key: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.key() == key)
    }
}

/// The folder of a change: what the names and kinds of its documents alone tell of it.
#[derive(Debug)]
pub(super) struct Folder {
    id: Arc<str>,
    path: BookPath,
    /// In reading order.
    documents: Vec<usize>,
    attachments: Vec<usize>,
    request: Option<usize>,
    runbook: Option<usize>,
    rehearsal: Option<usize>,
    post_mortem: Option<usize>,
    notices: Vec<usize>,
    /// The execution record that is read last.
    execution: Option<usize>,
}

impl Folder {
    /// Finds the folders among the documents and the other files; by id.
    pub(super) fn all(inputs: &Inputs, documents: &[Arc<Document>]) -> Vec<Folder> {
        let src = &inputs.config.book.src;
        let mut folders: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (index, document) in documents.iter().enumerate() {
            if let Some((id, _)) = split_change_path(document.path(), src) {
                folders.entry(id).or_default().0.push(index);
            }
        }
        for (index, attachment) in inputs.attachments.iter().enumerate() {
            if let Some((id, _)) = split_change_path(&attachment.path, src) {
                folders.entry(id).or_default().1.push(index);
            }
        }
        let folder = |(id, (members, attachments))| Folder::of(src, documents, id, members, attachments);
        folders.into_iter().filter_map(folder).collect()
    }

    fn of(
        src: &BookPath,
        documents: &[Arc<Document>],
        id: &str,
        mut members: Vec<usize>,
        attachments: Vec<usize>,
    ) -> Option<Folder> {
        members.sort_by_key(|index| (reading_rank(&documents[*index]), *index));
        let of_kind = |kind: &'static str| {
            members.iter().copied().filter(move |index| documents[*index].kind_name() == kind)
        };
        let path = BookPath::new(&format!("{src}/changes/{}/{id}", id.get(4..8)?))?;
        // What is signed is the file of that name: another document that says to be of the kind does not come
        // before it.
        let main = |kind: &'static str| {
            let is_it = |index: &usize| {
                let name = documents[*index].path().below(path.as_str());
                name.and_then(|name| name.strip_suffix(".md")) == Some(kind)
            };
            of_kind(kind).find(is_it).or_else(|| of_kind(kind).next())
        };
        Some(Folder {
            id: id.into(),
            request: main("request"),
            runbook: main("runbook"),
            rehearsal: of_kind("rehearsal").next(),
            post_mortem: of_kind("post-mortem").next(),
            notices: of_kind("notice").collect(),
            execution: of_kind("execution").next_back(),
            path,
            documents: members,
            attachments,
        })
    }

    /// The change, by what its documents say.
    fn change(&self, inputs: &Inputs, documents: &[Arc<Document>]) -> Change {
        let is_uncommitted = |index: usize| inputs.history.is_uncommitted(documents[index].path());
        let phase = if self.post_mortem.is_some() {
            Phase::Reviewed
        } else if self.execution.is_some() {
            Phase::Executed
        } else if self.request.is_none_or(is_uncommitted) {
            Phase::Draft
        } else if self.rehearsal.is_some() {
            Phase::Rehearsed
        } else if self.runbook.is_some() {
            Phase::Runbook
        } else {
            Phase::Request
        };
        let outcome = self.execution.and_then(|index| documents[index].text("outcome"));
        let says_cancelled = |index: &usize| documents[*index].text("phase") == Some("cancelled");
        Change {
            id: self.id.clone(),
            folder: self.path.clone(),
            documents: self.documents.clone(),
            attachments: self.attachments.clone(),
            phase,
            outcome: outcome.and_then(Outcome::of_key),
            request: self.request,
            runbook: self.runbook,
            post_mortem: self.post_mortem,
            cancelled: self.notices.iter().any(says_cancelled),
            digest: ContentHash::default(),
        }
    }
}

/// The changes of these folders, as their documents stand.
pub(super) fn collect(
    inputs: &Inputs,
    documents: &[Arc<Document>],
    folders: &[Folder],
    memo: &Memo,
) -> BTreeMap<Arc<str>, Change> {
    let change = |folder: &Folder| {
        let mut change = folder.change(inputs, documents);
        change.digest = memo.key(|| digest(inputs, documents, &change));
        (change.id.clone(), change)
    };
    let changes: Vec<_> = folders.par_iter().map(change).collect();
    changes.into_iter().collect()
}

fn digest(inputs: &Inputs, documents: &[Arc<Document>], change: &Change) -> ContentHash {
    let of_documents = change.documents.iter().map(|index| &documents[*index].identity);
    let of_files = change.attachments.iter().map(|index| &inputs.attachments[*index]);
    let of_files = of_files.flat_map(|file| [file.path.as_str().as_bytes(), file.hash.as_bytes()]);
    let phase = [change.phase as u8];
    let head = [change.id.as_bytes(), &phase];
    let of_documents = of_documents.map(|identity| &identity.as_bytes()[..]);
    ContentHash::of_parts(head.into_iter().chain(of_documents).chain(of_files))
}

fn reading_rank(document: &Document) -> usize {
    const ORDER: [&str; 7] =
        ["request", "exception", "runbook", "rehearsal", "notice", "execution", "post-mortem"];
    ORDER.iter().position(|kind| *kind == document.kind_name()).unwrap_or(ORDER.len())
}
