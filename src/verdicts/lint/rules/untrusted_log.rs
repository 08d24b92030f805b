//! MCM312.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::execution::{Evidence, digest};
use crate::facts::rehearsal;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM312"),
    name: "untrusted-rehearsal-log",
    summary: "log is missing or its digest differs",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::EVERYWHERE,
    docs: include_str!("untrusted_log.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (_, rehearsal) in scope.of_kind("rehearsal") {
        let path = rehearsal.path();
        let Some(name) = rehearsal.field("log.file") else {
            // Talking it through leaves no log; a log that is half described is told by MCM008.
            if rehearsal.field("log").is_none() && rehearsal.text("mode") != Some("tabletop") {
                let finding = rule.finding("log is missing").at(path, rehearsal.head_span());
                let help = "write `log: { file: …, sha256: … }`, and keep the file beside the record";
                found.push(finding.help(help));
            }
            continue;
        };
        let Evidence::Attached { path: file, hash, read } = rehearsal::log_of(facts, rehearsal) else {
            let message = format!("log `{}` is missing", name.as_str().unwrap_or_default());
            let finding = rule.finding(message).at(path, name.span);
            found.push(finding.help("put the file beside the record, as the run wrote it"));
            continue;
        };
        if let Some((written, place)) =
            digest(rehearsal, "log.sha256").filter(|(written, _)| *written != hash)
        {
            let finding = rule.finding("log digest differs").at(path, place);
            let finding = finding.labelled(format!("the record says {written}, the file has {hash}"));
            found.push(finding.help("restore the file as the run wrote it; a log is never edited"));
        } else if let Err(fault) = &*read {
            let message = format!("log is broken at line {}: {}", fault.line, fault.why);
            found.push(rule.finding(message).at(&file, fault.span).help(&fault.help));
        }
    }
}
