//! `mcmbook verify-record`.

use std::path::PathBuf;

use super::list::{Format, pick};
use crate::cli::book::{Reading, analyzed};
use crate::cli::moment::as_of;
use crate::facts::approval::Approvals;
use crate::hosts::record::Git;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, AsOf, LoadOptions};
use crate::hosts::{Exit, Failure};
use crate::outputs::approval::verification;

/// Shows how one record was judged: each rule of the record commit with its verdict, and why it counts or not.
///
/// One that has not landed yet is judged as if it landed on the branch at hand, and does not count.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The record's commit: its id, at least four of its first digits, or a name that git knows it by.
    commit: String,
    /// Folder of the book.
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Judge at this moment: RFC 3339, `now`, or a commit of the mainline. What landed later is left out.
    #[arg(long, value_name = "INSTANT|COMMIT", default_value = "now", value_parser = as_of)]
    as_of: AsOf,
    /// Print text or JSON.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

/// Ends with 1 when the record does not count.
pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options =
        LoadOptions { as_of: args.as_of.clone(), ..args.reading.load_options(args.dir.clone(), None) };
    let is_id = args.commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    let wanted = match Git::of(&workspace::root(&options)?).commit(&args.commit) {
        Ok(commit) => commit.as_str().to_owned(),
        // Digits may begin a record beside other objects.
        Err(_) if is_id => args.commit.to_ascii_lowercase(),
        Err(failure) => return Err(failure),
    };
    let (_, analysis) = analyzed(&options, shell)?;
    let mut found = verification::of(&analysis.facts.approvals, &analysis.facts.inputs, &wanted);
    let mut waits = None;
    if found.is_empty() {
        // A record that waits on a branch of its own: `approve --push` makes one.
        match workspace::unmerged(&options, "HEAD", &wanted) {
            Ok(unmerged) => {
                found = verification::of(&Approvals::of(&unmerged.after), &unmerged.after, &wanted);
            }
            Err(why) => waits = Some(why.to_string()),
        }
    }
    let [record] = &found[..] else {
        let failure = match found.len() {
            0 => Failure::usage(format!(
                "there is no record `{wanted}`, on the mainline since the trust root or waiting to land on it"
            )),
            more => Failure::usage(format!("`{wanted}` begins {more} records")),
        };
        let failure = match waits {
            Some(why) => failure.help(format!("nor can it be judged as if it landed now: {why}")),
            None => failure,
        };
        return Err(failure.help("`mcmbook status ID` prints the records of a change"));
    };
    shell.print(&pick(args.format, || verification::text(record), record))?;
    Ok(if record.record.counts { Exit::Good } else { Exit::Findings })
}
