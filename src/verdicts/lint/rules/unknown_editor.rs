//! MCM822.

use super::super::approvals::cases;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::code::Reason;
use crate::facts::approval::open::told;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM822"),
    name: "unknown-editor",
    summary: "editor {email} is nobody on the roster",
    about: "approval",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unknown_editor.md"),
    check: Check::Ledger(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for case in cases(facts).filter(|case| !case.approval.status.is_approved()) {
        let editors = case.approval.hindrances.iter();
        for (_, who) in editors.filter(|(reason, _)| *reason == Reason::EditorUnknown) {
            let (message, help) = told(Reason::EditorUnknown, who);
            found.push(case.finding(rule, message).help(help));
        }
    }
}
