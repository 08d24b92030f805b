//! `mcmbook similar`.

use std::path::PathBuf;

use super::list::{Format, pick};
use crate::cli::book::{Reading, analyzed, change_named};
use crate::facts::similar;
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::outputs::classes;
use crate::outputs::listing::Changes;

/// Prints the earlier changes that affect the same services, most alike first.
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
    let found = similar::of(&analysis.facts.inputs, &analysis.facts.book, change);
    let all = Changes::of(&analysis.facts, &found);
    shell.print(&pick(args.format, || classes::similar_text(&analysis, change, &found), &all))?;
    Ok(Exit::Good)
}
