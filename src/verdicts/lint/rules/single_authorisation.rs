//! MCM816.

use std::collections::BTreeSet;

use super::super::approvals::{Case, cases};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::policy::ClassName;
use crate::inputs::signature::Decision;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM816"),
    name: "single-authorisation",
    summary: "emergency change authorised by fewer than two people",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("single_authorisation.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let is_emergency = |case: &Case<'_>| {
        let need = case.subject.need.as_ref();
        need.is_some_and(|need| need.class == ClassName::Emergency) && !case.subject.executed.is_empty()
    };
    for case in cases(facts).filter(is_emergency) {
        let people: BTreeSet<&str> = case
            .subject
            .records
            .iter()
            .filter(|landed| landed.judged.counts())
            .filter(|landed| {
                let decision = landed.judged.record.as_ref().map(|record| record.decision);
                matches!(decision, Some(Decision::Authorise | Decision::AuthoriseAlone))
            })
            .filter_map(|landed| landed.judged.principal.as_deref())
            .collect();
        if people.len() < 2 {
            let finding = case.finding(rule, "emergency change authorised by fewer than two people");
            let who =
                people.into_iter().next().map_or("nobody has".to_owned(), |one| format!("only {one} has"));
            found.push(
                finding.help(format!("{who}; say in the post-mortem why nobody else could be reached")),
            );
        }
    }
}
