//! MCM419.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::execution::{Evidence, digest};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM419"),
    name: "broken-log",
    summary: "log chain is broken or an attached log is missing",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("broken_log.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for execution in scope.executions() {
        let record = facts.book.document(execution.document);
        let (path, hash, read) = match &execution.log {
            Evidence::None => continue,
            Evidence::Missing { file, span } => {
                let finding = rule.finding(format!("attached log `{file}` is missing"));
                let finding = finding.at(record.path(), *span);
                found.push(finding.help("add the log as the run wrote it, beside the record"));
                continue;
            }
            Evidence::Attached { path, hash, read } => (path, hash, read),
        };
        let log = match read.as_ref() {
            Ok(log) => log,
            Err(fault) => {
                let finding = rule.finding(format!("log chain is broken: {fault}")).at(path, fault.span);
                found.push(finding.help(fault.help.clone()));
                continue;
            }
        };
        if let Some((named, span)) = digest(record, "log.sha256").filter(|(named, _)| named != hash) {
            let finding = rule.finding(format!("attached log `{}` has another digest", path.file_name()));
            found.push(
                finding
                    .at(record.path(), span)
                    .labelled(format!("the file has sha256:{hash}"))
                    .help(format!("restore the log whose digest is {named}; it was replaced as a whole")),
            );
            continue;
        }
        let identity = execution.run().and_then(|run| run.identity());
        let attempt = record.field("attempt").and_then(|value| value.as_integer());
        if let Some(said) = identity {
            let (change, number) = said.what;
            if change != &*execution.change || attempt.is_some_and(|attempt| attempt != i64::from(number)) {
                let message = format!("attached log is that of {change}, attempt {number}");
                let finding = rule.finding(message).at(path, said.entry.span);
                found.push(
                    finding
                        .related(record.path(), record.head_span(), "the record of another run")
                        .help("attach the log of this run"),
                );
            }
        }
        if let Some(torn) = log.torn {
            let mut finding = rule.finding("last line of the log is torn").at(path, torn);
            // What stands before it is whole, and nobody can mend it.
            finding.severity = Severity::Info;
            found.push(finding.help("leave it: it shows where the run was cut off"));
        }
    }
}
