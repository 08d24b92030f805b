//! Promises of fixes and fingerprints, held over the examples of all rule pages.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::{cases, inputs};
use crate::analysis::{Analysis, analyze};
use crate::inputs::Inputs;
use crate::memo::Memo;
use crate::outputs::fixes::mend;
use crate::text::{Diagnostic, Safety, SourceFile};
use crate::verdicts::lint::{RULES, fingerprints};

/// Every book that an example makes, with the code of its page.
fn books() -> impl Iterator<Item = (&'static str, Inputs)> {
    RULES.iter().flat_map(|rule| cases(rule.docs).into_iter().map(|case| (rule.code.0, inputs(&case))))
}

fn analyzed(inputs: Inputs) -> Analysis {
    analyze(Arc::new(inputs), &Memo::forgetful())
}

/// The book with the edits of one fix, made as simply as it can be.
fn with_fix(inputs: &Inputs, found: &Diagnostic) -> Inputs {
    let mut inputs = inputs.clone();
    let mut edits = found.fix.as_ref().expect("it has a fix").edits.clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.location.span.start));
    for edit in edits {
        let source = inputs.sources.iter_mut().find(|source| source.path == edit.location.path);
        let source = source.expect("a fix edits a document");
        let mut text = source.text.to_string();
        text.replace_range(edit.location.span.range(), &edit.text);
        *source = SourceFile::new(source.path.clone(), text.into_bytes());
    }
    inputs
}

#[test]
fn a_fix_removes_its_finding() {
    let mut fixable = BTreeSet::new();
    for (_, inputs) in books() {
        let analysis = analyzed(inputs.clone());
        for finding in &analysis.findings {
            let found = &finding.diagnostic;
            if found.fix.is_none() {
                continue;
            }
            fixable.insert(found.code.0);
            let count = |analysis: &Analysis| {
                let same = analysis.findings.iter().map(|finding| &finding.diagnostic);
                same.filter(|other| other.code == found.code && other.message == found.message).count()
            };
            let after = analyzed(with_fix(&inputs, found));
            assert!(count(&after) < count(&analysis), "{found:#?}");
        }
    }
    for code in ["MCM003", "MCM005", "MCM006", "MCM009", "MCM010", "MCM015", "MCM018", "MCM021"] {
        assert!(fixable.contains(code), "no example of {code} has a fix: {fixable:?}");
    }
}

#[test]
fn fixing_twice_is_fixing_once() {
    for (code, inputs) in books() {
        for most in [Safety::Safe, Safety::Unsafe] {
            let once = mend(analyzed(inputs.clone()), most, &Memo::forgetful());
            assert!(once.is_settled, "{code}: the fixes of an example go on");
            let texts = |analysis: &Analysis| {
                let sources = analysis.facts.inputs.sources.iter();
                sources.map(|source| source.text.to_string()).collect::<Vec<_>>()
            };
            let first = texts(&once.analysis);
            let twice = mend(once.analysis, most, &Memo::forgetful());
            assert_eq!(twice.fixes, 0, "{code}");
            assert_eq!(texts(&twice.analysis), first, "{code}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Lines above the findings move them; they stay what they are, and each is one of its own.
    #[test]
    fn fingerprints_are_unique_and_outlive_moved_lines(lines in 1_usize..6, twice in any::<bool>(), pick in 0_usize..64) {
        let all: Vec<_> = books().collect();
        let (_, inputs) = &all[pick % all.len()];
        let mut moved = inputs.clone();
        for source in &mut moved.sources {
            // Behind the front matter, where a line of text moves what follows and changes no finding.
            let text = &*source.text;
            let Some(at) = text.strip_prefix("---\n").and_then(|rest| rest.find("\n---\n")) else { continue };
            let at = at + "---\n".len() + "\n---\n".len();
            let added = "\nA paragraph.\n".repeat(lines) + if twice { "\n" } else { "" };
            let text = format!("{}{added}{}", &text[..at], &text[at..]);
            *source = SourceFile::new(source.path.clone(), text.into_bytes());
        }
        let prints = |analysis: &Analysis| -> BTreeSet<_> {
            let prints = fingerprints(&analysis.facts, &analysis.findings);
            let unique: BTreeSet<_> = prints.iter().copied().collect();
            assert_eq!(unique.len(), prints.len(), "two findings share a fingerprint");
            unique
        };
        let said = |analysis: &Analysis| -> Vec<(&'static str, String)> {
            let found = analysis.findings.iter().map(|finding| &finding.diagnostic);
            let mut said: Vec<_> = found.map(|found| (found.code.0, found.message.clone())).collect();
            said.sort();
            said
        };
        let (before, after) = (analyzed(inputs.clone()), analyzed(moved));
        let (first, second) = (prints(&before), prints(&after));
        // A digest, or a message that names a line, makes other findings of the moved text.
        if said(&before) == said(&after) {
            prop_assert_eq!(first, second);
        }
    }
}
