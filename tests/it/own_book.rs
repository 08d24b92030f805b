//! What `check` says of this repository's own book.

use snapbox::{assert_data_eq, str};

use crate::support::Repo;
use crate::support::run::{printed, program};

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
  content/changes/2026/MCM-2026-0003/rehearsal-1.md:17:9: MCM308 rehearsal-1 passed in part only
next: content/changes/2026/MCM-2026-0005/rehearsal-1.md lacks for execution:
  content/changes/2026/MCM-2026-0005/rehearsal-1.md:17:9: MCM308 rehearsal-1 passed in part only

waived: content/changes/2026/MCM-2026-0005/request.md:
  MCM118 lessons of MCM-2026-0001 are open and not answered here
    waived by @tomas until 2027-11-01: submitted before lessons had to name actions by their ids; an edit of the request would restart its lead time
  MCM118 lessons of MCM-2026-0002 are open and not answered here
    waived by @tomas until 2027-11-01: submitted before lessons had to name actions by their ids; an edit of the request would restart its lead time
  MCM118 lessons of MCM-2026-0004 are open and not answered here
    waived by @tomas until 2027-11-01: submitted before lessons had to name actions by their ids; an edit of the request would restart its lead time

found 2 for later stages, 3 waived
`mcmbook check --all` shows what later stages ask for in full, with what to do

"#]]
    );
}

/// Nobody has signed for the dossiers: they were there before the policy, and their pages say so.
#[test]
fn the_dossiers_of_the_own_book_claim_no_approval() {
    let repo = Repo::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for parts in [&["book.toml", "content"][..], &["policy"]] {
        for part in parts {
            let mut copy = std::process::Command::new("cp");
            copy.arg("-a").arg(root.join(part)).arg(repo.path());
            assert!(copy.status().expect("there is cp").success());
        }
        repo.commit("A part of the book");
    }
    let site = repo.path().join("site");
    printed(&repo.path(), &["build", "-q", "-d", "site"]);
    let list: serde_json::Value =
        serde_json::from_str(&printed(&repo.path(), &["list", "--format", "json"])).expect("JSON");
    let changes = list["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 5);
    for change in changes {
        let id = change["id"].as_str().expect("an id");
        assert_eq!(change["approval"], "before-adoption", "{id}");
        let page = site.join(format!("changes/{}/{id}/index.html", &id[4..8]));
        let page = std::fs::read_to_string(page).expect("it has a page");
        assert!(page.contains("Before adoption"), "{id}");
    }
}
