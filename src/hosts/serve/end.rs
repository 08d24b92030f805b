//! Requests to end: Ctrl-C, and the signal with which services are stopped.

use std::io;

use super::Server;
use crate::hosts::failure::Failure;
use crate::hosts::interrupt::Guard;

/// Hears requests to end from its making on.
pub(super) struct End {
    /// With a guard, a request to end is only a flag to everybody else.
    _guard: Guard,
    signals: Signals,
}

impl End {
    /// Begins to hear them.
    pub(super) fn hear(server: &Server) -> Result<End, Failure> {
        let _context = server.at_work.as_ref().map(|(runtime, _)| runtime.enter());
        let signals = Signals::new().map_err(|error| Failure::io("cannot hear Ctrl-C", &error))?;
        Ok(End { _guard: Guard::new(), signals })
    }

    /// Waits for one.
    pub(super) async fn asked_for(&mut self) {
        self.signals.next().await;
    }
}

#[cfg(unix)]
struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals(tokio::signal::windows::ctrl_c()?))
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}
