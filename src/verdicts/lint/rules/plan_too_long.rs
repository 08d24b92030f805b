//! MCM209.

use super::super::runbook::{MODEL, Planned, is_runbook_of, short, stepped};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::book::view;
use crate::facts::plan::{Frame, Plan, seconds};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM209"),
    name: "plan-exceeds-window",
    summary: "plan {a} + rollback {b} + margin {c} exceeds the window by {d}",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("plan_too_long.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for planned in stepped(scope) {
        let Some((length, margin)) = room(facts, &planned) else { continue };
        let Some(Overrun { node, time, rollback, by }) = overrun(planned.plan, length, margin) else {
            continue;
        };
        let step = planned.step(node);
        let [a, b, c, d] = [time, rollback, margin, by].map(short);
        let message = format!("plan {a} + rollback {b} + margin {c} exceeds the window by {d}");
        let finding = rule.finding(message).at(planned.document.path(), step.span);
        let finding = finding.labelled("at its end the plan leaves too little time");
        found
            .push(finding.help("shorten the plan or the way back, take a longer slot, or divide the change"));
    }
}

/// How many seconds there are, and how many of them are kept free: the slot and its margin, or what a
/// standard model allows.
fn room(facts: &Facts, planned: &Planned<'_>) -> Option<(u64, u64)> {
    if planned.document.kind_name() == MODEL {
        let (allowed, _) = view::duration(planned.document, "limits.max_duration")?;
        return Some((seconds(allowed), 0));
    }
    let change = planned.change.filter(|change| is_runbook_of(facts, change, planned.document))?;
    let frame = Frame::of(facts, change)?;
    Some((frame.length(), frame.margin))
}

/// The point at which most is missing.
pub(super) struct Overrun {
    /// The node at whose end it is.
    node: usize,
    /// The time of that end.
    time: u64,
    /// The way back from there.
    rollback: u64,
    /// How much is missing.
    by: u64,
}

/// Where the plan does not fit: at each node before the last point of no return its end, the way back and
/// the margin; behind it, and at the end of all, the plan and the margin. Of several, the worst.
pub(super) fn overrun(plan: &Plan, length: u64, margin: u64) -> Option<Overrun> {
    let at = |(node, time): (usize, u64)| {
        let rollback = if plan.nodes[node].is_past_return { Some(0) } else { plan.nodes[node].rollback };
        let rollback = rollback?;
        let by = time.saturating_add(rollback).saturating_add(margin).checked_sub(length)?;
        (by > 0).then_some(Overrun { node, time, rollback, by })
    };
    let ends = plan.nodes.iter().enumerate().filter_map(|(index, node)| Some((index, node.end?)));
    ends.filter_map(at).max_by_key(|overrun| (overrun.by, std::cmp::Reverse(overrun.node)))
}
