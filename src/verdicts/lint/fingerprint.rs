//! What makes a finding the same finding after lines have moved.
//!
//! Receivers of reports, the baseline and `check --changed-since` recognize findings by it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Finding;
use super::pairs::pairs;
use crate::facts::Facts;
use crate::text::{BookPath, ContentHash, Location};

/// The identity of a finding in one report: code, document, message, the marked line without its spacing,
/// and its number among those that are alike in all this.
///
/// It stays when lines are added or removed elsewhere, when a line is indented anew, and when a document
/// is moved to a path that gives it the same id. No two findings of one report have the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint that these 32 hexadecimal digits write.
    pub fn from_hex(hex: &str) -> Option<Fingerprint> {
        let whole = ContentHash::from_hex(&format!("{hex}{:032}", 0))?;
        (hex.len() == 32).then(|| Fingerprint::of(whole))
    }

    fn of(hash: ContentHash) -> Fingerprint {
        let [start, _] = hash.as_bytes().as_chunks::<16>().0 else {
            unreachable!("a hash has 32 bytes");
        };
        Fingerprint(*start)
    }
}

impl fmt::Display for Fingerprint {
    /// 32 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl serde::Serialize for Fingerprint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a finding is but for the line on which it stands: code, document, message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kin(ContentHash);

/// The fingerprints of findings, in their order.
///
/// Findings that are alike are numbered in the order of the list, which is that of their places: they have
/// to be all findings of an analysis, or the numbers of those that were left out are missing.
pub fn fingerprints(facts: &Facts, findings: &[Finding]) -> Vec<Fingerprint> {
    marks(facts, findings, &BTreeMap::new()).into_iter().map(|(print, _)| print).collect()
}

/// By what the findings of an earlier state are recognized in a later one.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    known: Vec<(Fingerprint, Kin)>,
    /// Whether each counted.
    counted: Vec<bool>,
}

impl Earlier {
    /// The findings of a state. `moved` has the id of the document that a file has become since, or its path
    /// where it is none.
    pub fn of(facts: &Facts, findings: &[Finding], moved: &BTreeMap<&BookPath, &str>) -> Earlier {
        let counted = findings.iter().map(counts).collect();
        Earlier { known: marks(facts, findings, moved), counted }
    }

    /// What a later state adds: findings that were not there, or did not count and do now.
    pub fn added(&self, facts: &Facts, findings: &[Finding]) -> BTreeSet<Fingerprint> {
        let present = marks(facts, findings, &BTreeMap::new());
        let pairs = pairs(&present, &self.known);
        let is_added = |(finding, was): (&Finding, &Option<usize>)| {
            was.is_none_or(|at| counts(finding) && !self.counted[at])
        };
        let added = present.iter().zip(findings.iter().zip(&pairs)).filter(|(_, pair)| is_added(*pair));
        added.map(|((print, _), _)| *print).collect()
    }
}

fn counts(finding: &Finding) -> bool {
    finding.is_due() && finding.waived.is_none()
}

fn marks(facts: &Facts, findings: &[Finding], moved: &BTreeMap<&BookPath, &str>) -> Vec<(Fingerprint, Kin)> {
    let texts = Texts::of(facts);
    let mut alike: BTreeMap<ContentHash, u64> = BTreeMap::new();
    let fingerprint = |finding: &Finding| {
        let diagnostic = &finding.diagnostic;
        let location = diagnostic.location.as_ref();
        let document = location.and_then(|at| facts.book.at_path(&at.path));
        let now = location.and_then(|location| moved.get(&location.path));
        let name = match (now, document, location) {
            (Some(now), ..) => now,
            (None, Some(index), _) => facts.book.document(index).id.as_str(),
            (None, None, Some(location)) => location.path.as_str(),
            (None, None, None) => "",
        };
        let line = location.map_or(String::new(), |location| texts.line(location));
        let kin = [diagnostic.code.0, name, &diagnostic.message].map(str::as_bytes);
        let same = ContentHash::of_parts(kin.into_iter().chain([line.as_bytes()]));
        let number = alike.entry(same).or_default();
        *number += 1;
        let print = ContentHash::of_parts([&same.as_bytes()[..], &number.to_le_bytes()]);
        (Fingerprint::of(print), Kin(ContentHash::of_parts(kin)))
    };
    findings.iter().map(fingerprint).collect()
}

/// The texts that findings point into.
struct Texts<'a>(BTreeMap<&'a BookPath, &'a str>);

impl<'a> Texts<'a> {
    fn of(facts: &'a Facts) -> Texts<'a> {
        let inputs = &facts.inputs;
        let logs = inputs.attachments.iter().filter_map(|attachment| attachment.text.as_ref());
        let files = inputs.sources.iter().chain(logs).chain(&inputs.config.file).chain(inputs.policy.files());
        Texts(files.map(|file| (&file.path, &*file.text)).collect())
    }

    /// The line in which a place begins, with single spaces.
    fn line(&self, location: &Location) -> String {
        let text = self.0.get(&location.path).copied().unwrap_or_default();
        let Some((before, after)) = text.split_at_checked(location.span.start as usize) else {
            return String::new();
        };
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = before.len() + after.find('\n').unwrap_or(after.len());
        let mut line = String::with_capacity(end - start);
        for word in text[start..end].split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        line
    }
}
