//! MCM208.

use super::super::runbook::runbooks;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::plan::Node;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM208"),
    name: "no-return-without-decision",
    summary: "no go/no-go stands before the point of no return (step {s})",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_decision_before_return.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for planned in runbooks(scope) {
        let plan = planned.plan;
        let is_decision = |node: &Node| node.kind == StepKind::GoNoGo;
        // Without any decision MCM206 speaks; an order that cannot be read is told by MCM230.
        if !plan.nodes.iter().any(is_decision) || !plan.cycle.is_empty() {
            continue;
        }
        let is_guarded = plan.following(is_decision);
        // One point without a decision before it is enough: a later one stands behind it or beside it.
        let mut points = (0..plan.nodes.len()).filter(|at| plan.nodes[*at].is_point_of_no_return);
        let Some(at) = points.find(|at| !is_guarded[*at]) else { continue };
        let step = planned.step(at);
        let place = step.field("Point of no return").map_or(step.span, |field| field.span);
        let message = format!("no go/no-go stands before the point of no return (step {})", step.label);
        let finding = rule.finding(message).at(planned.document.path(), place);
        let help = "put a go/no-go before it, so that the step follows the decision through `After`";
        found.push(finding.help(help));
    }
}
