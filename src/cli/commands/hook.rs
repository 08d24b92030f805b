//! `mcmbook hook`.

use std::path::PathBuf;

use crate::cli::book::Reading;
use crate::hosts::shell::Shell;
use crate::hosts::workspace;
use crate::hosts::{Exit, Failure, record};

/// The pre-push hook of git: refuses a push that would spoil records or the mainline.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Write the hook into the repository of the book.
    Install(InstallArgs),
    /// What the hook runs: judges what git is about to push, from standard input.
    PrePush(PrePushArgs),
}

#[derive(Debug, clap::Args)]
struct InstallArgs {
    /// Folder of the book, or a folder below it.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
}

#[derive(Debug, clap::Args)]
struct PrePushArgs {
    /// Name of the remote, as git gives it.
    remote: String,
    /// Its address, as git gives it.
    address: Option<String>,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
}

/// Far more than the names of ten thousand references.
const LONGEST_INPUT: u64 = 8 << 20;

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::Install(args) => {
            let root = workspace::root(&Reading::default().load_options(args.dir.clone(), None))?;
            let path = record::install_hook(&root)?;
            shell.status("Wrote", &path);
            Ok(Exit::Good)
        }
        Verb::PrePush(args) => {
            let root = workspace::root(&Reading::default().load_options(args.dir.clone(), None))?;
            let lines = shell.input(LONGEST_INPUT)?;
            let refusals = record::pre_push(&root, &args.remote, &String::from_utf8_lossy(&lines))?;
            for refusal in &refusals {
                let failure = Failure::usage(&refusal.message);
                shell.failure(&refusal.help.iter().fold(failure, |failure, line| failure.help(line)));
            }
            Ok(if refusals.is_empty() { Exit::Good } else { Exit::Findings })
        }
    }
}
