//! `mcmbook classify`.

use std::path::PathBuf;

use super::list::{Format, pick};
use crate::cli::book::{Reading, analyzed, change_named};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::outputs::approval::{Resting, trust_of};
use crate::outputs::classes;

/// Prints the class of a change with its score, every reason, and what is unanswered.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a change: MCM-2026-0007.
    id: String,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let (_, analysis) = analyzed(&args.reading.load_options(args.dir.clone(), None), shell)?;
    let change = change_named(&analysis, &args.id)?;
    let classification = classes::classification(&analysis, change)
        .ok_or_else(|| Failure::usage(format!("`{}` has no request to classify", change.id)))?;
    let text = || classes::classification_text(&classification);
    let trust = trust_of(&analysis.facts);
    shell.print(&pick(args.format, text, &Resting { told: &classification, trust }))?;
    Ok(Exit::Good)
}
