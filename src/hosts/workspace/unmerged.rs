//! The book of a branch that has not landed, as it would be after it has.

use std::sync::Arc;

use jiff::Timestamp;

use super::commit::{CommitId, inputs_of, repository};
use super::{AsOf, LoadOptions, Root, root};
use crate::facts::approval::judge::latest;
use crate::hosts::clock;
use crate::hosts::failure::Failure;
use crate::inputs::Inputs;
use crate::inputs::history::ledger::Ledger;

/// A branch, and where it would land.
#[derive(Clone, Debug)]
pub struct Range {
    /// Commit id of the base's head.
    pub base: String,
    /// Commit id of the branch's head.
    pub head: String,
    /// How many commits would land; none where the base holds them all.
    pub commits: usize,
}

/// A book before and after a landing that has not happened.
#[derive(Clone, Debug)]
pub struct Unmerged {
    /// What would land where.
    pub range: Range,
    /// The book as it would be. Its ledger ends with the landing, unless there is nothing to land.
    pub after: Inputs,
    /// The same without the landing, by the settings and kinds of the book as it would be. Only its history
    /// differs: what rests on the documents alone is not in it.
    pub before: Inputs,
}

/// Reads a branch as it would be after landing on a base, both as revisions of the repository that holds
/// `options.dir`. Work tree and index have no say.
///
/// # Errors
/// No book in the merged tree, an unknown revision, branches that conflict, a moment before the newest
/// landing of the base.
pub fn unmerged(options: &LoadOptions, base: &str, head: &str) -> Result<Unmerged, Failure> {
    let as_of = match &options.as_of {
        AsOf::At(at) => *at,
        AsOf::Now => clock::now()?.timestamp(),
        AsOf::Head | AsOf::Commit(_) => {
            let failure = Failure::usage("a branch is judged at an instant, not at a commit");
            return Err(failure.help("`--as-of 2026-05-01T12:00:00Z`, or leave `--as-of` out for now"));
        }
    };
    let root = root(options)?;
    let git = repository(&root)?;
    let merged = git.merged(base, head, as_of, &options.asked(&settings(&root, options)?))?;
    let tip = CommitId::of_hex(&merged.tip.to_string());
    let tip = tip.expect("an object id has 40 hexadecimal digits");
    let Some(mut after) = inputs_of(&git, &tip, options, as_of)? else {
        return Err(Failure::usage(format!("there is no book in `{head}` where this one lies"))
            .help("run it in the folder of `book.toml` of the branch"));
    };
    let mut before = after.clone();
    if merged.commits > 0 {
        let history = Arc::make_mut(&mut after.history);
        mark_unlanded(&mut history.ledger, base, as_of)?;
        let ledger = &mut Arc::make_mut(&mut before.history).ledger;
        *ledger = history.ledger.clone();
        if std::mem::take(&mut ledger.ends_unlanded) {
            ledger.landings.pop();
        }
    }
    let range =
        Range { base: merged.base.to_string(), head: merged.head.to_string(), commits: merged.commits };
    Ok(Unmerged { range, after, before })
}

/// Marks the last landing as one that has not happened.
///
/// # Errors
/// The pass would not reach it: the base holds what is dated later than the moment of judging, so that the
/// answer would be that of the base alone.
fn mark_unlanded(ledger: &mut Ledger, base: &str, as_of: Timestamp) -> Result<(), Failure> {
    if ledger.landings.len() == 1 {
        // The branch brings the first policy. What it makes of the book is decided by landing it.
        let why = format!("there is no policy on the mainline of `{base}`: the branch brings the first");
        *ledger = Ledger { none: Some(why), pinned: ledger.pinned, ..Ledger::default() };
    }
    let Some(landing) = ledger.landings.last_mut() else { return Ok(()) };
    let latest = latest(as_of);
    if landing.landed > latest {
        let message = format!("`{base}` holds a landing of {}, later than {as_of}", landing.landed);
        return Err(Failure::usage(message).help("a branch lands after everything that its base holds"));
    }
    landing.commit.clear();
    ledger.ends_unlanded = true;
    Ok(())
}

fn settings(root: &Root, options: &LoadOptions) -> Result<crate::inputs::config::Config, Failure> {
    Ok(super::read_config(root.dir(), &options.overrides)?.1)
}
