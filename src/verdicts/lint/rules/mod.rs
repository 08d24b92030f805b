//! The rules, one file each. The list is sorted by code.

use super::Rule;

mod missing_section;

/// Every rule, sorted by code.
pub static RULES: &[&Rule] = &[&missing_section::RULE];
