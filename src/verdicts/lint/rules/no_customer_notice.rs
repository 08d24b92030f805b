//! MCM703.

use super::super::subject::{shortcoming, told_changes};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::telling::Notice;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM703"),
    name: "no-customer-notice",
    summary: "customer-facing impact without customer notice",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_customer_notice.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for telling in told_changes(scope) {
        let request = telling.request;
        let Some(impact) = request.field("impact.customer") else { continue };
        if !matches!(impact.as_str(), Some("possible" | "certain")) {
            continue;
        }
        let counts = |notice: &&_| telling.counts(notice);
        let mut to_customers =
            telling.notices.iter().filter(counts).filter(|notice| notice.reaches_customers());
        let message = "customer-facing impact without customer notice";
        // Who will be told in time by what is planned lacks nothing today.
        let does = |notice: &Notice<'_>| {
            (notice.is_told() && telling.is_in_time(notice)) || telling.is_awaited(notice, facts.inputs.as_of)
        };
        if to_customers.clone().any(does) {
            continue;
        }
        let Some(notice) = to_customers.next() else {
            let finding = rule.finding(message).at(request.path(), impact.span);
            found.push(
                finding.help("write a notice of the phase `before` with `customers` in its `audience`"),
            );
            continue;
        };
        let finding =
            rule.finding(message).at(notice.document.path(), notice.place()).labelled(shortcoming(notice));
        let finding = finding.related(request.path(), impact.span, "the impact on customers");
        found.push(finding.help("write `sent_at` and `proof` when it has been sent"));
    }
}
