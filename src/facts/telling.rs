//! Who is to be told of a change, and who was (duties S4.1a, S6.1a to S6.2b, A3).
//!
//! Enters: a change with its request and notices. Leaves: the notices as typed values, and the audiences
//! that follow from the affected services and the catalogue. A notice counts as told when it says when it
//! was sent and where that can be seen: `sent_at` and `proof`. Sending is not receiving; acknowledgements
//! are read apart.

use std::sync::Arc;

use jiff::Timestamp;

use super::book::{Book, Change, view};
use super::catalogue::Catalogue;
use crate::inputs::document::Document;
use crate::inputs::value::{Node, Value};
use crate::text::Span;

/// A notice of a change.
#[derive(Clone, Debug)]
pub struct Notice<'a> {
    /// Its document.
    pub document: &'a Arc<Document>,
    /// Index of its document.
    pub index: usize,
    /// `phase` as written: before, reminder, during, after, rollback, cancelled.
    pub phase: &'a str,
    /// When it was sent, and where that is written.
    pub sent: Option<(Timestamp, Span)>,
    /// When it is to be sent, and where that is written.
    pub planned: Option<(Timestamp, Span)>,
    /// Whether it says where the sending can be seen.
    pub has_proof: bool,
    /// Who gets it, as written.
    pub audience: Vec<(&'a str, Span)>,
}

/// An audience that the services of a change make necessary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stakeholder<'a> {
    /// Id of a team, or roster id of a person.
    pub name: &'a str,
    /// What it is to the service: "team", "business owner".
    pub part: &'static str,
    /// Index of the first service that makes it necessary.
    pub service: usize,
    /// Whether that service is affected itself, rather than a hard neighbour of one that is.
    pub is_affected: bool,
    /// The value in the request's `services` that leads to it.
    pub span: Span,
}

impl Notice<'_> {
    /// Whether people were told: sent, and the sending can be seen.
    pub fn is_told(&self) -> bool {
        self.sent.is_some() && self.has_proof
    }

    /// When it was sent, else when it is to be sent.
    pub fn moment(&self) -> Option<Timestamp> {
        self.sent.or(self.planned).map(|(moment, _)| moment)
    }

    /// Whether it is meant to reach people before the change begins.
    pub fn is_ahead(&self) -> bool {
        matches!(self.phase, "before" | "reminder")
    }

    /// Whether an audience is among its own; letter case and a leading `@` aside.
    pub fn reaches(&self, name: &str) -> bool {
        self.audience.iter().any(|(audience, _)| is_same(audience, name))
    }

    /// Whether customers are among its audience: one of [`CUSTOMERS`].
    pub fn reaches_customers(&self) -> bool {
        CUSTOMERS.iter().any(|name| self.reaches(name))
    }

    /// Where to point when nothing better is known: the time of sending, the planned time, the head.
    pub fn place(&self) -> Span {
        let time = self.sent.or(self.planned).map(|(_, span)| span);
        time.unwrap_or_else(|| self.document.head_span())
    }
}

/// The words in `audience` that mean the company's customers.
pub const CUSTOMERS: [&str; 4] = ["customers", "customer", "users", "public"];

/// The notices of a change, in reading order.
pub fn notices<'a>(book: &'a Book, change: &'a Change) -> Vec<Notice<'a>> {
    let of_kind = change.documents.iter().filter(|index| book.document(**index).kind_name() == "notice");
    of_kind.map(|index| notice(book, *index)).collect()
}

fn notice(book: &Book, index: usize) -> Notice<'_> {
    let document = book.document(index);
    let moment = |path: &str| view::instant(document, path).map(|(at, span)| (at.timestamp, span));
    Notice {
        document,
        index,
        phase: document.text("phase").unwrap_or_default(),
        sent: moment("sent_at"),
        planned: moment("send_at"),
        has_proof: document.text("proof").is_some_and(|proof| !proof.trim().is_empty()),
        audience: view::texts(document, "audience").collect(),
    }
}

/// Who is to be told: team and business owner of every affected service, and the team of every hard
/// neighbour in either direction; each once, in the order of the request.
pub fn stakeholders<'a>(book: &'a Book, catalogue: &Catalogue, request: &Document) -> Vec<Stakeholder<'a>> {
    let affected = view::services(book, request);
    let mut all: Vec<Stakeholder<'a>> = Vec::new();
    let mut add = |stakeholder: Stakeholder<'a>| {
        if !all.iter().any(|known| is_same(known.name, stakeholder.name)) {
            all.push(stakeholder);
        }
    };
    for (service, value) in &affected {
        let document = book.document(*service);
        let parts = [("team", document.text("team")), ("business owner", document.text("business_owner"))];
        for (part, name) in parts {
            if let Some(name) = name.filter(|name| !name.trim().is_empty()) {
                add(Stakeholder { name, part, service: *service, is_affected: true, span: value.span });
            }
        }
    }
    for (service, value) in &affected {
        let around = catalogue.upstream(*service).chain(catalogue.downstream(*service));
        for neighbour in around.filter(|neighbour| neighbour.is_hard) {
            let team = book.document(neighbour.service).text("team");
            if let Some(name) = team.filter(|name| !name.trim().is_empty()) {
                let (service, span) = (neighbour.service, value.span);
                add(Stakeholder { name, part: "team", service, is_affected: false, span });
            }
        }
    }
    all
}

/// Who has confirmed a notice: each entry of `acks`, text or a table with `who`, `by` or `person`.
pub fn acknowledgements(notice: &Document) -> Vec<&str> {
    let items = notice.field("acks").map_or(&[][..], Value::items);
    items.iter().filter_map(who).collect()
}

fn who(item: &Value) -> Option<&str> {
    match &item.node {
        Node::String(text) => Some(text),
        Node::Table(table) => ["who", "by", "person"].into_iter().find_map(|key| table.get(key)?.as_str()),
        _ => None,
    }
}

/// Whether two names of an audience mean the same.
pub fn is_same(a: &str, b: &str) -> bool {
    view::handle(a.trim()).eq_ignore_ascii_case(view::handle(b.trim()))
}
