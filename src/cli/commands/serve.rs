//! `mcmbook serve`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::analysis::{Analysis, analyze};
use crate::cli::book::{BookArgs, full_text, pages_of, site_of};
use crate::hosts::serve::{self, DEFAULT_PORT, Later, Note, ServeOptions, Site, Trigger};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, Loaded, Root};
use crate::hosts::workspace::{AsOf, Before, LoadOptions};
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
    let kept = Arc::new(Kept::default());
    let mut before = Before::default();
    let mut first = Some(loaded);
    serve::run(&options, shell, &root, move |trigger| {
        if let Trigger::Changed(paths) = trigger {
            before.forget(paths);
        }
        let loaded = first.take().map_or_else(|| workspace::load_again(&load, &mut before), Ok);
        let site = loaded.and_then(|loaded| kept.site(loaded, trigger));
        site.map_err(|failure| Note::of_failure(&failure))
    })
}

/// What is kept from one build to the next.
#[derive(Default)]
struct Kept {
    memo: Memo,
    /// The last site.
    output: Mutex<Arc<Output>>,
    index: Mutex<Files>,
}

impl Kept {
    /// The site after a change: first the last one with the pages of the edited documents, if that is all that
    /// was edited, then the whole.
    fn site(self: &Arc<Kept>, loaded: Loaded, trigger: &Trigger) -> Result<Site, Failure> {
        let root = loaded.root;
        let analysis = Arc::new(analyze(Arc::new(loaded.inputs), &self.memo));
        let Some(output) = self.first_pages(&root, &analysis, trigger) else {
            return self.whole(root, analysis);
        };
        let output = Arc::new(output);
        // The next edit may come before the rest is made, and must not take this page back.
        *lock(&self.output) = output.clone();
        let notes = notes(&analysis, &output);
        let (kept, at) = (self.clone(), root.clone());
        let whole = move || kept.whole(at, analysis).map_err(|failure| Note::of_failure(&failure));
        Ok(Site { output, root, notes, later: None, rest: Some(Box::new(whole)) })
    }

    /// The last site with new pages for what was edited. Nothing where more was edited than documents that
    /// have pages; what is wrong with a template is told with the whole site.
    fn first_pages(&self, root: &Root, analysis: &Analysis, trigger: &Trigger) -> Option<Output> {
        let Trigger::Changed(paths) = trigger else { return None };
        let pages = pages_of(root, analysis, &self.memo, paths).ok().flatten()?;
        let mut output = Output::clone(&lock(&self.output));
        output.files.extend(pages.files);
        Some(output)
    }

    fn whole(self: &Arc<Kept>, root: Root, analysis: Arc<Analysis>) -> Result<Site, Failure> {
        let output = site_of(&root, &analysis, &self.memo);
        self.memo.evict();
        let output = Arc::new(output?);
        *lock(&self.output) = output.clone();
        let notes = notes(&analysis, &output);
        let later = Some(self.later(root.clone(), analysis));
        Ok(Site { output, root, notes, later, rest: None })
    }

    /// The full-text index, which takes longer than a reader would wait.
    fn later(self: &Arc<Kept>, root: Root, analysis: Arc<Analysis>) -> Later {
        let kept = self.clone();
        Box::new(move || {
            let mut index = lock(&kept.index);
            let files = full_text(&root, &analysis, &index);
            let files = files.map_err(|error| Note::of_failure(&Failure::internal(error.to_string())))?;
            *index = files.clone();
            let mut output = Output::default();
            files.into_iter().for_each(|(path, bytes)| output.add(path, bytes));
            Ok(output)
        })
    }
}

/// The findings that count now: those of later stages are on the pages of their changes.
fn notes(analysis: &Analysis, output: &Output) -> Vec<Note> {
    let sources = Sources::of_analysis(analysis);
    let due = analysis.findings.iter().filter(|finding| finding.is_due()).map(|finding| &*finding.diagnostic);
    let clashes = site::clashes(analysis, output);
    due.chain(&clashes).map(|diagnostic| Note::of(diagnostic, &sources)).collect()
}

/// What a build left when it panicked is whole all the same: each value is replaced in one step.
fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
