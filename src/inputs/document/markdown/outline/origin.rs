//! From offsets of what was parsed to offsets of the file.

use crate::inputs::document::markdown::{List, Outline};
use crate::text::Span;

/// Where the parsed text stands in the file.
pub(super) struct Origin {
    base: usize,
    /// Offsets, in the parsed text, of the line feeds that are CRLF in the file.
    shortened: Vec<usize>,
}

impl Origin {
    /// For a source that begins at `base` and was parsed with LF in place of CRLF.
    pub(super) fn new(source: &str, base: usize) -> Origin {
        let mut origin = Origin { base, shortened: Vec::new() };
        if source.contains('\r') {
            let returns = source.match_indices("\r\n").enumerate();
            origin.shortened.extend(returns.map(|(index, (at, _))| at - index));
        }
        origin
    }

    /// Moves every span of an outline to its place in the file.
    pub(super) fn place(&self, outline: &mut Outline) {
        if self.base == 0 && self.shortened.is_empty() {
            return;
        }
        let items = |list: &mut List| {
            self.place_span(&mut list.span);
            list.items.iter_mut().for_each(|item| self.place_span(&mut item.span));
        };
        for heading in &mut outline.headings {
            self.place_span(&mut heading.span);
            self.place_span(&mut heading.section);
        }
        outline.links.iter_mut().for_each(|link| self.place_span(&mut link.span));
        outline.code.iter_mut().for_each(|block| self.place_span(&mut block.span));
        outline.tasks.iter_mut().for_each(|task| self.place_span(&mut task.span));
        outline.lists.iter_mut().for_each(items);
        for table in &mut outline.tables {
            self.place_span(&mut table.span);
            let rows = table.rows.iter_mut().flatten();
            table.head.iter_mut().chain(rows).for_each(|cell| self.place_span(&mut cell.span));
        }
        outline.html.iter_mut().for_each(|span| self.place_span(span));
        outline.comments.iter_mut().for_each(|comment| self.place_span(&mut comment.span));
    }

    /// Moves one span.
    pub(super) fn place_span(&self, span: &mut Span) {
        *span = Span::new(self.offset(span.start as usize), self.offset(span.end as usize));
    }

    fn offset(&self, parsed: usize) -> usize {
        self.base + parsed + self.shortened.partition_point(|at| *at < parsed)
    }
}
