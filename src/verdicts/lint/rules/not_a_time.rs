//! MCM018.

use super::super::fields::Problem;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::{Document, time};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM018"),
    name: "not-a-time",
    summary: "`{value}` is not a duration or a time with offset or zone",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("not_a_time.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for problem in settings.problems {
        let Problem::NotTime { name, span, value, wanted, why } = problem else { continue };
        let finding = rule.finding(format!("`{value}` is not {wanted}")).at(document.path(), *span);
        found.push(finding.labelled(format!("`{name}` needs {wanted}")).help(why.as_str()));
    }
    for step in &document.steps {
        let Some(field) = step.field("Estimate") else { continue };
        if let Err(why) = time::parse_duration(&field.value) {
            let message = format!("`{}` is not a duration", field.value);
            let finding = rule.finding(message).at(document.path(), field.span);
            found.push(finding.labelled("an estimate is a duration").help(why.to_string()));
        }
    }
}
