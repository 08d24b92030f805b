//! The rules, one file each. The list is sorted by code.

use super::Rule;
use super::subject::{follows_model, key_place};
use crate::facts::book::view;
use crate::inputs::document::Document;
use crate::inputs::value::Node;
use crate::text::Diagnostic;

mod broken_link;
mod claimed_status;
mod dangling_reference;
mod denied_downtime;
mod duplicate_heading;
mod duplicate_id;
mod empty_section;
mod forgotten_neighbour;
mod handover;
mod incomplete_risk;
mod invalid_front_matter;
mod late_customer_notice;
mod late_planning;
mod missing_field;
mod missing_front_matter;
mod missing_section;
mod no_backup;
mod no_completion_notice;
mod no_contingency;
mod no_customer_notice;
mod no_incident;
mod no_justification;
mod no_live_channel;
mod no_out_of_scope;
mod no_reminder;
mod no_risks;
mod no_rollback;
mod no_runbook;
mod no_security_impact;
mod no_service;
mod no_slot;
mod no_way_back;
mod not_a_time;
mod not_told;
mod open_lessons;
mod other_times;
mod outside_model;
mod outside_window;
mod runbook_not_sent;
mod same_attempt;
mod section_order;
mod short_notice;
mod silent_run;
mod stray_file;
mod unacknowledged;
mod unannounced_turn;
mod unclean_text;
mod unclear_notice;
mod unclosed_fence;
mod undecided;
mod unknown_dependency;
mod unknown_field;
mod unknown_kind;
mod unknown_service;
mod unmanaged_risk;
mod unmapped_downstream;
mod unmapped_upstream;
mod unmeasured_success;
mod unreached_audience;
mod vague_description;
mod weak_justification;
mod wrong_id;
mod wrong_reference;
mod wrong_value;

/// Every rule, sorted by code.
pub static RULES: &[&Rule] = &[
    &missing_front_matter::RULE,
    &invalid_front_matter::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &wrong_id::RULE,
    &claimed_status::RULE,
    &duplicate_id::RULE,
    &missing_field::RULE,
    &wrong_value::RULE,
    &missing_section::RULE,
    &unclosed_fence::RULE,
    &empty_section::RULE,
    &dangling_reference::RULE,
    &wrong_reference::RULE,
    &broken_link::RULE,
    &not_a_time::RULE,
    &duplicate_heading::RULE,
    &section_order::RULE,
    &unclean_text::RULE,
    &stray_file::RULE,
    &vague_description::RULE,
    &no_service::RULE,
    &unknown_service::RULE,
    &no_out_of_scope::RULE,
    &no_justification::RULE,
    &weak_justification::RULE,
    &no_risks::RULE,
    &incomplete_risk::RULE,
    &unmanaged_risk::RULE,
    &unmapped_upstream::RULE,
    &unmapped_downstream::RULE,
    &forgotten_neighbour::RULE,
    &unknown_dependency::RULE,
    &open_lessons::RULE,
    &no_rollback::RULE,
    &no_way_back::RULE,
    &no_contingency::RULE,
    &no_slot::RULE,
    &outside_window::RULE,
    &short_notice::RULE,
    &late_planning::RULE,
    &no_security_impact::RULE,
    &denied_downtime::RULE,
    &no_runbook::RULE,
    &unmeasured_success::RULE,
    &no_backup::RULE,
    &handover::RULE,
    &no_incident::RULE,
    &outside_model::RULE,
    &same_attempt::RULE,
    &undecided::RULE,
    &not_told::RULE,
    &unreached_audience::RULE,
    &no_customer_notice::RULE,
    &late_customer_notice::RULE,
    &no_live_channel::RULE,
    &silent_run::RULE,
    &no_completion_notice::RULE,
    &no_reminder::RULE,
    &unclear_notice::RULE,
    &other_times::RULE,
    &unacknowledged::RULE,
    &unannounced_turn::RULE,
    &runbook_not_sent::RULE,
];

/// The faults that the parser left for a rule.
fn faults_of(rule: &Rule, document: &Document, found: &mut Vec<Diagnostic>) {
    for fault in document.faults.iter().filter(|fault| fault.code == rule.code) {
        let mut finding = rule.finding(&fault.message).at(document.path(), fault.span);
        finding.label.clone_from(&fault.label);
        finding.help.clone_from(&fault.help);
        for (span, message) in &fault.related {
            finding = finding.related(document.path(), *span, message);
        }
        found.push(finding);
    }
}

/// MCM113 and MCM114: one direction of a request's dependencies holds rows, or says why there are none.
fn unmapped(rule: &Rule, document: &Document, direction: &str, found: &mut Vec<Diagnostic>) {
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
