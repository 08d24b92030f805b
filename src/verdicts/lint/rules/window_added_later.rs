//! MCM621.

use super::super::approvals::cases;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::Phase;
use crate::facts::calendar::Effect;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM621"),
    name: "window-added-later",
    summary: "a window added after approval covers this slot; approvals no longer suffice",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("window_added_later.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(|case| case.approval.status.is_approved()) {
        let change = case.id.change();
        let open = change.and_then(|change| facts.book.changes.get(change));
        let settled = case.subject.grounds.last().and_then(|grounds| grounds.need.as_ref());
        let now = change.and_then(|change| facts.classes.get(change));
        let (Some(open), Some(settled), Some(now)) = (open, settled, now) else { continue };
        // A class that rose with the window is the finding of MCM821.
        if open.phase >= Phase::Executed || now.effective > settled.class {
            continue;
        }
        let hits = facts.schedule.hits(&facts.book, case.document);
        let restricting = hits.iter().filter(|hit| hit.window.effect != Effect::Maintenance);
        let strictest = restricting.max_by_key(|hit| hit.window.level);
        let Some(hit) = strictest.filter(|hit| Some(hit.window.level) > settled.level) else { continue };
        let message = "a window added after approval covers this slot; approvals no longer suffice";
        let place = case.document.slot().map_or(case.document.head_span(), |slot| slot.span);
        let window = facts.book.document(hit.window.document);
        let finding = rule.finding(message).at(case.document.path(), place);
        let finding = finding.related(window.path(), window.head_span(), "the window");
        found.push(finding.help("get the approvals that the window adds, or choose another slot"));
    }
}
