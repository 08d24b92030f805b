//! MCM619.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::calendar::foreign::{self, Refusal};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM619"),
    name: "lossy-import",
    summary: "imported calendar holds what cannot be represented: {what}",
    about: "window",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("lossy_import.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let mut read: BTreeMap<usize, Vec<Refusal>> = BTreeMap::new();
    for (_, document) in facts.book.of_kind("window") {
        let Some(source) = document.field("source.ics") else { continue };
        let path = source.as_str().and_then(|file| document.path().resolve(file));
        // A file that is not there, or is another one, is told by the rules on attachments.
        let Some(index) = path.and_then(|path| facts.book.attachment(&path)) else { continue };
        let file = &facts.inputs.attachments[index];
        let Some(text) = &file.text else { continue };
        let refused = read.entry(index).or_insert_with(|| {
            // In which zone times without one are meant, whoever imported them has said.
            let zone = crate::inputs::document::time::zone("UTC");
            foreign::read(&text.text, zone.as_ref(), facts.schedule.horizon.1).err().unwrap_or_default()
        });
        // A zone that differs now has been changed since: MCM620 tells what that moves.
        for refusal in refused.iter().filter(|refusal| !refusal.is_of_zone) {
            let message = format!("imported calendar holds what cannot be represented: {}", refusal.what);
            let finding = rule.finding(message).at(document.path(), source.span);
            let finding = finding.labelled(format!("line {} of the file", refusal.line));
            found.push(finding.help("write what is meant as a window by hand, without `source`"));
        }
    }
}
