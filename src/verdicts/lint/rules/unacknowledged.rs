//! MCM711.

use super::super::subject::told_changes;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::telling::{Notice, acknowledgements, is_same};
use crate::inputs::policy::Policy;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM711"),
    name: "unacknowledged",
    summary: "no acknowledgement from `{audience}`",
    about: "notice",
    severity: Severity::Warning,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("unacknowledged.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let policy = &facts.inputs.policy;
    if !policy.is_adopted {
        return;
    }
    for telling in told_changes(scope).filter(|telling| !telling.is_emergency) {
        let told: Vec<_> =
            telling.notices.iter().filter(|notice| notice.is_ahead() && notice.is_told()).collect();
        for stakeholder in telling.stakeholders.iter().filter(|stakeholder| stakeholder.is_affected) {
            let name = stakeholder.name;
            let to_them: Vec<_> = told.iter().filter(|notice| notice.reaches(name)).collect();
            let Some(last) = to_them.last() else { continue };
            let owner = view::person(facts.book.document(stakeholder.service), "owner").map(|(id, _)| id);
            if to_them.iter().any(|notice| has_answer(policy, notice, name, owner)) {
                continue;
            }
            let entry = last.audience.iter().find(|(audience, _)| is_same(audience, name));
            let place = last.document.field("acks").map_or(last.place(), |value| value.span);
            let finding = rule.finding(format!("no acknowledgement from `{name}`"));
            let finding = finding.at(last.document.path(), entry.map_or(place, |(_, span)| *span));
            found.push(finding.help("ask them by voice, and write who has answered into `acks`"));
        }
    }
}

/// Whether a team or a person has confirmed: by its own name, or by somebody of the team, or by the owner of
/// the service.
fn has_answer(policy: &Policy, notice: &Notice<'_>, name: &str, owner: Option<&str>) -> bool {
    acknowledgements(notice.document).into_iter().any(|who| {
        let team = policy.principal(who).and_then(|principal| principal.team.as_deref());
        let is_owner = policy.team(name).is_some() && owner.is_some_and(|owner| is_same(owner, who));
        is_same(who, name) || team.is_some_and(|team| is_same(team, name)) || is_owner
    })
}
