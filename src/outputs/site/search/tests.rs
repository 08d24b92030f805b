//! The index of a small book, as the browser would fetch it.

use std::sync::Arc;

use super::{FOLDER, Files, Record, fingerprint, index, records};
use crate::analysis::analyze;
use crate::memo::Memo;
use crate::outputs::site::tests::{book, small};

fn small_records() -> Vec<Record> {
    records(&analyze(Arc::new(book(&small())), &Memo::default()))
}

fn fresh(records: &[Record]) -> Files {
    index(records, "en", &mut |_| None).expect("the engine makes an index")
}

fn folder_of(files: &Files) -> String {
    let path = files.keys().find(|path| path.ends_with("/pagefind.js")).expect("the engine's script");
    path.trim_end_matches("pagefind.js").to_owned()
}

#[test]
fn two_runs_give_the_same_bytes() {
    let records = small_records();
    let turned: Vec<Record> = records.iter().rev().cloned().collect();
    assert!(fresh(&records) == fresh(&turned), "two runs differ");
}

#[test]
fn the_bundle_holds_what_the_browser_needs_and_no_more() {
    let files = fresh(&small_records());
    let folder = folder_of(&files);
    let of_part: Vec<&str> = files.keys().filter_map(|path| path.strip_prefix(&folder)).collect();
    let top: Vec<&str> = of_part.iter().copied().filter(|path| !path.contains('/')).collect();
    let mut expected =
        vec!["pagefind-entry.json", "pagefind-worker.js", "pagefind.js", "wasm.en.pagefind", ".pf_meta"];
    for path in &top {
        let at = expected.iter().position(|known| path.ends_with(known));
        expected.remove(at.unwrap_or_else(|| panic!("{path} is not needed")));
    }
    assert!(expected.is_empty(), "missing: {expected:?}");
    let count = |end: &str| of_part.iter().filter(|path| path.ends_with(end)).count();
    assert_eq!(count(".pf_fragment"), small_records().len());
    assert!(count(".pf_index") >= 1 && count(".pf_filter") >= 8, "{of_part:?}");
    assert_eq!(files.len(), of_part.len() + 1);
    assert!(files.contains_key("pagefind/parts.json"));
}

#[test]
fn a_language_without_stems_brings_the_common_program() {
    let files = index(&small_records(), "tlh", &mut |_| None).expect("the engine makes an index");
    assert!(files.keys().any(|path| path.ends_with("/wasm.unknown.pagefind")), "{:?}", files.keys());
}

#[test]
fn the_fingerprint_stands_in_the_index() {
    let records = small_records();
    let files = fresh(&records);
    let manifest: serde_json::Value = serde_json::from_slice(&files["pagefind/parts.json"]).unwrap();
    assert_eq!(manifest["fingerprint"], fingerprint(&records, "en").to_string());
}

#[test]
fn what_is_the_same_is_taken_from_the_run_before() {
    let records = small_records();
    let before = fresh(&records);
    let mut asked = Vec::new();
    let again = index(&records, "en", &mut |folder| {
        asked.push(folder.to_owned());
        Some(before.clone())
    });
    assert!(again.expect("nothing is made") == before);
    assert_eq!(asked, [folder_of(&before)]);

    // An edited record is another part, and a folder without an index is none.
    let mut edited = records.clone();
    edited[0].title.push_str(" edited");
    let after = index(&edited, "en", &mut |folder| {
        assert_ne!(folder, folder_of(&before));
        Some(Files::from([(format!("{folder}pagefind.js"), Arc::from(b"".as_slice()))]))
    });
    let after = after.expect("the engine makes an index");
    assert!(after == fresh(&edited));
    assert!(!after.contains_key(&format!("{}pagefind.js", folder_of(&before))));
}

#[test]
fn no_records_are_no_parts() {
    let files = fresh(&[]);
    assert_eq!(files.keys().collect::<Vec<_>>(), [&format!("{FOLDER}parts.json")]);
}
