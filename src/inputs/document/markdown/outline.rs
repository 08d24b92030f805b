//! The outline of a body.

mod comments;
mod fence;
mod items;
mod origin;
mod sections;
mod tables;

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag, TagEnd};

use self::items::Items;
use self::origin::Origin;
use self::sections::{Nest, Sections};
use self::tables::Tables;
use super::run::{Part, Run};
use super::words::Words;
use super::{CodeBlock, Link, List, Outline};
use crate::inputs::document::Fault;
use crate::text::Span;

/// How many links and images, one inside the other, are given their text. Images can be nested as deep as
/// the file is long, and each would repeat the text of all that it holds.
const MAX_NESTED_LINKS: usize = 8;

/// Walks the body once; an unclosed fence that hides headings goes to `faults` as MCM011.
///
/// A body with other line ends is read with LF in their place; the spans are those of the file all the same.
pub fn outline(text: &str, body: Span, faults: &mut Vec<Fault>) -> Outline {
    let source = body.slice(text);
    let without_mark = source.trim_start_matches('\u{feff}');
    let base = body.start as usize + source.len() - without_mark.len();
    let source = without_mark;
    let (mut outline, mut unclosed) = read(&super::prepared(source));
    let origin = Origin::new(source, base);
    origin.place(&mut outline);
    if let Some(block) = &mut unclosed {
        origin.place_span(block);
    }
    faults.extend(unclosed.and_then(|block| fence::fault(text, block)));
    outline
}

/// The outline with offsets of the source, and a fenced block that is never closed.
fn read(source: &str) -> (Outline, Option<Span>) {
    let mut walk = Walk::new(source);
    let mut seen = comments::may_be_in(source).then(Vec::new);
    for (event, range) in super::parser(source, false).into_offset_iter() {
        if let (Some(seen), Event::Text(_) | Event::Code(_) | Event::Html(_) | Event::InlineHtml(_)) =
            (&mut seen, &event)
        {
            seen.push(range.clone());
        }
        walk.event(event, range);
    }
    walk.outline.comments = seen.map_or_else(Vec::new, |seen| comments::find(source, seen));
    walk.sections.finish(source.len(), &walk.words, &mut walk.outline);
    walk.outline.words = walk.words.count();
    (walk.outline, walk.unclosed)
}

/// What is known between two events.
struct Walk<'a> {
    source: &'a str,
    outline: Outline,
    words: Words,
    run: Run<'a>,
    sections: Sections,
    items: Items,
    tables: Tables,
    /// Lists, quotes and footnotes around the place.
    containers: usize,
    /// Footnotes among them.
    footnotes: usize,
    /// Links and images around the place: index, start of its text in `link_text`, whether an image.
    links: Vec<(usize, usize, bool)>,
    link_text: String,
    in_code_block: bool,
    /// A fenced block outside of containers that the end of the file closed.
    unclosed: Option<Span>,
}

impl<'a> Walk<'a> {
    fn new(source: &'a str) -> Walk<'a> {
        Walk {
            source,
            outline: Outline::default(),
            words: Words::default(),
            run: Run::default(),
            sections: Sections::default(),
            items: Items::default(),
            tables: Tables::default(),
            containers: 0,
            footnotes: 0,
            links: Vec::new(),
            link_text: String::new(),
            in_code_block: false,
            unclosed: None,
        }
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Text(text) => return self.text(text, range),
            _ => self.flush(),
        }
        match event {
            Event::Start(tag) if is_inline(&tag) => self.start_inline(tag, range),
            Event::Start(tag) => self.start_block(tag, range),
            Event::End(TagEnd::Link | TagEnd::Image) => self.end_link(),
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {}
            Event::End(tag) => self.end_block(tag, range),
            Event::Code(code) => {
                self.show(&code);
                self.items.code(&code, range, self.source);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.words.pause();
                self.sections.line_break();
                if !self.links.is_empty() {
                    self.link_text.push(' ');
                }
                self.items.line_break(range, self.source);
            }
            Event::InlineHtml(_) => {
                self.outline.html.push(Span::from(range.clone()));
                self.items.inline(range);
            }
            Event::FootnoteReference(_) => self.items.inline(range),
            Event::TaskListMarker(done) => self.items.tick(done),
            Event::Rule => {
                self.words.pause();
                self.items.end_paragraph(self.source, &mut self.outline);
            }
            Event::Text(_) | Event::Html(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        if self.in_code_block {
            if let Some(block) = self.outline.code.last_mut() {
                block.text += &text;
            }
            return;
        }
        self.show(&text);
        self.items.text(&text, range.clone());
        if self.links.is_empty() {
            self.run.push(text, range);
        }
    }

    /// Takes text that readers see, of a text or a code span.
    fn show(&mut self, text: &str) {
        self.words.feed(text);
        self.tables.text(text);
        self.sections.title(text, self.links.iter().any(|(_, _, image)| *image));
        if !self.links.is_empty() {
            self.link_text += text;
        }
    }

    /// Ends a run of text: its bare addresses are links.
    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let links = &mut self.outline.links;
        self.run.flush(self.source, |part| {
            if let Part::Link { text, prefix, source } = part {
                let span = Span::from(source);
                let target = format!("{prefix}{text}");
                links.push(Link { target, text: text.to_owned(), span, image: false });
            }
        });
    }

    fn start_inline(&mut self, tag: Tag<'a>, range: Range<usize>) {
        self.items.inline(range.clone());
        let image = matches!(tag, Tag::Image { .. });
        if let Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. } = tag {
            if self.links.is_empty() {
                self.link_text.clear();
            }
            self.links.push((self.outline.links.len(), self.link_text.len(), image));
            let target = super::target_of(link_type, dest_url).into_owned();
            let span = Span::from(range);
            self.outline.links.push(Link { target, text: String::new(), span, image });
        }
    }

    fn end_link(&mut self) {
        let is_near = self.links.len() <= MAX_NESTED_LINKS;
        if let Some((index, start, _)) = self.links.pop().filter(|_| is_near) {
            self.outline.links[index].text = self.link_text[start..].trim().to_owned();
        }
    }

    fn start_block(&mut self, tag: Tag<'a>, range: Range<usize>) {
        self.words.pause();
        if !matches!(tag, Tag::Paragraph) {
            self.items.end_paragraph(self.source, &mut self.outline);
        }
        match tag {
            Tag::List(_) => {
                if self.containers == 0 {
                    let list = List { span: self.trimmed(&range), items: Vec::new() };
                    self.outline.lists.push(list);
                }
                self.containers += 1;
            }
            Tag::Item => self.items.start(range, self.containers == 1),
            Tag::BlockQuote(_) => self.containers += 1,
            Tag::FootnoteDefinition(_) => {
                self.containers += 1;
                self.footnotes += 1;
            }
            Tag::Heading { .. } => self.sections.start(self.words.count()),
            Tag::CodeBlock(kind) => self.start_code(kind, range),
            Tag::HtmlBlock => self.outline.html.push(self.trimmed(&range)),
            Tag::Table(_) if self.containers == 0 => self.tables.start(self.trimmed(&range)),
            Tag::TableCell => self.tables.start_cell(&range, self.source),
            _ => {}
        }
    }

    fn start_code(&mut self, kind: CodeBlockKind<'a>, range: Range<usize>) {
        let info = match &kind {
            CodeBlockKind::Fenced(info) => info,
            CodeBlockKind::Indented => "",
        };
        let fenced = matches!(kind, CodeBlockKind::Fenced(_));
        if fenced && self.containers == 0 && !fence::is_closed(&self.source[range.clone()]) {
            self.unclosed = Some(Span::from(range.clone()));
        }
        self.in_code_block = true;
        let language = super::language_of(info).into_owned();
        let span = self.trimmed(&range);
        let text = String::with_capacity(range.len());
        self.outline.code.push(CodeBlock { language, fenced, span, text });
    }

    fn end_block(&mut self, tag: TagEnd, range: Range<usize>) {
        self.words.pause();
        self.items.end_paragraph(self.source, &mut self.outline);
        match tag {
            TagEnd::List(_) | TagEnd::BlockQuote(_) => self.containers -= 1,
            TagEnd::FootnoteDefinition => {
                self.containers -= 1;
                self.footnotes -= 1;
            }
            TagEnd::Item => self.items.end(range, self.source, &mut self.outline),
            TagEnd::Heading(level) => {
                let span = self.trimmed(&range);
                let nest = match (self.containers, self.footnotes) {
                    (0, _) => Nest::None,
                    (_, 0) => Nest::Container,
                    _ => Nest::Footnote,
                };
                let after = Span::at(after_line(self.source, span.end as usize));
                self.sections.end((level as u8, span, after), nest, &self.words, &mut self.outline);
            }
            TagEnd::CodeBlock => self.in_code_block = false,
            TagEnd::TableRow | TagEnd::TableHead => self.tables.end_row(),
            TagEnd::Table => self.outline.tables.extend(self.tables.end()),
            _ => {}
        }
    }

    /// Without the white space at the end, which pulldown-cmark counts in.
    fn trimmed(&self, range: &Range<usize>) -> Span {
        let text = self.source[range.clone()].trim_end();
        Span::new(range.start, range.start + text.len())
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// The start of the line after the one that holds the offset.
fn after_line(source: &str, offset: usize) -> usize {
    source[offset..].find('\n').map_or(source.len(), |length| offset + length + 1)
}

#[cfg(test)]
mod tests;
