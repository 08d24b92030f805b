//! MCM219.

use std::collections::BTreeMap;

use super::super::runbook::runbooks;
use super::super::{Check, Levels, Rule, Scope};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM219"),
    name: "double-booked-person",
    summary: "{p} owns steps {a} and {b}, which run at the same time",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("double_booked.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for planned in runbooks(scope) {
        let document = planned.document;
        let mut work: BTreeMap<&str, Vec<(u64, u64, usize)>> = BTreeMap::new();
        for (at, node) in planned.plan.nodes.iter().enumerate() {
            let step = planned.step(at);
            let time = node.begin.zip(node.end).filter(|(begin, end)| begin < end);
            if let Some((person, (begin, end))) = step.owner().or(step.decider()).zip(time) {
                work.entry(person).or_default().push((begin, end, at));
            }
        }
        for (person, mut work) in work {
            work.sort_unstable();
            let mut busy: Option<(u64, usize)> = None;
            for (begin, end, at) in work {
                if let Some((_, other)) = busy.filter(|(until, _)| begin < *until) {
                    let (first, second) = (planned.step(other.min(at)), planned.step(other.max(at)));
                    let (a, b) = (&first.label, &second.label);
                    let message = format!("@{person} owns steps {a} and {b}, which run at the same time");
                    let finding = rule.finding(message).at(document.path(), second.span);
                    let finding = finding.related(document.path(), first.span, "runs meanwhile");
                    found.push(
                        finding.help("give one of them to somebody else, or let it follow through `After`"),
                    );
                }
                busy = busy.max(Some((end, at)));
            }
        }
    }
}
