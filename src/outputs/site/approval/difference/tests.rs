use std::collections::BTreeMap;

use super::{File, of};
use crate::inputs::history::ledger::FileAt;
use crate::text::{BookPath, SourceFile};

fn files(entries: &[(&str, &str)]) -> BTreeMap<String, File> {
    let file = |(name, text): &(&str, &str)| {
        let path = BookPath::new(name).expect("a plain path");
        let source = SourceFile::new(path.clone(), text.as_bytes());
        ((*name).to_owned(), File { path, at: FileAt { hash: source.hash, source: Some(source.into()) } })
    };
    entries.iter().map(file).collect()
}

#[test]
fn only_what_differs_is_shown_and_what_no_eye_sees_is_written_out() {
    let before = files(&[("a.md", "one\ntwo\nthree\n"), ("b.md", "same\n"), ("c.md", "gone\n")]);
    let after = files(&[("a.md", "one\ntwo \nthree\r\n"), ("b.md", "same\n"), ("d.md", "new\u{202e}\n")]);
    let found = of(&before, &after);
    let told: Vec<(&str, &str)> = found.iter().map(|file| (file.name.as_str(), file.what)).collect();
    assert_eq!(told, [("a.md", "changed"), ("c.md", "removed"), ("d.md", "added")]);
    let lines: Vec<(&str, &str)> =
        found[0].groups[0].iter().map(|line| (line.tag, line.text.as_str())).collect();
    assert_eq!(lines, [("same", "one"), ("out", "two"), ("out", "three"), ("in", "two·"), ("in", "three␍")]);
    assert_eq!(found[2].groups[0][0].text, "new<U+202E>");
}
