//! `mcmbook man`.

use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};

/// Prints the manual page of mcmbook or of one command: `mcmbook man | man -l -`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The command; without one, the whole program.
    command: Option<String>,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let mut command = crate::cli::command_line();
    command.build();
    if let Some(name) = &args.command {
        let Some(found) = command.find_subcommand(name) else {
            return Err(
                Failure::usage(format!("there is no command `{name}`")).help("`mcmbook help` lists them")
            );
        };
        command = found.clone();
    }
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map_err(|error| Failure::io("cannot write the manual page", &error))?;
    shell.print(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Good)
}
