//! The stage bar of a change: schedule, prepare, execute, review, and what is missing for each.

use serde::Serialize;

use super::super::chip::{self, Chip};
use super::findings::FindingsView;
use crate::facts::book::{Book, Change, Outcome};
use crate::outputs::progress::{self, Progress, STAGES};

/// One stage.
#[derive(Serialize)]
pub(in super::super) struct StageView {
    name: &'static str,
    state: State,
    /// Icon and tone, for a stage that is over: how it went.
    mark: Chip,
    /// What is there: "request", "runbook", "2 rehearsals, the last one passed".
    there: Vec<String>,
    /// What is missing, as the documents show it.
    missing: Vec<String>,
    /// Findings of rules that have to be mended before this stage is over, as places in the page's list.
    open: usize,
}

/// How far a stage has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Done,
    Current,
    Ahead,
    /// The change was cancelled before.
    Stopped,
}

/// The four stages of a change.
pub(in super::super) fn of(book: &Book, change: &Change, findings: &FindingsView) -> Vec<StageView> {
    let parts = progress::of(book, change);
    let current = parts.iter().position(|part| !part.missing.is_empty());
    let build = |(at, part): (usize, Progress)| {
        let state = match current {
            _ if change.cancelled && change.outcome.is_none() && !part.missing.is_empty() => State::Stopped,
            Some(current) if at == current => State::Current,
            // A stage can be complete while an earlier one is not: a rehearsal may be missing after the day.
            _ if part.missing.is_empty() => State::Done,
            _ if part.late => State::Current,
            _ => State::Ahead,
        };
        StageView {
            name: STAGES[at],
            state,
            mark: mark(state, if at == 2 { change.outcome } else { None }),
            there: part.there,
            missing: if state == State::Stopped { Vec::new() } else { part.missing },
            open: findings.open(at),
        }
    };
    parts.into_iter().enumerate().map(build).collect()
}

fn mark(state: State, outcome: Option<Outcome>) -> Chip {
    match (state, outcome) {
        (_, Some(outcome)) => chip::of_outcome(outcome),
        (State::Done, None) => Chip::new("done", "good", "check"),
        (State::Current, None) => Chip::new("open", "info", "half"),
        (State::Ahead, None) => Chip::new("ahead", "plain", "ring"),
        (State::Stopped, None) => Chip::new("stopped", "plain", "bar"),
    }
}
