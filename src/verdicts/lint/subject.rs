//! What rules over changes ask again and again: the requests, what they follow, where their keys stand.

use std::sync::Arc;

use jiff::Timestamp;

use super::Scope;
use crate::facts::Facts;
use crate::facts::book::{Change, view};
use crate::facts::calendar::Hit;
use crate::facts::telling::{self, Notice, Stakeholder};
use crate::inputs::document::Document;
use crate::inputs::document::log::{self, Log};
use crate::inputs::document::time::Duration;
use crate::inputs::policy::ClassName;
use crate::text::{BookPath, Span};

/// The change with its request, if it has one.
pub(super) fn requests<'a>(
    scope: &Scope<'a>,
) -> impl Iterator<Item = (&'a Change, &'a Arc<Document>)> + use<'a> {
    let facts = scope.facts;
    scope.changes().filter_map(|change| Some((change, facts.book.document(change.request?))))
}

/// What class counts for a change.
pub(super) fn class(facts: &Facts, change: &Change) -> Option<ClassName> {
    facts.classes.get(&change.id).map(|class| class.effective)
}

/// Whether a request is a use of a pre-approved model: what the model says need not be said again.
pub(super) fn follows_model(request: &Document) -> bool {
    request.text("class") == Some("standard") && request.field("standard").is_some()
}

/// Whether a request answers an incident: there was no time for what needs weeks.
pub(super) fn is_emergency(request: &Document) -> bool {
    request.text("class") == Some("emergency")
}

/// Where the last key of a dotted path stands, else the nearest table above it, else the head of the file.
pub(super) fn key_place(document: &Document, path: &str) -> Span {
    let mut place = document.head_span();
    let mut table = Some(&document.matter.table);
    for key in path.split('.') {
        let Some(entry) = table.and_then(|table| table.entry(key)) else { break };
        place = entry.key_span;
        table = entry.value.as_table();
    }
    place
}

/// The windows that cover a request's slot, each once, the strictest first.
pub(super) fn windows<'a>(facts: &'a Facts, request: &Document) -> Vec<Hit<'a>> {
    let mut windows: Vec<Hit<'a>> = Vec::new();
    for hit in facts.schedule.hits(&facts.book, request) {
        if !windows.iter().any(|known| std::ptr::eq(known.window, hit.window)) {
            windows.push(hit);
        }
    }
    windows
}

/// The log of an execution or a rehearsal: its file and its events. Nothing when it is missing or its chain
/// is broken; the rules on logs speak of that.
pub(super) fn log_of<'a>(facts: &'a Facts, record: &Document) -> Option<(&'a BookPath, Log)> {
    let path = record.path().resolve(record.text("log.file")?)?;
    let attachment = &facts.inputs.attachments[facts.book.attachment(&path)?];
    Some((&attachment.path, log::read(attachment.text.as_ref()?).ok()?))
}

/// The executions of a change, in the order of their files, with the moment at which each began.
pub(super) fn executions<'a>(
    facts: &'a Facts,
    change: &'a Change,
) -> impl Iterator<Item = (&'a Arc<Document>, Timestamp)> {
    let documents = change.documents.iter().map(|index| facts.book.document(*index));
    let executions = documents.filter(|document| document.kind_name() == "execution");
    executions.filter_map(|document| Some((document, view::moment(document, "started")?)))
}

/// How far two moments lie apart, in the two largest units: `9d4h`, `35m`.
pub(super) fn apart(a: Timestamp, b: Timestamp) -> String {
    let seconds = (b.as_second() - a.as_second()).unsigned_abs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let unit = if days > 0 { 3_600 } else { 60 };
    let rounded = rest - rest % unit;
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    Duration { days, seconds: rounded, ..Duration::default() }.to_short()
}

/// Words joined as a sentence does: `a`, `a and b`, `a, b and c`.
pub(super) fn joined(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A change of which people are told, and how far that has come.
pub(super) struct Telling<'a> {
    /// The change.
    pub(super) change: &'a Change,
    /// Its request.
    pub(super) request: &'a Arc<Document>,
    /// Its notices.
    pub(super) notices: Vec<Notice<'a>>,
    /// Who is to be told.
    pub(super) stakeholders: Vec<Stakeholder<'a>>,
    /// Whether there was no time to tell anybody before.
    pub(super) is_emergency: bool,
}

impl Telling<'_> {
    /// Whether a notice is one by which people hear of the change ahead of it; in an emergency any is.
    pub(super) fn counts(&self, notice: &Notice<'_>) -> bool {
        notice.is_ahead() || self.is_emergency
    }

    /// Whether a notice is still to be sent, in time: nothing is missing until then.
    pub(super) fn is_awaited(&self, notice: &Notice<'_>, as_of: Timestamp) -> bool {
        let start = view::moment(self.request, "slot.start");
        let planned = notice.planned.map(|(at, _)| at).filter(|_| notice.sent.is_none());
        planned.is_some_and(|at| at > as_of && start.is_none_or(|start| at <= start))
    }

    /// Whether a notice was sent before the start; in an emergency it may come when it can.
    pub(super) fn is_in_time(&self, notice: &Notice<'_>) -> bool {
        let start = view::moment(self.request, "slot.start");
        let sent = notice.sent.map(|(at, _)| at);
        self.is_emergency || start.zip(sent).is_none_or(|(start, sent)| sent <= start)
    }
}

/// Why a notice does not count as told, or not as told in time.
pub(super) fn shortcoming(notice: &Notice<'_>) -> &'static str {
    match (notice.sent, notice.has_proof) {
        (None, _) => "not sent yet",
        (Some(_), false) => "without `proof` of the sending",
        (Some(_), true) => "sent after the start",
    }
}

/// The change, when it is a major or emergency one of which people are told; what was called off is told otherwise.
pub(super) fn told_changes<'a>(scope: &Scope<'a>) -> impl Iterator<Item = Telling<'a>> + use<'a> {
    let facts = scope.facts;
    let wanted = |change: &Change| {
        let is_told = matches!(class(facts, change), Some(ClassName::Major | ClassName::Emergency));
        is_told && !change.cancelled
    };
    requests(scope).filter(move |(change, _)| wanted(change)).map(move |(change, request)| Telling {
        change,
        request,
        notices: telling::notices(&facts.book, change),
        stakeholders: telling::stakeholders(&facts.book, &facts.catalogue, request),
        is_emergency: is_emergency(request),
    })
}
