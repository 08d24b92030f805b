//! Which findings `check` tells: those that the baseline lets pass and those that were there before a
//! branch are left out.

use std::sync::Arc;

use crate::analysis::{Analysis, analyze};
use crate::cli::book::tell_unshown;
use crate::facts::{Facts, moved};
use crate::hosts::Failure;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, LoadOptions, Root};
use crate::inputs::document::DocumentId;
use crate::inputs::profile::Profile;
use crate::memo::Memo;
use crate::outputs::report::{Entry, Report};
use crate::text::BookPath;
use crate::verdicts::lint::{Baseline, Earlier, baseline, fingerprints};

/// The findings of the commit where a branch left a revision, at the moment of `present`. A file that was moved
/// since is compared where it is at present. None where the commit has no book.
///
/// # Errors
/// As [`workspace::merge_base`] and [`workspace::inputs_of_commit`].
pub(super) fn base_of(
    root: &Root,
    revision: &str,
    options: &LoadOptions,
    present: &Facts,
) -> Result<Earlier, Failure> {
    let as_of = present.inputs.as_of;
    let base = workspace::merge_base(root, revision)?;
    let Some(inputs) = workspace::inputs_of_commit(root, &base, options, as_of)? else {
        return Ok(Earlier::default());
    };
    let mut before = analyze(Arc::new(inputs), &Memo::forgetful());
    tell_unshown(root, &mut before);
    let moved = moved::between(&before.facts.inputs, &present.inputs);
    let name = |path: &BookPath| present.book.at_path(path).map(|index| &present.book.document(index).id);
    let moved = moved.into_iter().map(|(from, to)| (from, name(to).map_or(to.as_str(), DocumentId::as_str)));
    Ok(Earlier::of(&before.facts, &before.findings, &moved.collect()))
}

/// Leaves out what the baseline lets pass, and tells what it holds in vain: what is not `present` in the
/// whole book, whatever part of it is told.
///
/// # Errors
/// A baseline that cannot be read.
pub(super) fn apply_baseline(
    report: &mut Report<'_>,
    present: &[Entry<'_>],
    root: &Root,
    shell: &Shell,
) -> Result<(), Failure> {
    let Some(mut baseline) = read(root)? else { return Ok(()) };
    if report.facts.inputs.policy.profile == Profile::Regulated {
        shell.warning("the baseline is left aside: the regulated profile has none");
        return Ok(());
    }
    let before = report.entries.len();
    let present = || present.iter().map(|entry| (entry.finding, entry.fingerprint));
    let passed = baseline.passed(present());
    report.entries.retain(|entry| entry.finding.waived.is_some() || !passed.contains(&entry.fingerprint));
    report.in_baseline = before - report.entries.len();
    // An editor asks after each key; it wants to hear of its file alone.
    let gone = if report.of_one_file { 0 } else { baseline.prune(present()).len() };
    if gone > 0 {
        let (entries, rest) = match gone {
            1 => ("1 entry".to_owned(), "matches no finding any more: `mcmbook baseline --prune` drops it"),
            _ => (
                format!("{gone} entries"),
                "match no finding any more: `mcmbook baseline --prune` drops them",
            ),
        };
        shell.warning(&format!("{entries} of the baseline {rest}"));
    }
    Ok(())
}

/// The baseline that counts for a book: the regulated profile has none.
///
/// # Errors
/// A baseline that cannot be read.
pub(in crate::cli::commands) fn baseline_of(
    root: &Root,
    analysis: &Analysis,
) -> Result<Option<Baseline>, Failure> {
    let has_one = analysis.facts.inputs.policy.profile != Profile::Regulated;
    if has_one { read(root) } else { Ok(None) }
}

/// Which of the findings of a book a baseline lets pass, each at its position.
pub(in crate::cli::commands) fn passed(baseline: &Baseline, analysis: &Analysis) -> Vec<bool> {
    let prints = fingerprints(&analysis.facts, &analysis.findings);
    let present = || analysis.findings.iter().zip(prints.iter().copied());
    let passed = baseline.passed(present());
    present().map(|(_, print)| passed.contains(&print)).collect()
}

/// Where the baseline lies.
pub(in crate::cli::commands) fn baseline_path() -> BookPath {
    BookPath::new(baseline::PATH).expect("the path is a constant in normal form")
}

/// The baseline of the book, if it has one.
///
/// # Errors
/// A file that cannot be read, a line that is no entry.
pub(in crate::cli::commands) fn read(root: &Root) -> Result<Option<Baseline>, Failure> {
    let Some(file) = workspace::own_file(root, &baseline_path())? else { return Ok(None) };
    match Baseline::parse(&file) {
        Ok(baseline) => Ok(Some(baseline)),
        Err(bad) => {
            let failure = Failure::usage(format!("line {} of `{}` is no entry", bad.line, file.path));
            Err(failure.help("`mcmbook baseline` writes the file anew"))
        }
    }
}

/// Whether a baseline is to hold a finding: it counts, or only `--strict` would count it. What belongs to
/// a stage that is not reached is told when its time comes.
pub(in crate::cli::commands) fn belongs_into_baseline(entry: &Entry<'_>) -> bool {
    let finding = entry.finding;
    let is_of_site = finding.diagnostic.stage == crate::text::Stage::Published;
    finding.waived.is_none() && (finding.is_due() || is_of_site)
}
