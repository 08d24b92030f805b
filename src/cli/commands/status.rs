//! `mcmbook status`.

use std::path::PathBuf;

use super::list::{Format, pick};
use crate::cli::book::{Reading, analyzed};
use crate::facts::approval::{ApprovalStatus, SubjectId};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{AsOf, LoadOptions};
use crate::hosts::{Exit, Failure};
use crate::outputs::approval::{self, Standing};
use crate::text::did_you_mean;

/// Shows what is approved, by whom, over which bytes, and what is missing.
///
/// The status follows from signed commits on the mainline, never from what a document says. Without an id, the
/// changes are listed, with the documents outside of changes on which somebody has decided.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a change, or of a document outside of changes: MCM-2026-0007, windows/quarter-end.
    id: Option<String>,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Judge at this moment: RFC 3339, or a commit of the mainline. What landed later is left out.
    #[arg(long, value_name = "INSTANT|COMMIT")]
    as_of: Option<String>,
    /// List every subject, also documents on which nobody has decided.
    #[arg(long, conflicts_with = "id")]
    all: bool,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let as_of = args.as_of.as_deref().map_or(AsOf::Now, moment);
    let options = LoadOptions { as_of, ..args.reading.load_options(args.dir.clone(), None) };
    let (_, analysis) = analyzed(&options, shell)?;
    let facts = &analysis.facts;
    let Some(id) = &args.id else {
        let decided =
            |id: &SubjectId| facts.approvals.subjects.get(id).is_some_and(|(s, _)| !s.records.is_empty());
        let standing = Standing::of(facts, |id| args.all || id.change().is_some() || decided(id));
        let text = || approval::trust_text(&standing) + "\n" + &approval::lines(&standing);
        shell.print(&pick(args.format, text, &standing))?;
        return Ok(Exit::Good);
    };
    let id = id.trim_end_matches('/');
    let standing = Standing::of(facts, |subject| subject.as_str() == id);
    let Some(subject) = standing.subjects.first() else {
        // Without a policy on the mainline nothing is a subject, and the reason is worth more than the id.
        if standing.unknown.is_some() && facts.book.changes.contains_key(id) {
            let word = ApprovalStatus::BeforeAdoption.word();
            let text = || format!("{id}  {word}\n{}", approval::trust_text(&standing));
            shell.print(&pick(args.format, text, &standing))?;
            return Ok(Exit::Good);
        }
        let failure = Failure::usage(format!("nothing named `{id}` has landed"));
        let ids = facts.approvals.subjects.keys().map(SubjectId::as_str);
        return Err(match did_you_mean(id, ids) {
            Some(guess) => failure.help(format!("did you mean `{guess}`?")),
            None => failure.help("`mcmbook status --all` prints the ids"),
        });
    };
    let text = || approval::subject_text(subject) + "\n" + &approval::trust_text(&standing);
    shell.print(&pick(args.format, text, &standing))?;
    Ok(Exit::Good)
}

/// An instant as RFC 3339 writes it, or a commit.
fn moment(text: &str) -> AsOf {
    text.parse().map_or_else(|_| AsOf::Commit(text.to_owned()), AsOf::At)
}
