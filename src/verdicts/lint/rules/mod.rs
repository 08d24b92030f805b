//! The rules, one file each. The list is sorted by code.

use super::Rule;
use crate::inputs::document::Document;
use crate::text::Diagnostic;

mod broken_link;
mod claimed_status;
mod copied_section;
mod dangling_reference;
mod duplicate_heading;
mod duplicate_id;
mod empty_section;
mod invalid_front_matter;
mod missing_field;
mod missing_front_matter;
mod missing_section;
mod not_a_time;
mod possible_secret;
mod section_order;
mod stray_file;
mod unclean_text;
mod unclosed_fence;
mod unknown_field;
mod unknown_kind;
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
