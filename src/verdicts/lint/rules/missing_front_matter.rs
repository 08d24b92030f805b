//! MCM001.

use super::super::{Check, Levels, Rule, Settings};
use super::faults_of;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage, with_article};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM001"),
    name: "missing-front-matter",
    summary: "front matter is missing or never closed",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("missing_front_matter.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    faults_of(rule, document, found);
    let told = document.faults.iter().any(|fault| matches!(fault.code.0, "MCM001" | "MCM002"));
    let Some(kind) = &document.kind else { return };
    if document.matter.block.is_some() || kind.matter_optional || told {
        return;
    }
    let finding = rule.finding("front matter is missing").at(document.path(), document.head_span());
    let profile = settings.policy.profile;
    let needed = kind.fields.iter().filter(|field| field.presence.is_required_in(profile));
    let required: Vec<&str> = needed.map(|field| field.name.as_str()).collect();
    let finding = finding.help(format!(
        "{} begins with a line `---`, its fields, and another `---`",
        with_article(&kind.name)
    ));
    found.push(match required.is_empty() {
        true => finding,
        false => finding.help(format!("required: {}", required.join(", "))),
    });
}
