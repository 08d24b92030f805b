//! What the manual says of rules and states is made from them.

use mcmbook::outputs::reference::{lifecycle, rules_table};

use crate::support::generated;

#[test]
fn the_manual_lists_every_rule_and_where_it_is_judged() {
    generated("content/manual/rules.md", "## All rules\n", "", &rules_table());
}

#[test]
fn the_manual_lists_every_state_and_every_way() {
    generated("content/manual/lifecycle.md", "## States\n", "", &lifecycle());
}
