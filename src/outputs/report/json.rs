//! Findings as JSON: one object with a list, stable between versions.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::{Entry, Report, Sources, Tally, escape};
use crate::inputs::policy::Waiver;
use crate::outputs::approval::{Trust, trust_of};
use crate::text::{Edit, Fix, Label, Location, Position, Safety, Severity, Stage};
use crate::verdicts::lint::Fingerprint;

#[derive(Serialize)]
struct Whole<'r, 'a> {
    schema: u32,
    tool: &'static str,
    tally: Tally,
    in_baseline: usize,
    trust: Option<Trust>,
    findings: All<'r, 'a>,
}

/// The findings, made one by one while they are written.
struct All<'r, 'a>(&'r Report<'a>);

impl Serialize for All<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.entries.iter().map(|entry| one(self.0, entry)))
    }
}

#[derive(Serialize)]
struct One<'a> {
    code: &'a str,
    severity: Severity,
    stage: Stage,
    due: bool,
    fingerprint: Fingerprint,
    message: &'a str,
    label: Option<&'a str>,
    place: Option<Place<'a>>,
    related: Vec<Related<'a>>,
    help: &'a [String],
    fix: Option<Mending<'a>>,
    waiver: Option<Passing<'a>>,
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

#[derive(Serialize)]
struct Mending<'a> {
    title: &'a str,
    safety: Safety,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct Passing<'a> {
    owner: Option<&'a str>,
    reason: Option<&'a str>,
    expires: Option<String>,
}

/// All findings, due or not, in one JSON object that ends with a line break. Paths are those of the book.
///
/// # Errors
/// Those of the stream.
pub fn json(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let whole = Whole {
        schema: 1,
        tool: concat!("mcmbook ", env!("CARGO_PKG_VERSION")),
        tally: report.tally(),
        in_baseline: report.in_baseline,
        trust: trust_of(report.facts),
        findings: All(report),
    };
    escape::json(&whole, out)
}

fn one<'a>(report: &'a Report<'_>, entry: &'a Entry<'_>) -> One<'a> {
    let (finding, diagnostic, sources) = (entry.finding, entry.diagnostic(), &report.sources);
    let related =
        |label: &'a Label| Related { message: &label.message, place: place(&label.location, sources) };
    One {
        code: diagnostic.code.0,
        severity: diagnostic.severity,
        stage: diagnostic.stage,
        due: finding.is_due(),
        fingerprint: entry.fingerprint,
        message: &diagnostic.message,
        label: diagnostic.label.as_deref(),
        place: diagnostic.location.as_ref().map(|location| place(location, sources)),
        related: diagnostic.related.iter().map(related).collect(),
        help: &diagnostic.help,
        fix: diagnostic.fix.as_ref().map(|fix| mending(fix, sources)),
        waiver: report.waiver(finding).map(passing),
    }
}

fn mending<'a>(fix: &'a Fix, sources: &Sources<'_>) -> Mending<'a> {
    let edit = |edit: &'a Edit| Replacement { place: place(&edit.location, sources), text: &edit.text };
    Mending { title: &fix.title, safety: fix.safety, edits: fix.edits.iter().map(edit).collect() }
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

/// The JSON Schema (draft 2020-12) of the report. More properties may come; those that are there stay.
pub fn schema() -> Value {
    let text = || json!({ "type": "string" });
    let may_be_text = || json!({ "type": ["string", "null"] });
    let count = |what: &str| json!({ "type": "integer", "minimum": 0, "description": what });
    let object = |properties: Value| {
        let required: Vec<String> =
            properties.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        json!({ "type": "object", "properties": properties, "required": required })
    };
    let or_null = |schema: Value| json!({ "anyOf": [schema, { "type": "null" }] });
    let from = |first: u32, what: &str| json!({ "type": "integer", "minimum": first, "description": what });
    let position = object(json!({
        "line": from(1, "line"),
        "column": from(1, "column in characters (Unicode scalar values)"),
        "utf16": from(0, "column in UTF-16 code units, counted from 0"),
        "byte": from(0, "offset in the file in bytes, counted from 0"),
    }));
    let place = object(json!({
        "path": { "type": "string", "description": "file, relative to the folder of book.toml" },
        "start": or_null(json!({ "$ref": "#/$defs/position" })),
        "end": or_null(json!({ "$ref": "#/$defs/position" })),
    }));
    let at = || json!({ "$ref": "#/$defs/place" });
    let finding = object(json!({
        "code": { "type": "string", "description": "the rule, or `workspace`" },
        "severity": { "enum": ["error", "warning", "info"] },
        "stage": { "enum": ["draft", "submission", "approval", "ready", "closing", "published"] },
        "due": { "type": "boolean", "description": "whether the stage of its document is reached" },
        "fingerprint": {
            "type": "string",
            "pattern": "^[0-9a-f]{32}$",
            "description": "the same in the next report, though lines have moved; unique in one report",
        },
        "message": text(),
        "label": may_be_text(),
        "place": or_null(at()),
        "related": { "type": "array", "items": object(json!({ "message": text(), "place": at() })) },
        "help": { "type": "array", "items": text() },
        "fix": or_null(object(json!({
            "title": text(),
            "safety": { "enum": ["safe", "unsafe"] },
            "edits": { "type": "array", "items": object(json!({ "place": at(), "text": text() })) },
        }))),
        "waiver": or_null(object(json!({
            "owner": may_be_text(),
            "reason": may_be_text(),
            "expires": { "type": ["string", "null"], "description": "the last day on which it counts" },
        }))),
    }));
    let pending = object(json!({
        "policy": may_be_text(),
        "signed": { "type": "array", "items": text() },
        "quorum": count("how many must sign"),
        "refused": may_be_text(),
    }));
    let trust = object(json!({
        "root": { "type": "string", "description": "commit id of the trust root" },
        "pinned": { "type": "boolean", "description": "whether a pin from outside of the repository names it" },
        "policy": { "type": "string", "description": "digest of the policy in force: `sha256:...`" },
        "serial": count("its serial"),
        "pending": or_null(pending),
    }));
    let mut schema = object(json!({
        "schema": { "const": 1 },
        "tool": text(),
        "tally": object(json!({
            "errors": count("errors that are due"),
            "warnings": count("warnings that are due"),
            "infos": count("notes that are due"),
            "later": count("findings of a stage that is not reached"),
            "waived": count("findings that a waiver lets pass"),
        })),
        "in_baseline": count("findings that the baseline lets pass; they are not in the list"),
        "trust": or_null(trust),
        "findings": { "type": "array", "items": { "$ref": "#/$defs/finding" } },
    }));
    schema["$defs"] = json!({ "finding": finding, "place": place, "position": position });
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "mcmbook:report",
        "title": "Report of `mcmbook check --format json`",
    });
    if let (Value::Object(whole), Value::Object(rest)) = (&mut whole, schema) {
        whole.extend(rest);
    }
    whole
}
