//! Fixes applied: the texts of a book after `check --fix`, and what differs from before.
//!
//! Everything happens in memory: the book is edited, analyzed anew and edited again until no fix is left,
//! since one fix can make room for another. Writing the files is the business of `hosts`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use similar::TextDiff;

use super::report::escape;
use crate::analysis::{Analysis, analyze};
use crate::inputs::Inputs;
use crate::memo::Memo;
use crate::text::{BookPath, Edit, Fix, Safety, SourceFile};
use crate::verdicts::lint::{Earlier, Fingerprint, fingerprints};

/// After so many rounds fixes that go on making findings are left alone.
const MOST_ROUNDS: usize = 10;

/// A book after its fixes.
#[derive(Debug)]
pub struct Mended {
    /// The book as it is then.
    pub analysis: Analysis,
    /// The files that are changed, sorted by path.
    pub files: Vec<MendedFile>,
    /// How many fixes were applied.
    pub fixes: usize,
    /// Whether no applicable fix is left.
    pub is_settled: bool,
}

/// A file before and after its fixes.
#[derive(Debug)]
pub struct MendedFile {
    /// As it was read.
    pub before: SourceFile,
    /// As it is to be written.
    pub after: SourceFile,
    /// What was done, each once, round by round.
    pub titles: Vec<String>,
}

/// Applies the fixes of the findings that nobody let pass: safe ones, and those that are not on request. With an
/// earlier state, only what was added since is mended.
///
/// Fixes that overlap are applied one after the other, in rounds. A file that is not UTF-8 is left alone:
/// its text is not its bytes.
pub fn mend(analysis: Analysis, most: Safety, since: Option<&Earlier>, memo: &Memo) -> Mended {
    let before = analysis.facts.inputs.sources.clone();
    let mut titles: BTreeMap<BookPath, Vec<String>> = BTreeMap::new();
    let mut mended = Mended { analysis, files: Vec::new(), fixes: 0, is_settled: false };
    for _ in 0..MOST_ROUNDS {
        let round = Round::of(&mended.analysis, most, since);
        mended.is_settled = round.fixes.is_empty();
        if mended.is_settled {
            break;
        }
        mended.fixes += round.fixes.len();
        for fix in &round.fixes {
            for path in fix.edits.iter().map(|edit| &edit.location.path).collect::<BTreeSet<_>>() {
                let told = titles.entry(path.clone()).or_default();
                if !told.contains(&fix.title) {
                    told.push(fix.title.clone());
                }
            }
        }
        let mut inputs: Inputs = (*mended.analysis.facts.inputs).clone();
        for source in &mut inputs.sources {
            if let Some(edits) = round.edits.get(&source.path) {
                *source = edited(source, edits);
            }
        }
        mended.analysis = analyze(Arc::new(inputs), memo);
    }
    let after = mended.analysis.facts.inputs.sources.iter();
    let changed = before.into_iter().zip(after).filter(|(before, after)| before.hash != after.hash);
    mended.files = changed
        .map(|(before, after)| {
            let titles = titles.remove(&before.path).unwrap_or_default();
            MendedFile { before, after: after.clone(), titles }
        })
        .collect();
    mended
}

/// Fixes of one round: no two touch.
#[derive(Default)]
struct Round<'a> {
    fixes: BTreeSet<&'a Fix>,
    /// File -> start -> (end, edit).
    edits: BTreeMap<&'a BookPath, BTreeMap<u32, &'a Edit>>,
}

impl<'a> Round<'a> {
    fn of(analysis: &'a Analysis, most: Safety, since: Option<&Earlier>) -> Round<'a> {
        let sources = &analysis.facts.inputs.sources;
        let may_be_edited = |path: &BookPath| {
            let found = sources.binary_search_by(|source| source.path.cmp(path));
            found.is_ok_and(|index| sources[index].invalid.is_none())
        };
        let mut round = Round::default();
        let prints = fingerprints(&analysis.facts, &analysis.findings);
        let added = since.map(|since| since.added(&analysis.facts, &analysis.findings));
        let is_wanted = |print: &Fingerprint| added.as_ref().is_none_or(|added| added.contains(print));
        let told = analysis.findings.iter().zip(&prints);
        let told = told.filter(|(finding, print)| finding.waived.is_none() && is_wanted(print));
        for fix in told.filter_map(|(finding, _)| finding.diagnostic.fix.as_ref()) {
            let fits = fix.safety <= most && fix.edits.iter().all(|edit| may_be_edited(&edit.location.path));
            // One fix may mend several findings.
            if fits && !round.fixes.contains(fix) && !fix.edits.iter().any(|edit| round.touches(edit)) {
                round.fixes.insert(fix);
                for edit in &fix.edits {
                    let edits = round.edits.entry(&edit.location.path).or_default();
                    edits.insert(edit.location.span.start, edit);
                }
            }
        }
        round
    }

    fn touches(&self, edit: &Edit) -> bool {
        let span = edit.location.span;
        let edits = self.edits.get(&edit.location.path);
        let before = edits.and_then(|edits| edits.range(..=span.end).next_back());
        before.is_some_and(|(_, before)| before.location.span.end >= span.start)
    }
}

/// The file with the edits; new lines end as most of its lines do.
fn edited(source: &SourceFile, edits: &BTreeMap<u32, &Edit>) -> SourceFile {
    let old = &*source.text;
    let crlf = old.matches("\r\n").count();
    let has_crlf = crlf > old.matches('\n').count() - crlf;
    let mut text = String::with_capacity(old.len());
    let mut at = 0;
    for edit in edits.values() {
        let span = edit.location.span.range();
        text.push_str(old.get(at..span.start).unwrap_or_default());
        match has_crlf && edit.text.contains('\n') && !edit.text.contains('\r') {
            true => text.push_str(&edit.text.replace('\n', "\r\n")),
            false => text.push_str(&edit.text),
        }
        at = span.end;
    }
    text.push_str(old.get(at..).unwrap_or_default());
    SourceFile::new(source.path.clone(), text.into_bytes())
}

/// What fixes change, as a unified diff. What steers a terminal is shown as U+FFFD, so that the diff can be
/// read anywhere; it is no patch for every file.
pub fn diff(files: &[MendedFile]) -> String {
    let mut text = String::new();
    for MendedFile { before, after, .. } in files {
        let path = &before.path;
        let lines = TextDiff::from_lines(&*before.text, &*after.text);
        let mut unified = lines.unified_diff();
        let unified =
            unified.context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string();
        for line in unified.split_terminator('\n') {
            let shown = line.replace('\r', "\u{240d}");
            let parts = shown.split('\t').map(escape::line);
            text.push_str(&parts.collect::<Vec<_>>().join("\t"));
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests;
