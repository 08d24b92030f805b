//! MCM020.

use super::super::fields::Problem;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM020"),
    name: "section-order",
    summary: "sections are out of the kind's order",
    about: "all",
    severity: Severity::Warning,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("section_order.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for problem in settings.problems {
        let Problem::OutOfOrder { name, span, before, order } = problem else { continue };
        let finding = rule.finding(format!("field `{name}` is out of the kind's order"));
        let finding = finding.at(document.path(), *span);
        let finding = finding.related(document.path(), *before, "it belongs before this one");
        found.push(finding.help(format!("the order is: {}", order.join(", "))));
    }
    let Some(kind) = document.kind.as_ref().filter(|kind| kind.ordered) else { return };
    let rank = |heading: &Heading| {
        let section = kind.section_at(heading.level, &heading.text)?;
        kind.sections.iter().position(|known| known.title == section.title)
    };
    let mut highest: Option<(usize, &Heading)> = None;
    for heading in &document.outline.headings {
        let Some(rank) = rank(heading) else { continue };
        match highest {
            Some((top, before)) if rank < top => {
                let message = format!("section \"{}\" is out of the kind's order", heading.text);
                let finding = rule.finding(message).at(document.path(), heading.span);
                let finding = finding.related(document.path(), before.span, "it belongs before this one");
                let order: Vec<&str> = kind.sections.iter().map(|section| section.title.as_str()).collect();
                found.push(finding.help(format!("the order is: {}", order.join(", "))));
            }
            _ => highest = Some((rank, heading)),
        }
    }
}
