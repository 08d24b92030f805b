//! MCM216.

use super::super::runbook::{ROLES, is_runbook, listed};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM216"),
    name: "unassigned-role",
    summary: "role `{role}` is not assigned",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unassigned_role.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let roles = document.field("roles");
    // What is no table is told by MCM009.
    if !is_runbook(document) || roles.is_some_and(|roles| roles.as_table().is_none()) {
        return;
    }
    let is_free = |role: &&&str| view::person(document, &format!("roles.{role}.who")).is_none();
    let free: Vec<String> = ROLES.iter().filter(is_free).map(|role| format!("`{role}`")).collect();
    let message = match free.as_slice() {
        [] => return,
        [role] => format!("role {role} is not assigned"),
        roles => format!("roles {} are not assigned", listed(roles)),
    };
    let place = roles.map_or(document.head_span(), |roles| roles.span);
    let finding = rule.finding(message).at(document.path(), place);
    found.push(finding.help("name a person for each: `lead: { who: lena, backup: mei }` under `roles`"));
}
