//! MCM806.

use std::collections::BTreeSet;

use super::super::approvals::{Case, cases, refused};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::{ApprovalStatus, SubjectId};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM806"),
    name: "stale-approval",
    summary: "approved content {digest} has changed since ({fields})",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("stale_approval.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(|case| case.approval.status == ApprovalStatus::Stale) {
        let approved = case.subject.approved.last().map(|(digest, _)| digest.to_string());
        let signed = || {
            let counting = case.subject.records.iter().rev().filter(|landed| landed.judged.counts());
            counting.filter_map(|landed| landed.judged.record.as_ref()?.subject).next().map(|d| d.to_string())
        };
        let digest = approved.or_else(signed).unwrap_or_default();
        let changed = changed(facts, &case);
        let message = format!(
            "approved content {} has changed since ({})",
            digest.get(..12).unwrap_or(&digest),
            changed.join(", ")
        );
        let help = format!("`mcmbook approve {} --again` shows each approver what is different", case.id);
        found.push(case.finding(rule, message).help(help));
    }
    for refused in refused(facts, rule) {
        let message = format!("record {} is of other content: {}", refused.commit(), refused.why);
        found.push(refused.case.finding(rule, message));
    }
}

/// The names of the covered files that changed after the content that somebody approved.
fn changed(facts: &Facts, case: &Case<'_>) -> Vec<String> {
    let signed = case.subject.records.iter().filter(|landed| landed.judged.counts());
    let signed: Vec<_> = signed.filter_map(|landed| landed.judged.record.as_ref()?.subject).collect();
    let contents = &case.subject.contents;
    let since = contents.iter().rposition(|(digest, _)| signed.contains(digest));
    let Some((_, since)) = since.and_then(|at| contents.get(at)) else { return Vec::new() };
    let src = &facts.inputs.config.book.src;
    let later = facts.inputs.history.ledger.landings.iter().skip(since + 1);
    let names = later.flat_map(|landing| landing.changed.keys()).filter_map(|path| {
        let (id, name) = SubjectId::of_path(path, src)?;
        (id == *case.id && !name.contains("execution-") && !name.contains("rehearsal-")).then_some(name)
    });
    names.collect::<BTreeSet<String>>().into_iter().collect()
}
