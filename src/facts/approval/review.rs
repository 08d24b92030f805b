//! Whether a document of a change was reviewed by people who did not write it (design: domain.md 2.2, `reviewed`).
//!
//! A review is a signed record for exactly the bytes that stand. How many people, and in which roles, is written
//! in the policy that governs, beside what documents need: `[subject.post-mortem] review`.

use std::collections::{BTreeMap, BTreeSet};

use super::derive::{Landed, Subject};
use super::editors::Editors;
use super::propose::covered;
use super::subject::Manifest;
use super::{Approvals, SubjectId};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::policy::{Policy, Requirement};
use crate::inputs::signature::Decision;

/// The reviews of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Who has reviewed what stands: roster id, and the commit of the record.
    pub by: BTreeMap<String, String>,
    /// How many people the policy asks for.
    pub needed: u32,
    /// Whether nobody is missing.
    pub is_met: bool,
    /// Whether somebody has reviewed it who wrote it.
    pub has_own: bool,
    /// Whether an earlier text was reviewed.
    pub has_older: bool,
    /// Whether somebody wrote it whom nobody knows: anybody may be that.
    pub has_unknown: bool,
}

impl Review {
    /// The reviews of a document of a change. Nothing where the policy asks for none, where no policy governs,
    /// and of what the trust root brought, which is not judged.
    pub fn of(approvals: &Approvals, document: &Document) -> Option<Review> {
        let policy = &approvals.effective.as_ref()?.policy;
        let asked = &policy.subjects.get(document.kind_name())?.review;
        let needed: u32 = asked.iter().map(|line| line.min).sum();
        let id = SubjectId::named(document.id.change()?);
        let (subject, _) = approvals.subjects.get(&id).filter(|_| needed > 0)?;
        if subject.changed == 0 && subject.records.is_empty() {
            return None;
        }
        let name = document.id.name().to_owned();
        let digest = Manifest::of(covered(subject, &id, std::slice::from_ref(&name))).ok()?.digest();
        let writers = writers(subject, document);
        let has_unknown = edits(subject, document).any(|by| !by.unknown.is_empty());
        let reviews: Vec<&Landed> =
            subject.records.iter().filter(|landed| is_review(landed, &name)).collect();
        let is_present = |landed: &Landed| landed.content == Some(digest);
        let mut review = Review {
            by: BTreeMap::new(),
            needed,
            is_met: false,
            has_own: false,
            has_older: false,
            has_unknown,
        };
        let mut counted: Vec<&Landed> = Vec::new();
        for landed in reviews {
            let Some(person) = landed.judged.principal.as_deref() else { continue };
            match (is_present(landed), writers.contains(person)) {
                (false, _) => review.has_older = true,
                (true, true) => review.has_own = true,
                (true, false) => {
                    review.by.insert(person.to_owned(), landed.judged.id.clone());
                    counted.push(landed);
                }
            }
        }
        let is_line_met = |line: &Requirement| {
            let may = counted.iter().filter(|landed| may_review(policy, landed, &line.role));
            let people: BTreeSet<_> = may.filter_map(|landed| landed.judged.principal.as_deref()).collect();
            people.len() >= line.min as usize
        };
        let is_met = asked.iter().all(is_line_met) && review.by.len() >= needed as usize;
        review.is_met = is_met && !has_unknown;
        Some(review)
    }
}

fn is_review(landed: &Landed, name: &str) -> bool {
    let record = landed.judged.record.as_ref();
    let is_one = record.is_some_and(|record| record.decision == Decision::Review && record.covers == [name]);
    is_one && landed.judged.counts()
}

/// Whether the signer of a record holds a role; everybody on the roster is a peer.
fn may_review(policy: &Policy, landed: &Landed, role: &str) -> bool {
    let person = landed.judged.principal.as_deref().unwrap_or_default();
    policy.holders(role, None, policy.day(landed.arrived)).any(|holder| holder.id == person)
}

/// Everybody who touched the document since the trust root, co-authors among them, and whom it names as its
/// authors.
fn writers<'s>(subject: &'s Subject, document: &'s Document) -> BTreeSet<&'s str> {
    let people = edits(subject, document).flat_map(|by| by.people.iter().chain(&by.coauthors));
    let named = view::texts(document, "authors").map(|(text, _)| view::handle(text));
    people.map(String::as_str).chain(named).collect()
}

fn edits<'s>(subject: &'s Subject, document: &'s Document) -> impl Iterator<Item = &'s Editors> {
    let all = subject.edits.iter().map(|(_, edit)| edit);
    all.filter(|edit| edit.edit().paths.contains(document.path())).map(|edit| edit.editors())
}
