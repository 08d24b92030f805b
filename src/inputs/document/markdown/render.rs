//! The body as HTML.

use crate::inputs::document::Document;

/// What lies outside the document: where links lead and how code is coloured.
pub trait Linker {
    /// Where a link or image target leads.
    fn link(&self, target: &str) -> Target;

    /// The code as escaped HTML with classes, or nothing when the language is unknown.
    fn highlight(&self, language: &str, code: &str) -> Option<String>;
}

/// Where a link leads on the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To this address within the site (relative) or this fragment.
    Internal(String),
    /// To this address elsewhere.
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
    /// Whether the first level-1 heading is left out, because the page shows the title itself.
    pub skip_title: bool,
    /// Whether straight quotes and dashes are made typographic.
    pub smart_punctuation: bool,
}

/// Renders the body of a document.
pub fn render(document: &Document, options: &RenderOptions<'_>, linker: &dyn Linker) -> String {
    let _ = (document, options, linker);
    todo!()
}
