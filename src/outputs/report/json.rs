//! Findings as JSON: one object with a list, stable between versions.

use serde::Serialize;

use super::{Sources, Tally};
use crate::inputs::policy::Waiver;
use crate::text::{Label, Location, Position, Severity, Stage};
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
    waiver: Option<Passing<'a>>,
}

/// Who answers for a finding that is let pass.
#[derive(Serialize)]
struct Passing<'a> {
    owner: Option<&'a str>,
    reason: Option<&'a str>,
    expires: Option<String>,
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
    let report = Report {
        schema: 1,
        tool: concat!("mcmbook ", env!("CARGO_PKG_VERSION")),
        tally: Tally::of(findings),
        findings: findings.iter().map(|finding| entry(finding, sources)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&report).expect("the report holds only text and numbers");
    text.push('\n');
    text
}

fn entry<'a>(finding: &'a Finding, sources: &Sources<'a>) -> Entry<'a> {
    let diagnostic = &finding.diagnostic;
    let related =
        |label: &'a Label| Related { message: &label.message, place: place(&label.location, sources) };
    Entry {
        code: diagnostic.code.0,
        severity: diagnostic.severity,
        stage: diagnostic.stage,
        due: finding.is_due(),
        message: &diagnostic.message,
        label: diagnostic.label.as_deref(),
        place: diagnostic.location.as_ref().map(|location| place(location, sources)),
        related: diagnostic.related.iter().map(related).collect(),
        help: &diagnostic.help,
        waiver: sources.waiver(finding).map(passing),
    }
}

fn passing(waiver: &Waiver) -> Passing<'_> {
    Passing {
        owner: waiver.owner.as_deref(),
        reason: waiver.reason.as_deref(),
        expires: waiver.expires.map(|date| date.to_string()),
    }
}

fn place<'a>(location: &'a Location, sources: &Sources<'_>) -> Place<'a> {
    let (start, end) = sources.positions(&location.path, location.span).unzip();
    Place { path: location.path.as_str(), start, end }
}
