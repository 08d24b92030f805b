//! MCM217.

use super::super::runbook::{ROLES, listed, runbooks};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM217"),
    name: "role-without-backup",
    summary: "role `{role}` has no backup in a restricted window",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::REGULATED,
    docs: include_str!("role_without_backup.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for planned in runbooks(scope) {
        let document = planned.document;
        let hits = planned.hits(facts);
        let Some(hit) = hits.first() else { continue };
        let person = |role: &str, part: &str| {
            view::person(document, &format!("roles.{role}.{part}")).map(|(id, _)| id)
        };
        // A role without a person is told by MCM216.
        let is_alone = |role: &&&str| {
            let who = person(role, "who");
            who.is_some() && person(role, "backup").is_none_or(|backup| Some(backup) == who)
        };
        let alone: Vec<&str> = ROLES.iter().filter(is_alone).copied().collect();
        let names: Vec<String> = alone.iter().map(|role| format!("`{role}`")).collect();
        let message = match names.as_slice() {
            [] => continue,
            [role] => format!("role {role} has no backup in a restricted window"),
            roles => format!("roles {} have no backup in a restricted window", listed(roles)),
        };
        let place = document.field(&format!("roles.{}", alone[0]));
        let place = place.map_or(document.head_span(), |role| role.span);
        let finding = rule.finding(message).at(document.path(), place);
        let finding = finding.labelled(format!("the slot lies in {}", hit.window.name));
        found.push(finding.help("name somebody else as `backup`, who is free in the slot"));
    }
}
