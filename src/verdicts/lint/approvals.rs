//! What the rules on approvals share: the subjects that somebody judges, and the records that do not count.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::facts::Facts;
use crate::facts::approval::code::Reason;
use crate::facts::approval::derive::{Landed, Subject};
use crate::facts::approval::{Approval, ApprovalStatus, SubjectId};
use crate::facts::book::view;
use crate::facts::execution::{Execution, digest};
use crate::inputs::document::Document;
use crate::inputs::policy::ClassName;
use crate::text::{BookPath, ContentHash, Diagnostic, Span};

use super::Rule;

/// A subject, its approval, and the document at which it is told: the request, or the document itself.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) id: &'a SubjectId,
    pub(super) subject: &'a Subject,
    pub(super) approval: &'a Approval,
    pub(super) document: &'a Document,
}

impl Case<'_> {
    /// A finding at the head of its document.
    pub(super) fn finding(&self, rule: &Rule, message: impl Into<String>) -> Diagnostic {
        rule.finding(message).at(self.document.path(), self.document.head_span())
    }

    /// Whether the approvals of its row are due: not those of an emergency, which is ratified afterwards.
    pub(super) fn waits_for_people(&self) -> bool {
        let class = self.subject.need.as_ref().map(|need| need.class);
        self.approval.status.waits_for_people() && class != Some(ClassName::Emergency)
    }

    /// Whether records are still looked at: what is approved, or will not be carried out, needs no other ones.
    fn is_open(&self) -> bool {
        let status = self.approval.status;
        !status.is_approved() && !status.ends_the_change() && status != ApprovalStatus::Expired
    }
}

/// The subjects that landed after the book had a policy, in the order of their ids.
pub(super) fn cases<'a>(facts: &'a Facts) -> impl Iterator<Item = Case<'a>> + use<'a> {
    let book = &facts.book;
    facts.approvals.subjects.iter().filter_map(move |(id, (subject, approval))| {
        let index = match id.change() {
            Some(change) => book.changes.get(change)?.request?,
            None => book.by_id(id.as_str())?,
        };
        let is_judged = approval.status != ApprovalStatus::BeforeAdoption;
        is_judged.then(|| Case { id, subject, approval, document: book.document(index) })
    })
}

/// A record that does not count, or fills no place, for one reason.
pub(super) struct Refused<'a> {
    pub(super) case: Case<'a>,
    pub(super) landed: &'a Landed,
    pub(super) reason: Reason,
    /// The same in words.
    pub(super) why: &'a str,
}

impl Refused<'_> {
    /// Who signed, or is said to have signed.
    pub(super) fn person(&self) -> &str {
        let record = self.landed.judged.record.as_ref();
        let claimed = || record.map(|record| record.signer.as_str());
        self.landed.judged.principal.as_deref().or_else(claimed).unwrap_or("somebody")
    }

    /// The role that the record names.
    pub(super) fn role(&self) -> &str {
        let record = self.landed.judged.record.as_ref();
        record.and_then(|record| record.role.as_deref()).unwrap_or("no role")
    }

    /// The record's commit, as people read it.
    pub(super) fn commit(&self) -> &str {
        short(&self.landed.judged.id)
    }
}

/// The first digits of a commit id.
pub(super) fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// The refused records that a rule tells: those whose reason leads to its code.
pub(super) fn refused<'a>(facts: &'a Facts, rule: &Rule) -> Vec<Refused<'a>> {
    let code = rule.code.0;
    let mut found = Vec::new();
    for case in cases(facts).filter(Case::is_open) {
        for landed in &case.subject.records {
            let uncounted = case.approval.uncounted.iter().filter(|one| one.record == landed.judged.id);
            let uncounted = uncounted.map(|one| (one.reason, one.why.as_str()));
            let against = landed.judged.reasons.iter().map(|(reason, why)| (*reason, why.as_str()));
            let told = against.chain(uncounted).filter(|(reason, _)| reason.rule() == Some(code));
            found.extend(told.map(|(reason, why)| Refused { case, landed, reason, why }));
        }
    }
    found
}

/// A run of a change that landed after the book had a policy.
pub(super) struct Started<'a> {
    pub(super) case: Case<'a>,
    pub(super) execution: &'a Execution,
    pub(super) record: &'a Document,
    /// When it began, as the record says, and where.
    pub(super) began: Timestamp,
    pub(super) place: Span,
    /// The content that it cites.
    pub(super) cites: Option<ContentHash>,
    /// The landing of the record, and its time; nothing while it has not landed.
    pub(super) landed: Option<(usize, Timestamp)>,
}

impl Started<'_> {
    /// The landing at which the content that it cites was approved first.
    pub(super) fn approved_at(&self) -> Option<usize> {
        let cites = self.cites?;
        self.case
            .subject
            .approved
            .iter()
            .find(|(approved, _)| *approved == cites)
            .map(|(_, landing)| *landing)
    }

    /// The class by which it was approved, or is judged.
    pub(super) fn class(&self) -> Option<ClassName> {
        self.case.subject.need.as_ref().map(|need| need.class)
    }
}

/// The runs that began, each with the landing of its record.
pub(super) fn started(facts: &Facts) -> Vec<Started<'_>> {
    let begun: Vec<(&Execution, &Document)> = facts
        .executions
        .iter()
        .filter(|execution| execution.has_begun())
        .map(|execution| (execution, &**facts.book.document(execution.document)))
        .collect();
    if begun.is_empty() {
        return Vec::new();
    }
    let mut landings: BTreeMap<&BookPath, Option<(usize, Timestamp)>> =
        begun.iter().map(|(_, record)| (record.path(), None)).collect();
    for (index, landing) in facts.inputs.history.ledger.landings.iter().enumerate() {
        for (path, _) in landing.changed.iter().filter(|(_, file)| file.is_some()) {
            if let Some(first) = landings.get_mut(path) {
                first.get_or_insert((index, landing.landed));
            }
        }
    }
    let cases: BTreeMap<&str, Case<'_>> = cases(facts).map(|case| (case.id.as_str(), case)).collect();
    let of = |(execution, record): (&'_ Execution, &'_ Document)| {
        let place = record.field("started")?.span;
        Some((view::moment(record, "started")?, place, execution.change.clone()))
    };
    let mut found = Vec::new();
    for (execution, record) in begun {
        let Some((began, place, change)) = of((execution, record)) else { continue };
        let Some(case) = cases.get(&*change).copied() else { continue };
        found.push(Started {
            case,
            execution,
            record,
            began,
            place,
            cites: digest(record, "approval_set").map(|(digest, _)| digest),
            landed: landings.get(record.path()).copied().flatten(),
        });
    }
    found
}
