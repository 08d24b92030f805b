//! The rules, one file each. The list is sorted by code.

use super::Rule;
use crate::facts::Facts;
use crate::inputs::document::Document;
use crate::text::Diagnostic;

mod approval_after_execution;
mod approval_without_meaning;
mod approver_operated;
mod bad_signature;
mod bare_restriction;
mod blamed_person;
mod boundary_in_clock_change;
mod broken_link;
mod broken_log;
mod broken_order;
mod calendar_ends;
mod changed_since_rehearsal;
mod claimed_status;
mod class_raised;
mod class_too_low;
mod clock_jump;
mod contradicted_outcome;
mod dangling_reference;
mod distant_collision;
mod double_booked;
mod duplicate_heading;
mod duplicate_id;
mod early_removal;
mod edited_closed_record;
mod empty_scope;
mod empty_section;
mod failed_verification;
mod hard_neighbour_collision;
mod hurried_approvals;
mod implausible_time;
mod incomplete_action;
mod incomplete_exception;
mod incomplete_model;
mod incomplete_record_set;
mod incomplete_service;
mod incomplete_timeline;
mod inside_freeze;
mod invalid_front_matter;
mod invalid_key;
mod invalid_recurrence;
mod irreversible_step;
mod late_approval;
mod late_decision;
mod late_emergency_record;
mod leaky_freeze;
mod long_window;
mod lossy_import;
mod lost_records;
mod machine_signature;
mod missing_approval;
mod missing_decision;
mod missing_delegation;
mod missing_evidence;
mod missing_factors;
mod missing_field;
mod missing_follow_up;
mod missing_front_matter;
mod missing_lessons;
mod missing_number;
mod missing_outsider;
mod missing_post_mortem;
mod missing_readiness_review;
mod missing_reviewer;
mod missing_section;
mod missing_witness;
mod moved_by_zone_data;
mod no_checkpoint;
mod no_decision;
mod no_decision_before_return;
mod no_freeze_before;
mod no_full_rehearsal;
mod no_monitor;
mod no_point_of_failure;
mod no_rehearsal;
mod no_rollback_steps;
mod no_steps;
mod no_trigger;
mod no_watch_period;
mod not_a_time;
mod old_rehearsal;
mod one_person_twice;
mod one_sided_dependency;
mod open_finding;
mod other_operators;
mod other_runbook;
mod outside_maintenance;
mod outside_slot;
mod overdue_action;
mod overdue_decision;
mod overlapping_windows;
mod overrun;
mod owner_without_role;
mod person_needed_twice;
mod plan_too_long;
mod raised_class;
mod relaxed_window;
mod reused_approvals;
mod rewritten_history;
mod risky_step;
mod role_not_held;
mod role_without_backup;
mod rollback_over_budget;
mod same_service_collision;
mod section_order;
mod self_approval;
mod similar_change_ignored;
mod single_authorisation;
mod slow_rollback;
mod stale_approval;
mod stale_catalogue_entry;
mod stale_exception;
mod standing_rejection;
mod step_without_estimate;
mod step_without_owner;
mod step_without_validation;
mod stray_file;
mod suspended_model;
mod unanswered_checklist;
mod unanswered_criterion;
mod unanswered_trigger;
mod unapproved_start;
mod unassigned_role;
mod unauthorised_decision;
mod unchecked_item;
mod unchecked_service;
mod unclean_text;
mod unclear_communication;
mod unclear_decision;
mod unclear_monitor;
mod unclear_point_of_failure;
mod unclear_rollback_step;
mod unclear_trigger;
mod unclosed_fence;
mod uncompared_times;
mod unconfirmed_checkpoint;
mod unconfirmed_resource;
mod unexplained_deviation;
mod unfinished_watch;
mod unknown_editor;
mod unknown_field;
mod unknown_kind;
mod unknown_zone;
mod unmeasured_step;
mod unproved_monitor;
mod unratified_emergency;
mod unrecorded_deployment;
mod unrecorded_rollback;
mod unrecorded_step;
mod unrehearsed_rollback;
mod unsigned_runbook;
mod unsimulated_failure;
mod unstated_differences;
mod untrusted_log;
mod unverified_service;
mod watching_operator;
mod window_added_later;
mod window_reversed;
mod window_without_reason;
mod wrong_attachment_digest;
mod wrong_conditions;
mod wrong_cover;
mod wrong_estimate;
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
    &no_steps::RULE,
    &step_without_owner::RULE,
    &step_without_estimate::RULE,
    &step_without_validation::RULE,
    &owner_without_role::RULE,
    &no_decision::RULE,
    &unclear_decision::RULE,
    &no_decision_before_return::RULE,
    &plan_too_long::RULE,
    &late_decision::RULE,
    &no_rollback_steps::RULE,
    &unclear_rollback_step::RULE,
    &no_trigger::RULE,
    &unclear_trigger::RULE,
    &irreversible_step::RULE,
    &unassigned_role::RULE,
    &role_without_backup::RULE,
    &watching_operator::RULE,
    &double_booked::RULE,
    &no_monitor::RULE,
    &unclear_monitor::RULE,
    &unclear_communication::RULE,
    &unchecked_item::RULE,
    &unverified_service::RULE,
    &no_watch_period::RULE,
    &no_point_of_failure::RULE,
    &unclear_point_of_failure::RULE,
    &no_checkpoint::RULE,
    &risky_step::RULE,
    &broken_order::RULE,
    &wrong_estimate::RULE,
    &changed_since_rehearsal::RULE,
    &unsigned_runbook::RULE,
    &rollback_over_budget::RULE,
    &no_rehearsal::RULE,
    &unstated_differences::RULE,
    &unrehearsed_rollback::RULE,
    &slow_rollback::RULE,
    &old_rehearsal::RULE,
    &unsimulated_failure::RULE,
    &unproved_monitor::RULE,
    &open_finding::RULE,
    &wrong_conditions::RULE,
    &other_operators::RULE,
    &unmeasured_step::RULE,
    &untrusted_log::RULE,
    &no_full_rehearsal::RULE,
    &unapproved_start::RULE,
    &outside_slot::RULE,
    &other_runbook::RULE,
    &unanswered_checklist::RULE,
    &unconfirmed_resource::RULE,
    &missing_readiness_review::RULE,
    &missing_decision::RULE,
    &overdue_decision::RULE,
    &unauthorised_decision::RULE,
    &unrecorded_step::RULE,
    &unexplained_deviation::RULE,
    &unconfirmed_checkpoint::RULE,
    &unanswered_trigger::RULE,
    &unrecorded_rollback::RULE,
    &reused_approvals::RULE,
    &failed_verification::RULE,
    &unchecked_service::RULE,
    &unfinished_watch::RULE,
    &broken_log::RULE,
    &approver_operated::RULE,
    &missing_witness::RULE,
    &overrun::RULE,
    &contradicted_outcome::RULE,
    &late_emergency_record::RULE,
    &clock_jump::RULE,
    &missing_post_mortem::RULE,
    &incomplete_timeline::RULE,
    &missing_lessons::RULE,
    &incomplete_action::RULE,
    &overdue_action::RULE,
    &missing_follow_up::RULE,
    &missing_factors::RULE,
    &missing_reviewer::RULE,
    &blamed_person::RULE,
    &uncompared_times::RULE,
    &missing_evidence::RULE,
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
    &missing_approval::RULE,
    &role_not_held::RULE,
    &self_approval::RULE,
    &bad_signature::RULE,
    &invalid_key::RULE,
    &stale_approval::RULE,
    &one_person_twice::RULE,
    &approval_after_execution::RULE,
    &implausible_time::RULE,
    &machine_signature::RULE,
    &approval_without_meaning::RULE,
    &standing_rejection::RULE,
    &rewritten_history::RULE,
    &unratified_emergency::RULE,
    &single_authorisation::RULE,
    &late_approval::RULE,
    &hurried_approvals::RULE,
    &missing_outsider::RULE,
    &missing_delegation::RULE,
    &raised_class::RULE,
    &unknown_editor::RULE,
    &lost_records::RULE,
    &wrong_cover::RULE,
    &incomplete_service::RULE,
    &one_sided_dependency::RULE,
    &stale_catalogue_entry::RULE,
    &edited_closed_record::RULE,
    &incomplete_record_set::RULE,
    &missing_number::RULE,
    &wrong_attachment_digest::RULE,
    &early_removal::RULE,
    &suspended_model::RULE,
    &incomplete_model::RULE,
    &unrecorded_deployment::RULE,
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
