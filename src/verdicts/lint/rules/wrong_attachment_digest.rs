//! MCM913.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::{Book, LinkTarget};
use crate::facts::execution::digest;
use crate::inputs::document::Document;
use crate::inputs::value::Table;
use crate::text::{Code, ContentHash, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM913"),
    name: "wrong-attachment-digest",
    summary: "attachment {file} does not match its digest",
    about: "archive",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("wrong_attachment_digest.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let book = &facts.book;
    let with_digest = book.documents.iter().zip(&book.outgoing).filter(|(_, outgoing)| outgoing.has_digest);
    for (document, _) in with_digest {
        let mut named = Vec::new();
        of_table(book, document, &document.matter.table, &mut named);
        of_body(book, document, &mut named);
        // The digest of a run's own log is judged where the record names it.
        let own = document.text("log.file").and_then(|file| attachment_at(book, document, file));
        let of_record = digest(document, "log.sha256").map(|(hash, _)| hash);
        for Named { attachment, hash, span } in named {
            let file = &facts.inputs.attachments[attachment];
            let is_judged = own == Some(attachment) && of_record == Some(hash);
            if file.hash == hash || is_judged {
                continue;
            }
            let message = format!("attachment {} does not match its digest", file.path.file_name());
            let finding = rule.finding(message).at(document.path(), span);
            found.push(
                finding
                    .labelled(format!("the file has sha256:{}", file.hash))
                    .help("restore the file from Git, or say in the text why it was replaced"),
            );
        }
    }
}

/// An attachment, the digest that a document gives it, and where.
struct Named {
    attachment: usize,
    hash: ContentHash,
    span: Span,
}

/// Tables of the front matter that have a file and its `sha256`.
fn of_table(book: &Book, document: &Document, table: &Table, named: &mut Vec<Named>) {
    let digest = table.get("sha256").and_then(|value| Some((hash(value.as_str()?)?, value.span)));
    if let Some((hash, span)) = digest {
        let others = table.entries().iter().filter(|entry| entry.key != "sha256");
        let mut files = others.filter_map(|entry| attachment_at(book, document, entry.value.as_str()?));
        named.extend(files.next().map(|attachment| Named { attachment, hash, span }));
    }
    for entry in table.entries() {
        for value in std::iter::once(&entry.value).chain(entry.value.items()) {
            if let Some(table) = value.as_table() {
                of_table(book, document, table, named);
            }
        }
    }
}

/// Rows of tables and items of lists that hold one digest and one attachment: a link, or its path in a cell
/// of its own.
fn of_body(book: &Book, document: &Document, named: &mut Vec<Named>) {
    let outline = &document.outline;
    let rows = outline.tables.iter().flat_map(|table| &table.rows).filter_map(|row| {
        let place = row.first()?.span.to(row.last()?.span);
        let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
        Some((place, cells))
    });
    let items = outline.lists.iter().flat_map(|list| &list.items).map(|item| (item.span, Vec::new()));
    for (place, cells) in rows.chain(items) {
        let [(hash, span)] = digests(document, place)[..] else { continue };
        let first = outline.links.partition_point(|link| link.span.start < place.start);
        let links = outline.links[first..].iter().take_while(|link| link.span.end <= place.end);
        let linked = links.filter_map(|link| match book.follow(document, &link.target) {
            LinkTarget::Attachment(index) => Some(index),
            _ => None,
        });
        let written = cells.iter().filter_map(|cell| attachment_at(book, document, cell));
        let mut attachments: Vec<usize> = linked.chain(written).collect();
        attachments.sort_unstable();
        attachments.dedup();
        if let [attachment] = attachments[..] {
            named.push(Named { attachment, hash, span });
        }
    }
}

fn attachment_at(book: &Book, document: &Document, file: &str) -> Option<usize> {
    document.path().resolve(file.trim()).and_then(|path| book.attachment(&path))
}

/// The digests in a piece of a document: words of 64 hexadecimal digits.
fn digests(document: &Document, place: Span) -> Vec<(ContentHash, Span)> {
    let text = document.source.slice(place);
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split(|c| !is_part(c)) {
        if let Some(hash) = ContentHash::from_hex(word) {
            found.push((hash, Span::new(at, at + word.len()).shifted(place.start as usize)));
        }
        at += word.len() + text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

fn hash(text: &str) -> Option<ContentHash> {
    ContentHash::from_hex(text.strip_prefix("sha256:").unwrap_or(text))
}
