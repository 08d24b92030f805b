//! The people of the rosters that governed: their roles over time, their keys, and what they decided.

use serde::Serialize;

use super::super::address::slug;
use super::super::approval::{RecordView, record};
use super::super::page::{Crumb, Draft, Head, Rendered, href, render};
use super::super::{Site, ThemeError};
use super::keys::{self, KeyView};
use crate::facts::approval::SubjectId;
use crate::facts::approval::derive::Landed;
use crate::inputs::policy::{Principal, RoleGrant};
use crate::outputs::approval::RecordStanding;

/// Decisions that a page lists.
const SHOWN: usize = 100;

#[derive(Serialize)]
struct Index {
    people: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    href: String,
    team: String,
    roles: Vec<String>,
    /// Whether the policy in force has the person.
    is_on_roster: bool,
    keys: usize,
    decisions: usize,
}

#[derive(Serialize)]
struct View {
    id: String,
    name: String,
    team: String,
    is_on_roster: bool,
    roles: Vec<Grant>,
    delegates: Vec<String>,
    keys: Vec<KeyView>,
    decisions: Vec<Decided>,
    more: usize,
}

/// A role with the policies that gave it.
#[derive(Serialize)]
struct Grant {
    role: String,
    scope: String,
    period: String,
    serials: String,
    is_now: bool,
}

#[derive(Serialize)]
struct Decided {
    subject: String,
    subject_href: Option<String>,
    record: RecordView,
}

/// The page of a person.
pub(in super::super) fn page_of(id: &str) -> String {
    format!("policy/people/{}/index.html", slug(id))
}

/// Whether a roster that governed has the person, so that there is a page.
pub(in super::super) fn is_known(site: &Site<'_>, id: &str) -> bool {
    site.archive.editions.iter().any(|edition| edition.policy.principal(id).is_some())
}

/// Roster ids of everybody who was on a roster that governed, sorted.
pub(in super::super) fn all<'s>(site: &'s Site<'_>) -> Vec<&'s str> {
    let mut ids: Vec<&str> = site.archive.editions.iter().flat_map(|edition| edition.policy.ids()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The list of all people.
pub(in super::super) fn index(site: &Site<'_>) -> Result<Rendered, ThemeError> {
    let row = |id: &str| {
        let person = latest(site, id)?;
        let mut roles: Vec<String> = person.roles.iter().map(|grant| grant.role.clone()).collect();
        roles.dedup();
        Some(Row {
            id: id.to_owned(),
            name: person.name.clone(),
            href: href(&page_of(id)),
            team: person.team.clone().unwrap_or_default(),
            roles,
            is_on_roster: is_on_roster(site, id),
            keys: keys::of_person(site, id).len(),
            decisions: decisions(site, id).count(),
        })
    };
    let view = Index { people: all(site).into_iter().filter_map(row).collect() };
    let head = Head {
        title: "People".to_owned(),
        path: "policy/people/index.html".to_owned(),
        section: "policy".to_owned(),
        crumbs: vec![policy_crumb()],
        mark: "People".to_owned(),
        ..Head::default()
    };
    render(site, Draft { template: "people.html", head, view, bodies: Vec::new() })
}

/// The page of the person at a position of [`all`].
pub(in super::super) fn page(site: &Site<'_>, at: usize) -> Result<Rendered, ThemeError> {
    let id = all(site)[at];
    let person = latest(site, id).expect("everybody of the list is on a roster");
    let mut decided: Vec<(Option<&str>, &Landed)> = decisions(site, id).collect();
    decided.sort_by(|a, b| (b.1.landing, &b.1.judged.id).cmp(&(a.1.landing, &a.1.judged.id)));
    let more = decided.len().saturating_sub(SHOWN);
    let decided = decided.into_iter().take(SHOWN).map(|(subject, landed)| {
        let approvals = &site.analysis.facts.approvals;
        let approval = subject.and_then(|id| approvals.of_record(&SubjectId::named(id), landed));
        Decided {
            subject: subject.unwrap_or("policy").to_owned(),
            subject_href: subject
                .map_or_else(|| Some(href("policy/index.html")), |id| subject_href(site, id)),
            record: record(site, &RecordStanding::of(landed, approval.as_deref())),
        }
    });
    let view = View {
        id: id.to_owned(),
        name: person.name.clone(),
        team: person.team.clone().unwrap_or_default(),
        is_on_roster: is_on_roster(site, id),
        roles: grants(site, id),
        delegates: person
            .delegates
            .iter()
            .map(|one| {
                let (from, until) = (one.from.map(|d| d.to_string()), one.until.map(|d| d.to_string()));
                format!("{} as {}{}", one.to, one.role, period(from, until))
            })
            .collect(),
        keys: keys::of_person(site, id),
        decisions: decided.collect(),
        more,
    };
    let people = Crumb { title: "People".to_owned(), href: href("policy/people/index.html") };
    let head = Head {
        title: person.name.clone(),
        path: page_of(id),
        section: "policy".to_owned(),
        crumbs: vec![policy_crumb(), people],
        mark: person.name.clone(),
        ..Head::default()
    };
    render(site, Draft { template: "person.html", head, view, bodies: Vec::new() })
}

/// The way up from pages below that of the policy.
pub(super) fn policy_crumb() -> Crumb {
    Crumb { title: "Policy".to_owned(), href: href("policy/index.html") }
}

/// The page of what a record decides on.
fn subject_href(site: &Site<'_>, id: &str) -> Option<String> {
    if site.positions.contains_key(id) {
        return Some(href(&super::super::change_page(id)));
    }
    let documents = &site.analysis.facts.book.documents;
    let index = documents.iter().position(|document| document.id.as_str() == id)?;
    site.addresses.is_shown(index).then(|| href(&site.addresses.place(index).page))
}

/// The person as the last roster that has them says.
fn latest<'s>(site: &'s Site<'_>, id: &str) -> Option<&'s Principal> {
    site.archive.editions.iter().rev().find_map(|edition| edition.policy.principal(id))
}

fn is_on_roster(site: &Site<'_>, id: &str) -> bool {
    site.archive.editions.last().is_some_and(|edition| edition.policy.principal(id).is_some())
}

/// What somebody's key decided: the subject, nothing for the policy, and the record.
fn decisions<'s>(site: &'s Site<'_>, id: &'s str) -> impl Iterator<Item = (Option<&'s str>, &'s Landed)> {
    let approvals = &site.analysis.facts.approvals;
    let of_subjects = approvals.subjects.iter().flat_map(|(subject, (known, _))| {
        known.records.iter().map(move |landed| (Some(subject.as_str()), landed))
    });
    let others = approvals.others.iter().map(|landed| (landed.judged.document.as_deref(), landed));
    of_subjects.chain(others).filter(move |(_, landed)| landed.judged.principal.as_deref() == Some(id))
}

/// The roles that the rosters gave, each once, with the serials of the policies that did.
fn grants(site: &Site<'_>, id: &str) -> Vec<Grant> {
    let mut found: Vec<(&RoleGrant, Vec<u64>)> = Vec::new();
    for edition in &site.archive.editions {
        let roles = edition.policy.principal(id).map_or(&[][..], |person| &person.roles);
        for grant in roles {
            let is_same = |known: &&mut (&RoleGrant, Vec<u64>)| {
                let known = known.0;
                known.role == grant.role
                    && known.scope == grant.scope
                    && (known.from, known.until) == (grant.from, grant.until)
            };
            match found.iter_mut().find(is_same) {
                Some((_, serials)) => serials.push(edition.serial),
                None => found.push((grant, vec![edition.serial])),
            }
        }
    }
    let policy = site.archive.editions.last();
    let day = policy.map(|edition| edition.policy.day(site.analysis.facts.inputs.as_of));
    let serial = policy.map(|edition| edition.serial);
    let grant = |(grant, serials): (&RoleGrant, Vec<u64>)| Grant {
        role: grant.role.clone(),
        scope: grant.scope.join(", "),
        period: period(grant.from.map(|day| day.to_string()), grant.until.map(|day| day.to_string())),
        is_now: serials.last().copied() == serial
            && day.is_some_and(|day| {
                grant.from.is_none_or(|from| from <= day) && grant.until.is_none_or(|until| day < until)
            }),
        serials: keys::serials(&serials),
    };
    found.into_iter().map(grant).collect()
}

/// ` from 2026-01-01 until before 2027-01-01`
fn period(from: Option<String>, until: Option<String>) -> String {
    let from = from.map(|day| format!(" from {day}")).unwrap_or_default();
    let until = until.map(|day| format!(" until the day before {day}")).unwrap_or_default();
    from + &until
}
