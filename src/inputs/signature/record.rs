//! What a record commit says: the trailers of its message (design: approvals.md, "The record commit").
//!
//! Enters: the message of a commit. Leaves: nothing where the commit is no candidate, a [`Record`], or every
//! fault that its text has. git's and libgit2's trailer rules are loose and differ from each other, so the
//! reading is strict and its own: the last paragraph, every line of it `Key: value`, no key twice, no line
//! continued, and no `Mcm-` line anywhere else.

mod write;

use jiff::Timestamp;

use super::raw::MAX_RECORD;
use crate::text::ContentHash;

pub use write::{tidy_reason, write};

/// The line that makes a commit a candidate begins with this.
const MARK: &str = "Mcm-Record:";

/// Trailers that other tools write, which say nothing here.
const IGNORED: [&str; 3] = ["Signed-off-by", "Co-authored-by", "Change-Id"];

/// Trailers that say what a signature means: their want has a rule of its own (MCM811).
const STATED: [&str; 2] = ["Mcm-Role", "Mcm-Meaning"];

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// A role agrees to a subject.
    Approve,
    /// A role refuses it.
    Reject,
    /// The signer takes back an earlier approval or rejection.
    Retract,
    /// The change ends.
    Withdraw,
    /// Somebody has read a document.
    Acknowledge,
    /// An emergency may begin; two people are needed.
    Authorise,
    /// An emergency may begin and nobody second could be reached.
    AuthoriseAlone,
    /// An emergency is approved afterwards.
    Ratify,
    /// A collision with another change is accepted.
    AcceptCollision,
    /// A post-mortem was read by somebody who did not write it.
    Review,
    /// A new policy is agreed to.
    AmendPolicy,
    /// A record that a revocation hit counts again.
    Reinstate,
    /// An observer has seen a head at a time.
    Observe,
}

impl Decision {
    /// All of them.
    pub const ALL: [Decision; 13] = [
        Decision::Approve,
        Decision::Reject,
        Decision::Retract,
        Decision::Withdraw,
        Decision::Acknowledge,
        Decision::Authorise,
        Decision::AuthoriseAlone,
        Decision::Ratify,
        Decision::AcceptCollision,
        Decision::Review,
        Decision::AmendPolicy,
        Decision::Reinstate,
        Decision::Observe,
    ];

    /// The word of `Mcm-Decision`.
    pub fn word(self) -> &'static str {
        match self {
            Decision::Approve => "approve",
            Decision::Reject => "reject",
            Decision::Retract => "retract",
            Decision::Withdraw => "withdraw",
            Decision::Acknowledge => "acknowledge",
            Decision::Authorise => "authorise",
            Decision::AuthoriseAlone => "authorise-alone",
            Decision::Ratify => "ratify",
            Decision::AcceptCollision => "accept-collision",
            Decision::Review => "review",
            Decision::AmendPolicy => "amend-policy",
            Decision::Reinstate => "reinstate",
            Decision::Observe => "observe",
        }
    }

    /// The decision of a word.
    pub fn of_word(word: &str) -> Option<Decision> {
        Decision::ALL.into_iter().find(|decision| decision.word() == word)
    }

    /// The trailers that it must have beside those of every record, and no others.
    fn own_trailers(self) -> &'static [&'static str] {
        match self {
            Decision::Approve | Decision::Reject | Decision::Ratify => {
                &["Mcm-Role", "Mcm-Meaning", "Mcm-Document", "Mcm-Subject"]
            }
            Decision::Retract => &["Mcm-Document", "Mcm-Subject", "Mcm-Of"],
            Decision::Withdraw | Decision::Acknowledge | Decision::Review => {
                &["Mcm-Meaning", "Mcm-Document", "Mcm-Subject"]
            }
            Decision::Authorise | Decision::AuthoriseAlone => {
                &["Mcm-Role", "Mcm-Meaning", "Mcm-Document", "Mcm-Subject", "Mcm-Incident"]
            }
            Decision::AcceptCollision => {
                &["Mcm-Role", "Mcm-Meaning", "Mcm-Document", "Mcm-Subject", "Mcm-Other"]
            }
            Decision::AmendPolicy => &["Mcm-Policy-From", "Mcm-Policy-To", "Mcm-Serial"],
            Decision::Reinstate => &["Mcm-Meaning", "Mcm-Of"],
            Decision::Observe => &["Mcm-Head", "Mcm-Time"],
        }
    }

    /// The trailers that it may have.
    fn optional_trailers(self) -> &'static [&'static str] {
        match self {
            Decision::Withdraw | Decision::Acknowledge | Decision::Review => &["Mcm-Role", "Mcm-Covers"],
            Decision::AmendPolicy => &["Mcm-Role", "Mcm-Meaning"],
            Decision::Reinstate => &["Mcm-Role"],
            Decision::Observe => &[],
            Decision::Approve => &["Mcm-Covers", "Mcm-Carries"],
            _ => &["Mcm-Covers"],
        }
    }
}

/// A decision, as its signer wrote it. Nothing here is believed before the signature is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What is decided.
    pub decision: Decision,
    /// In which role.
    pub role: Option<String>,
    /// What the signature means, in the signer's words.
    pub meaning: Option<String>,
    /// Id of the change or document.
    pub document: Option<String>,
    /// Names of the covered documents of a change; empty for a document that is its own subject.
    pub covers: Vec<String>,
    /// The subject digest.
    pub subject: Option<ContentHash>,
    /// `policy.context`.
    pub context: String,
    /// Commit id of the trust root.
    pub trust_root: String,
    /// Roster id of the signer.
    pub signer: String,
    /// The earlier content whose approvals an approval carries over.
    pub carries: Option<ContentHash>,
    /// The record commit that is retracted or reinstated.
    pub of: Option<String>,
    /// The incident.
    pub incident: Option<String>,
    /// Id of the other change.
    pub other: Option<String>,
    /// Digests of the old and the new policy, and the new serial.
    pub amendment: Option<(ContentHash, ContentHash, u64)>,
    /// The head that an observer saw, and when.
    pub observed: Option<(String, Timestamp)>,
    /// The free text between the first line and the trailers.
    pub reason: String,
}

/// Why a candidate is no record; the code is the one of approvals.md.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum RecordFault {
    /// `record-ambiguous`: an `Mcm-` line outside of the trailers.
    #[error("line {line} of the message begins with `Mcm-` and is no trailer of its last paragraph")]
    Ambiguous {
        /// From 1.
        line: usize,
    },
    /// `record-malformed`: the trailers are not of the one form.
    #[error("{0}")]
    Malformed(String),
    /// `record-malformed`, and nothing worse: a trailer of `STATED` that has to be there is missing or empty.
    #[error("{0}")]
    Unstated(String),
}

impl RecordFault {
    /// The reason code.
    pub fn code(&self) -> &'static str {
        match self {
            RecordFault::Ambiguous { .. } => "record-ambiguous",
            RecordFault::Malformed(_) | RecordFault::Unstated(_) => "record-malformed",
        }
    }
}

/// Whether a message makes its commit a candidate.
pub fn is_candidate(message: &[u8]) -> bool {
    memchr::memmem::find_iter(message, MARK).any(|at| at == 0 || message[at - 1] == b'\n')
}

/// What a trailer of a commit says, found without reading the rest. Of a record it is what [`read`] finds; what is
/// no record may have anything there.
pub fn glance<'a>(commit: &'a [u8], key: &str) -> Option<&'a str> {
    let message = &commit[memchr::memmem::find(commit, b"\n\n")?..];
    let is_it = |line: &&[u8]| line.strip_prefix(key.as_bytes()).is_some_and(|rest| rest.starts_with(b": "));
    let line = message.split(|byte| *byte == b'\n').find(is_it)?;
    std::str::from_utf8(&line[key.len() + 2..]).ok()
}

/// Reads a message. Nothing when it is no candidate's; every fault when it is no record.
pub fn read(message: &[u8]) -> Option<Result<Record, Vec<RecordFault>>> {
    if !is_candidate(message) {
        return None;
    }
    if message.len() > MAX_RECORD {
        return Some(Err(vec![RecordFault::Malformed("the message is larger than 64 KiB".to_owned())]));
    }
    let Ok(text) = std::str::from_utf8(message) else {
        return Some(Err(vec![RecordFault::Malformed("the message is not UTF-8".to_owned())]));
    };
    Some(Reader::of(text).record())
}

/// The document that a candidate speaks of, also where it is no record: what does not count is told beside what
/// it was made for. Nothing where the message cannot be read or names none.
pub fn document_of(message: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(message).ok().filter(|text| text.len() <= MAX_RECORD)?;
    Reader::of(text).get("Mcm-Document").map(str::to_owned)
}

struct Reader<'a> {
    trailers: Vec<(&'a str, &'a str)>,
    reason: String,
    faults: Vec<RecordFault>,
    /// Trailers of [`STATED`] that are there without a value.
    empty: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    fn of(text: &'a str) -> Reader<'a> {
        let mut lines = Vec::with_capacity(24);
        lines.extend(text.trim_end_matches('\n').split('\n'));
        let first = lines.iter().rposition(|line| line.is_empty()).map_or(0, |blank| blank + 1);
        let mut reader = Reader {
            trailers: Vec::with_capacity(12),
            reason: String::new(),
            faults: Vec::new(),
            empty: Vec::new(),
        };
        for (index, line) in lines[..first].iter().enumerate() {
            if line.trim_start().starts_with("Mcm-") {
                reader.faults.push(RecordFault::Ambiguous { line: index + 1 });
            }
        }
        for line in &lines[first..] {
            reader.trailer(line);
        }
        reader.reason = lines.get(1..first).unwrap_or_default().join("\n").trim().to_owned();
        reader
    }

    fn trailer(&mut self, line: &'a str) {
        let value = |key: &str| line.strip_prefix(key)?.strip_prefix(':');
        let empty = STATED.into_iter().find(|key| value(key).is_some_and(|value| value.trim().is_empty()));
        if let Some(key) = empty.filter(|key| !self.empty.contains(key)) {
            self.empty.push(key);
            return self.faults.push(RecordFault::Unstated(format!("`{key}` is empty")));
        }
        let parts = line.split_once(':').filter(|(key, _)| is_key(key));
        let Some((key, value)) = parts.and_then(|(key, value)| Some((key, value.strip_prefix(' ')?))) else {
            return self
                .malformed(format!("`{}` is no trailer of the form `Key: value`", line.escape_debug()));
        };
        if IGNORED.contains(&key) {
            return;
        }
        if !key.starts_with("Mcm-") {
            return self.malformed(format!("`{key}` is no trailer of a record"));
        }
        if value.trim() != value || value.is_empty() {
            return self.malformed(format!("the value of `{key}` is empty or begins or ends with a space"));
        }
        if self.trailers.iter().any(|(known, _)| *known == key) {
            return self.malformed(format!("`{key}` stands twice"));
        }
        self.trailers.push((key, value));
    }

    fn malformed(&mut self, why: String) {
        self.faults.push(RecordFault::Malformed(why));
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.trailers.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    /// The value of a key that must be there and of a form.
    fn parse<T>(&mut self, key: &str, what: &str, read: impl Fn(&'a str) -> Option<T>) -> Option<T> {
        let value = self.get(key)?;
        let read = read(value);
        if read.is_none() {
            self.malformed(format!("the value of `{key}` is no {what}"));
        }
        read
    }

    fn record(mut self) -> Result<Record, Vec<RecordFault>> {
        if self.get("Mcm-Record").is_some_and(|version| version != "v1") {
            self.malformed("`Mcm-Record` is not `v1`: a newer mcmbook may know it".to_owned());
        }
        let decision = self.parse("Mcm-Decision", "decision", Decision::of_word);
        self.complete(decision);
        let subject = self.parse("Mcm-Subject", "`sha256:` and 64 digits", digest);
        let carries = self.parse("Mcm-Carries", "`sha256:` and 64 digits", digest);
        let trust_root = self.parse("Mcm-Trust-Root", "commit id", commit_id);
        let of = self.parse("Mcm-Of", "commit id", commit_id);
        let from = self.parse("Mcm-Policy-From", "`sha256:` and 64 digits", digest);
        let to = self.parse("Mcm-Policy-To", "`sha256:` and 64 digits", digest);
        let serial = self.parse("Mcm-Serial", "whole number", |text| text.parse().ok());
        let head = self.parse("Mcm-Head", "commit id", commit_id);
        let time = self
            .parse("Mcm-Time", "instant in UTC", |text| text.parse().ok().filter(|_| text.ends_with('Z')));
        let text = |reader: &Reader<'a>, key: &str| reader.get(key).map(str::to_owned);
        let covers = self.get("Mcm-Covers").unwrap_or_default();
        let covers: Vec<String> =
            covers.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        match (decision, self.faults.is_empty()) {
            (Some(decision), true) => Ok(Record {
                decision,
                role: text(&self, "Mcm-Role"),
                meaning: text(&self, "Mcm-Meaning"),
                document: text(&self, "Mcm-Document"),
                covers,
                subject,
                carries,
                context: text(&self, "Mcm-Context").unwrap_or_default(),
                trust_root: trust_root.unwrap_or_default(),
                signer: text(&self, "Mcm-Signer").unwrap_or_default(),
                of,
                incident: text(&self, "Mcm-Incident"),
                other: text(&self, "Mcm-Other"),
                amendment: from.zip(to).zip(serial).map(|((from, to), serial)| (from, to, serial)),
                observed: head.zip(time),
                reason: self.reason,
            }),
            _ => Err(self.faults),
        }
    }

    /// Tells every trailer that is missing or has no place in a record of this decision.
    fn complete(&mut self, decision: Option<Decision>) {
        const ALL: [&str; 5] = ["Mcm-Record", "Mcm-Decision", "Mcm-Context", "Mcm-Trust-Root", "Mcm-Signer"];
        let own = decision.map_or(&[][..], Decision::own_trailers);
        for key in ALL.iter().chain(own) {
            if self.get(key).is_some() || self.empty.contains(key) {
                continue;
            }
            match STATED.contains(key) {
                true => self.faults.push(RecordFault::Unstated(format!("`{key}` is missing"))),
                false => self.malformed(format!("`{key}` is missing")),
            }
        }
        let Some(decision) = decision else { return };
        let known = |key: &str| {
            ALL.contains(&key) || own.contains(&key) || decision.optional_trailers().contains(&key)
        };
        let strange: Vec<&str> =
            self.trailers.iter().map(|(key, _)| *key).filter(|key| !known(key)).collect();
        for key in strange {
            self.malformed(format!("`{key}` has no place in a record that says `{}`", decision.word()));
        }
    }
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn digest(text: &str) -> Option<ContentHash> {
    ContentHash::from_hex(text.strip_prefix("sha256:")?)
}

fn commit_id(text: &str) -> Option<String> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (text.len() == 40 && text.bytes().all(is_hex)).then(|| text.to_owned())
}
