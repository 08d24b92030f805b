//! MCM014.

use std::collections::HashMap;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::Book;
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Heading;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM014"),
    name: "copied-section",
    summary: "section \"{section}\" is word for word that of {other}",
    about: "all",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("copied_section.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let book = &facts.book;
    let mut seen: HashMap<u64, (usize, usize)> = HashMap::new();
    for (index, document) in book.documents.iter().enumerate() {
        let Some(kind) = &document.kind else { continue };
        for (at, key) in document.section_words().iter().copied() {
            let (first, place) = *seen.entry(key).or_insert((index, at));
            let other = book.document(first);
            if first == index || may_share(book, index, first) {
                continue;
            }
            let (heading, original) = (&document.outline.headings[at], &other.outline.headings[place]);
            let Some(section) = kind.section_at(heading.level, &heading.text) else { continue };
            if !words(document, heading).eq(words(other, original)) {
                continue;
            }
            let message = format!("section \"{}\" is word for word that of {}", section.title, other.id);
            let finding = rule.finding(message).at(document.path(), heading.span);
            let finding = finding.related(other.path(), original.span, "the same text");
            found.push(finding.help("say what is true of this one, or link to the other instead"));
        }
    }
}

/// Documents of one change say the same where the same is true; a request that replaces another begins as
/// its copy.
fn may_share(book: &Book, index: usize, first: usize) -> bool {
    let (document, other) = (book.document(index), book.document(first));
    let of_change = |document: &Document| document.id.change().map(str::to_owned);
    let (own, theirs) = (of_change(document), of_change(other));
    let replaces = |document: usize, other: Option<&str>| {
        let request = book.change_of(document).and_then(|change| change.request);
        request
            .and_then(|request| book.document(request).text("supersedes"))
            .is_some_and(|id| Some(id) == other)
    };
    own.is_some() && own == theirs || replaces(index, theirs.as_deref()) || replaces(first, own.as_deref())
}

fn words<'d>(document: &'d Document, heading: &Heading) -> impl Iterator<Item = &'d str> {
    document.source.slice(heading.section).split_whitespace()
}
