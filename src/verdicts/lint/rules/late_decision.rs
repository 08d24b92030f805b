//! MCM210.

use super::super::runbook::{is_runbook_of, runbooks, short};
use super::super::{Check, Levels, Rule, Scope};
use super::plan_too_long::overrun;
use crate::facts::plan::Frame;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM210"),
    name: "late-go-no-go",
    summary: "go/no-go {g} is planned at {t}; rollback no longer fits after {u}",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("late_decision.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for planned in runbooks(scope) {
        let document = planned.document;
        let Some(change) = planned.change.filter(|change| is_runbook_of(facts, change, document)) else {
            continue;
        };
        let Some(frame) = Frame::of(facts, change) else { continue };
        // A plan that is too long as a whole is one fact, and MCM209 tells it.
        let is_too_long = overrun(planned.plan, frame.length(), frame.margin).is_some();
        let Some(deadline) = frame.deadline().filter(|_| !is_too_long) else { continue };
        for (at, node) in planned.plan.nodes.iter().enumerate() {
            let end = node.end.filter(|_| node.kind == StepKind::GoNoGo && !node.is_past_return);
            let Some(decided) = end.and_then(|end| frame.moment(end)).filter(|at| *at > deadline) else {
                continue;
            };
            let (t, u) = (frame.clock(decided), frame.clock(deadline));
            let step = planned.step(at);
            let message =
                format!("go/no-go {} is planned at {t}; rollback no longer fits after {u}", step.label);
            let mut finding = rule.finding(message).at(document.path(), step.span);
            if let Some((length, rehearsal)) = frame.rehearsed {
                let rehearsal = facts.book.document(rehearsal);
                let place =
                    rehearsal.field("rollback_actual").map_or(rehearsal.head_span(), |value| value.span);
                let label = format!("a rehearsal took {} for the rollback", short(length));
                finding = finding.related(rehearsal.path(), place, label);
            }
            let help = "decide earlier: move work behind the decision, or make the way back shorter";
            found.push(finding.help(help));
        }
    }
}
