//! Findings as text and as data: one module a format.
//!
//! Every format writes to a stream as it goes: a large book has more findings than one wants to hold as
//! text. What a format's receiver limits, shows badly or would obey is minded in its module; what several
//! have in common (order by weight, places, addresses of rules) stands here.

pub(super) mod escape;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod known;
mod rdjson;
mod sarif;
mod sources;
mod summary;
mod waived;

use std::cmp::Reverse;

use crate::analysis::Analysis;
use crate::facts::Facts;
use crate::inputs::policy::Waiver;
use crate::outputs::faults::fault;
use crate::text::{BookPath, Code, Diagnostic, Severity};
use crate::verdicts::lint::{Finding, Fingerprint, RULES, Rule, fingerprints};

pub use github::github;
pub use gitlab::gitlab;
pub use human::{HumanOptions, diagnostics, human, short, short_lines};
pub use json::{json, schema as json_schema};
pub use junit::junit;
pub use known::is_report;
pub use rdjson::rdjson;
pub use sarif::sarif;
pub use sources::Sources;
pub use summary::github_summary;

/// What reports are made of.
#[derive(Debug)]
pub struct Report<'a> {
    /// What is known of the book.
    pub facts: &'a Facts,
    /// The findings that are told, sorted by file, place and code.
    pub entries: Vec<Entry<'a>>,
    /// The texts that they point into.
    pub sources: Sources<'a>,
    /// The folder of the book in its repository, with a slash at its end unless it is the root: receivers
    /// outside of the book name files from there.
    pub prefix: String,
    /// Whether warnings, notes and what is missing later count too (`--strict`).
    pub strict: bool,
    /// Whether only findings of one file are told, so that other documents are not spoken of.
    pub of_one_file: bool,
    /// How many findings the baseline lets pass.
    pub in_baseline: usize,
}

/// A finding that is told.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What was found.
    pub finding: &'a Finding,
    /// By which it is recognized in the next report.
    pub fingerprint: Fingerprint,
}

impl Entry<'_> {
    fn diagnostic(&self) -> &Diagnostic {
        &self.finding.diagnostic
    }
}

impl<'a> Report<'a> {
    /// A report of all findings of an analysis.
    pub fn new(analysis: &'a Analysis) -> Report<'a> {
        let prints = fingerprints(&analysis.facts, &analysis.findings);
        let entries = analysis.findings.iter().zip(prints);
        Report {
            facts: &analysis.facts,
            entries: entries.map(|(finding, fingerprint)| Entry { finding, fingerprint }).collect(),
            sources: Sources::of_analysis(analysis),
            prefix: String::new(),
            strict: false,
            of_one_file: false,
            in_baseline: 0,
        }
    }

    /// Whether a finding makes `check` fail.
    pub fn fails(&self, finding: &Finding) -> bool {
        let counts = || finding.is_due() || finding.diagnostic.severity != Severity::Info;
        finding.is_blocking() || (self.strict && finding.waived.is_none() && counts())
    }

    /// How many findings there are of each sort.
    pub fn tally(&self) -> Tally {
        Tally::count(self.entries.iter().map(|entry| entry.finding))
    }

    /// The entries, those first that matter most now: due before later, errors before warnings, what is
    /// let pass last; among equals in the order of places.
    fn by_weight(&self) -> Vec<&Entry<'a>> {
        let mut entries: Vec<&Entry<'a>> = self.entries.iter().collect();
        entries.sort_by_key(|entry| {
            let finding = entry.finding;
            (finding.waived.is_some(), Reverse(finding.is_due()), weight(finding))
        });
        entries
    }

    /// The waiver that lets a finding pass.
    fn waiver(&self, finding: &Finding) -> Option<&'a Waiver> {
        self.sources.waiver(finding)
    }

    /// The file of a finding as the repository names it; `book.toml` for what concerns the book as a whole.
    fn file(&self, diagnostic: &Diagnostic) -> String {
        let path = diagnostic.location.as_ref().map_or("book.toml", |location| location.path.as_str());
        format!("{}{path}", self.prefix)
    }

    /// The address of the page of a rule, when the book says at which address its site is served.
    fn rule_address(&self, code: Code) -> Option<String> {
        let site = self.facts.inputs.config.html.address()?;
        has_page(code).then(|| format!("{site}rules/{code}/index.html"))
    }
}

fn weight(finding: &Finding) -> (Severity, crate::text::Stage) {
    match finding.is_due() {
        true => (finding.diagnostic.severity, crate::text::Stage::Draft),
        false => (finding.diagnostic.severity, finding.diagnostic.stage),
    }
}

/// The rule of a code; nothing for faults outside of the rules.
pub(super) fn rule_of(code: Code) -> Option<&'static Rule> {
    RULES.binary_search_by(|rule| rule.code.cmp(&code)).ok().map(|index| RULES[index])
}

/// Whether the site has a page for a code.
pub(super) fn has_page(code: Code) -> bool {
    rule_of(code).is_some() || fault(code.0).is_some()
}

/// What stands in a list beside the code: `MCM010 missing-section`.
fn titled(code: Code) -> String {
    match rule_of(code) {
        Some(rule) => format!("{code} {}", rule.name),
        None => code.to_string(),
    }
}

/// A path as part of an address: what RFC 3986 does not allow in a path is percent-encoded.
fn address_of(path: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=@".contains(&byte);
    let encode = |byte: u8| match keep(byte) {
        true => (byte as char).to_string(),
        false => format!("%{byte:02X}"),
    };
    path.bytes().map(encode).collect()
}

/// How many findings of each severity count now, how many come later, and how many are let pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Errors that are due.
    pub errors: usize,
    /// Warnings that are due.
    pub warnings: usize,
    /// Notes that are due.
    pub infos: usize,
    /// Findings of a stage that their document has not reached.
    pub later: usize,
    /// Findings that a waiver lets pass.
    pub waived: usize,
}

impl Tally {
    /// Counts findings.
    pub fn of(findings: &[Finding]) -> Tally {
        Tally::count(findings)
    }

    fn count<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Tally {
        let mut tally = Tally::default();
        for finding in findings {
            let slot = match (finding.waived, finding.is_due(), finding.diagnostic.severity) {
                (Some(_), _, _) => &mut tally.waived,
                (None, false, _) => &mut tally.later,
                (None, true, Severity::Error) => &mut tally.errors,
                (None, true, Severity::Warning) => &mut tally.warnings,
                (None, true, Severity::Info) => &mut tally.infos,
            };
            *slot += 1;
        }
        tally
    }

    /// `2 errors, 1 for later stages`; nothing when there is nothing.
    fn words(self) -> String {
        let parts = [
            (self.errors, "error", ""),
            (self.warnings, "warning", ""),
            (self.infos, "note", ""),
            (self.later, "", "for later stages"),
            (self.waived, "", "waived"),
        ];
        let said =
            parts.into_iter().filter(|(number, ..)| *number > 0).map(|(number, noun, rest)| match rest {
                "" => crate::text::counted(number, noun),
                rest => format!("{number} {rest}"),
            });
        said.collect::<Vec<_>>().join(", ")
    }
}

/// The files of the book that documents are made of, for formats that speak of what is good too.
fn documents<'a>(report: &Report<'a>) -> impl Iterator<Item = &'a BookPath> {
    let told = if report.of_one_file { 0 } else { report.facts.book.documents.len() };
    report.facts.book.documents[..told].iter().map(|document| document.path())
}

#[cfg(test)]
mod tests;
