//! MCM120.

use std::collections::BTreeMap;

use super::super::approvals::{Case, cases};
use super::super::subject::{follows_model, joined};
use super::super::{Check, Level, Levels, Rule};
use super::empty_section::is_written;
use crate::facts::Facts;
use crate::facts::approval::open::{OpenPlace, open};
use crate::facts::approval::quorum::Place;
use crate::facts::book::{Change, WayBack, view};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM120"),
    name: "no-way-back",
    summary: "rollback is `{kind}`; a compensating plan and executive approval are needed",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_way_back.md"),
    check: Check::Book(check),
};

/// The section that says what is done in place of a rollback.
const PLAN: &str = "Compensating Plan";

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let cases: BTreeMap<&str, Case<'_>> = cases(facts).map(|case| (case.id.as_str(), case)).collect();
    for change in facts.book.changes.values() {
        let Some(request) = facts.request(&change.id) else { continue };
        let Some((word, span)) = judged(facts, change, request) else { continue };
        let missing = cases.get(&*change.id).map(|case| missing(facts, case)).unwrap_or_default();
        let mut lacking = Vec::new();
        let mut help = Vec::new();
        if !has_plan(request) {
            lacking.push("a compensating plan".to_owned());
            help.push(format!(
                "write below `## {PLAN}`, or below `### {PLAN}` in the section Rollback Plan, what is done in \
                 place of a rollback, by whom and in what time"
            ));
        }
        for open in &missing {
            lacking.push(format!("the approval of `{}`", open.place.role));
            help.push(match open.could.is_empty() {
                true => format!("nobody on the roster could approve as `{}`", open.place.role),
                false => {
                    let (role, could) = (&open.place.role, open.could.join(", "));
                    format!("`mcmbook approve {} --role {role}`, by {could}", change.id)
                }
            });
        }
        if lacking.is_empty() {
            continue;
        }
        let lacking: Vec<&str> = lacking.iter().map(String::as_str).collect();
        let message = format!("rollback is `{word}`; a compensating plan and executive approval are needed");
        let mut finding = rule.finding(message).at(request.path(), span);
        finding = finding.labelled(format!("without {}", joined(&lacking)));
        found.push(help.into_iter().fold(finding, Diagnostic::help));
    }
}

/// What a request says that has no way back, and where: of a change that may still be carried out, or was. A use
/// of a model was thought through when the model was approved.
fn judged<'a>(facts: &Facts, change: &Change, request: &'a Document) -> Option<(&'a str, Span)> {
    let WayBack::None { word, span } = WayBack::of(request) else { return None };
    let approval = facts.approvals.status(&change.id);
    let is_ended = approval.is_some_and(|approval| approval.status.ends_the_change());
    (!is_ended && !change.cancelled && !follows_model(request)).then_some((word, span))
}

/// The places that the policy adds for want of a way back and that nobody fills; none while they are not due.
fn missing(facts: &Facts, case: &Case<'_>) -> Vec<OpenPlace> {
    if !case.waits_for_people() {
        return Vec::new();
    }
    let mut open = open(&facts.approvals, case.id, facts.inputs.as_of);
    open.retain(|open| is_asked(case, facts, &open.place));
    open
}

/// Whether the policy in force asks for a place because the change cannot be undone.
fn is_asked(case: &Case<'_>, facts: &Facts, place: &Place) -> bool {
    let effective = facts.approvals.effective.as_ref();
    let need = case.subject.need.as_ref().filter(|need| need.no_way_back);
    let class = need.zip(effective).and_then(|(need, effective)| need.policy(&effective.policy));
    class.is_some_and(|class| {
        let mut lines = class.without_rollback.iter();
        lines.any(|line| line.role == place.role && line.each_service == place.service.is_some())
    })
}

/// Whether this rule tells of an open place: that nobody fills it is one fact, and needs one finding.
pub(super) fn tells(facts: &Facts, case: &Case<'_>, place: &Place) -> bool {
    let change = case.id.change().and_then(|id| facts.book.changes.get(id));
    RULE.levels.of(facts.inputs.policy.profile) != Level::Off
        && change.is_some_and(|change| judged(facts, change, case.document).is_some())
        && is_asked(case, facts, place)
}

/// Whether the request has a compensating plan with something in it: a section of its own, or a part of the
/// section on the rollback.
fn has_plan(request: &Document) -> bool {
    let rollback = view::section(request, "Rollback Plan").map(|(heading, _)| heading.section);
    let is_inside = |start: u32| rollback.is_some_and(|all| all.start <= start && start < all.end);
    let own = view::section(request, PLAN).map(|(heading, _)| heading);
    let parts = request.outline.headings.iter().filter(|heading| {
        let is_named = heading.text.trim().eq_ignore_ascii_case(PLAN);
        is_named && (heading.level == 2 || (heading.level > 2 && is_inside(heading.span.start)))
    });
    own.into_iter().chain(parts).any(|heading| is_written(request, heading))
}
