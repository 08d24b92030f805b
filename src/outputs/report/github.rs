//! Workflow commands that GitHub's runner turns into annotations beside the lines of a pull request.

use std::io::{self, Write};

use super::{Entry, Report, escape, titled};
use crate::text::Severity;

/// So many annotations of each level are kept of one step; GitHub drops the others without a word.
const MOST_OF_LEVEL: usize = 10;

/// The heaviest findings as annotations, and a last line that counts all. What is let pass is left out.
///
/// # Errors
/// Those of the stream.
pub fn github(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let levels = ["error", "warning", "notice"];
    let mut told = [0_usize; 3];
    let mut all = 0;
    for entry in report.by_weight() {
        if entry.finding.waived.is_some() {
            continue;
        }
        all += 1;
        let level = match (entry.finding.is_due(), entry.diagnostic().severity) {
            (true, Severity::Error) => 0,
            (true, Severity::Warning) => 1,
            (true, Severity::Info) | (false, _) => 2,
        };
        if told[level] < MOST_OF_LEVEL {
            told[level] += 1;
            annotation(report, entry, levels[level], out)?;
        }
    }
    let words = report.tally().words();
    let shown: usize = told.iter().sum();
    match (words.is_empty(), shown < all) {
        (true, _) => writeln!(out, "mcmbook: no findings"),
        (false, false) => writeln!(out, "mcmbook: {words}"),
        (false, true) => writeln!(
            out,
            "mcmbook: {words}; the {shown} heaviest are annotations, `mcmbook check` lists all {all}"
        ),
    }
}

fn annotation(report: &Report<'_>, entry: &Entry<'_>, level: &str, out: &mut dyn Write) -> io::Result<()> {
    let diagnostic = entry.diagnostic();
    write!(out, "::{level} file={}", property(&report.file(diagnostic)))?;
    let location = diagnostic.location.as_ref();
    let place = location.and_then(|location| report.sources.positions(&location.path, location.span));
    if let Some((start, end)) = place {
        write!(out, ",line={},endLine={}", start.line, end.line)?;
        // Columns of an annotation over several lines are refused.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        }
    }
    write!(out, ",title={}::", property(&titled(diagnostic.code)))?;
    let mut text = clean(&diagnostic.message);
    for help in &diagnostic.help {
        text += "\nhelp: ";
        text += &clean(help);
    }
    if !entry.finding.is_due() {
        text += &format!("\nmissing for {}", diagnostic.stage.name());
    }
    writeln!(out, "{}", data(&text))
}

fn clean(text: &str) -> String {
    escape::line(text)
}

/// The text of a command, escaped as the runner reads it back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, escaped as the runner reads it back.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
