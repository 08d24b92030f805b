//! MCM914.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _};

use super::super::approvals::short;
use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::facts::approval::SubjectId;
use crate::inputs::policy::Policy;
use crate::text::{BookPath, Code, ContentHash, Diagnostic, Severity, Span, Stage, counted};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM914"),
    name: "early-removal",
    summary: "record was removed before its retention ends or under hold",
    about: "archive",
    severity: Severity::Error,
    stage: Stage::Published,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("early_removal.md"),
    check: Check::Ledger(check),
};

/// What became of the files of a change.
#[derive(Default)]
struct Kept<'a> {
    /// The landing of its first execution record.
    executed: Option<usize>,
    /// When the last of its files landed.
    last: Option<Timestamp>,
    /// Its files as they stand.
    present: BTreeMap<&'a BookPath, ContentHash>,
    /// Its files that are gone, each with the landing that removed it.
    gone: BTreeMap<&'a BookPath, usize>,
}

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let policy = &facts.inputs.policy;
    let landings = &facts.inputs.history.ledger.landings;
    for (change, kept) in records(facts) {
        let (Some(executed), Some(last)) = (kept.executed, kept.last) else { continue };
        let until = end_of_retention(policy, last);
        if until.is_none_or(|until| facts.inputs.as_of >= until) {
            continue;
        }
        let mut removed: BTreeMap<usize, Vec<&BookPath>> = BTreeMap::new();
        for (path, landing) in kept.gone.iter().filter(|(_, landing)| **landing > executed) {
            removed.entry(*landing).or_default().push(path);
        }
        let request = facts.book.changes.get(&*change).and_then(|change| change.request);
        let request = request.map(|index| facts.book.document(index));
        let place = request.map(|request| (request.path(), request.head_span()));
        let policy = policy.file.as_ref().map(|file| (&file.path, Span::at(0)));
        let Some((place, span)) = place.or(policy) else { continue };
        for (landing, paths) in removed {
            let commit = landings.get(landing).map(|landing| landing.commit.as_str()).unwrap_or_default();
            let what = format!("record was removed before its retention ends: {change}");
            let told = format!("{} with {}", counted(paths.len(), "file"), short(commit));
            let paths: Vec<&str> = paths.iter().map(|path| path.as_str()).collect();
            let back = format!("bring it back: `git checkout {}^ -- {}`", short(commit), paths.join(" "));
            found.push(rule.finding(what).at(place, span).help(told).help(back));
        }
    }
}

/// The files of every change, along the mainline.
fn records(facts: &Facts) -> BTreeMap<String, Kept<'_>> {
    let src = &facts.inputs.config.book.src;
    let mut kept: BTreeMap<String, Kept<'_>> = BTreeMap::new();
    for (index, landing) in facts.inputs.history.ledger.landings.iter().enumerate() {
        let of_change = |path| {
            let (id, name) = SubjectId::of_path(path, src)?;
            Some((id.change()?.to_owned(), name))
        };
        let mut removed = Vec::new();
        for (path, file) in &landing.changed {
            let Some((change, name)) = of_change(path) else { continue };
            let of_change = kept.entry(change.clone()).or_default();
            let Some(file) = file else {
                removed.push((change, path));
                continue;
            };
            of_change.last = Some(landing.landed);
            of_change.gone.remove(path);
            of_change.present.insert(path, file.hash);
            if name.starts_with("execution-") && name.ends_with(".md") {
                of_change.executed.get_or_insert(index);
            }
        }
        for (change, path) in removed {
            let Some(of_change) = kept.get_mut(&change) else { continue };
            let Some(hash) = of_change.present.remove(path) else { continue };
            // What has another name now was not removed.
            if !of_change.present.values().any(|present| *present == hash) {
                of_change.gone.insert(path, index);
            }
        }
    }
    kept
}

/// The end of the last year for which records are kept; nothing when that is beyond the calendar.
fn end_of_retention(policy: &Policy, last: Timestamp) -> Option<Timestamp> {
    let years = i32::try_from(policy.limits.retention_years).ok()?;
    let last = last.to_zoned(policy.zone.clone());
    last.checked_add(years.years()).ok().map(|until| until.timestamp())
}
