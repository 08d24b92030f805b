//! The rules, one file each. The list is sorted by code.

use super::Rule;
use crate::facts::Facts;
use crate::inputs::document::Document;
use crate::text::Diagnostic;

mod bare_restriction;
mod boundary_in_clock_change;
mod broken_link;
mod calendar_ends;
mod claimed_status;
mod class_raised;
mod class_too_low;
mod copied_section;
mod dangling_reference;
mod denied_downtime;
mod distant_collision;
mod duplicate_heading;
mod duplicate_id;
mod empty_scope;
mod empty_section;
mod forgotten_neighbour;
mod handover;
mod hard_neighbour_collision;
mod incomplete_exception;
mod incomplete_model;
mod incomplete_risk;
mod incomplete_service;
mod inside_freeze;
mod invalid_front_matter;
mod invalid_recurrence;
mod late_customer_notice;
mod late_planning;
mod leaky_freeze;
mod long_window;
mod lossy_import;
mod missing_field;
mod missing_front_matter;
mod missing_section;
mod moved_by_zone_data;
mod no_backup;
mod no_completion_notice;
mod no_contingency;
mod no_customer_notice;
mod no_freeze_before;
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
mod one_sided_dependency;
mod open_lessons;
mod other_times;
mod outside_maintenance;
mod outside_model;
mod outside_window;
mod overlapping_windows;
mod person_needed_twice;
mod possible_secret;
mod relaxed_window;
mod runbook_not_sent;
mod same_attempt;
mod same_service_collision;
mod section_order;
mod short_notice;
mod silent_run;
mod similar_change_ignored;
mod stale_catalogue_entry;
mod stale_exception;
mod stray_file;
mod suspended_model;
mod unacknowledged;
mod unannounced_turn;
mod unanswered_criterion;
mod unclean_text;
mod unclear_notice;
mod unclosed_fence;
mod undecided;
mod unknown_dependency;
mod unknown_field;
mod unknown_kind;
mod unknown_service;
mod unknown_zone;
mod unmanaged_risk;
mod unmapped_downstream;
mod unmapped_upstream;
mod unmeasured_success;
mod unreached_audience;
mod vague_description;
mod weak_justification;
mod window_added_later;
mod window_reversed;
mod window_without_reason;
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
    &possible_secret::RULE,
    &copied_section::RULE,
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
    &class_too_low::RULE,
    &class_raised::RULE,
    &unanswered_criterion::RULE,
    &unmapped_upstream::RULE,
    &unmapped_downstream::RULE,
    &forgotten_neighbour::RULE,
    &unknown_dependency::RULE,
    &similar_change_ignored::RULE,
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
    &window_reversed::RULE,
    &unknown_zone::RULE,
    &boundary_in_clock_change::RULE,
    &invalid_recurrence::RULE,
    &long_window::RULE,
    &empty_scope::RULE,
    &window_without_reason::RULE,
    &bare_restriction::RULE,
    &no_freeze_before::RULE,
    &overlapping_windows::RULE,
    &same_service_collision::RULE,
    &distant_collision::RULE,
    &person_needed_twice::RULE,
    &outside_maintenance::RULE,
    &inside_freeze::RULE,
    &incomplete_exception::RULE,
    &stale_exception::RULE,
    &relaxed_window::RULE,
    &lossy_import::RULE,
    &moved_by_zone_data::RULE,
    &window_added_later::RULE,
    &calendar_ends::RULE,
    &leaky_freeze::RULE,
    &hard_neighbour_collision::RULE,
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
    &incomplete_service::RULE,
    &one_sided_dependency::RULE,
    &stale_catalogue_entry::RULE,
    &suspended_model::RULE,
    &incomplete_model::RULE,
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

/// What the calendar could not read, or only by a convention, and left for a rule.
fn window_faults(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    for fault in facts.schedule.faults.iter().filter(|fault| fault.rule == rule.code.0) {
        let document = facts.book.document(fault.document);
        let finding = rule.finding(&fault.message).at(document.path(), fault.span);
        found.push(finding.help(&fault.help));
    }
}
