//! MCM127.

use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::document::time::Duration;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM127"),
    name: "denied-downtime",
    summary: "downtime is planned but customer impact is `none`",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("denied_downtime.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" {
        return;
    }
    let Some((downtime, place)) = view::duration(document, "impact.downtime") else { return };
    let Some(customer) = document.field("impact.customer") else { return };
    if downtime != Duration::default() && customer.as_str() == Some("none") {
        let finding = rule.finding("downtime is planned but customer impact is `none`");
        let finding = finding.at(document.path(), customer.span);
        let finding = finding.related(document.path(), place, "the planned downtime");
        found.push(finding.help("write `possible` or `certain`, or `downtime: 0m` if nothing stops"));
    }
}
