//! `build.json`: what the site was built from.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::Site;

/// What a site was built from. The next build takes the head from here (`--previous-head`): a history that has lost
/// it is refused (design: approvals.md, ratchet).
#[derive(Serialize, JsonSchema)]
pub(in super::super) struct Built<'a> {
    /// Version of this form; it rises when a field changes its meaning or goes away.
    format: u32,
    /// Object id of the commit that was built; nothing where no history is known.
    head: Option<&'a str>,
    /// How many files of the source folder were not as in that commit. Deleted ones and settings are not counted.
    modified: usize,
    /// Version of the program.
    version: &'a str,
}

/// What this site was built from.
pub(super) fn of<'a>(site: &'a Site<'_>) -> Built<'a> {
    let history = &site.analysis.facts.inputs.history;
    Built {
        format: 1,
        head: history.head_commit().map(|head| head.id.as_str()),
        modified: history.modified.len(),
        version: &site.options.version,
    }
}
