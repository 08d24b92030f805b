//! MCM506.

use super::super::{Check, Levels, Rule, Scope};
use crate::facts::book::view;
use crate::inputs::value::{Node, Value};
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM506"),
    name: "missing-follow-up",
    summary: "no change to guide, rule or runbook follows, and no reason why none is needed",
    about: "post-mortem",
    severity: Severity::Error,
    stage: Stage::Closing,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("missing_follow_up.md"),
    check: Check::Change(check),
};

fn check(rule: &Rule, scope: &Scope<'_>, found: &mut Vec<Diagnostic>) {
    let message = "no change to guide, rule or runbook follows, and no reason why none is needed";
    for (_, review) in scope.of_kind("post-mortem") {
        let feeds = review.field("feeds");
        let items = feeds.map_or(&[][..], Value::items);
        let help = "name under `feeds` what is changed, or `none: true` with a `reason`";
        if items.is_empty() {
            // A value of another form is reported as such.
            if feeds.is_none_or(|feeds| matches!(feeds.node, Node::List(_))) {
                let span = feeds
                    .map_or_else(|| view::place_of_section(review, "Process Feedback"), |feeds| feeds.span);
                found.push(rule.finding(message).at(review.path(), span).help(help));
            }
            continue;
        }
        if items.iter().any(is_change) {
            continue;
        }
        if let Some(item) = items.iter().find(|item| is_bare_none(item)) {
            let finding = rule.finding(message).at(review.path(), item.span);
            found.push(finding.labelled("without a reason").help(help));
        }
    }
}

/// Whether an item names something that is changed.
fn is_change(item: &Value) -> bool {
    let targets = ["guide", "rule", "runbook"];
    match (&item.node, item.as_table()) {
        (Node::String(text), _) => targets.contains(&text.as_str()),
        (_, Some(table)) => {
            let target = table.get("target").and_then(Value::as_str);
            target.is_some_and(|target| targets.contains(&target))
                || targets.iter().any(|key| table.get(key).is_some())
        }
        _ => false,
    }
}

/// Whether an item says that nothing is changed, and not why.
fn is_bare_none(item: &Value) -> bool {
    let Some(table) = item.as_table() else { return item.as_str() == Some("none") };
    let has_text =
        |key: &str| table.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
    !has_text("reason") && !has_text("none")
}
