//! `mcmbook baseline`.

use super::check::scope;
use crate::cli::book::{BookArgs, analyzed, tell_unshown};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure, amend};
use crate::inputs::profile::Profile;
use crate::outputs::report::Report;
use crate::text::counted;
use crate::verdicts::lint::{Baseline, baseline};

/// Lets the present findings pass, so that a book with a past can adopt the checker: `check` tells only what
/// comes on top. The list is a file of the book, to be committed and to become shorter.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// Only drop entries whose findings are mended; add none.
    #[arg(long)]
    prune: bool,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let (root, mut analysis) = analyzed(&args.book.load_options(None), shell)?;
    tell_unshown(&root, &mut analysis);
    if analysis.facts.inputs.policy.profile == Profile::Regulated {
        return Err(Failure::usage("the regulated profile has no baseline")
            .help("mend the findings, or waive them in the policy with owner, reason and expiry"));
    }
    let report = Report::new(&analysis);
    let before = scope::read(&root);
    if args.prune {
        let Some(mut pruned) = before? else {
            return Err(Failure::usage(format!("there is no baseline `{}`", baseline::PATH))
                .help("`mcmbook baseline` writes one"));
        };
        let gone = pruned.prune(report.entries.iter().map(|entry| (entry.finding, entry.fingerprint)));
        for said in &gone {
            shell.detail(&format!("dropped {said}"));
        }
        amend::file(&root, &scope::baseline_path(), &pruned.text())?;
        let left = entries(pruned.len());
        shell.status("Dropped", &format!("{}; {left} left in {}", entries(gone.len()), baseline::PATH));
        return Ok(Exit::Good);
    }
    let told = report.entries.iter().filter(|entry| scope::belongs_into_baseline(entry));
    let new = Baseline::of(told.map(|entry| (entry.finding, entry.fingerprint)));
    amend::file(&root, &scope::baseline_path(), &new.text())?;
    shell.status("Wrote", &format!("{} to {}", counted(new.len(), "finding"), baseline::PATH));
    Ok(Exit::Good)
}

fn entries(number: usize) -> String {
    if number == 1 { "1 entry".to_owned() } else { format!("{number} entries") }
}
