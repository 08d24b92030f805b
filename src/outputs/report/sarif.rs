//! SARIF 2.1.0 (OASIS), as GitHub's code scanning and editors read it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Entry, Report, address_of, escape, rule_of};
use crate::outputs::faults::fault;
use crate::text::{Code, Fix, Location, Position, Severity, printable};

/// So many results are taken by GitHub in one run; more make it refuse the whole file.
const MOST_RESULTS: usize = 25_000;

/// The findings as one run. Paths are relative to the root of the repository.
///
/// # Errors
/// Those of the stream.
pub fn sarif(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let entries = report.by_weight();
    let told = &entries[..entries.len().min(MOST_RESULTS)];
    let mut codes: BTreeMap<Code, usize> = told.iter().map(|entry| (entry.diagnostic().code, 0)).collect();
    for (index, place) in codes.values_mut().enumerate() {
        *place = index;
    }
    let rules: Vec<Value> = codes.keys().map(|code| rule(report, *code)).collect();
    let is_read = codes.keys().all(|code| ![Code::CONFIG, Code::POLICY].contains(code));
    let mut notes = Vec::new();
    if entries.len() > told.len() {
        let left = entries.len() - told.len();
        notes.push(format!("{left} more findings are not in this file, which holds {MOST_RESULTS} at most"));
    }
    if report.in_baseline > 0 {
        notes.push(format!("{} more findings are let pass by the baseline", report.in_baseline));
    }
    let note = |text: &String| json!({ "level": "note", "message": { "text": text } });
    let notes: Vec<Value> = notes.iter().map(note).collect();
    let run = Run {
        tool: json!({ "driver": {
            "name": "mcmbook",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        }}),
        column_kind: "utf16CodeUnits",
        original_uri_base_ids: json!({ "SRCROOT": {
            "description": { "text": "the root of the repository that holds the book" },
        }}),
        invocations: json!([{ "executionSuccessful": is_read, "toolExecutionNotifications": notes }]),
        results: Results { report, told, codes: &codes },
    };
    let schema = "https://json.schemastore.org/sarif-2.1.0.json";
    escape::json(&Log { schema, version: "2.1.0", runs: [run] }, out)
}

#[derive(Serialize)]
struct Log<'r, 'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r, 'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r, 'a> {
    tool: Value,
    column_kind: &'static str,
    original_uri_base_ids: Value,
    invocations: Value,
    results: Results<'r, 'a>,
}

/// The results, made one by one while they are written.
struct Results<'r, 'a> {
    report: &'r Report<'a>,
    told: &'r [&'r Entry<'a>],
    codes: &'r BTreeMap<Code, usize>,
}

impl Serialize for Results<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Results { report, told, codes } = self;
        serializer.collect_seq(told.iter().map(|entry| result(report, entry, codes)))
    }
}

fn rule(report: &Report<'_>, code: Code) -> Value {
    let Some(rule) = rule_of(code) else {
        let known = fault(code.0);
        let text = known.map_or("a fault outside of the rules", |fault| fault.summary);
        let mut value = json!({ "id": code.0, "name": code.0, "shortDescription": { "text": text } });
        if let Some(fault) = known {
            value["help"] = json!({ "text": fault.page, "markdown": fault.page });
        }
        if let Some(address) = report.rule_address(code) {
            value["helpUri"] = address.into();
        }
        return value;
    };
    let page = rule.page();
    let mut value = json!({
        "id": code.0,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.summary },
        "help": { "text": &page, "markdown": &page },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "stage": rule.stage.name(),
            "tags": ["change-management", rule.stage.name()],
            "precision": "very-high",
            "problem.severity": match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    });
    if let Some(address) = report.rule_address(code) {
        value["helpUri"] = address.into();
    }
    value
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(report: &Report<'_>, entry: &Entry<'_>, codes: &BTreeMap<Code, usize>) -> Value {
    let (finding, diagnostic) = (entry.finding, entry.diagnostic());
    let due = finding.is_due();
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {}", printable(help)));
    let text = printable(&diagnostic.message) + &help.collect::<String>();
    let print = entry.fingerprint.to_string();
    let mut result = json!({
        "ruleId": diagnostic.code.0,
        "ruleIndex": codes[&diagnostic.code],
        // What is missing for a later stage is told, and fails nothing.
        "level": if due { level(diagnostic.severity) } else { "note" },
        "message": { "text": text },
        // GitHub looks at the first name alone.
        "partialFingerprints": { "primaryLocationLineHash": print, "mcmbook/v1": print },
        "properties": { "stage": diagnostic.stage.name(), "due": due },
    });
    result["locations"] = match &diagnostic.location {
        Some(location) => json!([{ "physicalLocation": physical(report, location) }]),
        None => json!([{ "physicalLocation": { "artifactLocation": artifact(&report.file(diagnostic)) } }]),
    };
    let related = diagnostic.related.iter().enumerate().map(|(id, label)| {
        let message = json!({ "text": printable(&label.message) });
        json!({ "id": id, "physicalLocation": physical(report, &label.location), "message": message })
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(fix) = diagnostic.fix.as_ref().and_then(|fix| replacements(report, fix)) {
        result["fixes"] = json!([fix]);
    }
    if finding.waived.is_some() {
        let waiver = report.waiver(finding);
        let reason = waiver.and_then(|waiver| waiver.reason.as_deref()).unwrap_or("waived by the policy");
        let reason = printable(reason);
        result["suppressions"] =
            json!([{ "kind": "external", "status": "accepted", "justification": reason }]);
    }
    result
}

fn artifact(file: &str) -> Value {
    json!({ "uri": address_of(file), "uriBaseId": "SRCROOT" })
}

fn physical(report: &Report<'_>, location: &Location) -> Value {
    let file = format!("{}{}", report.prefix, location.path);
    let mut physical = json!({ "artifactLocation": artifact(&file) });
    if let Some((start, end)) = report.sources.positions(&location.path, location.span) {
        physical["region"] = region(start, end);
    }
    physical
}

/// Columns count from 1, the end is the place behind the last character.
fn region(start: Position, end: Position) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.utf16 + 1,
        "endLine": end.line,
        "endColumn": end.utf16 + 1,
        "byteOffset": start.byte,
        "byteLength": end.byte - start.byte,
    })
}

fn replacements(report: &Report<'_>, fix: &Fix) -> Option<Value> {
    let mut files: BTreeMap<&crate::text::BookPath, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        let Location { path, span } = &edit.location;
        let (start, end) = report.sources.positions(path, *span)?;
        let mut replacement = Map::new();
        replacement.insert("deletedRegion".to_owned(), region(start, end));
        replacement.insert("insertedContent".to_owned(), json!({ "text": edit.text }));
        files.entry(path).or_default().push(replacement.into());
    }
    let change = |(path, replacements): (_, Vec<Value>)| json!({ "artifactLocation": artifact(&format!("{}{path}", report.prefix)), "replacements": replacements });
    let changes: Vec<Value> = files.into_iter().map(change).collect();
    Some(json!({ "description": { "text": printable(&fix.title) }, "artifactChanges": changes }))
}
