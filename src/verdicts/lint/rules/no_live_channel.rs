//! MCM705.

use super::super::subject::key_place;
use super::super::{Check, Levels, Rule, Settings};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::value::Node;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM705"),
    name: "no-live-channel",
    summary: "no channel for live updates",
    about: "notice",
    severity: Severity::Error,
    stage: Stage::Approval,
    levels: Levels::FROM_STANDARD,
    docs: include_str!("no_live_channel.md"),
    check: Check::Document(check),
};

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    if document.kind_name() != "runbook" {
        return;
    }
    // A value of another type is MCM009.
    let is_other =
        document.field("channels").is_some_and(|value| !matches!(value.node, Node::List(_) | Node::Null));
    let mut channels = view::rows(document, "channels");
    if is_other || channels.any(|row| row.text("kind").is_some() && row.text("address").is_some()) {
        return;
    }
    let finding = rule.finding("no channel for live updates");
    let finding = finding.at(document.path(), key_place(document, "channels"));
    found.push(
        finding.help("add to `channels` where people follow the change: `kind`, `address` and `purpose`"),
    );
}
