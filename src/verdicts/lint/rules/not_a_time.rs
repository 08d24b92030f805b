//! MCM018.

use super::super::fields::Problem;
use super::super::mend;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::{Document, time};
use crate::inputs::value::{Node, Table};
use crate::text::{Code, Diagnostic, Safety, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM018"),
    name: "not-a-time",
    summary: "`{value}` is not a duration or a time with offset or zone",
    about: "all",
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
        let mut finding = finding.labelled(format!("`{name}` needs {wanted}")).help(why.as_str());
        if *wanted == "a duration" {
            let short = mend::duration_of_words(value);
            finding.fix = short.and_then(|new| mend::value(document, *span, value, &new, Safety::Safe));
        }
        found.push(finding);
    }
    of_zones(rule, document, &document.matter.table, found);
    for step in &document.steps {
        // Where nothing is written, the rules on what a step lacks speak.
        let Some(field) = step.field("Estimate").filter(|field| !field.value.is_empty()) else { continue };
        if let Err(why) = time::parse_duration(&field.value) {
            let message = format!("`{}` is not a duration", field.value);
            let at = document.source.slice(field.span).rfind(&field.value);
            let at = at.map(|at| field.span.start as usize + at);
            let value = at.map(|at| Span::new(at, at + field.value.len()));
            let finding = rule.finding(message).at(document.path(), value.unwrap_or(field.span));
            let mut finding = finding.labelled("an estimate is a duration").help(why.to_string());
            finding.fix = mend::duration_of_words(&field.value).and_then(|new| {
                let span = value?;
                let title = format!("write `{new}` in place of `{}`", field.value);
                Some(mend::replace(document.path(), span, new, title, Safety::Safe))
            });
            found.push(finding);
        }
    }
}

/// The times beside a zone (`tz`) whose offset that zone has not at that moment: one of the two is wrong, and
/// by which an approver read the hour cannot be known. Times in UTC are no mistake in any zone.
fn of_zones(rule: &Rule, document: &Document, table: &Table, found: &mut Vec<Diagnostic>) {
    let zone = table.get("tz").and_then(|value| Some((value, time::zone(value.as_str()?)?)));
    for entry in table.entries() {
        if let Node::Table(inner) = &entry.value.node {
            of_zones(rule, document, inner, found);
        }
        let (Some((beside, zone)), Some(written)) = (&zone, entry.value.as_str()) else { continue };
        let Ok(instant) = time::parse_instant(written) else { continue };
        let offset = zone.to_offset(instant.timestamp);
        if instant.offset == offset || instant.offset.is_zero() {
            continue;
        }
        let name = beside.as_str().unwrap_or_default();
        let finding = rule.finding(format!("`{written}` is not a time of {name}"));
        let finding = finding.at(document.path(), entry.value.span);
        let finding = finding.related(document.path(), beside.span, format!("at {offset} then"));
        found.push(finding.help(format!("write the offset {offset}, or name the zone that is meant")));
    }
}
