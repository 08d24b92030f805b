//! `mcmbook policy history`.

use crate::cli::book::{BookArgs, analyzed};
use crate::cli::commands::list::{Format, pick};
use crate::cli::moment::as_of;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{AsOf, LoadOptions};
use crate::hosts::{Exit, Failure};
use crate::outputs::policy::past::{PolicyHistory, text};

/// Shows every policy that governed, the one in force first, with who signed for it, and the one that waits.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// Judge at this moment: RFC 3339, `now`, or a commit of the mainline. What landed later is left out.
    #[arg(long, value_name = "INSTANT|COMMIT", default_value = "now", value_parser = as_of)]
    as_of: AsOf,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options = LoadOptions { as_of: args.as_of.clone(), ..args.book.load_options(None) };
    let (_, analysis) = analyzed(&options, shell)?;
    let history = PolicyHistory::of(&analysis.facts);
    shell.print(&pick(args.format, || text(&history), &history))?;
    Ok(Exit::Good)
}
