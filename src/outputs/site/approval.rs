//! What the pages say of approvals: a status as a chip and a sentence, what is missing, who signed.
//!
//! A signature proves that the holder of a key processed some bytes, and nothing of when, or of what was
//! read (design: approvals.md, "Time"). So every time here carries the level of its evidence, and no
//! sentence says more than the records do.

pub(super) mod difference;
pub(super) mod review;

use jiff::Timestamp;
use serde::Serialize;

use super::Site;
use super::chip::Chip;
use super::page::href;
use super::when;
use crate::facts::approval::content;
use crate::facts::approval::derive::Subject;
use crate::facts::approval::{ApprovalStatus, SubjectId};
use crate::inputs::document::Document;
use crate::outputs::approval::{PlaceStanding, RecordStanding, SubjectStanding, Verdict, short};
use difference::FileDifference;

/// The approval of a change or a document, for its page.
#[derive(Serialize)]
pub(super) struct ApprovalView {
    chip: Chip,
    /// Where it stands and why, in a sentence.
    sentence: String,
    /// Open places of the matrix: `manager (bob or dave could)`.
    missing: Vec<String>,
    /// How many different people stand in the matrix, where that is too few.
    people: Option<String>,
    /// When the quorum was met, as far as that is known.
    met: Option<String>,
    /// What stands against the subject as a whole.
    hindrances: Vec<Verdict>,
    records: Vec<RecordView>,
    /// The subject digest.
    digest: Option<String>,
    /// Names that it had before.
    formerly: Vec<String>,
    /// Whether files differ from what is committed: the status is that of the commit.
    modified: bool,
    /// What changed since the content that was approved last, when it is stale.
    difference: Option<DifferenceView>,
    /// Folder of the evidence, as a link from the root of the site.
    evidence: Option<String>,
}

/// From the approved text to the present one.
#[derive(Serialize)]
pub(super) struct DifferenceView {
    /// Whether the earlier content was approved as a whole, or only signed by somebody.
    was_approved: bool,
    /// The mainline commit that held it last, and the one that changed it.
    from: String,
    to: String,
    files: Vec<FileDifference>,
}

/// A record in one row.
#[derive(Serialize)]
pub(super) struct RecordView {
    decision: String,
    role: String,
    name: String,
    /// Roster id, and the page of the person.
    person: String,
    person_href: Option<String>,
    /// Other names that stand on its commit, beside that of the signer: `Alice, committed by Dave`.
    names: Option<String>,
    meaning: String,
    reason: String,
    key: String,
    algorithm: String,
    time: String,
    datetime: String,
    /// Its time stamps, in words.
    stamps: Vec<String>,
    /// `T1`, and what it rests on.
    level: String,
    evidence: &'static str,
    commit: String,
    short: String,
    landing: String,
    landing_short: String,
    verdict: Chip,
    reasons: Vec<Verdict>,
}

/// The chip of a status.
pub(super) fn chip(status: ApprovalStatus) -> Chip {
    let (tone, icon) = match status {
        ApprovalStatus::Approved => ("good", "seal"),
        ApprovalStatus::ApprovedLate => ("warn", "seal"),
        ApprovalStatus::Authorised => ("warn", "bolt"),
        ApprovalStatus::InReview => ("info", "half"),
        ApprovalStatus::Draft => ("plain", "dashed"),
        ApprovalStatus::BeforeAdoption => ("plain", "seal-open"),
        ApprovalStatus::Stale | ApprovalStatus::Expired => ("warn", "seal-open"),
        ApprovalStatus::Superseded | ApprovalStatus::Withdrawn => ("plain", "bar"),
        ApprovalStatus::Unratified | ApprovalStatus::Unverifiable => ("grave", "diamond"),
        ApprovalStatus::Rejected | ApprovalStatus::Revoked | ApprovalStatus::Invalid => ("bad", "cross"),
    };
    Chip::new(words(status.word()), tone, icon)
}

/// A status as words.
pub(super) fn words(status: &str) -> String {
    match status {
        "before-adoption" => "before adoption".to_owned(),
        "in-review" => "in review".to_owned(),
        "approved-late" => "approved late".to_owned(),
        other => other.to_owned(),
    }
}

/// The approval of a change.
pub(super) fn of_change(site: &Site<'_>, id: &str, files: &[&Document]) -> ApprovalView {
    let modified = files.iter().any(|file| is_modified(site, file));
    view(site, id, modified)
}

/// The approval of a document outside of changes, where the policy asks for one or somebody has signed.
pub(super) fn of_document(site: &Site<'_>, document: &Document) -> Option<ApprovalView> {
    let approvals = &site.analysis.facts.approvals;
    let policy = &approvals.effective.as_ref()?.policy;
    let asked = policy.subjects.get(document.kind_name());
    let is_asked = asked.is_some_and(|asked| !asked.require.is_empty());
    let id = document.id.as_str();
    let has_records =
        approvals.subjects.get(&SubjectId::named(id)).is_some_and(|(subject, _)| !subject.records.is_empty());
    (is_asked || has_records).then(|| view(site, id, is_modified(site, document)))
}

fn is_modified(site: &Site<'_>, document: &Document) -> bool {
    site.analysis.facts.inputs.history.modified.contains(document.path())
}

fn view(site: &Site<'_>, id: &str, modified: bool) -> ApprovalView {
    let facts = &site.analysis.facts;
    let approvals = &facts.approvals;
    let (status, _) = approvals.shown(id);
    let subject_id = SubjectId::named(id);
    let standing = SubjectStanding::of(approvals, &subject_id, facts.inputs.as_of);
    let Some((standing, (subject, _))) = standing.zip(approvals.subjects.get(&subject_id)) else {
        const SHOWS: &str = "The page shows what the documents say; it does not prove who agreed.";
        let sentence = match approvals.of_all() {
            Some((ApprovalStatus::Unverifiable, why)) => {
                format!("{} {SHOWS}", self::sentence(ApprovalStatus::Unverifiable, why))
            }
            Some((_, why)) => format!("No approval is judged: {why}. {SHOWS}"),
            None => "Not approved: nothing of it has landed on the mainline.".to_owned(),
        };
        return ApprovalView {
            chip: chip(status),
            sentence,
            missing: Vec::new(),
            people: None,
            met: None,
            hindrances: Vec::new(),
            records: Vec::new(),
            digest: None,
            formerly: Vec::new(),
            modified,
            difference: None,
            evidence: None,
        };
    };
    let is_open = is_open(status);
    let too_few = is_open && standing.people < standing.needed_people;
    let difference = (status == ApprovalStatus::Stale).then(|| self::difference(site, &subject_id, subject));
    ApprovalView {
        chip: chip(status),
        sentence: sentence(status, &standing.why),
        missing: standing.places.iter().filter(|place| is_open && place.by.is_none()).map(missing).collect(),
        people: too_few
            .then(|| format!("{} of {} different people so far", standing.people, standing.needed_people)),
        met: standing.approved.as_ref().map(|landing| {
            format!(
                "{}, with commit {}",
                moment(&landing.at),
                short(landing.commit.as_deref().unwrap_or_default())
            )
        }),
        hindrances: standing.hindrances.clone(),
        records: standing.records.iter().map(|record| self::record(site, record)).collect(),
        digest: standing.subject.clone(),
        formerly: standing.formerly.clone(),
        modified,
        difference: difference.flatten(),
        evidence: (!standing.records.is_empty() && subject_id.change().is_some())
            .then(|| href(&format!("evidence/{id}/index.html"))),
    }
}

/// Whether more signatures could change the status, so that it matters what is missing.
fn is_open(status: ApprovalStatus) -> bool {
    matches!(
        status,
        ApprovalStatus::InReview
            | ApprovalStatus::Stale
            | ApprovalStatus::Draft
            | ApprovalStatus::Rejected
            | ApprovalStatus::Revoked
            | ApprovalStatus::Unverifiable
            | ApprovalStatus::Authorised
            | ApprovalStatus::Unratified
    )
}

/// A status and its reason, in a sentence that claims no more than they do.
pub(super) fn sentence(status: ApprovalStatus, why: &str) -> String {
    match status {
        ApprovalStatus::Invalid => format!("No approval can be judged: {why}."),
        ApprovalStatus::BeforeAdoption => format!(
            "No approval is judged: {why}. Whatever was decided was decided elsewhere, and no signature here shows it."
        ),
        ApprovalStatus::Unverifiable => format!("Whether it is approved cannot be told: {why}."),
        ApprovalStatus::Revoked => format!("Not approved any more: {why}."),
        ApprovalStatus::Withdrawn => format!("It has ended: {why}."),
        ApprovalStatus::Superseded => format!("Not to be used any more: {why}."),
        ApprovalStatus::Unratified => format!("Carried out as an emergency, and not ratified: {why}."),
        ApprovalStatus::Authorised => {
            format!(
                "It may begin as an emergency: {why}. It is not approved; ratification is due afterwards."
            )
        }
        ApprovalStatus::Expired => format!("Not approved any more: {why}."),
        ApprovalStatus::Approved => format!("The quorum is met for exactly these bytes: {why}."),
        ApprovalStatus::ApprovedLate => {
            format!("The quorum is met for exactly these bytes, but too late to begin: {why}.")
        }
        ApprovalStatus::InReview => format!("Not approved yet: {why}."),
        ApprovalStatus::Rejected | ApprovalStatus::Stale | ApprovalStatus::Draft => {
            format!("Not approved: {why}.")
        }
    }
}

fn missing(place: &PlaceStanding) -> String {
    let role = match &place.service {
        Some(service) => format!("{} of {service}", place.role),
        None => place.role.clone(),
    };
    match place.could.as_slice() {
        [] => format!("{role} (nobody on the roster could)"),
        [one] => format!("{role} ({one} could)"),
        [many @ .., last] => format!("{role} ({} or {last} could)", many.join(", ")),
    }
}

/// A moment of the standing, for readers: the form stays that of the data.
fn moment(at: &str) -> String {
    when::instant(at, None).map_or_else(|| at.to_owned(), |at| when::moment(&at))
}

/// The row of a record.
pub(super) fn record(site: &Site<'_>, record: &RecordStanding) -> RecordView {
    let person = record.person();
    // Other decisions than these speak of one document, of another record or of the policy.
    let is_of_content = matches!(
        record.decision.as_deref(),
        Some("approve" | "reject" | "ratify" | "authorise" | "authorise-alone")
    );
    let is_other = is_of_content && record.subject.is_some() && !record.for_this_content;
    let verdict = match (record.counts, is_other) {
        (true, true) if record.carried_by.is_some() => {
            let by = record.carried_by.as_deref().unwrap_or_default();
            Chip::new(format!("carried by {by}"), "good", "check")
        }
        (true, false) => Chip::new("counts", "good", "check"),
        (true, true) => Chip::new("for another content", "plain", "dashed"),
        (false, _) => Chip::new("does not count", "bad", "cross"),
    };
    let known = record.signer.is_some() && super::pages::people::is_known(site, person);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (author, committer) = (text(&record.author), text(&record.committer));
    let names = match author == committer {
        true => author,
        false => format!("{author}, committed by {committer}"),
    };
    RecordView {
        decision: match (&record.decision, &record.exception) {
            (Some(decision), Some(name)) => format!("{decision} {name}"),
            (Some(decision), None) => decision.clone(),
            (None, _) => "unreadable".to_owned(),
        },
        role: text(&record.role),
        name: record.name.clone().unwrap_or_else(|| match record.signer {
            Some(_) => person.to_owned(),
            None => format!("claims to be {person}"),
        }),
        person: person.to_owned(),
        names: (record.name.as_ref() != Some(&names) && !names.is_empty()).then_some(names),
        person_href: known.then(|| href(&super::pages::people::page_of(person))),
        meaning: text(&record.meaning),
        reason: text(&record.reason),
        key: text(&record.key),
        algorithm: text(&record.algorithm),
        time: minute(&record.at),
        datetime: record.at.clone(),
        stamps: record.stamps.iter().map(|stamp| stamp.phrase(&record.commit)).collect(),
        level: format!("T{}", record.level.max(1)),
        evidence: record.evidence(),
        short: short(&record.commit).to_owned(),
        commit: record.commit.clone(),
        landing_short: short(record.landing.as_deref().unwrap_or_default()).to_owned(),
        landing: text(&record.landing),
        verdict,
        reasons: record.reasons.clone(),
    }
}

/// `2026-06-20 10:00 UTC`
pub(super) fn minute(at: &str) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => at.to_owned(),
    }
}

fn difference(site: &Site<'_>, id: &SubjectId, subject: &Subject) -> Option<DifferenceView> {
    let facts = &site.analysis.facts;
    let approvals = &facts.approvals;
    let policy = &approvals.effective.as_ref()?.policy;
    let (at, was_approved) = content::last_signed(subject)?;
    let covers = subject.covers(subject.need.as_ref(), policy);
    let before = site.archive.contents.at(id, &covers, at);
    let after = site.archive.contents.at(id, &covers, subject.changed);
    let commit = |at: usize| approvals.landings.get(at).map(|(commit, _)| commit.clone()).unwrap_or_default();
    Some(DifferenceView {
        was_approved,
        from: commit(at),
        to: commit(subject.changed),
        files: difference::of(&before, &after),
    })
}
