//! The whole page of a rule: what its file says, and how to waive it, which is said here for all of them.

use super::waivers::may_stand_in_book_toml;
use super::{Check, Rule};
use crate::inputs::profile::Profile;

impl Rule {
    /// The page as Markdown, with its title.
    pub fn page(&self) -> String {
        format!("{}\n## How to waive\n\n{}", self.docs, how_to_waive(self))
    }
}

fn how_to_waive(rule: &Rule) -> String {
    if matches!(rule.check, Check::Later(_)) {
        return "This version does not judge the rule: there is nothing to waive.\n".to_owned();
    }
    format!(
        "A finding that may stand for a time is answered for by somebody until a day, in `policy/policy.toml`:\n\n\
         ```toml policy/policy.toml\n{}```\n\n\
         `where` is a file or folder, the id of a document or a change, a kind of documents, or `\"*\"` for the \
         whole book. {} A waived finding is still told, with who answers for it, and does not make `check` fail.{}\n",
        waiver(rule),
        in_book_toml(rule),
        if rule.about == "approval" {
            " A waiver is no signature: whatever is not approved stays so, for `status`, the site and the gate."
        } else {
            ""
        }
    )
}

/// The table, with a place at which the rule finds something.
fn waiver(rule: &Rule) -> String {
    let place = match rule.about {
        "service" => "services/checkout.md",
        "window" => "windows/year-end.md",
        "standard" => "standard/rotate-certificate.md",
        "guide" => "process/testing.md",
        "person" | "policy" => "policy",
        _ => "changes/2026/MCM-2026-0007",
    };
    format!(
        "[[waiver]]\nrule = \"{}\"\nwhere = \"{place}\"\nowner = \"ana\"\nreason = \"why the finding may stand\"\n\
         expires = \"2027-03-01\"\n",
        rule.code
    )
}

/// Where else the table may stand.
fn in_book_toml(rule: &Rule) -> &'static str {
    let may = [Profile::Starter, Profile::Standard].map(|profile| may_stand_in_book_toml(rule, profile));
    match may {
        [true, true] => "Under the profiles starter and standard the table may stand in `book.toml`, too.",
        [true, false] => "Under the profile starter the table may stand in `book.toml`, too.",
        [false, _] => "In `book.toml` the table does not count.",
    }
}
