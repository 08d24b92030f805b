//! The approval of subjects as data and as text: `status`, its JSON, the pages and the data of the site.
//!
//! One form serves them all, so that what a page says of a record is what the command says of it.

pub mod crossed;
pub mod impact;
pub mod stamps;
pub mod verification;

use std::fmt::Write as _;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use self::stamps::StampStanding;
use super::listing::table;
use crate::facts::Facts;
use crate::facts::approval::amendment::Effective;
use crate::facts::approval::derive::{Landed, Subject};
use crate::facts::approval::exception;
use crate::facts::approval::open::{OpenPlace, against, open, told};
use crate::facts::approval::{Approval, Approvals, SubjectId};
use crate::inputs::Inputs;
use crate::inputs::signature::split;
use crate::text::{counted, printable};

/// The version of this form; it rises when a field changes its meaning or goes away.
pub const FORMAT: u32 = 1;

/// The approvals of a book at a moment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Standing {
    /// Version of this form.
    pub format: u32,
    /// The moment of judging, RFC 3339 in UTC.
    pub as_of: String,
    /// Why nothing is known, where that is so: no repository, no policy on the mainline.
    pub unknown: Option<String>,
    /// The status of every change then: `before-adoption`, or `unverifiable` where the history is unknown.
    pub status: Option<String>,
    /// What the approvals rest on.
    pub trust: Option<Trust>,
    /// The branch that is judged as if it had landed; nothing where the mainline itself is judged.
    pub landing: Option<UnlandedBranch>,
    /// The subjects, sorted by id.
    pub subjects: Vec<SubjectStanding>,
}

/// A branch that is judged as if it had landed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct UnlandedBranch {
    /// Commit id of the head of the base.
    pub base: String,
    /// Commit id of the head of the branch.
    pub head: String,
    /// How many commits would land; none where the base holds them all.
    pub commits: usize,
}

/// What approvals rest on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Trust {
    /// Commit id of the trust root.
    pub root: String,
    /// Whether a pin from outside of the repository names it. What is not pinned is vouched for by nobody.
    pub pinned: bool,
    /// Digest of the effective policy: `sha256:...`.
    pub policy: String,
    /// Its serial.
    pub serial: u64,
    /// A policy in the tree that does not govern.
    pub pending: Option<PendingPolicy>,
}

/// A policy that waits for signatures.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PendingPolicy {
    /// Its digest.
    pub policy: Option<String>,
    /// Roster ids of those who have signed for it.
    pub signed: Vec<String>,
    /// How many must.
    pub quorum: u32,
    /// Why it cannot come into force as it stands.
    pub refused: Option<String>,
}

/// The approval of one subject.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SubjectStanding {
    /// Id of the change, or of the document outside of changes.
    pub id: String,
    /// The names that a document outside of changes had before, under which earlier records speak of it; oldest first.
    pub formerly: Vec<String>,
    /// One of the statuses of the manual's page on approvals.
    pub status: String,
    /// Its status without the landing, where a branch is judged as if it had landed and the base has it.
    pub before: Option<String>,
    /// Why, in a phrase.
    pub why: String,
    /// The class by which a change is judged.
    pub class: Option<String>,
    /// The subject digest: `sha256:...`.
    pub subject: Option<String>,
    /// When the quorum was met.
    pub approved: Option<LandingTime>,
    /// The places of the matrix.
    pub places: Vec<PlaceStanding>,
    /// The number of different people who stand in it, and how many must.
    pub people: usize,
    /// How many different people must.
    pub needed_people: usize,
    /// What stands against the subject as a whole.
    pub hindrances: Vec<Verdict>,
    /// Its exceptions, which are approved alone, sorted by name.
    pub exceptions: Vec<ExceptionStanding>,
    /// Its records in the order in which they landed, whatever stands against them.
    pub records: Vec<RecordStanding>,
}

/// The approval of an exception of a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExceptionStanding {
    /// Name of the document, without its ending.
    pub name: String,
    /// One of the statuses of the manual's page on approvals.
    pub status: String,
    /// Why, in a phrase.
    pub why: String,
    /// The digest that its approvals cover: `sha256:...`.
    pub subject: Option<String>,
}

/// A place of the matrix.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlaceStanding {
    /// The role.
    pub role: String,
    /// The affected service, where the policy asks for each.
    pub service: Option<String>,
    /// Roster id of the person who fills it.
    pub by: Option<String>,
    /// Roster ids of those who could.
    pub could: Vec<String>,
}

/// When something landed on the mainline.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LandingTime {
    /// The mainline commit; nothing for a landing that has not happened.
    pub commit: Option<String>,
    /// RFC 3339 in UTC.
    pub at: String,
}

/// A reason against something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Verdict {
    /// The stable code: `key-unknown`.
    pub code: String,
    /// The same in words.
    pub why: String,
}

/// A record, and what stands against it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RecordStanding {
    /// The record's commit.
    pub commit: String,
    /// `approve`, `reject`, ...; nothing when the record cannot be read.
    pub decision: Option<String>,
    /// The exception that it speaks of; nothing where it is of the subject itself.
    pub exception: Option<String>,
    /// In which role.
    pub role: Option<String>,
    /// What the signature means.
    pub meaning: Option<String>,
    /// The signer's reason.
    pub reason: Option<String>,
    /// Whose key made the signature, by the policy that governed; nothing unless the signature is good.
    pub signer: Option<String>,
    /// Printed name of the signer.
    pub name: Option<String>,
    /// Who the record says has signed it.
    pub claimed: Option<String>,
    /// Whose work the commit says it is: a name that anybody can write, and that decides nothing.
    pub author: Option<String>,
    /// Who the commit says has made it: another such name.
    pub committer: Option<String>,
    /// Fingerprint of the key.
    pub key: Option<String>,
    /// The algorithm of the signature.
    pub algorithm: Option<String>,
    /// The subject digest that was signed.
    pub subject: Option<String>,
    /// Whether it is that of the content that is judged.
    pub for_this_content: bool,
    /// Roster id of who carried it over a small edit, where it stands for a later content than it names.
    pub carried_by: Option<String>,
    /// The time that counts, RFC 3339 in UTC.
    pub at: String,
    /// The level of that time: 1 is the order of the mainline, claimed by committers; 2 was seen by an
    /// observer; 3 is a time stamp.
    pub level: u8,
    /// The time stamps for it, those that prove nothing among them.
    pub stamps: Vec<StampStanding>,
    /// The mainline commit that landed it; nothing when it has not landed.
    pub landing: Option<String>,
    /// Whether it counts.
    pub counts: bool,
    /// Every reason why it does not.
    pub reasons: Vec<Verdict>,
}

impl Standing {
    /// The approvals of all subjects, or of those that are wanted.
    pub fn of(facts: &Facts, wanted: impl Fn(&SubjectId) -> bool) -> Standing {
        Standing::of_approvals(&facts.approvals, &facts.inputs, wanted)
    }

    /// The same, without the documents.
    pub fn of_approvals(
        approvals: &Approvals,
        inputs: &Inputs,
        wanted: impl Fn(&SubjectId) -> bool,
    ) -> Standing {
        let as_of = inputs.as_of;
        let subjects = approvals.subjects.keys().filter(|id| wanted(id));
        Standing {
            format: FORMAT,
            as_of: as_of.to_string(),
            unknown: approvals.none.clone(),
            status: approvals.of_all().map(|(status, _)| status.word().to_owned()),
            trust: Trust::of(approvals, inputs.history.ledger.pinned),
            landing: None,
            subjects: subjects.filter_map(|id| SubjectStanding::of(approvals, id, as_of)).collect(),
        }
    }
}

impl Trust {
    /// What the approvals rest on; nothing where none are known.
    pub fn of(approvals: &Approvals, pinned: bool) -> Option<Trust> {
        let effective: &Effective = approvals.effective.as_ref()?;
        let pending = effective.pending.as_ref().map(|pending| PendingPolicy {
            policy: pending.digest.map(|digest| format!("sha256:{digest}")),
            signed: pending.signed.iter().cloned().collect(),
            quorum: pending.quorum,
            refused: pending.refused.clone(),
        });
        Some(Trust {
            root: approvals.root.clone()?,
            pinned,
            policy: format!("sha256:{}", effective.digest),
            serial: effective.policy.serial,
            pending,
        })
    }

    /// Whether a pin vouches for the root, as people read it.
    fn pin(&self) -> &'static str {
        match self.pinned {
            true => "pinned",
            false => "unpinned: nobody outside of this repository vouches for it",
        }
    }
}

/// What a change, a record or a set-up is like, and what its approvals rest on, as one object for programs.
#[derive(Debug, Serialize)]
pub struct Resting<T> {
    /// What is told.
    #[serde(flatten)]
    pub told: T,
    /// What the approvals rest on.
    pub trust: Option<Trust>,
}

/// The line by which people learn that nobody outside vouches for the approvals; nothing where somebody does, or
/// where there are none.
pub fn unpinned_text(trust: Option<&Trust>) -> Option<String> {
    let trust = trust.filter(|trust| !trust.pinned)?;
    Some(format!("trust root {} ({})", short(&trust.root), trust.pin()))
}

/// What the approvals of a book rest on; nothing where none are known.
pub fn trust_of(facts: &Facts) -> Option<Trust> {
    Trust::of(&facts.approvals, facts.inputs.history.ledger.pinned)
}

impl SubjectStanding {
    /// The approval of a subject, with all of its records.
    pub fn of(approvals: &Approvals, id: &SubjectId, as_of: Timestamp) -> Option<SubjectStanding> {
        let (subject, approval) = approvals.subjects.get(id)?;
        let could = open(approvals, id, as_of);
        let place = |(place, by): &(crate::facts::approval::quorum::Place, Option<String>)| PlaceStanding {
            role: place.role.clone(),
            service: place.service.clone(),
            by: by.clone(),
            could: if by.is_some() { Vec::new() } else { who_could(&could, place) },
        };
        let of_exception = |name: &str| Some(ExceptionStanding::of(name, &approvals.of_exception(id, name)?));
        let landing = |index: usize| {
            let (commit, at) = approvals.landings.get(index)?;
            Some(LandingTime { commit: some(commit), at: at.to_string() })
        };
        Some(SubjectStanding {
            id: id.as_str().to_owned(),
            formerly: subject.formerly.iter().map(|(name, _)| name.as_str().to_owned()).collect(),
            status: approval.status.word().to_owned(),
            before: None,
            why: approval.why.clone(),
            class: class_of(subject),
            subject: approval.digest.map(|digest| format!("sha256:{digest}")),
            approved: approval.approved_at.and_then(landing),
            places: approval.quorum.places.iter().map(place).collect(),
            people: approval.quorum.people,
            needed_people: approval.quorum.needed_people,
            hindrances: hindrances(approvals, id),
            exceptions: exception::names(subject).filter_map(of_exception).collect(),
            records: subject
                .records
                .iter()
                .map(|landed| RecordStanding::of(landed, approvals.of_record(id, landed).as_deref()))
                .collect(),
        })
    }
}

impl RecordStanding {
    /// A record with everything that stands against it; of a subject, also why it fills no place.
    pub fn of(landed: &Landed, approval: Option<&Approval>) -> RecordStanding {
        let judged = &landed.judged;
        let record = judged.record.as_deref();
        let uncounted = approval.into_iter().flat_map(|approval| &approval.uncounted);
        let uncounted = uncounted.filter(|one| one.record == judged.id);
        let uncounted =
            uncounted.map(|one| Verdict { code: one.reason.code().to_owned(), why: one.why.clone() });
        let reasons: Vec<Verdict> = judged.reasons.iter().map(verdict).chain(uncounted).collect();
        let name = judged.principal.as_deref().and_then(|id| landed.policy.principal(id));
        let subject = record.and_then(|record| record.subject);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let names = split(&landed.raw).ok();
        let names = names.map(|commit| (text(commit.author.name), text(commit.committer.name)));
        let mut carried = approval.into_iter().flat_map(|approval| &approval.carried);
        let carried = carried.find(|(id, _)| *id == judged.id);
        RecordStanding {
            commit: judged.id.clone(),
            decision: record.map(|record| record.decision.word().to_owned()),
            exception: record.and_then(exception::of).map(str::to_owned),
            role: record.and_then(|record| record.role.clone()),
            meaning: record.and_then(|record| record.meaning.clone()),
            reason: record.map(|record| record.reason.clone()).filter(|reason| !reason.is_empty()),
            signer: judged.principal.clone(),
            name: name.map(|principal| principal.name.clone()),
            claimed: record.map(|record| record.signer.clone()),
            author: names.as_ref().map(|(author, _)| author.clone()),
            committer: names.map(|(_, committer)| committer),
            key: judged.verification.as_ref().and_then(|verification| verification.key.clone()),
            algorithm: judged.verification.as_ref().and_then(|verification| verification.algorithm.clone()),
            subject: subject.map(|digest| format!("sha256:{digest}")),
            for_this_content: landed.content.is_some()
                && approval.is_some_and(|of| of.digest == landed.content),
            carried_by: carried.map(|(_, by)| by.clone()),
            at: landed.evidence().0.to_string(),
            level: landed.evidence().1,
            stamps: landed.stamps.iter().map(|one| StampStanding::of(one)).collect(),
            landing: some(&landed.commit),
            counts: reasons.is_empty(),
            reasons,
        }
    }

    /// Who made it, as far as that is known.
    pub fn person(&self) -> &str {
        self.signer.as_deref().or(self.claimed.as_deref()).unwrap_or("unknown")
    }

    /// What its time rests on.
    pub fn evidence(&self) -> &'static str {
        match self.level {
            0 | 1 => "claimed",
            2 => "seen by an observer",
            _ => "time-stamped",
        }
    }
}

impl ExceptionStanding {
    fn of(name: &str, approval: &Approval) -> ExceptionStanding {
        ExceptionStanding {
            name: name.to_owned(),
            status: approval.status.word().to_owned(),
            why: approval.why.clone(),
            subject: approval.digest.map(|digest| format!("sha256:{digest}")),
        }
    }
}

fn verdict((reason, why): &(crate::facts::approval::code::Reason, String)) -> Verdict {
    Verdict { code: reason.code().to_owned(), why: why.clone() }
}

/// What stands against a subject as a whole, in words.
pub fn hindrances(approvals: &Approvals, id: &SubjectId) -> Vec<Verdict> {
    let of = |(reason, who): &(crate::facts::approval::code::Reason, String)| Verdict {
        code: reason.code().to_owned(),
        why: told(*reason, who).0,
    };
    against(approvals, id).iter().map(of).collect()
}

fn who_could(open: &[OpenPlace], place: &crate::facts::approval::quorum::Place) -> Vec<String> {
    open.iter().find(|one| one.place == *place).map(|one| one.could.clone()).unwrap_or_default()
}

fn class_of(subject: &Subject) -> Option<String> {
    subject.need.as_ref().map(|need| need.class.name().to_owned())
}

/// The JSON Schema of [`Standing`], for programs that read `status --format json`.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Standing).to_value()
}

/// One line a subject: id, status, why.
pub fn lines(standing: &Standing) -> String {
    let row = |subject: &SubjectStanding| {
        let status = match &subject.before {
            Some(before) => format!("{before} -> {}", subject.status),
            None => subject.status.clone(),
        };
        [printable(&subject.id), status, printable(&subject.why)]
    };
    table(standing.subjects.iter().map(row))
}

/// Which branch is judged as if it had landed, for the terminal.
pub fn landing_text(landing: &UnlandedBranch) -> String {
    let (base, head) = (short(&landing.base), short(&landing.head));
    match landing.commits {
        0 => format!("{head} has landed on {base} already: nothing would change\n"),
        more => format!("after landing {} of {head} on {base}\n", counted(more, "commit")),
    }
}

/// What the approvals rest on, for the terminal.
pub fn trust_text(trust: Option<&Trust>, unknown: Option<&str>) -> String {
    let Some(trust) = trust else {
        let why = unknown.unwrap_or("no approvals are known");
        return format!("no approval is judged: {}\n", printable(why));
    };
    let mut text = format!("trust root {} ({})\n", short(&trust.root), trust.pin());
    let _ = writeln!(text, "policy     serial {}, {}", trust.serial, trust.policy);
    if let Some(pending) = &trust.pending {
        let signed = if pending.signed.is_empty() { "nobody".to_owned() } else { pending.signed.join(", ") };
        let _ = writeln!(text, "pending    another policy waits: {signed} of {} have signed", pending.quorum);
        if let Some(why) = &pending.refused {
            let _ = writeln!(text, "           it cannot come into force: {}", printable(why));
        }
    }
    text
}

/// Which head is read, and which one an observer saw last, for the terminal; nothing where no history is known.
pub fn head_text(facts: &Facts) -> Option<String> {
    let inputs = &facts.inputs;
    let head = inputs.history.head_commit()?;
    let made =
        Timestamp::from_second(head.time).map_or_else(|_| "no known time".to_owned(), |at| at.to_string());
    let has_observers =
        facts.approvals.effective.as_ref().is_some_and(|effective| !effective.policy.observers.is_empty());
    let seen = match facts.approvals.last_seen(inputs) {
        None if !has_observers => String::new(),
        None => "; no observer has seen it".to_owned(),
        Some((seen, at)) if seen == head.id => format!("; last seen by an observer at {at}"),
        Some((seen, at)) => {
            let is_here = facts.approvals.landings.iter().any(|(commit, _)| *commit == seen);
            let lost = if is_here { "" } else { ", which is not in this history" };
            format!("; an observer saw {} last, at {at}{lost}", short(&seen))
        }
    };
    Some(format!("{} of {made} (claimed){seen}", short(&head.id)))
}

/// Everything about one subject, for the terminal.
pub fn subject_text(subject: &SubjectStanding) -> String {
    let before = subject.before.as_deref().map(|before| format!("{before} -> ")).unwrap_or_default();
    let mut text = format!("{}  {before}{}\n", printable(&subject.id), subject.status);
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name:<10} {}", printable(value));
        }
    };
    fact("why", &subject.why);
    fact("formerly", &subject.formerly.join(", "));
    fact("class", subject.class.as_deref().unwrap_or_default());
    fact("content", subject.subject.as_deref().unwrap_or_default());
    if let Some(approved) = &subject.approved {
        let landing = match &approved.commit {
            Some(commit) => format!("{} (claimed), commit {}", approved.at, short(commit)),
            None => "by landing the branch".to_owned(),
        };
        fact("quorum met", &landing);
    }
    fact("people", &format!("{} of {}", subject.people, subject.needed_people));
    for hindrance in &subject.hindrances {
        fact("against", &format!("{}: {}", hindrance.code, hindrance.why));
    }
    if !subject.places.is_empty() {
        text.push_str("\nmatrix\n");
        let row = |place: &PlaceStanding| {
            let role = match &place.service {
                Some(service) => format!("  {} of {service}", place.role),
                None => format!("  {}", place.role),
            };
            let by = match (&place.by, place.could.as_slice()) {
                (Some(person), _) => person.clone(),
                (None, []) => "open; nobody on the roster could".to_owned(),
                (None, could) => format!("open; could be {}", could.join(", ")),
            };
            [role, by]
        };
        text.push_str(&table(subject.places.iter().map(row)));
    }
    if !subject.exceptions.is_empty() {
        text.push_str("\nexceptions\n");
        for one in &subject.exceptions {
            let _ = writeln!(text, "  {}  {}: {}", printable(&one.name), one.status, printable(&one.why));
        }
    }
    if !subject.records.is_empty() {
        text.push_str("\nrecords\n");
        for record in &subject.records {
            record_text(record, &mut text);
        }
    }
    text
}

fn record_text(record: &RecordStanding, text: &mut String) {
    let decision = record.decision.as_deref().unwrap_or("unreadable");
    let of = record.exception.as_deref().map(|name| format!(" {}", printable(name))).unwrap_or_default();
    let role = record.role.as_deref().map(|role| format!(" as {role}")).unwrap_or_default();
    let _ = writeln!(
        text,
        "  {} {decision}{of}{role} by {}, {} ({})",
        short(&record.commit),
        printable(record.person()),
        record.at,
        if record.landing.is_some() { record.evidence() } else { "not landed" }
    );
    if let Some(key) = &record.key {
        let algorithm = record.algorithm.as_deref().unwrap_or("unknown algorithm");
        let _ = writeln!(text, "      {algorithm} {key}");
    }
    for stamp in &record.stamps {
        let _ = writeln!(text, "      {}", printable(&stamp.phrase(&record.commit)));
    }
    match &record.carried_by {
        Some(by) => {
            let _ = writeln!(text, "      carried by {}", printable(by));
        }
        None if !record.for_this_content && record.subject.is_some() => {
            text.push_str("      for another content\n");
        }
        None => {}
    }
    for reason in &record.reasons {
        let _ = writeln!(text, "      does not count: {}: {}", reason.code, printable(&reason.why));
    }
}

pub(super) fn some(id: &str) -> Option<String> {
    (!id.is_empty()).then(|| id.to_owned())
}

/// A commit id as people read it.
pub fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}
