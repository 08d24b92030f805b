//! Findings that were there when a book adopted the checker: let pass until they are mended.
//!
//! A baseline is a text file in a dot folder of the book, a line for each finding: fingerprint, code, file,
//! message, with tabs between them. The fingerprint counts, and the rest where the line of a finding was edited.
//! The lines are sorted by file, code and message, so that a mended finding is a removed line and nothing
//! else.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::pairs;
use super::{Finding, Fingerprint};
use crate::text::{SourceFile, printable};

/// Where a book keeps its baseline, below the folder of `book.toml`.
pub const PATH: &str = ".mcmbook/baseline.tsv";

/// The first lines of the file.
const HEAD: &str = "# Findings that `mcmbook check` lets pass: fingerprint, code, file, message.\n\
                    # `mcmbook baseline` writes this file; `mcmbook baseline --prune` drops what is mended.\n";

/// The entries of a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Fingerprint -> code, file and message as the file has them.
    entries: BTreeMap<Fingerprint, String>,
}

/// A line that is no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
}

impl Baseline {
    /// Reads the file.
    ///
    /// # Errors
    /// The first line that does not begin with a fingerprint. A baseline is never read in part: a finding
    /// that nobody let pass must not pass, nor one stop that somebody did.
    pub fn parse(file: &SourceFile) -> Result<Baseline, BadLine> {
        let mut entries = BTreeMap::new();
        for (index, line) in file.text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (fingerprint, rest) = line.split_once('\t').unwrap_or((line, ""));
            let fingerprint = Fingerprint::from_hex(fingerprint).ok_or(BadLine { line: index + 1 })?;
            entries.insert(fingerprint, rest.to_owned());
        }
        Ok(Baseline { entries })
    }

    /// A baseline of these findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = (&'a Finding, Fingerprint)>) -> Baseline {
        Baseline { entries: findings.into_iter().map(entry).collect() }
    }

    /// Which of all findings of a book are let pass: those that have an entry, also when their lines were
    /// edited since.
    pub fn passed<'a>(
        &self,
        present: impl IntoIterator<Item = (&'a Finding, Fingerprint)>,
    ) -> BTreeSet<Fingerprint> {
        let present: Vec<_> = present.into_iter().map(entry).collect();
        let pairs = pairs(&present, &self.known());
        let passed = present.iter().zip(pairs).filter(|(_, pair)| pair.is_some());
        passed.map(|((print, _), _)| *print).collect()
    }

    fn known(&self) -> Vec<(Fingerprint, String)> {
        self.entries.iter().map(|(print, said)| (*print, said.clone())).collect()
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Drops the entries that match no finding any more; gives what they said.
    pub fn prune<'a>(
        &mut self,
        present: impl IntoIterator<Item = (&'a Finding, Fingerprint)>,
    ) -> Vec<String> {
        let present: Vec<_> = present.into_iter().map(entry).collect();
        let known = self.known();
        let kept: BTreeSet<Fingerprint> =
            pairs(&present, &known).into_iter().flatten().map(|at| known[at].0).collect();
        let gone = self.entries.extract_if(.., |fingerprint, _| !kept.contains(fingerprint));
        gone.map(|(_, said)| said.replace('\t', " ")).collect()
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let place = |said: &str| {
            let mut parts = said.splitn(3, '\t').map(str::to_owned);
            let mut next = || parts.next().unwrap_or_default();
            let (code, path, message) = (next(), next(), next());
            (path, code, message)
        };
        let mut lines: Vec<_> = self.entries.iter().map(|(print, said)| (place(said), print, said)).collect();
        lines.sort();
        let lines = lines.iter().map(|(_, fingerprint, said)| format!("{fingerprint}\t{said}\n"));
        HEAD.to_owned() + &lines.collect::<String>()
    }
}

/// What the file says of a finding beside its fingerprint.
fn entry((finding, fingerprint): (&Finding, Fingerprint)) -> (Fingerprint, String) {
    let diagnostic = &finding.diagnostic;
    let path = diagnostic.location.as_ref().map_or("", |location| location.path.as_str());
    (fingerprint, format!("{}\t{path}\t{}", diagnostic.code, printable(&diagnostic.message)))
}
