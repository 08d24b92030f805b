//! What `check` says of this repository's own book.

use snapbox::{assert_data_eq, str};

use crate::support::run::program;

#[test]
fn the_repositorys_own_book_checks_clean() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    // A source package or a shallow clone has no history, and the judgement is the same without one.
    let mut command = program(root);
    command.args(["check", "--history=unknown"]).env("SOURCE_DATE_EPOCH", "1795430400");
    let output = command.output().expect("the program starts");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
    // Two changes rehearsed in part: one was rejected, one is in preparation. That is told as what comes next. The
    // lessons of the latter were written before they had to name actions.
    assert_data_eq!(
        told,
        str![[r#"
next: content/changes/2026/MCM-2026-0003/rehearsal-1.md lacks for execution:
  MCM308 rehearsal-1 passed in part only
next: content/changes/2026/MCM-2026-0005/rehearsal-1.md lacks for execution:
  MCM308 rehearsal-1 passed in part only

waived: content/changes/2026/MCM-2026-0005/request.md:
  MCM118 lessons of MCM-2026-0001 are open and not answered here
    waived by @tomas until 2027-11-01: submitted before lessons had to name actions by their ids; an edit of the request would restart its lead time
  MCM118 lessons of MCM-2026-0002 are open and not answered here
    waived by @tomas until 2027-11-01: submitted before lessons had to name actions by their ids; an edit of the request would restart its lead time
  MCM118 lessons of MCM-2026-0004 are open and not answered here
    waived by @tomas until 2027-11-01: submitted before lessons had to name actions by their ids; an edit of the request would restart its lead time

found 2 for later stages, 3 waived

"#]]
    );
}
