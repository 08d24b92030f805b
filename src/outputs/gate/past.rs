//! Decisions of the past, as a log keeps them, and how they would be made today.

use jiff::Timestamp;
use serde::Deserialize;

use super::{Answer, printable};

/// What a line of a decision log says that was asked, from what, and what was answered.
#[derive(Clone, Debug)]
pub struct Past {
    /// The service.
    pub service: String,
    /// The environment.
    pub environment: String,
    /// The change, when one was named.
    pub change: Option<String>,
    /// The moment.
    pub at: Timestamp,
    /// How long the deployment lasts, in seconds.
    pub duration: i64,
    /// The stage of the rollout.
    pub stage: Option<String>,
    /// The artifact.
    pub artifact: Option<String>,
    /// The commit that was judged; nothing where the book could not be read.
    pub commit: Option<String>,
    /// The revision that named it.
    pub branch: String,
    /// The program that answered, and its time-zone data.
    tool: String,
    tzdata: String,
    decision: String,
    state: Option<String>,
    codes: Vec<String>,
}

/// The reasons that speak of the clone of that day and not of the commit.
const OF_CLONE: [&str; 6] =
    ["clock-behind", "fetch-age-unknown", "head-outdated", "head-unseen", "repository-unreadable", "stale"];

impl Past {
    /// Whether the answer rests on the clone of that day, which is not there to be asked.
    pub fn is_of_clone(&self) -> bool {
        self.codes.iter().any(|code| OF_CLONE.contains(&code.as_str()))
    }
}

#[derive(Deserialize)]
struct Line {
    answer: Said,
}

#[derive(Deserialize)]
struct Said {
    decision: String,
    at: Timestamp,
    service: String,
    environment: String,
    change: Option<String>,
    state: Option<String>,
    stage: Option<String>,
    duration: i64,
    artifact: Option<String>,
    reasons: Vec<Code>,
    repo: Repo,
    tzdata: String,
    tool: String,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Repo {
    commit: Option<String>,
    branch: String,
}

/// The decisions of a log.
///
/// # Errors
/// The first line of another form, by its number from 1, and why.
pub fn past(log: &str) -> Result<Vec<Past>, (usize, String)> {
    let read = |(index, line): (usize, &str)| {
        let Line { answer } = serde_json::from_str(line).map_err(|error| (index + 1, error.to_string()))?;
        let mut codes: Vec<String> = answer.reasons.into_iter().map(|reason| reason.code).collect();
        codes.dedup();
        Ok(Past {
            service: answer.service,
            environment: answer.environment,
            change: answer.change,
            at: answer.at,
            duration: answer.duration,
            stage: answer.stage,
            artifact: answer.artifact,
            commit: answer.repo.commit,
            branch: answer.repo.branch,
            tool: answer.tool,
            tzdata: answer.tzdata,
            decision: answer.decision,
            state: answer.state,
            codes,
        })
    };
    log.lines().enumerate().map(read).collect()
}

/// How a decision would be another one today; nothing when word, reasons and state are the same.
pub fn differs(past: &Past, now: &Answer) -> Option<String> {
    let state = now.state.map(|state| serde_json::to_value(state).expect("it is a word"));
    let state = state.as_ref().and_then(serde_json::Value::as_str);
    let mut codes: Vec<&str> = now.reasons.iter().map(|reason| reason.code.as_str()).collect();
    codes.dedup();
    let is_alike =
        past.decision == now.decision.word() && past.state.as_deref() == state && past.codes == codes;
    if is_alike {
        return None;
    }
    let in_words = |decision: &str, codes: &[&str], state: Option<&str>| {
        let state = state.map(|state| format!(", the change {state}")).unwrap_or_default();
        format!("{decision} ({}){state}", codes.join(", "))
    };
    let were: Vec<&str> = past.codes.iter().map(String::as_str).collect();
    let told = format!(
        "{} in {} at {}: {} by {} with time zones {}, {} by {} with {}",
        past.service,
        past.environment,
        past.at,
        in_words(&past.decision, &were, past.state.as_deref()),
        past.tool,
        past.tzdata,
        in_words(now.decision.word(), &codes, state),
        now.tool,
        now.tzdata,
    );
    Some(printable(&told))
}
