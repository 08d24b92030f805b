//! The policies that governed a book, with who brought each into force: `policy history`, as text and as JSON.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::Facts;
use crate::outputs::approval::{LandingTime, RecordStanding, Trust, some, trust_text};
use crate::outputs::approval::{short, trust_of};
use crate::outputs::evidence::edition::{Edition, all, amendments, waiting};
use crate::text::printable;

/// The version of this form; it rises when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// The policies of a book.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyHistory {
    /// Version of this form.
    pub format: u32,
    /// The moment of judging, RFC 3339 in UTC.
    pub as_of: String,
    /// Why nothing is known, where that is so: no repository, no policy on the mainline.
    pub unknown: Option<String>,
    /// What approvals rest on, with the policy that waits.
    pub trust: Option<Trust>,
    /// Every policy that governed, the one in force first.
    pub editions: Vec<PolicyEdition>,
    /// Records that count and ask for another policy than the one in force, while it waits.
    pub waiting: Vec<RecordStanding>,
}

/// A policy that governed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyEdition {
    /// Its serial.
    pub serial: u64,
    /// Its digest: `sha256:...`.
    pub policy: String,
    /// The landing with which it came into force.
    pub since: Option<LandingTime>,
    /// Whether it is the policy of a trust root, for which nobody signed.
    pub is_root: bool,
    /// The records that brought it into force.
    pub records: Vec<RecordStanding>,
}

impl PolicyHistory {
    /// The policies of a book, from its ledger.
    pub fn of(facts: &Facts) -> PolicyHistory {
        let editions = all(facts);
        let trust = trust_of(facts);
        let waiting = match (editions.last(), trust.as_ref().and_then(|trust| trust.pending.as_ref())) {
            (Some(last), Some(_)) => {
                waiting(facts, last).map(|landed| RecordStanding::of(landed, None)).collect()
            }
            _ => Vec::new(),
        };
        let mut told: Vec<PolicyEdition> =
            (0..editions.len()).map(|at| PolicyEdition::of(facts, &editions, at)).collect();
        told.reverse();
        PolicyHistory {
            format: FORMAT,
            as_of: facts.inputs.as_of.to_string(),
            unknown: facts.approvals.none.clone(),
            trust,
            editions: told,
            waiting,
        }
    }
}

impl PolicyEdition {
    fn of(facts: &Facts, editions: &[Edition], at: usize) -> PolicyEdition {
        let edition = &editions[at];
        let records = match at.checked_sub(1).filter(|_| !edition.is_root) {
            Some(before) => amendments(facts, &editions[before], edition),
            None => Vec::new(),
        };
        let landing = facts.approvals.landings.get(edition.landing);
        PolicyEdition {
            serial: edition.serial,
            policy: format!("sha256:{}", edition.digest),
            since: landing.map(|(commit, at)| LandingTime { commit: some(commit), at: at.to_string() }),
            is_root: edition.is_root,
            records: records.into_iter().map(|landed| RecordStanding::of(landed, None)).collect(),
        }
    }
}

/// The JSON Schema of [`PolicyHistory`].
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(PolicyHistory).to_value()
}

/// The policies of a book, for the terminal.
pub fn text(history: &PolicyHistory) -> String {
    let mut text = trust_text(history.trust.as_ref(), history.unknown.as_deref());
    for record in &history.waiting {
        signed(record, "signed for", &mut text);
    }
    for edition in &history.editions {
        let since = edition.since.as_ref().map(|since| {
            let commit = short(since.commit.as_deref().unwrap_or_default());
            format!("since {} (claimed), commit {commit}", since.at)
        });
        let how = if edition.is_root { "trust root" } else { "amendment" };
        let _ = writeln!(
            text,
            "\nserial {}  {how}\n  {}\n  {}",
            edition.serial,
            since.unwrap_or_default(),
            edition.policy
        );
        for record in &edition.records {
            signed(record, "signed", &mut text);
        }
    }
    text
}

fn signed(record: &RecordStanding, how: &str, text: &mut String) {
    let name = record.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
    let person = printable(record.person());
    let _ = writeln!(
        text,
        "  {how} by {person}{}, {} ({}), record {}",
        printable(&name),
        record.at,
        record.evidence(),
        short(&record.commit)
    );
    if let Some(reason) = &record.reason {
        let _ = writeln!(text, "      {}", printable(reason).lines().next().unwrap_or_default());
    }
}
