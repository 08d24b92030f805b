//! What follows when the pieces are put together.

pub mod approval;
pub mod book;
pub mod calendar;
pub mod catalogue;
pub mod class;
pub mod execution;
pub mod plan;
pub mod rehearsal;
pub mod similar;
pub mod telling;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::inputs::Inputs;
use crate::inputs::document::Document;
use crate::inputs::policy::Waiver;

/// Everything that rules and pages may know of a book.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What was read.
    pub inputs: Arc<Inputs>,
    /// The documents, joined.
    pub book: book::Book,
    /// The waivers of the policy, then those of `book.toml`.
    pub waivers: Vec<Waiver>,
    /// The windows in time.
    pub schedule: calendar::Schedule,
    /// The class of every change that has a request, by id.
    pub classes: BTreeMap<Arc<str>, class::Class>,
    /// The plan of every document with steps, by its index.
    pub plans: BTreeMap<usize, plan::Plan>,
    /// What signed records make of the documents.
    pub approvals: approval::Approvals,
    /// The execution logs, as they were read.
    pub logs: execution::Logs,
    /// The execution records: change by change, attempt by attempt.
    pub executions: Vec<execution::Execution>,
}

impl Facts {
    /// Puts the pieces together.
    pub fn join(inputs: Arc<Inputs>, documents: Vec<Arc<Document>>, logs: execution::Logs) -> Facts {
        let book = book::Book::join(&inputs, documents);
        let waivers = inputs.policy.waivers.iter().chain(&inputs.config.waivers).cloned().collect();
        let schedule = calendar::Schedule::build(&inputs, &book);
        let classes = class::all(&inputs, &book, &schedule);
        let has_steps = |document: &Document| document.kind.as_ref().is_some_and(|kind| kind.steps);
        let with_steps = book.documents.iter().enumerate().filter(|(_, document)| has_steps(document));
        let plans = with_steps.map(|(index, document)| (index, plan::of(document))).collect();
        let executions = execution::collect(&inputs, &book, &logs);
        let approvals = approval::Approvals::of(&inputs);
        Facts { inputs, book, waivers, schedule, classes, plans, approvals, logs, executions }
    }

    /// The request of a change.
    pub fn request(&self, change: &str) -> Option<&Arc<Document>> {
        let request = self.book.changes.get(change)?.request?;
        Some(self.book.document(request))
    }

    /// The plan of a change's runbook.
    pub fn plan_of(&self, change: &book::Change) -> Option<&plan::Plan> {
        self.plans.get(&change.runbook?)
    }
}

#[cfg(test)]
pub(crate) mod tests;
