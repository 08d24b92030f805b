//! MCM401.

use std::collections::BTreeSet;

use super::super::approvals::{Started, started};
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::ApprovalStatus;
use crate::inputs::policy::ClassName;
use crate::inputs::signature::Decision;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM401"),
    name: "unapproved-start",
    summary: "started without a valid approval set",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unapproved_start.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    // What is approved of a standard change is its model.
    let asked = |run: &Started<'_>| run.cites.is_some() && run.class() != Some(ClassName::Standard);
    for run in started(facts).into_iter().filter(asked) {
        let approved = run.approved_at();
        let met = approved.and_then(|at| facts.approvals.landings.get(at)).map(|(_, at)| *at);
        let may_begin = match run.class() {
            Some(ClassName::Emergency) => met.is_some_and(|met| met <= run.began) || is_authorised(&run),
            _ => met.is_some_and(|met| met <= run.began),
        };
        // That the record landed before its approvals is the finding of MCM808.
        let is_told = approved.zip(run.landed).is_some_and(|(approved, (landed, _))| approved >= landed);
        if may_begin || is_told {
            continue;
        }
        let finding = rule.finding("started without a valid approval set").at(run.record.path(), run.place);
        found.push(match met {
            Some(met) => finding.help(format!("the quorum was met at {met}, with that landing")),
            None => finding.help("the content that it cites was never approved: `mcmbook status` tells why"),
        });
    }
}

/// Whether an emergency was authorised when it began.
fn is_authorised(run: &Started<'_>) -> bool {
    let of = |decision: Decision| {
        run.case.subject.records.iter().filter(move |landed| {
            let record = landed.judged.record.as_ref().filter(|_| landed.judged.counts());
            let is_it =
                record.is_some_and(|record| record.decision == decision && record.subject == run.cites);
            is_it && landed.was_there() <= run.began
        })
    };
    let people: BTreeSet<&str> =
        of(Decision::Authorise).filter_map(|landed| landed.judged.principal.as_deref()).collect();
    // Whether their roles may is the status's matter: then it is in review for ever.
    let may = run.case.approval.status != ApprovalStatus::InReview;
    may && (people.len() >= 2 || of(Decision::AuthoriseAlone).next().is_some())
}
