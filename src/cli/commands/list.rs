//! `mcmbook list`.

use crate::cli::book::{BookArgs, Strictness, kind_named};
use crate::cli::moment::Past;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::LoadOptions;
use crate::hosts::{Exit, Failure};
use crate::outputs::listing::{self, Changes, Documents};

/// Lists the changes of a book, newest first, or its documents.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    #[command(flatten)]
    strictness: Strictness,
    #[command(flatten)]
    past: Past,
    /// List the documents of this kind, or of every kind with `all`.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// How lists are printed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// JSON.
    Json,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options = LoadOptions { profile: args.strictness.profile(), ..args.book.load_options(None) };
    let analysis = args.past.analyzed(&options, shell)?;
    let text = match &args.kind {
        None => {
            let lines = listing::changes(&analysis);
            let all = Changes::of(&analysis.facts, &lines);
            pick(args.format, || listing::changes_text(&lines), &all)
        }
        Some(kind) => {
            let kind = Some(kind.as_str()).filter(|kind| *kind != "all");
            kind.map(|kind| kind_named(&analysis.facts.inputs.config.kinds, kind)).transpose()?;
            let lines = listing::documents(&analysis, kind);
            let all = Documents::of(&analysis.facts, &lines);
            pick(args.format, || listing::documents_text(&lines), &all)
        }
    };
    shell.print(&text)?;
    Ok(Exit::Good)
}

/// A value in the form asked for.
pub(super) fn pick(format: Format, text: impl FnOnce() -> String, lines: &impl serde::Serialize) -> String {
    match format {
        Format::Text => text(),
        Format::Json => {
            serde_json::to_string_pretty(lines).expect("lines hold only text, numbers and lists") + "\n"
        }
    }
}
