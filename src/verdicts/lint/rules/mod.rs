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
mod dangling_reference;
mod distant_collision;
mod duplicate_heading;
mod duplicate_id;
mod empty_scope;
mod empty_section;
mod hard_neighbour_collision;
mod incomplete_exception;
mod incomplete_model;
mod incomplete_service;
mod inside_freeze;
mod invalid_front_matter;
mod invalid_recurrence;
mod leaky_freeze;
mod long_window;
mod lossy_import;
mod missing_field;
mod missing_front_matter;
mod missing_section;
mod moved_by_zone_data;
mod no_freeze_before;
mod not_a_time;
mod one_sided_dependency;
mod outside_maintenance;
mod overlapping_windows;
mod person_needed_twice;
mod relaxed_window;
mod same_service_collision;
mod section_order;
mod similar_change_ignored;
mod stale_catalogue_entry;
mod stale_exception;
mod stray_file;
mod suspended_model;
mod unanswered_criterion;
mod unclean_text;
mod unclosed_fence;
mod unknown_field;
mod unknown_kind;
mod unknown_zone;
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
    &dangling_reference::RULE,
    &wrong_reference::RULE,
    &broken_link::RULE,
    &not_a_time::RULE,
    &duplicate_heading::RULE,
    &section_order::RULE,
    &unclean_text::RULE,
    &stray_file::RULE,
    &class_too_low::RULE,
    &class_raised::RULE,
    &unanswered_criterion::RULE,
    &similar_change_ignored::RULE,
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
