//! The records of a book.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::entry::{self, Entry};
use super::facets::{self, status_of};
use super::{Passage, Record};
use crate::analysis::Analysis;
use crate::facts::book::Change;
use crate::inputs::document::markdown::{self, plain_text_of};

/// The records of a book, one for each document and one for every other page: the documents in path order,
/// then the pages of the tool's own.
pub fn records(analysis: &Analysis) -> Vec<Record> {
    entry::all(analysis).par_iter().map(|entry| record(analysis, entry)).collect()
}

fn record(analysis: &Analysis, entry: &Entry<'_>) -> Record {
    let date = facets::date_of(analysis, entry).unwrap_or_default();
    let mut meta = BTreeMap::new();
    if let Some(change) = entry.change {
        meta.insert("id", change.id.to_string());
        meta.insert("status", status_of(change).to_owned());
        if is_first(analysis, entry, change) {
            meta.insert("number", word_of(&change.id));
        }
    }
    if !date.is_empty() {
        meta.insert("date", date.clone());
    }
    Record {
        address: entry.address(),
        title: entry.title.clone(),
        passages: passages(analysis, entry),
        facets: facets::of(analysis, entry, &date),
        // Without one it would be left out of sorted results; this one comes before every real one.
        sort: [("date", if date.is_empty() { "0000-00-00".to_owned() } else { date })].into(),
        meta,
    }
}

/// The word by which the browser asks for a number: `mcm42z`. The last letter keeps 42 apart from 420, of
/// which it would be the beginning.
fn word_of(id: &str) -> String {
    let number = id.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
    format!("mcm{}z", if number.is_empty() { "0" } else { number })
}

/// Whether an entry is the first document of its change, which stands for it.
fn is_first(analysis: &Analysis, entry: &Entry<'_>, change: &Change) -> bool {
    let first = change.documents.first().map(|index| analysis.facts.book.documents[*index].path());
    first == entry.document.map(|document| document.path())
}

fn passages(analysis: &Analysis, entry: &Entry<'_>) -> Vec<Passage> {
    let mut passages = vec![Passage::default()];
    if let Some(document) = entry.document {
        passages[0].text = facets::prose(document);
    }
    for markdown::Passage { heading, text } in plain_text_of(entry.body, &entry.outline) {
        match heading.filter(|heading| entry.shows(heading)) {
            Some(heading) => passages.push(Passage {
                level: heading.level,
                anchor: format!("{}{}", entry.prefix, heading.anchor),
                heading: heading.text.clone(),
                text,
            }),
            None => {
                if let Some(last) = passages.last_mut().filter(|_| !text.is_empty()) {
                    last.text.push_str(&text);
                    last.text.push('\n');
                }
            }
        }
    }
    passages.extend(attachments(analysis, entry));
    passages
}

/// The names of a change's files, as a passage of its first document: the page lists them at its end.
fn attachments(analysis: &Analysis, entry: &Entry<'_>) -> Option<Passage> {
    let change = entry.change.filter(|change| !change.attachments.is_empty())?;
    if !is_first(analysis, entry, change) {
        return None;
    }
    let facts = &analysis.facts;
    let names = facts.book.attachments_of(change, &facts.inputs);
    let names: Vec<&str> =
        names.filter_map(|attachment| attachment.path.below(change.folder.as_str())).collect();
    Some(Passage {
        level: 2,
        anchor: "attachments".to_owned(),
        heading: "Files".to_owned(),
        text: names.join("\n"),
    })
}

#[cfg(test)]
mod tests;
