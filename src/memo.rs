//! What is remembered between two analyses of one process: facts about bytes, keyed by all that was read.
//!
//! Deleting a memo changes nothing but time; a test holds the memoized analysis equal to a fresh one after
//! any sequence of edits. What the last two runs did not use is dropped.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::debug;

use crate::inputs::document::Document;
use crate::inputs::document::log::{Log, LogFault};
use crate::text::{ContentHash, Diagnostic};

/// The memo of one process.
#[derive(Debug, Default)]
pub struct Memo {
    /// (path, file, kinds) -> the parsed document.
    pub documents: Cache<ContentHash, Arc<Document>>,
    /// file -> the log that it holds, or why it is none.
    pub logs: Cache<ContentHash, Arc<Result<Log, LogFault>>>,
    /// (document, configuration) -> findings of the rules that read one document.
    pub findings: Cache<ContentHash, Arc<Vec<Diagnostic>>>,
    /// (template set, page context) -> the page's bytes.
    pub pages: Cache<ContentHash, Arc<[u8]>>,
    /// (document, link targets, options) -> the body's HTML.
    pub bodies: Cache<ContentHash, Arc<str>>,
}

/// A map that forgets what two generations in a row did not ask for. Shared between threads.
#[derive(Debug)]
pub struct Cache<K, V> {
    /// Nothing in a cache that remembers nothing.
    state: Option<Mutex<State<K, V>>>,
}

#[derive(Debug)]
struct State<K, V> {
    generation: u64,
    /// How often, in this generation, a value was there already, and how often it was made.
    kept: usize,
    made: usize,
    entries: HashMap<K, (u64, V)>,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Cache<K, V> {
        Cache { state: Some(Mutex::new(State { generation: 0, kept: 0, made: 0, entries: HashMap::new() })) }
    }
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// A cache that makes every value anew.
    fn forgetful() -> Cache<K, V> {
        Cache { state: None }
    }

    /// The remembered value, or a new one. Two threads may both make it; they make the same.
    pub fn get_or(&self, key: K, make: impl FnOnce() -> V) -> V {
        let Some(state) = &self.state else { return make() };
        let lock = || state.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut state = lock();
            let generation = state.generation;
            if let Some((used, value)) = state.entries.get_mut(&key) {
                *used = generation;
                let value = value.clone();
                state.kept += 1;
                return value;
            }
        }
        let value = make();
        let mut state = lock();
        let generation = state.generation;
        state.made += 1;
        state.entries.insert(key, (generation, value.clone()));
        value
    }

    fn evict(&self, what: &str) {
        let Some(state) = &self.state else { return };
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.generation += 1;
        let oldest = state.generation.saturating_sub(2);
        let before = state.entries.len();
        state.entries.retain(|_, (used, _)| *used >= oldest);
        let dropped = before - state.entries.len();
        debug!(kept = state.kept, made = state.made, dropped, "memo of {what}");
        (state.kept, state.made) = (0, 0);
    }
}

impl Memo {
    /// A memo that remembers nothing, for a command that runs once: its pages need not stay in memory, and
    /// nothing need be hashed to find them again.
    pub fn forgetful() -> Memo {
        Memo {
            documents: Cache::forgetful(),
            logs: Cache::forgetful(),
            findings: Cache::forgetful(),
            pages: Cache::forgetful(),
            bodies: Cache::forgetful(),
        }
    }

    /// The key under which something is remembered; a forgetful memo asks for none and gives a stand-in.
    pub fn key(&self, of: impl FnOnce() -> ContentHash) -> ContentHash {
        match self.pages.state {
            Some(_) => of(),
            None => ContentHash::default(),
        }
    }

    /// Ends a run: what neither it nor the one before used is dropped.
    pub fn evict(&self) {
        self.documents.evict("documents");
        self.logs.evict("logs");
        self.findings.evict("findings");
        self.pages.evict("pages");
        self.bodies.evict("bodies");
    }
}
