//! MCM230.

use std::collections::BTreeMap;

use super::super::runbook::{listed, stepped};
use super::super::{Check, Levels, Rule, Scope};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM230"),
    name: "broken-order",
    summary: "`After:` of step {s} is unknown or forms a cycle",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("broken_order.md"),
    check: Check::Change(check),
};

/// So many unknown names of a document get a guess.
const GUESSES: usize = 8;

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for planned in stepped(scope) {
        let (document, plan) = (planned.document, planned.plan);
        ambiguous(rule, document, found);
        for (nth, (node, written, span)) in plan.unknown.iter().enumerate() {
            let message = format!("`After:` of step {} is unknown: `{written}`", planned.step(*node).label);
            let finding = rule.finding(message).at(document.path(), *span);
            // Beyond the first few, a guess would cost more than it helps.
            let candidates = if nth < GUESSES { 0..plan.nodes.len() } else { 0..0 };
            let labels = candidates.map(|at| planned.step(at).label.as_str());
            found.push(match did_you_mean(written, labels) {
                Some(guess) => finding.help(format!("did you mean `{guess}`?")),
                None => finding.help("name steps by their labels, as in `Step 3, C1`, or write `none`"),
            });
        }
        let Some(first) = plan.cycle.first() else { continue };
        let step = planned.step(*first);
        let place = step.field("After").map_or(step.span, |field| field.span);
        let message = format!("`After:` of step {} forms a cycle", step.label);
        let mut finding = rule.finding(message).at(document.path(), place);
        for member in plan.cycle.iter().skip(1).take(4) {
            let step = planned.step(*member);
            let place = step.field("After").map_or(step.span, |field| field.span);
            finding = finding.related(document.path(), place, "stands in a cycle, too");
        }
        let labels: Vec<&str> =
            plan.cycle.iter().take(8).map(|member| planned.step(*member).label.as_str()).collect();
        let help = format!("no step can begin before itself: look at `After` of {}", listed(&labels));
        found.push(finding.help(help));
    }
}

/// Steps under one label: what names it, in the text or in an execution log, may mean either.
fn ambiguous(rule: &Rule, document: &Document, found: &mut Vec<Diagnostic>) {
    let mut seen = BTreeMap::new();
    for step in &document.steps {
        let Some(first) = seen.insert(step.label.as_str(), step.span) else { continue };
        seen.insert(step.label.as_str(), first);
        let message = format!("order is ambiguous: two steps are called {}", step.label);
        let finding = rule.finding(message).at(document.path(), step.span);
        let finding = finding.related(document.path(), first, "the first one");
        found.push(finding.help("give it a label of its own, and look at what names it"));
    }
}
