//! `mcmbook authorise`.

use super::decide::{self, Common, What};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::inputs::signature::Decision;

/// Lets an emergency change begin before its approvals are there. Two people are needed, unless nobody
/// second can be reached.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of the change.
    id: String,
    /// The incident that makes it unavoidable.
    #[arg(long, value_name = "ID")]
    incident: Option<String>,
    /// The role in which it is decided; not needed where only one fits.
    #[arg(long)]
    role: Option<String>,
    /// Authorise it alone, since nobody second can be reached; `--reason` says why.
    #[arg(long)]
    alone: bool,
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let decision = if args.alone { Decision::AuthoriseAlone } else { Decision::Authorise };
    let (role, incident) = (args.role.as_deref(), args.incident.as_deref());
    let what = What { role, incident, ..What::new(decision, &args.id) };
    decide::run(&what, &args.common, shell)
}
