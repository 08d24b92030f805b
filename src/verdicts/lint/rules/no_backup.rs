//! MCM131.

use super::super::subject::{follows_model, joined};
use super::super::wording::{is_labelled, plain};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM131"),
    name: "no-backup",
    summary: "data change without a named backup and restore test",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_backup.md"),
    check: Check::Document(check),
};

/// Labels of the backup. Lower case.
const BACKUP: [&str; 8] = [
    "backup",
    "back-up",
    "backups",
    "snapshot",
    "datensicherung",
    "sicherung",
    "sauvegarde",
    "copia de seguridad",
];

/// Labels of the test that it can be restored. Lower case.
const TEST: [&str; 7] = [
    "restore test",
    "test restore",
    "restore tested",
    "restore-test",
    "rücksicherungstest",
    "test de restauration",
    "prueba de restauración",
];

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" || follows_model(document) {
        return;
    }
    let Some(place) = changes_data(document) else { return };
    let body = plain(document.source.slice(document.body));
    let lacking: Vec<&str> = [("a named backup", &BACKUP[..]), ("a restore test", &TEST[..])]
        .into_iter()
        .filter(|(_, labels)| !is_labelled(&body, labels))
        .map(|(name, _)| name)
        .collect();
    if !lacking.is_empty() {
        let message = format!("data change without {}", joined(&lacking));
        let finding = rule.finding(message).at(document.path(), place);
        found.push(finding.help(
            "write `Backup: ...` and `Restore test: ...`, for example in the rollback plan: which copy, when it was restored",
        ));
    }
}

/// Where a request says that it changes data.
fn changes_data(request: &Document) -> Option<Span> {
    let is_data = |(text, _): &(&str, Span)| matches!(*text, "database_migration" | "data");
    let by_type = view::texts(request, "change.types").find(is_data).map(|(_, span)| span);
    let impact = request.field("impact.data");
    let by_impact =
        || impact.filter(|value| matches!(value.as_str(), Some("write" | "schema"))).map(|value| value.span);
    by_type.or_else(by_impact)
}
