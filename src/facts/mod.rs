//! What follows when the pieces are put together.

pub mod action;
pub mod approval;
mod around;
pub mod book;
pub mod calendar;
pub mod catalogue;
pub mod class;
pub mod collision;
pub mod execution;
pub mod moved;
pub mod plan;
pub mod rehearsal;
pub mod similar;
pub mod telling;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::inputs::Inputs;
use crate::inputs::document::Document;
use crate::inputs::policy::Waiver;
use crate::memo::Memo;
use crate::text::ContentHash;

/// Everything that rules and pages may know of a book.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What was read.
    pub inputs: Arc<Inputs>,
    /// The documents, joined.
    pub book: book::Book,
    /// The waivers of the policy, then those of `book.toml`.
    pub waivers: Vec<Waiver>,
    /// Digest of what a change may be judged by beside itself: names, policy, configuration, moment, services,
    /// windows and models.
    pub around: ContentHash,
    /// Who needs whom.
    pub catalogue: catalogue::Catalogue,
    /// The windows in time.
    pub schedule: Arc<calendar::Schedule>,
    /// The class of every change that has a request, by id.
    pub classes: BTreeMap<Arc<str>, Arc<class::Class>>,
    /// For every change that has a request, the earlier ones that the policy has it look at, most alike
    /// first, by id.
    pub similar: BTreeMap<Arc<str>, Arc<[similar::Similar]>>,
    /// The plan of every document with steps, by its index.
    pub plans: BTreeMap<usize, Arc<plan::Plan>>,
    /// What signed records make of the documents.
    pub approvals: Arc<approval::Approvals>,
    /// The execution logs, as they were read.
    pub logs: execution::Logs,
    /// The execution records: change by change, attempt by attempt.
    pub executions: Vec<execution::Execution>,
    /// The changes that may still run and meet, pair by pair.
    pub collisions: Vec<collision::Collision>,
}

impl Facts {
    /// Puts the pieces together.
    pub fn join(
        inputs: Arc<Inputs>,
        documents: Vec<Arc<Document>>,
        logs: execution::Logs,
        memo: &Memo,
    ) -> Facts {
        let parsed = documents.clone();
        let approvals = || memo.approvals.of(&inputs, &parsed);
        let book = || book::Book::join(&inputs, documents, memo);
        let (book, approvals) = rayon::join(book, approvals);
        let around = memo.key(|| around::digest(&inputs, &book));
        let build = || Arc::new(calendar::Schedule::build(&inputs, &book));
        let judged = || {
            let schedule = memo.schedules.get_or(around, build);
            let classes = class::all(&inputs, &book, &schedule, (memo, around));
            (schedule, classes)
        };
        let similar = || similar::all(&inputs, &book, memo);
        let ((schedule, classes), similar) = rayon::join(judged, similar);
        let waivers = inputs.policy.waivers.iter().chain(&inputs.config.waivers).cloned().collect();
        let has_steps = |document: &Document| document.kind.as_ref().is_some_and(|kind| kind.steps);
        let with_steps = book.documents.iter().enumerate().filter(|(_, document)| has_steps(document));
        let plan =
            |document: &Arc<Document>| memo.plans.get_or(document.identity, || Arc::new(plan::of(document)));
        let plans = with_steps.map(|(index, document)| (index, plan(document))).collect();
        let catalogue = catalogue::Catalogue::of(&book);
        let executions = execution::collect(&inputs, &book, &logs);
        let mut facts = Facts {
            inputs,
            book,
            waivers,
            around,
            catalogue,
            schedule,
            classes,
            similar,
            plans,
            approvals,
            logs,
            executions,
            collisions: Vec::new(),
        };
        facts.collisions = collision::all(&facts);
        facts
    }

    /// The request of a change.
    pub fn request(&self, change: &str) -> Option<&Arc<Document>> {
        let request = self.book.changes.get(change)?.request?;
        Some(self.book.document(request))
    }

    /// The plan of a change's runbook.
    pub fn plan_of(&self, change: &book::Change) -> Option<&plan::Plan> {
        self.plans.get(&change.runbook?).map(|plan| &**plan)
    }
}

#[cfg(test)]
pub(crate) mod tests;
