//! The bodies of documents, rendered once and remembered.

use std::sync::Arc;

use super::{Site, highlight};
use crate::facts::book::LinkTarget;
use crate::inputs::document::Document;
use crate::inputs::document::markdown::{Linker, RenderOptions, Target, render, render_fragment};
use crate::text::ContentHash;

/// A rendered body, and the hash of all that it was made from.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) key: ContentHash,
    pub(super) html: Arc<str>,
}

/// Renders a document for a page; its headings move down by `shift` levels. A heading that says the title is left
/// out, because the page shows that, with the id of [`title_id`].
pub(super) fn of_document(site: &Site<'_>, index: usize, page: &str, shift: u8) -> Body {
    let document = &*site.analysis.facts.book.documents[index];
    let linker = PageLinker { site, document, page };
    let options = RenderOptions {
        id_prefix: &site.addresses.place(index).prefix,
        shift,
        has_title: true,
        skip_title: document.title_heading().is_some(),
        smart_punctuation: site.analysis.facts.inputs.config.html.smart_punctuation,
    };
    let key = site.memo.key(|| key_of(&linker, &options));
    let html = site.memo.bodies.get_or(key, || render(document, &options, &linker).into());
    Body { key, html }
}

/// The id of the heading that a body leaves out: links lead to it as to any heading.
pub(super) fn title_id(site: &Site<'_>, index: usize) -> Option<String> {
    let title = site.analysis.facts.book.documents[index].title_heading()?;
    Some(format!("{}{}", site.addresses.place(index).prefix, title.anchor))
}

/// The hash of all that a body is made from.
fn key_of(linker: &PageLinker<'_>, options: &RenderOptions<'_>) -> ContentHash {
    let document = linker.document;
    let mut parts = vec![
        document.source.hash.as_bytes().to_vec(),
        document.path().as_str().as_bytes().to_vec(),
        options.id_prefix.as_bytes().to_vec(),
        vec![options.shift, u8::from(options.skip_title), u8::from(options.smart_punctuation)],
    ];
    parts.extend(document.outline.links.iter().map(|link| match linker.link(&link.target) {
        Target::Internal(to) => format!("i{to}").into_bytes(),
        Target::External(to) => format!("e{to}").into_bytes(),
        Target::Broken(to) => format!("b{to}").into_bytes(),
        Target::Forbidden => vec![b'f'],
    }));
    ContentHash::of_parts(parts.iter().map(Vec::as_slice))
}

/// Renders Markdown that is no document of the book: the page of a rule. Its links stay within the page or
/// lead elsewhere.
pub(super) fn of_text(text: &str, prefix: &str) -> Body {
    let options = RenderOptions {
        id_prefix: prefix,
        shift: 0,
        has_title: true,
        skip_title: true,
        smart_punctuation: false,
    };
    let html: Arc<str> = render_fragment(text, &options, &NoBook).into();
    Body { key: ContentHash::of(html.as_bytes()), html }
}

struct PageLinker<'a> {
    site: &'a Site<'a>,
    document: &'a Document,
    page: &'a str,
}

impl Linker for PageLinker<'_> {
    fn link(&self, target: &str) -> Target {
        let facts = &self.site.analysis.facts;
        match facts.book.follow(self.document, target) {
            LinkTarget::External(address) => Target::External(address.to_owned()),
            LinkTarget::Forbidden(_) => Target::Forbidden,
            LinkTarget::Document { index, anchor, anchor_exists } => {
                let addresses = &self.site.addresses;
                if !addresses.is_shown(index) {
                    return Target::Broken(target.to_owned());
                }
                let anchor = anchor.filter(|_| anchor_exists);
                Target::Internal(addresses.link(self.page, index, anchor.as_deref()))
            }
            LinkTarget::Attachment(index) => {
                let path = super::site_path(self.site.analysis, &facts.inputs.attachments[index].path);
                match path {
                    Some(path) => Target::Internal(super::relative(self.page, path)),
                    None => Target::Broken(target.to_owned()),
                }
            }
            LinkTarget::Missing => Target::Broken(target.to_owned()),
        }
    }

    fn highlight(&self, language: &str, code: &str) -> Option<String> {
        highlight::highlight(language, code)
    }
}

struct NoBook;

impl Linker for NoBook {
    fn link(&self, target: &str) -> Target {
        match target.split_once("://") {
            Some(("https" | "http", _)) => Target::External(target.to_owned()),
            _ => Target::Broken(target.to_owned()),
        }
    }

    fn highlight(&self, language: &str, code: &str) -> Option<String> {
        highlight::highlight(language, code)
    }
}
