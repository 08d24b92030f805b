//! JUnit's XML, as Jenkins and others show test results: a suite for each document, a case for each finding.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::escape::xml;
use super::{Entry, Report, documents, titled};
use crate::text::Severity;

/// Every document as a suite. A finding that makes `check` fail is a failure, one that is let pass is
/// skipped, any other is a case that passes and says in its output what was found; a document without
/// findings has one case that passes.
///
/// # Errors
/// Those of the stream.
pub fn junit(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<String, Vec<&Entry<'_>>> = BTreeMap::new();
    for path in documents(report) {
        suites.insert(format!("{}{path}", report.prefix), Vec::new());
    }
    for entry in &report.entries {
        suites.entry(report.file(entry.diagnostic())).or_default().push(entry);
    }
    let counts = suites.values().map(|entries| Counts::of(report, entries));
    let sum = counts.fold(Counts::default(), |sum, counts| Counts {
        tests: sum.tests + counts.tests,
        failures: sum.failures + counts.failures,
        skipped: sum.skipped + counts.skipped,
    });
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="mcmbook check" {}>"#, sum.attributes())?;
    for (file, entries) in &suites {
        let counts = Counts::of(report, entries);
        writeln!(out, r#"  <testsuite name="{}" {}>"#, xml(file), counts.attributes())?;
        if entries.is_empty() {
            writeln!(out, r#"    <testcase classname="{}" name="no findings" time="0"/>"#, xml(file))?;
        }
        entries.iter().try_for_each(|entry| case(report, file, entry, out))?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    skipped: usize,
}

impl Counts {
    fn of(report: &Report<'_>, entries: &[&Entry<'_>]) -> Counts {
        Counts {
            tests: entries.len().max(1),
            failures: entries.iter().filter(|entry| report.fails(entry.finding)).count(),
            skipped: entries.iter().filter(|entry| entry.finding.waived.is_some()).count(),
        }
    }

    fn attributes(&self) -> String {
        let Counts { tests, failures, skipped } = self;
        format!(r#"tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}" time="0""#)
    }
}

fn case(report: &Report<'_>, file: &str, entry: &Entry<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (finding, diagnostic) = (entry.finding, entry.diagnostic());
    let location = diagnostic.location.as_ref();
    let place = location.and_then(|location| report.sources.positions(&location.path, location.span));
    let at = place.map_or(String::new(), |(start, _)| format!(":{}:{}", start.line, start.column));
    let name = format!("{}{at}: {}", titled(diagnostic.code), diagnostic.message);
    let line = place.map_or(1, |(start, _)| start.line);
    write!(
        out,
        r#"    <testcase classname="{0}" name="{1}" file="{0}" line="{line}" time="0">"#,
        xml(file),
        xml(&name)
    )?;
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let help: String = diagnostic.help.iter().map(|help| format!("\nhelp: {help}")).collect();
    let message = xml(&diagnostic.message);
    if finding.waived.is_some() {
        let reason = report.waiver(finding).and_then(|waiver| waiver.reason.as_deref());
        write!(out, r#"<skipped message="{}"/>"#, xml(reason.unwrap_or("waived by the policy")))?;
    } else if report.fails(finding) {
        let text = xml(&format!("{file}{at}{help}"));
        write!(out, r#"<failure type="{kind}" message="{message}">{text}</failure>"#)?;
    } else {
        let when = if finding.is_due() { "now" } else { diagnostic.stage.name() };
        write!(out, "<system-out>{kind} for {}{}</system-out>", when, xml(&help))?;
    }
    writeln!(out, "</testcase>")
}
