//! Tables of the manual, made from what the program judges by: rules, and the states of a change.

use std::fmt::Write as _;

use crate::inputs::profile::Profile;
use crate::text::Severity;
use crate::verdicts::lifecycle::{STATES, TRANSITIONS};
use crate::verdicts::lint::{Check, Level, RULES, Rule};

/// A Markdown table with a row for every rule: where and when it is judged, and how hard in each profile.
pub fn rules_table() -> String {
    let mut table = String::from(
        "| Code | About | Before | Severity | starter | standard | regulated | Judged | Message |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for rule in RULES {
        let [starter, standard, regulated] = Profile::ALL.map(|profile| level(rule, profile));
        let judged = match rule.check {
            Check::Document(_) => "in the document".to_owned(),
            Check::Change(_) | Check::Book(_) => "in the book".to_owned(),
            Check::Ledger(_) => "in the signed history".to_owned(),
            Check::Later(waits) => format!("not yet: waits for {waits}"),
        };
        let severity = match rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "note",
        };
        let message = rule.summary.replace('|', "\\|");
        let _ = writeln!(
            table,
            "| {} | {} | {} | {severity} | {starter} | {standard} | {regulated} | {judged} | {message} |",
            rule.code,
            rule.about,
            rule.stage.name(),
        );
    }
    table
}

/// The states of a change, the ways between them, and what other tools call them.
pub fn lifecycle() -> String {
    let mut text = String::from("| State | Meaning | Who or what moves it on |\n|---|---|---|\n");
    for row in STATES {
        let _ = writeln!(text, "| {} | {} | {} |", row.name, row.meaning, row.mover);
    }
    text.push_str(
        "\n## Ways\n\nFrom any state before the start, evidence may also lead further at once: the state is derived anew \
         each time.\n\n| From | To | When |\n|---|---|---|\n",
    );
    for way in TRANSITIONS {
        let _ = writeln!(text, "| {} | {} | {} |", way.from.name(), way.to.name(), way.by);
    }
    text.push_str(
        "\n## In the words of other tools\n\nFor readers who know a service-management tool. Standard changes pass \
         over the states of assessment and approval there, too. States that a tool does not have take the nearest of \
         its own.\n\n| State | In data | ServiceNow | Jira Service Management |\n|---|---|---|---|\n",
    );
    for row in STATES {
        let _ = writeln!(text, "| {} | `{}` | {} | {} |", row.name, row.word, row.servicenow, row.jira);
    }
    text
}

fn level(rule: &Rule, profile: Profile) -> &'static str {
    match rule.levels.of(profile) {
        Level::Off => "–",
        Level::Advised => "advised",
        Level::Required => "yes",
    }
}
