//! What a profile brings and a policy file may change: classes, subjects, criteria, bands, deadlines, limits.

use super::{
    Band, ClassName, ClassPolicy, Criteria, Handover, Policy, RehearsalNeed, Requirement, Restriction, is_id,
};
use crate::inputs::document::time::{Duration, TimeError, parse_duration};
use crate::inputs::reader::{Faults, Section};
use crate::inputs::value::{Node, Table, Value};
use crate::text::Span;

/// What a message calls a duration.
const DURATION: &str = "a duration in quotes, such as \"45m\", \"2d\" or \"3bd\"";

/// Lays what a table says on a policy: a key that is written replaces what was there.
pub(super) fn lay(policy: &mut Policy, top: &mut Section<'_>, faults: &mut Faults<'_>) {
    if let Some(table) = top.table("amend", faults) {
        let mut amend = top.below("amend", table);
        count(&mut policy.amend_quorum, "quorum", 1, &mut amend, faults);
        amend.finish(&[], faults);
    }
    if let Some(table) = top.table("class", faults) {
        let mut classes = top.below("class", table);
        for class in ClassName::ALL {
            let Some(table) = classes.table(class.name(), faults) else { continue };
            let mut section = classes.below(class.name(), table);
            if let Some(policy) = policy.classes.get_mut(&class) {
                lay_class(policy, &mut section, faults);
            }
            section.finish(&[], faults);
        }
        classes.finish(&[], faults);
    }
    if let Some(table) = top.table("subject", faults) {
        subjects(policy, table, top, faults);
    }
    if let Some(table) = top.table("criteria", faults) {
        let mut criteria = top.below("criteria", table);
        if let Some(table) = criteria.table("major", faults) {
            let mut section = criteria.below("major", table);
            lay_criteria(&mut policy.criteria, &mut section, faults);
            section.finish(&[], faults);
        }
        criteria.finish(&[], faults);
    }
    if let Some(table) = top.table("risk", faults) {
        let mut risk = top.below("risk", table);
        if let Some(table) = risk.table("bands", faults) {
            policy.bands = bands(table, faults);
        }
        risk.finish(&[], faults);
    }
    lay_times(policy, top, faults);
    if let Some(table) = top.table("limits", faults) {
        let mut section = top.below("limits", table);
        lay_limits(policy, &mut section, faults);
        section.finish(&[], faults);
    }
}

fn lay_class(class: &mut ClassPolicy, section: &mut Section<'_>, faults: &mut Faults<'_>) {
    set(&mut class.covers, section.strings("covers", faults));
    set(&mut class.require, requirements("require", section, faults));
    set(&mut class.in_soft, requirements("in_soft", section, faults));
    set(&mut class.in_hard, requirements("in_hard", section, faults));
    set(&mut class.without_rollback, requirements("without_rollback", section, faults));
    set(&mut class.authorise, requirements("authorise", section, faults));
    set(&mut class.closed_in, restrictions("closed_in", section, faults));
    set(&mut class.exception_in, restrictions("exception_in", section, faults));
    count(&mut class.distinct_principals, "distinct_principals", 0, section, faults);
    set(&mut class.exclude_authors, section.boolean("exclude_authors", faults));
    set(&mut class.exclude_coauthors, section.boolean("exclude_coauthors", faults));
    set(&mut class.exclude_operators, section.boolean("exclude_operators", faults));
    let signed = section.word("signed_edits", &["required", "optional"], faults);
    set(&mut class.signed_edits, signed.map(|word| word == "required"));
    duration(&mut class.approval_lead, "approval_lead", section, faults);
    if let Some(table) = section.table("submit_lead", faults) {
        let mut lead = section.below("submit_lead", table);
        duration(&mut class.submit_lead.open, "open", &mut lead, faults);
        duration(&mut class.submit_lead.soft, "soft", &mut lead, faults);
        duration(&mut class.submit_lead.hard, "hard", &mut lead, faults);
        lead.finish(&[], faults);
    }
    duration(&mut class.approval_ttl, "approval_ttl", section, faults);
    set(&mut class.veto_roles, section.strings("veto_roles", faults));
    set(&mut class.carry, section.boolean("carry", faults));
    let evidence = section.word("min_time_evidence", &["T1", "T2", "T3"], faults);
    set(
        &mut class.min_time_evidence,
        evidence.map(|word| match word {
            "T3" => 3,
            "T2" => 2,
            _ => 1,
        }),
    );
    let rehearsal = section.word("rehearsal", &RehearsalNeed::ALL.map(RehearsalNeed::name), faults);
    set(&mut class.rehearsal, rehearsal.and_then(RehearsalNeed::of_name));
}

fn subjects(policy: &mut Policy, table: &Table, top: &Section<'_>, faults: &mut Faults<'_>) {
    for entry in table.entries() {
        let name = entry.key.as_str();
        if !is_id(name) {
            let fault = faults.add(entry.key_span, format!("`subject.{name}` is no name of a kind"));
            fault.help.push("write it in lower-case letters, digits and hyphens".to_owned());
            continue;
        }
        let Some(table) = entry.value.as_table() else {
            let message = format!("`subject.{name}` must be a table, not {}", entry.value.type_name());
            faults.add(entry.value.span, message);
            continue;
        };
        let mut section = top.below(&format!("subject.{name}"), table);
        let subject = policy.subjects.entry(name.to_owned()).or_default();
        set(&mut subject.require, requirements("require", &mut section, faults));
        set(&mut subject.review, requirements("review", &mut section, faults));
        set(&mut subject.relax_only, section.boolean("relax_only", faults));
        section.finish(&[], faults);
    }
}

fn lay_criteria(criteria: &mut Criteria, section: &mut Section<'_>, faults: &mut Faults<'_>) {
    if let Some(table) = section.table("types_on_tiers", faults) {
        let mut both = section.below("types_on_tiers", table);
        set(&mut criteria.types, both.strings("types", faults));
        set(&mut criteria.tiers, both.numbers("tiers", 0..=3, faults));
        both.finish(&[], faults);
    }
    set(&mut criteria.extent, section.strings("extent", faults));
    if section.is_false("downtime") {
        criteria.downtime_over = None;
    } else if let Some(over) = section.parsed("downtime", faults, "text such as \"over 30m\"", parse_over) {
        criteria.downtime_over = Some(over);
    }
    set(&mut criteria.customer, section.strings("customer", faults));
    if section.is_false("services") {
        criteria.services = None;
    } else if let Some(number) = section.number("services", 1..=1_000, faults) {
        criteria.services = usize::try_from(number).ok();
    }
    set(&mut criteria.reversibility, section.strings("reversibility", faults));
    if section.is_false("score") {
        criteria.score = None;
    } else if let Some(number) = section.number("score", 1..=25, faults) {
        criteria.score = Some(number);
    }
    set(&mut criteria.restricted_window, section.boolean("restricted_window", faults));
}

/// `over 30m`, in seconds.
fn parse_over(text: &str) -> Result<u64, TimeError> {
    let refuse = |why: &str| TimeError {
        why: why.to_owned(),
        help: "write it like \"over 0m\", or `false` when downtime does not count".to_owned(),
    };
    let length = text.strip_prefix("over ").ok_or_else(|| refuse("it does not begin with `over`"))?;
    parse_duration(length)?.exact_seconds().ok_or_else(|| refuse("days have no exact length"))
}

fn bands(table: &Table, faults: &mut Faults<'_>) -> Vec<Band> {
    let band = |entry: &crate::inputs::value::Entry| {
        let bounds: Vec<i64> = entry.value.items().iter().filter_map(Value::as_integer).collect();
        match (entry.value.items().len(), bounds.as_slice()) {
            (2, [from, to]) if from <= to => {
                Some(Band { name: entry.key.clone(), from: *from, to: *to, span: entry.value.span })
            }
            _ => {
                let message = format!("`risk.bands.{}` must be the lowest and the highest score", entry.key);
                faults.add(entry.value.span, message).help.push("write it like `[10, 14]`".to_owned());
                None
            }
        }
    };
    table.entries().iter().filter_map(band).collect()
}

fn lay_times(policy: &mut Policy, top: &mut Section<'_>, faults: &mut Faults<'_>) {
    if let Some(table) = top.table("deadlines", faults) {
        let mut section = top.below("deadlines", table);
        duration(&mut policy.deadlines.post_mortem, "post_mortem", &mut section, faults);
        duration(&mut policy.deadlines.emergency_record, "emergency_record", &mut section, faults);
        duration(&mut policy.deadlines.ratify, "ratify", &mut section, faults);
        duration(&mut policy.deadlines.decide, "decide", &mut section, faults);
        section.finish(&[], faults);
    }
    if let Some(table) = top.table("notice", faults) {
        let mut section = top.below("notice", table);
        duration(&mut policy.notice.customer_lead, "customer_lead", &mut section, faults);
        set(
            &mut policy.notice.reminders,
            section.all_parsed("reminders", faults, "a list of durations", parse_duration),
        );
        duration(&mut policy.notice.update_every, "update_every", &mut section, faults);
        section.finish(&[], faults);
    }
    if let Some(table) = top.table("oncall", faults) {
        let mut section = top.below("oncall", table);
        let wanted = "a list of times such as \"Mon 09:00\"";
        set(&mut policy.handovers, section.all_parsed("handovers", faults, wanted, parse_handover));
        section.finish(&[], faults);
    }
}

/// `Mon 09:00`, or `09:00` for every day.
fn parse_handover(text: &str) -> Result<Handover, TimeError> {
    use jiff::civil::Weekday;
    const DAYS: [(&str, Weekday); 7] = [
        ("Mon", Weekday::Monday),
        ("Tue", Weekday::Tuesday),
        ("Wed", Weekday::Wednesday),
        ("Thu", Weekday::Thursday),
        ("Fri", Weekday::Friday),
        ("Sat", Weekday::Saturday),
        ("Sun", Weekday::Sunday),
    ];
    let refuse = |why: &str| TimeError {
        why: why.to_owned(),
        help: "write it like \"Mon 09:00\", or \"09:00\" for every day".to_owned(),
    };
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (Some(day), time),
        None => (None, text),
    };
    let weekday = match day {
        None => None,
        Some(day) => {
            let known = DAYS.iter().find(|(name, _)| *name == day);
            Some(known.ok_or_else(|| refuse("its day is none of Mon, Tue, Wed, Thu, Fri, Sat, Sun"))?.1)
        }
    };
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    if shape != "99:99" {
        return Err(refuse("its time is not of the form HH:MM"));
    }
    let time = time.parse().map_err(|_| refuse("there is no such time"))?;
    Ok(Handover { weekday, time })
}

fn lay_limits(policy: &mut Policy, section: &mut Section<'_>, faults: &mut Faults<'_>) {
    let limits = &mut policy.limits;
    count(&mut limits.description_words, "description_words", 0, section, faults);
    duration(&mut limits.planning_lead, "planning_lead", section, faults);
    duration(&mut limits.supervised_after, "supervised_after", section, faults);
    duration(&mut limits.checkpoint_every, "checkpoint_every", section, faults);
    duration(&mut limits.longest_step, "longest_step", section, faults);
    count(&mut limits.estimate_slack_percent, "estimate_slack_percent", 0, section, faults);
    count(&mut limits.rehearsal_days, "rehearsal_days", 1, section, faults);
    count(&mut limits.full_rehearsal_months, "full_rehearsal_months", 1, section, faults);
    // Recurrences are expanded this far: without a bound a policy could ask for years of work.
    if let Some(months) = section.number("horizon_months", 1..=120, faults) {
        limits.horizon_months = u32::try_from(months).unwrap_or(limits.horizon_months);
    }
    count(&mut limits.window_days, "window_days", 1, section, faults);
    count(&mut limits.exceptions_per_window, "exceptions_per_window", 0, section, faults);
    count(&mut limits.service_review_months, "service_review_months", 1, section, faults);
    if let Some(percent) = section.number("similar_percent", 1..=100, faults) {
        limits.similar_percent = u32::try_from(percent).unwrap_or(limits.similar_percent);
    }
    count(&mut limits.similar_most, "similar_most", 0, section, faults);
    duration(&mut limits.hurried_approvals, "hurried_approvals", section, faults);
    count(&mut limits.retention_years, "retention_years", 0, section, faults);
    count(&mut limits.manual_steps, "manual_steps", 0, section, faults);
    count(&mut limits.failure_months, "failure_months", 0, section, faults);
}

/// Lines of an approval matrix.
fn requirements(
    key: &'static str,
    section: &mut Section<'_>,
    faults: &mut Faults<'_>,
) -> Option<Vec<Requirement>> {
    if !section.has(key) {
        return None;
    }
    let name = section.dotted(key);
    let lines = section.tables(key, faults);
    let read = |(table, span): (&Table, Span)| {
        let mut line = Section::new(name.clone(), table);
        let role = role(&mut line, span, faults);
        let each = line.word("each", &["service"], faults);
        let mut min = 1;
        count(&mut min, "min", 1, &mut line, faults);
        line.finish(&[], faults);
        Some(Requirement { role: role?, each_service: each.is_some(), min })
    };
    Some(lines.into_iter().filter_map(read).collect())
}

/// The key `role` of a table, which must be there.
pub(super) fn role(section: &mut Section<'_>, span: Span, faults: &mut Faults<'_>) -> Option<String> {
    let role = section.required_string("role", span, faults)?;
    if is_id(&role) {
        return Some(role);
    }
    let message = format!("`{}` cannot be \"{role}\"", section.dotted("role"));
    let fault = faults.add(section.span_of("role"), message);
    fault.help.push("a role has lower-case letters, digits and hyphens".to_owned());
    None
}

fn restrictions(
    key: &'static str,
    section: &mut Section<'_>,
    faults: &mut Faults<'_>,
) -> Option<Vec<Restriction>> {
    let name = section.dotted(key);
    let items = section.list(key, faults)?;
    let read = |value: &Value| match &value.node {
        Node::String(word) if word == "soft" => Some(Restriction::Soft),
        Node::String(word) if word == "hard" => Some(Restriction::Hard),
        _ => {
            let fault = faults.add(value.span, format!("`{name}` must be a list of levels of windows"));
            fault.help.push("allowed: \"soft\", \"hard\"".to_owned());
            None
        }
    };
    Some(items.iter().filter_map(read).collect())
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// A whole number that counts something: from `least` to a hundred thousand.
fn count(place: &mut u32, key: &'static str, least: i64, section: &mut Section<'_>, faults: &mut Faults<'_>) {
    set(place, section.number(key, least..=100_000, faults).and_then(|number| u32::try_from(number).ok()));
}

fn duration(place: &mut Duration, key: &'static str, section: &mut Section<'_>, faults: &mut Faults<'_>) {
    set(place, section.parsed(key, faults, DURATION, parse_duration));
}
