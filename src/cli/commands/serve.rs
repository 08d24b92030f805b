//! `mcmbook serve`.

use std::sync::{Arc, Mutex, PoisonError};

use crate::analysis::{Analysis, analyze};
use crate::cli::book::{BookArgs, full_text, site_of};
use crate::hosts::serve::{self, DEFAULT_PORT, Later, Note, ServeOptions, Site};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, Loaded, Root};
use crate::hosts::workspace::{AsOf, LoadOptions};
use crate::hosts::{Exit, Failure};
use crate::memo::Memo;
use crate::outputs::Output;
use crate::outputs::report::Sources;
use crate::outputs::site;
use crate::outputs::site::search::Files;

/// Shows the site in a browser, and builds it anew whenever a file changes.
///
/// Only this machine can see it. Nothing is written: `mcmbook build` makes the folder to publish.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// Name or address to listen on; other machines must not be able to reach it.
    #[arg(short = 'n', long, value_name = "HOST", default_value = "localhost")]
    hostname: String,
    /// Port to listen on; 0 for any that is free.
    #[arg(short, long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Open the home page in the browser.
    #[arg(short, long)]
    open: bool,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let load = LoadOptions { as_of: AsOf::Head, ..args.book.load_options(None) };
    let loaded = workspace::load(&load)?;
    if let Some(why) = &loaded.inputs.history.unknown {
        shell.warning(&format!("history and approvals are unknown: {why}"));
    }
    let root = loaded.root.clone();
    let options = ServeOptions { hostname: args.hostname.clone(), port: args.port, open: args.open };
    let memo = Memo::default();
    let index = Arc::new(Mutex::new(Files::new()));
    let mut first = Some(loaded);
    serve::run(&options, shell, &root, move |_| {
        let loaded = first.take().map_or_else(|| workspace::load(&load), Ok);
        let site = loaded.and_then(|loaded| site_and_notes(loaded, &memo, &index));
        memo.evict();
        site.map_err(|failure| Note::of_failure(&failure))
    })
}

/// The site, and the findings that count now: those of later stages are on the pages of their changes.
fn site_and_notes(loaded: Loaded, memo: &Memo, index: &Arc<Mutex<Files>>) -> Result<Site, Failure> {
    let root = loaded.root;
    let analysis = analyze(Arc::new(loaded.inputs), memo);
    let output = site_of(&root, &analysis, memo)?;
    let sources = Sources::of_analysis(&analysis);
    let due = analysis.findings.iter().filter(|finding| finding.is_due()).map(|finding| &*finding.diagnostic);
    let clashes = site::clashes(&analysis, &output);
    let notes = due.chain(&clashes).map(|diagnostic| Note::of(diagnostic, &sources)).collect();
    let later = Some(later(root.clone(), analysis, index.clone()));
    Ok(Site { output: Arc::new(output), root, notes, later })
}

/// The full-text index, which takes longer than a reader would wait.
fn later(root: Root, analysis: Analysis, index: Arc<Mutex<Files>>) -> Later {
    Box::new(move || {
        let mut index = index.lock().unwrap_or_else(PoisonError::into_inner);
        let files = full_text(&root, &analysis, &index);
        let files = files.map_err(|error| Note::of_failure(&Failure::internal(error.to_string())))?;
        *index = files.clone();
        let mut output = Output::default();
        files.into_iter().for_each(|(path, bytes)| output.add(path, bytes));
        Ok(output)
    })
}
