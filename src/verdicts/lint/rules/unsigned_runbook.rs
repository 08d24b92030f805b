//! MCM233.

use std::collections::BTreeSet;

use super::super::approvals::{Case, cases};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::derive::Landed;
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::policy::ClassName;
use crate::inputs::signature::Decision;
use crate::inputs::value::Node;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM233"),
    name: "runbook-not-signed-off",
    summary: "not signed off by stakeholder role `{role}`",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::REGULATED,
    docs: include_str!("unsigned_runbook.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(|case| !case.approval.status.ends_the_change()) {
        // Nobody waits for signatures while the fire burns.
        if case.subject.need.as_ref().is_some_and(|need| need.class == ClassName::Emergency) {
            continue;
        }
        let change = case.id.change().and_then(|change| facts.book.changes.get(change));
        let Some(runbook) = change.and_then(|change| change.runbook) else { continue };
        let runbook = facts.book.document(runbook);
        let signed = signed(facts, &case);
        for (role, people, place) in stakeholders(facts, &case, runbook) {
            if people.iter().any(|person| signed.contains(*person)) {
                continue;
            }
            let message = format!("not signed off by stakeholder role `{role}`");
            let finding = rule.finding(message).at(runbook.path(), place);
            let who = people.join(" or ");
            found.push(finding.help(format!("{who}: `mcmbook acknowledge {}/runbook`", case.id)));
        }
    }
}

/// The roles whose people must have read the plan, each with who may sign for it.
fn stakeholders<'a>(
    facts: &'a Facts,
    case: &Case<'a>,
    runbook: &'a Document,
) -> Vec<(String, Vec<&'a str>, Span)> {
    let mut found = Vec::new();
    if let Some(Node::Table(roles)) = runbook.field("roles").map(|value| &value.node) {
        for entry in roles.entries() {
            let text = |key: &str| entry.value.as_table()?.get(key)?.as_str();
            let named = [text("who"), text("backup")].into_iter().flatten();
            let people: Vec<&str> = named.filter(|text| !text.is_empty()).map(view::handle).collect();
            if !people.is_empty() {
                found.push((entry.key.to_string(), people, entry.value.span));
            }
        }
    }
    for (service, _) in view::services(&facts.book, case.document) {
        let service = facts.book.document(service);
        if let Some((owner, _)) = view::person(service, "owner") {
            let role = format!("owner of {}", service.id.name());
            found.push((role, vec![owner], runbook.head_span()));
        }
    }
    found
}

/// Who has signed for the bytes that the runbook has, alone or with what is approved. The record's own tree says
/// which they were: files that an execution leaves beside the runbook void nothing.
fn signed<'a>(facts: &Facts, case: &Case<'a>) -> BTreeSet<&'a str> {
    const FILE: &str = "runbook.md";
    let reads_it = |landed: &&'a Landed| {
        let record = landed.judged.record.as_ref().filter(|_| landed.judged.counts());
        record.is_some_and(|record| {
            matches!(record.decision, Decision::Approve | Decision::Acknowledge | Decision::Ratify)
                && record.covers.iter().any(|name| name == "runbook")
        })
    };
    let read = |landed: &Landed| {
        let landing = facts.inputs.history.ledger.landings.get(landed.landing)?;
        let commit = landing.records.get(landed.place)?;
        let (_, hash) = commit.files.as_ref()?.iter().find(|(name, _)| name == FILE)?;
        Some(*hash)
    };
    let now = case.subject.files.get(FILE).copied();
    let records = case.subject.records.iter().filter(reads_it);
    let records = records.filter(|landed| now.is_some() && read(landed) == now);
    records.filter_map(|landed| landed.judged.principal.as_deref()).collect()
}
