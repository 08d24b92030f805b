//! `mcmbook approve`.

use super::decide::{self, Common, What};
use super::list::{Format, pick};
use crate::facts::approval::Approvals;
use crate::hosts::shell::Shell;
use crate::hosts::workspace;
use crate::hosts::{Exit, Failure, record};
use crate::inputs::signature::Decision;
use crate::outputs::approval::Trust;
use crate::outputs::decision::{Collection, Standing};
use crate::text::counted;

/// Approves a change or a document: shows what is signed, asks, and writes one signed commit.
///
/// The signature is made by git as it is set up to sign commits. With --collect nothing is signed: the
/// records that people pushed are merged into the branch at hand.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a change, of a document outside of changes, or of an exception: MCM-2026-0042, windows/quarter-end,
    /// MCM-2026-0042/exception.
    #[arg(required_unless_present = "collect")]
    id: Option<String>,
    /// The role in which it is approved; not needed where only one fits.
    #[arg(long)]
    role: Option<String>,
    /// Approve what one has approved already.
    #[arg(long)]
    again: bool,
    /// Merge the branches `mcm/ID/*`, here and of the remote, instead of signing.
    #[arg(long, conflicts_with_all = ["role", "again", "carry"])]
    collect: bool,
    /// Carry everybody's approvals over an edit that changed neither fields nor steps.
    #[arg(long)]
    carry: bool,
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    if args.collect {
        return collect(args, shell);
    }
    let id = args.id.as_deref().unwrap_or_default();
    let what = What {
        role: args.role.as_deref(),
        again: args.again,
        carry: args.carry,
        ..What::new(Decision::Approve, id)
    };
    decide::run(&what, &args.common, shell)
}

fn collect(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options = args.common.load_options();
    let root = workspace::load(&options)?.root;
    let merged = record::collect(&root, args.id.as_deref(), args.common.push.as_deref())?;
    let loaded = workspace::load(&options)?;
    let approvals = Approvals::of(&loaded.inputs);
    let trust = Trust::of(&approvals, loaded.inputs.history.ledger.pinned);
    let after = args.id.as_deref().and_then(|id| approvals.status(id)).map(Standing::of);
    let collection = Collection { schema: 1, trust, merged, after };
    if let Format::Json = args.common.format {
        shell.print(&pick(args.common.format, String::new, &collection))?;
        return Ok(Exit::Good);
    }
    for branch in &collection.merged {
        let what = counted(branch.records, "record");
        shell.status("Merged", &format!("{} with {what} by {}", branch.branch, &branch.commit[..10]));
    }
    if collection.merged.is_empty() {
        shell.status("Merged", "nothing: every record has landed on this branch");
    }
    if let (Some(id), Some(after)) = (args.id.as_deref(), &collection.after) {
        shell.status("Status", &format!("{id} is {}", after.text()));
    }
    Ok(Exit::Good)
}
