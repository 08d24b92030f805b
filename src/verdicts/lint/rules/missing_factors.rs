//! MCM507.

use super::super::content::is_answered;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::{Outcome, view};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM507"),
    name: "missing-factors",
    summary: "rolled back or failed, but no contributing factors",
    about: "post-mortem",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("missing_factors.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for (_, review) in scope.of_kind("post-mortem") {
        let outcome = review.field("outcome");
        let told = outcome.and_then(|value| Outcome::of_key(value.as_str()?));
        let (how, Some(value)) = (told, outcome) else { continue };
        if !matches!(how, Some(Outcome::RolledBack | Outcome::PartlyRolledBack | Outcome::Failed)) {
            continue;
        }
        let Some((heading, _)) = view::section(review, "Contributing Factors") else { continue };
        if heading.words == 0 || is_answered(review, heading) {
            continue;
        }
        let finding = rule.finding("rolled back or failed, but no contributing factors");
        found.push(
            finding.at(review.path(), heading.span).related(review.path(), value.span, "the outcome").help(
                "write what made it possible, one item a factor: systems, plans and habits, not people",
            ),
        );
    }
}
