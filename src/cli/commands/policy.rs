//! `mcmbook policy`.

mod amend;
mod check;
mod init;
mod past;

use super::list::{Format, pick};
use crate::cli::book::{BookArgs, Strictness};
use crate::facts::approval::Approvals;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, LoadOptions};
use crate::hosts::{Exit, Failure};
use crate::outputs::approval::{Resting, Trust};
use crate::outputs::policy::{effective_text, effective_whole};

/// Shows the policy of a book.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Print the policy as it counts, completed by its profile, as a policy.toml or as JSON.
    Show(ShowArgs),
    /// Judge roster and policy, and say whether the files at hand govern.
    Check(check::Args),
    /// Print every policy that governed, with who signed for it.
    History(past::Args),
    /// Write a first policy from git's identity and signing key, commit it, and print its pin.
    Init(init::Args),
    /// Commit an edit of the policy, and sign for it; or sign for an edit that is committed already.
    Amend(amend::Args),
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    #[command(flatten)]
    book: BookArgs,
    #[command(flatten)]
    strictness: Strictness,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let args = match &args.verb {
        Verb::Show(args) => args,
        Verb::Check(args) => return check::run(args, shell),
        Verb::History(args) => return past::run(args, shell),
        Verb::Init(args) => return init::run(args, shell),
        Verb::Amend(args) => return amend::run(args, shell),
    };
    let options = LoadOptions { profile: args.strictness.profile(), ..args.book.load_options(None) };
    let policy = workspace::policy(&options)?;
    let text = match args.format {
        Format::Text => effective_text(&policy),
        Format::Json => {
            let inputs = workspace::load(&options)?.inputs;
            let trust = Trust::of(&Approvals::of(&inputs), inputs.history.ledger.pinned);
            pick(args.format, String::new, &Resting { told: effective_whole(&policy), trust })
        }
    };
    shell.print(&text)?;
    Ok(Exit::Good)
}
