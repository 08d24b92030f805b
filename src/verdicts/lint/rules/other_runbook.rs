//! MCM403.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::execution::digest;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM403"),
    name: "other-runbook",
    summary: "executed runbook is not the approved one",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("other_runbook.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    // An earlier attempt may have followed an earlier runbook; what it was approved with, history knows.
    for execution in scope.executions().filter(|execution| execution.is_last) {
        let Some(runbook) = execution.runbook.map(|runbook| facts.book.document(runbook)) else { continue };
        let record = facts.book.document(execution.document);
        let run = execution.run();
        let of_record = digest(record, "runbook_digest").map(|(hash, span)| (record.path(), span, hash));
        let of_log = run
            .as_ref()
            .and_then(|run| run.runbook_digest().map(|said| (run.path, said.entry.span, said.what)));
        let present = runbook.source.hash;
        let named = of_record.into_iter().chain(of_log);
        let Some((path, span, _)) = named.into_iter().find(|(_, _, hash)| *hash != present) else { continue };
        let finding = rule.finding("executed runbook is not the approved one").at(path, span);
        found.push(
            finding
                .labelled("the runbook in this book is another text")
                .related(runbook.path(), runbook.head_span(), format!("this one is sha256:{present}"))
                .help("restore the runbook as it was executed, or correct the digest if it was mistyped"),
        );
    }
}
