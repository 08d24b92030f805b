//! `mcmbook build`.

use std::path::PathBuf;

use crate::cli::book::{BookArgs, analyzed, site_of};
use crate::hosts::clock::Stopwatch;
use crate::hosts::publish::{Publication, publish};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::memo::Memo;
use crate::outputs::report::Tally;

/// Builds the site into a folder, whole or not at all.
///
/// Findings do not stop a build: they are shown on the pages. `mcmbook check` lists them and fails.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// The output folder, instead of the one of book.toml.
    #[arg(short, long, value_name = "DIR")]
    dest_dir: Option<PathBuf>,
    /// Open the home page in the browser.
    #[arg(short, long)]
    open: bool,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let time = Stopwatch::start();
    let (loaded, analysis) = analyzed(&args.book.load_options(args.dest_dir.clone()), shell)?;
    let inputs = &analysis.facts.inputs;
    let (documents, changes) = (inputs.sources.len(), analysis.facts.book.changes.len());
    shell.status("Read", &format!("{documents} documents, {changes} changes"));
    if let Some(why) = &inputs.history.unknown {
        shell.warning(&format!("history and approvals are unknown: {why}"));
    }
    let progress = shell.progress("rendering", None);
    let output = site_of(&loaded, &analysis, &Memo::forgetful())?;
    progress.finish();
    let progress = shell.progress("writing", Some(output.files.len()));
    let published = publish(&Publication {
        root: &loaded.root,
        output: &output,
        attachments: &inputs.attachments,
        progress: &progress,
    })?;
    progress.finish();
    let tally = Tally::of(&analysis.findings);
    if tally.errors + tally.warnings > 0 {
        let (errors, warnings) = (tally.errors, tally.warnings);
        shell.warning(&format!("{errors} errors and {warnings} warnings: `mcmbook check` lists them"));
    }
    let folder = loaded.root.build_dir_shown();
    shell.status("Built", &format!("{} files in {folder} in {}", published.files, time.shown()));
    let home = loaded.root.home_page();
    shell.status("Open", &home);
    if args.open {
        shell.open(&home)?;
    }
    Ok(Exit::Good)
}
