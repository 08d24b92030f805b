//! Fixes of books made in memory: rounds, line ends, what is shown.

use std::sync::Arc;

use super::{Mended, diff, mend};
use crate::analysis::analyze;
use crate::memo::Memo;
use crate::outputs::site::tests::book;
use crate::text::{BookPath, Safety, SourceFile};

fn mended(files: &[(&str, &str)], most: Safety) -> Mended {
    mend(analyze(Arc::new(book(files)), &Memo::forgetful()), most, None, &Memo::forgetful())
}

fn text(mended: &Mended, path: &str) -> String {
    let found = mended.files.iter().find(|file| file.after.path.as_str() == path);
    found.map(|file| file.after.text.to_string()).unwrap_or_default()
}

#[test]
fn line_ends_and_what_no_fix_names_stay_as_they_are() {
    let old = "---\r\nid: other\r\ntitle: \"A  b\"   \r\n---\r\n\r\n# A\t \r\n";
    let done = mended(&[("content/a.md", old)], Safety::Safe);
    assert_eq!(text(&done, "content/a.md"), "---\r\ntitle: \"A  b\"   \r\n---\r\n\r\n# A\t \r\n");
    // New lines end as those of the file do.
    let old = "---\r\ntitle: Shop\r\nowner: ana\r\ntier: 1\r\nteam: shop\r\n---\r\n\r\n# Shop\r\n\r\n\
               ## What It Does\r\n\r\nSells.\r\n";
    let done = mended(&[("content/services/shop.md", old)], Safety::Unsafe);
    let new = text(&done, "content/services/shop.md");
    assert!(new.starts_with(old) && new.contains("\r\n## Who Uses It\r\n"), "{new:?}");
    assert!(!new.replace("\r\n", "").contains('\n'), "{new:?}");
}

#[test]
fn only_safe_fixes_are_applied_unless_more_is_asked_for() {
    let old = "---\ntitel: A\nstatus: approved\nid: other\n---\n\n# A\n";
    let safe = mended(&[("content/a.md", old)], Safety::Safe);
    assert_eq!(text(&safe, "content/a.md"), "---\ntitel: A\nstatus: approved\n---\n\n# A\n");
    assert_eq!((safe.fixes, safe.is_settled), (1, true));
    let all = mended(&[("content/a.md", old)], Safety::Unsafe);
    assert_eq!(text(&all, "content/a.md"), "---\ntitle: A\n---\n\n# A\n");
    assert_eq!(all.files[0].titles.len(), 3, "{:?}", all.files[0].titles);
}

#[test]
fn fixes_that_touch_come_one_after_the_other() {
    // Both keys are removed; their edits meet at the end of a line.
    let old = "---\ntitle: A\nstatus: approved\nstate: done\napproved: yes\n---\n\n# A\n";
    let done = mended(&[("content/a.md", old)], Safety::Unsafe);
    assert_eq!(text(&done, "content/a.md"), "---\ntitle: A\n---\n\n# A\n");
    assert!(done.is_settled);
}

#[test]
fn a_file_that_is_not_utf8_is_left_alone() {
    let mut inputs = book(&[("content/a.md", "")]);
    let path = BookPath::new("content/a.md").expect("a normal path");
    inputs.sources[0] = SourceFile::new(path, b"---\nid: other\n---\n\n# A \xff\n");
    let done = mend(analyze(Arc::new(inputs), &Memo::forgetful()), Safety::Unsafe, None, &Memo::forgetful());
    assert!(done.files.is_empty() && done.is_settled);
}

#[test]
fn a_fix_says_when_an_approval_becomes_stale() {
    let request = "---\nid: other\ntitle: A\n---\n\n# A\n";
    let title = |runbook: &[(&'static str, &'static str)]| {
        let mut files = vec![("content/changes/2026/MCM-2026-0001/request.md", request)];
        files.extend(runbook);
        mended(&files, Safety::Safe).files[0].titles.clone()
    };
    assert_eq!(title(&[]), ["remove the key `id`"]);
    assert_eq!(
        title(&[("content/changes/2026/MCM-2026-0001/runbook.md", "---\ntitle: B\n---\n\n# B\n")]),
        ["remove the key `id` (an approval of MCM-2026-0001 that covers this file becomes stale)"]
    );
}

#[test]
fn a_diff_shows_what_changes_and_steers_nothing() {
    let old = "---\r\nid: \"other\"\r\n---\r\n# \u{1b}[31m ##[x\r\n";
    let done = mended(&[("content/a.md", old)], Safety::Safe);
    let shown = diff(&done.files);
    let expected = "--- a/content/a.md\n+++ b/content/a.md\n@@ -1,4 +1,3 @@\n ---\u{240d}\n\
                    -id: \"other\"\u{240d}\n ---\u{240d}\n # \u{fffd}[31m ## [x\u{240d}\n";
    assert_eq!(shown, expected);
    assert_eq!(diff(&[]), "");
}
