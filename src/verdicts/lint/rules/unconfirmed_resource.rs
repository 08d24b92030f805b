//! MCM405.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM405"),
    name: "unconfirmed-resource",
    summary: "availability of `{resource}` was not confirmed",
    about: "execution",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::ADVISED_IN_STANDARD,
    docs: include_str!("unconfirmed_resource.md"),
    check: Check::Change(check),
};

/// What every run needs, and the words by which a resource or an item of the checklist is told to speak of it.
const ALWAYS: [(&str, &[&str]); 2] =
    [("on-call", &["on-call", "on call", "oncall"]), ("tools", &["tool", "bastion", "console"])];

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    for (_, record, run) in scope.runs().filter(|(execution, _, _)| execution.has_begun()) {
        let start = run.preflight_end();
        let unconfirmed = |name: &str| rule.finding(format!("availability of `{name}` was not confirmed"));
        let resources: Vec<_> = run.resources().into_iter().filter(|said| said.seq < start).collect();
        let last: BTreeMap<&str, _> = resources.iter().map(|said| (said.what.0, said)).collect();
        let missing: Vec<&str> = last.values().filter(|said| !said.what.1).map(|said| said.what.0).collect();
        for said in last.values().filter(|said| !said.what.1) {
            let finding = unconfirmed(said.what.0).at(run.path, said.entry.span);
            found.push(finding.help("confirm it before the first step, or hold the start until it is there"));
        }
        let answered = run.checks().into_iter().filter(|said| said.seq < start).map(|said| said.what.0);
        let told: Vec<String> =
            resources.iter().map(|said| said.what.0).chain(answered).map(str::to_lowercase).collect();
        for (name, words) in ALWAYS {
            let speaks = |text: &str| words.iter().any(|word| text.contains(word));
            if told.iter().any(|text| speaks(text)) || missing.iter().any(|text| speaks(text)) {
                continue;
            }
            let finding = unconfirmed(name).at(record.path(), view::place_of_section(record, "Preflight"));
            found.push(finding.help("the log has a `resource` line, or a `check` line that speaks of it"));
        }
    }
}
