//! Tables of a body, cell by cell.

use std::ops::Range;

use crate::inputs::document::markdown::{Cell, Table};
use crate::text::Span;

/// The table around the place, as far as it was read.
#[derive(Debug, Default)]
pub(super) struct Tables {
    table: Option<Table>,
    row: Vec<Cell>,
    has_head: bool,
}

impl Tables {
    /// A table outside of containers begins.
    pub(super) fn start(&mut self, span: Span) {
        *self = Tables { table: Some(Table { span, ..Table::default() }), ..Tables::default() };
    }

    /// A cell begins.
    pub(super) fn start_cell(&mut self, range: &Range<usize>, source: &str) {
        if self.table.is_none() {
            return;
        }
        let is_edge = |c: char| c == '|' || c.is_whitespace();
        let text = &source[range.clone()];
        let from_inner = text.trim_start_matches(is_edge);
        let inner = from_inner.trim_end_matches(is_edge);
        let before = if inner.is_empty() { 0 } else { text.len() - from_inner.len() };
        let start = range.start + before;
        self.row.push(Cell { text: String::new(), span: Span::new(start, start + inner.len()) });
    }

    /// Text that readers see.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(cell) = self.row.last_mut() {
            cell.text += text;
        }
    }

    /// A row, or the head, ends.
    pub(super) fn end_row(&mut self) {
        let Some(table) = &mut self.table else { return };
        let mut row = std::mem::take(&mut self.row);
        for cell in &mut row {
            let trimmed = cell.text.trim();
            if trimmed.len() < cell.text.len() {
                cell.text = trimmed.to_owned();
            }
        }
        if self.has_head {
            table.rows.push(row);
        } else {
            table.head = row;
            self.has_head = true;
        }
    }

    /// The table ends.
    pub(super) fn end(&mut self) -> Option<Table> {
        self.table.take()
    }
}
