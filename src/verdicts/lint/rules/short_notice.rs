//! MCM124.

use jiff::{SignedDuration, Timestamp};

use super::super::approvals::cases;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::need::Need;
use crate::facts::calendar::{Level, before};
use crate::inputs::document::Document;
use crate::inputs::document::time::Duration;
use crate::inputs::policy::ClassName;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM124"),
    name: "short-notice",
    summary: "submitted {n} before start; {window} requires {m}",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("short_notice.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let policy = &facts.inputs.policy;
    for case in cases(facts).filter(|case| !case.approval.status.ends_the_change()) {
        let need = case.subject.need.as_ref().filter(|need| need.class != ClassName::Emergency);
        let (Some(need), Some(submitted)) = (need, case.subject.submitted) else { continue };
        let Some(start) = need.slot.map(|(start, _)| start) else { continue };
        let by = |(who, lead): (String, Duration)| (before(start, lead, &policy.zone, policy), who, lead);
        // The longest of them says when it had to be there.
        let first = asked(facts, need, case.document).into_iter().map(by).min_by_key(|(due, _, _)| *due);
        let Some((_, who, lead)) = first.filter(|(due, _, _)| submitted > *due) else { continue };
        let message = format!("submitted {}; {who} requires {lead}", ahead(submitted, start));
        let place = case.document.slot().map_or(case.document.head_span(), |slot| slot.span);
        let finding = rule.finding(message).at(case.document.path(), place);
        found.push(finding.help(format!("it landed at {submitted}: move the slot, or ask for an exception")));
    }
}

/// The lead times that are asked for: of every window that covers the slot, and of the class.
fn asked(facts: &Facts, need: &Need, request: &Document) -> Vec<(String, Duration)> {
    let hits = facts.schedule.hits(&facts.book, request);
    let of_windows = hits.iter().filter_map(|hit| Some((hit.window.name.clone(), hit.window.lead_time?)));
    let class = need.policy(&facts.inputs.policy).map(|class| match need.level {
        None => class.submit_lead.open,
        Some(Level::Soft) => class.submit_lead.soft,
        Some(Level::Hard) => class.submit_lead.hard,
    });
    let of_class = class.map(|lead| (format!("class {}", need.class.name()), lead));
    of_windows.chain(of_class).collect()
}

fn ahead(submitted: Timestamp, start: Timestamp) -> String {
    let ahead = SignedDuration::from_mins(start.duration_since(submitted).as_mins());
    let side = if ahead.is_negative() { "after" } else { "before" };
    format!("{:#} {side} start", ahead.abs())
}
