//! MCM015.

use super::super::mend;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::book::{Book, Referent};
use crate::inputs::config::word_of;
use crate::inputs::document::Document;
use crate::inputs::value::{Node, Value};
use crate::text::{Code, Diagnostic, Guesser, Safety, Severity, Stage, with_article};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM015"),
    name: "dangling-reference",
    summary: "`{ref}` refers to nothing",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("dangling_reference.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let book = &facts.book;
    let mut guesser = Guesser::default();
    let mistaken = book.documents.iter().zip(&book.outgoing).filter(|(_, outgoing)| outgoing.is_mistaken);
    for (document, _) in mistaken {
        Book::visit_references(document, &mut |kinds, value| {
            // A number where none can be meant is MCM009.
            if matches!(value.node, Node::Integer(_)) && !facts.inputs.config.kinds.are_numbered(kinds) {
                return;
            }
            let text = &word_of(value).unwrap_or_default();
            if has_own_rule(document, value) {
                return;
            }
            if is_itself(book, kinds, text, document) {
                let finding = rule.finding(format!("`{text}` refers to the document itself"));
                let finding = finding.at(document.path(), value.span);
                found.push(finding.help("name the other document, or remove it"));
                return;
            }
            if book.refer(kinds, text) != Referent::Nothing {
                return;
            }
            let finding = rule.finding(format!("`{text}` refers to nothing")).at(document.path(), value.span);
            let mut finding = finding;
            let guess = guesser.guess(text, book.names_of(kinds));
            // Nothing refers to itself: the only near name is then none.
            let guess = guess.filter(|guess| !is_itself(book, kinds, guess.text, document));
            if let Some(guess) = guess.filter(|guess| guess.is_only) {
                finding.fix = mend::value(document, value.span, text, guess.text, Safety::Unsafe);
            }
            let several = book.numbered(kinds, text);
            if several.len() > 1 {
                let ids: Vec<&str> = several.iter().map(|index| book.document(*index).id.as_str()).collect();
                found
                    .push(finding.help(format!("the number is that of {}: write the id", ids.join(" and "))));
                return;
            }
            let wanted = if kinds.is_empty() { "document".to_owned() } else { kinds.join(" or ") };
            found.push(match guess {
                Some(guess) => finding.help(format!("did you mean `{}`?", guess.text)),
                None => finding.help(format!("write the id of {} of this book", with_article(&wanted))),
            });
        });
    }
}

/// Whether a name is that of the document, or of the change whose request it is.
fn is_itself(book: &Book, kinds: &[String], name: &str, document: &Document) -> bool {
    match book.refer(kinds, name) {
        Referent::Document(index) => std::ptr::eq(&raw const **book.document(index), document),
        _ => document.kind_name() == "request" && document.id.change() == Some(name),
    }
}

/// The services of a request have rules of their own: MCM103 for those that it changes, MCM116 for those
/// around them.
fn has_own_rule(document: &Document, value: &Value) -> bool {
    let lists = ["services", "dependencies.upstream", "dependencies.downstream"];
    let holds = |list: &Value| list.span.start <= value.span.start && value.span.end <= list.span.end;
    document.kind_name() == "request" && lists.iter().filter_map(|path| document.field(path)).any(holds)
}
