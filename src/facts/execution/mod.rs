//! What happened: every execution record with its log, the runbook that it followed, and typed questions.
//!
//! Enters: the joined book and the logs as they were read. Leaves: an [`Execution`] for every record of a
//! change, in path order. The log is taken from `log.file` beside the record; a record that names none has
//! the log of its own name, `execution-n.log.jsonl`, when that lies beside it. Nothing is judged here: a log
//! that is missing or broken is a value too, and rules speak of it.

mod attempt;
mod order;
mod run;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::{Offset, TimeZone};

use crate::facts::Facts;
use crate::facts::book::{Book, Outcome, view};
use crate::inputs::Inputs;
use crate::inputs::document::Document;
use crate::inputs::document::log::{Log, LogFault};
use crate::text::{BookPath, ContentHash, Span};

pub use attempt::{Attempt, Posture};
pub use order::Due;
pub use run::{Decided, Lines, Run, Said, StepRun};

/// A log as it was read, or why it was refused; shared with the memo.
pub type LogRead = Arc<Result<Log, LogFault>>;

/// The logs of a book, by their index in [`Inputs::attachments`].
pub type Logs = BTreeMap<usize, LogRead>;

/// An execution record of a change.
#[derive(Clone, Debug)]
pub struct Execution {
    /// Index of the record.
    pub document: usize,
    /// The change.
    pub change: Arc<str>,
    /// Index of the change's request.
    pub request: Option<usize>,
    /// Index of the change's runbook, as it stands.
    pub runbook: Option<usize>,
    /// Index of the runbook, when its bytes are the ones that record and log name. Steps can be compared
    /// with this one alone: another text may have had other steps.
    pub followed: Option<usize>,
    /// Whether it is the last attempt of its change.
    pub is_last: bool,
    /// How it ended, as the record says.
    pub outcome: Option<Outcome>,
    /// The log.
    pub log: Evidence,
}

/// The log of a record.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// The record names none, and none of its name lies beside it.
    None,
    /// The file that the record names is not there.
    Missing {
        /// As written.
        file: String,
        /// Where it is named.
        span: Span,
    },
    /// The file is there.
    Attached {
        /// Where it lies.
        path: BookPath,
        /// Of its bytes.
        hash: ContentHash,
        /// What it holds.
        read: LogRead,
    },
}

impl Execution {
    /// What its log tells, when the log can be trusted.
    pub fn run(&self) -> Option<Run<'_>> {
        let Evidence::Attached { path, read, .. } = &self.log else { return None };
        read.as_ref().as_ref().ok().map(|log| Run { log, path })
    }

    /// Whether anything was done: an attempt that was called off before its first step has nothing to show.
    pub fn has_begun(&self) -> bool {
        self.outcome != Some(Outcome::AbortedBeforeStart)
    }

    /// Whether the change was carried through, with issues or without.
    pub fn is_implemented(&self) -> bool {
        self.outcome.is_some_and(is_through)
    }

    /// Whether it leaves services that must work: the new state, or the old one after a rollback.
    pub fn leaves_services(&self) -> bool {
        self.is_implemented() || matches!(self.outcome, Some(Outcome::RolledBack | Outcome::PartlyRolledBack))
    }

    /// The points of the runbook that were passed, or must have been, and what of the log followed each.
    pub fn due<'a>(&self, runbook: &'a Document, run: &Run<'_>) -> Vec<Due<'a>> {
        // Where record and log disagree on the outcome, that is the finding, and the log is believed.
        let ends_well = run
            .end()
            .is_none_or(|end| matches!(Outcome::of_key(end.what.0), Some(outcome) if is_through(outcome)));
        order::due(runbook, run, self.is_implemented() && ends_well)
    }

    /// The zones in which people may have written its times: of the slot, and the record's own offset.
    pub fn zones(&self, book: &Book) -> Vec<TimeZone> {
        let slot = self.request.and_then(|request| book.document(request).slot());
        let own = view::instant(book.document(self.document), "started");
        let offset = own.map_or(Offset::UTC, |(instant, _)| instant.offset);
        let of_slot = slot.map(|slot| slot.zone.clone());
        of_slot.into_iter().chain([offset.to_time_zone()]).collect()
    }
}

impl Facts {
    /// The execution records whose log can be trusted, each with its document and the log.
    pub fn runs(&self) -> impl Iterator<Item = (&Execution, &Document, Run<'_>)> {
        self.executions.iter().filter_map(|execution| {
            Some((execution, &**self.book.document(execution.document), execution.run()?))
        })
    }
}

fn is_through(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Implemented | Outcome::ImplementedWithIssues)
}

/// Finds the execution records of all changes.
pub fn collect(inputs: &Inputs, book: &Book, logs: &Logs) -> Vec<Execution> {
    let mut found = Vec::new();
    for change in book.changes.values() {
        let is_record = |index: &usize| book.document(*index).kind_name() == "execution";
        let mut records: Vec<usize> = change.documents.iter().copied().filter(is_record).collect();
        records.sort_by_key(|index| attempt(book.document(*index)));
        let last = records.last().copied();
        for document in records {
            let record = book.document(document);
            let log = evidence(inputs, book, logs, record);
            let outcome = record.text("outcome").and_then(Outcome::of_key);
            let mut execution = Execution {
                document,
                change: change.id.clone(),
                request: change.request,
                runbook: change.runbook,
                followed: None,
                is_last: last == Some(document),
                outcome,
                log,
            };
            let present = change.runbook.map(|runbook| book.document(runbook).source.hash);
            let of_record = digest(record, "runbook_digest").map(|(hash, _)| hash);
            let of_log = execution.run().and_then(|run| run.runbook_digest()).map(|said| said.what);
            let is_present = |named: Option<ContentHash>| named.is_none() || named == present;
            if is_present(of_record) && is_present(of_log) {
                execution.followed = change.runbook;
            }
            found.push(execution);
        }
    }
    found
}

/// A digest field, with or without its prefix, and where it stands.
pub fn digest(document: &Document, path: &str) -> Option<(ContentHash, Span)> {
    let value = document.field(path)?;
    let text = value.as_str()?;
    Some((ContentHash::from_hex(text.strip_prefix("sha256:").unwrap_or(text))?, value.span))
}

/// The number of an attempt: of the field, else of the file's name.
fn attempt(record: &Document) -> i64 {
    let of_name = || record.path().stem().rsplit('-').next().and_then(|number| number.parse().ok());
    let of_field = record.field("attempt").and_then(|value| value.as_integer());
    of_field.or_else(of_name).unwrap_or_default()
}

/// The log of a record: of an execution, or of a rehearsal.
pub(super) fn evidence(inputs: &Inputs, book: &Book, logs: &Logs, record: &Document) -> Evidence {
    let named = record.field("log.file").and_then(|value| Some((value.as_str()?, value.span)));
    let own = format!("{}.log.jsonl", record.path().stem());
    let file = named.map_or(own.as_str(), |(file, _)| file);
    let attachment = record.path().resolve(file).and_then(|path| book.attachment(&path));
    let read = attachment.and_then(|index| Some((&inputs.attachments[index], logs.get(&index)?)));
    match (read, named) {
        (Some((attachment, read)), _) => {
            Evidence::Attached { path: attachment.path.clone(), hash: attachment.hash, read: read.clone() }
        }
        (None, Some((file, span))) => Evidence::Missing { file: file.to_owned(), span },
        (None, None) => Evidence::None,
    }
}

#[cfg(test)]
mod tests;
