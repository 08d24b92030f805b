//! MCM905.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::policy::Policy;
use crate::text::{Code, Diagnostic, Severity, Span, Stage, counted};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM905"),
    name: "unfilled-role",
    summary: "role `{role}` has no active holder",
    about: "person",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("unfilled_role.md"),
    check: Check::Book(check),
};

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let policy = &facts.inputs.policy;
    let Some(file) = policy.file.as_ref().filter(|_| policy.is_adopted) else { return };
    let today = policy.day(facts.inputs.as_of);
    let (book_wide, by_service) = asked(policy);
    for (role, (needed, by)) in book_wide {
        let holders = policy.holders(role, None, today).count();
        if let Some(message) = gap(role, "", holders, needed, &by) {
            let finding = rule.finding(message).at(&file.path, Span::at(0));
            found.push(finding.help(format!("give somebody the role `{role}` in policy/policy.toml")));
        }
    }
    for (role, (needed, by)) in by_service {
        for service in facts.book.documents.iter().filter(|document| document.kind_name() == "service") {
            let name = service.id.name();
            let holders = policy.holders(role, Some(name), today).count();
            if let Some(message) = gap(role, &format!(" for service `{name}`"), holders, needed, &by) {
                let place = service.field("owner").map_or(service.head_span(), |owner| owner.span);
                let finding = rule.finding(message).at(service.path(), place);
                let help = format!(
                    "write `{{ role = \"{role}\", scope = [\"{name}\"] }}` at a person of the roster"
                );
                found.push(finding.help(help));
            }
        }
    }
    let active = policy.principals.iter().filter(|person| person.is_active(today)).count();
    for (class, needs) in &policy.classes {
        let needed = needs.distinct_principals as usize;
        if active < needed {
            let class = class.name();
            let message = format!("class `{class}` needs {needed} different people; {} active", are(active));
            let finding = rule.finding(message).at(&file.path, Span::at(0));
            found.push(finding.help("add people to the roster, or lower `distinct_principals` of the class"));
        }
        if let Some((witness, help)) = missing_witness(policy, needs.min_time_evidence) {
            let (class, level) = (class.name(), needs.min_time_evidence);
            let message = format!("class `{class}` asks for evidence of time T{level}, and {witness}");
            found.push(rule.finding(message).at(&file.path, Span::at(0)).help(help));
        }
    }
}

/// Who is missing to give evidence of time of a level, so that no record could ever reach it; and what mends it.
fn missing_witness(policy: &Policy, level: u8) -> Option<(&'static str, &'static str)> {
    let has_authority = !policy.time_roots.all().is_empty();
    match level {
        3.. if !has_authority => Some((
            "the policy trusts no authority of time stamps",
            "put the authority's root into `policy/tsa/NAME.pem`, or lower `min_time_evidence` of the class",
        )),
        2 if !has_authority && policy.observers.is_empty() => Some((
            "the policy names no observer",
            "add an `[[observer]]`, or lower `min_time_evidence` of the class",
        )),
        _ => None,
    }
}

/// How many people of a role are needed at once, and what needs them.
pub(super) type Asked<'p> = BTreeMap<&'p str, (usize, String)>;

/// What the policy asks for: in the whole book, and for each service.
pub(super) fn asked<'p>(policy: &'p Policy) -> (Asked<'p>, Asked<'p>) {
    let (mut book_wide, mut by_service) = (Asked::new(), Asked::new());
    let mut add = |role: &'p str, needed: u32, by: String, each_service| {
        let asked = if each_service { &mut by_service } else { &mut book_wide };
        let entry: &mut (usize, String) = asked.entry(role).or_insert((0, String::new()));
        if entry.0 < needed as usize {
            *entry = (needed as usize, by);
        }
    };
    add("policy-admin", policy.amend_quorum, "an amendment".to_owned(), false);
    for (class, needs) in &policy.classes {
        for line in needs.lines().chain(&needs.authorise) {
            add(&line.role, line.min, format!("class `{}`", class.name()), line.each_service);
        }
    }
    for (kind, needs) in &policy.subjects {
        for line in needs.require.iter().chain(&needs.review) {
            add(&line.role, line.min, format!("kind `{kind}`"), line.each_service);
        }
    }
    (book_wide, by_service)
}

fn gap(role: &str, whose: &str, holders: usize, needed: usize, by: &str) -> Option<String> {
    match holders {
        _ if holders >= needed => None,
        0 => Some(format!("role `{role}` has no active holder{whose}")),
        _ => Some(format!(
            "role `{role}` has {}{whose}; {by} needs {needed}",
            counted(holders, "active holder")
        )),
    }
}

fn are(number: usize) -> String {
    format!("{number} {}", if number == 1 { "is" } else { "are" })
}
