//! Formats of reports made in memory: limits, order, escapes.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::analysis::analyze;
use crate::memo::Memo;
use crate::outputs::site::tests::book;
use crate::text::{Code, Span, Stage};

/// An analysis whose findings are these.
fn analysis(findings: Vec<Finding>) -> Analysis {
    let inputs = book(&[("content/a.md", "# \u{e4}\u{1f389} A\n\nB\n")]);
    Analysis { findings, ..analyze(Arc::new(inputs), &Memo::forgetful()) }
}

fn finding(message: &str, severity: Severity, stage: Stage, at: Option<Span>) -> Finding {
    let path = BookPath::new("content/a.md").expect("a normal path");
    let mut diagnostic = Diagnostic { severity, stage, ..Diagnostic::error(Code("MCM010"), message) };
    if let Some(span) = at {
        diagnostic = diagnostic.at(&path, span);
    }
    Finding { diagnostic: Arc::new(diagnostic), waived: None, reached: Stage::Draft }
}

fn many(number: usize, severity: Severity, stage: Stage) -> impl Iterator<Item = Finding> {
    (0..number)
        .map(move |number| finding(&format!("finding {number}"), severity, stage, Some(Span::new(2, 4))))
}

fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("a vector takes everything");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

fn parsed(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Value {
    serde_json::from_str(&written(write)).expect("it is JSON")
}

/// Everything that a terminal, the log of a runner, a table or a reader of XML might obey.
const HOSTILE: &str = "::error::x\n::set-output name=a::b\r##[add-mask]c %0A \u{1b}[31m \u{9b} \u{202e} \u{fffe} | <b> & \"q\" @ana `";

#[test]
fn sarif_keeps_the_worst_and_nearest_and_counts_the_rest() {
    let mut findings: Vec<Finding> = many(20_000, Severity::Error, Stage::Closing).collect();
    findings.extend(many(6_000, Severity::Warning, Stage::Draft));
    findings.extend(many(10, Severity::Error, Stage::Draft));
    let analysis = analysis(findings);
    let log = parsed(|out| sarif(&Report::new(&analysis), out));
    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("a list");
    assert_eq!(results.len(), 25_000);
    let levels = |from: usize, to: usize| {
        let levels = results[from..to].iter().map(|result| result["level"].as_str().unwrap_or_default());
        levels.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(levels(0, 10), "error");
    assert_eq!(levels(10, 6_010), "warning");
    assert_eq!(levels(6_010, 25_000), "note");
    let note = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(note, "1010 more findings are not in this file, which holds 25000 at most");
}

#[test]
fn sarif_counts_columns_in_utf16_from_one() {
    let analysis = analysis(vec![finding("x", Severity::Error, Stage::Draft, Some(Span::new(8, 10)))]);
    let log = parsed(|out| sarif(&Report { prefix: "my book/".to_owned(), ..Report::new(&analysis) }, out));
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20book/content/a.md");
    let region = json!({
        "startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 8, "byteOffset": 8, "byteLength": 2,
    });
    assert_eq!(place["region"], region);
    assert_eq!(run["tool"]["driver"]["rules"][0]["name"], "missing-section");
    assert!(run["tool"]["driver"]["rules"][0].get("helpUri").is_none(), "no address is known");
}

#[test]
fn rules_have_addresses_where_the_site_has_one() {
    let analysis = analysis(vec![finding("x", Severity::Error, Stage::Draft, None)]);
    let mut facts = analysis.facts.clone();
    let mut inputs = (*facts.inputs).clone();
    let mut config = (*inputs.config).clone();
    config.html.site_url = Some("https://changes.example.org/".to_owned());
    inputs.config = Arc::new(config);
    facts.inputs = Arc::new(inputs);
    let report = Report { facts: &facts, ..Report::new(&analysis) };
    let log = parsed(|out| sarif(&report, out));
    let address = "https://changes.example.org/rules/MCM010/index.html";
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"], address);
    assert_eq!(parsed(|out| rdjson(&report, out))["diagnostics"][0]["code"]["url"], address);
}

#[test]
fn annotations_are_ten_of_a_level_and_one_line_each() {
    let mut findings: Vec<Finding> = many(12, Severity::Warning, Stage::Draft).collect();
    findings.extend(many(3, Severity::Error, Stage::Closing));
    findings.push(finding(HOSTILE, Severity::Error, Stage::Draft, Some(Span::new(0, 12))));
    let analysis = analysis(findings);
    let text = written(|out| github(&Report { prefix: "a,b:%/".to_owned(), ..Report::new(&analysis) }, out));
    let lines: Vec<&str> = text.lines().collect();
    let of = |level: &str| lines.iter().filter(|line| line.starts_with(level)).count();
    assert_eq!((of("::error "), of("::warning "), of("::notice ")), (1, 10, 3));
    assert_eq!(
        lines[0],
        "::error file=a%2Cb%3A%25/content/a.md,line=1,endLine=3,title=MCM010 missing-section::: :error::x\u{fffd}\
         ::set-output name=a::b\u{fffd}## [add-mask]c %250A \u{fffd}[31m \u{fffd} \u{fffd} \u{fffe} | <b> & \"q\" @ana `"
    );
    assert!(lines[1].contains(",line=1,endLine=1,col=3,endColumn=4,"), "{}", lines[1]);
    let last = "mcmbook: 1 error, 12 warnings, 3 for later stages; the 14 heaviest are annotations, \
                `mcmbook check` lists all 16";
    assert_eq!(lines.last(), Some(&last));
}

#[test]
fn no_format_writes_what_steers() {
    let analysis = analysis(vec![
        finding(HOSTILE, Severity::Error, Stage::Draft, Some(Span::new(0, 1))),
        finding(HOSTILE, Severity::Error, Stage::Closing, None),
    ]);
    let report = Report::new(&analysis);
    let options = HumanOptions { color: false, width: 100, all_stages: true };
    let formats: [(&str, String); 9] = [
        ("human", written(|out| human(&report, options, out))),
        ("short", written(|out| short_lines(&report, out))),
        ("json", written(|out| json(&report, out))),
        ("sarif", written(|out| sarif(&report, out))),
        ("github", written(|out| github(&report, out))),
        ("github-summary", written(|out| github_summary(&report, out))),
        ("gitlab", written(|out| gitlab(&report, out))),
        ("rdjson", written(|out| rdjson(&report, out))),
        ("junit", written(|out| junit(&report, out))),
    ];
    for (name, text) in &formats {
        let steers = |c: char| c != '\n' && crate::text::is_steering(c);
        assert!(!text.contains(steers), "{name}: {text:?}");
        assert!(!text.contains("##["), "{name}: {text}");
        let commands = text.lines().filter(|line| line.trim_start().starts_with("::")).count();
        assert_eq!(commands, if *name == "github" { 2 } else { 0 }, "{name}: {text}");
    }
    // JSON loses nothing of it.
    let whole: Value = serde_json::from_str(&formats[2].1).expect("it is JSON");
    assert_eq!(whole["findings"][0]["message"], HOSTILE);
    // Markdown shows markup as text, and calls nobody.
    let summary = &formats[5].1;
    assert!(summary.contains("\\| &lt;b&gt; &amp; \"q\" &#64;ana \\`"), "{summary}");
}

#[test]
fn what_is_waived_is_suppressed_skipped_or_left_out() {
    let mut waived = finding("let pass", Severity::Error, Stage::Draft, Some(Span::new(0, 1)));
    waived.waived = Some(0);
    let analysis =
        analysis(vec![waived, finding("told", Severity::Warning, Stage::Draft, Some(Span::new(0, 1)))]);
    let report = Report::new(&analysis);
    let log = parsed(|out| sarif(&report, out));
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results[1]["suppressions"][0]["kind"], "external");
    assert!(results[0].get("suppressions").is_none());
    for (name, text) in [
        ("gitlab", written(|out| gitlab(&report, out))),
        ("rdjson", written(|out| rdjson(&report, out))),
        ("github", written(|out| github(&report, out))),
    ] {
        assert!(text.contains("told") && !text.contains("let pass"), "{name}: {text}");
    }
    let junit = written(|out| junit(&report, out));
    assert!(junit.contains(r#"tests="2" failures="0" errors="0" skipped="1""#), "{junit}");
    let strict = written(|out| super::junit(&Report { strict: true, ..Report::new(&analysis) }, out));
    assert!(strict.contains(r#"tests="2" failures="1" errors="0" skipped="1""#), "{strict}");
}

#[test]
fn rdjson_counts_bytes_from_one_and_suggests_single_edits() {
    let path = BookPath::new("content/a.md").expect("a normal path");
    let mut found = finding("x", Severity::Warning, Stage::Draft, Some(Span::new(8, 9)));
    let edit = |at: usize, text: &str| crate::text::Edit {
        location: crate::text::Location::new(&path, Span::new(at, at + 1)),
        text: text.to_owned(),
    };
    let fix = |edits: Vec<crate::text::Edit>| crate::text::Fix {
        title: "write B".to_owned(),
        safety: crate::text::Safety::Safe,
        edits,
    };
    Arc::make_mut(&mut found.diagnostic).fix = Some(fix(vec![edit(9, "B")]));
    let mut twofold = found.clone();
    Arc::make_mut(&mut twofold.diagnostic).fix = Some(fix(vec![edit(9, "B"), edit(12, "C")]));
    let analysis = analysis(vec![found, twofold]);
    let told = parsed(|out| rdjson(&Report::new(&analysis), out));
    let range = json!({ "start": { "line": 1, "column": 10 }, "end": { "line": 1, "column": 11 } });
    assert_eq!(told["diagnostics"][0]["suggestions"], json!([{ "range": range, "text": "B" }]));
    assert!(told["diagnostics"][1].get("suggestions").is_none());
    assert_eq!(told["diagnostics"][0]["location"]["range"]["start"], json!({ "line": 1, "column": 9 }));
}
