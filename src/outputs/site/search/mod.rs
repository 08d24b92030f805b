//! Search: what is found, and the two indexes in which it is found.
//!
//! Enters: an [`Analysis`]. Leaves: files of the site. There are two levels. The *classic* index is one
//! script with the ids, titles and headings of all pages; it works from a disk. The *full text* is an index
//! of Pagefind, which needs a server; it takes far longer to make than all pages. `serve` makes it when they
//! are shown already, `build` before it writes anything.
//!
//! Between the book and the engine stand [`Record`]s: what can be found, in plain words. Only `engine`
//! knows Pagefind, as in the browser only `search-full.js` does, so that the engine can be exchanged without
//! touching pages, theme or records.
//!
//! One record is one document, because that is what readers ask for ("the runbook of that change"), with its
//! headings as anchors inside of it, so that a result leads to the section all the same. A record for each
//! change would answer with a page of ten documents; one for each heading would lose queries whose words
//! stand in two sections, and would be ten times as many.
//!
//! STRATEGY. The engine holds every word of every record in memory, about 450 kB for a document of 5 kB, and
//! its work grows faster than its input. So the records are cut into parts by date, each of them an index of
//! its own (`plan`); the browser asks all parts and joins their answers. A part lives in a folder named
//! after the hash of all that it was made from. A folder of that name that an earlier run left is therefore
//! the part itself: after an edit only the part of the edited document is made again.

mod classic;
mod engine;
mod entry;
mod facets;
mod html;
mod plan;
mod records;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tracing::{debug, debug_span, info_span};

use crate::analysis::Analysis;
use crate::outputs::Output;
use crate::text::ContentHash;

pub use engine::SearchError;
pub use records::records;

/// Folder of the full-text index, below the output folder.
pub const FOLDER: &str = "pagefind/";

/// One thing that can be found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Link from the root of the site, with a fragment where the page holds more than this. Each record has
    /// an address of its own.
    pub address: String,
    /// Its title in a list of results.
    pub title: String,
    /// Its text. The anchors are whole ids of the page.
    pub passages: Vec<Passage>,
    /// Facet -> values, by which results can be narrowed and counted.
    pub facets: BTreeMap<&'static str, Vec<String>>,
    /// Key -> text by which results can be sorted, byte by byte. `date` also says into which part it comes.
    pub sort: BTreeMap<&'static str, String>,
    /// What else is shown with a result; its words are found too.
    pub meta: BTreeMap<&'static str, String>,
}

/// The text below one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// Level of the heading, 1 to 6.
    pub level: u8,
    /// Its id on the page; empty when there is no heading.
    pub anchor: String,
    /// Its text.
    pub heading: String,
    /// What stands below it.
    pub text: String,
}

/// Files by their path below the output folder.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// A hash of all that the full-text index depends on: when it is the same, so is every byte of the index.
///
/// It also stands in the index, in `pagefind/parts.json`.
pub fn fingerprint(records: &[Record], language: &str) -> ContentHash {
    plan::Plan::of(records, language).fingerprint
}

/// Makes the full-text index: all files below [`FOLDER`].
///
/// `language` is the book's language tag; words are reduced to their stems by its rules, where the engine
/// knows it. `reuse` is asked for the files below a folder of an earlier index (`pagefind/5f0c…/`); what it
/// hands out is taken as it is, so it must vouch for their bytes.
///
/// # Errors
/// The engine gave up. No input is known with which it does.
pub fn index(
    records: &[Record],
    language: &str,
    reuse: &mut dyn FnMut(&str) -> Option<Files>,
) -> Result<Files, SearchError> {
    let plan = plan::Plan::of(records, language);
    let _phase = info_span!("search", records = records.len(), parts = plan.parts.len()).entered();
    let mut files = Files::new();
    for part in &plan.parts {
        let folder = format!("{FOLDER}{}/", part.name);
        let old = reuse(&folder).filter(|files| files.contains_key(&format!("{folder}{}", engine::ENTRY)));
        match old {
            Some(old) => {
                debug!(part = %part.name, "search: kept a part");
                files.extend(old.into_iter().filter(|(path, _)| path.starts_with(&folder)));
            }
            None => {
                let _phase =
                    debug_span!("search part", part = %part.name, records = part.records.len()).entered();
                let made = engine::index(&part.records, &plan.language)?;
                files.extend(made.into_iter().map(|(path, bytes)| (format!("{folder}{path}"), bytes.into())));
            }
        }
    }
    files.insert(format!("{FOLDER}parts.json"), plan.manifest().into());
    Ok(files)
}

/// Where the classic index lies.
pub(super) const CLASSIC: &str = "search/classic-index.js";

/// Adds the classic index, which every site has.
pub(super) fn add_classic(analysis: &Analysis, output: &mut Output) {
    output.add(CLASSIC, classic::script(analysis).into_bytes());
}

#[cfg(test)]
mod tests;
