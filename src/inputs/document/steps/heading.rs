//! What a heading says of a step, and which headings almost say it.

use super::StepKind;
use crate::inputs::document::markdown::{Heading, Outline};
use crate::text::{Span, did_you_mean};

/// The level-2 sections in which level-3 headings are steps.
const SECTIONS: [&str; 4] = ["execution", "steps", "rollback", "verification"];

/// Digits of a label: more are no number of a step.
const MAX_DIGITS: usize = 4;

/// A heading that was probably meant as a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The heading.
    pub span: Span,
    /// Its text.
    pub heading: String,
    /// The kind of step that was meant.
    pub kind: StepKind,
    /// Whether it stands where the plan is read, so that a step of the plan is lost.
    pub is_lost: bool,
    /// Why it is no step: a lower-case phrase.
    pub why: String,
    /// What to do.
    pub help: String,
}

/// The headings that are no steps but look like one, in source order.
pub fn near_misses(outline: &Outline) -> Vec<NearMiss> {
    let sections = step_sections(outline);
    outline.headings.iter().filter_map(|heading| near_miss(&sections, heading)).collect()
}

fn near_miss(sections: &[Span], heading: &Heading) -> Option<NearMiss> {
    let is_inside = is_inside(sections, heading);
    let (kind, why, help) = match parse(&heading.text) {
        Some(_) if is_inside && heading.level == 3 => return None,
        Some((kind, ..)) if heading.level != 3 && heading.level > 1 => {
            let why = format!("it is a heading of level {}", heading.level);
            (kind, why, format!("write `### {}`", heading.text))
        }
        Some((kind, ..)) => (
            kind,
            "it stands outside of Execution, Rollback and Verification".to_owned(),
            "move it below `## Execution`, `## Rollback` or `## Verification`".to_owned(),
        ),
        None if is_inside => meant(&heading.text)?,
        None => return None,
    };
    // A heading of level 2 ends the section it was meant for.
    let is_lost = is_inside || heading.level == 2;
    Some(NearMiss { span: heading.span, heading: heading.text.clone(), kind, is_lost, why, help })
}

/// The sections whose level-3 headings are steps.
pub(super) fn step_sections(outline: &Outline) -> Vec<Span> {
    let is_steps = |title: &str| SECTIONS.iter().any(|known| title.trim().eq_ignore_ascii_case(known));
    let sections = outline.headings.iter().filter(|heading| heading.level == 2 && is_steps(&heading.text));
    sections.map(|heading| heading.section).collect()
}

/// Whether a heading stands in one of the sections.
pub(super) fn is_inside(sections: &[Span], heading: &Heading) -> bool {
    let holds = |section: &Span| section.start <= heading.span.start && heading.span.end <= section.end;
    sections.iter().any(holds)
}

/// Kind, label and title of `Step 3: Promote the replica`.
pub(super) fn parse(heading: &str) -> Option<(StepKind, String, String)> {
    let (name, title) = heading.split_once(':')?;
    let (word, label) = name.trim().rsplit_once(char::is_whitespace)?;
    let kind = kind_of(word)?;
    let label = normal_label(label, kind)?;
    Some((kind, label, title.trim().to_owned()))
}

/// The label that a reference names: `Step 3`, `3`, `C1`, `checkpoint C1`.
pub(super) fn parse_label(reference: &str) -> Option<String> {
    let (word, label) = reference.rsplit_once(char::is_whitespace).unwrap_or(("", reference));
    let of = |kind: StepKind| normal_label(label, kind);
    if word.is_empty() { StepKind::ALL.into_iter().find_map(of) } else { of(kind_of(word)?) }
}

/// The kind of a word: `Step`, `GO/NO-GO`, `go no-go`.
fn kind_of(word: &str) -> Option<StepKind> {
    let is_sign = |c: char| matches!(c, '/' | '-' | ' ' | '\t');
    let fold = |word: &str| word.replace(is_sign, "").to_lowercase();
    let wanted = fold(word);
    StepKind::ALL.into_iter().find(|kind| fold(kind.word()) == wanted)
}

/// `3` for steps, letter and number for the others; `c01` is `C1`.
fn normal_label(label: &str, kind: StepKind) -> Option<String> {
    let head = label.get(..kind.letter().len())?;
    let digits = &label[head.len()..];
    let is_number =
        !digits.is_empty() && digits.len() <= MAX_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    if !head.eq_ignore_ascii_case(kind.letter()) || !is_number {
        return None;
    }
    let number: u32 = digits.parse().ok()?;
    Some(format!("{}{number}", kind.letter()))
}

/// Why a heading is no step, and how to write what it was meant to be.
fn meant(heading: &str) -> Option<(StepKind, String, String)> {
    let digits_at = heading.find(|c: char| c.is_ascii_digit()).unwrap_or(heading.len());
    let (head, rest) = heading.split_at(digits_at);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at(digits);
    let (kind, is_named) = meant_kind(head).or_else(|| misspelt(head, rest))?;
    let parting = [":", ".", ")", "–", "—", " –", " —", " - ", " :"];
    // `3 nodes` and `2026-11-23` name no step; `3. Promote`, `Step 3 – Promote` and `Step 3 of 5` do.
    let is_parted = parting.iter().any(|sign| rest.starts_with(sign)) || is_named;
    let title = rest.trim_start_matches([':', '.', ')', '-', '–', '—', ' ']);
    let number: Option<u32> = digits.parse().ok().filter(|_| digits.len() <= MAX_DIGITS);
    let Some(number) = number.filter(|_| !rest.starts_with(char::is_alphanumeric)) else {
        let title = heading.split_once(':').filter(|_| is_named)?.1.trim();
        let example = format!("{} {}1: {title}", kind.word(), kind.letter());
        let why = "no number follows its word".to_owned();
        return Some((kind, why, format!("number it, as in `### {example}`")));
    };
    if !is_parted || !(title.starts_with(char::is_alphabetic) || title.is_empty() && is_named) {
        return None;
    }
    let label = format!("{}{number}", kind.letter());
    let why = match rest.trim_start().chars().next() {
        None => "no title follows its number".to_owned(),
        Some(':') if !is_named => format!("the word `{}` is missing before its number", kind.word()),
        Some(':') => format!("`{} {label}` is written in another way", kind.word()),
        _ => "no colon follows its number".to_owned(),
    };
    let title = if title.is_empty() { "…" } else { title };
    Some((kind, why, format!("write `### {} {label}: {title}`", kind.word())))
}

/// The kind whose word stands misspelt before a number and a colon: `Setp 2: Drain`.
fn misspelt(head: &str, rest: &str) -> Option<(StepKind, bool)> {
    if !rest.starts_with(':') {
        return None;
    }
    let word = head.split_whitespace().next()?;
    let words = StepKind::ALL.map(StepKind::word);
    let meant = did_you_mean(word, words)?;
    Some((StepKind::ALL.into_iter().find(|kind| kind.word() == meant)?, true))
}

/// The kind that what stands before a number was meant to name, and whether it names one by a word.
fn meant_kind(head: &str) -> Option<(StepKind, bool)> {
    const WORDS: [(&str, StepKind); 12] = [
        ("step", StepKind::Step),
        ("steps", StepKind::Step),
        ("checkpoint", StepKind::Checkpoint),
        ("check", StepKind::Checkpoint),
        ("gonogo", StepKind::GoNoGo),
        ("gate", StepKind::GoNoGo),
        ("rollback", StepKind::Rollback),
        ("rollbackstep", StepKind::Rollback),
        ("undo", StepKind::Rollback),
        ("verify", StepKind::Verify),
        ("verification", StepKind::Verify),
        ("verifystep", StepKind::Verify),
    ];
    if head.contains(':') {
        return meant_kind(head.split(':').next()?.split_whitespace().next()?);
    }
    let letters: String = head.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    if letters.is_empty() {
        return head.trim().is_empty().then_some((StepKind::Step, false));
    }
    if let Some((_, kind)) = WORDS.iter().find(|(word, _)| *word == letters) {
        return Some((*kind, true));
    }
    // The letter of a label says more than the word before it: `Step C1`.
    let lettered = StepKind::ALL.into_iter().skip(1).find_map(|kind| {
        let word = letters.strip_suffix(&kind.letter().to_lowercase())?;
        Some((kind, word))
    });
    let (kind, word) = lettered?;
    (word.is_empty() || WORDS.iter().any(|(known, _)| *known == word)).then_some((kind, !word.is_empty()))
}
