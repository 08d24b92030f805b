//! What the rules on runbooks and rehearsals share: which documents they read, and the words of messages.

use super::Scope;
use crate::facts::Facts;
use crate::facts::book::{Change, view};
use crate::facts::calendar::Hit;
use crate::facts::plan::Plan;
use crate::facts::rehearsal::{self, Need};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::{Cell, Table};
use crate::inputs::document::steps::Step;
use crate::inputs::document::time::Duration;
use crate::text::{Diagnostic, Severity};

/// The kind of runbooks.
const RUNBOOK: &str = "runbook";

/// The kind of standard change models.
pub(super) const MODEL: &str = "standard";

/// The roles of a runbook, in the order in which people name them.
pub(super) const ROLES: [&str; 7] =
    ["lead", "operator", "health_watcher", "rollback_owner", "communicator", "scribe", "business"];

/// A document with steps, its plan, and the change it belongs to.
#[derive(Clone, Copy)]
pub(super) struct Planned<'a> {
    /// The document.
    pub(super) document: &'a Document,
    /// Its plan.
    pub(super) plan: &'a Plan,
    /// Its change; a model and a stray runbook have none.
    pub(super) change: Option<&'a Change>,
}

impl<'a> Planned<'a> {
    /// The request of its change.
    pub(super) fn request(&self, facts: &'a Facts) -> Option<&'a Document> {
        Some(facts.book.document(self.change?.request?))
    }

    /// The restricted windows and freezes that its slot touches.
    pub(super) fn hits(&self, facts: &'a Facts) -> Vec<Hit<'a>> {
        self.request(facts).map_or(Vec::new(), |request| facts.schedule.hits(&facts.book, request))
    }

    /// The step of a node.
    pub(super) fn step(&self, node: usize) -> &'a Step {
        &self.document.steps[self.plan.nodes[node].step]
    }
}

/// All documents with steps: runbooks, models, and what a book's own kinds add.
pub(super) fn stepped<'a>(scope: &Scope<'a>) -> impl Iterator<Item = Planned<'a>> + use<'a> {
    let (facts, change) = (scope.facts, scope.change);
    scope.documents().filter_map(move |(index, document)| {
        let plan = facts.plans.get(&index)?;
        Some(Planned { document, plan, change })
    })
}

/// The runbooks.
pub(super) fn runbooks<'a>(scope: &Scope<'a>) -> impl Iterator<Item = Planned<'a>> + use<'a> {
    stepped(scope).filter(|planned| is_runbook(planned.document))
}

/// Whether a document is a runbook.
pub(super) fn is_runbook(document: &Document) -> bool {
    document.kind_name() == RUNBOOK
}

/// Whether a document has steps by its kind.
pub(super) fn has_steps(document: &Document) -> bool {
    document.kind.as_ref().is_some_and(|kind| kind.steps)
}

/// Whether a missing or empty section is told by a rule on sections (MCM010, MCM012) already.
pub(super) fn is_told(document: &Document, title: &str) -> bool {
    match view::section(document, title) {
        Some((_, text)) => text.trim().is_empty(),
        None => {
            let kind = document.kind.as_ref();
            let section = kind.and_then(|kind| kind.section(title));
            section.is_some_and(|section| section.presence.from.is_some())
        }
    }
}

/// `owner, estimate and validation`.
pub(super) fn listed<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// Seconds as documents write them: `1h30m`.
pub(super) fn short(seconds: u64) -> String {
    Duration { seconds, ..Duration::default() }.to_short()
}

/// The cell of a row that holds something.
pub(super) fn cell(row: &[Cell], column: Option<usize>) -> Option<&Cell> {
    row.get(column?).filter(|cell| !cell.text.trim().is_empty())
}

/// The points of failure of a runbook: the name before the colon of the first cell, and the row.
pub(super) fn points_of_failure(runbook: &Document) -> impl Iterator<Item = (&str, &Table, &Vec<Cell>)> + '_ {
    let section = view::section(runbook, "Points of Failure and Contingency").map(|(heading, _)| heading);
    let tables = section.into_iter().flat_map(|heading| runbook.outline.tables_in(heading.section));
    let rows = tables.flat_map(|table| table.rows.iter().map(move |row| (table, row)));
    rows.filter_map(|(table, row)| {
        let name = row.first()?.text.split(':').next()?.trim();
        (!name.is_empty()).then_some((name, table, row))
    })
}

/// The changes with a runbook, and the rehearsal that counts: the latest that passed with these bytes. A
/// rehearsal that is not asked for is not judged.
pub(super) fn rehearsed<'a>(scope: &Scope<'a>) -> impl Iterator<Item = Rehearsed<'a>> + use<'a> {
    let facts = scope.facts;
    runbooks(scope).filter_map(move |runbook| {
        let change = runbook.change.filter(|change| is_runbook_of(facts, change, runbook.document))?;
        let need = rehearsal::need(facts, change);
        let passed = rehearsal::passed(&facts.book, change);
        let document = facts.book.document(*passed.last()?);
        (need > Need::None).then_some(Rehearsed { runbook, need, document, passed })
    })
}

/// Whether it is the runbook by which the change is carried out.
pub(super) fn is_runbook_of(facts: &Facts, change: &Change, runbook: &Document) -> bool {
    change.runbook.is_some_and(|index| std::ptr::eq(&raw const **facts.book.document(index), runbook))
}

/// A runbook with the rehearsal that counts for it.
pub(super) struct Rehearsed<'a> {
    /// The runbook.
    pub(super) runbook: Planned<'a>,
    /// Whether it has to be rehearsed.
    pub(super) need: Need,
    /// The rehearsal that counts.
    pub(super) document: &'a Document,
    /// All rehearsals that passed with these bytes, the latest last.
    pub(super) passed: Vec<usize>,
}

impl<'a> Rehearsed<'a> {
    /// The documents of all rehearsals that passed with these bytes, the latest first.
    pub(super) fn proofs(&self, facts: &'a Facts) -> impl Iterator<Item = &'a Document> {
        let documents = self.passed.iter().rev().map(|index| &**facts.book.document(*index));
        documents.collect::<Vec<_>>().into_iter()
    }
}

/// What is merely advised is a warning.
pub(super) fn softened(need: Need, mut finding: Diagnostic) -> Diagnostic {
    if need < Need::Required && finding.severity == Severity::Error {
        finding.severity = Severity::Warning;
    }
    finding
}

#[cfg(test)]
mod tests;
