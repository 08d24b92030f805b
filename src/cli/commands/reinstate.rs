//! `mcmbook reinstate`.

use super::decide::{self, Common};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};

/// Lets a record count again that was made with a key which the policy says is compromised: for policy-admins, who
/// know how it came about.
///
/// It counts once as many of them have signed as an amendment of the policy takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The record's commit: its id, or at least four of its first digits.
    commit: String,
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    decide::reinstate(&args.commit, &args.common, shell)
}
