//! The checker: rules over facts.
//!
//! A rule is one file in `rules/` with its page beside it; [`RULES`] is the one sorted list. A rule returns
//! diagnostics and knows neither the level at which they are shown nor the stage of the document.

mod approvals;
pub mod baseline;
mod collisions;
mod content;
mod fields;
mod fingerprint;
mod levels;
mod mend;
mod page;
mod pairs;
mod rules;
mod runbook;
mod scope;
mod secrets;
mod sections;
mod severity;
#[cfg(test)]
mod spec;
mod subject;
mod waivers;
mod wording;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::facts::Facts;
use crate::facts::book::Phase;
use crate::inputs::config::Config;
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;
use crate::inputs::policy::Policy;
use crate::memo::Memo;
use crate::text::{BookPath, Code, Diagnostic, Severity, Stage};

pub use baseline::Baseline;
pub use fingerprint::{Earlier, Fingerprint, fingerprints};
pub use levels::{Level, Levels};
pub use rules::RULES;
pub use scope::Scope;

/// One rule: what it is called, how bad its findings are, and how they are found.
#[derive(Debug)]
pub struct Rule {
    /// `MCM010`. Never used again for something else.
    pub code: Code,
    /// Reads well after "allow": `missing-section`.
    pub name: &'static str,
    /// The message with its places to fill, as rules.tsv has it.
    pub summary: &'static str,
    /// What it judges: the kind of document, or `all`, `approval`, `person`, `policy`, `archive`, `audit`.
    pub about: &'static str,
    /// How bad.
    pub severity: Severity,
    /// Before which step it must be mended.
    pub stage: Stage,
    /// What each profile makes of it.
    pub levels: Levels,
    /// The page: what it does, why, example, how to fix. Its examples are tests. [`Rule::page`] has it whole.
    pub docs: &'static str,
    /// The judgement.
    pub check: Check,
}

/// What a rule reads.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// One document and the configuration; remembered as long as neither changes.
    Document(fn(&Rule, &Document, &Settings<'_>, &mut Vec<Diagnostic>)),
    /// One change, or one document outside changes, and what [`Scope`] names beside; remembered as long as
    /// nothing of that changes.
    Change(fn(&Rule, &Scope<'_>, &mut Vec<Diagnostic>)),
    /// The whole book; judged anew each time.
    Book(fn(&Rule, &Facts, &mut Vec<Diagnostic>)),
    /// The signed past of the book, which no example of files can show; judged anew each time. Their examples
    /// are repositories, in `tests/it/approvals/rules.rs`.
    Ledger(fn(&Rule, &Facts, &mut Vec<Diagnostic>)),
    /// Not judged in this version: what it waits for, as the manual's table says it.
    Later(&'static str),
}

/// What a rule over one document may know beside it.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// `book.toml`.
    pub config: &'a Config,
    /// The policy, with the profile.
    pub policy: &'a Policy,
    /// What does not fit in the front matter of the document that is judged; several rules report it.
    problems: &'a [fields::Problem],
}

/// A diagnostic, and whether it stops its document where it stands.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// What was found.
    #[serde(flatten)]
    pub diagnostic: Arc<Diagnostic>,
    /// Why it is let pass: index into [`Facts::waivers`].
    pub waived: Option<usize>,
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
        self.is_due() && self.waived.is_none() && self.diagnostic.severity == Severity::Error
    }
}

impl Rule {
    /// A finding of this rule; the caller adds the place.
    pub fn finding(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: self.severity, stage: self.stage, ..Diagnostic::error(self.code, message) }
    }
}

/// Whether somebody has written what stands below a heading: MCM012 tells the rest.
pub fn is_answered(document: &Document, heading: &Heading) -> bool {
    rules::empty_section::is_answered(document, heading)
}

/// Judges a book by every rule; sorted by file, place and code. Of the rules that look at one document or one
/// change, only those are asked in which a document is wanted.
pub fn run_some(facts: &Facts, memo: &Memo, is_wanted: &(dyn Fn(&Document) -> bool + Sync)) -> Vec<Finding> {
    let policy = &facts.inputs.policy;
    let settings = Settings { config: &facts.inputs.config, policy, problems: &[] };
    let of_document = |document: &Arc<Document>| {
        let make = || shared(judge_document(document, &settings));
        memo.findings.get_or((document.identity, policy.hash), make)
    };
    let of_change = |scope: &Scope<'_>| {
        memo.changes.get_or(memo.key(|| scope.key()), || shared(judge_change(scope, policy)))
    };
    let of_book = |rule: &&Rule| {
        let (Check::Book(check) | Check::Ledger(check)) = rule.check else { return Vec::new() };
        let mut found = Vec::new();
        check(rule, facts, &mut found);
        levels::apply(rule, policy.profile, &mut found);
        severity::of_kinds(&facts.book, &mut found);
        found
    };
    let strays = scope::strays(facts);
    let mut scopes = scope::all(facts, &strays);
    scopes.retain(|scope| scope.documents().any(|(_, document)| is_wanted(document)));
    let (book, alone): (Vec<Vec<Diagnostic>>, Vec<Arc<Vec<Arc<Diagnostic>>>>) = rayon::join(
        || RULES.par_iter().map(of_book).collect(),
        || {
            let wanted = facts.book.documents.par_iter().filter(|document| is_wanted(document));
            let alone = wanted.map(of_document);
            alone.chain(scopes.par_iter().map(of_change)).collect()
        },
    );
    // What is remembered is in order, one run for the documents and one for the changes: sorting merges them.
    let unread = unread(facts);
    let is_told = |diagnostic: &&Arc<Diagnostic>| {
        diagnostic.code.0 <= LAST_OF_READING || diagnostic.path().is_none_or(|path| !unread.contains(path))
    };
    let anew: Vec<Arc<Diagnostic>> =
        facts.inputs.faults.iter().cloned().chain(book.into_iter().flatten()).map(Arc::new).collect();
    let all = alone.iter().flat_map(|found| found.iter()).chain(&anew);
    let mut diagnostics: Vec<Arc<Diagnostic>> = all.filter(is_told).cloned().collect();
    diagnostics.sort();
    diagnostics.dedup();
    let mut findings = Vec::with_capacity(diagnostics.len());
    for of_file in diagnostics.chunk_by(|one, other| one.path() == other.path()) {
        let reached = of_file.first().map_or(Stage::Closing, |first| reached(facts, first));
        let finding = |diagnostic: &Arc<Diagnostic>| {
            let mut diagnostic = diagnostic.clone();
            mend::tell_of_approval(facts, &mut diagnostic);
            Finding { reached, waived: None, diagnostic }
        };
        findings.extend(of_file.iter().map(finding));
    }
    waivers::apply(facts, &mut findings);
    findings
}

/// Findings as they are remembered: in order, to be handed out many times.
fn shared(mut found: Vec<Diagnostic>) -> Arc<Vec<Arc<Diagnostic>>> {
    found.sort();
    Arc::new(found.into_iter().map(Arc::new).collect())
}

fn judge_change(scope: &Scope<'_>, policy: &Policy) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for rule in RULES {
        if let Check::Change(check) = rule.check {
            let mut found = Vec::new();
            check(rule, scope, &mut found);
            levels::apply(rule, policy.profile, &mut found);
            all.append(&mut found);
        }
    }
    severity::of_kinds(&scope.facts.book, &mut all);
    all
}

/// The last code of the group that judges whether a document can be read.
const LAST_OF_READING: &str = "MCM099";

/// The documents whose front matter could not be read. What it holds is not known, so that only the rules on
/// reading speak of them: everything else would follow from the one mistake.
fn unread(facts: &Facts) -> BTreeSet<&BookPath> {
    let is_unread = |document: &&Arc<Document>| {
        document.faults.iter().any(|fault| matches!(fault.code.0, "MCM001" | "MCM002"))
    };
    facts.book.documents.iter().filter(is_unread).map(|document| document.path()).collect()
}

fn judge_document(document: &Document, settings: &Settings<'_>) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    let problems = fields::problems(document, settings);
    let settings = Settings { problems: &problems, ..*settings };
    for rule in RULES {
        if let Check::Document(check) = rule.check {
            let mut found = Vec::new();
            check(rule, document, &settings, &mut found);
            levels::apply(rule, settings.policy.profile, &mut found);
            all.append(&mut found);
        }
    }
    severity::of_kind(document, &mut all);
    all
}

/// A file that is not committed is a draft. Any other has the stage of the change in whose folder it lies;
/// what lies outside changes is in force.
fn reached(facts: &Facts, diagnostic: &Diagnostic) -> Stage {
    let path = diagnostic.path();
    let src = &facts.inputs.config.book.src;
    let is_draft = |path: &crate::text::BookPath| {
        path.below(src.as_str()).is_some() && facts.inputs.history.is_uncommitted(path)
    };
    if path.is_some_and(is_draft) {
        return Stage::Draft;
    }
    let change = path.and_then(|path| crate::facts::book::change_id_of(path, src));
    let phase = change.and_then(|id| facts.book.changes.get(id)).map(|change| change.phase);
    phase.map_or(Stage::Closing, Phase::stage)
}
