//! The site's data files with their schemas: `change.json` beside every change, `document.json` beside services,
//! windows and models, the register as CSV and JSON, and what the site was built from.

mod built;
mod csv;
mod document;
mod record;

use rayon::prelude::*;
use serde::Serialize;

use schemars::JsonSchema;

use super::Site;
use super::address::change_page;
use super::summary::Summary;
use crate::outputs::listing::Changes;
use crate::outputs::{Content, Output, Sink};

pub(super) use record::ChangeRecord;

/// Adds the files. Those of changes go to the sink as they are made.
pub(super) fn add(site: &Site<'_>, sink: &dyn Sink, output: &mut Output) {
    let record = |at: usize| {
        let path = record_of(&site.changes[at].id);
        let content = sink.take(&path, compact(&record::of(site, at)).into());
        (path, content)
    };
    let records: Vec<(String, Content)> = (0..site.changes.len()).into_par_iter().map(record).collect();
    output.files.extend(records);
    output.add("schemas/change.json", json(&schemars::schema_for!(ChangeRecord<'_>)));
    output.add("build.json", json(&built::of(site)));
    output.add("schemas/build.json", json(&schemars::schema_for!(built::Built<'_>)));
    let rows: Vec<Row> = site.newest_first().map(|at| row(site.summary(at))).collect();
    output.add("changes/changes.csv", csv::register(&rows));
    output.add("changes/changes.json", json(&Changes::of(&site.analysis.facts, &rows)));
    output.add("schemas/changes.json", json(&schemars::schema_for!(Changes<'_, Row<'_>>)));
    document::add(site, output);
    let script = format!("globalThis.mcmbookRegister={};\n", script_json(&rows));
    output.add("changes/register.js", script.into_bytes());
}

/// Where the files lie.
pub(super) fn paths(site: &Site<'_>) -> Vec<String> {
    const OF_BOOK: [&str; 8] = [
        "schemas/changes.json",
        "schemas/document.json",
        "schemas/change.json",
        "build.json",
        "schemas/build.json",
        "changes/changes.csv",
        "changes/changes.json",
        "changes/register.js",
    ];
    let records = site.changes.iter().map(|change| record_of(&change.id));
    let of_documents = document::described(site).map(|(_, _, path)| path);
    records.chain(of_documents).chain(OF_BOOK.map(str::to_owned)).collect()
}

fn record_of(id: &str) -> String {
    change_page(id).replace("index.html", "change.json")
}

/// A change in the register's data files.
#[derive(Serialize, JsonSchema)]
struct Row<'a> {
    /// `MCM-YYYY-NNNN`.
    id: &'a str,
    /// Title of the request.
    title: &'a str,
    /// The class that the request declares.
    class: Option<&'a str>,
    /// Names of the services.
    services: Vec<&'a str>,
    /// Names of the windows that the slot lies in.
    windows: Vec<&'a str>,
    /// RFC 3339, UTC.
    slot_start: Option<&'a str>,
    /// RFC 3339, UTC; the end itself is not included.
    slot_end: Option<&'a str>,
    /// IANA name or offset.
    zone: Option<&'a str>,
    /// `2026 Q2`: of the slot, or else of the day of `created`; empty where neither is known.
    quarter: &'a str,
    /// How far its documents have come: draft, requested, planned, rehearsed, executed, reviewed.
    phase: &'a str,
    /// How the last execution ended, in words.
    outcome: Option<&'a str>,
    /// Where it stands: cancelled, the outcome or the phase.
    status: &'a str,
    /// The derived state, as `explain` has it.
    state: &'static str,
    /// The approval status, as in `change.json`.
    approval: &'static str,
    /// Roster ids of those whose approvals count, whichever content they were for.
    approvers: Vec<&'a str>,
    /// The highest risk of the register: likelihood times impact.
    risk: Option<i64>,
    /// low, moderate, high or critical.
    risk_band: Option<&'a str>,
    /// Roster id of the owner; may be empty.
    owner: &'a str,
    /// The day on which the request landed first, or the one that it gives; may be empty.
    created: &'a str,
    /// Its page, from the root of the site.
    page: &'a str,
}

fn row(summary: &Summary) -> Row<'_> {
    let slot = summary.slot.as_ref();
    let filled = |text: &'_ str| !text.is_empty();
    Row {
        id: &summary.id,
        title: &summary.title,
        class: summary.class.as_ref().map(|chip| chip.text.as_str()),
        services: summary.services.iter().map(|service| service.text.as_str()).collect(),
        windows: summary.windows.iter().map(|window| window.text.as_str()).collect(),
        slot_start: slot.map(|slot| slot.start.as_str()),
        slot_end: slot.map(|slot| slot.end.as_str()).filter(|end| filled(end)),
        zone: slot.map(|slot| slot.zone.as_str()),
        quarter: &summary.quarter,
        phase: &summary.phase.text,
        outcome: summary.outcome.as_ref().map(|chip| chip.text.as_str()),
        status: &summary.status.text,
        state: summary.state_word,
        approval: summary.approval_word,
        approvers: summary.approvers.iter().map(String::as_str).collect(),
        risk: summary.risk.as_ref().map(|risk| risk.score),
        risk_band: summary.risk.as_ref().map(|risk| risk.band),
        owner: &summary.owner,
        created: &summary.created,
        page: &summary.href,
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("data files are trees of text and numbers");
    bytes.push(b'\n');
    bytes
}

/// JSON without space: there is one such file for every change.
fn compact(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).expect("data files are trees of text and numbers");
    bytes.push(b'\n');
    bytes
}

/// JSON as a JavaScript expression: the two characters that end a line there are escaped.
fn script_json(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("data files are trees of text and numbers");
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
