//! `mcmbook demo`.

use std::path::PathBuf;

use super::build;
use crate::hosts::clock::Stopwatch;
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure, demo};
use crate::text::counted;

/// Makes the book of an invented company: a repository with a year of changes, approved, rejected, withdrawn
/// and carried out, with keys and signatures that are real. Then it builds the site and says where to open it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the demonstration; it must be empty or not there.
    #[arg(value_name = "DIR", default_value = "mcmbook-demo")]
    dir: PathBuf,
    /// Make the repository only.
    #[arg(long)]
    no_build: bool,
    /// Open the site in the browser.
    #[arg(short, long, conflicts_with = "no_build")]
    open: bool,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let time = Stopwatch::start();
    shell.status("Making", &format!("a year of changes in {}", args.dir.display()));
    let progress = shell.progress("signing", None);
    let made = demo::make(&args.dir, |_, _| ())?;
    progress.finish();
    let commits = counted(made.commits, "commit");
    let records = counted(made.records, "signed decision");
    let people = counted(made.people, "person").replace("persons", "people");
    let gpg = if made.has_gpg { ", one of them with an OpenPGP key" } else { "" };
    shell.status("Made", &format!("{commits} with {records} by {people}{gpg}, in {}", time.shown()));
    if args.no_build {
        return Ok(Exit::Good);
    }
    build::run(&build::Args::of(args.dir.clone(), args.open), shell)
}
