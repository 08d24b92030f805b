//! `mcmbook show`.

use std::path::PathBuf;

use super::list::{Format, pick};
use crate::cli::book::{Reading, Strictness, analyzed};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::LoadOptions;
use crate::hosts::{Exit, Failure};
use crate::outputs::show::Shown;
use crate::text::did_you_mean;

/// Shows a change with its documents and findings, or a document with its outline.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Id of a change or a document: MCM-2026-0007, MCM-2026-0007/runbook, services/checkout, checkout.
    id: String,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    strictness: Strictness,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let reading = args.reading.load_options(args.dir.clone(), None);
    let options = LoadOptions { profile: args.strictness.profile(), ..reading };
    let (_, analysis) = analyzed(&options, shell)?;
    let book = &analysis.facts.book;
    let id = args.id.trim_end_matches('/');
    let print = |shown: &Shown| {
        shell.print(&pick(args.format, || shown.text(), shown))?;
        Ok(Exit::Good)
    };
    if let Some(change) = book.changes.get(id) {
        return print(&Shown::change(&analysis, change));
    }
    let named = book.documents.iter().position(|document| document.id.name() == id);
    if let Some(index) = book.by_id(id).or(named) {
        return print(&Shown::document(&analysis, book.document(index)));
    }
    let ids = book.changes.keys().map(AsRef::as_ref);
    let ids = ids.chain(book.documents.iter().map(|document| document.id.as_str()));
    let failure = Failure::usage(format!("there is no change and no document `{id}`"));
    Err(match did_you_mean(id, ids) {
        Some(guess) => failure.help(format!("did you mean `{guess}`?")),
        None => failure.help("`mcmbook list` and `mcmbook list --kind all` print the ids"),
    })
}
