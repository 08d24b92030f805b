//! What the manual says of the rules is made from the rules.

use mcmbook::outputs::reference::rules_table;

use crate::support::generated;

#[test]
fn the_manual_lists_every_rule_and_where_it_is_judged() {
    generated("content/manual/rules.md", "## All rules\n", "", &rules_table());
}
