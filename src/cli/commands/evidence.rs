//! `mcmbook evidence`.

use std::path::PathBuf;

use crate::cli::book::{Reading, analyzed, change_named};
use crate::cli::moment::as_of;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{AsOf, LoadOptions};
use crate::hosts::{Exit, Failure, export};
use crate::outputs::evidence::{self, Archive};
use crate::text::counted;

/// Writes the evidence for the approvals of a change: records, rosters, covered documents and a script.
///
/// `sh verify.sh` in the folder checks it with git, ssh-keygen and sha256sum alone, time stamps with openssl; `sh verify.sh CLONE` holds
/// it against a repository, too.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of the change.
    id: String,
    /// The new folder, instead of `evidence-ID`.
    #[arg(short, long, value_name = "DIR")]
    dest_dir: Option<PathBuf>,
    /// Judge the approvals at this moment instead of that of the last landing: RFC 3339, `now`, or a commit of the
    /// mainline. Time stamps are made after what they are over has landed, and count from then on.
    #[arg(long, value_name = "INSTANT|COMMIT", value_parser = as_of)]
    as_of: Option<AsOf>,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let reading = args.reading.load_options(args.dir.clone(), None);
    // As the site does: the same commit gives the same bytes.
    let as_of = args.as_of.clone().unwrap_or(AsOf::Head);
    let (root, analysis) = analyzed(&LoadOptions { as_of, ..reading }, shell)?;
    let facts = &analysis.facts;
    let archive = Archive::of(facts);
    let change = change_named(&analysis, &args.id)?;
    let Some(files) = evidence::of(&archive, &change.id) else {
        let why = facts.approvals.none.as_deref().unwrap_or("no record of it has landed");
        return Err(Failure::usage(format!("there is no evidence for {}: {why}", change.id))
            .help(format!("`mcmbook status {}` tells how it stands", change.id)));
    };
    let folder = args.dest_dir.clone().unwrap_or_else(|| PathBuf::from(format!("evidence-{}", change.id)));
    export::folder(&root, &files, &folder)?;
    shell.status("Written", &format!("{} in {}", counted(files.len(), "file"), folder.display()));
    Ok(Exit::Good)
}
