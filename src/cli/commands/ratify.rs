//! `mcmbook ratify`.

use super::decide::{self, Common, What};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::inputs::signature::Decision;

/// Approves an emergency change afterwards.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of the change.
    id: String,
    /// The role in which it is decided; not needed where only one fits.
    #[arg(long)]
    role: Option<String>,
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let what = What { role: args.role.as_deref(), ..What::new(Decision::Ratify, &args.id) };
    decide::run(&what, &args.common, shell)
}
