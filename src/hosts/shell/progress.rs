//! Progress bars.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar appears only for work that takes longer than this: what is quicker would only flicker.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far some work has come. Clones are the same bar; it goes when the last clone goes.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    /// Ends the thread that waits to show the bar.
    _waiting: Option<Arc<Sender<()>>>,
}

impl Progress {
    /// A bar that nobody sees: in a pipe, when quiet, in tests.
    pub fn hidden() -> Progress {
        Progress { bar: ProgressBar::hidden(), _waiting: None }
    }

    pub(super) fn shown(what: &str, steps: Option<usize>) -> Progress {
        let (bar, template) = match steps {
            Some(steps) => {
                let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
                (bar, "{msg} [{bar:30}] {human_pos}/{human_len}")
            }
            None => (ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()), "{spinner} {msg}"),
        };
        let style = ProgressStyle::with_template(template).expect("the template is a constant");
        bar.set_style(style.progress_chars("=> "));
        bar.set_message(what.to_owned());

        let (sender, receiver) = mpsc::channel::<()>();
        let shown = bar.clone();
        std::thread::spawn(move || {
            if receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Progress { bar, _waiting: Some(Arc::new(sender)) }
    }

    /// So many steps more are done.
    pub fn step(&self, steps: usize) {
        self.bar.inc(steps as u64);
    }

    /// The work is done: the bar disappears.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
