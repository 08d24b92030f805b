//! MCM605.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::calendar::Occurrence;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM605"),
    name: "long-window",
    summary: "occurrence lasts {n}; longer than {m}, or title and dates disagree",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("long_window.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let most = facts.inputs.policy.limits.window_days;
    for window in facts.schedule.windows.iter().filter(|window| window.freeze_of.is_none()) {
        let document = facts.book.document(window.document);
        // A day in which the clocks change has up to 25 hours.
        let hours = window.longest.as_hours();
        if hours > i64::from(most) * 24 + 1 {
            let message = format!("occurrence lasts {}; longer than {most} days", length(hours));
            let finding = rule.finding(message).at(document.path(), place(document));
            found.push(finding.help("look whether year and month of both boundaries are right"));
        }
        if let Some((year, span)) = wrong_year(document, &window.occurrences) {
            let message = format!("title and dates disagree: no occurrence lies in {year}");
            let finding = rule.finding(message).at(document.path(), span);
            found.push(finding.help("correct the title, or the dates"));
        }
    }
}

fn length(hours: i64) -> String {
    match hours % 24 {
        0 => format!("{} days", hours / 24),
        hours_beside => format!("{} days {hours_beside} hours", hours / 24),
    }
}

fn place(document: &Document) -> Span {
    let value = document.field("end").or_else(|| document.field("length"));
    value.map_or(document.head_span(), |value| value.span)
}

/// A year of the title in which nothing of a single window lies. The title of a recurring window may name
/// the year of its making.
fn wrong_year(document: &Document, occurrences: &[Occurrence]) -> Option<(i16, Span)> {
    let [occurrence] = occurrences else { return None };
    let title = document.field("title")?;
    document.field("start")?;
    let years = title.as_str()?.split(|c: char| !c.is_ascii_digit());
    let years: Vec<i16> = years
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .filter(|year| (1970..2200).contains(year))
        .collect();
    let year = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).year();
    // A day more on both sides holds every zone.
    let day = jiff::SignedDuration::from_hours(24);
    let from = year(occurrence.start.checked_sub(day).unwrap_or(occurrence.start));
    let to = year(occurrence.end.checked_add(day).unwrap_or(occurrence.end));
    let fits = years.iter().any(|year| (from..=to).contains(year));
    (!fits).then(|| years.first().map(|year| (*year, title.span))).flatten()
}
