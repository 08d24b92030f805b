//! MCM103.

use super::super::mend;
use super::super::subject::requests;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::Referent;
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Guesser, Safety, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM103"),
    name: "unknown-service",
    summary: "service `{s}` is not in the catalogue",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unknown_service.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let wanted = ["service".to_owned()];
    for (_, request) in requests(scope) {
        for (name, span) in view::texts(request, "services") {
            if facts.book.refer(&wanted, name) != Referent::Nothing {
                continue;
            }
            let finding = rule.finding(format!("service `{name}` is not in the catalogue"));
            let finding = finding.at(request.path(), span);
            let guess = Guesser::default().guess(name, facts.book.names_of(&wanted));
            let meant = guess.filter(|guess| guess.is_only).map(|guess| guess.text);
            let fix = meant.and_then(|new| mend::value(request, span, name, new, Safety::Unsafe));
            let finding = Diagnostic { fix, ..finding };
            found.push(match guess {
                Some(guess) => finding.help(format!("did you mean `{}`?", guess.text)),
                None => {
                    finding.help(format!("add content/services/{name}.md, or write the name of an entry"))
                }
            });
        }
    }
}
