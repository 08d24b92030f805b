//! MCM614.

use super::super::subject::{is_emergency, requests};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::Facts;
use crate::facts::book::view;
use crate::facts::calendar::{Occurrence, Window};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM614"),
    name: "outside-maintenance",
    summary: "{service} may change only in its maintenance windows",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("outside_maintenance.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for (change, request) in requests(scope) {
        let Some(slot) = request.slot() else { continue };
        let (start, end) = (slot.start.timestamp, slot.end.timestamp);
        let (from, to) = facts.schedule.horizon;
        // What is called off changes nothing, and an incident does not wait for a window.
        if change.cancelled || is_emergency(request) || start < from || to < end {
            continue;
        }
        for (index, named) in view::services(&facts.book, request) {
            let service = facts.book.document(index);
            let Some(windows) = windows(facts, service, view::environment(request)) else { continue };
            let open = windows.iter().flat_map(|window| &window.occurrences);
            if open.clone().any(|o| o.start <= start && end <= o.end) {
                continue;
            }
            let local =
                |at: jiff::Timestamp| at.to_zoned(slot.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
            let name = facts.book.name_of(index);
            let finding = rule.finding(format!("{name} may change only in its maintenance windows"));
            let finding = finding.at(request.path(), named.span);
            let finding = finding.related(request.path(), slot.span, "the planned time is outside of them");
            let place = service.field("maintenance").map_or(service.head_span(), |value| value.span);
            let finding = finding.related(service.path(), place, "the windows of the service");
            let touching: Option<&Occurrence> = open.clone().find(|o| o.start < end && start < o.end);
            let next = open.filter(|o| o.start >= end).min();
            let help = match (touching, next) {
                (Some(o), _) => format!("it is open from {} to {}", local(o.start), local(o.end)),
                (None, Some(o)) => format!("the next one is from {} to {}", local(o.start), local(o.end)),
                (None, None) => "none comes after the planned time".to_owned(),
            };
            found.push(finding.help(help).help("move the slot into a maintenance window, its end included"));
        }
    }
}

/// The maintenance windows of a service that hold for an environment. Nothing where it has none, and where
/// one cannot be read: rules of its own speak of that.
fn windows<'a>(facts: &'a Facts, service: &Document, environment: &str) -> Option<Vec<&'a Window>> {
    let named = view::texts(service, "maintenance");
    let all: Option<Vec<&Window>> = named
        .map(|(name, _)| facts.schedule.of_document(view::of_kind(&facts.book, "window", name)?))
        .collect();
    let holds = |window: &&Window| window.environments.iter().any(|known| known == environment);
    let windows: Vec<&Window> = all?.into_iter().filter(holds).collect();
    (!windows.is_empty()).then_some(windows)
}
