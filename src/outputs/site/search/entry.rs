//! What both indexes list: every page, and every document of a change's page.

use std::borrow::Cow;

use super::super::address::{Addresses, change_page, encode, relative};
use super::super::pages::calendar;
use super::super::summary;
use crate::analysis::Analysis;
use crate::facts::book::Change;
use crate::inputs::document::Document;
use crate::inputs::document::markdown::{Heading, Outline, outline};
use crate::outputs::faults::FAULTS;
use crate::text::Span;
use crate::verdicts::lint::RULES;

/// One line of an index, before its text is read.
pub(super) struct Entry<'a> {
    /// The page, as a link from the root of the site.
    pub(super) page: String,
    /// Where it stands on a page that it shares; empty on a page of its own.
    pub(super) anchor: String,
    /// What precedes the anchors of its headings.
    pub(super) prefix: String,
    pub(super) title: String,
    /// What it is, in words: "Runbook".
    pub(super) kind: String,
    pub(super) change: Option<&'a Change>,
    /// The document of the book, unless it is a page of the tool's own.
    pub(super) document: Option<&'a Document>,
    /// Its Markdown.
    pub(super) body: &'a str,
    pub(super) outline: Cow<'a, Outline>,
}

impl Entry<'_> {
    /// Its link from the root of the site.
    pub(super) fn address(&self) -> String {
        match self.anchor.as_str() {
            "" => self.page.clone(),
            anchor => format!("{}#{}", self.page, encode(anchor)),
        }
    }

    /// Whether a heading stands on the page: the page shows the title, and leaves out a heading that says it.
    pub(super) fn shows(&self, heading: &Heading) -> bool {
        let title = match self.document {
            Some(document) => document.title_heading(),
            None => self.outline.headings.first().filter(|first| first.level == 1),
        };
        title.is_none_or(|title| title.anchor != heading.anchor)
    }
}

/// All entries: the documents in the book's order, then what the tool adds.
pub(super) fn all(analysis: &Analysis) -> Vec<Entry<'_>> {
    let book = &analysis.facts.book;
    let addresses = Addresses::of(&analysis.facts);
    let mut entries: Vec<Entry<'_>> =
        (0..book.documents.len()).filter_map(|index| of_document(analysis, &addresses, index)).collect();
    let is_bare = |change: &&Change| change.documents.is_empty();
    entries.extend(book.changes.values().filter(is_bare).map(of_bare_change));
    let own = [
        ("Register of changes", "changes/index.html"),
        ("Calendar", "calendar/index.html"),
        ("Calendar as a list", "calendar/list/index.html"),
        ("States of a change", "lifecycle/index.html"),
        ("Postponed changes", "postponed/index.html"),
        ("Register of exceptions", "exceptions/index.html"),
        ("Rules", "rules/index.html"),
        ("About this build", "about/build/index.html"),
    ];
    let is_free = |page: &str| addresses.owner(page).is_none();
    let own = own.into_iter().filter(|(_, page)| is_free(page));
    entries.extend(own.map(|(title, page)| of_tool(title.to_owned(), "Page", page, "")));
    let months = calendar::months(&analysis.facts).into_iter();
    let months = months.map(|month| (calendar::title_of(month), calendar::page_of(month)));
    let months = months.filter(|(_, page)| is_free(page));
    entries.extend(months.map(|(title, page)| of_tool(title, "Page", &page, "")));
    entries.extend(RULES.iter().map(|rule| {
        let page = format!("rules/{}/index.html", rule.code);
        // Without how to waive it: who searches for words of that would find every rule.
        of_tool(format!("{} {}", rule.code, rule.name), "Rule", &page, rule.docs)
    }));
    entries.extend(FAULTS.iter().map(|fault| {
        let page = format!("rules/{}/index.html", fault.code);
        of_tool(format!("{} {}", fault.code, fault.title.to_lowercase()), "Rule", &page, fault.page)
    }));
    entries
}

fn of_document<'a>(analysis: &'a Analysis, addresses: &Addresses<'_>, index: usize) -> Option<Entry<'a>> {
    let book = &analysis.facts.book;
    let document = &*book.documents[index];
    let place = addresses.place(index);
    if !addresses.is_shown(index) || *place.page == *"404.html" {
        return None;
    }
    let change = book.change_of(index);
    let title = change.map(|change| summary::title_of(change, document));
    Some(Entry {
        page: relative("", &place.page),
        anchor: place.anchor.as_deref().unwrap_or_default().to_owned(),
        prefix: place.prefix.to_string(),
        title: title.unwrap_or_else(|| document.title().to_owned()),
        kind: document.kind.as_ref().map_or("Page", |kind| &kind.title).to_owned(),
        change,
        document: Some(document),
        body: document.source.slice(document.body),
        outline: Cow::Borrowed(&document.outline),
    })
}

/// A folder that holds nothing but attachments has a page all the same.
fn of_bare_change(change: &Change) -> Entry<'_> {
    let entry = of_tool(change.id.to_string(), "Change", &change_page(&change.id), "");
    Entry { change: Some(change), ..entry }
}

fn of_tool<'a>(title: String, kind: &str, page: &str, body: &'a str) -> Entry<'a> {
    Entry {
        page: relative("", page),
        anchor: String::new(),
        prefix: "rule--".to_owned(),
        title,
        kind: kind.to_owned(),
        change: None,
        document: None,
        body,
        outline: Cow::Owned(outline(body, Span::new(0, body.len()), &mut Vec::new())),
    }
}
