//! `mcmbook withdraw`.

use super::decide::{self, Common, What};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::inputs::signature::Decision;

/// Ends a change that will not be carried out: for its owner, or a change manager.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a change or of a document outside of changes: MCM-2026-0042, windows/quarter-end.
    id: String,
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    decide::run(&What::new(Decision::Withdraw, &args.id), &args.common, shell)
}
