//! What was decided lately, and which actions of post-mortems are overdue.

use std::cmp::Reverse;

use jiff::civil::Date;
use serde::Serialize;

use super::super::super::approval::{self, RecordView};
use super::super::super::chip::Chip;
use super::super::super::page::href;
use super::super::super::summary::Summary;
use super::super::super::{Site, change_page};
use super::SHOWN;
use crate::facts::action;
use crate::facts::approval::derive::Landed;
use crate::facts::approval::status::Approval;
use crate::facts::approval::{SubjectId, exception};
use crate::facts::book::view;
use crate::inputs::signature::record::Decision as Decided;
use crate::outputs::approval::RecordStanding;

/// The last record of a change or document that counts.
#[derive(Serialize)]
pub(super) struct Decision {
    /// Id of the change or document, and its title.
    id: String,
    title: String,
    href: Option<String>,
    /// What the records make of it.
    status: Chip,
    /// `approved`, `rejected`, ...
    did: String,
    record: RecordView,
}

/// A decision as what was done; nothing for records that decide on no change or document.
fn done(decision: Decided) -> Option<&'static str> {
    match decision {
        Decided::Approve => Some("approved"),
        Decided::Reject => Some("rejected"),
        Decided::Retract => Some("taken back"),
        Decided::Withdraw => Some("withdrawn"),
        Decided::Authorise => Some("authorised"),
        Decided::AuthoriseAlone => Some("authorised alone"),
        Decided::Ratify => Some("ratified"),
        Decided::Acknowledge
        | Decided::AcceptCollision
        | Decided::Review
        | Decided::AmendPolicy
        | Decided::Reinstate
        | Decided::Observe => None,
    }
}

/// What a record that counts has done, and to which exception, if to one.
fn did(landed: &Landed) -> Option<String> {
    let record = landed.judged.record.as_deref().filter(|_| landed.judged.counts())?;
    let done = done(record.decision)?;
    Some(exception::of(record).map_or_else(|| done.to_owned(), |name| format!("{name} {done}")))
}

/// The newest records that count, one of each change or document: those that landed last.
pub(super) fn decisions(site: &Site<'_>) -> Vec<Decision> {
    let approvals = &site.analysis.facts.approvals;
    let mut last = Vec::new();
    for (id, (subject, of)) in &approvals.subjects {
        let deciding = subject.records.iter().filter(|landed| did(landed).is_some());
        if let Some(landed) = deciding.max_by_key(|landed| (landed.landing, landed.place)) {
            last.push((id, landed, of));
        }
    }
    last.sort_by_key(|(_, landed, _)| Reverse((landed.landing, landed.place)));
    let decision = |(id, landed, of): (&_, &_, &_)| decision(site, id, landed, of);
    last.into_iter().take(SHOWN).map(decision).collect()
}

fn decision(site: &Site<'_>, id: &SubjectId, landed: &Landed, of: &Approval) -> Decision {
    let documents = &site.analysis.facts.book.documents;
    let change = site.positions.get(id.as_str()).map(|at| site.summary(*at));
    let document = || documents.iter().position(|document| document.id.as_str() == id.as_str());
    let (title, page) = match change {
        Some(summary) => (summary.title.clone(), Some(change_page(&summary.id))),
        None => document().map_or_else(
            || (String::new(), None),
            |index| {
                let page =
                    site.addresses.is_shown(index).then(|| site.addresses.place(index).page.to_string());
                (documents[index].title().to_owned(), page)
            },
        ),
    };
    let held = site.analysis.facts.approvals.of_record(id, landed);
    Decision {
        id: id.as_str().to_owned(),
        title,
        href: page.map(|page| href(&page)),
        status: approval::chip(of.status),
        did: did(landed).unwrap_or_default(),
        record: approval::record(site, &RecordStanding::of(landed, held.as_deref())),
    }
}

/// An action of a post-mortem that is not done, and was due.
#[derive(Serialize)]
pub(super) struct Overdue<'a> {
    change: &'a Summary,
    /// `A2`
    id: &'a str,
    text: &'a str,
    owner: &'a str,
    due: String,
    days: i64,
    /// The post-mortem, from the root of the site.
    href: String,
}

/// The overdue actions, the oldest first, as far as the moment is known from which the site is seen, and how many
/// there are.
pub(super) fn overdue<'a>(site: &'a Site<'_>) -> (Vec<Overdue<'a>>, usize) {
    let facts = &site.analysis.facts;
    let Some(now) = facts.inputs.moment() else { return (Vec::new(), 0) };
    let today = now.to_zoned(facts.inputs.policy.zone.clone()).date();
    let mut found: Vec<(Date, usize, usize, action::OpenAction<'_>)> = Vec::new();
    for (at, change) in site.changes.iter().enumerate() {
        let Some(index) = change.post_mortem else { continue };
        let overdue = action::overdue(facts.book.document(index), today);
        found.extend(overdue.map(|(action, due)| (due, at, index, action)));
    }
    found.sort_by_key(|(due, at, ..)| (*due, *at));
    let total = found.len();
    let row = |(due, at, index, action): (Date, usize, usize, action::OpenAction<'a>)| Overdue {
        change: site.summary(at),
        id: action.id,
        text: action.row.text("text").unwrap_or_default(),
        owner: action.row.text("owner").map(view::handle).unwrap_or_default(),
        due: due.to_string(),
        days: today.since((jiff::Unit::Day, due)).map_or(0, |span| i64::from(span.get_days())),
        href: site.addresses.link("", index, None),
    };
    (found.into_iter().take(SHOWN).map(row).collect(), total)
}

#[cfg(test)]
mod tests {
    use super::super::super::super::tests::{book, built, small, text};
    use crate::inputs::Inputs;

    const REVIEW: &str = "---\ntitle: Review\nfor: MCM-2026-0001\noutcome: implemented\nactions:\n\
  - {id: A1, text: Write it down, owner: \"@ana\", due: 2026-07-01}\n\
  - {id: A2, text: Tell <them>, owner: raj, due: 2026-06-30}\n\
  - {id: A3, text: Done already, owner: raj, due: 2026-06-01}\n\
  - {id: A4, text: Not yet due, owner: raj, due: 2026-07-10}\n---\n# Review\n\n## Actions\n\n- [x] A3 is done\n";

    #[test]
    fn overdue_actions_stand_on_the_home_page_the_oldest_first() {
        let mut files = small();
        files.push(("content/changes/2026/MCM-2026-0001/post-mortem.md", REVIEW));
        let as_of = "2026-07-10T08:00:00Z".parse().expect("a moment");
        let output = built(Inputs { as_of, ..book(&files) });
        let home = text(&output, "index.html");
        let told = home.split("id=\"overdue\"").nth(1).and_then(|part| part.split("</section>").next());
        let told = told.expect("actions are overdue");
        let (older, newer) = (told.find("Tell &lt;them&gt;"), told.find("Write it down"));
        assert!(older.is_some() && older < newer, "{told}");
        for words in
            ["10 days overdue", "9 days overdue", "@ana, due", "MCM-2026-0001/index.html#post-mortem"]
        {
            assert!(told.contains(words), "{words}: {told}");
        }
        assert!(!told.contains("A3") && !told.contains("A4"), "{told}");
        assert!(!home.contains("Latest decisions"), "nothing can be decided without a policy");
        assert!(!text(&built(book(&small())), "index.html").contains("id=\"overdue\""));
    }
}
