//! `mcmbook policy check`.

use crate::cli::book::{BookArgs, Strictness, WIDTH, analyzed};
use crate::cli::commands::list::{Format, pick};
use crate::cli::moment::as_of;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, AsOf, LoadOptions};
use crate::hosts::{Exit, Failure};
use crate::outputs::policy::lints::{PolicyCheck, head, is_of_policy};
use crate::outputs::report::{self, HumanOptions, Report};

/// Judges roster and policy: keys, people, roles, quorums, risk bands, waivers, and whether the files at hand
/// govern.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    book: BookArgs,
    #[command(flatten)]
    strictness: Strictness,
    /// Fail on warnings and notes too.
    #[arg(long)]
    strict: bool,
    /// Judge at this moment: RFC 3339, `now`, or a commit of the mainline. What landed later is left out.
    #[arg(long, value_name = "INSTANT|COMMIT", default_value = "now", value_parser = as_of)]
    as_of: AsOf,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Ends with 1 when something is wrong.
pub(super) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options = LoadOptions {
        profile: args.strictness.profile(),
        as_of: args.as_of.clone(),
        ..args.book.load_options(None)
    };
    let (root, analysis) = analyzed(&options, shell)?;
    let files = workspace::policy_files(&root)?;
    let mut report = Report::new(&analysis);
    report.strict = args.strict;
    report.entries.retain(is_of_policy);
    // Documents are not judged here, so that nothing is said of how many there are.
    report.of_one_file = true;
    let check = PolicyCheck::of(&report, &files);
    match args.format {
        Format::Json => shell.print(&pick(args.format, String::new, &check))?,
        Format::Text => {
            let options = HumanOptions {
                color: shell.colors_stdout(),
                width: shell.width().unwrap_or(WIDTH),
                all_stages: true,
            };
            shell.print(&(head(&check) + "\n"))?;
            match shell.stream(|out| report::human(&report, options, out)) {
                // A reader that has seen enough (`| head`) does not make the findings good.
                Ok(()) | Err(Failure::Closed) => {}
                Err(failure) => return Err(failure),
            }
        }
    }
    let fails = report.entries.iter().any(|entry| report.fails(entry.finding));
    Ok(if fails { Exit::Findings } else { Exit::Good })
}
