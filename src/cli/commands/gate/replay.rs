//! `mcmbook gate replay`: what this version would have decided.

use std::path::Path;

use jiff::SignedDuration;

use super::decided;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, CommitId, LoadOptions};
use crate::hosts::{Exit, Failure, decisions};
use crate::outputs::gate::{self, Past, Source};
use crate::verdicts::gate::{Checkout, Question};

/// Asks every decision of a log again, of the commit that was judged and for the moment that was asked about.
///
/// # Errors
/// A log that does not verify, a book that cannot be found.
pub(super) fn run(log: &Path, options: &LoadOptions, shell: &Shell) -> Result<Exit, Failure> {
    let root = workspace::root(options)?;
    let (mut alike, mut skipped, mut others) = (0_usize, 0_usize, 0_usize);
    for (index, past) in decisions::read(log)?.iter().enumerate() {
        let commit = past.commit.as_deref().and_then(CommitId::of_hex);
        let (Some(commit), false) = (commit, past.is_of_clone()) else {
            skipped += 1;
            continue;
        };
        let mut source = Source { revision: past.branch.clone(), ..Source::default() };
        let answer = decided(&root, &commit, options, &mut question(past), &mut source, |_, _| {});
        let told = match answer {
            Ok(answer) => gate::differs(past, &answer),
            Err(failure @ (Failure::Interrupted | Failure::Closed)) => return Err(failure),
            Err(failure) => Some(format!("cannot be judged any more: {failure}")),
        };
        match told {
            None => alike += 1,
            Some(told) => {
                others += 1;
                shell.print(&format!("line {}: {told}\n", index + 1))?;
            }
        }
    }
    let skipped = match skipped {
        0 => String::new(),
        skipped => format!(", {skipped} not asked again: they rest on the clone of that day"),
    };
    shell.print(&format!("{alike} decided alike, {others} not{skipped}\n"))?;
    Ok(if others == 0 { Exit::Good } else { Exit::Gate(OTHERWISE) })
}

/// The exit code where a decision would be another one.
const OTHERWISE: u8 = 1;

fn question(past: &Past) -> Question {
    Question {
        service: past.service.clone(),
        environment: past.environment.clone(),
        at: past.at,
        changes: past.change.iter().cloned().collect(),
        duration: SignedDuration::from_secs(past.duration),
        stage: past.stage.clone(),
        artifact: past.artifact.clone(),
        checkout: Checkout::default(),
    }
}
