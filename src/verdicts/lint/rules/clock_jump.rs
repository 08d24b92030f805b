//! MCM425.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::document::log::Entry;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM425"),
    name: "clock-jump",
    summary: "times run backwards or the clock jumped at {event}",
    about: "execution",
    severity: Severity::Warning,
    stage: Stage::Closing,
    levels: Levels::EVERYWHERE,
    docs: include_str!("clock_jump.md"),
    check: Check::Change(check),
};

/// How far the two clocks of a log may drift apart between two lines, in milliseconds: time servers correct
/// a clock by less, slowly, and nobody sets one by hand for so little.
const DRIFT: i64 = 5_000;

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let facts = scope.facts;
    for execution in scope.executions() {
        let record = facts.book.document(execution.document);
        let times = (view::instant(record, "started"), view::instant(record, "ended"));
        if let (Some((started, _)), Some((ended, span))) = times
            && ended.timestamp < started.timestamp
        {
            let finding = rule.finding("times run backwards at `ended`").at(record.path(), span);
            found.push(finding.labelled("before `started`").help("correct the time that was mistyped"));
        }
        let Some(run) = execution.run() else { continue };
        for jump in run.jumps() {
            let finding = rule.finding("the clock jumped at `clock-jump`").at(run.path, jump.entry.span);
            found.push(
                finding
                    .labelled(format!("by {} ms", jump.what))
                    .help("tell in the post-mortem which of the later times are wrong, and by how much"),
            );
        }
        for pair in run.log.entries.windows(2) {
            let Some(message) = fault(&pair[0], &pair[1]) else { continue };
            let finding = rule.finding(message).at(run.path, pair[1].span);
            found.push(finding.help("tell in the post-mortem which clock was wrong, and by how much"));
        }
    }
}

/// What two lines that follow each other say against the course of time.
fn fault(before: &Entry, line: &Entry) -> Option<String> {
    let name = line.event.name();
    // The run saw it and said so; the jump itself is reported.
    if name == "clock-jump" {
        return None;
    }
    if line.at < before.at || line.mono < before.mono {
        return Some(format!("times run backwards at `{name}`"));
    }
    let wall = line.at.as_millisecond().saturating_sub(before.at.as_millisecond());
    let mono = i64::try_from(line.mono - before.mono).unwrap_or(i64::MAX);
    (wall.saturating_sub(mono).saturating_abs() > DRIFT).then(|| format!("the clock jumped at `{name}`"))
}
