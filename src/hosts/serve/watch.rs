//! Watches the places of a book and orders a rebuild when one changes.

use std::path::Path;
use std::sync::mpsc::Sender;

use notify::event::ModifyKind;
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tracing::debug;

use super::builder::Order;
use crate::hosts::failure::Failure;
use crate::hosts::workspace::{Root, Watched};

/// The places being watched. They are let go with the value.
#[derive(Debug)]
pub(super) struct Watch {
    places: Watched,
    orders: Sender<Order>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Begins to watch.
    ///
    /// # Errors
    /// The system does not watch so many folders.
    pub(super) fn start(root: &Root, orders: Sender<Order>) -> Result<Watch, Failure> {
        let places = Watched::of(root);
        Ok(Watch { _watcher: watcher(&places, orders.clone())?, places, orders })
    }

    /// Watches what `root` names, and tells whether that is something else than before.
    pub(super) fn follow(&mut self, root: &Root) -> Result<bool, Failure> {
        if Watched::of(root) == self.places {
            return Ok(false);
        }
        self.renew(root)?;
        Ok(true)
    }

    /// Watches from the start: a folder that goes and comes back is another one to the system.
    pub(super) fn renew(&mut self, root: &Root) -> Result<(), Failure> {
        // The new watch begins before the old one ends, so that nothing falls between them.
        *self = Watch::start(root, self.orders.clone())?;
        Ok(())
    }
}

fn watcher(places: &Watched, orders: Sender<Order>) -> Result<RecommendedWatcher, Failure> {
    let seen = places.clone();
    let handle = move |event: notify::Result<Event>| {
        let order = match event {
            Ok(event) => order(&event, &seen),
            Err(error) => Some(Order::Blind(cannot_watch(&error).to_string())),
        };
        if let Some(order) = order {
            // Nobody takes orders any more when the server ends.
            let _ = orders.send(order);
        }
    };
    let mut watcher = notify::recommended_watcher(handle).map_err(|error| cannot_watch(&error))?;
    let mut whole: Option<&Path> = None;
    for (folder, is_recursive) in &places.folders {
        // The folders are sorted: whatever lies in a folder that is watched as a whole comes after it. A
        // second watch would only narrow the first.
        if whole.is_some_and(|whole| folder.starts_with(whole)) {
            continue;
        }
        let mode = match is_recursive {
            true => RecursiveMode::Recursive,
            false => RecursiveMode::NonRecursive,
        };
        watcher.watch(folder, mode).map_err(|error| cannot_watch(&error))?;
        if *is_recursive {
            whole = Some(folder);
        }
    }
    Ok(watcher)
}

/// What an event means for the site.
///
/// That a file was opened or read means nothing; each rebuild opens all of them. The system drops events
/// when too many come at once and says so: then anything may have changed.
fn order(event: &Event, places: &Watched) -> Option<Order> {
    if event.need_rescan() {
        return Some(Order::Rescan);
    }
    if matches!(event.kind, EventKind::Access(_) | EventKind::Other) {
        return None;
    }
    let paths: Vec<_> = event.paths.iter().filter(|path| places.counts(path)).cloned().collect();
    if paths.is_empty() {
        return None;
    }
    let may_move = matches!(
        event.kind,
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) | EventKind::Any
    );
    debug!(?paths, "seen to change");
    let moves_places = may_move && paths.iter().any(|path| places.moves_with(path));
    Some(Order::Changed { paths, moves_places })
}

fn cannot_watch(error: &notify::Error) -> Failure {
    match &error.kind {
        ErrorKind::MaxFilesWatch => Failure::environment("the system watches no more folders for you")
            .help("allow more of them: `sudo sysctl fs.inotify.max_user_watches=524288`")
            .help("or end other programs that watch folders, such as editors"),
        ErrorKind::Io(io) => Failure::io("cannot watch the book for changes", io),
        _ => Failure::environment(format!("cannot watch the book for changes: {error}")),
    }
}

#[cfg(test)]
mod tests;
