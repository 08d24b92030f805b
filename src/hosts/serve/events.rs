//! What the script in the pages asks for: when the site changes, and what is wrong with it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde::Serialize;

use super::Note;
use super::edition::{Changes, Edition};
use super::http::Shared;
use super::reply::{self, Manner};
use crate::text::{ContentHash, Severity};

/// Of more findings than these a panel on a page tells only the number; `mcmbook check` lists all.
const SHOWN: usize = 200;
/// After so long the browser asks again when the server has gone.
const RETRY: Duration = Duration::from_millis(1000);

/// What one event says.
#[derive(Serialize)]
struct News<'a> {
    /// Differs between two runs of the server, which count their generations anew.
    start: &'a str,
    generation: u64,
    /// Whether any file may have changed.
    all: bool,
    /// Paths of changed files, below the site's root.
    changed: Vec<&'a str>,
}

/// The edition that a page has seen.
struct Seen {
    start: String,
    generation: u64,
}

/// An endless answer: an event at once, with what the page has missed, and one with every new edition. It
/// ends with the server.
pub(super) fn stream(shared: &Arc<Shared>, uri: &Uri, headers: &HeaderMap) -> Response {
    let seen = Seen::of(uri, headers);
    let generation = seen.filter(|seen| seen.start == shared.start).map(|seen| seen.generation);
    let mut editions = shared.editions.clone();
    // The edition of this moment is the first event.
    editions.mark_changed();
    let state = (shared.clone(), editions, shared.stop.clone(), generation);
    let events = stream::unfold(state, |(shared, mut editions, mut stop, seen)| async move {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return None,
            changed = editions.changed() => changed.ok()?,
        }
        let edition = editions.borrow_and_update().clone();
        let event = event(&shared.start, &edition, seen);
        let seen = Some(edition.generation);
        Some((Ok::<Event, Infallible>(event), (shared, editions, stop, seen)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().text("mcmbook")).into_response()
}

/// The findings of an edition as JSON.
pub(super) fn findings(edition: &Edition) -> Response {
    #[derive(Serialize)]
    struct Findings<'a> {
        /// Whether the pages are older than the book, because it could not be built.
        failed: bool,
        errors: usize,
        warnings: usize,
        infos: usize,
        /// The worst first.
        findings: Vec<&'a Note>,
    }
    #[derive(Serialize)]
    struct Identified<'a> {
        /// The same as long as the findings are, so that a page can remember what was dismissed.
        id: String,
        #[serde(flatten)]
        findings: Findings<'a>,
    }
    let notes = &edition.report.notes;
    let of = |severity| notes.iter().filter(|note| note.severity == severity).count();
    let mut worst_first: Vec<&Note> = notes.iter().map(AsRef::as_ref).collect();
    worst_first.sort_by_key(|note| note.severity);
    worst_first.truncate(SHOWN);
    let findings = Findings {
        failed: edition.report.is_failed,
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        infos: of(Severity::Info),
        findings: worst_first,
    };
    let hash = ContentHash::of(json(&findings).as_bytes()).to_string();
    let text = json(&Identified { id: hash[..16].to_owned(), findings });
    reply::body(StatusCode::OK, Manner::of_site("findings.json"), text)
}

impl Seen {
    /// What the script says of its page, or the browser of the last event that it got.
    fn of(uri: &Uri, headers: &HeaderMap) -> Option<Seen> {
        let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
        let (start, generation) = last.or(uri.query())?.rsplit_once('.')?;
        Some(Seen { start: start.to_owned(), generation: generation.parse().ok()? })
    }
}

fn event(start: &str, edition: &Edition, seen: Option<u64>) -> Event {
    let changes = seen.map_or(Changes::All, |seen| edition.changes_since(seen));
    let (all, changed) = match &changes {
        Changes::All => (true, Vec::new()),
        Changes::Paths(paths) => (false, paths.iter().map(String::as_str).collect()),
    };
    let generation = edition.generation;
    let data = json(&News { start, generation, all, changed });
    Event::default().id(format!("{start}.{generation}")).retry(RETRY).data(data)
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("trees of text and numbers can be written")
}
