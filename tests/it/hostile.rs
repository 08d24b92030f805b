//! Hostile documents of every kind, before the whole checker: no panic, every span on characters, and the
//! columns that an independent count gives.
//!
//! The bodies lie in `tests/cases/hostile` as they are, with what an editor would not keep (CR, tabs,
//! bidirectional marks) written as escapes; what only size makes hostile is made here.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use mcmbook::analysis::{Analysis, analyze};
use mcmbook::hosts::workspace::{self, AsOf, HistoryOption, LoadOptions};
use mcmbook::inputs::config::{Config, Field, FieldType, Kind};
use mcmbook::inputs::profile::Profile;
use mcmbook::memo::Memo;
use mcmbook::outputs::report::{self, HumanOptions, Report};
use mcmbook::text::{BookPath, SourceFile, Span};

use crate::support::{Folder, files_below};

/// What people write where a duration is wanted.
const NO_DURATIONS: [&str; 6] = ["54 hours 10 minutes", "?", "279 minutes [^3]", "N/A", "", "🕐 one hour"];

fn kinds() -> Vec<Arc<Kind>> {
    let file = SourceFile::new(BookPath::new("book.toml").expect("a path"), Vec::new());
    Config::parse(&file).config.kinds.by_name.values().cloned().collect()
}

/// `\r`, `\t`, `\n` and `\u{...}` stand for those characters; other backslashes stay.
fn unescaped(text: &str) -> String {
    let mut plain = text.replace("\\r", "\r").replace("\\t", "\t").replace("\\n", "\n");
    while let Some(at) = plain.find("\\u{") {
        let (digits, _) = plain[at + 3..].split_once('}').expect("an escape ends with a brace");
        let code = u32::from_str_radix(digits, 16).expect("an escape is hexadecimal");
        let end = at + 4 + digits.len();
        plain.replace_range(at..end, &char::from_u32(code).expect("a character").to_string());
    }
    plain
}

/// The bodies by name.
fn bodies() -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/hostile");
    let read = |(name, bytes): (String, Vec<u8>)| {
        let text = String::from_utf8(bytes).expect("a case is UTF-8");
        (name.trim_end_matches(".md").to_owned(), unescaped(&text))
    };
    let mut bodies: BTreeMap<String, String> = files_below(&folder).into_iter().map(read).collect();
    bodies.insert("empty".to_owned(), String::new());
    bodies.insert("long-line".to_owned(), "é🎉 wörd ".repeat(80_000));
    bodies.insert("long-heading".to_owned(), format!("## {}\n\ntext\n", "Rollback 🎉 ".repeat(4_000)));
    bodies.insert(
        "many-headings".to_owned(),
        "## Rollback Plan\n\n### Step 1: a\n\n- Owner: @é\n\n".repeat(300),
    );
    bodies.insert("brackets".to_owned(), format!("---\n{}\n---\n", "[".repeat(5_000)));
    bodies
}

/// Where a document of a kind lies: of change kinds, in the folder of that change.
fn path_of(kind: &Kind, case: usize, name: &str) -> String {
    let pattern = kind.paths.first().map_or("**/*.md".to_owned(), |pattern| pattern.as_str().to_owned());
    let change = format!("MCM-2026-{:04}", case + 1);
    let filled = pattern.replace("{year}", "2026").replace("{change}", &change).replace("{n}", "1");
    format!("content/{}", filled.replace("**/", "").replace('*', &format!("{}-{name}", kind.name)))
}

fn analyzed(book: &Folder) -> Analysis {
    let options = LoadOptions {
        dir: book.path(),
        history: HistoryOption::Unknown,
        profile: Some(Profile::Regulated),
        as_of: AsOf::default(),
        ..LoadOptions::default()
    };
    let mut inputs = workspace::load(&options).expect("the book can be read").inputs;
    inputs.as_of = "2026-11-23T12:00:00Z".parse().expect("an instant");
    analyze(Arc::new(inputs), &Memo::forgetful())
}

/// A book with the policy of this repository's own, so that the rules about people are judged too.
fn book() -> Folder {
    let book = Folder::book();
    for (path, bytes) in files_below(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policy")) {
        book.write(&format!("policy/{path}"), bytes);
    }
    book
}

/// Line and column of a byte offset, counted from the front: each character is a column.
fn counted(text: &str, offset: usize) -> (u64, u64) {
    let (mut line, mut column) = (1, 1);
    for (at, c) in text.char_indices() {
        if at >= offset {
            break;
        }
        (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
    }
    (line, column)
}

/// What a format writes.
fn written(format: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    format(&mut bytes).expect("a vector takes everything");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

/// Holds every place of an analysis against its file; then prints it in every form.
fn hold_places(analysis: &Analysis) {
    let inputs = &analysis.facts.inputs;
    let texts: BTreeMap<&str, &str> =
        inputs.sources.iter().map(|source| (source.path.as_str(), &*source.text)).collect();
    let hold = |path: &str, span: Span, what: &str| {
        let Some(text) = texts.get(path) else { return };
        let (start, end) = (span.start as usize, span.end as usize);
        let on_characters = text.is_char_boundary(start) && text.is_char_boundary(end);
        assert!(start <= end && end <= text.len() && on_characters, "{path}: {span:?} {what}");
    };
    for finding in &analysis.findings {
        let diagnostic = &finding.diagnostic;
        let related = diagnostic.related.iter().map(|label| &label.location);
        for location in diagnostic.location.iter().chain(related) {
            hold(location.path.as_str(), location.span, &diagnostic.message);
        }
        for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
            hold(edit.location.path.as_str(), edit.location.span, "of a fix");
        }
    }
    let whole = Report::new(analysis);
    let json: serde_json::Value =
        serde_json::from_str(&written(|out| report::json(&whole, out))).expect("it is JSON");
    // Long lines make the independent count slow; the first findings of each file stand for all.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in json["findings"].as_array().expect("a list") {
        let path = finding["place"]["path"].as_str().unwrap_or_default().to_owned();
        let Some(text) = texts.get(path.as_str()) else { continue };
        let number = seen.entry(path.clone()).or_default();
        *number += 1;
        if *number > 5 && text.len() > 100_000 {
            continue;
        }
        for place in [&finding["place"]["start"], &finding["place"]["end"]] {
            let offset = place["byte"].as_u64().expect("a number") as usize;
            let told = (place["line"].as_u64(), place["column"].as_u64());
            let (line, column) = counted(text, offset);
            assert_eq!(told, (Some(line), Some(column)), "{path}: byte {offset} of {finding}");
        }
    }
    let options = HumanOptions { color: false, width: 100, all_stages: true };
    let human = written(|out| report::human(&whole, options, out));
    let short = written(|out| report::short_lines(&whole, out));
    assert!(human.contains("found ") && short.lines().count() == analysis.findings.len());
    type Format = fn(&Report<'_>, &mut dyn Write) -> io::Result<()>;
    let json: [Format; 3] = [report::sarif, report::gitlab, report::rdjson];
    for format in json {
        let text = written(|out| format(&whole, out));
        serde_json::from_str::<serde::de::IgnoredAny>(&text).expect("it is JSON");
    }
    let lines: [Format; 3] = [report::github, report::github_summary, report::junit];
    for format in lines {
        let text = written(|out| format(&whole, out));
        let steers = |c: char| c != '\n' && mcmbook::text::is_steering(c);
        assert!(!text.contains(steers) && !text.contains("##["), "{text:?}");
    }
}

#[test]
fn no_body_confuses_any_kind() {
    let book = book();
    for (case, (name, body)) in bodies().iter().enumerate() {
        // Size confuses all kinds alike: large bodies are read as those that have the most rules.
        let is_large = body.len() > 50_000;
        let is_wanted = |kind: &Arc<Kind>| !is_large || ["request", "runbook"].contains(&&*kind.name);
        for kind in kinds().into_iter().filter(is_wanted) {
            // The text alone, where the path says the kind; and below a head that names it.
            book.write(&path_of(&kind, case, name), body);
            let head = format!("---\nkind: {}\ntitle: \"日本 🎉\"\n---\n", kind.name);
            book.write(&format!("content/named/{}-{name}.md", kind.name), format!("{head}{body}"));
        }
    }
    hold_places(&analyzed(&book));
}

#[test]
fn what_is_no_duration_is_told_in_every_field_of_every_kind() {
    let book = book();
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    for (case, value) in NO_DURATIONS.iter().enumerate() {
        for kind in kinds() {
            let quoted = serde_json::Value::from(*value).to_string();
            let (mut head, mut number) = (String::new(), 0);
            for field in &kind.fields {
                if let Some(text) = durations(&field.ty, &quoted, &mut number) {
                    head += &format!("{}: {text}\n", field.name);
                }
            }
            if number > 0 {
                let path = path_of(&kind, case, "duration");
                let path = path.replace("duration", &format!("duration-{case}"));
                book.write(&path, format!("---\n{head}---\n\n# Durations\n"));
                expected.insert(path, number);
            }
        }
    }
    assert!(expected.len() >= 4 * NO_DURATIONS.len(), "{expected:?}");
    let analysis = analyzed(&book);
    hold_places(&analysis);
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for finding in analysis.findings.iter().filter(|finding| finding.diagnostic.code.0 == "MCM018") {
        let path = finding.diagnostic.location.as_ref().expect("it has a place").path.as_str();
        *found.entry(path.to_owned()).or_default() += 1;
    }
    assert_eq!(found, expected);
}

/// A value in which every duration of the type is the given text; nothing where the type holds none.
fn durations(ty: &FieldType, text: &str, number: &mut usize) -> Option<String> {
    match ty.bare() {
        FieldType::Duration => {
            *number += 1;
            Some(text.to_owned())
        }
        FieldType::List(item) => durations(item, text, number).map(|item| format!("[{item}]")),
        FieldType::Table(fields) => {
            let of_field = |field: &Field| {
                durations(&field.ty, text, number).map(|value| format!("{}: {value}", field.name))
            };
            let written: Vec<String> = fields.iter().filter_map(of_field).collect();
            (!written.is_empty()).then(|| format!("{{{}}}", written.join(", ")))
        }
        _ => None,
    }
}
