//! MCM420.

use std::collections::BTreeSet;

use super::super::approvals::{Started, started};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::ApprovalStatus;
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM420"),
    name: "approver-operated",
    summary: "{p} both approved and carried out this change",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::REGULATED,
    docs: include_str!("approver_operated.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for run in started(facts) {
        let need = run.case.subject.need.as_ref();
        let class = need.and_then(|need| need.policy(&facts.inputs.policy));
        // Of an emergency that was authorised, the row that ratifies is not there yet.
        let is_approved = run.case.approval.status != ApprovalStatus::BeforeAdoption;
        if !class.is_some_and(|class| class.exclude_operators) || !is_approved {
            continue;
        }
        let places = &run.case.approval.quorum.places;
        let approvers: BTreeSet<&str> = places.iter().filter_map(|(_, by)| by.as_deref()).collect();
        let named = view::person(run.record, "operator");
        for person in operators(&run).into_iter().filter(|person| approvers.contains(person)) {
            let at = named.filter(|(who, _)| *who == person).map(|(_, span)| span);
            let message = format!("{person} both approved and carried out this change");
            let finding = rule.finding(message).at(run.record.path(), at.unwrap_or(run.record.head_span()));
            found.push(
                finding.help("the post-mortem says how it came to that; next time somebody else runs it"),
            );
        }
    }
}

/// Who carried it out: the operator of the record, and everybody who ended a step or a rollback step in the log.
fn operators<'a>(run: &Started<'a>) -> BTreeSet<&'a str> {
    let named = view::person(run.record, "operator").map(|(person, _)| person);
    let log = run.execution.run();
    let steps = log.iter().flat_map(|log| log.steps());
    // To confirm a checkpoint or a verification changes nothing.
    let is_work = |label: &str| label.starts_with(|c: char| c.is_ascii_digit() || c == 'R');
    let steps = steps.filter(|(label, _)| is_work(label)).map(|(_, step)| step);
    let ended = steps.flat_map(|step| step.ended).map(|said| said.entry.by.as_str());
    named.into_iter().chain(ended).map(view::handle).collect()
}
