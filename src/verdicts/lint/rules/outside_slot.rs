//! MCM402.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM402"),
    name: "outside-slot",
    summary: "started or ended outside its slot",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("outside_slot.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for execution in scope.executions().filter(|execution| execution.has_begun()) {
        let Some(request) = execution.request.map(|request| facts.book.document(request)) else { continue };
        let Some(slot) = request.slot() else { continue };
        let record = facts.book.document(execution.document);
        let (from, to) = (slot.start.timestamp, slot.end.timestamp);
        let is_outside = |at: Timestamp, is_start: bool| at < from || at > to || (is_start && at == to);
        let run = execution.run();
        let of_log = |at: Option<&crate::inputs::document::log::Entry>| {
            let (entry, run) = (at?, run.as_ref()?);
            Some((run.path, entry.span, to_the_minute(entry.at)))
        };
        let of_record =
            |field: &str| view::instant(record, field).map(|(at, span)| (record.path(), span, at.timestamp));
        let log = run.as_ref().map(|run| run.log);
        let starts = [of_record("started"), of_log(log.and_then(|log| log.begin()))];
        // An end before the start is a mistake of another kind, and has its own rule.
        let is_after_start = |at: Timestamp| view::moment(record, "started").is_none_or(|start| start <= at);
        let ends = [
            of_record("ended").filter(|(_, _, at)| is_after_start(*at)),
            of_log(log.and_then(|log| log.end())),
        ];
        let all = starts.into_iter().flatten().map(|start| (true, start));
        let all = all.chain(ends.into_iter().flatten().map(|end| (false, end)));
        // What began outside will mostly end there: one finding says it.
        let Some((is_start, (path, span, at))) =
            all.into_iter().find(|(is_start, (_, _, at))| is_outside(*at, *is_start))
        else {
            continue;
        };
        let word = if is_start { "started" } else { "ended" };
        let shown =
            |at: Timestamp, zone: &TimeZone| at.to_zoned(zone.clone()).strftime("%F %H:%M").to_string();
        let label = format!("{} in the slot's zone", shown(at, &slot.zone));
        let about = format!("the slot is {} to {}", shown(from, &slot.zone), shown(to, &slot.zone));
        let finding = rule.finding(format!("{word} outside its slot")).at(path, span).labelled(label);
        found.push(
            finding
                .related(request.path(), slot.span, about)
                .help("correct the time if it was copied wrongly; else tell in the post-mortem why"),
        );
    }
}

/// Records are cut to the minute, and slots end on one: milliseconds after it are no overrun.
fn to_the_minute(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).unwrap_or(at)
}
