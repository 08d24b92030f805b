//! MCM909.

use super::super::waivers::{is_over, lacks, may_stand, rule_of, today};
use super::super::{Check, Levels, RULES, Rule};
use crate::facts::Facts;
use crate::inputs::policy::Waiver;
use crate::inputs::profile::Profile;
use crate::text::{Code, Diagnostic, Severity, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM909"),
    name: "incomplete-waiver",
    summary: "rule {code} is waived without owner, reason or expiry",
    about: "policy",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("incomplete_waiver.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for waiver in &facts.waivers {
        let of_policy = &facts.inputs.policy.file;
        let file = if waiver.in_book_toml { &facts.inputs.config.file } else { of_policy };
        let Some(file) = file else { continue };
        found.extend(judge(rule, waiver, facts).map(|finding| finding.at(&file.path, waiver.span)));
    }
}

/// What is wrong with a waiver; the first of several mistakes, because each mends by writing it anew.
fn judge(rule: &Rule, waiver: &Waiver, facts: &Facts) -> Option<Diagnostic> {
    let code = &waiver.rule;
    let profile = facts.inputs.policy.profile;
    let Some(waived) = rule_of(code) else {
        let finding = rule.finding(format!("rule `{code}` is waived, and there is no such rule"));
        let by_name = RULES.iter().find(|rule| rule.name == code).map(|rule| rule.code.0);
        let guess = by_name.or_else(|| did_you_mean(code, RULES.iter().map(|rule| rule.code.0)));
        return Some(match guess {
            Some(guess) => finding.help(format!("did you mean `{guess}`?")),
            None => finding.help("write the code of a rule, such as `MCM217`"),
        });
    };
    if !may_stand(waiver, waived, profile) {
        let why = match profile {
            Profile::Regulated => "the profile `regulated` takes waivers from the policy alone",
            Profile::Starter | Profile::Standard => {
                "there only warnings may be waived, and errors of one document before its submission"
            }
        };
        let finding = rule.finding(format!("rule {code} may not be waived in book.toml"));
        return Some(finding.help(why).help("move the waiver to policy/policy.toml"));
    }
    let lacks = lacks(waiver);
    if !lacks.is_empty() {
        let finding = rule.finding(format!("rule {code} is waived without {}", listed(&lacks)));
        let keys: Vec<&str> =
            lacks.iter().map(|name| if *name == "expiry" { "expires" } else { name }).collect();
        return Some(
            finding
                .help(format!("add `{}`: somebody answers for every waiver until a day", keys.join("`, `"))),
        );
    }
    let last = waiver.expires.filter(|_| is_over(waiver, today(facts)))?;
    let finding = rule.finding(format!("rule {code} was waived until {last}, which is past"));
    Some(finding.help("mend what it let pass and remove it, or have it answered for anew"))
}

/// `owner, reason and expiry`.
fn listed(words: &[&str]) -> String {
    match words {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        _ => words.concat(),
    }
}
