//! What is remembered between two analyses of one process: facts about bytes, keyed by all that was read.
//!
//! Deleting a memo changes nothing but time; a test holds the memoized analysis equal to a fresh one after
//! any sequence of edits. What the last two runs did not use is dropped.

use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use foldhash::HashMap;
use tracing::debug;

use crate::facts::approval::Approvals;
use crate::facts::book::{Names, Outgoing};
use crate::facts::calendar::Schedule;
use crate::facts::class::Class;
use crate::facts::plan::Plan;
use crate::facts::similar::{Similar, Traits};
use crate::inputs::Inputs;
use crate::inputs::document::Document;
use crate::inputs::document::log::{Log, LogFault};
use crate::inputs::history::ledger::{Landing, Observation};
use crate::text::{ContentHash, Diagnostic};

/// The memo of one process.
#[derive(Debug, Default)]
pub struct Memo {
    /// (path, file, kinds) -> the parsed document.
    pub documents: Cache<ContentHash, Arc<Document>>,
    /// file -> the log that it holds, or why it is none.
    pub logs: Cache<ContentHash, Arc<Result<Log, LogFault>>>,
    /// Names of the book, its files beside the documents among them -> what they mean.
    pub names: Cache<ContentHash, Arc<Names>>,
    /// (document, names of the book) -> where it leads.
    pub outgoing: Cache<(ContentHash, ContentHash), Arc<Outgoing>>,
    /// Document -> its plan.
    pub plans: Cache<ContentHash, Arc<Plan>>,
    /// What changes are judged by -> the windows in time.
    pub schedules: Cache<ContentHash, Arc<Schedule>>,
    /// (change, what it is judged by, what it takes from others) -> its class.
    pub classes: Cache<ContentHash, Arc<Class>>,
    /// (request, names of the book) -> what its change affects and does.
    pub traits: Cache<(ContentHash, ContentHash), Arc<Traits>>,
    /// (request, the earlier ones of its services, limits of the policy) -> those that are alike.
    pub similar: Cache<ContentHash, Arc<[Similar]>>,
    /// What approvals are derived from, and what was derived.
    pub approvals: LastApprovals,
    /// (document, policy) -> findings of the rules that read one document.
    pub findings: Cache<(ContentHash, ContentHash), Arc<Vec<Arc<Diagnostic>>>>,
    /// (change, what it is judged by, what it takes from others) -> findings of the rules over changes.
    pub changes: Cache<ContentHash, Arc<Vec<Arc<Diagnostic>>>>,
    /// (template set, page context) -> the page's bytes.
    pub pages: Cache<ContentHash, Bytes>,
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
        Cache {
            state: Some(Mutex::new(State { generation: 0, kept: 0, made: 0, entries: HashMap::default() })),
        }
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

/// The approvals of the last run: what landed is the same after most edits.
#[derive(Debug)]
pub struct LastApprovals {
    /// Nothing in a memo that remembers nothing.
    last: Option<Mutex<Option<(Arc<Inputs>, Arc<Approvals>)>>>,
}

impl Default for LastApprovals {
    fn default() -> LastApprovals {
        LastApprovals { last: Some(Mutex::new(None)) }
    }
}

impl LastApprovals {
    /// The approvals of a book: those of the last run, when nothing that they rest on is another.
    /// Documents that were parsed already need not be parsed again.
    pub fn of(&self, inputs: &Arc<Inputs>, parsed: &[Arc<Document>]) -> Arc<Approvals> {
        let Some(last) = &self.last else { return Arc::new(Approvals::of_parsed(inputs, parsed)) };
        let lock = || last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, approvals)) = lock().as_ref().filter(|(last, _)| is_same_past(last, inputs)) {
            return approvals.clone();
        }
        let approvals = Arc::new(Approvals::of_parsed(inputs, parsed));
        *lock() = Some((inputs.clone(), approvals.clone()));
        approvals
    }
}

fn is_same_list<T>(one: &[T], other: &[T], is_same: impl Fn(&T, &T) -> bool) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same(a, b))
}

/// Whether approvals rest on the same. A commit is named by the hash of all that it holds and of all that
/// lies before it; where the trust roots are and what observers and authorities have seen is no part of it.
fn is_same_past(one: &Inputs, other: &Inputs) -> bool {
    let file = |inputs: &Inputs| inputs.config.file.as_ref().map(|file| file.hash);
    let (was, is) = (&one.history.ledger, &other.history.ledger);
    let same = |a: &Landing, b: &Landing| (&a.commit, a.landed) == (&b.commit, b.landed);
    let is_seen = |a: &Observation, b: &Observation| a.commit == b.commit;
    one.as_of == other.as_of
        && one.config.kinds.hash == other.config.kinds.hash
        && file(one) == file(other)
        && (&one.history.unknown, one.history.unborn) == (&other.history.unknown, other.history.unborn)
        && (&was.none, &was.ahead, was.pinned, &was.roots) == (&is.none, &is.ahead, is.pinned, &is.roots)
        && is_same_list(&was.landings, &is.landings, same)
        && is_same_list(&was.observations, &is.observations, is_seen)
        && was.tokens == is.tokens
}

impl Memo {
    /// A memo that remembers nothing, for a command that runs once: its pages need not stay in memory, and
    /// nothing need be hashed to find them again.
    pub fn forgetful() -> Memo {
        Memo {
            documents: Cache::forgetful(),
            logs: Cache::forgetful(),
            names: Cache::forgetful(),
            outgoing: Cache::forgetful(),
            plans: Cache::forgetful(),
            schedules: Cache::forgetful(),
            classes: Cache::forgetful(),
            traits: Cache::forgetful(),
            similar: Cache::forgetful(),
            approvals: LastApprovals { last: None },
            findings: Cache::forgetful(),
            changes: Cache::forgetful(),
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
        self.names.evict("names");
        self.outgoing.evict("outgoing links");
        self.plans.evict("plans");
        self.schedules.evict("schedules");
        self.classes.evict("classes");
        self.traits.evict("traits of changes");
        self.similar.evict("similar changes");
        self.findings.evict("findings");
        self.changes.evict("findings of changes");
        self.pages.evict("pages");
        self.bodies.evict("bodies");
    }
}
