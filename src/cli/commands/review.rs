//! `mcmbook review`.

use super::decide::{self, Common, What};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::inputs::signature::Decision;

/// Says that one has reviewed a post-mortem that one did not write.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of the change, or of its post-mortem.
    id: String,
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    decide::run(&What::new(Decision::Review, &args.id), &args.common, shell)
}
