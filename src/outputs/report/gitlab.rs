//! The code quality report of GitLab: a subset of Code Climate's.

use std::io::{self, Write};

use serde::Serialize;

use super::{Entry, Report, escape, titled};
use crate::text::{Severity, printable};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// The findings that are not let pass, as a list. GitLab compares two branches by the fingerprints.
///
/// # Errors
/// Those of the stream.
pub fn gitlab(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    escape::json(&Issues(report), out)
}

/// The issues, made one by one while they are written.
struct Issues<'r, 'a>(&'r Report<'a>);

impl Serialize for Issues<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let told = self.0.entries.iter().filter(|entry| entry.finding.waived.is_none());
        serializer.collect_seq(told.map(|entry| issue(self.0, entry)))
    }
}

fn issue(report: &Report<'_>, entry: &Entry<'_>) -> Issue {
    let diagnostic = entry.diagnostic();
    let location = diagnostic.location.as_ref();
    let place = location.and_then(|location| report.sources.positions(&location.path, location.span));
    let (begin, end) = place.map_or((1, 1), |(start, end)| (start.line, end.line));
    Issue {
        description: format!("{}: {}", diagnostic.code, printable(&diagnostic.message)),
        check_name: titled(diagnostic.code),
        fingerprint: entry.fingerprint.to_string(),
        severity: match (entry.finding.is_due(), diagnostic.severity) {
            (true, Severity::Error) => "critical",
            (true, Severity::Warning) => "minor",
            (true, Severity::Info) | (false, _) => "info",
        },
        location: Place { path: report.file(diagnostic), lines: Lines { begin, end } },
    }
}
