//! `mcmbook doctor`.

use std::path::PathBuf;

use super::list::{Format, pick};
use crate::cli::book::Reading;
use crate::hosts::shell::Shell;
use crate::hosts::workspace;
use crate::hosts::{Exit, Failure, record};
use crate::outputs::doctor::{Grade, text};

/// Looks whether this clone, your set-up of git and the habits of the forge are fit for signed decisions, and
/// says how to mend what is not.
///
/// It ends with 1 when something is bad: records made here would not count, or cannot be judged.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the book, or a folder below it.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// Sign a commit for trial, which nobody will see.
    #[arg(long)]
    sign: bool,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options = args.reading.load_options(args.dir.clone(), None);
    let root = workspace::root(&options)?;
    let examined = record::examine(&root, &options, args.sign)?;
    shell.print(&pick(args.format, || text(&examined.checks), &examined))?;
    let is_bad = examined.checks.iter().any(|check| check.grade == Grade::Bad);
    Ok(if is_bad { Exit::Findings } else { Exit::Good })
}
