//! `mcmbook completions`.

use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};

/// Prints a completion script: `mcmbook completions bash > ~/.local/share/bash-completion/completions/mcmbook`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell.
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::cli::command_line(), "mcmbook", &mut script);
    shell.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Good)
}
