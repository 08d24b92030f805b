//! The rules, one file each. The list is sorted by code.

use super::Rule;

/// Every rule, sorted by code.
pub static RULES: &[&Rule] = &[];
