//! Which findings `check` tells: those that the baseline lets pass and those that were there before a
//! branch are left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::analyze;
use crate::hosts::Failure;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, LoadOptions, Root};
use crate::inputs::profile::Profile;
use crate::memo::Memo;
use crate::outputs::report::{Entry, Report};
use crate::text::BookPath;
use crate::verdicts::lint::{Baseline, Finding, Fingerprint, baseline, fingerprints};

/// Keeps what the branch adds: findings that the commit where it left a revision does not have, or that
/// were not due there and are now.
///
/// # Errors
/// As [`workspace::merge_base`] and [`workspace::inputs_of_commit`].
pub(super) fn keep_new(
    report: &mut Report<'_>,
    root: &Root,
    revision: &str,
    options: &LoadOptions,
) -> Result<(), Failure> {
    let base = workspace::merge_base(root, revision)?;
    let as_of = report.facts.inputs.as_of;
    let Some(inputs) = workspace::inputs_of_commit(root, &base, options, as_of)? else { return Ok(()) };
    let before = analyze(Arc::new(inputs), &Memo::forgetful());
    let prints = fingerprints(&before.facts, &before.findings);
    let weight = |finding: &Finding| finding.is_due() && finding.waived.is_none();
    let known: BTreeMap<Fingerprint, bool> =
        prints.into_iter().zip(before.findings.iter().map(weight)).collect();
    report.entries.retain(|entry| match known.get(&entry.fingerprint) {
        None => true,
        Some(counted_before) => weight(entry.finding) && !counted_before,
    });
    Ok(())
}

/// Leaves out what the baseline lets pass, and tells what it holds in vain: what is not `present` in the
/// whole book, whatever part of it is told.
///
/// # Errors
/// A baseline that cannot be read.
pub(super) fn apply_baseline(
    report: &mut Report<'_>,
    present: &[Fingerprint],
    root: &Root,
    shell: &Shell,
) -> Result<(), Failure> {
    let Some(mut baseline) = read(root)? else { return Ok(()) };
    if report.facts.inputs.policy.profile == Profile::Regulated {
        shell.warning("the baseline is left aside: the regulated profile has none");
        return Ok(());
    }
    let before = report.entries.len();
    report.entries.retain(|entry| entry.finding.waived.is_some() || !baseline.holds(&entry.fingerprint));
    report.in_baseline = before - report.entries.len();
    // An editor asks after each key; it wants to hear of its file alone.
    let gone = if report.of_one_file { 0 } else { baseline.prune(present.iter().copied()).len() };
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
