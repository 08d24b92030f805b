//! MCM135.

use super::super::subject::executions;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::{Change, Outcome, Referent};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM135"),
    name: "same-attempt",
    summary: "retry of {id} must be a new attempt with new approvals",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("same_attempt.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for change in facts.book.changes.values() {
        within_change(rule, facts, change, found);
    }
    for request in facts.book.changes.values().filter_map(|change| change.request) {
        superseding(rule, facts, facts.book.document(request), found);
    }
}

/// Two executions of one change: the later one must be a later attempt.
fn within_change(rule: &Rule, facts: &Facts, change: &Change, found: &mut Vec<Diagnostic>) {
    let mut runs: Vec<_> = executions(facts, change).collect();
    runs.sort_by_key(|(document, began)| (*began, document.path().clone()));
    let attempt = |document: &Document| document.field("attempt").and_then(|value| value.as_integer());
    for pair in runs.windows(2) {
        let [(earlier, _), (later, _)] = pair else { continue };
        let (Some(first), Some(second)) = (attempt(earlier), attempt(later)) else { continue };
        if second > first {
            continue;
        }
        let place = later.field("attempt").map_or(later.head_span(), |value| value.span);
        let finding = rule.finding(message(&change.id)).at(later.path(), place);
        let finding = finding.labelled(format!("attempt {first} has been carried out before"));
        let finding = finding.related(earlier.path(), earlier.head_span(), "the earlier attempt");
        found.push(
            finding
                .help("count the attempts on, and ask for approvals for the new one: a start uses them up"),
        );
    }
}

/// A request in the place of one that was tried and not done: its slot must lie after that attempt.
fn superseding(rule: &Rule, facts: &Facts, request: &Document, found: &mut Vec<Diagnostic>) {
    let Some(named) = request.field("supersedes") else { return };
    let text = named.as_str().unwrap_or_default();
    let Referent::Change(earlier) = facts.book.refer(&["change".to_owned()], text) else { return };
    // What names itself is MCM015.
    if request.id.change() == Some(&*earlier.id) {
        return;
    }
    let Some(slot) = request.slot() else { return };
    let is_undone = |document: &Document| {
        let outcome = document.text("outcome").and_then(Outcome::of_key);
        outcome
            .is_some_and(|outcome| !matches!(outcome, Outcome::Implemented | Outcome::ImplementedWithIssues))
    };
    let mut undone = executions(facts, earlier).filter(|(document, _)| is_undone(document));
    if let Some((tried, _)) = undone.find(|(_, began)| slot.start.timestamp <= *began) {
        let finding = rule.finding(message(&earlier.id)).at(request.path(), slot.span);
        let finding = finding.labelled("begins before that attempt did");
        let finding = finding.related(tried.path(), tried.head_span(), "the attempt that was not completed");
        found.push(finding.help("give the request a slot of its own, after the attempt that it repeats"));
    }
}

fn message(id: &str) -> String {
    format!("retry of {id} must be a new attempt with new approvals")
}
