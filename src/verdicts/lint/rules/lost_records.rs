//! MCM824.

use std::collections::{BTreeMap, BTreeSet};

use super::super::approvals::{Refused, refused, short};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::text::{Code, Diagnostic, Severity, Stage, counted};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM824"),
    name: "lost-records",
    summary: "signatures of {n} records were lost in {commit} (squash or rebase)",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("lost_records.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let mut by_landing: BTreeMap<(usize, &str), Vec<Refused<'_>>> = BTreeMap::new();
    for refused in refused(facts, rule) {
        by_landing.entry((refused.landed.landing, refused.case.id.as_str())).or_default().push(refused);
    }
    for ((_, _), lost) in by_landing {
        let Some(first) = lost.first() else { continue };
        let records: BTreeSet<&str> = lost.iter().map(|refused| refused.landed.judged.id.as_str()).collect();
        let message = format!(
            "signatures of {} were lost in {} (squash or rebase)",
            counted(records.len(), "record"),
            short(&first.landed.commit)
        );
        let finding = first.case.finding(rule, message);
        found.push(
            finding.help(format!("{}; merge with merge commits, and ask the approvers again", first.why)),
        );
    }
}
