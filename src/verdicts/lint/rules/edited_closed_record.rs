//! MCM910.

use std::collections::BTreeMap;

use super::super::approvals::{Case, cases, short, started};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::document::Document;
use crate::inputs::signature::Decision;
use crate::text::{BookPath, Code, Diagnostic, Severity, Stage, counted};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM910"),
    name: "edited-closed-record",
    summary: "closed record changed without an amendment entry",
    about: "archive",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("edited_closed_record.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    // The landing of the first execution record of each change.
    let mut executed: BTreeMap<&str, usize> = BTreeMap::new();
    for run in started(facts) {
        if let Some((landing, _)) = run.landed {
            let first = executed.entry(run.case.id.as_str()).or_insert(landing);
            *first = landing.min(*first);
        }
    }
    let mut closed: BTreeMap<&BookPath, (usize, &Document)> = BTreeMap::new();
    for case in cases(facts) {
        let change = case.id.change().and_then(|change| facts.book.changes.get(change));
        for index in change.iter().flat_map(|change| &change.documents) {
            let document = facts.book.document(*index);
            let since = match document.kind_name() {
                "request" | "runbook" => executed.get(case.id.as_str()).copied(),
                "execution" | "post-mortem" => reviewed(&case),
                _ => None,
            };
            closed.extend(since.map(|since| (document.path(), (since, &**document))));
        }
    }
    let mut edits: BTreeMap<&BookPath, Vec<&str>> = BTreeMap::new();
    for (index, landing) in facts.inputs.history.ledger.landings.iter().enumerate() {
        for (path, _) in landing.changed.iter().filter(|(_, file)| file.is_some()) {
            if closed.get(path).is_some_and(|(since, _)| index > *since) {
                edits.entry(path).or_default().push(&landing.commit);
            }
        }
    }
    for (path, commits) in edits {
        let Some((_, document)) = closed.get(path) else { continue };
        let entries = document.field("amendments").map_or(0, |value| value.items().len());
        let Some(commit) = commits.last().filter(|_| entries < commits.len()) else { continue };
        let finding = rule.finding("closed record changed without an amendment entry");
        let place = document.field("amendments").map_or(document.head_span(), |value| value.span);
        let finding = finding.at(path, place).labelled(format!("changed with {}", short(commit)));
        let told = format!("{}, and {}", counted(commits.len(), "later edit"), entry(entries));
        found.push(finding.help(told).help("say in `amendments` who changed what and why, or take it back"));
    }
}

fn entry(count: usize) -> String {
    match count {
        0 => "no entry".to_owned(),
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    }
}

/// The landing of the first signed review of a post-mortem: from then on others rely on what it tells.
fn reviewed(case: &Case<'_>) -> Option<usize> {
    let is_review = |record: &crate::inputs::signature::Record| {
        record.decision == Decision::Review && record.covers == ["post-mortem"]
    };
    let counts = case.subject.records.iter().filter(|landed| landed.judged.counts());
    let mut reviews = counts.filter(|landed| landed.judged.record.as_deref().is_some_and(is_review));
    reviews.next().map(|landed| landed.landing)
}
