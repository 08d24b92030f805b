//! MCM709.

use super::super::subject::{joined, key_place};
use super::super::wording::{is_placeholder, written};
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM709"),
    name: "unclear-notice",
    summary: "notice lacks impact, times with zone, or contact",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unclear_notice.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "notice" {
        return;
    }
    let times: Vec<&str> = ["start", "end", "tz"]
        .into_iter()
        .filter(|key| document.field(&format!("times.{key}")).is_none())
        .collect();
    // `times` of another type is MCM009.
    let is_table = document.field("times").is_none_or(|times| times.as_table().is_some());
    if !times.is_empty() && is_table {
        let finding = rule.finding("notice lacks times with zone");
        let finding = finding.at(document.path(), key_place(document, "times"));
        let finding = finding.labelled(format!("without {}", joined(&times)));
        found.push(finding.help("add `times` with `start`, `end` and `tz`"));
    }
    // Sections that are missing or empty are MCM010 and MCM012.
    if let Some(impact) = written(document, "Impact on You").filter(|impact| is_placeholder(&impact.text)) {
        let finding = rule.finding("notice lacks impact").at(document.path(), impact.heading);
        found
            .push(finding.help("say what the reader will notice, or that nothing changes for them, and why"));
    }
    if let Some(contact) = written(document, "Contact").filter(|contact| !has_contact(contact.raw)) {
        let finding = rule.finding("notice lacks contact").at(document.path(), contact.heading);
        found.push(finding.help("name a person as `@id`, an address, a channel or a telephone number"));
    }
}

/// Whether somebody can be reached by what is written: a handle or an address with `@`, a link, a channel
/// with `#`, a telephone number.
fn has_contact(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.contains('@') || text.contains("](") || text.contains("://") || has_channel(text) || digits >= 5
}

fn has_channel(text: &str) -> bool {
    let mut after = text.match_indices('#').map(|(at, _)| text[at + 1..].chars().next());
    after.any(|next| next.is_some_and(char::is_alphanumeric))
}
