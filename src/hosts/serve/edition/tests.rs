use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Changes, Edition, REMEMBERED, difference};
use crate::hosts::serve::tests::{book, output};
use crate::hosts::serve::{Note, Site};
use crate::outputs::{Content, Output};
use crate::text::{BookPath, Code};

fn paths(paths: &[&str]) -> Changes {
    Changes::Paths(paths.iter().map(|path| (*path).to_owned()).collect())
}

#[test]
fn two_outputs_differ_in_what_is_new_gone_or_other() {
    type Files = &'static [(&'static str, &'static str)];
    let cases: [(Files, Files, &[&str]); 6] = [
        (&[], &[], &[]),
        (&[], &[("a", "1")], &["a"]),
        (&[("a", "1")], &[], &["a"]),
        (&[("a", "1"), ("b", "2")], &[("a", "1"), ("b", "2")], &[]),
        (&[("a", "1"), ("b", "2")], &[("a", "1"), ("b", "3")], &["b"]),
        (&[("a", "1"), ("c", "3")], &[("b", "2"), ("c", "33"), ("d", "4")], &["a", "b", "c", "d"]),
    ];
    for (old, new, expected) in cases {
        let seen = difference(&output(old), &output(new), &BTreeSet::new());
        assert_eq!(Changes::Paths(seen), paths(expected), "{old:?} and {new:?}");
    }
}

#[test]
fn an_attachment_has_changed_when_its_file_was_touched() {
    let file = BookPath::new("content/run.log").expect("a normal path");
    let mut output = Output::default();
    output.files.insert("run.log".into(), Content::Attachment(file.clone()));
    assert!(difference(&output, &output, &BTreeSet::new()).is_empty());
    assert_eq!(difference(&output, &output, &BTreeSet::from([file])), BTreeSet::from(["run.log".to_owned()]));
}

#[test]
fn edited_pages_stand_before_the_site_until_the_next_whole_one() {
    let (_folder, root) = book();
    type Files = &'static [(&'static str, &'static str)];
    let whole = output(&[("a", "1"), ("b", "1")]);
    let site = |of: &Arc<Output>, edited: Files| Site {
        output: of.clone(),
        edited: output(edited),
        root: root.clone(),
        notes: Vec::new(),
        later: None,
        rest: None,
    };
    let text = |edition: &Edition, path: &str| match edition.file(path) {
        Some(Content::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    };
    let nothing = BTreeSet::new();
    let mut edition = Edition::empty(&root).built(site(&whole, &[]), &nothing);
    let steps: [(Files, &[&str], [&str; 2]); 4] = [
        (&[("a", "2")], &["a"], ["2", "1"]),
        (&[("a", "2"), ("b", "3")], &["b"], ["2", "3"]),
        (&[("a", "2"), ("b", "3"), ("c", "1")], &["c"], ["2", "3"]),
        (&[("a", "1"), ("b", "3")], &["a", "c"], ["1", "3"]),
    ];
    for (edited, changed, [a, b]) in steps {
        edition = edition.built(site(&whole, edited), &nothing);
        assert_eq!(*edition.changes(), paths(changed), "{edited:?}");
        assert_eq!((text(&edition, "a"), text(&edition, "b")), (a.to_owned(), b.to_owned()));
        assert_eq!(edition.files().len(), if edition.file("c").is_some() { 3 } else { 2 });
    }
    // The whole site has one of the pages as it was edited, and the other as it was before.
    edition = edition.built(site(&output(&[("a", "1"), ("b", "1")]), &[]), &nothing);
    assert_eq!(*edition.changes(), paths(&["b"]));
    assert_eq!((text(&edition, "a"), text(&edition, "b")), ("1".to_owned(), "1".to_owned()));
}

#[test]
fn a_page_learns_all_that_it_has_missed() {
    let (_folder, root) = book();
    let site = |files: &[(&str, &str)]| Site {
        output: output(files),
        edited: Arc::default(),
        root: root.clone(),
        notes: Vec::new(),
        later: None,
        rest: None,
    };
    let nothing = BTreeSet::new();
    let first = Edition::empty(&root).built(site(&[("a", "1"), ("b", "1")]), &nothing);
    let second = first.built(site(&[("a", "2"), ("b", "1")]), &nothing);
    let third = second.failed(vec![Note::error(Code::WORKSPACE, "broken")]);
    let fourth = third.completed(output(&[("index", "1")]));
    assert_eq!((first.generation, fourth.generation), (1, 4));
    assert!(third.report.is_failed && Arc::ptr_eq(&third.output, &second.output), "the last good site stays");
    assert!(fourth.file("index").is_some() && fourth.file("a").is_some());

    let expected =
        [paths(&["a", "b", "index"]), paths(&["a", "index"]), paths(&["index"]), paths(&["index"])];
    for (generation, expected) in (0..).zip(expected) {
        assert_eq!(fourth.changes_since(generation), expected, "since {generation}");
    }
    assert_eq!(fourth.changes_since(4), paths(&[]));
    assert_eq!(fourth.changes_since(5), Changes::All, "a generation that never was");

    let much_later = (0..REMEMBERED).fold(fourth, |edition, _| edition.failed(Vec::new()));
    assert_eq!(much_later.changes_since(4), paths(&[]));
    assert_eq!(much_later.changes_since(3), Changes::All, "too long ago");
}
