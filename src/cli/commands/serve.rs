//! `mcmbook serve`.

use std::sync::{Arc, Mutex, PoisonError};

use crate::analysis::{Analysis, analyze};
use crate::cli::book::{BookArgs, full_text, site_of};
use crate::hosts::serve::{self, DEFAULT_PORT, Later, Note, ServeOptions, Site};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, LoadOptions, Root};
use crate::hosts::{Exit, Failure};
use crate::memo::Memo;
use crate::outputs::Output;
use crate::outputs::report::Sources;
use crate::outputs::site::search::Files;

/// Shows the site on this machine, and builds and reloads it on every change of the book.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    book: BookArgs,
    /// A name or address of this machine.
    #[arg(short = 'n', long, value_name = "NAME", default_value = "localhost")]
    hostname: String,
    /// The port.
    #[arg(short, long, value_name = "NUMBER", default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Open the home page in the browser.
    #[arg(short, long)]
    open: bool,
}

pub(crate) fn run(args: &Args, shell: &Shell) -> Result<Exit, Failure> {
    let options = ServeOptions { hostname: args.hostname.clone(), port: args.port, open: args.open };
    let load = args.book.load_options(None);
    let root = workspace::load(&load)?.root;
    let memo = Memo::default();
    let index = Arc::new(Mutex::new(Files::new()));
    serve::run(&options, shell, &root, move |_| rebuild(&load, &memo, &index))
}

/// One turn: read, analyze, render. What two turns share is in the memo, and in the index of the last one.
fn rebuild(load: &LoadOptions, memo: &Memo, index: &Arc<Mutex<Files>>) -> Result<Site, Vec<Note>> {
    let notes = |failure: Failure| Note::of_failure(&failure);
    let loaded = workspace::load(load).map_err(notes)?;
    let root = loaded.root;
    let analysis = analyze(Arc::new(loaded.inputs), memo);
    let output = site_of(&root, &analysis, memo).map_err(notes)?;
    memo.evict();
    let sources = Sources::of_analysis(&analysis);
    let due = analysis.findings.iter().filter(|finding| finding.is_due());
    let notes = due.map(|finding| Note::of(&finding.diagnostic, &sources)).collect();
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
