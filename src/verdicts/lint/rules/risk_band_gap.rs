//! MCM906.

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::policy::Band;
use crate::text::{BookPath, Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM906"),
    name: "risk-band-gap",
    summary: "risk bands leave a gap or overlap at score {n}",
    about: "policy",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("risk_band_gap.md"),
    check: Check::Book(check),
};

/// The scores that likelihood times impact can give (domain.md 2.4).
const SCORES: std::ops::RangeInclusive<i64> = 1..=25;

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let policy = &facts.inputs.policy;
    let Some(file) = &policy.file else { return };
    let of_score = |score: i64| -> Vec<&Band> {
        policy.bands.iter().filter(|band| (band.from..=band.to).contains(&score)).collect()
    };
    let mut before: Vec<&str> = vec![""];
    for score in SCORES {
        let bands = of_score(score);
        let names: Vec<&str> = bands.iter().map(|band| band.name.as_str()).collect();
        // Neighbouring scores with the same mistake are one finding, at the first of them.
        if names.len() != 1 && names != before {
            found.push(finding(rule, &file.path, score, &bands, &policy.bands));
        }
        before = names;
    }
}

fn finding(rule: &Rule, path: &BookPath, score: i64, bands: &[&Band], all: &[Band]) -> Diagnostic {
    match bands {
        [first, .., last] => {
            let finding = rule.finding(format!("risk bands overlap at score {score}")).at(path, last.span);
            let finding = finding.related(path, first.span, format!("`{}` holds it, too", first.name));
            finding.help("let every score from 1 to 25 belong to one band")
        }
        _ => {
            let below = all.iter().filter(|band| band.to < score).max_by_key(|band| band.to);
            let place = below.or(all.first()).map_or(Span::at(0), |band| band.span);
            let finding = rule.finding(format!("risk bands leave a gap at score {score}")).at(path, place);
            finding.help("let every score from 1 to 25 belong to one band")
        }
    }
}
