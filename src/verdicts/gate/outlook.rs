//! What the gate will say of every service in the time to come, if nothing lands.
//!
//! For pages that show what is in force: the answer for no change in particular, cut where it changes. It is
//! made of the same parts as [`super::decide`], and a test holds the two together. Services that the same
//! windows close are judged once, and what runs is looked for once: a book of a thousand services costs little
//! more than one of ten.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::calendar::Calendar;
use super::{Against, Covering, GateDecision, Grounds, Question, Reason, claims};
use crate::facts::book::Change;
use crate::verdicts::lint::Finding;

/// What is ahead of one service in one environment.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// Name of the service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// The answers, without a gap, from the first instant that was asked for to the last.
    pub stretches: Arc<[Stretch]>,
}

/// A time in which the answer is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First instant.
    pub from: Timestamp,
    /// First instant behind.
    pub until: Timestamp,
    /// The answer in a word.
    pub word: GateDecision,
    /// When it changes by itself, as the gate says it.
    pub next: Option<Timestamp>,
    /// All that stands against it; nothing where it may start.
    pub against: Vec<Reason>,
    /// The windows that cover it.
    pub windows: Vec<Covering>,
}

/// What is ahead of all services in these environments, in the order of names. What signatures and executions
/// hold is that of the moment of judging: nobody knows what will land.
pub fn outlook(
    grounds: Grounds<'_>,
    environments: &[String],
    from: Timestamp,
    to: Timestamp,
) -> Vec<Outlook> {
    let facts = grounds.facts;
    // Only what was found in windows and services makes an answer UNKNOWN.
    let is_of_calendar = |finding: &&Finding| {
        let location = finding.diagnostic.location.as_ref();
        let index = location.and_then(|location| facts.book.at_path(&location.path));
        index.is_some_and(|index| matches!(facts.book.document(index).kind_name(), "window" | "service"))
    };
    let of_calendar: Vec<Finding> = grounds.findings.iter().filter(is_of_calendar).cloned().collect();
    let grounds = Grounds { findings: &of_calendar, ..grounds };
    let runs = |change: &&Change| facts.attempt(change, from).is_some_and(|attempt| attempt.is_running());
    let running: Vec<&Change> = facts.book.changes.values().filter(runs).collect();
    let mut known: HashMap<Vec<usize>, Arc<[Stretch]>> = HashMap::new();
    let mut found = BTreeMap::new();
    for (index, _) in facts.book.of_kind("service") {
        for environment in environments {
            let service = facts.book.name_of(index).to_owned();
            let question = Question::of_calendar(&service, environment, from);
            let against = claims::judge_calendar(grounds, &question, index, &running);
            let calendar = Calendar::of(grounds, &question, index, None);
            let stretches = match against.unknown.is_empty() && against.hold.is_empty() {
                true => {
                    let basis = calendar.basis();
                    known.entry(basis).or_insert_with(|| stretches(&calendar, from, to).into()).clone()
                }
                false => stopped(&calendar, &against, from, to).into(),
            };
            found.insert((service, environment.clone()), stretches);
        }
    }
    let outlook = |((service, environment), stretches)| Outlook { service, environment, stretches };
    found.into_iter().map(outlook).collect()
}

/// What the hour alone decides.
fn stretches(calendar: &Calendar<'_>, from: Timestamp, to: Timestamp) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    for at in std::iter::once(from).chain(calendar.edges(from, to).iter().copied()) {
        let view = calendar.at(at);
        let (word, next) = match view.is_open() {
            true => (GateDecision::Allow, calendar.closes(at).map(|(closes, _)| closes)),
            false => match calendar.next_opening(at) {
                Some(opening) => (GateDecision::Wait, Some(opening)),
                None => (GateDecision::Deny, None),
            },
        };
        let mut against = view.blocks;
        against.sort();
        against.dedup();
        push(&mut all, Stretch { from: at, until: to, word, next, against, windows: view.windows });
    }
    all
}

/// What no hour opens.
fn stopped(calendar: &Calendar<'_>, against: &Against, from: Timestamp, to: Timestamp) -> Vec<Stretch> {
    let word = if against.unknown.is_empty() { GateDecision::Hold } else { GateDecision::Unknown };
    let mut all: Vec<Stretch> = Vec::new();
    for at in std::iter::once(from).chain(calendar.edges(from, to).iter().copied()) {
        let view = calendar.at(at);
        let mut reasons: Vec<Reason> = against.unknown.iter().chain(&against.hold).cloned().collect();
        reasons.extend(view.blocks);
        reasons.sort();
        reasons.dedup();
        push(
            &mut all,
            Stretch { from: at, until: to, word, next: None, against: reasons, windows: view.windows },
        );
    }
    all
}

/// Adds what follows, unless nothing changes.
fn push(all: &mut Vec<Stretch>, next: Stretch) {
    if let Some(last) = all.last_mut() {
        let same = Stretch { from: last.from, ..next.clone() };
        if *last == same {
            return;
        }
        last.until = next.from;
    }
    all.push(next);
}
