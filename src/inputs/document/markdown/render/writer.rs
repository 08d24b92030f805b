//! Events to HTML.
//!
//! STRATEGY: one walk, one string. What can only be known after an element's content (the anchor of a
//! heading, whether an item is a task) is put in at a remembered place shortly before the end of the string.
//! Footnote definitions are written to strings of their own and appended at the end. Nothing recurses: how
//! deep the place is nested is counted.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd};

use super::footnotes::Footnotes;
use super::links::{self, Image, Place};
use super::tables::Tables;
use super::{Dress, MAX_DEPTH, html};
use crate::inputs::document::markdown::run::{self, Part, Run};
use crate::inputs::document::markdown::{Slugger, target_of};

/// Writes one body.
pub(super) struct Writer<'a, 'o> {
    pub(super) source: &'a str,
    pub(super) dress: Dress<'o>,
    pub(super) out: String,
    pub(super) run: Run<'a>,
    pub(super) slugger: Slugger,
    pub(super) tables: Tables,
    pub(super) footnotes: Footnotes,
    /// Lists, items and quotes around the place.
    pub(super) containers: usize,
    /// Inline elements around the place.
    pub(super) inlines: usize,
    /// Whether a paragraph, heading or cell is open, so that text may follow.
    pub(super) in_leaf: bool,
    /// Whether a paragraph is open that stands for an item nested too deep.
    pub(super) in_flat_paragraph: bool,
    /// Where attributes of the last opened `li` go.
    pub(super) item: Option<usize>,
    /// The open link.
    pub(super) link: Option<OpenLink<'a>>,
    /// Images around the place; their text goes to `alt`.
    pub(super) images: usize,
    pub(super) image: (CowStr<'a>, CowStr<'a>),
    pub(super) alt: String,
    pub(super) heading: Heading,
    /// The language of the open code block.
    pub(super) language: Option<String>,
    pub(super) code: String,
}

/// A link whose text is being written.
pub(super) struct OpenLink<'a> {
    target: Cow<'a, str>,
    close: &'static str,
    /// Where its text begins.
    start: usize,
    /// Links inside it: an autolink can stand in the text of a link, and is text there.
    inside: usize,
}

/// The open heading, or the last one.
#[derive(Debug, Default)]
pub(super) struct Heading {
    pub(super) is_open: bool,
    /// Where its tag goes.
    pub(super) at: usize,
    /// What the anchor is made of.
    pub(super) slug: String,
    /// Its text, for the names of tables below it.
    pub(super) text: String,
    /// Whether a heading of the body itself has ended.
    pub(super) is_behind_first: bool,
}

impl<'a, 'o> Writer<'a, 'o> {
    pub(super) fn new(source: &'a str, dress: Dress<'o>) -> Writer<'a, 'o> {
        Writer {
            source,
            dress,
            out: String::with_capacity(source.len() + source.len() / 2),
            run: Run::default(),
            slugger: Slugger::default(),
            tables: Tables::default(),
            footnotes: Footnotes::default(),
            containers: 0,
            inlines: 0,
            in_leaf: false,
            in_flat_paragraph: false,
            item: None,
            link: None,
            images: 0,
            image: (CowStr::Borrowed(""), CowStr::Borrowed("")),
            alt: String::new(),
            heading: Heading::default(),
            language: None,
            code: String::new(),
        }
    }

    /// Writes everything that the parser finds.
    pub(super) fn write(mut self, parser: Parser<'a>) -> String {
        for (event, range) in parser.into_offset_iter() {
            self.event(event, range);
        }
        self.flush();
        self.footnotes.finish(&mut self.out, &self.dress);
        self.out
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Text(text) => return self.text(text, range),
            _ => self.flush(),
        }
        match event {
            Event::Start(tag) if is_inline(&tag) => self.start_inline(tag),
            Event::End(tag) if is_inline_end(tag) => self.end_inline(tag),
            Event::Start(tag) => self.start_block(tag),
            Event::End(tag) => self.end_block(tag),
            Event::Html(raw) => self.raw(&raw),
            _ if self.images > 0 => self.describe(&event),
            Event::InlineHtml(raw) => {
                self.begin_inline();
                self.raw(&raw);
            }
            Event::Code(code) => {
                self.begin_inline();
                self.title(&code, &code);
                self.out.push_str("<code>");
                html::text(&mut self.out, &code);
                self.out.push_str("</code>");
            }
            Event::SoftBreak => {
                self.title(" ", "\n");
                self.out.push('\n');
            }
            Event::HardBreak => {
                self.title(" ", "\n");
                self.out.push_str(if self.is_plain() { "<br />\n" } else { "<br>\n" });
            }
            Event::Rule => {
                self.begin_block();
                self.out.push_str(if self.is_plain() { "<hr />\n" } else { "<hr>\n" });
            }
            Event::FootnoteReference(label) => {
                self.begin_inline();
                self.footnotes.reference(&mut self.out, &self.dress, &label);
            }
            Event::TaskListMarker(done) => self.task(done),
            Event::Text(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        if self.language.is_some() {
            self.code.push_str(&text);
        } else if self.images > 0 {
            self.title(&text, "");
            self.alt.push_str(&text);
        } else {
            self.begin_inline();
            if self.heading.is_open {
                self.title(&text, run::written(&text, &range, self.source));
            }
            if self.link.is_some() {
                html::text(&mut self.out, &text);
            } else {
                self.run.push(text, range);
            }
        }
    }

    /// Ends a run of text: its bare addresses are links.
    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let Writer { run, out, dress, source, .. } = self;
        run.flush(source, |part| match part {
            Part::Text(text) => html::text(out, text),
            Part::Link { text, prefix, .. } => {
                let target = format!("{prefix}{text}");
                let close = links::open(out, dress, &target, "");
                html::text(out, text);
                out.push_str(close);
            }
        });
    }

    /// Takes what is seen inside an image for its alternative text.
    fn describe(&mut self, event: &Event<'a>) {
        match event {
            Event::Code(text) | Event::InlineHtml(text) => {
                self.title(text, "");
                self.alt.push_str(text);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.title(" ", "\n");
                self.alt.push(' ');
            }
            _ => {}
        }
    }

    /// Takes text of a heading, as it is shown and as its anchor is made of it.
    fn title(&mut self, shown: &str, slug: &str) {
        if self.heading.is_open {
            self.heading.text.push_str(shown);
            self.heading.slug.push_str(slug);
        }
    }

    fn raw(&mut self, raw: &str) {
        match self.dress {
            Dress::Plain => self.out.push_str(raw),
            Dress::Site(_) => html::text(&mut self.out, raw),
        }
    }

    fn start_inline(&mut self, tag: Tag<'a>) {
        if let Tag::Image { dest_url, title, .. } = tag {
            if self.images == 0 {
                self.begin_inline();
                self.alt.clear();
                self.image = (dest_url, title);
            }
            self.images += 1;
            return;
        }
        if self.images > 0 {
            return;
        }
        self.begin_inline();
        if let Tag::Link { link_type, dest_url, title, .. } = tag {
            if let Some(link) = &mut self.link {
                link.inside += 1;
                return;
            }
            let target = target_of(link_type, dest_url);
            let close = links::open(&mut self.out, &self.dress, &target, &title);
            self.link = Some(OpenLink { target, close, start: self.out.len(), inside: 0 });
            return;
        }
        if self.inlines < MAX_DEPTH {
            self.out.push('<');
            self.out.push_str(inline_name(tag.to_end()));
            self.out.push('>');
        }
        self.inlines += 1;
    }

    fn end_inline(&mut self, tag: TagEnd) {
        if tag == TagEnd::Image {
            self.images -= 1;
            if self.images == 0 {
                let (target, title) =
                    std::mem::replace(&mut self.image, (CowStr::from(""), CowStr::from("")));
                let image = Image { target: &target, title: &title, alt: &self.alt };
                let place = if self.link.is_some() { Place::Link } else { Place::Text };
                links::image(&mut self.out, &self.dress, place, &image);
            }
            return;
        }
        if self.images > 0 {
            return;
        }
        if tag == TagEnd::Link {
            return self.end_link();
        }
        self.inlines -= 1;
        if self.inlines < MAX_DEPTH {
            self.out.push_str("</");
            self.out.push_str(inline_name(tag));
            self.out.push('>');
        }
    }

    /// A link without text would be one that nobody can see or hear: on a site its target is shown.
    fn end_link(&mut self) {
        if let Some(link) = self.link.as_mut().filter(|link| link.inside > 0) {
            link.inside -= 1;
            return;
        }
        let Some(link) = self.link.take() else { return };
        if self.out.len() == link.start && !link.close.is_empty() && !self.is_plain() {
            html::text(&mut self.out, &link.target);
        }
        self.out.push_str(link.close);
    }

    pub(super) fn is_plain(&self) -> bool {
        matches!(self.dress, Dress::Plain)
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    is_inline_end(tag.to_end())
}

fn is_inline_end(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Link | TagEnd::Image) || !inline_name(tag).is_empty()
}

fn inline_name(tag: TagEnd) -> &'static str {
    match tag {
        TagEnd::Emphasis => "em",
        TagEnd::Strong => "strong",
        TagEnd::Strikethrough => "del",
        _ => "",
    }
}
