//! Builds the site anew whenever something has changed, one build at a time, on a thread of its own.
//!
//! STRATEGY. Whatever happens becomes an [`Order`] in one queue. The builder takes an order, waits until no
//! more have come for a moment, and builds once for all of them. Orders that come during a build wait in the
//! queue and are taken together after it, so that a change during a build causes exactly one more. A build may
//! give the pages that were edited first; the rest is made when the writer pauses. Requests
//! are answered from the last edition meanwhile; the next one replaces it in one step.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use tokio::sync::watch;

use super::edition::{Changes, Edition};
use super::watch::Watch;
use super::{Later, Note, Rest, Site, Trigger};
use crate::hosts::clock::Stopwatch;
use crate::hosts::failure::Failure;
use crate::hosts::shell::Shell;
use crate::outputs::Output;
use crate::text::{BookPath, Severity};

/// So long nothing more may happen before a build begins: an editor that saves, Git that checks out.
const QUIET: Duration = Duration::from_millis(10);
/// So long nothing more may happen before the rest of a site is made: a writer who saves again waits for one
/// page, not for all of them.
const SETTLED: Duration = Duration::from_millis(300);
/// So long a build is put off at most, though something happens all the time.
const PATIENCE: Duration = Duration::from_millis(500);

/// Something that the builder has to look at.
pub(super) enum Order {
    /// These files or folders of this machine changed.
    Changed {
        /// Absolute paths that count for the site.
        paths: Vec<PathBuf>,
        /// Whether a watched folder came, went or moved with it, so that its watch may be lost.
        moves_places: bool,
    },
    /// Anything may have changed: the system lost count.
    Rescan,
    /// Changes are no longer seen, and why.
    Blind(String),
    /// What took longer is there.
    Later(Result<Output, Vec<Note>>),
    /// The server ends.
    Stop,
}

/// Orders taken together.
#[derive(Debug, Default)]
struct Batch {
    paths: BTreeSet<PathBuf>,
    moves_places: bool,
    is_rescan: bool,
}

/// The state of the thread.
pub(super) struct Builder<F> {
    pub(super) rebuild: F,
    pub(super) orders: Receiver<Order>,
    /// For the thread that makes what takes longer.
    pub(super) sender: Sender<Order>,
    pub(super) editions: watch::Sender<Arc<Edition>>,
    pub(super) watch: Option<Watch>,
    pub(super) shell: Shell,
    pub(super) slow: Slow,
    /// What is left of the last site.
    pub(super) rest: Option<Pending>,
}

/// The rest of a site, and what gave rise to it.
pub(super) struct Pending {
    rest: Rest,
    cause: Cause,
}

/// What gives rise to a build.
#[derive(Clone)]
struct Cause {
    trigger: Trigger,
    /// The files that are known to be touched, though others may be: an attachment is no other by its name.
    touched: BTreeSet<BookPath>,
    /// The same in words.
    what: String,
}

/// The work that takes longer: one piece at a time, and of those that wait only the newest.
#[derive(Default)]
pub(super) struct Slow {
    is_running: bool,
    waiting: Option<Later>,
}

impl<F> Builder<F>
where
    F: FnMut(&Trigger) -> Result<Site, Vec<Note>>,
{
    /// Builds for the first time.
    pub(super) fn begin(&mut self) {
        let what = "the start".to_owned();
        self.build(Cause { trigger: Trigger::Start, touched: BTreeSet::new(), what });
    }

    /// Builds until the server ends.
    pub(super) fn work(mut self) {
        // A build of a very large book opens more files than the system counts events for. When it then
        // says that it lost count, a second build is enough, and what that one causes is not heard: else
        // each build would cause the next.
        let mut is_own_noise = false;
        while let Some(batch) = self.next_batch() {
            let is_rescan_alone = batch.is_rescan && batch.paths.is_empty();
            if !(is_rescan_alone && is_own_noise) {
                self.rebuild(&batch, batch.is_rescan && !is_own_noise);
            }
            is_own_noise = is_rescan_alone;
        }
    }

    /// Waits for the next orders that need a build; nothing when the server ends.
    fn next_batch(&mut self) -> Option<Batch> {
        let mut batch = Batch::default();
        while batch.is_empty() {
            let order = match self.rest {
                None => self.orders.recv().ok()?,
                Some(_) => match self.orders.recv_timeout(SETTLED) {
                    Ok(order) => order,
                    Err(RecvTimeoutError::Timeout) => {
                        self.finish();
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => return None,
                },
            };
            self.take(order, &mut batch)?;
        }
        let waiting = Stopwatch::start();
        while waiting.elapsed() < PATIENCE {
            match self.orders.recv_timeout(QUIET) {
                Ok(order) => self.take(order, &mut batch)?,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        Some(batch)
    }

    fn take(&mut self, order: Order, batch: &mut Batch) -> Option<()> {
        match order {
            Order::Changed { paths, moves_places } => {
                batch.paths.extend(paths);
                batch.moves_places |= moves_places;
            }
            Order::Rescan => batch.is_rescan = true,
            Order::Blind(why) => self.shell.warning(&format!("{why}; some changes may not be seen")),
            Order::Later(result) => self.complete(result),
            Order::Stop => return None,
        }
        Some(())
    }

    /// Builds for a batch, whose paths may be `incomplete`: then no file is named, and none is believed.
    fn rebuild(&mut self, batch: &Batch, incomplete: bool) {
        let root = self.editions.borrow().root.clone();
        if batch.moves_places || batch.is_rescan {
            // Before the build, so that what is written during it is seen.
            self.watch_with(|watch| watch.renew(&root).map(|()| false));
        }
        let book_path = |path: &PathBuf| BookPath::new(path.strip_prefix(root.dir()).ok()?.to_str()?);
        let paths = batch.paths.iter().filter_map(book_path);
        let touched: BTreeSet<BookPath> = paths.filter(|path| path.below(".git").is_none()).collect();
        let changed = if incomplete { BTreeSet::new() } else { touched.clone() };
        let what = what(&changed, batch);
        self.build(Cause { trigger: Trigger::Changed(changed), touched, what });
        // The build may have found that the book lies elsewhere. What was written there between its reading
        // and the new watch is only seen by reading again.
        let follow = |this: &mut Self| {
            let root = this.editions.borrow().root.clone();
            this.watch_with(|watch| watch.follow(&root))
        };
        while follow(self) {
            let (trigger, touched) = (Trigger::Changed(BTreeSet::new()), BTreeSet::new());
            self.build(Cause { trigger, touched, what: "other places to watch".to_owned() });
        }
    }

    /// Changes the watch, if there is one; whether it is another then.
    fn watch_with(&mut self, change: impl FnOnce(&mut Watch) -> Result<bool, Failure>) -> bool {
        match self.watch.as_mut().map(change) {
            Some(Ok(is_other)) => is_other,
            None => false,
            Some(Err(failure)) => {
                self.shell.warning(&format!("{failure}; some changes may not be seen"));
                false
            }
        }
    }

    /// Builds once; where the page that was edited comes first, the rest is left for when nothing more happens.
    fn build(&mut self, cause: Cause) {
        let time = Stopwatch::start();
        let mut result = (self.rebuild)(&cause.trigger);
        let rest = result.as_mut().ok().and_then(|site| site.rest.take());
        self.swap(result, &cause, &time);
        // The rest of an earlier site is part of this one's; where this one failed, it would hide that.
        self.rest = rest.map(|rest| Pending { rest, cause });
    }

    /// Makes what is left of the last site.
    fn finish(&mut self) {
        if let Some(Pending { rest, cause }) = self.rest.take() {
            let time = Stopwatch::start();
            self.swap(rest(), &cause, &time);
        }
    }

    /// Takes what was built for the site, and tells of it.
    fn swap(&mut self, result: Result<Site, Vec<Note>>, cause: &Cause, time: &Stopwatch) {
        let old = self.editions.borrow().clone();
        let (new, later) = match result {
            Ok(mut site) => {
                let later = site.later.take();
                (old.built(site, &cause.touched), later)
            }
            Err(notes) => (old.failed(notes), None),
        };
        // Whoever reads a page is not told of a build that changed nothing.
        let is_news = matches!(cause.trigger, Trigger::Start)
            || !new.changes().is_empty()
            || new.report != old.report
            || new.root.dir() != old.root.dir();
        self.tell(cause, &new, &time.shown());
        if is_news {
            self.editions.send_replace(Arc::new(new));
        }
        if let Some(later) = later {
            self.slow.waiting = Some(later);
            self.go_on_slowly();
        }
    }

    /// Starts the work that waits, unless some is running.
    fn go_on_slowly(&mut self) {
        if self.slow.is_running {
            return;
        }
        if let Some(later) = self.slow.waiting.take() {
            self.slow.is_running = true;
            let sender = self.sender.clone();
            std::thread::spawn(move || {
                // Nobody takes orders any more when the server ends.
                let _ = sender.send(Order::Later(later()));
            });
        }
    }

    fn complete(&mut self, result: Result<Output, Vec<Note>>) {
        self.slow.is_running = false;
        match result {
            Ok(output) => {
                let new = self.editions.borrow().completed(Arc::new(output));
                if !new.changes().is_empty() {
                    self.editions.send_replace(Arc::new(new));
                }
            }
            Err(notes) => notes.iter().for_each(|note| self.shell.warning(&note.line())),
        }
        self.go_on_slowly();
    }

    /// One line a build.
    fn tell(&self, Cause { trigger, what, .. }: &Cause, edition: &Edition, time: &str) {
        if edition.report.is_failed {
            let why =
                edition.report.notes.first().map_or_else(|| "no reason is known".into(), |note| note.line());
            self.shell.warning(&format!("cannot build after {what}: {why}"));
            return;
        }
        let findings = findings(&edition.report.notes);
        match (trigger, edition.changes()) {
            (Trigger::Start, _) => {
                self.shell
                    .status("Built", &format!("{} files in {time}, {findings}", edition.output.files.len()));
            }
            (Trigger::Changed(_), Changes::Paths(paths)) => {
                let files = count(paths.len(), "changed file", "changed files");
                self.shell.status("Rebuilt", &format!("after {what}: {files} in {time}, {findings}"));
            }
            (Trigger::Changed(_), Changes::All) => {
                self.shell.status("Rebuilt", &format!("after {what}: all files in {time}, {findings}"));
            }
        }
    }
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.is_rescan
    }
}

/// What gave rise to a build, in words.
fn what(changed: &BTreeSet<BookPath>, batch: &Batch) -> String {
    match (changed.first(), changed.len()) {
        (None, _) if batch.is_rescan => "many changes".to_owned(),
        (None, _) => "a change in Git".to_owned(),
        (Some(first), 1) => first.to_string(),
        (Some(first), number) => format!("{first} and {} more", number - 1),
    }
}

fn findings(notes: &[Arc<Note>]) -> String {
    let of = |severity| notes.iter().filter(|note| note.severity == severity).count();
    let parts = [
        (of(Severity::Error), "error", "errors"),
        (of(Severity::Warning), "warning", "warnings"),
        (of(Severity::Info), "note", "notes"),
    ];
    let parts = parts.into_iter().filter(|(number, ..)| *number > 0);
    let told: Vec<String> = parts.map(|(number, one, many)| count(number, one, many)).collect();
    if told.is_empty() { "no findings".to_owned() } else { told.join(", ") }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests;
