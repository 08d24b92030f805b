//! MCM228.

use super::super::runbook::{runbooks, short};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::plan::{Plan, seconds};
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM228"),
    name: "missing-checkpoint",
    summary: "no checkpoint in {n} of planned work after step {s}",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("no_checkpoint.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let limit = seconds(facts.inputs.policy.limits.checkpoint_every);
    for planned in runbooks(scope) {
        for (at, work, since) in stretches(planned.plan, limit) {
            let step = planned.step(at);
            let work = short(work);
            let message = match since.map(|since| &planned.step(since).label) {
                Some(label) => format!("no checkpoint in {work} of planned work after step {label}"),
                None => format!("no checkpoint in {work} of planned work after the start"),
            };
            let finding = rule.finding(message).at(planned.document.path(), step.span);
            let finding = finding.labelled("until here nobody pauses");
            let help = format!("put a checkpoint or a go/no-go so that at most {} lie between", short(limit));
            found.push(finding.help(help));
        }
    }
}

/// The nodes with which work without a pause grows longer than the limit: the node, the work until its end,
/// and the pause after which it began. Verification is a check by itself and ends the last stretch.
fn stretches(plan: &Plan, limit: u64) -> Vec<(usize, u64, Option<usize>)> {
    let mut order: Vec<usize> = (0..plan.nodes.len()).filter(|at| plan.nodes[*at].end.is_some()).collect();
    order.sort_by_key(|at| (plan.nodes[*at].begin, plan.nodes[*at].end, *at));
    let mut work: Vec<(u64, Option<usize>)> = vec![(0, None); plan.nodes.len()];
    let mut found = Vec::new();
    for at in order {
        let node = &plan.nodes[at];
        let before = node.after.iter().map(|before| work[*before]).max().unwrap_or((0, None));
        let length = node.end.zip(node.begin).map_or(0, |(end, begin)| end - begin);
        work[at] = match node.kind {
            StepKind::Step => (before.0.saturating_add(length), before.1),
            _ => (0, Some(at)),
        };
        if before.0 <= limit && work[at].0 > limit {
            found.push((at, work[at].0, work[at].1));
        }
    }
    found
}
