//! MCM118.

use std::collections::BTreeSet;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::action::{self, OpenAction};
use crate::facts::book::{Change, Phase, view};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM118"),
    name: "open-lessons",
    summary: "lessons of {id} are open and not answered here",
    about: "request",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("open_lessons.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let begun = facts.executions.iter().filter(|execution| execution.has_begun());
    let begun: BTreeSet<&str> = begun.map(|execution| &*execution.change).collect();
    let can_learn = |change: &&Change| {
        let approval = facts.approvals.status(&change.id);
        let is_ended = approval.is_some_and(|approval| approval.status.ends_the_change());
        !begun.contains(&*change.id) && change.phase < Phase::Reviewed && !change.cancelled && !is_ended
    };
    for change in facts.book.changes.values().filter(can_learn) {
        let Some(request) = facts.request(&change.id) else { continue };
        of_request(rule, facts, request, found);
    }
}

fn of_request(rule: &Rule, facts: &Facts, request: &Document, found: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    let is_answer = |row: &view::Row<'_>| row.text("lesson").is_some() && row.text("not_similar").is_none();
    for row in view::rows(request, "similar").filter(is_answer) {
        let Some(id) = row.text("id").filter(|id| seen.insert(*id)) else { continue };
        let Some(earlier) = facts.book.changes.get(id) else { continue };
        // A change that is named twice is answered by both its lessons.
        let same = || view::rows(request, "similar").filter(|other| other.text("id") == Some(id));
        let is_answered = |action: &str| {
            same().filter_map(|other| other.text("lesson")).any(|lesson| action::names(lesson, action))
        };
        let mut open: Vec<&str> = Vec::new();
        let mut first: Option<(&Document, OpenAction<'_>)> = None;
        for review in earlier.documents.iter().map(|index| facts.book.document(*index)) {
            if review.kind_name() != "post-mortem" {
                continue;
            }
            for action in action::open(review).filter(|action| !is_answered(action.id)) {
                first.get_or_insert((review, action));
                if !open.contains(&action.id) {
                    open.push(action.id);
                }
            }
        }
        let Some((review, action)) = first else { continue };
        let list = open.join(", ");
        let finding = rule.finding(format!("lessons of {id} are open and not answered here"));
        found.push(
            finding
                .at(request.path(), row.place_of("lesson"))
                .labelled(format!("does not name {list}"))
                .related(review.path(), action.row.place(), format!("{} is not done", action.id))
                .help(format!("say in `lesson` what the plan does about each, by its id: {list}")),
        );
    }
}
