//! `change.json`: a change as data.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::summary::Summary;
use super::super::{Site, chrome, when};
use crate::facts::approval::SubjectId;
use crate::inputs::document::Document;
use crate::inputs::value::Table;
use crate::outputs::approval::{SubjectStanding, Trust};
use crate::outputs::state::StateOf;
use crate::verdicts::lint::Finding;

/// A change as data: what its page shows, without the text of its documents.
#[derive(Serialize, JsonSchema)]
pub(in super::super) struct ChangeRecord<'a> {
    /// Version of this form; it rises when a field changes its meaning or goes away.
    format: u32,
    /// `MCM-YYYY-NNNN`.
    id: String,
    /// Title of the request.
    title: String,
    /// The class that the request declares.
    class: Option<String>,
    /// The state, derived from documents, signatures, the calendar and a moment; what holds it there, and who
    /// can move it on.
    state: StateOf,
    /// The approval status, derived from signed records: `draft`, `in-review`, `approved`, `stale`, ...; in a
    /// book without a policy `before-adoption`, in one whose history is unknown `unverifiable`.
    approval: String,
    /// What the status follows from; nothing where no policy is in force, or nothing of the change has landed.
    approvals: Option<SubjectStanding>,
    /// What all approvals rest on; nothing where no policy is in force.
    trust: Option<Trust>,
    /// How far its documents have come: draft, requested, planned, rehearsed, executed, reviewed.
    phase: String,
    /// How the last execution ended, in the words of the execution record.
    outcome: Option<String>,
    /// Whether a notice says that the change does not take place.
    cancelled: bool,
    /// Names of the services.
    services: Vec<String>,
    /// Names of the windows that the slot lies in.
    windows: Vec<String>,
    /// When it runs.
    slot: Option<SlotRecord>,
    /// The highest risk of the register.
    risk: Option<RiskRecord>,
    /// Roster id of the owner.
    owner: Option<String>,
    /// The documents in reading order.
    documents: Vec<DocumentRecord<'a>>,
    /// The other files of the change's folder.
    attachments: Vec<FileRecord>,
    /// What the rules found in the folder.
    findings: Vec<FindingRecord>,
    /// The commit that the site was made from.
    as_of: AsOfRecord,
}

/// The slot of a change.
#[derive(Serialize, JsonSchema)]
struct SlotRecord {
    /// RFC 3339 in UTC.
    start: String,
    /// RFC 3339 in UTC; the end itself is not included.
    end: Option<String>,
    /// IANA time zone, or an offset.
    zone: String,
}

/// A risk.
#[derive(Serialize, JsonSchema)]
struct RiskRecord {
    /// Its id in the register.
    id: String,
    /// 1 to 5.
    likelihood: i64,
    /// 1 to 5.
    impact: i64,
    /// Likelihood times impact.
    score: i64,
    /// low, moderate, high or critical.
    band: String,
}

/// A document.
#[derive(Serialize, JsonSchema)]
struct DocumentRecord<'a> {
    /// `MCM-2026-0007/runbook`.
    id: String,
    /// Name of the kind.
    kind: String,
    /// Title.
    title: String,
    /// Path in the book.
    path: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    sha256: String,
    /// Anchor on the change's page.
    anchor: String,
    /// The front matter as written.
    #[schemars(with = "serde_json::Value")]
    matter: &'a Table,
    /// The steps of a runbook.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepRecord>,
    /// Object ids of the commits that touched it, newest first.
    commits: Vec<CommitRecord>,
    /// Whether its bytes differ from the commit that the site was made from.
    modified: bool,
}

/// A step of a runbook.
#[derive(Serialize, JsonSchema)]
struct StepRecord {
    /// step, checkpoint, go-no-go, rollback or verify.
    kind: String,
    /// `3`, `C1`, `G1`, `R2`, `V1`.
    label: String,
    /// What follows the colon of the heading.
    title: String,
    /// Its fields as written, in their order.
    fields: Vec<FieldRecord>,
    /// The command, as written.
    command: Option<String>,
}

/// A field of a step.
#[derive(Serialize, JsonSchema)]
struct FieldRecord {
    /// `Owner`, `Estimate`, ...
    name: String,
    /// What follows the colon.
    value: String,
}

/// A commit.
#[derive(Serialize, JsonSchema)]
struct CommitRecord {
    /// Object id.
    id: String,
    /// The committer time that it claims, RFC 3339 in UTC.
    claimed_time: String,
    /// Name of the author.
    author: String,
    /// First line of the message.
    summary: String,
    /// Whether it carries a signature of any kind; says nothing about its worth.
    signed: bool,
}

/// A file.
#[derive(Serialize, JsonSchema)]
struct FileRecord {
    /// Path in the book.
    path: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    sha256: String,
    /// Bytes.
    size: u64,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
struct FindingRecord {
    /// `MCM010`.
    code: String,
    /// error, warning or info.
    severity: String,
    /// Before which step it must be mended: draft, submission, approval, ready, closing or published.
    stage: String,
    /// Whether that step is reached.
    due: bool,
    /// What is wrong.
    message: String,
    /// The file.
    path: String,
    /// From 1.
    line: Option<u32>,
    /// In characters, from 1.
    column: Option<u32>,
}

/// Which commit.
#[derive(Serialize, JsonSchema)]
pub(super) struct AsOfRecord {
    /// Object id, or nothing when no history is known.
    commit: Option<String>,
    /// The committer time that it claims, RFC 3339 in UTC.
    claimed_time: Option<String>,
}

impl AsOfRecord {
    /// The commit that the site is made from.
    pub(super) fn of(site: &Site<'_>) -> AsOfRecord {
        let as_of = chrome::as_of(&site.analysis.facts.inputs.history);
        AsOfRecord { claimed_time: as_of.commit.as_ref().map(|_| as_of.datetime), commit: as_of.commit }
    }
}

/// A change as data.
pub(super) fn of<'a>(site: &'a Site<'_>, at: usize) -> ChangeRecord<'a> {
    let (change, summary) = (site.changes[at], site.summary(at));
    let facts = &site.analysis.facts;
    let (book, inputs) = (&facts.book, &facts.inputs);
    let attachments = book.attachments_of(change, inputs);
    let attachments: Vec<FileRecord> = attachments
        .map(|file| FileRecord {
            path: file.path.to_string(),
            sha256: file.hash.to_string(),
            size: file.size,
        })
        .collect();
    let documents = change.documents.iter().map(|index| book.documents[*index].path());
    let files = change.attachments.iter().map(|index| &inputs.attachments[*index].path);
    let found = documents.chain(files).filter_map(|path| site.findings.get(path)).copied().flatten();
    ChangeRecord {
        format: 1,
        id: summary.id.clone(),
        title: summary.title.clone(),
        class: summary.class.as_ref().map(|chip| chip.text.clone()),
        state: site.state(at).clone(),
        approval: summary.approval_word.to_owned(),
        approvals: SubjectStanding::of(&facts.approvals, &SubjectId::named(&summary.id), inputs.as_of),
        trust: Trust::of(&facts.approvals, inputs.history.ledger.pinned),
        phase: change.phase.name().to_owned(),
        outcome: change.outcome.map(|outcome| outcome.key().to_owned()),
        cancelled: change.cancelled,
        services: summary.services.iter().map(|service| service.text.clone()).collect(),
        windows: summary.windows.iter().map(|window| window.text.clone()).collect(),
        slot: slot(summary),
        risk: risk(summary),
        owner: Some(summary.owner.clone()).filter(|owner| !owner.is_empty()),
        documents: change.documents.iter().map(|index| document(site, *index)).collect(),
        attachments,
        findings: found.map(|finding| self::finding(site, finding)).collect(),
        as_of: AsOfRecord::of(site),
    }
}

fn slot(summary: &Summary) -> Option<SlotRecord> {
    let slot = summary.slot.as_ref()?;
    Some(SlotRecord {
        start: slot.start.clone(),
        end: Some(slot.end.clone()).filter(|end| !end.is_empty()),
        zone: slot.zone.clone(),
    })
}

fn risk(summary: &Summary) -> Option<RiskRecord> {
    let risk = summary.risk.as_ref()?;
    Some(RiskRecord {
        id: risk.id.clone(),
        likelihood: risk.likelihood,
        impact: risk.impact,
        score: risk.score,
        band: risk.band.to_owned(),
    })
}

fn document<'a>(site: &'a Site<'_>, index: usize) -> DocumentRecord<'a> {
    let facts = &site.analysis.facts;
    let document: &Document = &facts.book.documents[index];
    let history = &facts.inputs.history;
    let commits = history.of(document.path()).map(|commit| CommitRecord {
        id: commit.id.clone(),
        claimed_time: when::rfc3339(commit.time),
        author: commit.author.name.clone(),
        summary: commit.summary.clone(),
        signed: commit.signed,
    });
    let steps = document.steps.iter().map(|step| StepRecord {
        kind: word(&step.kind),
        label: step.label.clone(),
        title: step.title.clone(),
        fields: step
            .fields
            .iter()
            .map(|field| FieldRecord { name: field.name.clone(), value: field.value.clone() })
            .collect(),
        command: step.command.as_ref().map(|(_, text)| text.clone()),
    });
    DocumentRecord {
        id: document.id.to_string(),
        kind: document.kind_name().to_owned(),
        title: document.title().to_owned(),
        path: document.path().to_string(),
        sha256: document.source.hash.to_string(),
        anchor: site.addresses.place(index).anchor.as_deref().unwrap_or_default().to_owned(),
        matter: &document.matter.table,
        steps: steps.collect(),
        commits: commits.collect(),
        modified: history.modified.contains(document.path()),
    }
}

fn finding(site: &Site<'_>, finding: &Finding) -> FindingRecord {
    let diagnostic = &finding.diagnostic;
    let location = diagnostic.location.as_ref();
    let start =
        location.and_then(|place| site.sources.positions(&place.path, place.span)).map(|(start, _)| start);
    FindingRecord {
        code: diagnostic.code.to_string(),
        severity: word(&diagnostic.severity),
        stage: word(&diagnostic.stage),
        due: finding.is_due(),
        message: diagnostic.message.clone(),
        path: location.map(|location| location.path.to_string()).unwrap_or_default(),
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
    }
}

/// The word that serde writes for a unit variant.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
