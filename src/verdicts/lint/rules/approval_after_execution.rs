//! MCM808.

use super::super::approvals::started;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::derive::Landed;
use crate::inputs::policy::ClassName;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM808"),
    name: "approval-after-execution",
    summary: "approval does not precede the execution in history",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("approval_after_execution.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    // An emergency is ratified afterwards.
    for run in started(facts).into_iter().filter(|run| run.class() != Some(ClassName::Emergency)) {
        let Some(((landed, _), approved)) = run.landed.zip(run.approved_at()) else { continue };
        if landed == 0 || approved < landed {
            continue;
        }
        let finding = rule.finding("approval does not precede the execution in history");
        let finding = finding.at(run.record.path(), run.record.head_span());
        let is_late =
            |one: &&Landed| one.judged.counts() && one.content == run.cites && one.landing >= landed;
        let late = run.case.subject.records.iter().find(is_late);
        let which = late.map_or("an approval", |one| super::super::approvals::short(&one.judged.id));
        found.push(
            finding.help(format!("{which} landed with the record, or after it: times are only claims")),
        );
    }
}
