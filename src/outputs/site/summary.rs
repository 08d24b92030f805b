//! What is said of a change in one row: made once, read by the register, its facets, the home page, the
//! feed and the data files.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Site;
use super::address::{self, change_page};
use super::approval;
use super::chip::{self, Chip};
use super::states;
use super::when::{self, Slot};
use crate::facts::Facts;
use crate::facts::approval::derive::Landed;
use crate::facts::approval::{SubjectId, exception};
use crate::facts::book::{Change, Referent};
use crate::inputs::document::Document;
use crate::inputs::signature::record::Decision;
use crate::inputs::value::Value;

/// A change in one row.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Summary {
    /// `MCM-2026-0007`.
    pub(super) id: String,
    /// The request's title.
    pub(super) title: String,
    /// Its page, as a link from the root of the site.
    pub(super) href: String,
    /// The class that the request declares.
    pub(super) class: Option<Chip>,
    /// The services it touches.
    pub(super) services: Vec<Named>,
    /// The windows its slot lies in, as the request says.
    pub(super) windows: Vec<Named>,
    /// When.
    pub(super) slot: Option<Slot>,
    /// How far its documents have come.
    pub(super) phase: Chip,
    /// How it ended.
    pub(super) outcome: Option<Chip>,
    /// Where it stands: cancelled, outcome or phase.
    pub(super) status: Chip,
    /// The state that follows from documents, signatures and the calendar.
    pub(super) state: Chip,
    /// The same as data has it.
    #[serde(skip)]
    pub(super) state_word: &'static str,
    /// What the signed records make of it.
    pub(super) approval: Chip,
    /// The same as data has it.
    #[serde(skip)]
    pub(super) approval_word: &'static str,
    /// The highest risk of its register.
    pub(super) risk: Option<Risk>,
    /// Roster id of its owner, or nothing.
    pub(super) owner: String,
    /// `2026-05-18`: when its request first landed, or the date it gives.
    pub(super) created: String,
    /// `2026 Q2`: of its slot, or else of the day it was created.
    pub(super) quarter: String,
    /// Roster ids of those whose approvals of it count.
    pub(super) approvers: Vec<String>,
    /// Committer time of the newest commit that touched a file of it; 0 without a history.
    #[serde(skip)]
    pub(super) touched: i64,
    /// The standard model that it uses.
    #[serde(skip)]
    pub(super) standard: Option<String>,
}

/// A name, and the page that it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Named {
    /// As written.
    pub(super) text: String,
    /// Its page, as a link from the root of the site.
    pub(super) href: Option<String>,
}

/// A risk's score.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Risk {
    pub(super) score: i64,
    pub(super) likelihood: i64,
    pub(super) impact: i64,
    /// The risk's id in the register.
    pub(super) id: String,
    pub(super) band: &'static str,
    pub(super) chip: Chip,
}

/// The row of the change at a position. A folder that holds nothing but attachments is a change without documents.
pub(super) fn of(site: &Site<'_>, at: usize) -> Summary {
    let change = site.changes[at];
    let facts = &site.analysis.facts;
    let book = &facts.book;
    let history = &facts.inputs.history;
    let request = change.request.or(change.documents.first().copied());
    let request = request.map(|index| &*book.documents[index]);
    let text = |key: &str| request.and_then(|request| request.text(key));
    let names = |key: &str, kind: &str| -> Vec<Named> {
        let texts = request.into_iter().flat_map(|request| texts(request, key));
        texts.map(|text| named(site, kind, text)).collect()
    };
    let submitted = request.and_then(|request| history.of(request.path()).last());
    let day = |seconds: i64| when::rfc3339(seconds).get(..10).unwrap_or_default().to_owned();
    let created = submitted.map(|commit| day(commit.time)).or(text("created").map(str::to_owned));
    let files = change.documents.iter().map(|index| book.documents[*index].path());
    let touched = files.filter_map(|path| history.of(path).next()).map(|commit| commit.time).max();
    let (approval, _) = facts.approvals.shown(&change.id);
    let created = created.unwrap_or_default();
    let slot = request.and_then(when::slot_of);
    let day = slot.as_ref().map_or(&created, |slot| &slot.date);
    Summary {
        id: change.id.to_string(),
        title: request.map_or_else(|| change.id.to_string(), |request| title_of(change, request)),
        href: address::relative("", &change_page(&change.id)),
        class: text("class").map(chip::of_class),
        services: names("services", "service"),
        windows: names("slot.window", "window"),
        quarter: when::quarter(day).unwrap_or_default(),
        approvers: approvers(facts, &change.id),
        slot,
        phase: chip::of_phase(change.phase),
        outcome: change.outcome.map(chip::of_outcome),
        status: chip::of_change(change),
        state: states::chip(site.state(at).state),
        state_word: site.state(at).word,
        approval: approval::chip(approval),
        approval_word: approval.word(),
        risk: request.and_then(risk_of),
        owner: text("owner").unwrap_or_default().trim_start_matches('@').to_owned(),
        created,
        touched: touched.unwrap_or(0),
        standard: text("standard").map(str::to_owned),
    }
}

/// Roster ids of those whose approvals of a change count, sorted, whichever of its contents they were for.
pub(super) fn approvers(facts: &Facts, change: &str) -> Vec<String> {
    let Some((subject, _)) = facts.approvals.subjects.get(&SubjectId::named(change)) else {
        return Vec::new();
    };
    let approver = |landed: &Landed| {
        let record = landed.judged.record.as_deref()?;
        let is_approval = record.decision == Decision::Approve && exception::of(record).is_none();
        landed.judged.principal.clone().filter(|_| is_approval && landed.judged.counts())
    };
    let approvers: BTreeSet<String> = subject.records.iter().filter_map(approver).collect();
    approvers.into_iter().collect()
}

/// The title without the id that some writers repeat in front of it.
pub(super) fn title_of(change: &Change, request: &Document) -> String {
    let title = request.title();
    let rest = title.strip_prefix(&*change.id).map(|rest| rest.trim_start_matches([':', ' ', '–', '-']));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(title).to_owned()
}

/// The document of a kind that a name stands for, with its page.
pub(super) fn named(site: &Site<'_>, kind: &str, text: &str) -> Named {
    let index = match site.analysis.facts.book.refer(&[kind.to_owned()], text) {
        Referent::Document(index) => Some(index),
        _ => None,
    };
    let href = index.map(|index| address::relative("", &site.addresses.place(index).page));
    Named { text: text.to_owned(), href }
}

/// The text of a key that holds one name or several.
pub(super) fn texts<'d>(document: &'d Document, key: &str) -> impl Iterator<Item = &'d str> {
    let value = document.field(key);
    let one = value.and_then(Value::as_str);
    let many = value.map_or(&[][..], Value::items).iter().filter_map(Value::as_str);
    one.into_iter().chain(many)
}

fn risk_of(request: &Document) -> Option<Risk> {
    let risks = request.field("risks").map_or(&[][..], Value::items).iter();
    let score = |value: &Value| {
        let table = value.as_table()?;
        let number = |key: &str| table.get(key).and_then(Value::as_integer).filter(|n| (1..=5).contains(n));
        let (likelihood, impact) = (number("likelihood")?, number("impact")?);
        let id = table.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let score = likelihood * impact;
        let chip = chip::of_risk(score);
        Some(Risk { score, likelihood, impact, id, band: chip::band_of(score).0, chip })
    };
    // The first of those with the highest score: the register's own order decides.
    risks.filter_map(score).reduce(|best, risk| if risk.score > best.score { risk } else { best })
}
