//! MCM116.

use super::super::mend;
use super::super::subject::requests;
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::Referent;
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Guesser, Safety, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM116"),
    name: "unknown-dependency",
    summary: "dependency {x} is not known to the catalogue",
    about: "request",
    severity: Severity::Warning,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unknown_dependency.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let wanted = ["service".to_owned()];
    for (_, request) in requests(scope) {
        for path in ["dependencies.upstream", "dependencies.downstream"] {
            for row in view::rows(request, path) {
                let Some(name) = row.text("service") else { continue };
                if facts.book.refer(&wanted, name) != Referent::Nothing {
                    continue;
                }
                let finding = rule.finding(format!("dependency {name} is not known to the catalogue"));
                let finding = finding.at(request.path(), row.place_of("service"));
                let guess = Guesser::default().guess(name, facts.book.names_of(&wanted));
                let meant = guess.filter(|guess| guess.is_only).map(|guess| guess.text);
                let fix = meant
                    .and_then(|new| mend::value(request, row.place_of("service"), name, new, Safety::Unsafe));
                let finding = Diagnostic { fix, ..finding };
                found.push(match guess {
                    Some(guess) => finding.help(format!("did you mean `{}`?", guess.text)),
                    None => finding.help("add it to the catalogue, so that the next change finds it"),
                });
            }
        }
    }
}
