//! MCM214.

use std::collections::BTreeSet;

use super::super::runbook::is_runbook;
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM214"),
    name: "unclear-trigger",
    summary: "trigger {t} names no monitor, threshold, duration or decider",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unclear_trigger.md"),
    check: Check::Document(check),
};

/// So many monitors are looked through for the one that is meant.
const SHOWN: usize = 24;

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    const PARTS: [(&str, &str); 4] =
        [("monitor", "monitor"), ("condition", "threshold"), ("for", "duration"), ("decider", "decider")];
    if !is_runbook(document) {
        return;
    }
    let monitors: BTreeSet<&str> =
        view::rows(document, "monitors").filter_map(|row| row.text("id")).collect();
    for row in view::rows(document, "triggers") {
        // A row without an id is told by the rules on fields.
        let Some(id) = row.text("id") else { continue };
        let missing: Vec<&str> =
            PARTS.iter().filter(|(key, _)| row.text(key).is_none()).map(|(_, word)| *word).collect();
        if !missing.is_empty() {
            let message = format!("trigger {id} names no {}", missing.join(", no "));
            let finding = rule.finding(message).at(document.path(), row.place());
            found.push(finding.help("say which monitor, at which reading, for how long, and who decides"));
        }
        let unknown = row.text("monitor").filter(|name| !monitors.is_empty() && !monitors.contains(name));
        if let Some(name) = unknown {
            let finding = rule.finding(format!("trigger {id} names no monitor"));
            let finding = finding.at(document.path(), row.place_of("monitor"));
            let finding = finding.labelled("`monitors` has no such id");
            let near: Vec<&str> = monitors.iter().copied().take(SHOWN).collect();
            found.push(match did_you_mean(name, near.iter().copied()) {
                Some(guess) => finding.help(format!("did you mean `{guess}`?")),
                None => finding.help(format!("the monitors are {}", near.join(", "))),
            });
        }
    }
}
