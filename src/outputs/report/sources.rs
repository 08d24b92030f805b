//! The texts that reports quote, and where their lines begin.

use foldhash::HashMap;

use crate::analysis::Analysis;
use crate::inputs::policy::Waiver;
use crate::text::{BookPath, ContentHash, Position, SourceFile, Span};
use crate::verdicts::lint::Finding;

/// The texts that reports quote.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    files: HashMap<&'a BookPath, &'a SourceFile>,
    /// By which findings are let pass: what [`Finding::waived`] counts.
    pub(super) waivers: &'a [Waiver],
}

impl<'a> Sources<'a> {
    /// These files.
    pub fn of(files: impl IntoIterator<Item = &'a SourceFile>) -> Sources<'a> {
        Sources { files: files.into_iter().map(|file| (&file.path, file)).collect(), waivers: &[] }
    }

    /// The sources of an analysis.
    pub fn of_analysis(analysis: &'a Analysis) -> Sources<'a> {
        let inputs = &analysis.facts.inputs;
        let logs = inputs.attachments.iter().filter_map(|attachment| attachment.text.as_ref());
        let settings = inputs.config.file.iter().chain(inputs.policy.files());
        let sources = Sources::of(inputs.sources.iter().chain(logs).chain(settings));
        Sources { waivers: &analysis.facts.waivers, ..sources }
    }

    /// The text of a file.
    pub fn text(&self, path: &BookPath) -> Option<&'a str> {
        self.files.get(path).map(|file| &*file.text)
    }

    /// The hash of a file.
    pub fn hash(&self, path: &BookPath) -> Option<ContentHash> {
        self.files.get(path).map(|file| file.hash)
    }

    /// The waiver that lets a finding pass.
    pub fn waiver(&self, finding: &Finding) -> Option<&'a Waiver> {
        self.waivers.get(finding.waived?)
    }

    /// Where a span begins and ends.
    pub fn positions(&self, path: &BookPath, span: Span) -> Option<(Position, Position)> {
        let file = self.files.get(path)?;
        Some((file.position(span.start), file.position(span.end)))
    }

    /// The column of a position in bytes, from 1.
    pub(super) fn byte_column(&self, path: &BookPath, position: Position) -> u32 {
        let start = self
            .files
            .get(path)
            .and_then(|file| file.lines().start(position.line).map(|start| file.offset_in_file(start)));
        position.byte - start.unwrap_or(position.byte) + 1
    }
}
