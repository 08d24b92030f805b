//! MCM415.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::execution::digest;
use crate::inputs::document::Document;
use crate::text::{Code, ContentHash, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM415"),
    name: "reused-approvals",
    summary: "approval set was already used by {attempt}",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("reused_approvals.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let Some(change) = scope.change else { return };
    let facts = scope.facts;
    let mut used: Vec<(ContentHash, &Document, Span)> = Vec::new();
    // In the order of attempts: an attempt that never began has used nothing up.
    for execution in facts.executions.iter().filter(|execution| execution.change == change.id) {
        let record = facts.book.document(execution.document);
        let Some((set, span)) = digest(record, "approval_set") else { continue };
        if let Some((_, earlier, at)) = used.iter().find(|(known, _, _)| *known == set) {
            let message = format!("approval set was already used by {}", earlier.path().stem());
            let finding = rule.finding(message).at(record.path(), span);
            let finding = finding.related(earlier.path(), *at, "the attempt that used it up");
            found.push(finding.help("give the new attempt a slot of its own, and have it approved again"));
        } else if execution.has_begun() {
            used.push((set, record, span));
        }
    }
}
