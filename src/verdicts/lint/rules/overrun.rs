//! MCM422.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::steps::StepKind;
use crate::inputs::document::time::Duration;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM422"),
    name: "overrun",
    summary: "took {a}; planned {b}",
    about: "execution",
    severity: Severity::Warning,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("overrun.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let slack = u64::from(facts.inputs.policy.limits.estimate_slack_percent);
    for (execution, record, run) in scope.runs().filter(|(execution, _, _)| execution.is_implemented()) {
        let Some(index) = execution.followed else { continue };
        let Some(planned) = facts.plans.get(&index).and_then(|plan| plan.length_of_work()) else { continue };
        let runbook = facts.book.document(index);
        let is_planned = |label: &str| {
            let points = [StepKind::Step, StepKind::Checkpoint, StepKind::GoNoGo];
            runbook.steps.iter().any(|step| step.label == label && points.contains(&step.kind))
        };
        let steps = run.steps();
        let of_steps = steps.iter().filter(|(label, _)| is_planned(label));
        let begun = of_steps.clone().flat_map(|(_, step)| &step.begun).map(|said| said.entry.at);
        let ended = of_steps.flat_map(|(_, step)| &step.ended).map(|said| said.entry.at);
        let confirmed = run.checkpoints().into_iter().map(|said| said.entry.at);
        let decided = run.decisions().into_iter().map(|said| said.entry.at);
        let (Some(first), Some(last)) = (begun.min(), ended.chain(confirmed).chain(decided).max()) else {
            continue;
        };
        let took = u64::try_from(last.as_second().saturating_sub(first.as_second())).unwrap_or_default();
        if took.saturating_mul(100) <= planned.saturating_mul(100 + slack) {
            continue;
        }
        let shown = |seconds: u64| Duration { seconds: seconds / 60 * 60, ..Duration::default() }.to_short();
        let place = view::instant(record, "ended").map_or(record.head_span(), |(_, span)| span);
        let finding = rule.finding(format!("took {}; planned {}", shown(took), shown(planned)));
        found.push(
            finding
                .at(record.path(), place)
                .labelled("from the first step to the last, without preflight and verification")
                .help("say in the post-mortem which estimates were wrong, and mend them in the next runbook"),
        );
    }
}
