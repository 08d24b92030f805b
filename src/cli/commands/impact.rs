//! `mcmbook impact`.

use std::path::PathBuf;

use super::list::{Format, pick};
use crate::cli::book::Reading;
use crate::cli::moment::At;
use crate::facts::approval::Approvals;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, AsOf, LoadOptions};
use crate::hosts::{Exit, Failure};
use crate::outputs::approval::impact::{self, Impact};

/// Shows which signatures go stale when a range of commits lands, and who must sign again.
///
/// The range is judged as one landing on the mainline of its base, whatever a forge makes of it. What is not
/// committed has no say.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The range: `main..feature`, or `main` for what is on the branch at hand.
    #[arg(value_name = "BASE[..HEAD]")]
    range: String,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Judge at this moment (RFC 3339, or `now`), which is also that of the landing.
    #[arg(long, value_name = "INSTANT", default_value = "now", value_parser = At::parse)]
    as_of: At,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

/// Ends with 1 when a signature would not stand any more.
pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let (base, head) = match args.range.split_once("..") {
        Some((base, head)) if head.starts_with('.') => {
            let failure = Failure::usage(format!("`{base}.{head}` is no range"));
            return Err(failure.help("write two dots: `main..feature`"));
        }
        Some((base, "")) => (base, "HEAD"),
        Some((base, head)) => (base, head),
        None => (args.range.as_str(), "HEAD"),
    };
    let options = LoadOptions {
        as_of: AsOf::At(args.as_of.instant()),
        ..args.reading.load_options(args.dir.clone(), None)
    };
    let unmerged = workspace::unmerged(&options, base, head)?;
    let (before, after) = (Approvals::of(&unmerged.before), Approvals::of(&unmerged.after));
    let impact = Impact::of(super::status::branch(&unmerged.range), &before, &after, &unmerged.after);
    shell.print(&pick(args.format, || impact::text(&impact), &impact))?;
    Ok(if impact.lost > 0 { Exit::Findings } else { Exit::Good })
}
