//! MCM302.

use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM302"),
    name: "unstated-differences",
    summary: "differences between staging and production are not stated",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unstated_differences.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let is_rehearsal = document.kind_name() == "rehearsal";
    let says_none = |text: &str| {
        let text = text.trim().trim_end_matches('.').to_lowercase();
        ["", "none", "no", "nothing", "n/a", "no differences"].contains(&text.as_str())
    };
    let is_stated = view::texts(document, "differences").any(|(text, _)| !says_none(text));
    if !is_rehearsal || is_stated {
        return;
    }
    let place = document.field("differences").map_or(document.head_span(), |value| value.span);
    let finding = rule.finding("differences between staging and production are not stated");
    let help = "list in `differences` what is smaller, simulated or missing; staging is never production";
    found.push(finding.at(document.path(), place).help(help));
}
