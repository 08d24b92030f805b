//! Findings as text and as data.

mod human;
mod json;
mod waived;

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::inputs::policy::Waiver;
use crate::text::{BookPath, Diagnostic, LineIndex, Position, Severity, SourceFile, Span};
use crate::verdicts::lint::Finding;

pub use human::{HumanOptions, diagnostics, human, short};
pub use json::json;

/// The texts that reports quote, and where their lines begin.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    files: BTreeMap<BookPath, (&'a SourceFile, LineIndex)>,
    /// By which findings are let pass: what [`Finding::waived`] counts.
    waivers: &'a [Waiver],
}

impl<'a> Sources<'a> {
    /// The sources that these diagnostics point into.
    pub fn of<'d>(
        diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
        files: impl IntoIterator<Item = &'a SourceFile>,
    ) -> Sources<'a> {
        let places = |diagnostic: &'d Diagnostic| {
            let related = diagnostic.related.iter().map(|label| &label.location);
            diagnostic.location.iter().chain(related).map(|location| &location.path)
        };
        let wanted: std::collections::BTreeSet<&BookPath> =
            diagnostics.into_iter().flat_map(places).collect();
        let files = files.into_iter().filter(|file| wanted.contains(&file.path));
        let indexed = |file: &'a SourceFile| (file.path.clone(), (file, LineIndex::new(&file.text)));
        Sources { files: files.map(indexed).collect(), waivers: &[] }
    }

    /// The sources of an analysis.
    pub fn of_analysis(analysis: &'a Analysis) -> Sources<'a> {
        let inputs = &analysis.facts.inputs;
        let logs = inputs.attachments.iter().filter_map(|attachment| attachment.text.as_ref());
        let diagnostics = analysis.findings.iter().map(|finding| &finding.diagnostic);
        let settings = inputs.config.file.iter().chain(inputs.policy.files());
        let sources = Sources::of(diagnostics, inputs.sources.iter().chain(logs).chain(settings));
        Sources { waivers: &analysis.facts.waivers, ..sources }
    }

    /// The text of a file.
    pub fn text(&self, path: &BookPath) -> Option<&'a str> {
        self.files.get(path).map(|(file, _)| &*file.text)
    }

    /// The waiver that lets a finding pass.
    pub fn waiver(&self, finding: &Finding) -> Option<&'a Waiver> {
        self.waivers.get(finding.waived?)
    }

    /// Where a span begins and ends.
    pub fn positions(&self, path: &BookPath, span: Span) -> Option<(Position, Position)> {
        let (file, index) = self.files.get(path)?;
        let position = |offset: u32| index.position(&file.text, offset as usize);
        Some((position(span.start), position(span.end)))
    }
}

/// How many findings of each severity count now, and how many come later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Errors that are due.
    pub errors: usize,
    /// Warnings that are due.
    pub warnings: usize,
    /// Notes that are due.
    pub infos: usize,
    /// Findings of a stage that their document has not reached.
    pub later: usize,
    /// Findings that somebody answers for, due or not; they count nowhere else.
    pub waived: usize,
}

impl Tally {
    /// Counts findings.
    pub fn of(findings: &[Finding]) -> Tally {
        let mut tally = Tally::default();
        for finding in findings {
            let slot = match (finding.is_due(), finding.diagnostic.severity) {
                _ if finding.waived.is_some() => &mut tally.waived,
                (false, _) => &mut tally.later,
                (true, Severity::Error) => &mut tally.errors,
                (true, Severity::Warning) => &mut tally.warnings,
                (true, Severity::Info) => &mut tally.infos,
            };
            *slot += 1;
        }
        tally
    }
}
