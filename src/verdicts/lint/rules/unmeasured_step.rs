//! MCM311.

use std::collections::BTreeSet;

use super::super::runbook::{rehearsed, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::rehearsal;
use crate::inputs::document::steps::StepKind;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM311"),
    name: "unmeasured-step",
    summary: "step {s} has no measured time",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unmeasured_step.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for pair in rehearsed(scope) {
        let rehearsal = pair.document;
        let of_all = pair.proofs(facts).flat_map(|proof| rehearsal::measured(facts, proof).into_keys());
        let measured: BTreeSet<String> = of_all.collect();
        for step in &pair.runbook.document.steps {
            if measured.contains(&step.label) {
                continue;
            }
            let section = match step.kind {
                StepKind::Rollback => "Rollback",
                _ => "Steps and Times",
            };
            let finding = rule.finding(format!("step {} has no measured time", step.label));
            let finding = finding.at(rehearsal.path(), view::place_of_section(rehearsal, section));
            let finding = finding.related(pair.runbook.document.path(), step.span, "the step");
            let help = format!("add its row under \"{section}\", with the time that it took");
            found.push(softened(pair.need, finding.help(help)));
        }
    }
}
