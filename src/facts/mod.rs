//! What follows when the pieces are put together.

pub mod approval;
pub mod book;
pub mod calendar;
pub mod class;
pub mod plan;
pub mod similar;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::inputs::Inputs;
use crate::inputs::document::Document;

/// Everything that rules and pages may know of a book.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What was read.
    pub inputs: Arc<Inputs>,
    /// The documents, joined.
    pub book: book::Book,
    /// The windows in time.
    pub schedule: calendar::Schedule,
    /// The class of every change that has a request, by id.
    pub classes: BTreeMap<Arc<str>, class::Class>,
    /// The plan of every document with steps, by its index.
    pub plans: BTreeMap<usize, plan::Plan>,
    /// What signed records make of the documents.
    pub approvals: approval::Approvals,
}

impl Facts {
    /// Puts the pieces together.
    pub fn join(inputs: Arc<Inputs>, documents: Vec<Arc<Document>>) -> Facts {
        let book = book::Book::join(&inputs, documents);
        let schedule = calendar::Schedule::build(&inputs, &book);
        let classes = class::all(&inputs, &book, &schedule);
        let has_steps = |document: &Document| document.kind.as_ref().is_some_and(|kind| kind.steps);
        let with_steps = book.documents.iter().enumerate().filter(|(_, document)| has_steps(document));
        let plans = with_steps.map(|(index, document)| (index, plan::of(document))).collect();
        let approvals = approval::Approvals::of(&inputs);
        Facts { inputs, book, schedule, classes, plans, approvals }
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
