//! Hostile runbooks and rehearsals: no rule panics, and every place it names lies in its file.

use std::sync::Arc;

use proptest::prelude::*;

use crate::analysis::analyze;
use crate::inputs::config::Config;
use crate::inputs::history::History;
use crate::inputs::profile::Profile;
use crate::inputs::{Inputs, policy};
use crate::memo::Memo;
use crate::text::{BookPath, SourceFile};

const FOLDER: &str = "content/changes/2026/MCM-2026-0007";

fn judge(files: &[(&str, String)]) -> usize {
    let path = |name: &str| BookPath::new(&format!("{FOLDER}/{name}")).expect("a normal path");
    let mut sources: Vec<SourceFile> =
        files.iter().map(|(name, text)| SourceFile::new(path(name), text.clone().into_bytes())).collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    let book_toml = SourceFile::new(BookPath::new("book.toml").expect("a file name"), Vec::new());
    let inputs = Inputs {
        config: Arc::new(Config::parse(&book_toml).config),
        policy: Arc::new(policy::parse(&[], Some(Profile::Regulated)).policy),
        as_of: jiff::Timestamp::UNIX_EPOCH,
        sources,
        attachments: Vec::new(),
        history: Arc::new(History::unknown("a test")),
        faults: Vec::new(),
    };
    let analysis = analyze(Arc::new(inputs), &Memo::forgetful());
    for finding in &analysis.findings {
        let diagnostic = &finding.diagnostic;
        let places = diagnostic.related.iter().map(|label| &label.location);
        for location in places.chain(&diagnostic.location) {
            let document = analysis.facts.book.at_path(&location.path).expect("a file of the book");
            let text = &analysis.facts.book.document(document).source.text;
            assert!(text.get(location.span.range()).is_some(), "{diagnostic:?}");
        }
    }
    analysis.findings.len()
}

/// Pieces of runbooks, whole and broken.
fn body() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("## Execution".to_owned()),
        Just("## Rollback".to_owned()),
        Just("Verification\n---".to_owned()),
        Just("## Points of Failure and Contingency".to_owned()),
        Just("## Communication Plan".to_owned()),
        Just("## Pre-Execution Checklist".to_owned()),
        Just("## Steps and Times".to_owned()),
        Just("## Findings".to_owned()),
        Just("| F1: é | Détection | By |\n|---|:-:|\n| \u{202e}F2 | | | 💥 |\n||".to_owned()),
        Just(
            "| Step | Measured | State |\n|---|---|---|\n| Step 1 | 9999999999999999999 h | öpen |"
                .to_owned()
        ),
        Just("- [ ] Bäckup\r\n\t- [x] notice 🎉".to_owned()),
        Just("```sql\nDROP   TABLE x; é rm -rf".to_owned()),
        Just("```".to_owned()),
        "### (Step |Checkpoint C|Go/No-Go G|Rollback R|Verify V)[1-4]: [a-zé💥]{0,4}",
        "- (Owner|Decider|After|Undo|Estimate|Validate|Point of no return|On no): ?(@ana|é|Step [1-5]|R[1-3], C1|none|5m|99999999999999999999h|9999999d|yes|\\?)?",
        "[ -~é💥\u{202e}\t]{0,12}",
    ];
    let end = prop_oneof![4 => Just("\n"), 2 => Just("\n\n"), 1 => Just("\r\n")];
    prop::collection::vec((piece, end), 0..24)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, end)| piece + end).collect())
}

/// Front matter keys, whole and broken.
fn head() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("roles: {operator: {who: é}, health_watcher: {who: é}, lead: 5}\n"),
        Just("roles: [ana]\n"),
        Just("margin: 99999999d\n"),
        Just("monitors: [{id: m}, 5, {id: ''}]\n"),
        Just("triggers: [{id: t, monitor: ṁ}]\n"),
        Just("differences: none\n"),
        Just("rollback_actual: 999999999h\n"),
        Just("scenarios: [{failure: é}]\n"),
        Just("alerts: [{monitor: m}]\n"),
        Just("people: [5, ana]\n"),
        Just("log: {file: ../../x, sha256: é}\n"),
        Just("mode: tabletop\n"),
        Just("watch_period: 0m\n"),
    ];
    prop::collection::btree_set(line, 0..6).prop_map(|lines| lines.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn no_rule_panics_or_points_outside((head, body, other) in (head(), body(), body())) {
        let runbook = format!("---\nfor: MCM-2026-0007\n{head}---\n{body}");
        let hash = crate::text::ContentHash::of(runbook.as_bytes());
        let rehearsal = format!("---\nresult: passed\nrunbook_digest: {hash}\n{head}---\n{other}");
        let request = "---\nclass: major\nrollback: {estimate: 9999999d}\nslot:\n  start: 2026-06-28T02:00:00Z\n  \
                       end: 2026-06-28T02:00:01Z\n---\n";
        judge(&[("request.md", request.to_owned()), ("runbook.md", runbook), ("rehearsal-1.md", rehearsal)]);
    }
}

#[test]
fn ten_thousand_steps_are_judged_in_a_moment() {
    let steps: String = (1..9_999)
        .map(|n| {
            format!("### Step {n}: s\n- Owner: @p{}\n- Estimate: 1m\n- Undo: R1\n- After: none\n\n", n % 7)
        })
        .collect();
    let text =
        format!("---\nfor: MCM-2026-0007\n---\n\n## Execution\n\n{steps}## Rollback\n\n### Rollback R1: r\n");
    assert!(judge(&[("runbook.md", text)]) > 9_000, "all but the first of each person are double-booked");
}
