//! MCM004.

use super::super::mend;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Safety, Severity, Stage, did_you_mean, only_guess};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM004"),
    name: "unknown-kind",
    summary: "unknown kind `{kind}`",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unknown_kind.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let Some(written) = document.field("kind").filter(|_| document.kind.is_none()) else { return };
    let Some(name) = written.as_str() else { return };
    let finding = rule.finding(format!("unknown kind `{name}`")).at(document.path(), written.span);
    let known = || settings.config.kinds.by_name.keys().map(|name| &**name);
    let finding = match did_you_mean(name, known()) {
        Some(guess) => finding.help(format!("did you mean `{guess}`?")),
        None => finding.help(format!("known kinds: {}", known().collect::<Vec<_>>().join(", "))),
    };
    let mut finding = finding;
    if let Some(guess) = only_guess(name, known()) {
        finding.fix = mend::value(document, written.span, name, guess, Safety::Unsafe);
    }
    found.push(finding.help("a new kind is defined in book.toml under `[kind.NAME]`"));
}
