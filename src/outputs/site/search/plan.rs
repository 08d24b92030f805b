//! Which records become which part of the full-text index.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::hash_of;
use super::{Record, classic, engine};
use crate::text::ContentHash;

/// Records of one part. The engine needs about 1.8 GiB for so many documents of 5 kB, and each part costs
/// a reader's first search some 90 kB more.
const PART: usize = 4000;

/// The parts, and the hash of all that they are made from.
pub(super) struct Plan<'r> {
    pub(super) language: String,
    /// Oldest first.
    pub(super) parts: Vec<Part<'r>>,
    pub(super) fingerprint: ContentHash,
}

/// Records that are neighbours in time.
pub(super) struct Part<'r> {
    /// Folder of the part: the first digits of its hash.
    pub(super) name: String,
    /// By date, then by address.
    pub(super) records: Vec<&'r Record>,
}

/// What the browser reads first.
#[derive(Serialize)]
struct Manifest<'p> {
    engine: &'static str,
    fingerprint: ContentHash,
    /// Word of a status -> tone and icon of its chip.
    chips: BTreeMap<String, (&'static str, &'static str)>,
    /// Newest first.
    parts: Vec<PartEntry<'p>>,
}

#[derive(Serialize)]
struct PartEntry<'p> {
    /// Its folder, below the manifest's.
    path: &'p str,
    records: usize,
}

impl<'r> Plan<'r> {
    /// Cuts the records, sorted by date, at the borders of months, each part as long as it may be. So a new
    /// record goes into the newest part, and the older ones stay what they were. Records without a date come
    /// first. Of two records with one address the first is taken.
    pub(super) fn of(records: &'r [Record], language: &str) -> Plan<'r> {
        let language = base_language(language);
        let mut sorted: Vec<&Record> = records.iter().collect();
        sorted.sort_by(|a, b| a.address.cmp(&b.address));
        sorted.dedup_by(|later, first| later.address == first.address);
        sorted.sort_by_key(|record| date(record));
        let mut groups: Vec<Vec<&Record>> = Vec::new();
        for month in sorted.chunk_by(|a, b| month(a) == month(b)) {
            match groups.last_mut() {
                Some(group) if group.len() + month.len() <= PART => group.extend(month),
                _ => groups.extend(month.chunks(PART).map(<[&Record]>::to_vec)),
            }
        }
        let parts: Vec<(ContentHash, Vec<&Record>)> =
            groups.into_iter().map(|records| (hash(&records, &language), records)).collect();
        let fingerprint = ContentHash::of_parts(parts.iter().map(|(hash, _)| hash.as_bytes().as_slice()));
        let part = |(hash, records): (ContentHash, _)| Part { name: name(hash), records };
        Plan { parts: parts.into_iter().map(part).collect(), language, fingerprint }
    }

    /// `parts.json`.
    pub(super) fn manifest(&self) -> Vec<u8> {
        let entry = |part: &'_ Part<'_>| (part.name.clone(), part.records.len());
        let entries: Vec<(String, usize)> = self.parts.iter().rev().map(entry).collect();
        let parts = entries.iter().map(|(path, records)| PartEntry { path, records: *records }).collect();
        let manifest =
            Manifest { engine: engine::NAME, fingerprint: self.fingerprint, chips: classic::chips(), parts };
        serde_json::to_vec(&manifest).expect("a manifest is a tree of text and numbers")
    }
}

fn date(record: &Record) -> &str {
    record.sort.get("date").map_or("", String::as_str)
}

/// `2026-09` of `2026-09-16`.
fn month(record: &Record) -> &str {
    let date = date(record);
    date.get(..7).unwrap_or(date)
}

/// A part has the same bytes as long as this is the same: version of this tool and of the engine, language,
/// records.
fn hash(records: &[&Record], language: &str) -> ContentHash {
    let head = [env!("CARGO_PKG_VERSION"), engine::NAME, language].map(str::as_bytes);
    let hashes: Vec<ContentHash> = records.iter().map(hash_of).collect();
    let records = hashes.iter().map(|hash| hash.as_bytes().as_slice());
    ContentHash::of_parts(head.into_iter().chain(records))
}

/// Sixteen digits tell the parts of a site apart, and those of the site before it.
fn name(hash: ContentHash) -> String {
    hash.to_string().chars().take(16).collect()
}

/// `en` of `en-GB`. The engine knows languages, not regions; and it puts the tag into names of files.
fn base_language(tag: &str) -> String {
    let base = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let is_tag = (2..=8).contains(&base.len()) && base.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_tag { base } else { "unknown".to_owned() }
}

#[cfg(test)]
mod tests;
