//! MCM020.

use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM020"),
    name: "section-order",
    summary: "sections are out of the kind's order",
    severity: Severity::Warning,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("section_order.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let Some(kind) = document.kind.as_ref().filter(|kind| kind.ordered) else { return };
    let rank = |text: &str| {
        let section = kind.section(text)?;
        kind.sections.iter().position(|known| known.title == section.title)
    };
    let mut highest: Option<(usize, &crate::inputs::document::markdown::Heading)> = None;
    for heading in document.outline.headings.iter().filter(|heading| heading.level == 2) {
        let Some(rank) = rank(&heading.text) else { continue };
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
