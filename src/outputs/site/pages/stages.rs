//! The stage bar of a change: schedule, prepare, execute, review, and what is missing for each.

use serde::Serialize;

use super::super::chip::{self, Chip};
use super::findings::FindingsView;
use crate::facts::book::{Book, Change, Outcome, Phase};

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
    let parts = [schedule(change), prepare(book, change), execute(book, change), review(change)];
    let current = parts.iter().position(|part| !part.missing.is_empty());
    let build = |(at, part): (usize, Part)| {
        let state = match current {
            _ if change.cancelled && change.outcome.is_none() && !part.missing.is_empty() => State::Stopped,
            Some(current) if at == current => State::Current,
            // A stage can be complete while an earlier one is not: a rehearsal may be missing after the day.
            _ if part.missing.is_empty() => State::Done,
            _ if part.late => State::Current,
            _ => State::Ahead,
        };
        StageView {
            name: ["Schedule", "Prepare", "Execute", "Review"][at],
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

#[derive(Default)]
struct Part {
    there: Vec<String>,
    missing: Vec<String>,
    /// Whether what is missing should have been there by now.
    late: bool,
}

impl Part {
    fn need(&mut self, is_there: bool, what: &str) {
        let list = if is_there { &mut self.there } else { &mut self.missing };
        list.push(what.to_owned());
    }
}

fn schedule(change: &Change) -> Part {
    let mut part = Part::default();
    part.need(change.request.is_some(), "request");
    if change.request.is_some() && change.phase == Phase::Draft {
        part.missing.push("commit of the request".to_owned());
    }
    part
}

fn prepare(book: &Book, change: &Change) -> Part {
    let mut part = Part { late: change.phase >= Phase::Executed, ..Part::default() };
    part.need(change.runbook.is_some(), "runbook");
    let rehearsals: Vec<_> = of_kind(book, change, "rehearsal").collect();
    let result = rehearsals.last().and_then(|index| book.documents[*index].text("result"));
    match (rehearsals.len(), result) {
        (0, _) => part.missing.push("rehearsal".to_owned()),
        (count, result) => {
            let counted = if count == 1 { "rehearsal".to_owned() } else { format!("{count} rehearsals") };
            let result = result.unwrap_or("without a result");
            part.there.push(format!("{counted}, {}{result}", if count == 1 { "" } else { "the last " }));
            if result != "passed" {
                part.missing.push("rehearsal that passes".to_owned());
            }
        }
    }
    part
}

fn execute(book: &Book, change: &Change) -> Part {
    let mut part = Part::default();
    match (of_kind(book, change, "execution").count(), change.outcome) {
        (0, _) => part.missing.push("execution record".to_owned()),
        (1, Some(_)) => part.there.push("execution record".to_owned()),
        (count, Some(_)) => part.there.push(format!("{count} execution records")),
        (_, None) => part.missing.push("outcome of the execution".to_owned()),
    }
    part
}

fn review(change: &Change) -> Part {
    let mut part = Part { late: change.phase >= Phase::Executed, ..Part::default() };
    part.need(change.post_mortem.is_some(), "post-mortem");
    part
}

/// The documents of one kind in a change.
pub(in super::super) fn of_kind<'a>(
    book: &'a Book,
    change: &'a Change,
    kind: &'a str,
) -> impl Iterator<Item = usize> + 'a {
    change.documents.iter().copied().filter(move |index| book.documents[*index].kind_name() == kind)
}
