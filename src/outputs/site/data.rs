//! The site's data files: `change.json` beside every change with its schema, the register as CSV and JSON, and
//! what the site was built from.

mod built;
mod csv;
mod record;

use rayon::prelude::*;
use serde::Serialize;

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
    let script = format!("globalThis.mcmbookRegister={};\n", script_json(&rows));
    output.add("changes/register.js", script.into_bytes());
}

/// Where the files lie.
pub(super) fn paths(site: &Site<'_>) -> Vec<String> {
    const OF_BOOK: [&str; 6] = [
        "schemas/change.json",
        "build.json",
        "schemas/build.json",
        "changes/changes.csv",
        "changes/changes.json",
        "changes/register.js",
    ];
    let records = site.changes.iter().map(|change| record_of(&change.id));
    records.chain(OF_BOOK.map(str::to_owned)).collect()
}

fn record_of(id: &str) -> String {
    change_page(id).replace("index.html", "change.json")
}

/// A change in the register's data files.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    title: &'a str,
    class: Option<&'a str>,
    services: Vec<&'a str>,
    windows: Vec<&'a str>,
    /// RFC 3339, UTC.
    slot_start: Option<&'a str>,
    slot_end: Option<&'a str>,
    /// IANA name or offset.
    zone: Option<&'a str>,
    phase: &'a str,
    outcome: Option<&'a str>,
    status: &'a str,
    /// The derived state, as `explain` has it.
    state: &'static str,
    approval: &'static str,
    risk: Option<i64>,
    risk_band: Option<&'a str>,
    owner: &'a str,
    created: &'a str,
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
        phase: &summary.phase.text,
        outcome: summary.outcome.as_ref().map(|chip| chip.text.as_str()),
        status: &summary.status.text,
        state: summary.state_word,
        approval: summary.approval_word,
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
