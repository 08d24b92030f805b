//! MCM005.

use super::super::fields::Problem;
use super::super::mend;
use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::config::{Config, Kind, is_change_id, split_change_path};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Safety, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM005"),
    name: "wrong-id",
    summary: "id `{id}` is malformed or does not match its path",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("wrong_id.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, settings: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    let config = settings.config;
    let src = &config.book.src;
    let path = document.path();
    if let Some((change, _)) = split_change_path(path, src) {
        let year = path.below(src.as_str()).and_then(|below| below.split('/').nth(1)).unwrap_or_default();
        if change.get(4..8) != Some(year) {
            let message = format!("id `{change}` does not match its path: it lies in the folder of {year}");
            let finding = rule.finding(message).at(path, document.head_span());
            found.push(finding.help(format!("move the folder to changes/{}/{change}", &change[4..8])));
        }
    } else if let Some(folder) = folder_like_a_change(document, config) {
        let finding = rule.finding(format!("id `{folder}` is malformed")).at(path, document.head_span());
        let finding =
            finding.help("a change lies in changes/YYYY/MCM-YYYY-NNNN, with four digits or more at the end");
        found.push(finding);
    }
    for problem in settings.problems {
        let Problem::NotDerived { name, span, value, derived } = problem else { continue };
        let finding = rule.finding(format!("{name} `{value}` does not match its path")).at(path, *span);
        let finding = finding.labelled(format!("the path says `{derived}`"));
        found.push(finding.help(format!("write `{name}: {derived}`, or rename the file")));
    }
    let own_rule = |kind: &Kind| kind.field("id").is_some_and(|field| field.derived.is_some());
    if document.kind.as_deref().is_some_and(own_rule) {
        return;
    }
    let Some(written) = document.field("id") else { return };
    let Some(id) = written.as_str() else { return };
    let derived = document.id.as_str();
    let accepted = match document.id.change() {
        Some(change) => id == derived || id == change,
        None => id == derived || id == document.id.name(),
    };
    if !accepted {
        let finding = rule.finding(format!("id `{id}` does not match its path")).at(path, written.span);
        let finding = finding.labelled(format!("the path says `{derived}`"));
        let mut finding = finding.help("remove the key: the path is the id");
        let entry = document.matter.table.entry("id");
        finding.fix = entry.and_then(|entry| mend::without_entry(document, entry, Safety::Safe));
        found.push(finding);
    }
}

/// A folder below `changes/` that looks like a change's and is not one.
fn folder_like_a_change<'a>(document: &'a Document, config: &Config) -> Option<&'a str> {
    let below = document.path().below(config.book.src.as_str())?.strip_prefix("changes/")?;
    let mut folders = below.split('/').rev().skip(1);
    folders.find(|folder| folder.to_uppercase().starts_with("MCM") && !is_change_id(folder))
}
