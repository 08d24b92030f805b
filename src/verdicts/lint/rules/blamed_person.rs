//! MCM509.

use super::super::{Check, Levels, Rule, Scope};
use crate::inputs::document::Document;
use crate::text::{Code, Diagnostic, Severity, Span, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM509"),
    name: "blamed-person",
    summary: "names a person as cause (\"{phrase}\")",
    about: "post-mortem",
    severity: Severity::Warning,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("blamed_person.md"),
    check: Check::Change(check),
};

/// What stands before the person that it names as cause.
const BEFORE: [&str; 8] =
    ["caused by", "fault of", "mistake of", "mistake by", "error of", "error by", "blame", "blame on"];

/// What stands behind the person.
const BEHIND: [&str; 13] = [
    "forgot",
    "failed to",
    "neglected to",
    "caused",
    "was careless",
    "was negligent",
    "is to blame",
    "was to blame",
    "made a mistake",
    "made an error",
    "should have known",
    "should have checked",
    "should have noticed",
];

/// What the person is said to have: "@ana's mistake".
const POSSESSED: [&str; 7] =
    ["mistake", "error", "fault", "carelessness", "negligence", "oversight", "inattention"];

/// How many characters on either side are looked at.
const REACH: usize = 40;

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let policy = &facts.inputs.policy;
    let names: Vec<&str> = policy.principals.iter().map(|principal| principal.name.as_str()).collect();
    for (_, review) in scope.of_kind("post-mortem") {
        for span in people(review, &names) {
            let text = &review.source.text;
            let person = span.slice(text);
            let Some(phrase) = phrase(&text[..span.start as usize], person, &text[span.end as usize..])
            else {
                continue;
            };
            let finding = rule.finding(format!("names a person as cause (\"{phrase}\")"));
            found.push(
                finding
                    .at(review.path(), span)
                    .help("write what made the mistake possible and what would have caught it"),
            );
        }
    }
}

/// Where the body names somebody: a handle, or the whole name of somebody on the roster.
fn people(review: &Document, names: &[&str]) -> Vec<Span> {
    let body = review.body.slice(&review.source.text);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let handles = body.match_indices('@').filter_map(|(at, _)| {
        let rest = &body[at + 1..];
        let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        (length > 0 && !body[..at].ends_with(is_part)).then_some((at, at + 1 + length))
    });
    let whole = |name: &&str| name.contains(' ');
    let named = names
        .iter()
        .filter(|name| whole(name))
        .flat_map(|name| body.match_indices(*name).map(|(at, name)| (at, at + name.len())));
    let in_code = |span: &Span| {
        let behind = review.outline.code.partition_point(|block| block.span.start <= span.start);
        review.outline.code[..behind].last().is_some_and(|block| span.end <= block.span.end)
    };
    let offset = review.body.start as usize;
    let spans = handles.chain(named).map(|(from, to)| Span::new(offset + from, offset + to));
    spans.filter(|span| !in_code(span)).collect()
}

/// The words that blame, with the person among them.
fn phrase(before: &str, person: &str, behind: &str) -> Option<String> {
    let before = plain(before.char_indices().rev().nth(REACH).map_or(before, |(at, _)| &before[at..]));
    let behind = plain(behind.char_indices().nth(REACH).map_or(behind, |(at, _)| &behind[..at]));
    let ends_with = |phrase: &str| {
        let rest = before.strip_suffix(phrase)?;
        (!rest.ends_with(char::is_alphanumeric) && !rest.trim_end().ends_with("not")).then_some(())
    };
    let begins_with = |text: &str, phrase: &str| {
        text.strip_prefix(phrase).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let owned = ["'s ", "\u{2019}s "].iter().find_map(|sign| behind.strip_prefix(sign));
    if let Some(owned) = owned {
        let word = POSSESSED.iter().find(|word| begins_with(owned, word))?;
        return Some(format!("{person}'s {word}"));
    }
    if let Some(phrase) = BEHIND.iter().find(|phrase| begins_with(&behind, phrase)) {
        return Some(format!("{person} {phrase}"));
    }
    let phrase = BEFORE.iter().find(|phrase| ends_with(phrase).is_some())?;
    Some(format!("{phrase} {person}"))
}

/// Letter case, markup and line breaks aside.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '*' | '_' | '`')).collect();
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
