//! What the rules on collisions share: the pairs that nobody has accepted, seen from each of the two.

use std::sync::Arc;

use super::Rule;
use crate::facts::Facts;
use crate::facts::book::view;
use crate::facts::collision::{Meeting, is_announced};
use crate::inputs::document::Document;
use crate::text::{Diagnostic, Span};

/// A change, and the other one that it meets.
#[derive(Clone, Copy)]
pub(super) struct Met<'a> {
    own: &'a Arc<str>,
    /// The other change.
    pub(super) other: &'a Arc<str>,
}

/// How changes meet that may still run, each pair once for either of the two, without those that a signed act
/// accepts. Nobody is told of a draft, which may still go where it likes; the draft itself is told.
pub(super) fn meetings(facts: &Facts) -> Vec<(Met<'_>, Meeting)> {
    let mut found = Vec::new();
    for collision in facts.collisions.iter().filter(|collision| collision.accepted_by.is_none()) {
        for own in [&collision.one, &collision.other] {
            let other = collision.beside(own);
            let changes = &facts.book.changes;
            let is_told = changes.get(own).is_some_and(|own| !is_announced(own))
                || changes.get(other).is_some_and(is_announced);
            if is_told {
                let seen = collision.seen_from(own).into_iter();
                found.extend(seen.map(|meeting| (Met { own, other }, meeting)));
            }
        }
    }
    found
}

impl Met<'_> {
    /// A finding at the slot of the change, with the slot of the other beside it.
    pub(super) fn finding(&self, facts: &Facts, rule: &Rule, message: String) -> Diagnostic {
        let finding = rule.finding(message);
        let finding = match slot(facts, self.own) {
            Some((request, span)) => finding.at(request.path(), span),
            None => finding,
        };
        self.mended(self.beside(facts, finding))
    }

    /// A finding where the runbook names somebody.
    pub(super) fn of_person(&self, facts: &Facts, rule: &Rule, who: &str, message: String) -> Diagnostic {
        let runbook = facts.book.changes.get(self.own).and_then(|change| change.runbook);
        let Some(runbook) = runbook.map(|index| &**facts.book.document(index)) else {
            return self.finding(facts, rule, message);
        };
        let finding = rule.finding(message).at(runbook.path(), place_of(runbook, who));
        let finding = self.beside(facts, finding);
        finding.help("give the work of one of the two to somebody else, or move one of the changes")
    }

    fn beside(&self, facts: &Facts, finding: Diagnostic) -> Diagnostic {
        match slot(facts, self.other) {
            Some((request, span)) => finding.related(request.path(), span, "the other slot"),
            None => finding,
        }
    }

    fn mended(&self, finding: Diagnostic) -> Diagnostic {
        let Met { own, other } = self;
        finding.help("move one of the two").help(format!(
            "or let it be accepted by a signed act: `mcmbook accept-collision {own} --other {other}`"
        ))
    }
}

fn slot<'a>(facts: &'a Facts, change: &str) -> Option<(&'a Document, Span)> {
    let request = facts.request(change)?;
    Some((request, request.slot()?.span))
}

/// Where a runbook names somebody first: in a role, else at a step, else its head.
fn place_of(runbook: &Document, who: &str) -> Span {
    let roles = runbook.field("roles").and_then(|roles| roles.as_table());
    let names = roles.map(|roles| roles.entries()).unwrap_or_default().iter();
    let mut of_role = names.filter_map(|entry| entry.value.as_table()?.get("who"));
    let is_it = |text: Option<&str>| text.is_some_and(|text| view::handle(text) == who);
    let role = of_role.find(|value| is_it(value.as_str())).map(|value| value.span);
    let mut steps = runbook.steps.iter();
    let step = || steps.find(|step| is_it(step.owner()) || is_it(step.decider())).map(|step| step.span);
    role.or_else(step).unwrap_or(runbook.head_span())
}
