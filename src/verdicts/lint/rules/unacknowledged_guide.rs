//! MCM908.

use super::super::approvals::{Case, cases};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::signature::Decision;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM908"),
    name: "unacknowledged-guide",
    summary: "guide changed; `{team}` has not acknowledged version {v}",
    about: "guide",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::REGULATED,
    docs: include_str!("unacknowledged_guide.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(|case| case.document.kind_name() == "guide") {
        let version = case.document.field("version");
        let version = version.and_then(|value| match value.as_integer() {
            Some(number) => Some(number.to_string()),
            None => value.as_str().map(str::to_owned),
        });
        let version = version.unwrap_or_else(|| "1".to_owned());
        let teams = case.document.field("acknowledge").map_or(&[][..], |value| value.items());
        for (team, place) in teams.iter().filter_map(|value| Some((value.as_str()?, value.span))) {
            if has_acknowledged(&case, team) {
                continue;
            }
            let message = format!("guide changed; `{team}` has not acknowledged version {version}");
            let finding = rule.finding(message).at(case.document.path(), place);
            let help = format!("somebody of the team reads it and calls `mcmbook acknowledge {}`", case.id);
            found.push(finding.help(help));
        }
    }
}

/// Whether somebody of a team has signed for the bytes that stand.
fn has_acknowledged(case: &Case<'_>, team: &str) -> bool {
    case.subject.records.iter().filter(|landed| landed.judged.counts()).any(|landed| {
        let record = landed.judged.record.as_ref();
        let is_for_it = record.is_some_and(|record| record.decision == Decision::Acknowledge)
            && landed.content == case.approval.digest;
        let person = landed.judged.principal.as_deref().and_then(|id| landed.policy.principal(id));
        is_for_it && person.and_then(|person| person.team.as_deref()) == Some(team)
    })
}
