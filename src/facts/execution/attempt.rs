//! How far the execution of a change has come at a moment: what runs, what is held, what is over.

use jiff::Timestamp;

use super::{Evidence, Execution};
use crate::facts::Facts;
use crate::facts::book::{Change, Outcome, view};
use crate::inputs::document::log::{Event, Log};

/// An attempt at a change, as a moment sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it began. An attempt that does not say when has always begun.
    pub started: Timestamp,
    /// When it ended, if it has.
    pub ended: Option<Timestamp>,
    /// How it ended, once it has.
    pub outcome: Option<Outcome>,
    /// What it does meanwhile.
    pub posture: Posture,
}

/// What an attempt that has not ended does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Posture {
    /// It goes on.
    Running,
    /// It is on hold.
    Held,
    /// What was done is undone.
    RollingBack,
}

impl Attempt {
    /// Whether it goes on at the moment at which it was looked at.
    pub fn is_running(&self) -> bool {
        self.ended.is_none()
    }
}

impl Facts {
    /// The attempt at a change that goes on at a moment, or else the last one that has begun by it.
    pub fn attempt(&self, change: &Change, at: Timestamp) -> Option<Attempt> {
        let of_change = self.executions.iter().filter(|execution| execution.change == change.id);
        let recorded = of_change.map(|execution| self.recorded(execution, at));
        // A run commits its log before anybody has written the record.
        let bare = change.attachments.iter().filter_map(|index| {
            let path = &self.inputs.attachments[*index].path;
            let stem = path.file_name().strip_suffix(".log.jsonl")?;
            let is_run = stem.starts_with("execution") && !path.as_str().contains("/files/");
            let has_record = self.executions.iter().any(|execution| {
                execution.change == change.id && self.book.document(execution.document).path().stem() == stem
            });
            let log = self.logs.get(index)?.as_ref().as_ref().ok();
            (is_run && !has_record).then(|| of_log(log, at))
        });
        let begun = recorded.chain(bare).filter(|attempt| attempt.started <= at);
        // One that goes on is not made to have ended by a later one.
        begun.max_by_key(|attempt| (attempt.is_running(), attempt.started))
    }

    fn recorded(&self, execution: &Execution, at: Timestamp) -> Attempt {
        let record = self.book.document(execution.document);
        let log = match &execution.log {
            Evidence::Attached { read, .. } => read.as_ref().as_ref().ok(),
            Evidence::Missing { .. } | Evidence::None => None,
        };
        let mut attempt = of_log(log, at);
        if let Some(started) = view::moment(record, "started") {
            attempt.started = started;
        }
        if let Some(ended) = view::moment(record, "ended") {
            attempt.ended = Some(ended).filter(|ended| *ended <= at);
        }
        if attempt.ended.is_some() {
            attempt.outcome = execution.outcome.or(attempt.outcome);
        }
        attempt
    }
}

/// What a log shows by a moment; a log that cannot be believed shows an attempt that goes on.
fn of_log(log: Option<&Log>, at: Timestamp) -> Attempt {
    let mut attempt =
        Attempt { started: Timestamp::MIN, ended: None, outcome: None, posture: Posture::Running };
    for entry in log.into_iter().flat_map(|log| &log.entries) {
        if matches!(entry.event, Event::Begin { .. }) {
            attempt.started = entry.at;
        }
        if entry.at > at {
            break;
        }
        match &entry.event {
            Event::Hold {} => attempt.posture = Posture::Held,
            Event::Resume {} if attempt.posture == Posture::Held => attempt.posture = Posture::Running,
            Event::RollbackBegin { .. } => attempt.posture = Posture::RollingBack,
            Event::End { outcome, .. } => {
                attempt.ended = Some(entry.at);
                attempt.outcome = Outcome::of_key(outcome);
            }
            _ => {}
        }
    }
    attempt
}
