//! The rules, one file each. The list is sorted by code.

use super::Rule;
use crate::facts::Facts;
use crate::inputs::document::Document;
use crate::text::{Diagnostic, Stage};

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
mod copied_section;
mod dangling_reference;
mod denied_downtime;
mod distant_collision;
mod double_booked;
mod duplicate_heading;
mod duplicate_id;
mod early_removal;
mod edited_closed_record;
mod empty_scope;
pub(super) mod empty_section;
mod expiring_quorum;
mod failed_verification;
mod forgotten_neighbour;
mod handover;
mod hard_neighbour_collision;
mod html_comment;
mod hurried_approvals;
mod implausible_time;
mod incomplete_action;
mod incomplete_exception;
mod incomplete_model;
mod incomplete_record_set;
mod incomplete_risk;
mod incomplete_service;
mod incomplete_timeline;
pub(super) mod incomplete_waiver;
mod inside_freeze;
mod invalid_front_matter;
mod invalid_key;
mod invalid_recurrence;
mod irreversible_step;
mod late_approval;
mod late_customer_notice;
mod late_decision;
mod late_emergency_record;
mod late_planning;
mod leaky_freeze;
mod long_window;
mod look_alike_name;
mod lossy_import;
mod lost_records;
mod machine_signature;
mod misleading_link;
mod missing_approval;
mod missing_chapter;
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
mod no_backup;
mod no_checkpoint;
mod no_completion_notice;
mod no_contingency;
mod no_customer_notice;
mod no_decision;
mod no_decision_before_return;
mod no_freeze_before;
mod no_full_rehearsal;
mod no_incident;
mod no_justification;
mod no_live_channel;
mod no_monitor;
mod no_out_of_scope;
mod no_point_of_failure;
mod no_rehearsal;
mod no_reminder;
mod no_risks;
mod no_rollback;
mod no_rollback_steps;
mod no_runbook;
mod no_security_impact;
mod no_service;
mod no_slot;
mod no_steps;
mod no_trigger;
mod no_watch_period;
mod no_way_back;
mod not_a_time;
mod not_told;
mod old_rehearsal;
mod one_person_twice;
mod one_sided_dependency;
mod open_finding;
mod open_lessons;
mod other_operators;
mod other_runbook;
mod other_times;
mod outside_maintenance;
mod outside_model;
mod outside_slot;
mod outside_window;
mod overdue_action;
mod overdue_decision;
mod overlapping_windows;
mod overrun;
mod owner_without_role;
mod pending_amendment;
mod person_needed_twice;
mod plan_too_long;
mod possible_secret;
mod raised_class;
mod relaxed_window;
mod reused_approvals;
mod rewritten_history;
mod risk_band_gap;
mod risky_step;
mod role_not_held;
mod role_without_backup;
mod rollback_over_budget;
mod runbook_not_sent;
mod same_attempt;
mod same_service_collision;
mod section_order;
mod self_approval;
mod short_notice;
mod silent_run;
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
mod unacknowledged;
mod unacknowledged_guide;
mod unannounced_turn;
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
mod unclear_notice;
mod unclear_point_of_failure;
mod unclear_rollback_step;
mod unclear_trigger;
mod unclosed_fence;
mod uncompared_times;
mod unconfirmed_checkpoint;
mod unconfirmed_resource;
mod undecided;
mod unexplained_deviation;
mod unfilled_role;
mod unfinished_watch;
mod unknown_dependency;
mod unknown_editor;
mod unknown_field;
mod unknown_kind;
mod unknown_person;
mod unknown_service;
mod unknown_zone;
mod unmanaged_risk;
mod unmapped_downstream;
mod unmapped_upstream;
mod unmeasured_step;
mod unmeasured_success;
mod unproved_monitor;
mod unratified_emergency;
mod unreached_audience;
mod unrecorded_deployment;
mod unrecorded_rollback;
mod unrecorded_step;
mod unrehearsed_rollback;
mod unsigned_runbook;
mod unsimulated_failure;
mod unstated_differences;
mod untrusted_log;
mod unusable_key;
mod unverified_service;
mod vague_description;
mod watching_operator;
mod weak_justification;
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
    &look_alike_name::RULE,
    &html_comment::RULE,
    &misleading_link::RULE,
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
    &unknown_person::RULE,
    &unmeasured_success::RULE,
    &no_backup::RULE,
    &handover::RULE,
    &no_incident::RULE,
    &outside_model::RULE,
    &same_attempt::RULE,
    &undecided::RULE,
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
    &pending_amendment::RULE,
    &unratified_emergency::RULE,
    &single_authorisation::RULE,
    &late_approval::RULE,
    &hurried_approvals::RULE,
    &missing_outsider::RULE,
    &missing_delegation::RULE,
    &raised_class::RULE,
    &unknown_editor::RULE,
    &expiring_quorum::RULE,
    &lost_records::RULE,
    &wrong_cover::RULE,
    &incomplete_service::RULE,
    &one_sided_dependency::RULE,
    &stale_catalogue_entry::RULE,
    &unusable_key::RULE,
    &unfilled_role::RULE,
    &risk_band_gap::RULE,
    &missing_chapter::RULE,
    &unacknowledged_guide::RULE,
    &incomplete_waiver::RULE,
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
        let mut finding = rule.finding(&fault.message).at(document.path(), fault.span);
        // At the head stands what is not written yet: a draft need not have it.
        if fault.span == document.head_span() {
            finding.stage = Stage::Submission;
        }
        found.push(finding.help(&fault.help));
    }
}
