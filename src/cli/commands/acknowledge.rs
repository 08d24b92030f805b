//! `mcmbook acknowledge`.

use super::decide::{self, Common, What};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::inputs::signature::Decision;

/// Says that one has read a document: a guide, a runbook, a notice.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a document: process/windows, MCM-2026-0042/runbook.
    id: String,
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    decide::run(&What::new(Decision::Acknowledge, &args.id), &args.common, shell)
}
