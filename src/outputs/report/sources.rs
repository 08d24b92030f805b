//! The texts that reports quote, and where their lines begin.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Analysis;
use crate::inputs::policy::Waiver;
use crate::text::{BookPath, Diagnostic, LineIndex, Position, SourceFile, Span};
use crate::verdicts::lint::Finding;

/// The texts that reports quote, and where their lines begin: each file is looked through once.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    files: BTreeMap<BookPath, (&'a SourceFile, LineIndex)>,
    /// By which findings are let pass: what [`Finding::waived`] counts.
    pub(super) waivers: &'a [Waiver],
}

impl<'a> Sources<'a> {
    /// The sources that these diagnostics point into.
    pub fn of<'d>(
        diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
        files: impl IntoIterator<Item = &'a SourceFile>,
    ) -> Sources<'a> {
        let places = |diagnostic: &'d Diagnostic| {
            let related = diagnostic.related.iter().map(|label| &label.location);
            let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits).map(|edit| &edit.location);
            diagnostic.location.iter().chain(related).chain(edits).map(|location| &location.path)
        };
        let wanted: BTreeSet<&BookPath> = diagnostics.into_iter().flat_map(places).collect();
        let files = files.into_iter().filter(|file| wanted.contains(&file.path));
        let indexed = |file: &'a SourceFile| (file.path.clone(), (file, LineIndex::new(&file.text)));
        Sources { files: files.map(indexed).collect(), waivers: &[] }
    }

    /// The sources of an analysis.
    pub fn of_analysis(analysis: &'a Analysis) -> Sources<'a> {
        let inputs = &analysis.facts.inputs;
        let logs = inputs.attachments.iter().filter_map(|attachment| attachment.text.as_ref());
        let diagnostics = analysis.findings.iter().map(|finding| &*finding.diagnostic);
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
        let position = |offset: u32| {
            let position = index.position(&file.text, offset as usize);
            Position { byte: file.offset_in_file(position.byte), ..position }
        };
        Some((position(span.start), position(span.end)))
    }

    /// The column of a position in bytes, from 1.
    pub(super) fn byte_column(&self, path: &BookPath, position: Position) -> u32 {
        let start = self
            .files
            .get(path)
            .and_then(|(file, index)| index.start(position.line).map(|start| file.offset_in_file(start)));
        position.byte - start.unwrap_or(position.byte) + 1
    }
}
