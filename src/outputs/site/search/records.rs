//! The records of a book.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::entry::{self, Entry};
use super::{Passage, Record, facets};
use crate::analysis::Analysis;
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
        meta.insert("id", ids(&change.id));
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

/// The id, and the word by which the browser asks for a number alone: `MCM-2026-0042 MCM42`.
fn ids(id: &str) -> String {
    let number = id.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
    format!("{id} MCM{number}")
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
                if let Some(last) = passages.last_mut() {
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
    let facts = &analysis.facts;
    let first = change.documents.first().map(|index| facts.book.documents[*index].path());
    if first != entry.document.map(|document| document.path()) {
        return None;
    }
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
