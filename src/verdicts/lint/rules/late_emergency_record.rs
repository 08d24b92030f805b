//! MCM424.

use jiff::SignedDuration;

use super::super::approvals::started;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::calendar::after;
use crate::inputs::policy::ClassName;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM424"),
    name: "late-emergency-record",
    summary: "emergency change recorded {n} after it began; at most {m}",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("late_emergency_record.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let policy = &facts.inputs.policy;
    let most = policy.deadlines.emergency_record;
    for run in started(facts).into_iter().filter(|run| run.class() == Some(ClassName::Emergency)) {
        let Some((index, landed)) = run.landed.filter(|(index, _)| *index > 0) else { continue };
        if landed <= after(run.began, most, &policy.zone, policy) {
            continue;
        }
        let late = SignedDuration::from_mins(landed.duration_since(run.began).as_mins());
        let message = format!("emergency change recorded {late:#} after it began; at most {most}");
        let finding = rule.finding(message).at(run.record.path(), run.place);
        let commit =
            facts.approvals.landings.get(index).map(|(commit, _)| commit.as_str()).unwrap_or_default();
        let commit = super::super::approvals::short(commit);
        found.push(finding.help(format!("the record landed with commit {commit}; the post-mortem says why")));
    }
}
