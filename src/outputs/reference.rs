//! The table of rules for the manual, made from the rules themselves.

use std::fmt::Write as _;

use crate::inputs::profile::Profile;
use crate::text::Severity;
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

fn level(rule: &Rule, profile: Profile) -> &'static str {
    match rule.levels.of(profile) {
        Level::Off => "–",
        Level::Advised => "advised",
        Level::Required => "yes",
    }
}
