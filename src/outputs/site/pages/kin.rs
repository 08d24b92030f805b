//! The changes that have to do with a change: those that its request names, then the earlier ones most like it.

use serde::Serialize;

use super::super::Site;
use super::super::chip::Chip;
use crate::facts::book::{Change, view};
use crate::facts::similar::Similar;
use crate::inputs::document::Document;

/// So many are shown; `mcmbook similar` lists all.
const SHOWN: usize = 5;

/// A change that has to do with another.
#[derive(Serialize)]
pub(in super::super) struct Kin {
    id: String,
    title: String,
    /// From the root of the site.
    href: String,
    /// How it ended, or else its state.
    ended: Chip,
    /// What the two share: `the services ledger and orders`, `the work upgrade`, `61 % alike`.
    shares: Vec<String>,
    /// What the request says of it.
    said: &'static str,
}

/// The kin of the change at a position of `site.changes`.
pub(super) fn of(site: &Site<'_>, at: usize) -> Vec<Kin> {
    let facts = &site.analysis.facts;
    let change = site.changes[at];
    let request = change.request.map(|index| &**facts.book.document(index));
    let known = facts.similar.get(&change.id).map_or(&[][..], |known| &**known);
    let mut found: Vec<(usize, &'static str)> = Vec::new();
    let named = request.into_iter().flat_map(named);
    for (id, said) in named.chain(known.iter().map(|similar| (&*similar.id, ""))) {
        let Some(other) = site.positions.get(id).copied() else { continue };
        if other != at && found.iter().all(|(known, _)| *known != other) {
            found.push((other, said));
        }
    }
    found.truncate(SHOWN);
    let kin = |(other, said): (usize, &'static str)| {
        let summary = site.summary(other);
        let is_over = summary.outcome.is_some() || site.changes[other].cancelled;
        let known = known.iter().find(|similar| *similar.id == *summary.id);
        Kin {
            id: summary.id.clone(),
            title: summary.title.clone(),
            href: summary.href.clone(),
            ended: if is_over { summary.status.clone() } else { summary.state.clone() },
            shares: match known {
                Some(similar) => of_similar(similar),
                None => of_services(site, change, other),
            },
            said,
        }
    };
    found.into_iter().map(kin).collect()
}

/// The changes that a request names, in its order.
fn named(request: &Document) -> impl Iterator<Item = (&str, &'static str)> {
    let answered = |row: view::Row<'_>| match (row.text("lesson"), row.text("not_similar")) {
        (_, Some(_)) => "set aside in the request, with the reason",
        (Some(_), None) => "the request says what was learned from it",
        (None, None) => "named in the request",
    };
    let similar = view::rows(request, "similar");
    let similar = similar.filter_map(move |row| Some((row.text("id")?, answered(row))));
    similar.chain(view::texts(request, "related").map(|(id, _)| (id, "related, as the request says")))
}

fn of_similar(similar: &Similar) -> Vec<String> {
    let mut shares = Vec::new();
    shares.extend(list(&similar.services, "service"));
    shares.extend(list(&similar.types, "kind of work"));
    shares.push(format!("{} % alike", similar.percent));
    shares
}

fn of_services(site: &Site<'_>, change: &Change, other: usize) -> Vec<String> {
    let services = |change: &Change| {
        let request = change.request.map(|index| site.analysis.facts.book.document(index));
        request.map(|request| view::services(&site.analysis.facts.book, request)).unwrap_or_default()
    };
    let theirs = services(site.changes[other]);
    let is_shared = |index: &usize| theirs.iter().any(|(other, _)| other == index);
    let shared = services(change).into_iter().map(|(index, _)| index).filter(is_shared);
    let names: Vec<String> = shared.map(|index| site.analysis.facts.book.name_of(index).to_owned()).collect();
    list(&names, "service").into_iter().collect()
}

/// `the services ledger, orders`
fn list(names: &[String], what: &str) -> Option<String> {
    match names {
        [] => None,
        [one] => Some(format!("the {what} {one}")),
        more => Some(format!(
            "the {} {}",
            what.replacen("service", "services", 1).replacen("kind", "kinds", 1),
            more.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests;
