//! MCM421.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::log::StepOutcome;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM421"),
    name: "missing-witness",
    summary: "no witness",
    about: "execution",
    severity: Severity::Warning,
    stage: Stage::Closing,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("missing_witness.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for execution in scope.executions().filter(|execution| execution.has_begun()) {
        let record = facts.book.document(execution.document);
        let operator = view::person(record, "operator");
        let run = execution.run();
        let is_silent = run.as_ref().is_none_or(|run| run.witnesses().is_empty());
        match view::person(record, "witness") {
            None if is_silent => {
                let place = operator.map_or(record.head_span(), |(_, span)| span);
                let finding = rule.finding("no witness").at(record.path(), place);
                found.push(finding.help("a second person confirms the marked steps and the decisions"));
                continue;
            }
            Some((witness, span)) if operator.is_some_and(|(operator, _)| operator == witness) => {
                let finding = rule.finding(format!("no witness: @{witness} is the operator"));
                let finding = finding.at(record.path(), span);
                found.push(finding.help("the witness is another person than the operator"));
                continue;
            }
            None | Some(_) => {}
        }
        let runbook = execution.followed.map(|runbook| facts.book.document(runbook));
        let (Some(run), Some(runbook)) = (run, runbook) else { continue };
        let steps = run.steps();
        let decisions: BTreeMap<String, _> =
            run.decisions().into_iter().map(|said| (said.what.label, (said.seq, said.entry))).collect();
        for step in runbook.steps.iter().filter(|step| step.needs_witness() == Some(true)) {
            let ended = steps.get(&step.label).and_then(|step| step.ended.last());
            // Deviations have a rule of their own, which asks for the reason too.
            let ended = ended.filter(|ended| matches!(ended.what.0, StepOutcome::Done | StepOutcome::Failed));
            let line = ended.map(|ended| (ended.seq, ended.entry)).or(decisions.get(&step.label).copied());
            let Some((_, entry)) = line.filter(|(seq, _)| run.witness_of(*seq).is_none()) else { continue };
            let finding = rule.finding(format!("no witness of {} {}", step.kind.word(), step.label));
            found.push(
                finding
                    .at(run.path, entry.span)
                    .related(runbook.path(), step.span, "the runbook asks for one")
                    .help("the log has a `witness` line of another person that names this line"),
            );
        }
    }
}
