//! MCM806.

use std::collections::{BTreeMap, BTreeSet};

use super::super::approvals::{Case, cases, refused};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::ApprovalStatus;
use crate::facts::approval::content::{self, Contents, File};
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
    let stale: Vec<Case<'_>> =
        cases(facts).filter(|case| case.approval.status == ApprovalStatus::Stale).collect();
    // The ledger is read only for a book that has something stale.
    let contents = match stale.is_empty() {
        true => Contents::default(),
        false => Contents::of(&facts.inputs, &facts.approvals),
    };
    for case in stale {
        let approved = case.subject.approved.last().map(|(digest, _)| digest.to_string());
        let signed = || {
            let counting = case.subject.records.iter().rev().filter(|landed| landed.judged.counts());
            counting.filter_map(|landed| landed.judged.record.as_ref()?.subject).next().map(|d| d.to_string())
        };
        let digest = approved.or_else(signed).unwrap_or_default();
        let changed = changed(&contents, facts, &case);
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

/// The names of the covered files that differ from the content that was approved, or signed, last.
fn changed(contents: &Contents<'_>, facts: &Facts, case: &Case<'_>) -> Vec<String> {
    let Some((signed, _)) = content::last_signed(case.subject) else { return Vec::new() };
    let covers = case.subject.covers(case.subject.need.as_ref(), &facts.inputs.policy);
    let at = |landing: usize| contents.at(case.id, &covers, landing);
    let (before, after) = (at(signed), at(case.subject.changed));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let hash = |files: &BTreeMap<String, File>, name: &String| files.get(name).map(|file| file.at.hash);
    names.into_iter().filter(|name| hash(&before, name) != hash(&after, name)).cloned().collect()
}
