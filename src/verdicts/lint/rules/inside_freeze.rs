//! MCM615.

use super::super::approvals::{Case, cases};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::grant::Grants;
use crate::facts::book::{Change, Phase};
use crate::facts::calendar::Governing;
use crate::text::{Code, Diagnostic, Severity, Stage};
use crate::verdicts::gate::{Grounds, frozen};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM615"),
    name: "inside-freeze",
    summary: "inside {freeze} without pre-approval or exception",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("inside_freeze.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let open: Vec<(Case<'_>, &Change)> = cases(facts).filter_map(|case| open(facts, case)).collect();
    if open.is_empty() {
        return;
    }
    let (grants, windows) = (Grants::of(&facts.approvals), Governing::of(facts));
    let grounds = Grounds { facts, grants: &grants, windows: &windows, findings: &[] };
    for (case, change) in open {
        let Some(slot) = case.document.slot() else { continue };
        let pinned = grants.changes.get(&*change.id).and_then(|grant| grant.class);
        let class = pinned.or_else(|| facts.classes.get(&change.id).map(|class| class.effective));
        for freeze in frozen(grounds, change, class, case.document) {
            let what = match freeze.is_before {
                true => format!("the freeze before {}", freeze.window),
                false => freeze.window.clone(),
            };
            let message = format!("inside {what} without pre-approval or exception");
            let finding = rule.finding(message).at(case.document.path(), slot.span);
            let local = |at: jiff::Timestamp| at.to_zoned(slot.zone.clone()).strftime("%Y-%m-%d %H:%M");
            let (start, end) = (local(freeze.occurrence.start), local(freeze.occurrence.end));
            let mut finding = finding.labelled(format!("the freeze lasts from {start} to {end}"));
            if let Some(window) = facts.book.documents.get(freeze.document) {
                finding = finding.related(window.path(), window.head_span(), "the window");
            }
            // The first reason is the freeze itself.
            for reason in freeze.why.iter().filter(|reason| reason.code.starts_with("exception")) {
                finding = finding.help(reason.message.clone());
            }
            found.push(finding.help("choose a slot after it, or ask for an exception"));
        }
    }
}

/// A change that may still be carried out in its slot.
fn open<'a>(facts: &'a Facts, case: Case<'a>) -> Option<(Case<'a>, &'a Change)> {
    let change = facts.book.changes.get(case.id.change()?)?;
    let slot = case.document.slot()?;
    let is_open = !change.cancelled
        && !case.approval.status.ends_the_change()
        && change.phase < Phase::Executed
        && facts.inputs.as_of < slot.end.timestamp;
    is_open.then_some((case, change))
}
