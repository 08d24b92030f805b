//! `mcmbook build`.

use std::path::PathBuf;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use crate::cli::book::{BookArgs, Reading, add_unshown, analyzed, full_text, site_and_warnings};
use crate::cli::moment::{as_of, exact};
use crate::facts::Facts;
use crate::hosts::clock::{self, Stopwatch};
use crate::hosts::publish::Staging;
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{AsOf, LoadOptions};
use crate::hosts::{Exit, Failure};
use crate::memo::Memo;
use crate::outputs::approval::head_text;
use crate::outputs::report::Tally;
use crate::outputs::site::{self, search};
use crate::text::{counted, printable};

/// Builds the site into a folder, whole or not at all.
///
/// Findings do not stop a build: they are shown on the pages. `mcmbook check` lists them and fails.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// The output folder, instead of the one of book.toml.
    #[arg(short, long, value_name = "DIR")]
    dest_dir: Option<PathBuf>,
    /// Judge the book at this moment instead of that of its last landing: RFC 3339, `now`, or a commit of the
    /// mainline. What is in force, states and findings are seen from there. The documents are those at hand: a moment
    /// before the head is refused.
    #[arg(long, value_name = "INSTANT|COMMIT", value_parser = as_of)]
    as_of: Option<AsOf>,
    /// Fail unless an observer of the policy has said within this time that it saw the head, or a commit before it:
    /// who is served an old head as the newest one learns it by that.
    #[arg(long, value_name = "TIME", value_parser = exact)]
    max_age: Option<SignedDuration>,
    /// Open the home page in the browser.
    #[arg(short, long)]
    open: bool,
}

impl Args {
    /// Builds the book of a folder into the folder that it names itself.
    pub(super) fn of(dir: PathBuf, open: bool) -> Args {
        Args {
            book: BookArgs { dir, reading: Reading::default() },
            dest_dir: None,
            as_of: None,
            max_age: None,
            open,
        }
    }
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let time = Stopwatch::start();
    let options = LoadOptions {
        as_of: args.as_of.clone().unwrap_or(AsOf::Head),
        for_site: true,
        ..args.book.load_options(args.dest_dir.clone())
    };
    let (root, mut analysis) = analyzed(&options, shell)?;
    let inputs = &analysis.facts.inputs;
    let chosen = args.as_of.is_some().then_some(inputs.as_of);
    if let (Some(AsOf::Commit(id)), Some(head)) = (&args.as_of, inputs.history.head_commit())
        && !head.id.starts_with(id.as_str())
    {
        let failure = Failure::usage(format!("the head is {}, and {id} landed before it", head.id));
        return Err(failure.help("check out what had landed by then, and build that"));
    }
    if let (Some(at), Some(head)) = (chosen, inputs.history.head_commit())
        && at.as_second() < head.time
    {
        let claimed = Timestamp::from_second(head.time).unwrap_or(Timestamp::MIN);
        let message = format!("the head was made at {claimed}, which is later than {at}");
        return Err(Failure::usage(message).help("check out what had landed by then, and build that"));
    }
    let (documents, changes) = (inputs.sources.len(), analysis.facts.book.changes.len());
    let (documents, changes) = (counted(documents, "document"), counted(changes, "change"));
    shell.status("Read", &format!("{documents}, {changes}"));
    if let Some(head) = head_text(&analysis.facts) {
        shell.status("Head", &head);
    }
    if let Some(most) = args.max_age {
        hold_age(&analysis.facts, most)?;
    }
    if let Some(why) = &inputs.history.unknown {
        shell.warning(&format!("history and approvals are unknown: {why}"));
    }
    // First, because it takes longest and can be given up at any moment: nothing is written yet.
    let progress = shell.progress("indexing", None);
    let index = full_text(&root, &analysis, &search::Files::new());
    progress.finish();
    let staging = Staging::begin(&root, &inputs.attachments)?;
    let progress = shell.progress("rendering", None);
    let (mut output, warnings) = site_and_warnings(&root, &analysis, chosen, &Memo::forgetful(), &staging)?;
    progress.finish();
    warnings.iter().for_each(|warning| shell.warning(warning));
    let clashes = site::clashes(&analysis, &output);
    for clash in &clashes {
        let file = clash.location.as_ref().map(|location| format!("{}: ", location.path));
        shell.warning(&(file.unwrap_or_default() + &clash.message));
    }
    match index {
        Ok(files) => files.into_iter().for_each(|(path, bytes)| output.add(path, Bytes::from_owner(bytes))),
        Err(error) => shell.warning(&format!("{error}; the site searches titles and headings only")),
    }
    let progress = shell.progress("writing", Some(output.files.len()));
    let folder = root.build_dir_shown();
    let published = staging.finish(&output, &progress)?;
    progress.finish();
    tell_of_lost(&published.lost, "the folder is replaced as a whole", &folder, shell);
    add_unshown(&mut analysis, clashes);
    let tally = Tally::of(&analysis.findings);
    if tally.errors + tally.warnings > 0 {
        let parts = [(tally.errors, "error"), (tally.warnings, "warning")];
        let parts = parts.into_iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = parts.map(|(number, noun)| counted(number, noun)).collect();
        shell.warning(&format!("{}: `mcmbook check` lists them", parts.join(" and ")));
    }
    let files = counted(published.files, "file");
    shell.status("Built", &format!("{files} in {folder} in {}", time.shown()));
    let home = root.home_page();
    shell.status("Open", &home);
    if args.open {
        shell.open(&home)?;
    }
    // The process ends: to give back millions of pieces one by one would be work for nobody.
    std::mem::forget(output);
    Ok(Exit::Good)
}

/// Holds the newest word of an observer against the clock of this machine: whoever keeps back what has landed since
/// keeps back the words about it, too (design: approvals.md, threat 57).
fn hold_age(facts: &Facts, most: SignedDuration) -> Result<(), Failure> {
    const FETCH: &str =
        "`git fetch origin mcmbook-observer`, and `mcmbook stamp` where nobody has seen the head";
    let Some((head, at)) = facts.approvals.last_seen(&facts.inputs) else {
        return Err(Failure::environment(
            "`--max-age` asks when the head was seen, and no observer has seen one",
        )
        .help(FETCH)
        .help("the policy names its observers: `[[observer]]`"));
    };
    if !facts.approvals.landings.iter().any(|(commit, _)| *commit == head) {
        let message = format!("an observer saw {head} at {at}, which is not in this history");
        return Err(Failure::environment(message).help("fetch the main branch: this is not its newest head"));
    }
    let age = at.duration_until(clock::wall());
    if age > most {
        let message = format!("an observer saw this history last at {at}, which is longer ago than {most:#}");
        return Err(Failure::environment(message)
            .help("a newer head may be kept back: ask for it where others see it")
            .help(FETCH));
    }
    Ok(())
}

/// How many files are named.
const MOST_NAMED: usize = 5;

/// Says which files of others went with the old site, and why.
pub(super) fn tell_of_lost(lost: &[String], why: &str, folder: &str, shell: &Shell) {
    let (named, rest) = lost.split_at(lost.len().min(MOST_NAMED));
    for path in named {
        let path = printable(path);
        shell.warning(&format!("`{folder}/{path}` was deleted: mcmbook did not write it, and {why}"));
    }
    if !rest.is_empty() {
        shell.warning(&format!("{} more went with it", counted(rest.len(), "file")));
    }
}
