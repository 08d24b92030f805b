//! MCM215.

use std::collections::BTreeSet;

use super::super::runbook::stepped;
use super::super::{Check, Levels, Rule, Scope};
use crate::inputs::document::steps::{StepKind, StepRef};
use crate::text::{Code, Diagnostic, Severity, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM215"),
    name: "irreversible-step",
    summary: "step {s} is neither reversed by a rollback step nor marked past the point of no return",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("irreversible_step.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for planned in stepped(scope) {
        let document = planned.document;
        let rollback = document.steps.iter().filter(|step| step.kind == StepKind::Rollback);
        let labels: BTreeSet<&str> = rollback.map(|step| step.label.as_str()).collect();
        // Without a way back MCM211 speaks.
        if labels.is_empty() {
            continue;
        }
        let steps = planned.plan.nodes.iter().filter(|node| node.kind == StepKind::Step);
        for node in steps.filter(|node| !node.is_point_of_no_return && !node.is_past_return) {
            let step = &document.steps[node.step];
            let field = step.field("Undo").filter(|field| !field.value.is_empty());
            let undo = step.undo();
            let names =
                |name: &StepRef| matches!(name, StepRef::Label(label) if labels.contains(label.as_str()));
            if field.is_some() && undo.iter().all(names) {
                continue;
            }
            let message = format!(
                "step {} is neither reversed by a rollback step nor marked past the point of no return",
                step.label
            );
            let finding = rule.finding(message);
            let finding = match field {
                Some(field) => {
                    let finding = finding.at(document.path(), field.span);
                    let unknown = undo.iter().find(|name| !names(name));
                    let written = match unknown {
                        Some(StepRef::Label(label) | StepRef::Unclear(label)) => format!("`{label}`"),
                        None => "this".to_owned(),
                    };
                    let finding = finding.labelled(format!("{written} is no rollback step"));
                    match did_you_mean(written.trim_matches('`'), labels.iter().copied()) {
                        Some(guess) => finding.help(format!("did you mean `{guess}`?")),
                        None => finding,
                    }
                }
                None => finding.at(document.path(), step.span),
            };
            let help = "name the rollback steps that undo it (`- Undo: R1`), say `- Undo: none` where there \
                        is nothing to undo, or `- Point of no return: yes`";
            found.push(finding.help(help));
        }
    }
}
