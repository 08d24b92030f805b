//! MCM122.

use super::super::subject::key_place;
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM122"),
    name: "no-slot",
    summary: "planned start and end are missing, reversed or empty",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("no_slot.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" {
        return;
    }
    let (Some(start), Some(end)) = (document.field("slot.start"), document.field("slot.end")) else {
        // A slot of another type is MCM009.
        if document.field("slot").is_none_or(|slot| slot.as_table().is_some()) {
            let lacking = match (document.field("slot.start"), document.field("slot.end")) {
                (None, None) => "planned start and end are missing",
                (None, _) => "planned start is missing",
                _ => "planned end is missing",
            };
            let place = key_place(document, "slot");
            report(rule, document, lacking, place, WHOLE, found);
        }
        return;
    };
    // A time that cannot be read is MCM018.
    let (from, to) = (view::moment(document, "slot.start"), view::moment(document, "slot.end"));
    let (Some(from), Some(to)) = (from, to) else { return };
    if to < from {
        let help = "exchange the two, or correct the one that is wrong";
        report(rule, document, "planned start and end are reversed", start.span.to(end.span), help, found);
    } else if to == from {
        report(
            rule,
            document,
            "planned time is empty: it starts and ends at once",
            start.span.to(end.span),
            "let it end later: the end itself is not included",
            found,
        );
    }
}

const WHOLE: &str = "write `slot` with `start`, `end` and `tz`; the end itself is not included";

fn report(
    rule: &Rule,
    document: &Document,
    message: &str,
    span: Span,
    help: &str,
    found: &mut Vec<Diagnostic>,
) {
    let finding = rule.finding(message).at(document.path(), span);
    found.push(finding.help(help));
}
