//! MCM205.

use std::collections::BTreeSet;

use super::super::runbook::{ROLES, runbooks};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM205"),
    name: "owner-without-role",
    summary: "owner of step {s} holds no role in this change",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("owner_without_role.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for planned in runbooks(scope) {
        let document = planned.document;
        let mut known = holders(document);
        // Without any role the missing roles are the finding (MCM216).
        if known.is_empty() {
            continue;
        }
        if let Some(request) = planned.request(facts) {
            for (service, _) in view::services(&facts.book, request) {
                let service = facts.book.document(service);
                let fields = ["owner", "business_owner"];
                known
                    .extend(fields.iter().filter_map(|field| view::person(service, field)).map(|(id, _)| id));
            }
        }
        for step in &document.steps {
            let Some(owner) = step.owner().filter(|owner| !known.contains(owner)) else { continue };
            let place = step.field("Owner").map_or(step.span, |field| field.span);
            let message = format!("owner of step {} holds no role in this change", step.label);
            let finding = rule.finding(message).at(document.path(), place);
            let finding = finding.labelled(format!("`{owner}` is in no role, and owns no affected service"));
            let guess = did_you_mean(owner, known.iter().copied());
            found.push(match guess {
                Some(guess) => finding.help(format!("did you mean `@{guess}`?")),
                None => finding.help("give the step to somebody with a role, or add the person to `roles`"),
            });
        }
    }
}

/// Everybody who is named in a role, or as its backup.
fn holders(runbook: &Document) -> BTreeSet<&str> {
    let named = |role: &&str| {
        let of_role = |part: &str| view::person(runbook, &format!("roles.{role}.{part}")).map(|(id, _)| id);
        [of_role("who"), of_role("backup")]
    };
    ROLES.iter().flat_map(named).flatten().collect()
}
