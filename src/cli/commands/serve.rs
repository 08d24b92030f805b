//! `mcmbook serve`.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::check::scope;
use crate::analysis::{Analysis, analyze};
use crate::cli::book::{BookArgs, LastTheme, add_unshown, full_text, pages_of, site_of};
use crate::hosts::serve::{self, DEFAULT_PORT, Later, Note, ServeOptions, Site, Told, Trigger};
use crate::hosts::shell::Shell;
use crate::hosts::workspace::{self, Loaded, Root};
use crate::hosts::workspace::{AsOf, Before, LoadOptions};
use crate::hosts::{Exit, Failure};
use crate::memo::Memo;
use crate::outputs::Output;
use crate::outputs::report::Sources;
use crate::outputs::site;
use crate::outputs::site::search::Files;
use crate::text::{BookPath, Diagnostic};
use crate::verdicts::lint::{Baseline, Finding};

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
    let load = LoadOptions { as_of: AsOf::Head, for_site: true, ..args.book.load_options(None) };
    let kept = Arc::new(Kept::of(load));
    let loaded = workspace::load_again(&kept.load, &mut lock(&kept.before))?;
    if let Some(why) = &loaded.inputs.history.unknown {
        shell.warning(&format!("history and approvals are unknown: {why}"));
    }
    let root = loaded.root.clone();
    let options = ServeOptions { hostname: args.hostname.clone(), port: args.port, open: args.open };
    let mut first = Some(loaded);
    serve::run(&options, shell, &root, move |trigger| {
        let site = match (first.take(), trigger) {
            (Some(loaded), _) => kept.whole(loaded),
            (None, Trigger::Start) => kept.site(&BTreeSet::new()),
            (None, Trigger::Changed(paths)) => kept.site(paths),
        };
        site.map_err(|failure| Note::of_failure(&failure))
    })
}

/// What is kept from one build to the next.
struct Kept {
    load: LoadOptions,
    before: Mutex<Before>,
    memo: Memo,
    theme: Mutex<LastTheme>,
    /// The last whole site.
    output: Mutex<Arc<Output>>,
    /// The pages of what was edited since.
    edited: Mutex<Arc<Output>>,
    /// What the last whole site cannot show as it stands.
    clashes: Mutex<Vec<Diagnostic>>,
    told: Mutex<Told>,
    index: Mutex<Files>,
    /// What lets findings pass, as the last build read it.
    baseline: Mutex<Option<Baseline>>,
}

impl Kept {
    fn of(load: LoadOptions) -> Kept {
        Kept {
            load,
            before: Mutex::default(),
            memo: Memo::default(),
            theme: Mutex::default(),
            output: Mutex::default(),
            edited: Mutex::default(),
            clashes: Mutex::default(),
            told: Mutex::default(),
            index: Mutex::default(),
            baseline: Mutex::default(),
        }
    }

    /// The site after a change: first the last one with the pages of the edited documents, if that is all that
    /// was edited, then the whole.
    fn site(self: &Arc<Kept>, changed: &BTreeSet<BookPath>) -> Result<Site, Failure> {
        let is_of_documents = !changed.is_empty() && changed.iter().all(|path| path.extension() == "md");
        if !is_of_documents {
            return self.whole(self.again(changed)?);
        }
        let edited = workspace::load_edited(&self.load, &mut lock(&self.before), changed);
        if edited.is_err() {
            // Nobody tells of these again.
            lock(&self.before).forget(changed);
        }
        let edited = edited?;
        let is_all_read = edited.is_none();
        let loaded = edited.map_or_else(|| self.again(changed), Ok)?;
        let (root, analysis) = self.analyzed(loaded);
        let first = self.first(&root, &analysis, changed);
        let (kept, at, changed) = (self.clone(), root.clone(), changed.clone());
        let whole = move || {
            if is_all_read {
                return kept.whole_of(at, analysis);
            }
            drop(analysis);
            kept.whole(kept.again(&changed)?)
        };
        let Some((edited, notes)) = first else { return whole() };
        let rest = move || whole().map_err(|failure| Note::of_failure(&failure));
        let output = lock(&self.output).clone();
        Ok(Site { output, edited, root, notes, later: None, rest: Some(Box::new(rest)) })
    }

    /// The pages of what was edited since the last whole site, and what is to be told now. Nothing where more was
    /// edited than documents that have pages; what is wrong with a template is told with the whole site.
    fn first(
        &self,
        root: &Root,
        analysis: &Analysis,
        changed: &BTreeSet<BookPath>,
    ) -> Option<(Arc<Output>, Vec<Arc<Note>>)> {
        let pages = || pages_of(root, analysis, (&self.memo, &mut lock(&self.theme)), changed).ok().flatten();
        let (pages, notes) = rayon::join(pages, || self.notes(analysis));
        let pages = pages?;
        // The next edit may come before the rest is made, and must not take these pages back.
        let mut edited = lock(&self.edited);
        Arc::make_mut(&mut edited).files.extend(pages.files);
        Some((edited.clone(), notes))
    }

    /// The whole book as it stands there now.
    fn again(&self, changed: &BTreeSet<BookPath>) -> Result<Loaded, Failure> {
        let mut before = lock(&self.before);
        before.forget(changed);
        workspace::load_again(&self.load, &mut before)
    }

    fn analyzed(&self, loaded: Loaded) -> (Root, Arc<Analysis>) {
        (loaded.root, Arc::new(analyze(Arc::new(loaded.inputs), &self.memo)))
    }

    fn whole(self: &Arc<Kept>, loaded: Loaded) -> Result<Site, Failure> {
        let (root, analysis) = self.analyzed(loaded);
        self.whole_of(root, analysis)
    }

    fn whole_of(self: &Arc<Kept>, root: Root, analysis: Arc<Analysis>) -> Result<Site, Failure> {
        let output = site_of(&root, &analysis, &self.memo);
        self.memo.evict();
        let output = Arc::new(output?);
        *lock(&self.output) = output.clone();
        *lock(&self.edited) = Arc::default();
        *lock(&self.clashes) = site::clashes(&analysis, &output);
        *lock(&self.baseline) = scope::baseline_of(&root, &analysis)?;
        let notes = self.notes(&analysis);
        let later = Some(self.later(root.clone(), analysis));
        Ok(Site { output, edited: Arc::default(), root, notes, later, rest: None })
    }

    /// The findings that count now, as `check` counts them: those of later stages and those that somebody answers
    /// for are on the pages of their changes; those of the baseline are told nowhere.
    fn notes(&self, analysis: &Analysis) -> Vec<Arc<Note>> {
        let sources = Sources::of_analysis(analysis);
        let clashes = lock(&self.clashes).clone();
        let with_clashes = (!clashes.is_empty()).then(|| {
            let mut all = analysis.clone();
            add_unshown(&mut all, clashes);
            all
        });
        let analysis = with_clashes.as_ref().unwrap_or(analysis);
        let passed = lock(&self.baseline).as_ref().map(|baseline| scope::passed(baseline, analysis));
        let is_passed = |at: usize| passed.as_ref().is_some_and(|passed| passed[at]);
        let counts = |(at, finding): &(usize, &Finding)| {
            finding.is_due() && finding.waived.is_none() && !is_passed(*at)
        };
        let due = analysis.findings.iter().enumerate().filter(counts);
        lock(&self.told).of(due.map(|(_, finding)| &finding.diagnostic), &sources)
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
            files.into_iter().for_each(|(path, bytes)| output.add(path, Bytes::from_owner(bytes)));
            Ok(output)
        })
    }
}

/// What a build left when it panicked can be used all the same: each value is replaced in one step, or holds at
/// any moment only what is true of a file or a diagnostic.
fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
