//! MCM125.

use super::super::subject::{follows_model, is_emergency, requests, windows};
use super::super::wording::{holds_any, written};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::calendar;
use crate::inputs::document::time;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM125"),
    name: "late-planning",
    summary: "planning began later than the recommended {n} before {window}",
    about: "request",
    severity: Severity::Warning,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("late_planning.md"),
    check: Check::Change(check),
};

/// What a justification calls the time of planning, in the languages of MCM106.
const PLANNING: [&str; 3] = ["planning", "planung", "planif"];

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let policy = &facts.inputs.policy;
    let lead = policy.limits.planning_lead;
    for (_, request) in requests(scope).filter(|(_, r)| !follows_model(r) && !is_emergency(r)) {
        let Some(slot) = request.slot() else { continue };
        let Some(created) = request.field("created") else { continue };
        let Some(began) = created.as_str().and_then(|text| time::parse_date(text).ok()) else { continue };
        let windows = windows(facts, request);
        let Some(hit) = windows.first() else { continue };
        let latest = calendar::before(slot.start.timestamp, lead, &slot.zone, policy);
        let is_late = began > latest.to_zoned(slot.zone.clone()).date();
        let is_explained =
            || written(request, "Justification").is_some_and(|section| holds_any(&section.text, &PLANNING));
        if !is_late || is_explained() {
            continue;
        }
        let (lead, window) = (lead.to_short(), &hit.window.name);
        let message = format!("planning began later than the recommended {lead} before {window}");
        let finding = rule.finding(message).at(request.path(), created.span);
        let finding = finding.related(request.path(), slot.span, "the slot");
        found.push(finding.help("say in the justification why planning began so late"));
    }
}
