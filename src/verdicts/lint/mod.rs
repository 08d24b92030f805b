//! The checker: rules over facts.
//!
//! A rule is one file in `rules/` with its page beside it; [`RULES`] is the one sorted list. A rule returns
//! diagnostics and knows neither the level at which they are shown nor the stage of the document.

mod fields;
mod rules;
#[cfg(test)]
mod spec;

use std::sync::Arc;

use rayon::prelude::*;

use crate::facts::Facts;
use crate::facts::book::Phase;
use crate::inputs::config::Config;
use crate::inputs::document::Document;
use crate::memo::Memo;
use crate::text::{Code, ContentHash, Diagnostic, Severity, Stage};

pub use rules::RULES;

/// One rule: what it is called, how bad its findings are, and how they are found.
#[derive(Debug)]
pub struct Rule {
    /// `MCM010`. Never used again for something else.
    pub code: Code,
    /// Reads well after "allow": `missing-section`.
    pub name: &'static str,
    /// The message with its places to fill, as rules.tsv has it.
    pub summary: &'static str,
    /// How bad.
    pub severity: Severity,
    /// Before which step it must be mended.
    pub stage: Stage,
    /// The page: what it does, why, example, how to fix. Its examples are tests.
    pub docs: &'static str,
    /// The judgement.
    pub check: Check,
}

/// What a rule reads.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// One document and the configuration; remembered as long as neither changes.
    Document(fn(&Rule, &Document, &Config, &mut Vec<Diagnostic>)),
    /// The whole book; judged anew each time.
    Book(fn(&Rule, &Facts, &mut Vec<Diagnostic>)),
}

/// A diagnostic, and whether it stops its document where it stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// What was found.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
    /// The stage that its document has reached; findings of later stages are what is missing next.
    pub reached: Stage,
}

impl Finding {
    /// Whether it counts now: its stage is reached.
    pub fn is_due(&self) -> bool {
        self.diagnostic.stage <= self.reached
    }

    /// Whether it makes `check` fail: an error that is due.
    pub fn is_blocking(&self) -> bool {
        self.is_due() && self.diagnostic.severity == Severity::Error
    }
}

impl Rule {
    /// A finding of this rule; the caller adds the place.
    pub fn finding(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: self.severity, stage: self.stage, ..Diagnostic::error(self.code, message) }
    }
}

/// Judges a book by every rule; sorted by file, place and code.
pub fn run(facts: &Facts, memo: &Memo) -> Vec<Finding> {
    let config = &facts.inputs.config;
    let kinds = config.kinds.hash.unwrap_or(ContentHash::of(b""));
    let of_document = |document: &Arc<Document>| {
        let make = || Arc::new(judge_document(document, config));
        let path = document.path().as_str().as_bytes();
        let src = config.book.src.as_str().as_bytes();
        let parts = [path, src, document.source.hash.as_bytes(), kinds.as_bytes()];
        let key = memo.key(|| ContentHash::of_parts(parts));
        memo.findings.get_or(key, make)
    };
    let alone: Vec<_> = facts.book.documents.par_iter().map(of_document).collect();
    let mut diagnostics: Vec<Diagnostic> = facts.inputs.faults.clone();
    diagnostics.extend(alone.iter().flat_map(|found| found.iter().cloned()));
    for rule in RULES {
        if let Check::Book(check) = rule.check {
            check(rule, facts, &mut diagnostics);
        }
    }
    diagnostics.sort();
    diagnostics.dedup();
    let finding = |diagnostic: Diagnostic| Finding { reached: reached(facts, &diagnostic), diagnostic };
    diagnostics.into_iter().map(finding).collect()
}

fn judge_document(document: &Document, config: &Config) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in RULES {
        if let Check::Document(check) = rule.check {
            check(rule, document, config, &mut found);
        }
    }
    found
}

/// A file that is not committed is a draft. Any other has the stage of the change in whose folder it lies;
/// what lies outside changes is in force.
fn reached(facts: &Facts, diagnostic: &Diagnostic) -> Stage {
    let path = diagnostic.location.as_ref().map(|location| &location.path);
    if path.is_some_and(|path| facts.inputs.history.is_uncommitted(path)) {
        return Stage::Draft;
    }
    let src = &facts.inputs.config.book.src;
    let change = path.and_then(|path| crate::facts::book::change_id_of(path, src));
    let phase = change.and_then(|id| facts.book.changes.get(id)).map(|change| change.phase);
    phase.map_or(Stage::Closing, Phase::stage)
}
