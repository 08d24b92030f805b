//! Waivers: findings that somebody answers for until a day (design: domain.md 2.5, policy.md).
//!
//! A waiver counts when it has owner, reason and expiry, is not over, names a rule, and stands where the
//! profile lets it stand. Rule MCM909 speaks of the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::rules::incomplete_waiver;
use super::{Check, Finding, Level, RULES, Rule};
use crate::facts::Facts;
use crate::facts::book::change_id_of;
use crate::inputs::document::Document;
use crate::inputs::policy::Waiver;
use crate::inputs::profile::Profile;
use crate::text::{BookPath, Diagnostic, Severity, Stage};

/// Marks the findings that a waiver lets pass, and adds what MCM909 says of waivers that let none pass. Of
/// several waivers the first counts.
pub(super) fn apply(facts: &Facts, findings: &mut Vec<Finding>) {
    let in_force = in_force(facts);
    let mut used = BTreeSet::new();
    mark(facts, &in_force, findings, &mut used);
    let idle = in_force.values().flatten().copied().filter(|index| !used.contains(index));
    let told: Vec<Diagnostic> = idle.filter_map(|index| incomplete_waiver::unused(facts, index)).collect();
    if told.is_empty() {
        return;
    }
    let finding = |told| Finding { diagnostic: Arc::new(told), waived: None, reached: Stage::Closing };
    let mut told: Vec<Finding> = told.into_iter().map(finding).collect();
    mark(facts, &in_force, &mut told, &mut used);
    findings.append(&mut told);
    findings.sort_by(|one, other| one.diagnostic.cmp(&other.diagnostic));
}

/// The waivers that count, by the code of their rule: indices into [`Facts::waivers`].
fn in_force(facts: &Facts) -> BTreeMap<&'static str, Vec<usize>> {
    let profile = facts.inputs.policy.profile;
    let mut by_rule: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, waiver) in facts.waivers.iter().enumerate() {
        let rule = rule_of(&waiver.rule).filter(|rule| may_stand(waiver, rule, profile));
        if let Some(rule) = rule
            && lacks(waiver).is_empty()
            && !is_over(waiver, today(facts))
        {
            by_rule.entry(rule.code.0).or_default().push(index);
        }
    }
    by_rule
}

fn mark(
    facts: &Facts,
    in_force: &BTreeMap<&'static str, Vec<usize>>,
    findings: &mut [Finding],
    used: &mut BTreeSet<usize>,
) {
    for finding in findings {
        let waivers = in_force.get(finding.diagnostic.code.0).map_or(&[][..], Vec::as_slice);
        let covers = |index: &usize| covers(&facts.waivers[*index], finding, facts);
        let covering: Vec<usize> = waivers.iter().copied().filter(covers).collect();
        finding.waived = covering.first().copied();
        // One that another stands before is not idle: it counts where the other ends.
        used.extend(covering);
    }
}

/// The day of the judgement.
pub(super) fn today(facts: &Facts) -> Date {
    facts.inputs.policy.day(facts.inputs.as_of)
}

/// The rule that a waiver names.
pub(super) fn rule_of(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.0 == code)
}

/// What a waiver does not say, of what it must.
pub(super) fn lacks(waiver: &Waiver) -> Vec<&'static str> {
    let said = [
        (waiver.owner.is_some(), "owner"),
        (waiver.reason.is_some(), "reason"),
        (waiver.expires.is_some(), "expiry"),
    ];
    said.into_iter().filter(|(is_said, _)| !is_said).map(|(_, name)| name).collect()
}

/// Whether its last day is past.
pub(super) fn is_over(waiver: &Waiver, today: Date) -> bool {
    waiver.expires.is_some_and(|last| last < today)
}

/// Whether the profile lets a waiver stand where it stands: anything in the policy; in `book.toml`, unless
/// the profile is regulated, warnings and what one document shows by itself before its submission.
pub(super) fn may_stand(waiver: &Waiver, rule: &Rule, profile: Profile) -> bool {
    !waiver.in_book_toml || may_stand_in_book_toml(rule, profile)
}

/// The same of a waiver in `book.toml`.
pub(super) fn may_stand_in_book_toml(rule: &Rule, profile: Profile) -> bool {
    let is_mild = rule.severity != Severity::Error || rule.levels.of(profile) == Level::Advised;
    let is_local = matches!(rule.check, Check::Document(_)) && rule.stage <= Stage::Submission;
    profile < Profile::Regulated && (is_mild || is_local)
}

/// Whether there is anything in the book that `where` can mean.
pub(super) fn is_somewhere(place: &str, facts: &Facts) -> bool {
    let inputs = &facts.inputs;
    let src = inputs.config.book.src.as_str();
    let policy = inputs.policy.files().chain(inputs.config.file.iter()).map(|file| &file.path);
    let attachments = inputs.attachments.iter().map(|attachment| &attachment.path);
    let mut paths =
        facts.book.documents.iter().map(|document| document.path()).chain(attachments).chain(policy);
    place == "*"
        || inputs.config.kinds.get(place).is_some()
        || facts.book.by_id(place).is_some()
        || facts.book.changes.contains_key(place)
        || paths.any(|path| is_below(path, place, src))
}

/// Whether a path is a place or lies below it; places are written from the source folder or from the root.
fn is_below(path: &BookPath, place: &str, src: &str) -> bool {
    let begins =
        |path: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    begins(path.as_str()) || path.below(src).is_some_and(begins)
}

fn covers(waiver: &Waiver, finding: &Finding, facts: &Facts) -> bool {
    let place = waiver.place.as_str();
    if place == "*" {
        return true;
    }
    let Some(location) = &finding.diagnostic.location else { return false };
    let (path, src) = (&location.path, &facts.inputs.config.book.src);
    if is_below(path, place, src.as_str()) {
        return true;
    }
    let document = facts.book.at_path(path).map(|index| facts.book.document(index));
    let is_named = |document: &Arc<Document>| document.id.as_str() == place || document.kind_name() == place;
    change_id_of(path, src) == Some(place) || document.is_some_and(is_named)
}
