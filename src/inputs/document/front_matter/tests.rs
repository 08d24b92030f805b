//! Heads, fences and characters, each by a table of files; and what holds for every file.

mod properties;

use snapbox::{IntoData, assert_data_eq, str};

use super::*;
use crate::text::BookPath;

fn source(bytes: impl Into<Vec<u8>>) -> SourceFile {
    SourceFile::new(BookPath::new("content/x.md").unwrap(), bytes.into())
}

/// What was read, and what was wrong with it.
fn show(file: &SourceFile) -> String {
    let mut faults = Vec::new();
    let head = read(file, &mut faults);
    let text = &*file.text;
    let block = match head.matter.block {
        Some(block) => format!("{} {:?}", block.format.name(), file.slice(block.head)),
        None => "no matter".to_owned(),
    };
    let values = head.matter.table.to_json();
    let fault = |fault: &Fault| {
        let marked = text.get(fault.span.range()).expect("spans lie on character boundaries of the file");
        let related = |(span, what): &(Span, String)| format!("\n    {}: {what}", span.start);
        let related: String = fault.related.iter().map(related).collect();
        format!("\n{} {:?} at {}: {}{related}", fault.code, marked, fault.span.start, fault.message)
    };
    let faults: String = faults.iter().map(fault).collect();
    format!("{block}, {values}, body {:?}{faults}", file.slice(head.body))
}

#[track_caller]
fn check(bytes: impl Into<Vec<u8>>, expected: impl IntoData) {
    assert_data_eq!(show(&source(bytes)), expected.raw());
}

#[test]
fn heads_are_read_in_three_formats() {
    check("", str![[r#"no matter, {}, body """#]]);
    check("# Title\n", str![[r##"no matter, {}, body "# Title\n""##]]);
    check("---\ntitle: A\n---\n# B\n", str![[r##"YAML "title: A\n", {"title":"A"}, body "# B\n""##]]);
    check("+++\ntitle = \"A\"\n+++\nB", str![[r#"TOML "title = \"A\"\n", {"title":"A"}, body "B""#]]);
    check(
        ";;;\n{\"title\": \"A\"}\n;;;\nB",
        str![[r#"JSON "{\"title\": \"A\"}\n", {"title":"A"}, body "B""#]],
    );
    check("---\r\ntitle: A\r\n---\r\nB\r\n", str![[r#"YAML "title: A\r\n", {"title":"A"}, body "B\r\n""#]]);
    check("---\n---\n", str![[r#"YAML "", {}, body """#]]);
    check("---\n---", str![[r#"YAML "", {}, body """#]]);
    check("+++\n\n  \n+++\nB", str![[r#"TOML "\n  \n", {}, body "B""#]]);
    check(";;;\n;;;", str![[r#"JSON "", {}, body """#]]);
    check(
        "---\n  title: A\n  x: 1\n---\n",
        str![[r#"YAML "  title: A\n  x: 1\n", {"title":"A","x":1}, body """#]],
    );
    check(
        "---\na: b ---\nc: |\n  ---\n  x\n---\n---\nB ---\n",
        str![[r#"YAML "a: b ---\nc: |\n  ---\n  x\n", {"a":"b ---","c":"---\nx\n"}, body "---\nB ---\n""#]],
    );
    check(
        "+++\n---\n+++\n",
        str![[r#"
TOML "---\n", {}, body ""
MCM002 "" at 7: not valid TOML: key with no value, expected `=`
"#]],
    );
}

#[test]
fn only_exact_fences_count() {
    check(
        "---",
        str![[r#"
no matter, {}, body "---"
MCM001 "---" at 0: front matter is opened by `---` and never closed
"#]],
    );
    check(
        "--- \na: 1\n---\n",
        str![[r#"
no matter, {}, body "--- \na: 1\n---\n"
MCM001 "---" at 0: front matter begins with a line that is no fence
"#]],
    );
    check(
        " ---\na: 1\n---\n",
        str![[r#"
no matter, {}, body " ---\na: 1\n---\n"
MCM001 "---" at 1: front matter does not begin in the first line
"#]],
    );
    check(
        "\n---\na: 1\n---\n",
        str![[r#"
no matter, {}, body "\n---\na: 1\n---\n"
MCM001 "---" at 1: front matter does not begin in the first line
"#]],
    );
    check(
        "----\na: 1\n----\n",
        str![[r#"
no matter, {}, body "----\na: 1\n----\n"
MCM001 "----" at 0: front matter begins with a line that is no fence
"#]],
    );
    check(
        "---yaml\na: 1\n---\n",
        str![[r#"
no matter, {}, body "---yaml\na: 1\n---\n"
MCM001 "---yaml" at 0: front matter begins with `---yaml`, which is no fence
"#]],
    );
    check(
        "--- TOML\na = 1\n---\n",
        str![[r#"
no matter, {}, body "--- TOML\na = 1\n---\n"
MCM001 "--- TOML" at 0: front matter begins with `--- TOML`, which is no fence
"#]],
    );
    check("---yaml\n\nText.\n", str![[r#"no matter, {}, body "---yaml\n\nText.\n""#]]);
    check(
        "\n---\n\nText: with a break before\n\n---\n",
        str![[r#"no matter, {}, body "\n---\n\nText: with a break before\n\n---\n""#]],
    );
    check("***\na: 1\n***\n", str![[r#"no matter, {}, body "***\na: 1\n***\n""#]]);
    check(
        "---\ra: 1\r---\r",
        str![[r#"
no matter, {}, body "---\ra: 1\r---\r"
MCM021 "\r" at 3: lines end with CR alone
"#]],
    );
    check(
        "---\na: 1\n",
        str![[r#"
no matter, {}, body "---\na: 1\n"
MCM001 "---" at 0: front matter is opened by `---` and never closed
"#]],
    );
    check(
        "---\na: 1\n--- \n# Body\n",
        str![[r#"
no matter, {}, body "---\na: 1\n--- \n# Body\n"
MCM001 "---" at 0: front matter is opened by `---` and never closed
    9: not a fence: a fence is exactly `---`, nothing before or behind it
"#]],
    );
    check(
        "---\na: 1\n----\n# Body\n---",
        str![[r#"
YAML "a: 1\n----\n# Body\n", {}, body ""
MCM002 "-" at 9: not valid YAML: a line is neither `key: value` nor part of a value
"#]],
    );
    check(
        "+++\na = '''\n+++ \n'''\n+++\nB",
        str![[r#"
TOML "a = '''\n+++ \n'''\n", {}, body "B"
MCM002 "+++ " at 12: `+++` with white space behind it
"#]],
    );
    check(
        "---\na: |\n  x\n--- \n---\nB",
        str![[r#"
YAML "a: |\n  x\n--- \n", {}, body "B"
MCM002 "--- " at 13: `---` with white space behind it
"#]],
    );
    check(
        ";;;\n{}\n;;; \n;;;\n",
        str![[r#"
JSON "{}\n;;; \n", {}, body ""
MCM002 ";;; " at 7: `;;;` with white space behind it
"#]],
    );
}

#[test]
fn heads_that_are_wrong_lose_their_values_and_nothing_else() {
    check(
        "---\na: 1\na: 2\n---\nB",
        str![[r#"
YAML "a: 1\na: 2\n", {}, body "B"
MCM002 "a" at 9: key `a` is written twice
    4: first written here
"#]],
    );
    check(
        "---\na:\tb\n1: x\nc: *d\n---\nB",
        str![[r#"
YAML "a:\tb\n1: x\nc: *d\n", {}, body "B"
MCM002 "\t" at 6: a tab stands between values in YAML
MCM002 "1" at 9: key `1` is a whole number
MCM002 "*d" at 17: YAML alias `*d` is not allowed in front matter
"#]],
    );
    check(
        "+++\na = 1\na = 2\nb = c\n+++\nB",
        str![[r#"
TOML "a = 1\na = 2\nb = c\n", {}, body "B"
MCM002 "a" at 10: key `a` is written twice
    4: first written here
MCM002 "c" at 20: not valid TOML: string values must be quoted, expected literal string
"#]],
    );
    check(
        ";;;\n{\"a\": 1,}\n;;;\nB",
        str![[r#"
JSON "{\"a\": 1,}\n", {}, body "B"
MCM002 "}" at 12: not valid JSON: key must be a string
"#]],
    );
    check(
        "---\n- a\n---\nB",
        str![[r#"
YAML "- a\n", {}, body "B"
MCM002 "- a" at 4: a list stands where keys and values are due
"#]],
    );
    let large = format!("---\na: {}\n---\nB", "x".repeat(MAX_FRONT_MATTER));
    let mut faults = Vec::new();
    let head = read(&source(large), &mut faults);
    assert!(head.matter.table.is_empty() && head.matter.block.is_some());
    assert_eq!(faults[0].message, "front matter is 65540 bytes long; at most 65536 are read");
    let fits = format!("---\na: {}\n---\nB", "x".repeat(MAX_FRONT_MATTER - 4));
    assert!(!read(&source(fits), &mut Vec::new()).matter.table.is_empty());
}

#[test]
fn files_that_are_not_clean_are_read_all_the_same() {
    check(
        "\u{feff}---\na: 1\n---\nB",
        str![[r#"
YAML "a: 1\n", {"a":1}, body "B"
MCM021 "\u{feff}" at 0: the file begins with a byte order mark (U+FEFF)
"#]],
    );
    check(
        "\u{feff}# B\n",
        str![[r##"
no matter, {}, body "# B\n"
MCM021 "\u{feff}" at 0: the file begins with a byte order mark (U+FEFF)
"##]],
    );
    check(
        b"---\na: caf\xe9\n---\nB\xff\n",
        str![[r#"
YAML "a: caf�\n", {"a":"caf�"}, body "B�\n"
MCM021 "�" at 10: the file is not UTF-8 from here on
"#]],
    );
    check(
        "---\na: 1\r\n---\nB\n",
        str![[r#"
YAML "a: 1\r\n", {"a":1}, body "B\n"
MCM021 "\r\n" at 8: line ends are mixed: 3 with LF, this one with CRLF
"#]],
    );
    check(
        "a\r\nb\r\nc\nd\r\n",
        str![[r#"
no matter, {}, body "a\r\nb\r\nc\nd\r\n"
MCM021 "\n" at 7: line ends are mixed: 3 with CRLF, this one with LF
"#]],
    );
    check(
        "a\rb\r",
        str![[r#"
no matter, {}, body "a\rb\r"
MCM021 "\r" at 1: lines end with CR alone
"#]],
    );
    check(
        "a\r\r\nb\r\n",
        str![[r#"
no matter, {}, body "a\r\r\nb\r\n"
MCM021 "\r" at 1: line ends are mixed: 2 with CRLF, this one with CR
"#]],
    );
    check(
        "if admin \u{2066}//\u{202e} x",
        str![[r#"
no matter, {}, body "if admin \u{2066}//\u{202e} x"
MCM021 "\u{2066}" at 9: bidirectional control U+2066 (left-to-right isolate)
MCM021 "\u{202e}" at 14: bidirectional control U+202E (right-to-left override)
"#]],
    );
    check(
        "a\u{200b}b\u{0}c\u{1b}[31m\u{7f}\u{85}\u{ad}\u{2028}\u{feff}",
        str![[r#"
no matter, {}, body "a\u{200b}b\0c\u{1b}[31m\u{7f}\u{85}\u{ad}\u{2028}\u{feff}"
MCM021 "\u{200b}" at 1: invisible character U+200B (zero width space)
MCM021 "\0" at 5: control character U+0000 (null)
MCM021 "\u{1b}" at 7: control character U+001B (escape)
MCM021 "\u{7f}" at 12: control character U+007F (delete)
MCM021 "\u{85}" at 13: control character U+0085 (next line)
MCM021 "\u{ad}" at 15: invisible character U+00AD (soft hyphen)
MCM021 "\u{2028}" at 17: separator that no editor shows U+2028 (line separator)
MCM021 "\u{feff}" at 20: invisible character U+FEFF (zero width no-break space)
"#]],
    );
    check(
        "x".to_owned() + &"\u{200b}".repeat(25),
        str![[r#"
no matter, {}, body "x\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}"
MCM021 "\u{200b}" at 1: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 4: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 7: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 10: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 13: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 16: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 19: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 22: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 25: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 28: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 31: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 34: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 37: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 40: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 43: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 46: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 49: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 52: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 55: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 58: invisible character U+200B (zero width space)
MCM021 "\u{200b}" at 61: 5 more control or invisible characters from here on
"#]],
    );
    check(
        b"\xff\xfea\0",
        str![[r#"
no matter, {}, body "��a\0"
MCM021 "�" at 0: the file is not UTF-8 from here on
MCM021 "\0" at 7: control character U+0000 (null)
"#]],
    );
}

#[test]
fn joiners_and_selectors_are_fine_where_writing_needs_them() {
    let clean = [
        "👩\u{200d}💻 👨\u{200d}👩\u{200d}👧 🏳\u{fe0f}\u{200d}🌈 ❤\u{fe0f}\u{200d}🔥 👩🏽\u{200d}🚀 🤷🏽\u{200d}♀\u{fe0f}",
        "1\u{fe0f}\u{20e3} #\u{fe0f}\u{20e3} ✔\u{fe0f} ☎\u{fe0e} ©\u{fe0f} 葛\u{e0100}",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "می\u{200c}خواهم क्\u{200d}ष",
        "tab\there, no-break\u{a0}space, naïve, e\u{301}",
    ];
    for text in clean {
        let mut faults = Vec::new();
        read(&source(text), &mut faults);
        assert_eq!(faults, [], "{text:?}");
    }
    for text in [
        "a\u{200d}b",
        "✔\u{fe0f}\u{fe01}",
        "a\u{fe0f}",
        "1\u{fe0f}2",
        "x\u{e0041}",
        "👩\u{200d}a",
        "\u{200d}",
    ] {
        let mut faults = Vec::new();
        read(&source(text), &mut faults);
        assert_eq!(faults.len(), 1, "{text:?}");
    }
}

#[test]
fn a_large_file_is_no_burden() {
    let large = |start: &str, line: &str, size: usize| {
        let text = [start, &line.repeat(size / line.len())].concat();
        SourceFile::new(source("").path, text.into_bytes())
    };
    let mut faults = Vec::new();
    let line = "one line of a file, and the next is like it\n";
    for file in [large("---\na: 1\n---\n", line, 50 << 20), large("---\na: 1\n---\n", "é\r\n", 2 << 20)] {
        let head = read(&file, &mut faults);
        assert_eq!((head.body.start, head.body.end as usize), (13, file.text.len()));
    }
    assert_eq!(faults.len(), 1, "the line ends of the second file are mixed");
    let head = read(&large("---\n", line, 50 << 20), &mut faults);
    assert!(head.matter.block.is_none());
    assert_eq!(faults.len(), 2);
}
