//! MCM911.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::execution::Evidence;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM911"),
    name: "incomplete-record-set",
    summary: "record set lacks {request|runbook|execution|post-mortem|logs}",
    about: "archive",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("incomplete_record_set.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for change in scope.changes() {
        let Some(review) = change.post_mortem else { continue };
        let review = facts.book.document(review);
        let executions = || scope.executions().filter(|execution| execution.change == change.id);
        let wanted = [
            (change.request.is_some(), "request"),
            (change.runbook.is_some(), "runbook"),
            (executions().next().is_some(), "execution"),
        ];
        // A document that says to be of a kind that is not there stands in its place all the same: MCM004.
        let stands = |what: &str| {
            let names = change.documents.iter().map(|index| facts.book.document(*index).id.name());
            { names }.any(|name| name == what || what == "execution" && name.starts_with("execution-"))
        };
        for (_, what) in wanted.iter().filter(|(has, what)| !has && !stands(what)) {
            let finding = rule.finding(format!("record set lacks {what}"));
            found.push(
                finding
                    .at(review.path(), review.head_span())
                    .help("a change that has been reviewed is kept whole: restore the document from Git"),
            );
        }
        for execution in executions().filter(|execution| matches!(execution.log, Evidence::None)) {
            let record = facts.book.document(execution.document);
            let finding = rule.finding("record set lacks logs").at(record.path(), record.head_span());
            found
                .push(finding.help("add the log beside the record, and name it under `log` with its digest"));
        }
    }
}
