//! MCM909.

use super::super::waivers::{is_over, is_somewhere, lacks, may_stand, rule_of, today};
use super::super::{Check, Level, Levels, RULES, Rule};
use crate::facts::Facts;
use crate::inputs::policy::Waiver;
use crate::inputs::profile::Profile;
use crate::text::{Code, Diagnostic, Severity, SourceFile, Span, Stage, did_you_mean};

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
        let Some(file) = file_of(waiver, facts) else { continue };
        found.extend(judge(rule, waiver, facts).map(|(span, finding)| finding.at(&file.path, span)));
    }
}

fn file_of<'a>(waiver: &Waiver, facts: &'a Facts) -> Option<&'a SourceFile> {
    let file = if waiver.in_book_toml { &facts.inputs.config.file } else { &facts.inputs.policy.file };
    file.as_ref()
}

/// Everything that is wrong with a waiver by itself, each at its key.
fn judge(rule: &Rule, waiver: &Waiver, facts: &Facts) -> impl Iterator<Item = (Span, Diagnostic)> {
    let code = &waiver.rule;
    let waived = rule_of(code);
    let unknown = waived.is_none().then(|| (waiver.span, no_rule(rule, code)));
    let profile = facts.inputs.policy.profile;
    let misplaced = waived.filter(|waived| !may_stand(waiver, waived, profile));
    let misplaced = misplaced.map(|waived| (waiver.span, out_of_place(rule, waived, facts)));
    let lacks = lacks(waiver);
    let incomplete = (!lacks.is_empty()).then(|| {
        let finding = rule.finding(format!("rule {code} is waived without {}", listed(&lacks)));
        let keys: Vec<&str> =
            lacks.iter().map(|name| if *name == "expiry" { "expires" } else { name }).collect();
        let help = format!("add `{}`: somebody answers for every waiver until a day", keys.join("`, `"));
        (waiver.span, finding.help(help))
    });
    let over = waiver.expires.filter(|_| is_over(waiver, today(facts))).map(|last| {
        let finding = rule.finding(format!("rule {code} was waived until {last}, which is past"));
        let help = "mend what it let pass and remove it, or have it answered for anew";
        (waiver.expires_span, finding.help(help))
    });
    let nowhere =
        (!is_somewhere(&waiver.place, facts)).then(|| (waiver.place_span, nowhere(rule, waiver, facts)));
    [unknown, misplaced, incomplete, nowhere, over].into_iter().flatten()
}

/// No rule has that code.
fn no_rule(rule: &Rule, code: &str) -> Diagnostic {
    let finding = rule.finding(format!("rule `{code}` is waived, and there is no such rule"));
    if let Some(named) = RULES.iter().find(|rule| rule.name == code) {
        return finding.help(format!("a waiver names a rule by its code: write `{}`", named.code));
    }
    let words = RULES.iter().flat_map(|rule| [rule.code.0, rule.name]);
    let guess = did_you_mean(code, words).and_then(|guess| {
        RULES.iter().find(|rule| rule.code.0 == guess || rule.name == guess).map(|rule| rule.code)
    });
    match guess {
        Some(guess) => finding.help(format!("did you mean `{guess}`?")),
        None => finding.help("write the code of a rule, such as `MCM217`"),
    }
}

/// The profile does not let it stand in `book.toml`.
fn out_of_place(rule: &Rule, waived: &Rule, facts: &Facts) -> Diagnostic {
    let code = waived.code;
    let policy = &facts.inputs.policy;
    let why = match policy.profile {
        Profile::Regulated => "the profile `regulated` takes waivers from the policy alone".to_owned(),
        Profile::Starter | Profile::Standard if waived.stage > Stage::Submission => {
            format!("{code} is an error that must be mended before {}", waived.stage.name())
        }
        Profile::Starter | Profile::Standard => {
            format!(
                "{code} is an error that no document shows by itself: more than the one file is read for it"
            )
        }
    };
    let finding = rule.finding(format!("rule {code} may not be waived in book.toml")).help(why);
    match policy.is_adopted {
        true => finding.help("move the waiver to policy/policy.toml"),
        false => finding.help(
            "waive it in policy/policy.toml, where every rule may be waived; `mcmbook policy init` writes one",
        ),
    }
}

/// `where` means nothing of the book.
fn nowhere(rule: &Rule, waiver: &Waiver, facts: &Facts) -> Diagnostic {
    let (code, place) = (&waiver.rule, &waiver.place);
    let finding = rule.finding(format!("rule {code} is waived at `{place}`, where there is no document"));
    let src = facts.inputs.config.book.src.as_str();
    let documents = &facts.book.documents;
    let paths = documents.iter().filter_map(|document| document.path().below(src));
    let ids = documents.iter().map(|document| document.id.as_str());
    let kinds = facts.inputs.config.kinds.by_name.keys().map(AsRef::as_ref);
    let changes = facts.book.changes.keys().map(AsRef::as_ref);
    match did_you_mean(place, changes.chain(ids).chain(paths).chain(kinds)) {
        Some(guess) => finding.help(format!("did you mean `{guess}`?")),
        None => finding
            .help("write a file or folder below the source folder, an id, a kind, or `*` for the whole book"),
    }
}

/// What is said of a waiver in force that lets no finding pass; `index` is its place in [`Facts::waivers`].
///
/// Nothing where that can be otherwise elsewhere: the profile of a call may be milder than that of the
/// policy, and a history that is not read holds no signatures.
pub(in super::super) fn unused(facts: &Facts, index: usize) -> Option<Diagnostic> {
    let waiver = &facts.waivers[index];
    let file = file_of(waiver, facts)?;
    let waived = rule_of(&waiver.rule)?;
    let is_off = waived.levels.of(facts.inputs.policy.profile) == Level::Off;
    let is_unread = matches!(waived.check, Check::Ledger(_)) && facts.inputs.history.unknown.is_some();
    if is_off || is_unread || !is_somewhere(&waiver.place, facts) {
        return None;
    }
    let message = format!("rule {} is waived, and there is nothing that the waiver lets pass", waived.code);
    let finding = Diagnostic { severity: Severity::Warning, ..RULE.finding(message) };
    let finding = match waived.check {
        Check::Later(what) => finding.help(format!("this version does not judge it: it waits for {what}")),
        _ => finding,
    };
    Some(finding.help("remove it, or correct `rule` and `where`").at(&file.path, waiver.span))
}

/// `owner, reason and expiry`.
fn listed(words: &[&str]) -> String {
    match words {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        _ => words.concat(),
    }
}
