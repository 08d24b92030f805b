//! Headings and the sections that they open.

use super::Words;
use crate::inputs::document::markdown::{Heading, Outline, Slugger};
use crate::text::Span;

/// What is known of the headings so far.
#[derive(Debug, Default)]
pub(super) struct Sections {
    slugger: Slugger,
    /// Whether a heading is open, and the words before it.
    open: Option<u32>,
    title: String,
    /// What GitHub makes the anchor from: no alternative texts of images, line breaks as they are.
    slug: String,
    /// Words in titles so far; the rest of all words is prose.
    title_words: u32,
    /// The words of prose before each heading of the outline.
    prose_before: Vec<u32>,
}

/// What a heading stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nest {
    /// In the body itself.
    None,
    /// In a list or a quote.
    Container,
    /// In a footnote.
    Footnote,
}

impl Sections {
    /// A heading begins.
    pub(super) fn start(&mut self, words: u32) {
        self.open = Some(words);
        self.title.clear();
        self.slug.clear();
    }

    /// Takes a piece of text, if a heading is open.
    pub(super) fn title(&mut self, text: &str, in_image: bool) {
        if self.open.is_some() {
            self.title += text;
            if !in_image {
                self.slug += text;
            }
        }
    }

    /// Takes the end of a line, if a heading is open.
    pub(super) fn line_break(&mut self) {
        if self.open.is_some() {
            self.title.push(' ');
            self.slug.push('\n');
        }
    }

    /// A heading ends: its level, its place, and the place after its line. A nested one opens no section.
    ///
    /// Every heading uses up its anchor; one in a footnote has none that can be relied on, since a footnote
    /// that nothing refers to is not shown.
    pub(super) fn end(
        &mut self,
        (level, span, after): (u8, Span, Span),
        nest: Nest,
        words: &Words,
        outline: &mut Outline,
    ) {
        let anchor = self.slugger.slug(&self.slug);
        let before = self.open.take().unwrap_or_default();
        match nest {
            Nest::None => {}
            Nest::Container => return outline.nested_anchors.push(anchor),
            Nest::Footnote => return,
        }
        self.title_words += words.count() - before;
        self.prose_before.push(words.count() - self.title_words);
        let text = self.title.trim().to_owned();
        outline.headings.push(Heading { level, text, anchor, span, section: after, words: 0 });
    }

    /// The text ends: every section has its end.
    ///
    /// One walk with the stack of the sections that are open, whatever the order of levels.
    pub(super) fn finish(self, end: usize, words: &Words, outline: &mut Outline) {
        let headings = &mut outline.headings;
        let mut open: Vec<usize> = Vec::new();
        let close = |headings: &mut [Heading], index: usize, end: usize, prose: u32| {
            let heading = &mut headings[index];
            heading.section = Span::new(heading.section.start as usize, end);
            heading.words = prose - self.prose_before[index];
        };
        for index in 0..headings.len() {
            let (level, start) = (headings[index].level, headings[index].span.start as usize);
            while let Some(last) = open.pop_if(|last| headings[*last].level >= level) {
                close(headings, last, start, self.prose_before[index]);
            }
            open.push(index);
        }
        let prose = words.count() - self.title_words;
        open.into_iter().for_each(|index| close(headings, index, end, prose));
    }
}
