//! `mcmbook reject`.

use super::decide::{self, Common, What};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::inputs::signature::Decision;

/// Refuses a change or a document as it stands, in a role that is asked for or may veto.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a change or of a document outside of changes: MCM-2026-0042, windows/quarter-end.
    id: String,
    /// The role in which it is decided; not needed where only one fits.
    #[arg(long)]
    role: Option<String>,
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let what = What { role: args.role.as_deref(), ..What::new(Decision::Reject, &args.id) };
    decide::run(&what, &args.common, shell)
}
