//! MCM006.

use super::super::fields::is_claim;
use super::super::mend;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Safety, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM006"),
    name: "claimed-status",
    summary: "`{field}` is derived from evidence and must not be written by hand",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("claimed_status.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for entry in document.matter.table.entries() {
        let key = entry.key.as_str();
        if !is_claim(document.kind.as_deref(), key) {
            continue;
        }
        let message = format!("`{key}` is derived from evidence and must not be written by hand");
        let finding = rule.finding(message).at(document.path(), entry.key_span);
        let mut finding =
            finding.help("remove the key; approval follows from signed commits, state from documents");
        finding.fix = mend::without_entry(document, entry, Safety::Unsafe);
        found.push(finding);
    }
}
