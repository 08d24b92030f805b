//! MCM226.

use super::super::runbook::{is_runbook, is_told, points_of_failure};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM226"),
    name: "no-point-of-failure",
    summary: "points of failure are not listed",
    about: "runbook",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("no_point_of_failure.md"),
    check: Check::Document(check),
};

const SECTION: &str = "Points of Failure and Contingency";

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let has_any = points_of_failure(document).next().is_some();
    if !is_runbook(document) || has_any || is_told(document, SECTION) {
        return;
    }
    let place = view::place_of_section(document, SECTION);
    let finding = rule.finding("points of failure are not listed").at(document.path(), place);
    let help = "write a table with the columns Id, Point, Detection, Contingency and Owner, a row a point";
    found.push(finding.help(help));
}
