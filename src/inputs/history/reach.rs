//! Which part of the past is read: a question about one change does not ask for that of all the others.

use std::collections::BTreeSet;

use crate::inputs::config::is_change_id;

/// The changes whose past is read. That of everything outside of the folder of changes always is.
///
/// What is not read is not known: whoever narrows the reach answers for it that nothing rests on the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    #[default]
    Everything,
    /// Those of these ids.
    Changes(BTreeSet<String>),
}

impl Reach {
    /// Whether the past of a change, or of a document, is read.
    pub fn holds(&self, id: &str) -> bool {
        match self {
            Reach::Everything => true,
            Reach::Changes(changes) => !is_change_id(id) || changes.contains(id),
        }
    }

    /// Whether a folder is looked into, when those above it are; `below` is its path in the source folder.
    ///
    /// The folder of a change may lie below another year than its own, and then speaks for it all the same.
    pub fn enters(&self, below: &str) -> bool {
        let Reach::Changes(changes) = self else { return true };
        let mut parts = below.split('/');
        if parts.next() != Some("changes") {
            return true;
        }
        !changes.is_empty() && parts.nth(1).is_none_or(|name| self.holds(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_other_changes_are_left_out() {
        let reach = |ids: &[&str]| Reach::Changes(ids.iter().map(|id| (*id).to_owned()).collect());
        let one = reach(&["MCM-2026-0007"]);
        for (below, expected) in [
            ("windows", true),
            ("changes", true),
            ("changes/2026", true),
            ("changes/2025", true),
            ("changes/2026/MCM-2026-0007", true),
            ("changes/2026/MCM-2026-0007/files", true),
            ("changes/2025/MCM-2026-0007", true),
            ("changes/2026/MCM-2026-0008", false),
            ("changes/2026/drafts", true),
        ] {
            assert_eq!(one.enters(below), expected, "{below}");
            assert!(Reach::Everything.enters(below), "{below}");
        }
        let none = reach(&[]);
        assert!(none.enters("services") && none.enters("changes-of-old"));
        assert!(!none.enters("changes") && !none.enters("changes/2026"));
        assert!(none.holds("services/checkout") && !none.holds("MCM-2026-0007"));
    }
}
