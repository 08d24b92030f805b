//! Reviewdog's diagnostic format, with suggestions that a reviewer can apply.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::{Entry, Report, escape};
use crate::text::{Location, Severity, printable};

/// The findings that are due and not let pass. Columns are bytes, from 1, as the format has them.
///
/// # Errors
/// Those of the stream.
pub fn rdjson(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    escape::json(&Whole { source: json!({ "name": "mcmbook" }), diagnostics: All(report) }, out)
}

#[derive(Serialize)]
struct Whole<'r, 'a> {
    source: Value,
    diagnostics: All<'r, 'a>,
}

/// The diagnostics, made one by one while they are written.
struct All<'r, 'a>(&'r Report<'a>);

impl Serialize for All<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = |entry: &&Entry<'_>| entry.finding.waived.is_none() && entry.finding.is_due();
        serializer.collect_seq(self.0.entries.iter().filter(counts).map(|entry| one(self.0, entry)))
    }
}

fn one(report: &Report<'_>, entry: &Entry<'_>) -> Value {
    let diagnostic = entry.diagnostic();
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {}", printable(help)));
    let mut code = json!({ "value": diagnostic.code.0 });
    if let Some(address) = report.rule_address(diagnostic.code) {
        code["url"] = address.into();
    }
    let mut value = json!({
        "message": printable(&diagnostic.message) + &help.collect::<String>(),
        "location": match &diagnostic.location {
            Some(location) => place(report, location),
            None => json!({ "path": report.file(diagnostic) }),
        },
        "severity": match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        "code": code,
    });
    // Each suggestion is one that could be taken alone: a fix of several edits is none.
    if let Some([edit]) = diagnostic.fix.as_ref().map(|fix| &*fix.edits)
        && diagnostic.location.as_ref().is_some_and(|location| location.path == edit.location.path)
        && let Some(range) = range(report, &edit.location)
    {
        value["suggestions"] = json!([{ "range": range, "text": edit.text }]);
    }
    let related = diagnostic.related.iter().map(
        |label| json!({ "message": printable(&label.message), "location": place(report, &label.location) }),
    );
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        value["related_locations"] = related.into();
    }
    value
}

fn place(report: &Report<'_>, location: &Location) -> Value {
    let mut place = json!({ "path": format!("{}{}", report.prefix, location.path) });
    if let Some(range) = range(report, location) {
        place["range"] = range;
    }
    place
}

fn range(report: &Report<'_>, location: &Location) -> Option<Value> {
    let (start, end) = report.sources.positions(&location.path, location.span)?;
    let column = |position| report.sources.byte_column(&location.path, position);
    Some(json!({
        "start": { "line": start.line, "column": column(start) },
        "end": { "line": end.line, "column": column(end) },
    }))
}
