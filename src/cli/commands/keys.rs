//! `mcmbook keys`.

use std::path::PathBuf;

use crate::cli::book::Reading;
use crate::facts::approval::Approvals;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, CommitId};
use crate::hosts::{Exit, Failure};
use crate::inputs::policy;
use crate::text::SourceFile;

/// Prints the keys of the policy in force, for stock tools.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Print the keys as ssh-keygen and git take them, or the certificates as gpg imports them.
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
struct ExportArgs {
    /// Folder of the book, or a folder below it.
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// What is printed.
    #[arg(long, value_enum, default_value = "allowed-signers")]
    format: KeyFormat,
}

/// The words of `--format`.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum KeyFormat {
    /// OpenSSH's allowed signers: `git config gpg.ssh.allowedSignersFile FILE`.
    AllowedSigners,
    /// OpenPGP certificates in ASCII armour: `gpg --import FILE`.
    Openpgp,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let Verb::Export(args) = &args.verb;
    let loaded = workspace::load(&Reading::default().load_options(args.dir.clone(), None))?;
    let approvals = Approvals::of(&loaded.inputs);
    let commit = approvals.effective.as_ref().and_then(|effective| {
        let (commit, _) = approvals.landings.get(effective.since)?;
        CommitId::of_hex(commit)
    });
    let Some(commit) = commit else {
        let why = approvals.none.as_deref().unwrap_or("there is no policy on the mainline");
        return Err(Failure::usage(format!("no policy is in force: {why}"))
            .help("`mcmbook policy init` adopts a policy"));
    };
    let files = workspace::policy_files_at(&loaded.root, &commit)?;
    let name = |file: &SourceFile| file.path.below(policy::FOLDER).unwrap_or_default().to_owned();
    let wanted = |file: &&SourceFile| match args.format {
        KeyFormat::AllowedSigners => name(file) == "allowed_signers",
        KeyFormat::Openpgp => name(file).starts_with("openpgp/"),
    };
    let text: String = files.iter().filter(wanted).map(|file| file.text.to_string()).collect();
    if text.is_empty() {
        let what = match args.format {
            KeyFormat::AllowedSigners => "SSH key",
            KeyFormat::Openpgp => "OpenPGP certificate",
        };
        return Err(Failure::usage(format!("the policy in force holds no {what}")));
    }
    shell.print(&text)?;
    Ok(Exit::Good)
}
