//! The Markdown summary of a job, for `$GITHUB_STEP_SUMMARY`.

use std::io::{self, Write};

use super::{Entry, Report, escape};
use crate::text::Severity;

/// So many findings are listed: a summary may have 1 MiB, and nobody reads more.
const MOST_ROWS: usize = 100;

/// A heading with the count, and a table of the heaviest findings.
///
/// # Errors
/// Those of the stream.
pub fn github_summary(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let words = report.tally().words();
    let title = escape::markdown(&report.facts.inputs.config.book.title);
    writeln!(out, "### {title}: {}\n", if words.is_empty() { "no findings" } else { &words })?;
    let entries = report.by_weight();
    let told: Vec<&&Entry<'_>> = entries.iter().filter(|entry| entry.finding.waived.is_none()).collect();
    if told.is_empty() {
        return Ok(());
    }
    writeln!(out, "| | Rule | Where | What |\n|---|---|---|---|")?;
    for entry in told.iter().take(MOST_ROWS) {
        row(report, entry, out)?;
    }
    match told.len().saturating_sub(MOST_ROWS) {
        0 => Ok(()),
        left => writeln!(out, "\n{left} more: `mcmbook check` lists them all."),
    }
}

fn row(report: &Report<'_>, entry: &Entry<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diagnostic = entry.diagnostic();
    let when = match (entry.finding.is_due(), diagnostic.severity) {
        (true, Severity::Error) => "error".to_owned(),
        (true, Severity::Warning) => "warning".to_owned(),
        (true, Severity::Info) => "note".to_owned(),
        (false, _) => format!("for {}", diagnostic.stage.name()),
    };
    let code = match report.rule_address(diagnostic.code) {
        Some(address) => format!("[{}]({address})", diagnostic.code),
        None => diagnostic.code.to_string(),
    };
    let mut place = report.file(diagnostic);
    let location = diagnostic.location.as_ref();
    let start = location.and_then(|location| report.sources.positions(&location.path, location.span));
    if let Some((start, _)) = start {
        place += &format!(":{}", start.line);
    }
    let (place, message) = (escape::markdown(&place), escape::markdown(&diagnostic.message));
    writeln!(out, "| {when} | {code} | {place} | {message} |")
}
