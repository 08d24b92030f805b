//! MCM706.

use super::super::subject::{apart, log_of};
use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::facts::calendar;
use crate::inputs::document::log::{Entry, Event};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM706"),
    name: "silent-run",
    summary: "{n} without an update during execution; at most {m}",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("silent_run.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    let policy = &facts.inputs.policy;
    for change in scope.changes() {
        let runbook = change.runbook.map(|index| facts.book.document(index));
        let written = runbook.and_then(|runbook| view::duration(runbook, "update_every"));
        let longest = written.map_or(policy.notice.update_every, |(length, _)| length);
        for index in &change.documents {
            let record = facts.book.document(*index);
            if record.kind_name() != "execution" {
                continue;
            }
            let Some((path, log)) = log_of(facts, record) else { continue };
            let (Some(begin), Some(end)) = (log.begin(), log.end()) else { continue };
            let is_update = |entry: &&Entry| matches!(entry.event, Event::Notice { .. });
            let updates = log.entries.iter().filter(is_update);
            let mut last = begin.at;
            for entry in updates.chain(std::iter::once(end)) {
                let latest = calendar::after(last, longest, &policy.zone, policy);
                if entry.at > latest {
                    let (n, m) = (apart(last, entry.at), longest.to_short());
                    let message = format!("{n} without an update during execution; at most {m}");
                    let finding = rule.finding(message).at(path, entry.span);
                    let finding = match (runbook, written) {
                        (Some(runbook), Some((_, span))) => {
                            finding.related(runbook.path(), span, "the agreed interval")
                        }
                        _ => finding,
                    };
                    found.push(
                        finding
                            .help("say in the post-mortem why nobody was told, and what will be different"),
                    );
                }
                last = entry.at;
            }
        }
    }
}
