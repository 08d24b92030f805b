//! MCM501.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::calendar;
use crate::inputs::document::time::Duration;
use crate::text::{Code, Diagnostic, Severity, Stage, counted};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM501"),
    name: "missing-post-mortem",
    summary: "no post-mortem {n} business days after execution (outcome: {o})",
    about: "post-mortem",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("missing_post_mortem.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let policy = &facts.inputs.policy;
    let deadline = policy.deadlines.post_mortem;
    for execution in scope.executions().filter(|execution| execution.is_last) {
        let change = facts.book.changes.get(&execution.change);
        let Some(outcome) = execution.outcome else { continue };
        if change.is_none_or(|change| change.post_mortem.is_some()) {
            continue;
        }
        let record = facts.book.document(execution.document);
        let ended = view::instant(record, "ended").or_else(|| view::instant(record, "started"));
        let Some((ended, span)) = ended else { continue };
        let due = calendar::after(ended.timestamp, deadline, &policy.zone, policy);
        if facts.inputs.as_of <= due {
            continue;
        }
        let message =
            format!("no post-mortem {} after execution (outcome: {})", in_words(deadline), outcome.key());
        let shown = due.to_zoned(policy.zone.clone()).strftime("%F %H:%M %Z").to_string();
        let finding =
            rule.finding(message).at(record.path(), span).labelled(format!("it was due by {shown}"));
        found.push(finding.help(format!("write it: `mcmbook new post-mortem --for {}`", execution.change)));
    }
}

fn in_words(deadline: Duration) -> String {
    let Duration { days, business_days, seconds } = deadline;
    match (days, business_days, seconds) {
        (0, number, 0) => counted(number as usize, "business day"),
        (number, 0, 0) => counted(number as usize, "day"),
        _ => deadline.to_short(),
    }
}
