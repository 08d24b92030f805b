//! List items: their first paragraphs, and the boxes of tasks.

use std::ops::Range;

use crate::inputs::document::markdown::{Item, Outline, Task};
use crate::text::Span;

/// The items around the place, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Items {
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    start: usize,
    /// Whether it belongs to a list at the outermost level, whose items the outline keeps.
    outermost: bool,
    state: State,
    /// Whether it has a box, and the box a tick.
    done: Option<bool>,
    /// The first paragraph without markup, for a task.
    plain: String,
    /// The first paragraph as written, up to `copied`, for an item that is kept.
    written: String,
    /// Where the source goes on that is not in `written` yet; nothing after a line's end.
    copied: Option<usize>,
    /// The end of the first paragraph's last inline element so far.
    end: usize,
}

/// Where the place is, seen from the item's first paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Before,
    Within,
    After,
}

impl Items {
    /// An item begins.
    pub(super) fn start(&mut self, range: Range<usize>, outermost: bool) {
        self.open.push(Open {
            start: range.start,
            outermost,
            state: State::Before,
            done: None,
            plain: String::new(),
            written: String::new(),
            copied: None,
            end: range.start,
        });
    }

    /// The innermost item has a box.
    pub(super) fn tick(&mut self, done: bool) {
        if let Some(item) = self.open.last_mut() {
            item.done = Some(done);
        }
    }

    /// Takes an inline element by its place.
    pub(super) fn inline(&mut self, range: Range<usize>) {
        if let Some(item) = self.in_paragraph() {
            item.reach(range);
        }
    }

    /// Takes text.
    pub(super) fn text(&mut self, text: &str, range: Range<usize>) {
        if let Some(item) = self.in_paragraph() {
            item.reach(range);
            if item.done.is_some() {
                item.plain += text;
            }
        }
    }

    /// Takes a code span: without its backticks.
    pub(super) fn code(&mut self, code: &str, range: Range<usize>, source: &str) {
        let Some(item) = self.in_paragraph() else { return };
        item.reach(range.clone());
        if item.done.is_some() {
            item.plain += code;
        }
        if item.outermost {
            let from = item.copied.unwrap_or(range.start);
            item.written += &source[from..range.start];
            item.written += code;
            item.copied = Some(range.end);
        }
    }

    /// Takes the end of a line: one space, whatever indentation follows.
    pub(super) fn line_break(&mut self, range: Range<usize>, source: &str) {
        let Some(item) = self.in_paragraph() else { return };
        if item.done.is_some() {
            item.plain.push(' ');
        }
        if item.outermost {
            if let Some(from) = item.copied.take() {
                item.written += source[from..range.start].trim_end();
            }
            item.written.push(' ');
        }
    }

    /// A block begins or ends: if the innermost item was in its first paragraph, that is over.
    pub(super) fn end_paragraph(&mut self, source: &str, outline: &mut Outline) {
        let Some(item) = self.open.last_mut() else { return };
        if item.state == State::After {
            return;
        }
        item.state = State::After;
        if let Some(from) = item.copied.filter(|_| item.outermost) {
            item.written += &source[from..item.end];
        }
        if let Some(done) = item.done {
            let text = trimmed(std::mem::take(&mut item.plain));
            outline.tasks.push(Task { done, text, span: Span::new(item.start, item.end) });
        }
    }

    /// The innermost item ends.
    pub(super) fn end(&mut self, range: Range<usize>, source: &str, outline: &mut Outline) {
        let Some(item) = self.open.pop().filter(|item| item.outermost) else { return };
        let span = Span::new(range.start, range.start + source[range].trim_end().len());
        if let Some(list) = outline.lists.last_mut() {
            list.items.push(Item { text: trimmed(item.written), span });
        }
    }

    /// The innermost item, if its first paragraph has not ended.
    fn in_paragraph(&mut self) -> Option<&mut Open> {
        self.open.last_mut().filter(|item| item.state != State::After)
    }
}

/// The text without white space around it; most has none, and is not copied.
fn trimmed(text: String) -> String {
    let inner = text.trim();
    if inner.len() == text.len() { text } else { inner.to_owned() }
}

impl Open {
    fn reach(&mut self, range: Range<usize>) {
        self.state = State::Within;
        self.end = self.end.max(range.end);
        self.copied.get_or_insert(range.start);
    }
}
