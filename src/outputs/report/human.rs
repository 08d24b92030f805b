//! Findings for people, rendered like rustc: place, excerpt, label, help.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet};

use super::escape::line;
use super::{Report, Sources, waived};
use crate::outputs::approval::{trust_of, unpinned_text};
use crate::text::{BookPath, Diagnostic, Fix, Location, Severity, Span, Stage};
use crate::verdicts::lint::Finding;

/// How findings are printed.
#[derive(Clone, Copy, Debug)]
pub struct HumanOptions {
    /// Whether terminal colours are used.
    pub color: bool,
    /// Width of the terminal in columns.
    pub width: usize,
    /// Whether findings of later stages are printed in full too.
    pub all_stages: bool,
}

/// A line longer than this is not quoted: the place is given alone.
const LONGEST_LINE: usize = 600;

/// How many lines of a long span are quoted.
const MOST_LINES: usize = 6;

/// Findings that are due in full, what is missing for later stages as a list, a summary, and at the end whether
/// the trust root of its approvals is unpinned.
///
/// # Errors
/// Those of the stream.
pub fn human(report: &Report<'_>, options: HumanOptions, out: &mut dyn Write) -> io::Result<()> {
    let renderer = renderer(options);
    let told = report.entries.iter().map(|entry| entry.finding).filter(|finding| finding.waived.is_none());
    let (due, later): (Vec<_>, Vec<_>) = told.partition(|finding| options.all_stages || finding.is_due());
    // One edit may mend several findings: it is drawn once.
    let mut drawn = BTreeSet::new();
    for finding in due {
        let is_new = finding.diagnostic.fix.as_ref().is_none_or(|fix| drawn.insert(fix));
        out.write_all(diagnostic(&finding.diagnostic, &report.sources, &renderer, is_new).as_bytes())?;
        out.write_all(b"\n\n")?;
    }
    missing_next(&later, &report.sources, out)?;
    let findings = report.entries.iter().map(|entry| entry.finding);
    out.write_all(waived::listed(findings, report.sources.waivers).as_bytes())?;
    let words = report.tally().words();
    match words.as_str() {
        "" => writeln!(out, "no findings")?,
        words => writeln!(out, "found {words}")?,
    }
    if report.in_baseline > 0 {
        writeln!(out, "let pass by the baseline: {}", report.in_baseline)?;
    }
    if let Some(unpinned) = unpinned_text(trust_of(report.facts).as_ref()) {
        writeln!(out, "{unpinned}")?;
    }
    if later.is_empty() {
        return Ok(());
    }
    let history = &report.facts.inputs.history;
    if let Some(why) = history.unknown.as_ref().filter(|_| history.uncommitted) {
        writeln!(out, "nothing is committed, so that every document is a draft: {why}")?;
    }
    writeln!(out, "`mcmbook check --all` shows what later stages ask for in full, with what to do")
}

/// Diagnostics that are no findings (faults of `book.toml`), each in full.
pub fn diagnostics(diagnostics: &[Diagnostic], sources: &Sources<'_>, options: HumanOptions) -> String {
    let renderer = renderer(options);
    diagnostics.iter().map(|one| diagnostic(one, sources, &renderer, true) + "\n\n").collect()
}

/// One line a finding: `path:line:column: error[MCM010]: message`, and in brackets by whom it is waived.
pub fn short(findings: &[Finding], sources: &Sources<'_>) -> String {
    findings.iter().map(|finding| short_line(finding, sources) + "\n").collect()
}

/// The same of a report, as a stream.
///
/// # Errors
/// Those of the stream.
pub fn short_lines(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let lines = report.entries.iter().map(|entry| short_line(entry.finding, &report.sources));
    lines.into_iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn short_line(finding: &Finding, sources: &Sources<'_>) -> String {
    let waiver = sources.waiver(finding).map(|waiver| format!(" ({})", line(&waiver.to_string())));
    line_of(&finding.diagnostic, sources) + &waiver.unwrap_or_default()
}

fn renderer(options: HumanOptions) -> Renderer {
    let base = if options.color { Renderer::styled() } else { Renderer::plain() };
    base.term_width(options.width.clamp(60, 200)).decor_style(DecorStyle::Ascii)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A finding as it is drawn; without its fix where that has been drawn before.
fn diagnostic(diagnostic: &Diagnostic, sources: &Sources<'_>, renderer: &Renderer, with_fix: bool) -> String {
    // The library has panicked on unusual text before; a report that cannot be drawn is still told.
    let drawn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        renderer.render(&groups(diagnostic, sources, with_fix))
    }));
    defused(drawn.unwrap_or_else(|_| line_of(diagnostic, sources)))
}

/// The library shows C0 controls as pictures and hides bidirectional ones, but lets C1 controls and line
/// separators through, and what the log of a GitHub runner obeys. What it uses itself stays: line breaks,
/// and the escapes of colours.
fn defused(mut drawn: String) -> String {
    let obeyed = |c: char| matches!(c, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}');
    if drawn.contains(obeyed) {
        drawn = drawn.replace(obeyed, "\u{fffd}");
    }
    if drawn.contains("##[") { drawn.replace("##[", "## [") } else { drawn }
}

/// A message on one line: a line of its own could be one that a runner obeys.
fn one_line(text: &str) -> Cow<'_, str> {
    match text.contains(['\n', '\r']) {
        true => text.replace(['\n', '\r'], "\u{240a}").into(),
        false => text.into(),
    }
}

fn groups<'a>(diagnostic: &'a Diagnostic, sources: &Sources<'a>, with_fix: bool) -> Vec<Group<'a>> {
    let title = level(diagnostic.severity).primary_title(one_line(&diagnostic.message)).id(diagnostic.code.0);
    let mut group = Group::with_title(title);
    if let Some(location) = &diagnostic.location {
        let same_file = diagnostic.related.iter().filter(|label| label.location.path == location.path);
        let context: Vec<(Span, &str)> =
            same_file.map(|label| (label.location.span, label.message.as_str())).collect();
        group = group.element(excerpt(location, diagnostic.label.as_deref(), &context, sources));
        for label in diagnostic.related.iter().filter(|label| label.location.path != location.path) {
            group = group.element(excerpt(&label.location, Some(&label.message), &[], sources));
        }
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(one_line(help)));
    }
    if diagnostic.fix.is_some() && !with_fix {
        group = group.element(Level::HELP.message("the change that is shown above mends this, too"));
    }
    let patch = diagnostic.fix.as_ref().filter(|_| with_fix).and_then(|fix| patch(fix, sources));
    std::iter::once(group).chain(patch).collect()
}

fn excerpt<'a>(
    location: &'a Location,
    label: Option<&'a str>,
    context: &[(Span, &'a str)],
    sources: &Sources<'a>,
) -> Element<'a> {
    let Some(text) = sources.text(&location.path) else {
        return Origin::path(location.path.as_str()).into();
    };
    let Some((start, _)) = sources.positions(&location.path, location.span) else {
        return Origin::path(location.path.as_str()).into();
    };
    let bare = || {
        let origin = Origin::path(location.path.as_str()).line(start.line as usize);
        origin.char_column(start.column as usize).into()
    };
    let Some(piece) = Piece::around(text, location.span, context) else { return bare() };
    let first_line = sources.positions(&location.path, Span::at(piece.offset)).map_or(1, |(p, _)| p.line);
    let mut snippet =
        Snippet::source(piece.text).line_start(first_line as usize).path(location.path.as_str());
    let primary = AnnotationKind::Primary.span(piece.inside(location.span)).label(label);
    snippet = snippet.annotation(primary);
    for (span, message) in context.iter().filter(|(span, _)| piece.holds(*span)) {
        snippet = snippet.annotation(AnnotationKind::Context.span(piece.inside(*span)).label(*message));
    }
    snippet.fold(true).into()
}

/// The lines of a file that an excerpt shows.
struct Piece<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Piece<'a> {
    /// The lines around a span and what belongs to it, or nothing when one of them is too long to quote.
    fn around(text: &'a str, span: Span, context: &[(Span, &str)]) -> Option<Piece<'a>> {
        let near = |other: &&(Span, &str)| other.0.start.abs_diff(span.start) < 40_000;
        let all = context.iter().filter(near).fold(span, |sum, (other, _)| sum.to(*other));
        let start = text[..all.start as usize].rfind('\n').map_or(0, |at| at + 1);
        let end = text[all.end as usize..].find('\n').map_or(text.len(), |at| all.end as usize + at);
        let piece = &text[start..end];
        let quotable = piece.lines().all(|line| line.len() <= LONGEST_LINE);
        quotable.then_some(Piece { text: piece, offset: start })
    }

    fn holds(&self, span: Span) -> bool {
        span.start as usize >= self.offset && span.end as usize <= self.offset + self.text.len()
    }

    /// The span inside the piece; one over many lines is cut to its first ones.
    fn inside(&self, span: Span) -> std::ops::Range<usize> {
        let start = span.start as usize - self.offset;
        let end = (span.end as usize - self.offset).min(self.text.len());
        // The line break at the end of a block belongs to no line that could be marked.
        let end = start + self.text[start..end].trim_end_matches(['\n', '\r']).len();
        let breaks = self.text[start..end].match_indices('\n').map(|(at, _)| start + at);
        let cut = breaks.clone().nth(MOST_LINES - 1);
        start..cut.unwrap_or(end)
    }
}

/// The fix as a patch of the one file it changes.
fn patch<'a>(fix: &'a Fix, sources: &Sources<'a>) -> Option<Group<'a>> {
    let path: &BookPath = &fix.edits.first()?.location.path;
    let text = sources.text(path)?;
    let all = fix.edits.iter().map(|edit| edit.location.span).reduce(Span::to)?;
    let piece = Piece::around(text, all, &[])?;
    let first_line = sources.positions(path, Span::at(piece.offset)).map_or(1, |(p, _)| p.line);
    let patches = fix.edits.iter().filter(|edit| edit.location.path == *path);
    let patches = patches.map(|edit| {
        let span = edit.location.span;
        let range = span.start as usize - piece.offset..span.end as usize - piece.offset;
        Patch::new(range, edit.text.as_str())
    });
    let snippet = Snippet::source(piece.text).line_start(first_line as usize).path(path.as_str());
    Some(Level::HELP.secondary_title(one_line(&fix.title)).element(snippet.patches(patches)))
}

fn line_of(diagnostic: &Diagnostic, sources: &Sources<'_>) -> String {
    let (place, message) = (place_of(diagnostic, sources), line(&diagnostic.message));
    format!("{place}{}[{}]: {message}", word(diagnostic.severity), diagnostic.code)
}

/// `path:line:column: `; nothing for what concerns the book as a whole.
fn place_of(diagnostic: &Diagnostic, sources: &Sources<'_>) -> String {
    let Some(location) = &diagnostic.location else { return String::new() };
    match sources.positions(&location.path, location.span) {
        Some((start, _)) => format!("{}:{}:{}: ", location.path, start.line, start.column),
        None => format!("{}: ", location.path),
    }
}

/// What documents lack for the steps that they have not reached yet, a list for each file and step.
fn missing_next(later: &[&Finding], sources: &Sources<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut last: Option<(Option<&BookPath>, Stage)> = None;
    let mut sorted: Vec<&&Finding> = later.iter().collect();
    sorted.sort_by_key(|finding| (finding.diagnostic.path(), finding.diagnostic.stage));
    for finding in sorted {
        let diagnostic = &finding.diagnostic;
        let here = (diagnostic.path(), diagnostic.stage);
        if last != Some(here) {
            let what = here.0.map_or("the book", BookPath::as_str);
            writeln!(out, "next: {what} lacks for {}:", here.1.name())?;
            last = Some(here);
        }
        let place = place_of(diagnostic, sources);
        writeln!(out, "  {place}{} {}", diagnostic.code, line(&diagnostic.message))?;
    }
    if last.is_some() { writeln!(out) } else { Ok(()) }
}
