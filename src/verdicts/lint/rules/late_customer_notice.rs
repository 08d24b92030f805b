//! MCM704.

use super::super::subject::{apart, told_changes};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::calendar;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM704"),
    name: "late-customer-notice",
    summary: "customer notice sent {n} before start; {m} required",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("late_customer_notice.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let policy = &facts.inputs.policy;
    let lead = policy.notice.customer_lead;
    for telling in told_changes(scope).filter(|telling| !telling.is_emergency) {
        let Some(slot) = telling.request.slot() else { continue };
        if !matches!(telling.request.text("impact.customer"), Some("possible" | "certain")) {
            continue;
        }
        let start = slot.start.timestamp;
        let latest = calendar::before(start, lead, &slot.zone, policy);
        // Reminders follow a first notice, and that is the one that must be early.
        let to_customers =
            telling.notices.iter().filter(|notice| notice.is_ahead() && notice.reaches_customers());
        let first =
            to_customers.filter_map(|notice| Some((notice.moment()?, notice))).min_by_key(|(at, _)| *at);
        // One that came after the start was none: MCM703.
        let Some((at, notice)) = first.filter(|(at, _)| *at > latest && *at <= start) else { continue };
        let word = if notice.sent.is_some() { "sent" } else { "planned" };
        let (n, m) = (apart(at, start), lead.to_short());
        let message = format!("customer notice {word} {n} before start; {m} required");
        let finding = rule.finding(message).at(notice.document.path(), notice.place());
        let finding = finding.related(telling.request.path(), slot.span, "the slot");
        found.push(finding.help("send it earlier, or move the slot"));
    }
}
