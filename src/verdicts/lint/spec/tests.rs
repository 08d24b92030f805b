//! Promises of fixes and fingerprints: fixes over the examples of all rule pages, fingerprints over documents
//! made by chance.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Case, cases, inputs};
use crate::analysis::{Analysis, analyze};
use crate::inputs::Inputs;
use crate::memo::Memo;
use crate::outputs::fixes::mend;
use crate::text::{BookPath, Diagnostic, Safety, SourceFile};
use crate::verdicts::lint::{Fingerprint, RULES, fingerprints};

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

fn texts(analysis: &Analysis) -> Vec<String> {
    analysis.facts.inputs.sources.iter().map(|source| source.text.to_string()).collect()
}

#[test]
fn a_fix_removes_its_finding_and_fixing_twice_is_fixing_once() {
    let mut fixable = BTreeSet::new();
    for case in RULES.iter().flat_map(|rule| cases(rule.docs)) {
        let inputs = inputs(&case);
        let analysis = analyzed(inputs.clone());
        let found = analysis.findings.iter().map(|finding| &*finding.diagnostic);
        let with_fixes: Vec<&Diagnostic> = found.filter(|found| found.fix.is_some()).collect();
        if with_fixes.is_empty() {
            continue;
        }
        for found in with_fixes {
            fixable.insert(found.code.0);
            let count = |analysis: &Analysis| {
                let same = analysis.findings.iter().map(|finding| &finding.diagnostic);
                same.filter(|other| other.code == found.code && other.message == found.message).count()
            };
            let after = analyzed(with_fix(&inputs, found));
            assert!(count(&after) < count(&analysis), "{found:#?}");
        }
        for most in [Safety::Safe, Safety::Unsafe] {
            let once = mend(analysis.clone(), most, None, &Memo::forgetful());
            assert!(once.is_settled, "the fixes of an example go on");
            let first = texts(&once.analysis);
            let twice = mend(once.analysis, most, None, &Memo::forgetful());
            assert_eq!((twice.fixes, texts(&twice.analysis)), (0, first));
        }
    }
    for code in ["MCM003", "MCM005", "MCM006", "MCM009", "MCM010", "MCM015", "MCM018", "MCM021"] {
        assert!(fixable.contains(code), "no example of {code} has a fix: {fixable:?}");
    }
}

/// Lines that are found, and some that are not.
const LINES: [&str; 5] = ["[x](gone.md)", "## Same", "[x](gone.md) and [y](away.md)", "A word.", "### Same"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// New lines between them move findings; they stay what they are, and each is one of its own.
    #[test]
    fn fingerprints_are_unique_and_outlive_moved_lines(
        picks in prop::collection::vec((0..LINES.len(), 0_usize..3, 0_usize..4), 1..20)
    ) {
        let path = BookPath::new("content/a.md").expect("a normal path");
        let empty = inputs(&Case { line: 0, files: Vec::new(), expected: String::new() });
        let prints = |text: String| -> BTreeSet<Fingerprint> {
            let sources = vec![SourceFile::new(path.clone(), text.into_bytes())];
            let analysis = analyzed(Inputs { sources, ..empty.clone() });
            let prints = fingerprints(&analysis.facts, &analysis.findings);
            let unique: BTreeSet<_> = prints.iter().copied().collect();
            assert_eq!(unique.len(), prints.len(), "two findings share a fingerprint");
            unique
        };
        let text = |moved: bool| {
            let line = |&(pick, paragraphs, spaces): &(usize, usize, usize)| match moved {
                true => format!("{}{}{}\n\n", "New text.\n\n".repeat(paragraphs), " ".repeat(spaces), LINES[pick]),
                false => format!("{}\n\n", LINES[pick]),
            };
            "# A\n\n".to_owned() + &picks.iter().map(line).collect::<String>()
        };
        prop_assert_eq!(prints(text(false)), prints(text(true)));
    }
}
