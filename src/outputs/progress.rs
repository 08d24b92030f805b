//! How far a change has come, and what is missing for the next stage: one list for the site and the terminal.

use crate::facts::Facts;
use crate::facts::book::{Book, Change, Phase};
use crate::text::{BookPath, Stage};

/// The stages of a change, in the order of its life.
pub const STAGES: [&str; 4] = ["Schedule", "Prepare", "Execute", "Review"];

/// One stage of a change, as its documents show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is there: "request", "2 rehearsals, the last passed".
    pub there: Vec<String>,
    /// What is missing.
    pub missing: Vec<String>,
    /// Whether what is missing should have been there by now.
    pub late: bool,
}

/// The four stages of a change.
pub fn of(book: &Book, change: &Change) -> [Progress; 4] {
    [schedule(change), prepare(book, change), execute(book, change), review(change)]
}

/// The stage of the four to which findings of a stage of documents belong; nothing for what only the
/// published site tells. Execution has no rules of its own: it ends the preparation.
pub fn stage_of(stage: Stage) -> Option<usize> {
    match stage {
        Stage::Draft | Stage::Submission => Some(0),
        Stage::Approval | Stage::Ready => Some(1),
        Stage::Closing => Some(3),
        Stage::Published => None,
    }
}

/// The files whose findings are those of a change: its documents in reading order, then its attachments.
pub fn files<'a>(facts: &'a Facts, change: &'a Change) -> impl Iterator<Item = &'a BookPath> {
    let documents = change.documents.iter().map(|index| facts.book.documents[*index].path());
    documents.chain(facts.book.attachments_of(change, &facts.inputs).map(|attachment| &attachment.path))
}

impl Progress {
    fn need(&mut self, is_there: bool, what: &str) {
        let list = if is_there { &mut self.there } else { &mut self.missing };
        list.push(what.to_owned());
    }
}

fn schedule(change: &Change) -> Progress {
    let mut part = Progress::default();
    part.need(change.request.is_some(), "request");
    if change.request.is_some() && change.phase == Phase::Draft {
        part.missing.push("commit of the request".to_owned());
    }
    part
}

fn prepare(book: &Book, change: &Change) -> Progress {
    let mut part = Progress { late: change.phase >= Phase::Executed, ..Progress::default() };
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

fn execute(book: &Book, change: &Change) -> Progress {
    let mut part = Progress::default();
    match (of_kind(book, change, "execution").count(), change.outcome) {
        (0, _) => part.missing.push("execution record".to_owned()),
        (1, Some(_)) => part.there.push("execution record".to_owned()),
        (count, Some(_)) => part.there.push(format!("{count} execution records")),
        (_, None) => part.missing.push("outcome of the execution".to_owned()),
    }
    part
}

fn review(change: &Change) -> Progress {
    let mut part = Progress { late: change.phase >= Phase::Executed, ..Progress::default() };
    part.need(change.post_mortem.is_some(), "post-mortem");
    part
}

/// The documents of one kind in a change.
pub fn of_kind<'a>(book: &'a Book, change: &'a Change, kind: &'a str) -> impl Iterator<Item = usize> + 'a {
    change.documents.iter().copied().filter(move |index| book.documents[*index].kind_name() == kind)
}
