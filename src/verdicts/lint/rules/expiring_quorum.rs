//! MCM823.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::super::{Check, Levels, Rule};
use super::unfilled_role::asked;
use crate::facts::Facts;
use crate::inputs::policy::{Policy, Principal};
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM823"),
    name: "expiring-quorum",
    summary: "the quorum of {what} becomes unreachable on {date}",
    about: "approval",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("expiring_quorum.md"),
    check: Check::Book(check),
};

/// How far ahead it looks (approvals.md, "Trust root"): time enough to bring new keys into force.
const DAYS: i32 = 60;

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let policy = &facts.inputs.policy;
    let Some(file) = policy.file.as_ref().filter(|_| policy.is_adopted) else { return };
    let today = policy.day(facts.inputs.as_of);
    let ahead: Vec<Date> = (1..=DAYS).filter_map(|days| today.checked_add(days.days()).ok()).collect();
    let names: Vec<&str> = facts
        .book
        .documents
        .iter()
        .filter(|document| document.kind_name() == "service")
        .map(|document| document.id.name())
        .collect();
    let (book_wide, by_service) = asked(policy);
    let mut ends: BTreeMap<(Date, String), ()> = BTreeMap::new();
    let mut look = |role: &str, service: Option<&str>, needed: usize, by: &str| {
        let suffices = |day: Date| able(policy, role, service, day) >= needed;
        // What nobody reaches today is the finding of MCM905 or MCM904.
        if !suffices(today) {
            return;
        }
        if let Some(day) = ahead.iter().find(|day| !suffices(**day)) {
            let of = service.map(|service| format!(" of {service}")).unwrap_or_default();
            ends.insert((*day, format!("{by} (role `{role}`{of})")), ());
        }
    };
    for (role, (needed, by)) in &book_wide {
        look(role, None, *needed, by);
    }
    for (role, (needed, by)) in &by_service {
        names.iter().for_each(|name| look(role, Some(name), *needed, by));
    }
    for (day, what) in ends.into_keys() {
        let finding = rule.finding(format!("the quorum of {what} becomes unreachable on {day}"));
        let finding = finding.at(&file.path, Span::at(0));
        found.push(
            finding.help("before that day: a new key, a longer role or another person, by an amendment"),
        );
    }
}

/// How many people hold a role on a day, are there, and have a key that is valid.
fn able(policy: &Policy, role: &str, service: Option<&str>, day: Date) -> usize {
    let at = noon(policy, day);
    policy
        .holders(role, service, day)
        .filter(|person| !person.is_away(day) && can_sign(policy, person, at))
        .count()
}

/// Whether one of a person's keys is valid at a moment. Somebody without any key at all is told by MCM904.
fn can_sign(policy: &Policy, person: &Principal, at: Timestamp) -> bool {
    let has_line = policy.signers.iter().any(|signer| signer.principals.contains(&person.id));
    let has_key = has_line || policy.certificates.contains(&person.id) || !person.certificates.is_empty();
    !has_key || policy.can_sign(person, at)
}

fn noon(policy: &Policy, day: Date) -> Timestamp {
    let zoned = day.at(12, 0, 0, 0).to_zoned(policy.zone.clone());
    let zoned = zoned.or_else(|_| day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC));
    zoned.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
