//! `mcmbook check`.

use crate::cli::book::{BookArgs, WIDTH, analyzed};
use crate::hosts::shell::Shell;
use crate::hosts::{Exit, Failure};
use crate::outputs::report::{HumanOptions, Sources, human, json, short};
use crate::text::Severity;
use crate::verdicts::lint::Finding;

/// Judges every document and prints what is wrong, with its place and what to do.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// How findings are printed.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Fail on warnings and notes too, and on what is missing for later stages.
    #[arg(long)]
    strict: bool,
    /// Print findings of later stages in full.
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// With excerpts and help.
    Human,
    /// A line each: path, line, column, severity, code, message.
    Short,
    /// One JSON object.
    Json,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let (_, analysis) = analyzed(&args.book.load_options(None), shell)?;
    let sources = Sources::of_analysis(&analysis);
    let findings = &analysis.findings;
    let text = match args.format {
        Format::Human => {
            let all_stages = args.all || args.strict;
            let width = shell.width().unwrap_or(WIDTH);
            let options = HumanOptions { color: shell.colors_stdout(), width, all_stages };
            human(findings, &sources, options)
        }
        Format::Short => short(findings, &sources),
        Format::Json => json(findings, &sources),
    };
    match shell.print(&text) {
        // A reader that has seen enough (`| head`) does not make the findings good.
        Ok(()) | Err(Failure::Closed) => {}
        Err(failure) => return Err(failure),
    }
    let fails = |finding: &Finding| match args.strict {
        true => {
            let counts = finding.is_due() || finding.diagnostic.severity != Severity::Info;
            counts && finding.waived.is_none()
        }
        false => finding.is_blocking(),
    };
    Ok(if findings.iter().any(fails) { Exit::Findings } else { Exit::Good })
}
