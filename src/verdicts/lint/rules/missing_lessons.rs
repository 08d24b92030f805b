//! MCM503.

use super::super::content::is_answered;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM503"),
    name: "missing-lessons",
    summary: "no lessons learned",
    about: "post-mortem",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("missing_lessons.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for (_, review) in scope.of_kind("post-mortem") {
        let Some((heading, _)) = view::section(review, "Lessons") else { continue };
        // An empty section is reported as one.
        if heading.words == 0 || is_answered(review, heading) {
            continue;
        }
        let finding = rule.finding("no lessons learned").at(review.path(), heading.span);
        found.push(
            finding.help("write what a later change should know, one item a lesson, also after a success"),
        );
    }
}
