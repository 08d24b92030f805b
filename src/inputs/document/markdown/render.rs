//! The body as HTML.
//!
//! What the writer emits is a fixed set of elements and attributes (`tests/it/markdown_safety.rs` lists them
//! and holds every output against ammonia): no style, no script, no address that the [`Linker`] did not
//! give, every id behind the prefix of the page. Raw HTML is shown as text.

mod blocks;
mod footnotes;
mod html;
mod links;
mod tables;
mod writer;

use self::writer::Writer;
use crate::inputs::document::Document;

/// How deep containers (lists, items, quotes) and, counted apart, inline elements are nested in the output.
///
/// Browsers stop nesting at about 512 elements and lose the structure of what follows. Deeper containers are
/// left out and what they hold is shown flat, paragraph by paragraph.
pub const MAX_DEPTH: usize = 100;

/// What lies outside the document: where links lead and how code is coloured.
pub trait Linker {
    /// Where a link or image target leads.
    fn link(&self, target: &str) -> Target;

    /// The code as escaped HTML with classes, or nothing when the language is unknown.
    ///
    /// The writer takes it as it is: it may hold `span` elements with classes and nothing else.
    fn highlight(&self, language: &str, code: &str) -> Option<String>;
}

/// Where a link leads on the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To this address within the site (relative) or this fragment.
    Internal(String),
    /// To this address elsewhere. An image from elsewhere becomes a link to it: a page of the site loads
    /// nothing from other hosts.
    External(String),
    /// Nowhere: the text is shown and marked as a broken link, with the target as written.
    Broken(String),
    /// To something that is never linked (`javascript:`): the text is shown alone.
    Forbidden,
}

/// How a body is rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderOptions<'a> {
    /// Prefix of every id on the page, against clobbering and clashes: `runbook--`.
    pub id_prefix: &'a str,
    /// By how many levels headings move down (a document inside a change's page: 1).
    pub shift: u8,
    /// Whether the page shows a title above the body: a heading of level 1 is then one of level 2.
    pub has_title: bool,
    /// Whether the first heading is left out where it is one of level 1, because the page shows what it says.
    pub skip_title: bool,
    /// Whether straight quotes and dashes are made typographic.
    pub smart_punctuation: bool,
}

/// Renders the body of a document.
///
/// Ids: a heading has `id_prefix` and its anchor of the outline; footnotes have `id_prefix` and names with a
/// full stop, which no anchor has.
pub fn render(document: &Document, options: &RenderOptions<'_>, linker: &dyn Linker) -> String {
    let source = document.source.slice(document.body);
    write(source, Dress::Site(Site { options, linker, title: document.title() }))
}

/// Renders Markdown that is no document: pages that are compiled into the program.
pub fn render_fragment(text: &str, options: &RenderOptions<'_>, linker: &dyn Linker) -> String {
    write(text, Dress::Site(Site { options, linker, title: "" }))
}

/// Renders Markdown as the specifications write it: the same writer without the site's dress.
///
/// For tests alone, which hold it against the examples of CommonMark and GFM. Raw HTML passes through.
#[doc(hidden)]
pub fn render_plain(text: &str) -> String {
    write(text, Dress::Plain)
}

fn write(source: &str, dress: Dress<'_>) -> String {
    let source = source.trim_start_matches('\u{feff}');
    let source = super::prepared(source);
    let smart = matches!(dress, Dress::Site(site) if site.options.smart_punctuation);
    Writer::new(&source, dress).write(super::parser(&source, smart))
}

/// How elements are written.
#[derive(Clone, Copy)]
enum Dress<'o> {
    /// For the site.
    Site(Site<'o>),
    /// As the specifications of CommonMark and GFM write it.
    Plain,
}

#[derive(Clone, Copy)]
struct Site<'o> {
    options: &'o RenderOptions<'o>,
    linker: &'o dyn Linker,
    /// The document's title, for names of tables.
    title: &'o str,
}

#[cfg(test)]
mod tests;
