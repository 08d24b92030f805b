//! Waivers: findings that somebody answers for until a day (design: domain.md 2.5, policy.md).
//!
//! A waiver counts when it has owner, reason and expiry, is not over, names a rule, and stands where the
//! profile lets it stand. Rule MCM909 speaks of the others.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Check, Finding, Level, RULES, Rule};
use crate::facts::Facts;
use crate::facts::book::change_id_of;
use crate::inputs::policy::Waiver;
use crate::inputs::profile::Profile;
use crate::text::{Severity, Stage};

/// Marks the findings that a waiver lets pass. Of several waivers the first counts.
pub(super) fn apply(facts: &Facts, findings: &mut [Finding]) {
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
    for finding in findings {
        let waivers = by_rule.get(finding.diagnostic.code.0).map_or(&[][..], Vec::as_slice);
        finding.waived = waivers.iter().copied().find(|index| covers(&facts.waivers[*index], finding, facts));
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
    if !waiver.in_book_toml {
        return true;
    }
    let is_mild = rule.severity != Severity::Error || rule.levels.of(profile) == Level::Advised;
    let is_local = matches!(rule.check, Check::Document(_)) && rule.stage <= Stage::Submission;
    profile < Profile::Regulated && (is_mild || is_local)
}

fn covers(waiver: &Waiver, finding: &Finding, facts: &Facts) -> bool {
    let place = waiver.place.as_str();
    if place == "*" {
        return true;
    }
    let Some(location) = &finding.diagnostic.location else { return false };
    let (path, src) = (&location.path, &facts.inputs.config.book.src);
    let begins =
        |path: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if begins(path.as_str()) || path.below(src.as_str()).is_some_and(begins) {
        return true;
    }
    let document = facts.book.at_path(path).map(|index| facts.book.document(index));
    let is_named = |document: &std::sync::Arc<crate::inputs::document::Document>| {
        document.id.as_str() == place || document.kind_name() == place
    };
    change_id_of(path, src) == Some(place) || document.is_some_and(is_named)
}
