//! Questions to a log.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::inputs::document::log::{Criterion, Decision, Entry, Event, Log, StepOutcome, TriggerAction};
use crate::inputs::document::steps;
use crate::text::{BookPath, ContentHash};

/// A log whose chain holds, and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Its lines.
    pub log: &'a Log,
    /// Its file.
    pub path: &'a BookPath,
}

/// Something that a line says.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a, T> {
    /// Number of the line, from 0.
    pub seq: usize,
    /// The line: when, by whom, where.
    pub entry: &'a Entry,
    /// What it says.
    pub what: T,
}

/// Answers in the order of the log.
pub type Lines<'a, T> = Vec<Said<'a, T>>;

/// What a log tells of one step, however often it was begun.
#[derive(Clone, Debug, Default)]
pub struct StepRun<'a> {
    /// Its intents.
    pub begun: Lines<'a, ()>,
    /// Its results: outcome and reason.
    pub ended: Lines<'a, (StepOutcome, Option<&'a str>)>,
}

impl StepRun<'_> {
    /// The first line that shows that it was begun: a step that was only noted as skipped was not.
    pub fn begun_at(&self) -> Option<usize> {
        let done = self.ended.iter().find(|said| said.what.0 != StepOutcome::Skipped);
        let begun = self.begun.first().map(|said| said.seq);
        begun.into_iter().chain(done.map(|said| said.seq)).min()
    }

    /// The first line that speaks of it.
    pub fn first(&self) -> Option<usize> {
        let ended = self.ended.first().map(|said| said.seq);
        self.begun.first().map(|said| said.seq).into_iter().chain(ended).min()
    }
}

impl<'a> Run<'a> {
    /// The lines whose event is wanted.
    fn pick<T>(&self, pick: impl Fn(&'a Event) -> Option<T>) -> Lines<'a, T> {
        let entries = self.log.entries.iter().enumerate();
        entries.filter_map(|(seq, entry)| Some(Said { seq, entry, what: pick(&entry.event)? })).collect()
    }

    /// When the run began.
    pub fn began(&self) -> Option<Timestamp> {
        self.log.begin().map(|entry| entry.at)
    }

    /// When the run ended.
    pub fn ended(&self) -> Option<Timestamp> {
        self.log.end().map(|entry| entry.at)
    }

    /// Which change and which attempt it says it is.
    pub fn identity(&self) -> Option<Said<'a, (&'a str, u32)>> {
        let begins = self.pick(|event| match event {
            Event::Begin { change, attempt, .. } => Some((change.as_str(), *attempt)),
            _ => None,
        });
        begins.into_iter().next()
    }

    /// The runbook that it says it followed.
    pub fn runbook_digest(&self) -> Option<Said<'a, ContentHash>> {
        let begins = self.pick(|event| match event {
            Event::Begin { runbook_digest, .. } => Some(*runbook_digest),
            _ => None,
        });
        begins.into_iter().next()
    }

    /// Outcome and rollback result of the last line.
    pub fn end(&self) -> Option<Said<'a, (&'a str, &'a str)>> {
        let ends = self.pick(|event| match event {
            Event::End { outcome, rollback_result } => Some((outcome.as_str(), rollback_result.as_str())),
            _ => None,
        });
        ends.into_iter().next_back()
    }

    /// The answered items of the checklist: item and proof.
    pub fn checks(&self) -> Lines<'a, (&'a str, &'a str)> {
        self.pick(|event| match event {
            Event::Check { item, proof } => Some((item.as_str(), proof.as_str())),
            _ => None,
        })
    }

    /// The resources: name, and whether it is there.
    pub fn resources(&self) -> Lines<'a, (&'a str, bool)> {
        self.pick(|event| match event {
            Event::Resource { name, confirmed } => Some((name.as_str(), *confirmed)),
            _ => None,
        })
    }

    /// The readiness poll: role and answer.
    pub fn polls(&self) -> Lines<'a, (&'a str, &'a str)> {
        self.pick(|event| match event {
            Event::Poll { role, answer } => Some((role.as_str(), answer.as_str())),
            _ => None,
        })
    }

    /// The steps by label in its normal form, with their intents and results; words that are no label stay
    /// as they are.
    pub fn steps(&self) -> BTreeMap<String, StepRun<'a>> {
        let mut found: BTreeMap<String, StepRun<'a>> = BTreeMap::new();
        for (seq, entry) in self.log.entries.iter().enumerate() {
            match &entry.event {
                Event::StepIntent { step } => {
                    let said = Said { seq, entry, what: () };
                    found.entry(label(step)).or_default().begun.push(said);
                }
                Event::StepResult { step, outcome, reason } => {
                    let said = Said { seq, entry, what: (*outcome, reason.as_deref()) };
                    found.entry(label(step)).or_default().ended.push(said);
                }
                _ => {}
            }
        }
        found
    }

    /// The first line that speaks of a step: what the preflight must precede. The number of lines when
    /// there is none.
    pub fn preflight_end(&self) -> usize {
        let is_step = |entry: &Entry| {
            matches!(entry.event, Event::StepIntent { .. } | Event::StepResult { .. } | Event::Command { .. })
        };
        self.log.entries.iter().position(is_step).unwrap_or(self.log.entries.len())
    }

    /// The checkpoints: label and readings.
    pub fn checkpoints(&self) -> Lines<'a, (String, &'a Value)> {
        self.pick(|event| match event {
            Event::Checkpoint { id, readings } => Some((label(id), readings)),
            _ => None,
        })
    }

    /// The go/no-go decisions.
    pub fn decisions(&self) -> Lines<'a, Decided<'a>> {
        self.pick(|event| match event {
            Event::GoNoGo { id, criteria, decision, decider, deadline } => Some(Decided {
                label: label(id),
                criteria,
                decision: *decision,
                decider,
                deadline: *deadline,
            }),
            _ => None,
        })
    }

    /// The triggers that were reached: id, what was done, why.
    pub fn triggers(&self) -> Lines<'a, (&'a str, TriggerAction, Option<&'a str>)> {
        self.pick(|event| match event {
            Event::Trigger { id, action, reason, .. } => Some((id.as_str(), *action, reason.as_deref())),
            _ => None,
        })
    }

    /// Where a rollback began: from where, and why.
    pub fn rollbacks(&self) -> Lines<'a, (&'a str, &'a str)> {
        self.pick(|event| match event {
            Event::RollbackBegin { from, reason } => Some((from.as_str(), reason.as_str())),
            _ => None,
        })
    }

    /// The verified services: service, result, proof.
    pub fn verifies(&self) -> Lines<'a, (&'a str, &'a str, &'a str)> {
        self.pick(|event| match event {
            Event::Verify { service, result, proof } => {
                Some((service.as_str(), result.as_str(), proof.as_str()))
            }
            _ => None,
        })
    }

    /// The readings of monitors.
    pub fn observes(&self) -> Lines<'a, (&'a str, &'a Value)> {
        self.pick(|event| match event {
            Event::Observe { monitor, reading } => Some((monitor.as_str(), reading)),
            _ => None,
        })
    }

    /// The issues: what, and what was done.
    pub fn issues(&self) -> Lines<'a, (&'a str, Option<&'a str>)> {
        self.pick(|event| match event {
            Event::Issue { text, mitigation } => Some((text.as_str(), mitigation.as_deref())),
            _ => None,
        })
    }

    /// The notices: phase, audience, proof.
    pub fn notices(&self) -> Lines<'a, (&'a str, &'a [String], &'a str)> {
        self.pick(|event| match event {
            Event::Notice { phase, audience, proof } => {
                Some((phase.as_str(), audience.as_slice(), proof.as_str()))
            }
            _ => None,
        })
    }

    /// The holds: `true` where the run was held, `false` where it went on.
    pub fn holds(&self) -> Lines<'a, bool> {
        self.pick(|event| match event {
            Event::Hold {} => Some(true),
            Event::Resume {} => Some(false),
            _ => None,
        })
    }

    /// The jumps of the wall clock that the run itself saw, in milliseconds.
    pub fn jumps(&self) -> Lines<'a, i64> {
        self.pick(|event| match event {
            Event::ClockJump { wall } => Some(*wall),
            _ => None,
        })
    }

    /// All confirmations by a second person: `seq` of the confirmed line.
    pub fn witnesses(&self) -> Lines<'a, u64> {
        self.pick(|event| match event {
            Event::Witness { of_seq, .. } => Some(*of_seq),
            _ => None,
        })
    }

    /// Who confirmed a line, other than who wrote it.
    pub fn witness_of(&self, seq: usize) -> Option<&'a Entry> {
        let author = &self.log.entries.get(seq)?.by;
        let of_line =
            |said: &Said<'a, u64>| usize::try_from(said.what) == Ok(seq) && said.entry.by != *author;
        self.witnesses().into_iter().find(of_line).map(|said| said.entry)
    }
}

/// A go/no-go as it was decided.
#[derive(Clone, Debug)]
pub struct Decided<'a> {
    /// Its label.
    pub label: String,
    /// What it rested on.
    pub criteria: &'a [Criterion],
    /// The decision.
    pub decision: Decision,
    /// Roster id of who decided.
    pub decider: &'a str,
    /// The last moment for it.
    pub deadline: Timestamp,
}

/// The normal form of a label, or the words as they are.
fn label(text: &str) -> String {
    steps::label(text).unwrap_or_else(|| text.trim().to_owned())
}
