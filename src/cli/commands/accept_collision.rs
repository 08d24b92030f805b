//! `mcmbook accept-collision`.

use super::decide::{self, Common, What};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::inputs::signature::Decision;

/// Accepts that a change collides with another one, as the change manager.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of the change.
    id: String,
    /// Id of the change that it collides with.
    #[arg(long, value_name = "ID")]
    other: String,
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let what = What { other: Some(args.other.as_str()), ..What::new(Decision::AcceptCollision, &args.id) };
    decide::run(&what, &args.common, shell)
}
