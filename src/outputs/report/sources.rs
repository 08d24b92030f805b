//! The texts that reports quote, and where their lines begin.

use foldhash::HashMap;

use crate::analysis::Analysis;
use crate::facts::Facts;
use crate::inputs::policy::Waiver;
use crate::text::{BookPath, ContentHash, Position, SourceFile, Span};
use crate::verdicts::lint::Finding;

/// The texts that reports quote.
#[derive(Debug, Default)]
pub struct Sources<'a> {
    /// The book, which finds its documents and logs by itself.
    facts: Option<&'a Facts>,
    /// Files beside it.
    files: HashMap<&'a BookPath, &'a SourceFile>,
    /// By which findings are let pass: what [`Finding::waived`] counts.
    pub(super) waivers: &'a [Waiver],
}

impl<'a> Sources<'a> {
    /// These files.
    pub fn of(files: impl IntoIterator<Item = &'a SourceFile>) -> Sources<'a> {
        let files = files.into_iter().map(|file| (&file.path, file)).collect();
        Sources { files, ..Sources::default() }
    }

    /// The sources of an analysis.
    pub fn of_analysis(analysis: &'a Analysis) -> Sources<'a> {
        let (facts, inputs) = (&analysis.facts, &analysis.facts.inputs);
        let settings = inputs.config.file.iter().chain(inputs.policy.files());
        Sources { facts: Some(facts), waivers: &facts.waivers, ..Sources::of(settings) }
    }

    fn file(&self, path: &BookPath) -> Option<&'a SourceFile> {
        let of_book = || {
            let facts = self.facts?;
            let attachment = || facts.inputs.attachments[facts.book.attachment(path)?].text.as_ref();
            let document = facts.book.at_path(path).map(|index| &facts.book.document(index).source);
            document.or_else(attachment)
        };
        self.files.get(path).copied().or_else(of_book)
    }

    /// The text of a file.
    pub fn text(&self, path: &BookPath) -> Option<&'a str> {
        self.file(path).map(|file| &*file.text)
    }

    /// The hash of a file.
    pub fn hash(&self, path: &BookPath) -> Option<ContentHash> {
        self.file(path).map(|file| file.hash)
    }

    /// The waiver that lets a finding pass.
    pub fn waiver(&self, finding: &Finding) -> Option<&'a Waiver> {
        self.waivers.get(finding.waived?)
    }

    /// Where a span begins and ends.
    pub fn positions(&self, path: &BookPath, span: Span) -> Option<(Position, Position)> {
        let file = self.file(path)?;
        Some((file.position(span.start), file.position(span.end)))
    }

    /// The column of a position in bytes, from 1.
    pub(super) fn byte_column(&self, path: &BookPath, position: Position) -> u32 {
        let start = self
            .file(path)
            .and_then(|file| file.lines().start(position.line).map(|start| file.offset_in_file(start)));
        position.byte - start.unwrap_or(position.byte) + 1
    }
}
