//! MCM304.

use super::super::runbook::{rehearsed, short, softened};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::plan::{seconds, smallest_budget};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM304"),
    name: "slow-rollback",
    summary: "rehearsed rollback took {a}; {window} allows {b}",
    about: "rehearsal",
    severity: Severity::Error,
    stage: Stage::Ready,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("slow_rollback.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for pair in rehearsed(scope) {
        let Some((budget, window)) = smallest_budget(&pair.runbook.hits(facts)) else { continue };
        let measured = |rehearsal| Some((rehearsal, view::duration(rehearsal, "rollback_actual")?));
        let Some((rehearsal, (took, span))) = pair.proofs(facts).find_map(measured) else { continue };
        let took = seconds(took);
        if took <= budget {
            continue;
        }
        let (a, b, name) = (short(took), short(budget), &window.name);
        let finding = rule.finding(format!("rehearsed rollback took {a}; {name} allows {b}"));
        let finding = finding.at(rehearsal.path(), span);
        let of_window = facts.book.document(window.document);
        let at = of_window.field("rollback_budget").map_or(of_window.head_span(), |value| value.span);
        let finding = finding.related(of_window.path(), at, "the budget");
        let help = "make the way back shorter and rehearse it again, or take a slot outside the window";
        found.push(softened(pair.need, finding.help(help)));
    }
}
