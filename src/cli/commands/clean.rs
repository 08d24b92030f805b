//! `mcmbook clean`.

use std::path::PathBuf;

use super::build::tell_of_lost;
use crate::cli::book::{BookArgs, History, Reading};
use crate::hosts::publish;
use crate::hosts::shell::Shell;
use crate::hosts::workspace;
use crate::hosts::{Exit, Failure};

/// Removes the built site, if `build` made it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// The output folder, instead of the one of book.toml.
    #[arg(short, long, value_name = "DIR")]
    dest_dir: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let reading = Reading { history: History::Unknown, ..Reading::default() };
    let loaded = workspace::load(&reading.load_options(args.book.dir.clone(), args.dest_dir.clone()))?;
    let folder = loaded.root.build_dir_shown();
    match publish::clean(&loaded.root)? {
        Some(lost) => {
            tell_of_lost(&lost, "the folder goes as a whole", &folder, shell);
            shell.status("Removed", &folder);
        }
        None => shell.status("Clean", &format!("{folder} is not there")),
    }
    Ok(Exit::Good)
}
