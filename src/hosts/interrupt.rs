//! Ctrl-C and other requests to end.
//!
//! Most of a command can simply stop: nothing has been written. While files are being written, a [`Guard`]
//! turns the request into a flag that the writer looks at, so that it can remove what it began. A request
//! that comes without a guard ends the process as if nobody had asked to hear it.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGINT, SIGTERM};

/// While it lives, a request to end is a flag.
#[derive(Debug)]
#[must_use]
pub struct Guard(());

struct State {
    /// How many guards live.
    guards: AtomicUsize,
    /// Whether no guard lives: then a signal does what it does by default.
    unguarded: Arc<AtomicBool>,
    requested: Arc<AtomicBool>,
}

static STATE: LazyLock<State> = LazyLock::new(|| {
    let state = State {
        guards: AtomicUsize::new(0),
        unguarded: Arc::new(AtomicBool::new(true)),
        requested: Arc::new(AtomicBool::new(false)),
    };
    // Where signals cannot be heard, they end the process, and the next run removes what is left over.
    let listen = |signal| -> io::Result<()> {
        signal_hook::flag::register_conditional_default(signal, state.unguarded.clone())?;
        signal_hook::flag::register(signal, state.requested.clone()).map(drop)
    };
    let _ = listen(SIGINT).and(listen(SIGTERM));
    state
});

impl Guard {
    /// Begins to hear requests to end.
    pub fn new() -> Guard {
        STATE.guards.fetch_add(1, Ordering::SeqCst);
        STATE.unguarded.store(false, Ordering::SeqCst);
        Guard(())
    }

    /// Whether somebody has asked to end.
    pub fn is_requested(&self) -> bool {
        STATE.requested.load(Ordering::Relaxed)
    }
}

impl Default for Guard {
    fn default() -> Guard {
        Guard::new()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if STATE.guards.fetch_sub(1, Ordering::SeqCst) == 1 {
            STATE.unguarded.store(true, Ordering::SeqCst);
        }
    }
}
