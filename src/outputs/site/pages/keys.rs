//! The keys of the rosters that governed: whose, from when to when, and what became of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::super::approval::minute;
use super::super::chip::Chip;
use super::super::page::{Draft, Head, Rendered, href, render};
use super::super::{Site, ThemeError};
use super::people;
use crate::inputs::policy::{Policy, Signer};

/// So many days before its end a key is shown as ending (design: approvals.md, "Trust root").
const SOON: i64 = 60;

#[derive(Serialize)]
struct View {
    keys: Vec<KeyView>,
    faults: Vec<String>,
}

/// A key in one row.
#[derive(Clone, Serialize)]
pub(super) struct KeyView {
    fingerprint: String,
    algorithm: String,
    person: String,
    person_href: Option<String>,
    valid_after: String,
    valid_before: String,
    /// The policies that name it.
    serials: String,
    state: Chip,
    /// When it was retired or from when on it is compromised.
    since: String,
    /// What a hardware key must give.
    demands: Vec<&'static str>,
    lints: Vec<String>,
    records: usize,
}

/// The page of all keys.
pub(in super::super) fn page(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    let faults = site.archive.editions.last().map_or(&[][..], |edition| &edition.policy.signer_faults);
    let view = View { keys: all(site), faults: faults.iter().map(|fault| fault.message.clone()).collect() };
    let head = Head {
        title: "Keys".to_owned(),
        path: "policy/keys/index.html".to_owned(),
        section: "policy".to_owned(),
        crumbs: vec![people::policy_crumb()],
        mark: "Keys".to_owned(),
        ..Head::default()
    };
    render(site, Draft { template: "keys.html", head, view, bodies: Vec::new() })
}

/// The keys of a person.
pub(super) fn of_person(site: &Site<'_>, id: &str) -> Vec<KeyView> {
    all(site).into_iter().filter(|key| key.person == id).collect()
}

fn all(site: &Site<'_>) -> Vec<KeyView> {
    let mut records: BTreeMap<&str, usize> = BTreeMap::new();
    let approvals = &site.analysis.facts.approvals;
    let of_subjects = approvals.subjects.values().flat_map(|(subject, _)| &subject.records);
    for landed in of_subjects.chain(&approvals.others) {
        let key = landed.judged.verification.as_ref().and_then(|verification| verification.key.as_deref());
        if let Some(key) = key.filter(|_| landed.judged.principal.is_some()) {
            *records.entry(key).or_default() += 1;
        }
    }
    // (person, fingerprint) -> the last line that names it, algorithm, serials.
    let mut found: BTreeMap<(String, String), (Option<&Signer>, Vec<u64>)> = BTreeMap::new();
    for edition in &site.archive.editions {
        let policy = &edition.policy;
        for signer in &policy.signers {
            let person = signer.principals.join(", ");
            let key = found.entry((person, signer.fingerprint.clone())).or_default();
            key.0 = Some(signer);
            key.1.push(edition.serial);
        }
        for person in &policy.certificates {
            let Some(Ok(certificate)) = policy.openpgp.of(person) else { continue };
            let key = found.entry((person.clone(), certificate.fingerprint.clone())).or_default();
            key.1.push(edition.serial);
        }
    }
    let Some(now) = site.archive.editions.last() else { return Vec::new() };
    let view =
        |((person, fingerprint), (signer, serials)): ((String, String), (Option<&Signer>, Vec<u64>))| {
            let is_listed = serials.last() == Some(&now.serial);
            key(site, &now.policy, KeyFacts { person, fingerprint, signer, serials, is_listed }, &records)
        };
    found.into_iter().map(view).collect()
}

struct KeyFacts<'a> {
    person: String,
    fingerprint: String,
    /// The line of an SSH key; nothing for a certificate.
    signer: Option<&'a Signer>,
    serials: Vec<u64>,
    /// Whether the policy in force names it.
    is_listed: bool,
}

fn key(site: &Site<'_>, policy: &Policy, facts: KeyFacts<'_>, records: &BTreeMap<&str, usize>) -> KeyView {
    let as_of = site.analysis.facts.inputs.as_of;
    let KeyFacts { person, fingerprint, signer, serials, is_listed } = facts;
    let (after, before) = (signer.and_then(|s| s.valid_after), signer.and_then(|s| s.valid_before));
    let revocation = policy.revocations.iter().find(|revocation| revocation.key == fingerprint);
    let ended = before.is_some_and(|(before, _)| before <= as_of);
    let state = match revocation {
        Some(revocation) if revocation.compromised => Chip::new("compromised", "bad", "cross"),
        Some(_) => Chip::new("retired", "plain", "bar"),
        None if !is_listed => Chip::new("not listed any more", "plain", "bar"),
        None if ended => Chip::new("expired", "warn", "half"),
        None if after.is_some_and(|(after, _)| after > as_of) => Chip::new("not yet valid", "info", "ring"),
        None => Chip::new("in force", "good", "check"),
    };
    let entry = policy.keys.iter().find(|entry| entry.fingerprint == fingerprint);
    let mut demands = Vec::new();
    if let Some(entry) = entry {
        demands.extend(entry.require_touch.then_some("touch"));
        demands.extend(entry.require_verification.then_some("PIN or finger"));
    }
    let moment =
        |at: Option<(Timestamp, bool)>| at.map(|(at, _)| minute(&at.to_string())).unwrap_or_default();
    KeyView {
        person_href: people::is_known(site, &person).then(|| href(&people::page_of(&person))),
        algorithm: signer.map_or_else(|| "OpenPGP certificate".to_owned(), |signer| signer.algorithm.clone()),
        valid_after: moment(after),
        valid_before: moment(before),
        serials: self::serials(&serials),
        state,
        since: revocation.map(|revocation| minute(&revocation.since.to_string())).unwrap_or_default(),
        demands,
        lints: if is_listed { lints(policy, signer, as_of) } else { Vec::new() },
        records: records.get(fingerprint.as_str()).copied().unwrap_or_default(),
        fingerprint,
        person,
    }
}

/// What a well-kept roster would not have (rule MCM904 judges the file; this says it beside the key).
fn lints(policy: &Policy, signer: Option<&Signer>, as_of: Timestamp) -> Vec<String> {
    let Some(signer) = signer else { return Vec::new() };
    let mut found = Vec::new();
    let mut lint = |is_so: bool, text: &str| {
        if is_so {
            found.push(text.to_owned());
        }
    };
    lint(signer.principals.len() != 1, "its line names several principals");
    lint(signer.principals.iter().any(|name| name.contains(['*', '?', '!'])), "its line names a pattern");
    let is_unknown = |name: &String| policy.principal(name).is_none();
    lint(signer.principals.iter().any(is_unknown), "its principal is nobody on the roster");
    let same = policy.signers.iter().filter(|other| other.fingerprint == signer.fingerprint);
    lint(same.count() > 1, "several lines have the same key");
    lint(!signer.namespaces.iter().any(|name| name == "git"), "its line does not say `namespaces=\"git\"`");
    lint(signer.is_authority, "its line says `cert-authority`");
    let written = [signer.valid_after, signer.valid_before].into_iter().flatten();
    lint(written.into_iter().any(|(_, zoned)| !zoned), "a time of its line lacks the `Z`");
    if let Some((before, _)) = signer.valid_before.filter(|(before, _)| *before > as_of) {
        let days = before.duration_since(as_of).as_hours() / 24;
        lint(days < SOON, &format!("it ends in {days} days"));
    }
    found
}

/// `1`, `1 to 3`, `1, 3`
pub(super) fn serials(serials: &[u64]) -> String {
    let is_row = serials.windows(2).all(|pair| pair[1] == pair[0] + 1);
    match serials {
        [first, .., last] if is_row => format!("{first} to {last}"),
        other => other.iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
    }
}
