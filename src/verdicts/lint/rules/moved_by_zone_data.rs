//! MCM620.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::calendar::foreign::KeptZones;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM620"),
    name: "moved-by-zone-data",
    summary: "time-zone data changed since approval; {window} moves by {n}",
    about: "window",
    severity: Severity::Warning,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("moved_by_zone_data.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let mut read: BTreeMap<usize, KeptZones> = BTreeMap::new();
    for (index, document) in facts.book.of_kind("window") {
        let (Some(source), Some(zone)) = (document.field("source.ics"), document.text("tz")) else {
            continue;
        };
        let path = source.as_str().and_then(|file| document.path().resolve(file));
        let Some(at) = path.and_then(|path| facts.book.attachment(&path)) else { continue };
        let Some(text) = &facts.inputs.attachments[at].text else { continue };
        let Some(window) = facts.schedule.of_document(index) else { continue };
        let zones = read.entry(at).or_insert_with(|| KeptZones::of(&text.text, facts.schedule.horizon.1));
        let ahead = window.occurrences.iter().filter(|occurrence| facts.inputs.as_of < occurrence.end);
        let mut moved = ahead.filter_map(|occurrence| {
            let by = zones.moved(zone, occurrence.start)?;
            Some((occurrence, by))
        });
        let Some((occurrence, by)) = moved.next() else { continue };
        let name = document.id.name();
        let minutes = by.as_secs() / 60;
        let message = format!("time-zone data changed since approval; {name} moves by {minutes} minutes");
        let finding = rule.finding(message).at(document.path(), source.span);
        let start = occurrence.start;
        let finding = finding.labelled(format!("first at its occurrence that now begins at {start}"));
        found
            .push(finding.help("look whether the window and the slots in it still fit, then import it anew"));
    }
}
