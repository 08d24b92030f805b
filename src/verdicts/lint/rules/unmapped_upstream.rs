//! MCM113.

use super::super::subject::{follows_model, key_place};
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::value::Node;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM113"),
    name: "unmapped-upstream",
    summary: "upstream dependencies are not mapped (list them or write `none` with a reason)",
    about: "request",
    severity: Severity::Error,
    stage: Stage::Submission,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("unmapped_upstream.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    unmapped(rule, document, "upstream", found);
}

/// MCM113 and MCM114: one direction of a request's dependencies holds rows, or says why there are none.
pub(super) fn unmapped(rule: &Rule, document: &Document, direction: &str, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "request" || follows_model(document) {
        return;
    }
    let path = format!("dependencies.{direction}");
    let list = document.field(&path);
    // A value of another type is MCM009.
    let is_list = list.is_none_or(|list| matches!(list.node, Node::List(_) | Node::Null));
    let is_table = document.field("dependencies").is_none_or(|value| value.as_table().is_some());
    if !is_list || !is_table {
        return;
    }
    let message =
        format!("{direction} dependencies are not mapped (list them or write `none` with a reason)");
    let finding = |at| rule.finding(&message).at(document.path(), at);
    if list.is_none_or(|list| list.items().is_empty()) {
        let help = format!("add a row to `{path}` for each neighbour: `service`, `effect` and `told`");
        found.push(finding(key_place(document, &path)).help(help));
    }
    for row in view::rows(document, &path) {
        let is_none = row.table.get("none").is_some_and(|none| none.as_bool() != Some(false));
        if is_none && row.text("reason").is_none() {
            found.push(
                finding(row.place()).labelled("without a reason").help("add `reason`: why there is none"),
            );
        }
    }
}
