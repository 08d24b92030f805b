//! What a line of a log says (domain.md 1.4).
//!
//! Each event has its own keys and no others, so that a misspelled key cannot hide what happened.

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::inputs::document::time::parse_instant;
use crate::inputs::value::Table;
use crate::text::{ContentHash, did_you_mean};

/// The keys that every line has.
const COMMON: [&str; 6] = ["at", "by", "event", "mono", "prev", "seq"];

/// How a run can end.
pub const OUTCOMES: [&str; 6] = [
    "implemented",
    "implemented_with_issues",
    "rolled_back",
    "partly_rolled_back",
    "failed",
    "aborted_before_start",
];

/// How a rollback can end.
pub const ROLLBACK_RESULTS: [&str; 4] = ["not_needed", "clean", "with_issues", "failed"];

/// The events' names, in the order of [`Event`].
const NAMES: [&str; 21] = [
    "begin",
    "check",
    "resource",
    "poll",
    "step-intent",
    "step-result",
    "command",
    "checkpoint",
    "go-no-go",
    "trigger",
    "rollback-begin",
    "issue",
    "note",
    "notice",
    "hold",
    "resume",
    "verify",
    "observe",
    "clock-jump",
    "witness",
    "end",
];

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// The run began.
    Begin {
        /// Id of the change.
        change: String,
        /// Which attempt, from 1.
        attempt: u32,
        /// Of the runbook as it was executed.
        #[serde(deserialize_with = "digest")]
        runbook_digest: ContentHash,
        /// Of the approvals that it rested on; none before a policy was adopted, and in rehearsals.
        #[serde(default, deserialize_with = "optional_digest")]
        approval_set: Option<ContentHash>,
        /// Whether this is the execution, or which kind of rehearsal.
        mode: String,
        /// The window it ran in, if any.
        window: Option<String>,
        /// The machine.
        host: String,
        /// Name and version of the program that wrote the log.
        tool: String,
    },
    /// An item of the checklist was answered.
    Check {
        /// The item.
        item: String,
        /// What shows it.
        proof: String,
    },
    /// A resource was asked for.
    Resource {
        /// Which.
        name: String,
        /// Whether it is there.
        confirmed: bool,
    },
    /// A role was asked whether it is ready.
    Poll {
        /// The role.
        role: String,
        /// Its answer.
        answer: String,
    },
    /// A step is about to be done: written before anything else happens.
    StepIntent {
        /// Label of the step.
        step: String,
    },
    /// A step was done, or not.
    StepResult {
        /// Label of the step.
        step: String,
        /// How it went.
        outcome: StepOutcome,
        /// Why, when it was not simply done.
        reason: Option<String>,
    },
    /// A command of a step was run.
    Command {
        /// Label of the step.
        step: String,
        /// Of the command's bytes.
        #[serde(deserialize_with = "digest")]
        argv_digest: ContentHash,
        /// Exit status.
        exit: i32,
        /// Of its standard output.
        #[serde(deserialize_with = "digest")]
        stdout_digest: ContentHash,
        /// Of its standard error.
        #[serde(deserialize_with = "digest")]
        stderr_digest: ContentHash,
        /// Bytes of both.
        bytes: u64,
    },
    /// A checkpoint was read.
    Checkpoint {
        /// Its label.
        id: String,
        /// What was read.
        readings: serde_json::Value,
    },
    /// It was decided whether to go on.
    GoNoGo {
        /// Its label.
        id: String,
        /// What the decision rested on.
        criteria: Vec<Criterion>,
        /// The decision.
        decision: Decision,
        /// Roster id of who decided.
        decider: String,
        /// The last moment for a decision.
        #[serde(deserialize_with = "instant")]
        deadline: jiff::Timestamp,
    },
    /// A trigger for rollback was reached.
    Trigger {
        /// Its id.
        id: String,
        /// What was read.
        reading: serde_json::Value,
        /// What was done about it.
        action: TriggerAction,
        /// Why it was overridden.
        reason: Option<String>,
    },
    /// Rollback began.
    RollbackBegin {
        /// Label of the rollback step it begins with.
        from: String,
        /// Why.
        reason: String,
    },
    /// Something was not as planned.
    Issue {
        /// What.
        text: String,
        /// What was done about it.
        mitigation: Option<String>,
    },
    /// A remark.
    Note {
        /// The remark.
        text: String,
    },
    /// People were told.
    Notice {
        /// Which notice: before, during, after, ...
        phase: String,
        /// Who was told.
        #[serde(deserialize_with = "one_or_many")]
        audience: Vec<String>,
        /// What shows it.
        proof: String,
    },
    /// The run was held.
    Hold {},
    /// The run went on.
    Resume {},
    /// A service was verified.
    Verify {
        /// The service.
        service: String,
        /// What was found.
        result: String,
        /// What shows it.
        proof: String,
    },
    /// A monitor was read in the watch period.
    Observe {
        /// The monitor.
        monitor: String,
        /// What it showed.
        reading: serde_json::Value,
    },
    /// The wall clock jumped; the line's own `mono` is the clock that did not.
    ClockJump {
        /// By how many milliseconds.
        wall: i64,
    },
    /// A second person confirmed an earlier line.
    Witness {
        /// `seq` of that line.
        of_seq: u64,
        /// The key of the witness.
        key: String,
        /// The signature, when it was not made on another terminal.
        signature: Option<String>,
    },
    /// The run ended.
    End {
        /// One of [`OUTCOMES`].
        #[serde(deserialize_with = "outcome")]
        outcome: String,
        /// One of [`ROLLBACK_RESULTS`].
        #[serde(deserialize_with = "rollback_result")]
        rollback_result: String,
    },
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepOutcome {
    /// As written.
    Done,
    /// Not.
    Failed,
    /// Left out.
    Skipped,
    /// Done in another way.
    Altered,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// On.
    Go,
    /// Back.
    NoGo,
}

/// What followed a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerAction {
    /// Rollback.
    Rollback,
    /// The decider went on all the same.
    Override,
}

/// A criterion of a decision, and what it was found to be.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its name.
    pub name: String,
    /// What was found.
    pub value: serde_json::Value,
}

impl Event {
    /// The word that a log uses.
    pub fn name(&self) -> &'static str {
        match self {
            Event::Begin { .. } => "begin",
            Event::Check { .. } => "check",
            Event::Resource { .. } => "resource",
            Event::Poll { .. } => "poll",
            Event::StepIntent { .. } => "step-intent",
            Event::StepResult { .. } => "step-result",
            Event::Command { .. } => "command",
            Event::Checkpoint { .. } => "checkpoint",
            Event::GoNoGo { .. } => "go-no-go",
            Event::Trigger { .. } => "trigger",
            Event::RollbackBegin { .. } => "rollback-begin",
            Event::Issue { .. } => "issue",
            Event::Note { .. } => "note",
            Event::Notice { .. } => "notice",
            Event::Hold { .. } => "hold",
            Event::Resume { .. } => "resume",
            Event::Verify { .. } => "verify",
            Event::Observe { .. } => "observe",
            Event::ClockJump { .. } => "clock-jump",
            Event::Witness { .. } => "witness",
            Event::End { .. } => "end",
        }
    }
}

/// Reads the event of a line; the error says what is wrong with it.
pub(super) fn read(table: &Table) -> Result<Event, String> {
    let name = table.get("event").ok_or("`event` is missing")?;
    let name = name.as_str().ok_or("`event` is not text")?;
    if !NAMES.contains(&name) {
        let meant = did_you_mean(name, NAMES).map(|meant| format!("; `{meant}` is")).unwrap_or_default();
        return Err(format!("`{name}` is no event{meant}"));
    }
    let own = table.entries().iter().filter(|entry| !COMMON.contains(&entry.key.as_str()));
    let own: serde_json::Value = own.map(|entry| (entry.key.clone(), entry.value.to_json())).collect();
    let tagged = serde_json::Value::from_iter([(name, own)]);
    Event::deserialize(tagged).map_err(|error| format!("event `{name}`: {error}"))
}

/// `sha256:` and 64 hexadecimal digits, or the digits alone.
fn digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ContentHash, D::Error> {
    parse_digest(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn optional_digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ContentHash>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| parse_digest(&text)).transpose().map_err(D::Error::custom)
}

fn parse_digest(text: &str) -> Result<ContentHash, String> {
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    ContentHash::from_hex(hex).ok_or_else(|| format!("`{text}` is not a SHA-256 in hexadecimal digits"))
}

fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<jiff::Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_instant(&text)
        .map(|instant| instant.timestamp)
        .map_err(|error| D::Error::custom(format!("`{text}`: {}", error.why)))
}

fn outcome<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    one_of(deserializer, &OUTCOMES)
}

fn rollback_result<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    one_of(deserializer, &ROLLBACK_RESULTS)
}

fn one_of<'de, D: Deserializer<'de>>(deserializer: D, words: &[&str]) -> Result<String, D::Error> {
    let word = String::deserialize(deserializer)?;
    if words.contains(&word.as_str()) {
        return Ok(word);
    }
    Err(D::Error::custom(format!("`{word}` is none of {}", words.join(", "))))
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "`audience` is neither text nor a list of texts")]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(text) => Ok(vec![text]),
        OneOrMany::Many(texts) => Ok(texts),
    }
}
