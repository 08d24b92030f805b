//! The classic index: ids, titles and headings of everything, as a script.
//!
//! A script and not data, because pages from a disk may run scripts and may not fetch anything. What many
//! documents have in common (kinds, headings, the parts of an address) is written once, so that 10,000
//! documents need some 2 MB, a tenth of that on the way.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::chip;
use super::entry::{self, Entry};
use super::facets::status_of;
use crate::analysis::Analysis;
use crate::facts::book::{Outcome, Phase};
use crate::inputs::document::markdown::Slugger;

/// What `search-classic.js` reads.
#[derive(Debug, Default, Serialize)]
pub(super) struct Index<'a> {
    /// Word of a status -> tone and icon of its chip.
    chips: BTreeMap<String, (&'static str, &'static str)>,
    kinds: Vec<String>,
    headings: Vec<Title<'a>>,
    /// Oldest first: id, status, documents.
    changes: Vec<(&'a str, &'static str, Vec<Line>)>,
    /// All else; the place is the page and the prefix of its anchors.
    pages: Vec<(String, Line)>,
}

/// The place, kind, title and headings of one entry. In a change the place is its anchor.
#[derive(Debug, Serialize)]
struct Line(String, usize, String, Vec<usize>);

/// A heading, and its anchor unless that follows from the text alone.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Title<'a> {
    Plain(&'a str),
    Anchored(&'a str, &'a str),
}

/// The script of the index.
pub(super) fn script(analysis: &Analysis) -> String {
    let entries = entry::all(analysis);
    let index = index(&entries);
    let json = serde_json::to_string(&index).expect("an index is a tree of text and numbers");
    format!("globalThis.mcmbookClassic={json};\n")
}

fn index<'a>(entries: &'a [Entry<'a>]) -> Index<'a> {
    let mut index = Index { chips: chips(), ..Index::default() };
    let mut kinds = Numbers::default();
    let mut headings = Numbers::default();
    for entry in entries {
        let shown = entry.outline.headings.iter().filter(|heading| entry.shows(heading));
        let titles =
            shown.map(|heading| headings.of((heading.text.as_str(), heading.anchor.as_str()))).collect();
        let kind = kinds.of(entry.kind.as_str());
        let Some(change) = entry.change else {
            let line = Line(entry.prefix.clone(), kind, entry.title.clone(), titles);
            index.pages.push((entry.page.clone(), line));
            continue;
        };
        let line = Line(entry.anchor.clone(), kind, entry.title.clone(), titles);
        match index.changes.last_mut() {
            Some((id, _, lines)) if **id == *change.id => lines.push(line),
            _ => {
                index.changes.push((&change.id, status_of(change), vec![line]));
            }
        }
    }
    index.kinds = kinds.list.into_iter().map(str::to_owned).collect();
    index.headings = headings.list.into_iter().map(title_of).collect();
    index
}

/// The look of every status.
pub(super) fn chips() -> BTreeMap<String, (&'static str, &'static str)> {
    let phases =
        [Phase::Draft, Phase::Request, Phase::Runbook, Phase::Rehearsed, Phase::Executed, Phase::Reviewed];
    let phases = phases.into_iter().map(chip::of_phase);
    let outcomes = Outcome::ALL.into_iter().map(chip::of_outcome);
    let all = phases.chain(outcomes).chain([chip::cancelled()]);
    all.map(|chip| (chip.text, (chip.tone, chip.icon))).collect()
}

/// The browser makes the anchor from the text, as long as both are ASCII: there the rule is plain.
fn title_of<'a>((text, anchor): (&'a str, &'a str)) -> Title<'a> {
    let follows = text.is_ascii() && Slugger::default().slug(text) == anchor;
    if follows { Title::Plain(text) } else { Title::Anchored(text, anchor) }
}

/// Numbers for values, by their first use.
struct Numbers<T> {
    list: Vec<T>,
    known: BTreeMap<T, usize>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Numbers<T> {
        Numbers { list: Vec::new(), known: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Numbers<T> {
    fn of(&mut self, value: T) -> usize {
        if let Some(number) = self.known.get(&value) {
            return *number;
        }
        let number = self.list.len();
        self.list.push(value.clone());
        self.known.insert(value, number);
        number
    }
}

#[cfg(test)]
mod tests;
