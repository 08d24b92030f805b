//! MCM309.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::super::runbook::{ROLES, Rehearsed, listed, rehearsed, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM309"),
    name: "rehearsal-out-of-window",
    summary: "not run under the window's time box, roles and hours",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("wrong_conditions.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for pair in rehearsed(scope) {
        let Some(slot) = pair.runbook.request(facts).and_then(Document::slot) else { continue };
        let hits = pair.runbook.hits(facts);
        if hits.is_empty() {
            continue;
        }
        let rehearsal = pair.document;
        let simulated =
            rehearsal.text("window_simulated").map(|name| name.rsplit('/').next().unwrap_or(name));
        let is_in_window = hits.iter().any(|hit| Some(hit.window.name.as_str()) == simulated);
        let is_full = rehearsal.text("mode").is_none_or(|mode| mode == "full");
        let times = view::moment(rehearsal, "started").zip(view::moment(rehearsal, "ended"));
        let took = times.map(|(started, ended)| ended.as_second() - started.as_second());
        let fits = took.is_none_or(|took| (0..=slot.seconds()).contains(&took));
        let is_in_hours = times.is_none_or(|(started, _)| {
            is_like(started, (slot.start.timestamp, slot.end.timestamp), &slot.zone)
        });
        let absent = absent(&pair);
        let mut parts = Vec::new();
        let mut help = Vec::new();
        if !is_in_window || !is_full || !fits {
            parts.push("time box");
            help.push(match (is_in_window, is_full) {
                (false, _) => format!("`window_simulated` does not name {}", hits[0].window.name),
                (_, false) => "`mode` is not `full`".to_owned(),
                _ => "it took longer than the slot".to_owned(),
            });
        }
        if !absent.is_empty() {
            parts.push("roles");
            help.push(format!("`people` names nobody for {}", listed(&absent)));
        }
        if !is_in_hours {
            parts.push("hours");
            help.push("it started at an hour of the day that does not lie in the slot".to_owned());
        }
        if parts.is_empty() {
            continue;
        }
        let message = format!("not run under the window's {}", listed(&parts));
        let field = match parts[0] {
            "time box" if !is_in_window => "window_simulated",
            "time box" if !is_full => "mode",
            "time box" => "ended",
            "roles" => "people",
            _ => "started",
        };
        let place = rehearsal.field(field).map_or(rehearsal.head_span(), |value| value.span);
        let mut finding = rule.finding(message).at(rehearsal.path(), place);
        for line in help {
            finding = finding.help(line);
        }
        let help = "rehearse at the hours of the slot, within its length, with everybody who has a role";
        found.push(softened(pair.need, finding.help(help)));
    }
}

/// The roles that neither their person nor the backup filled. Whether the operator was there is the
/// question of MCM310.
fn absent(pair: &Rehearsed<'_>) -> Vec<String> {
    let people: Vec<&str> =
        view::texts(pair.document, "people").map(|(name, _)| view::handle(name)).collect();
    let is_absent = |role: &&&str| {
        let of = |part: &str| view::person(pair.runbook.document, &format!("roles.{role}.{part}"));
        let named: Vec<&str> = [of("who"), of("backup")].into_iter().flatten().map(|(id, _)| id).collect();
        !named.is_empty() && !named.iter().any(|name| people.contains(name))
    };
    let others = ROLES.iter().filter(|role| **role != "operator");
    others.filter(is_absent).map(|role| format!("`{role}`")).collect()
}

/// Whether the time of day of a moment lies between those of the slot, read in the slot's zone.
fn is_like(moment: Timestamp, (start, end): (Timestamp, Timestamp), zone: &TimeZone) -> bool {
    let of_day = |at: Timestamp| -> Time { at.to_zoned(zone.clone()).time() };
    let (at, from, to) = (of_day(moment), of_day(start), of_day(end));
    if end.duration_since(start).as_hours() >= 24 {
        return true;
    }
    if from <= to { from <= at && at < to } else { from <= at || at < to }
}
