//! MCM132.

use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::super::subject::{apart, is_emergency, requests};
use super::super::{Check, Levels, Rule, Scope};
use crate::inputs::policy::Policy;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM132"),
    name: "handover",
    summary: "slot crosses an on-call handover or leaves under {n} of supervised time after it",
    about: "request",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("handover.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let policy = &facts.inputs.policy;
    let Some(supervised) = policy.limits.supervised_after.exact_seconds() else { return };
    let supervised = SignedDuration::from_secs(i64::try_from(supervised).unwrap_or(i64::MAX));
    for (_, request) in requests(scope).filter(|(_, request)| !is_emergency(request)) {
        let Some(slot) = request.slot() else { continue };
        let (start, end) = (slot.start.timestamp, slot.end.timestamp);
        let Some(handover) = next_handover(policy, start) else { continue };
        let local = handover.to_zoned(policy.zone.clone()).strftime("%a %Y-%m-%d %H:%M");
        let message = if handover < end {
            format!("slot crosses the on-call handover of {local}")
        } else if end.checked_add(supervised).is_ok_and(|until| handover < until) {
            let left = apart(end, handover);
            let wanted = policy.limits.supervised_after.to_short();
            format!(
                "slot leaves {left} of supervised time before the on-call handover of {local}; under {wanted}"
            )
        } else {
            continue;
        };
        let finding = rule.finding(message).at(request.path(), slot.span);
        found.push(
            finding
                .help("move the slot, so that those who made the change are there when it shows its faults"),
        );
    }
}

/// The first handover after an instant. A rota hands over at least once a week, so eight days hold one.
fn next_handover(policy: &Policy, after: Timestamp) -> Option<Timestamp> {
    let first = after.to_zoned(policy.zone.clone()).date();
    let days = (0_i64..=8).filter_map(|ahead| first.checked_add(ahead.days()).ok());
    let of_day = days.flat_map(|day| {
        let today = policy.handovers.iter().filter(move |h| h.weekday.is_none_or(|at| at == day.weekday()));
        today.filter_map(move |handover| {
            let local = day.to_datetime(handover.time).to_zoned(policy.zone.clone()).ok()?;
            Some(local.timestamp()).filter(|at| *at > after)
        })
    });
    of_day.min()
}
