//! MCM713.

use super::super::subject::told_changes;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::{Book, LinkTarget};
use crate::facts::telling::{Notice, is_same};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM713"),
    name: "runbook-not-sent",
    summary: "runbook was not sent to `{audience}`",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("runbook_not_sent.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for telling in told_changes(scope).filter(|telling| !telling.is_emergency) {
        let Some(runbook) = telling.change.runbook else { continue };
        for stakeholder in telling.stakeholders.iter().filter(|stakeholder| stakeholder.is_affected) {
            let name = stakeholder.name;
            let to_them: Vec<_> =
                telling.notices.iter().filter(|notice| notice.is_ahead() && notice.reaches(name)).collect();
            // Whom no notice reaches has no runbook either: MCM701 and MCM702.
            let Some(last) = to_them.last() else { continue };
            if to_them.iter().any(|notice| sends(&facts.book, notice, runbook)) {
                continue;
            }
            let finding = rule.finding(format!("runbook was not sent to `{name}`"));
            let entry = last.audience.iter().find(|(audience, _)| is_same(audience, name));
            let place = entry.map_or(last.place(), |(_, span)| *span);
            let finding = finding.at(last.document.path(), place);
            found.push(finding.help("link the runbook in the notice: `[runbook](runbook.md)`"));
        }
    }
}

/// Whether a notice links to the runbook.
fn sends(book: &Book, notice: &Notice<'_>, runbook: usize) -> bool {
    let leads_there = |target: &str| matches!(book.follow(notice.document, target), LinkTarget::Document { index, .. } if index == runbook);
    notice.document.outline.links.iter().any(|link| leads_there(&link.target))
}
