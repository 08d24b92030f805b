//! The body of a document: its outline for the rules, and its HTML for the site.
//!
//! The only room that reads pulldown-cmark events. [`outline()`] walks them once into plain values with spans
//! in the file; [`render()`] walks them again into HTML, asking a [`Linker`] for everything that lies outside
//! the document. The dialect is CommonMark with GitHub's tables, task lists, footnotes, strikethrough,
//! autolinks and alerts; raw HTML is escaped. The metadata-block option stays off: it matches in
//! mid-document too and hides text.

mod autolink;
mod depth;
mod outline;
mod plain;
mod render;
mod run;
mod slug;
mod words;

pub use outline::outline;
pub use plain::{Passage, plain_text, plain_text_of};
pub use render::{Linker, MAX_DEPTH, RenderOptions, Target, render, render_fragment, render_plain};
pub use slug::Slugger;

use std::borrow::Cow;

use pulldown_cmark::{CowStr, LinkType, Options, Parser};

use crate::text::Span;

/// What a body holds, in source order. Spans are offsets in the whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// The headings outside of lists and quotes.
    pub headings: Vec<Heading>,
    /// The anchors of the headings inside lists and quotes.
    pub nested_anchors: Vec<String>,
    /// Links and images.
    pub links: Vec<Link>,
    /// Fenced and indented code.
    pub code: Vec<CodeBlock>,
    /// Task list items.
    pub tasks: Vec<Task>,
    /// Lists at the outermost level: for steps.
    pub lists: Vec<List>,
    /// Tables outside of lists and quotes.
    pub tables: Vec<Table>,
    /// Raw HTML, comments included.
    pub html: Vec<Span>,
    /// Link definitions that are used as comments.
    pub comments: Vec<Comment>,
    /// Number of words of text outside of code blocks and raw HTML.
    pub words: u32,
}

/// A link definition that is used as a comment: `[//]: # (text)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The definition.
    pub span: Span,
    /// How many words it hides.
    pub words: usize,
}

/// A heading, and the section that it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text without markup.
    pub text: String,
    /// Its anchor by GitHub's algorithm, unique in the document.
    pub anchor: String,
    /// The heading's own line(s), without the last line's end.
    pub span: Span,
    /// From the line after the heading to the next heading of the same or a higher level, or the end.
    pub section: Span,
    /// Number of words in the section outside of deeper headings' titles.
    pub words: u32,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The target as written, entities and escapes resolved.
    pub target: String,
    /// The text without markup.
    pub text: String,
    /// The whole construct.
    pub span: Span,
    /// Whether it is an image.
    pub image: bool,
}

/// A code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// First word of the info string, lower case; empty for none and for indented code.
    pub language: String,
    /// Whether it stands between fences rather than being indented.
    pub fenced: bool,
    /// The whole block, fences included.
    pub span: Span,
    /// The code.
    pub text: String,
}

/// A task list item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Whether it is ticked.
    pub done: bool,
    /// Its first paragraph without markup.
    pub text: String,
    /// From the bullet to the end of that paragraph.
    pub span: Span,
}

/// A list that is not inside another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Where.
    pub span: Span,
    /// Its items.
    pub items: Vec<Item>,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its first paragraph as written, without the bullet; code spans without their backticks, line breaks
    /// as spaces. Empty when the item does not begin with a paragraph.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A table: its first row names the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Where.
    pub span: Span,
    /// The names of the columns.
    pub head: Vec<Cell>,
    /// The rows below; each has a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its text without markup.
    pub text: String,
    /// Where, without the bars.
    pub span: Span,
}

impl Table {
    /// The column whose name holds one of these words, letter case aside; the first that fits.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        let holds = |cell: &Cell, name: &str| cell.text.to_lowercase().contains(name);
        names.iter().find_map(|name| self.head.iter().position(|cell| holds(cell, name)))
    }
}

impl Outline {
    /// The tables in the section that a heading opens.
    pub fn tables_in(&self, section: Span) -> impl Iterator<Item = &Table> {
        let first = self.tables.partition_point(|table| table.span.start < section.start);
        self.tables[first..].iter().take_while(move |table| table.span.start < section.end)
    }

    /// The level-2 heading of that text, letter case aside.
    pub fn section(&self, title: &str) -> Option<&Heading> {
        let wanted = title.to_lowercase();
        self.headings.iter().find(|heading| heading.level == 2 && heading.text.to_lowercase() == wanted)
    }

    /// Whether a heading of the document has that anchor.
    pub fn has_anchor(&self, anchor: &str) -> bool {
        let nested = || self.nested_anchors.iter().any(|known| known == anchor);
        self.headings.iter().any(|heading| heading.anchor == anchor) || nested()
    }
}

/// The parser of a text in the dialect of this module.
fn parser(text: &str, smart_punctuation: bool) -> Parser<'_> {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    options.set(Options::ENABLE_SMART_PUNCTUATION, smart_punctuation);
    Parser::new_ext(text, options)
}

/// The target of a link, as text: `<ana@a.example>` means a mail address.
fn target_of(link_type: LinkType, target: CowStr<'_>) -> Cow<'_, str> {
    match link_type {
        LinkType::Email => format!("mailto:{target}").into(),
        _ => target.into(),
    }
}

/// The language of an info string: its first word, lower case. Some tools put options behind a comma.
fn language_of(info: &str) -> Cow<'_, str> {
    let word = info.split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or_default();
    if word.contains(char::is_uppercase) { word.to_lowercase().into() } else { word.into() }
}

/// The text as it is given to the parser, of the same length but for line ends: LF at the end of every line
/// (CommonMark 2.1), and nesting that can be read in linear time.
///
/// pulldown-cmark takes CRLF inside a code span for two characters, and a lone CR after raw HTML for none.
fn prepared(text: &str) -> Cow<'_, str> {
    let has_returns = text.contains('\r');
    depth::bounded(if has_returns {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    })
}
