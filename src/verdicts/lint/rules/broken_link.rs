//! MCM017.

use std::collections::BTreeMap;

use super::super::mend;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::{Book, LinkTarget};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Link;
use crate::text::{BookPath, Code, Diagnostic, Fix, Guess, Guesser, Safety, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM017"),
    name: "broken-link",
    summary: "link or attachment does not resolve: {target}",
    about: "all",
    severity: Severity::Warning,
    stage: Stage::Published,
    levels: Levels::EVERYWHERE,
    docs: include_str!("broken_link.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let mut near = Near { guesser: Guesser::default(), names: None };
    for (document, outgoing) in facts.book.documents.iter().zip(&facts.book.outgoing) {
        for link in &outgoing.doubtful {
            found.extend(judge(rule, &facts.book, document, &document.outline.links[*link], &mut near));
        }
    }
}

/// What a link may have meant.
struct Near<'a> {
    guesser: Guesser,
    /// Folder -> the names of its documents; made when a link leads nowhere.
    names: Option<BTreeMap<&'a str, Vec<&'a str>>>,
}

impl<'a> Near<'a> {
    /// What a missing file of a folder may have been called.
    fn guess(&mut self, book: &'a Book, path: &BookPath) -> Option<Guess<'a>> {
        let names = self.names.get_or_insert_with(|| {
            let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for document in &book.documents {
                names.entry(document.path().folder()).or_default().push(document.path().file_name());
            }
            names
        });
        self.guesser.guess(path.file_name(), names.get(path.folder())?.iter().copied())
    }
}

fn judge<'a>(
    rule: &Rule,
    book: &'a Book,
    document: &Document,
    link: &Link,
    near: &mut Near<'a>,
) -> Option<Diagnostic> {
    let target = &link.target;
    let finding = |message: String| rule.finding(message).at(document.path(), link.span);
    match book.follow(document, target) {
        LinkTarget::External(_) | LinkTarget::Attachment(_) => None,
        LinkTarget::Document { anchor_exists: true, .. } => None,
        LinkTarget::Document { index, anchor, .. } => {
            let other = book.document(index);
            let anchor = anchor.unwrap_or_default();
            let finding =
                finding(format!("link does not resolve: {} has no heading `#{anchor}`", other.path()));
            let anchors = other.outline.headings.iter().map(|heading| heading.anchor.as_str());
            let mut finding = finding;
            let guess = near.guesser.guess(&anchor, anchors);
            if let Some(guess) = guess.filter(|guess| guess.is_only) {
                finding.fix = retargeted(document, link, &format!("#{anchor}"), &format!("#{}", guess.text));
            }
            Some(match guess {
                Some(guess) => finding.help(format!("did you mean `#{}`?", guess.text)),
                None => finding.help("anchors are made from headings as GitHub makes them"),
            })
        }
        LinkTarget::Forbidden(_) => {
            let finding = finding(format!("link is not followed: {target}"));
            Some(finding.help("use a relative path, https, http, mailto or tel"))
        }
        LinkTarget::Missing => {
            let finding = finding(format!("link or attachment does not resolve: {target}"));
            let written = target.split(['#', '?']).next().unwrap_or_default();
            let wanted = document.path().resolve(written);
            let near = wanted.and_then(|path| {
                let guess = near.guess(book, &path)?;
                Some((path.file_name().to_owned(), guess.text.to_owned(), guess.is_only))
            });
            let mut finding = finding;
            if let Some((old, guess, true)) = &near {
                finding.fix = retargeted(document, link, old, guess);
            }
            Some(match near.map(|(_, guess, _)| guess) {
                Some(guess) => finding.help(format!("did you mean `{guess}` in that folder?")),
                None => finding
                    .help("write the path from this file's folder, with `.md` at the end of a document"),
            })
        }
    }
}

/// Another piece of a link's target, where the target is written as it is and the piece stands in it once.
fn retargeted(document: &Document, link: &Link, old: &str, new: &str) -> Option<Fix> {
    let written = document.source.slice(link.span);
    let at = written.rfind(&link.target)?;
    let piece = link.target.rfind(old).filter(|piece| link.target.find(old) == Some(*piece))?;
    let is_simple = new.chars().all(|c| c.is_alphanumeric() || matches!(c, '#' | '-' | '_' | '.' | '/'));
    let start = link.span.start as usize + at + piece;
    let title = format!("write `{new}` in place of `{old}`");
    let span = Span::new(start, start + old.len());
    is_simple.then(|| mend::replace(document.path(), span, new.to_owned(), title, Safety::Unsafe))
}
