//! The policy in force, where it comes from and what came before it.

use serde::Serialize;

use super::super::approval::{RecordView, minute, record};
use super::super::body::{self, Body};
use super::super::chip::Chip;
use super::super::page::{Draft, Head, Rendered, render};
use super::super::{Site, ThemeError};
use super::matrix::{self, Matrix};
use crate::outputs::approval::{PendingPolicy, RecordStanding, Trust, short};
use crate::outputs::evidence::edition::{self, Edition};
use crate::outputs::policy::{effective_text, vouching};

#[derive(Serialize)]
struct View {
    trust: Option<Trust>,
    root_time: String,
    root_policy: String,
    profile: &'static str,
    zone: String,
    amend_quorum: u32,
    in_force_since: String,
    matrix: Matrix,
    editions: Vec<EditionView>,
    pending: Option<PendingPolicy>,
    pending_records: Vec<RecordView>,
    /// Body of the whole policy as text.
    text: usize,
    people: usize,
    keys: usize,
    /// The roots that are trusted, each with what for, in words.
    roots: Vec<(&'static str, String)>,
}

#[derive(Serialize)]
struct EditionView {
    serial: u64,
    digest: String,
    commit: String,
    short: String,
    time: String,
    how: Chip,
    signers: Vec<RecordView>,
}

/// The page of the policy.
pub(in super::super) fn page(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    let facts = &site.analysis.facts;
    let editions = &site.archive.editions;
    let trust = Trust::of(&facts.approvals, facts.inputs.history.ledger.pinned);
    let last = editions.last().expect("a policy is in force, or there is no such page");
    let policy = &last.policy;
    let (root_commit, root_time) = landing(site, 0);
    let waiting = |landed: &&crate::facts::approval::derive::Landed| {
        let amendment = landed.judged.record.as_ref().and_then(|record| record.amendment);
        amendment.is_some_and(|(from, _, _)| from == last.digest)
    };
    let has_pending = trust.as_ref().is_some_and(|trust| trust.pending.is_some());
    let pending_records = facts.approvals.others.iter().filter(|_| has_pending).filter(waiting);
    let bodies: Vec<Body> = vec![body::of_text(&fenced(&effective_text(policy)), "policy--")];
    let view = View {
        root_time,
        root_policy: editions.first().map(|edition| format!("sha256:{}", edition.digest)).unwrap_or_default(),
        profile: policy.profile.name(),
        zone: policy.zone.iana_name().unwrap_or("UTC").to_owned(),
        amend_quorum: policy.amend_quorum,
        in_force_since: landing(site, last.landing).1,
        matrix: matrix::of(policy),
        editions: (0..editions.len()).rev().map(|at| edition(site, at)).collect(),
        pending: trust.as_ref().and_then(|trust| trust.pending.clone()),
        pending_records: pending_records
            .map(|landed| record(site, &RecordStanding::of(landed, None)))
            .collect(),
        text: 0,
        people: policy.principals.len(),
        keys: policy.signers.len() + policy.certificates.len(),
        roots: vouching(policy),
        trust,
    };
    debug_assert_eq!(facts.approvals.root.as_deref(), Some(root_commit.as_str()));
    let head = Head {
        title: "Policy".to_owned(),
        path: "policy/index.html".to_owned(),
        section: "policy".to_owned(),
        description: "Who may do what, how strict the book is, and who agreed to it.".to_owned(),
        mark: "Policy".to_owned(),
        ..Head::default()
    };
    render(site, Draft { template: "policy.html", head, view, bodies })
}

fn edition(site: &Site<'_>, at: usize) -> EditionView {
    let editions = &site.archive.editions;
    let edition: &Edition = &editions[at];
    let (commit, time) = landing(site, edition.landing);
    let records = match at.checked_sub(1).filter(|_| !edition.is_root) {
        Some(before) => edition::amendments(&site.analysis.facts, &editions[before], edition),
        None => Vec::new(),
    };
    EditionView {
        serial: edition.serial,
        digest: format!("sha256:{}", edition.digest),
        short: short(&commit).to_owned(),
        commit,
        time,
        how: match edition.is_root {
            true => Chip::new("trust root", "strong", "square"),
            false => Chip::new("amendment", "good", "seal"),
        },
        signers: records.into_iter().map(|landed| record(site, &RecordStanding::of(landed, None))).collect(),
    }
}

/// The mainline commit of a landing and its time, for readers.
pub(super) fn landing(site: &Site<'_>, index: usize) -> (String, String) {
    let landing = site.analysis.facts.approvals.landings.get(index);
    landing.map(|(commit, at)| (commit.clone(), minute(&at.to_string()))).unwrap_or_default()
}

/// Text as a block of code that it cannot end.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}toml\n{text}{fence}\n")
}
