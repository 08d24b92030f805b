//! MCM229.

use super::super::runbook::{is_runbook, short};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::plan::seconds;
use crate::inputs::document::Document;
use crate::inputs::document::steps::{Step, StepKind};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM229"),
    name: "step-without-dry-run",
    summary: "step {s} is longer than {n} or destructive without a dry run",
    about: "runbook",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("risky_step.md"),
    check: Check::Document(check),
};

/// Beginnings of statements and pieces of command lines that take away what cannot be brought back without
/// a copy. Short on purpose: a list that knows everything warns of everything.
const DESTRUCTIVE: [&str; 14] = [
    "rm -r",
    "rm -f",
    "dd if=",
    "mkfs",
    "wipefs",
    "lvremove",
    "terraform destroy",
    "kubectl delete",
    "push --force",
    "drop table",
    "drop database",
    "drop schema",
    "delete from",
    "truncate table",
];

/// Words that say that it was, or is, tried without effect.
const DRY_RUN: [&str; 5] = ["dry run", "dry-run", "--dryrun", "--check", "--noop"];

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let limit = seconds(settings.policy.limits.longest_step);
    let steps = document.steps.iter().filter(|step| step.kind == StepKind::Step);
    for step in steps.filter(|_| is_runbook(document)) {
        let section = document.source.slice(step.section).to_lowercase();
        if DRY_RUN.iter().any(|word| section.contains(word)) {
            continue;
        }
        let label = &step.label;
        let length = step.estimate.map(seconds).filter(|length| *length > limit);
        let (message, marked) = match (length, destructive(step)) {
            (Some(length), _) => {
                let message = format!("step {label} is longer than {} without a dry run", short(limit));
                (message, format!("it takes {}", short(length)))
            }
            (None, Some(word)) => {
                let message = format!("step {label} is destructive without a dry run");
                (message, format!("its command holds `{word}`"))
            }
            (None, None) => continue,
        };
        let finding = rule.finding(message).at(document.path(), step.span).labelled(marked);
        found.push(
            finding.help("divide the step, or say in a line `Dry run:` how it was tried without effect"),
        );
    }
}

/// The destructive piece of a step's command.
fn destructive(step: &Step) -> Option<&'static str> {
    let (_, command) = step.command.as_ref()?;
    let command = command.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let begins_word = |at: usize| !command[..at].ends_with(is_part);
    DESTRUCTIVE.into_iter().find(|word| command.match_indices(*word).any(|(at, _)| begins_word(at)))
}
