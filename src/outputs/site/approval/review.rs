//! Whether a post-mortem was reviewed by somebody who did not write it, where the policy asks for that.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::Site;
use super::super::chip::Chip;
use crate::facts::approval::SubjectId;
use crate::facts::approval::derive::{Landed, Subject};
use crate::facts::approval::subject::Manifest;
use crate::inputs::document::Document;
use crate::inputs::signature::Decision;
use crate::outputs::approval::short;
use crate::text::ContentHash;

/// The review of a document of a change.
#[derive(Serialize)]
pub(in super::super) struct ReviewView {
    chip: Chip,
    sentence: String,
}

/// The review of a document of a change; nothing where the policy asks for none.
pub(in super::super) fn of(site: &Site<'_>, document: &Document) -> Option<ReviewView> {
    let approvals = &site.analysis.facts.approvals;
    let effective = approvals.effective.as_ref()?;
    let id = SubjectId::named(document.id.change()?);
    let asked = &effective.policy.subjects.get(document.kind_name())?.review;
    let needed: u32 = asked.iter().map(|line| line.min).sum();
    if needed == 0 {
        return None;
    }
    let (subject, _) = approvals.subjects.get(&id)?;
    if subject.changed == 0 && subject.records.is_empty() {
        // What the trust root brought is not judged.
        return None;
    }
    let name = document.id.name().to_owned();
    let files = site.archive.contents.at(&id, std::slice::from_ref(&name), subject.changed);
    let manifest = Manifest::of(files.iter().map(|(name, file)| (name.clone(), file.at.hash))).ok()?;
    let writers = writers(subject, document);
    let reviews = subject.records.iter().filter(|landed| is_review(landed, &name));
    let (of_this, older): (Vec<&Landed>, Vec<&Landed>) =
        reviews.partition(|landed| covered(landed) == Some(manifest.digest()));
    let by_others = of_this.iter().filter_map(|landed| {
        let person = landed.judged.principal.as_deref()?;
        (!writers.contains(person)).then(|| (person, format!("{person} ({})", short(&landed.judged.id))))
    });
    let people: std::collections::BTreeMap<&str, String> = by_others.collect();
    let who: Vec<String> = people.values().cloned().collect();
    let note = match (of_this.len() > people.len(), older.is_empty()) {
        (true, _) => " A review by somebody who wrote it does not count.",
        (false, false) => " An earlier text was reviewed.",
        (false, true) => "",
    };
    let is_met = people.len() >= needed as usize;
    let sentence = match (is_met, who.is_empty()) {
        (true, _) => format!("Signed for by {}, for exactly these bytes.", who.join(", ")),
        (false, true) => {
            format!("Nobody has signed a review of these bytes; the policy asks for {needed}.{note}")
        }
        (false, false) => {
            format!("Signed for by {}; the policy asks for {needed} people.{note}", who.join(", "))
        }
    };
    let chip = match is_met {
        true => Chip::new("reviewed", "good", "seal"),
        false => Chip::new("not reviewed", "warn", "seal-open"),
    };
    Some(ReviewView { chip, sentence })
}

fn is_review(landed: &Landed, name: &str) -> bool {
    let record = landed.judged.record.as_ref();
    let is_one = record.is_some_and(|record| record.decision == Decision::Review && record.covers == [name]);
    is_one && landed.judged.counts()
}

fn covered(landed: &Landed) -> Option<ContentHash> {
    landed.judged.record.as_ref()?.subject
}

/// Everybody who touched the document since the trust root, co-authors among them.
fn writers<'s>(subject: &'s Subject, document: &Document) -> BTreeSet<&'s str> {
    let edits = subject.edits.iter().map(|(_, edit)| edit);
    let own = edits.filter(|edit| edit.edit().paths.iter().any(|path| path == document.path()));
    let people = own.flat_map(|edit| edit.editors().people.iter().chain(&edit.editors().coauthors));
    people.map(String::as_str).collect()
}
