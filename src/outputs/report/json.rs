//! Findings as JSON: one object with a list, stable between versions.

use serde::Serialize;

use super::{Sources, Tally};
use crate::text::{Position, Severity, Stage};
use crate::verdicts::lint::Finding;

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    tool: &'static str,
    tally: Tally,
    findings: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    severity: Severity,
    stage: Stage,
    due: bool,
    message: &'a str,
    label: Option<&'a str>,
    place: Option<Place<'a>>,
    related: Vec<Related<'a>>,
    help: &'a [String],
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    start: Option<Position>,
    end: Option<Position>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    place: Place<'a>,
}

/// All findings, due or not, in one JSON object that ends with a line break.
pub fn json(findings: &[Finding], sources: &Sources<'_>) -> String {
    let place = |location: &'_ crate::text::Location| -> (Option<Position>, Option<Position>) {
        sources.positions(&location.path, location.span).unzip()
    };
    let entry = |finding: &'_ Finding| {
        let diagnostic = &finding.diagnostic;
        let at = |location: &'_ crate::text::Location| {
            let (start, end) = place(location);
            Place { path: location.path.as_str(), start, end }
        };
        Entry {
            code: diagnostic.code.0,
            severity: diagnostic.severity,
            stage: diagnostic.stage,
            due: finding.is_due(),
            message: &diagnostic.message,
            label: diagnostic.label.as_deref(),
            place: diagnostic.location.as_ref().map(at),
            related: diagnostic
                .related
                .iter()
                .map(|label| Related { message: &label.message, place: at(&label.location) })
                .collect(),
            help: &diagnostic.help,
        }
    };
    let report = Report {
        schema: 1,
        tool: concat!("mcmbook ", env!("CARGO_PKG_VERSION")),
        tally: Tally::of(findings),
        findings: findings.iter().map(entry).collect(),
    };
    let mut text = serde_json::to_string_pretty(&report).expect("the report holds only text and numbers");
    text.push('\n');
    text
}
