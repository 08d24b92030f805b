//! MCM708.

use jiff::civil::Date;

use super::super::subject::told_changes;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::calendar;
use crate::inputs::document::Document;
use crate::inputs::document::time;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM708"),
    name: "no-reminder",
    summary: "reminder at {t} is not planned",
    about: "notice",
    severity: Severity::Warning,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("no_reminder.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let policy = &facts.inputs.policy;
    for telling in told_changes(scope).filter(|telling| !telling.is_emergency) {
        let Some(slot) = telling.request.slot() else { continue };
        let runbook = telling.change.runbook.map(|index| facts.book.document(index));
        // Without any plan to tell people there is nothing to remind of; MCM701 says so.
        if telling.notices.is_empty() && runbook.is_none() {
            continue;
        }
        let day = |at: jiff::Timestamp| at.to_zoned(slot.zone.clone()).date();
        let mut sent: Vec<Date> = telling
            .notices
            .iter()
            .filter(|notice| notice.is_ahead())
            .filter_map(|notice| notice.moment().map(day))
            .collect();
        sent.extend(runbook.into_iter().flat_map(|runbook| planned_days(runbook)));
        let moment =
            |lead: &time::Duration| calendar::before(slot.start.timestamp, *lead, &slot.zone, policy);
        let mut due: Vec<Date> = policy.notice.reminders.iter().map(|lead| day(moment(lead))).collect();
        due.sort_unstable();
        let mut last = Date::MIN;
        for day in due {
            // A message since the reminder before it does for this one: it need not be on the very day.
            if !sent.iter().any(|at| last < *at && *at <= day) {
                let (path, place) = match runbook {
                    Some(runbook) => (runbook.path(), view::place_of_section(runbook, PLAN)),
                    None => (telling.request.path(), slot.span),
                };
                let finding = rule.finding(format!("reminder at {day} is not planned")).at(path, place);
                let help = "write the date into the communication plan, or a notice of the phase `reminder` with `send_at`";
                found.push(finding.help(help));
            }
            last = day;
        }
    }
}

const PLAN: &str = "Communication Plan";

/// The dates that a communication plan names.
fn planned_days(runbook: &Document) -> Vec<Date> {
    let text = view::section(runbook, PLAN).map_or("", |(_, text)| text);
    let starts = text.match_indices('-').filter_map(|(at, _)| at.checked_sub(4));
    starts.filter_map(|at| time::parse_date(text.get(at..at + 10)?).ok()).collect()
}
