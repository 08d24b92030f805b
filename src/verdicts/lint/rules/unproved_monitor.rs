//! MCM307.

use std::collections::BTreeSet;

use super::super::runbook::{rehearsed, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM307"),
    name: "unproved-monitor",
    summary: "monitor {m} was not seen to fire",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("unproved_monitor.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for pair in rehearsed(scope) {
        let runbook = pair.runbook.document;
        let rows = pair.proofs(facts).flat_map(|rehearsal| view::rows(rehearsal, "alerts"));
        let rows = rows.filter(|row| row.text("fired_at").is_some());
        let fired: BTreeSet<&str> = rows.filter_map(|row| row.text("monitor")).collect();
        for monitor in view::rows(runbook, "monitors") {
            let Some(id) = monitor.text("id").filter(|id| !fired.contains(id)) else { continue };
            let rehearsal = pair.document;
            let mut alerts = view::rows(rehearsal, "alerts");
            let row = alerts.find(|row| row.text("monitor") == Some(id)).map(|row| row.place_of("monitor"));
            let place = row.or_else(|| {
                let alerts = rehearsal.field("alerts")?;
                Some(alerts.items().first().map_or(alerts.span, |first| first.span))
            });
            let finding = rule.finding(format!("monitor {id} was not seen to fire"));
            let finding = finding.at(rehearsal.path(), place.unwrap_or(rehearsal.head_span()));
            let finding = finding.related(runbook.path(), monitor.place(), "the monitor");
            let help = "cross its threshold on purpose, and add it to `alerts` with `fired_at` and `seen_by`";
            found.push(softened(pair.need, finding.help(help)));
        }
    }
}
