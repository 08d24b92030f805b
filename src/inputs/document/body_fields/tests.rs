use crate::inputs::config;
use crate::inputs::document::parse;
use crate::inputs::value::{Node, Value};
use crate::text::{BookPath, SourceFile};

const KIND: &str = r#"
[kind.record]
paths = ["records/*.md"]
common = false
matter = "optional"

[[kind.record.sections]]
title = "Status"
aliases = ["State"]

[kind.record.fields]
title = { type = "line", from = { heading = true, capture = '\d+\. (.+)' } }
date = { type = "date", from = { line = "Date" } }
number = { type = "integer", from = { line = "Number" } }
status = { type = "line", from = { section = "Status" } }
authors = { type = "list", of = { type = "line" }, separator = ",", from = { line = "Author" } }
reviewers = { type = "list", of = { type = "line" }, from = { line = "Reviewers" } }
owners = { type = "list", of = { type = "line" }, from = { section = "Owners" } }
requires = { type = "list", of = { type = "reference", to = ["record"] }, separator = "," }
counts = { type = "list", of = { type = "integer" }, separator = ";" }
replaces = { type = "list", of = { type = "reference" }, from = { section = "Status", capture = 'Replaces \[(\d+)' } }
"#;

/// The fields of a document, each value with the bytes that it stands on.
fn fields(text: &str) -> String {
    let path = |path: &str| BookPath::new(path).expect("a path of a book");
    let file = SourceFile::new(path("book.toml"), KIND.as_bytes());
    let read = config::parse(&file, &[]);
    assert_eq!(read.faults, []);
    let source = SourceFile::new(path("content/records/a.md"), text.as_bytes());
    let document = parse(&source, &read.config.kinds, &path("content"));
    let shown = |value: &Value| {
        let (text, span) = (value.span.slice(text), &value.node);
        match span {
            Node::String(word) if word == text => format!("{text:?}"),
            Node::Integer(number) if number.to_string() == text => text.to_owned(),
            node => format!("{node:?} at {text:?}"),
        }
    };
    let lines = document.matter.table.entries().iter().map(|entry| {
        let value = match &entry.value.node {
            Node::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            _ => shown(&entry.value),
        };
        format!("{} <{}>: {value}\n", entry.key, entry.key_span.slice(text))
    });
    lines.collect()
}

#[test]
fn a_header_in_the_body_is_read_like_front_matter() {
    let record = "# 7. Use a cache\n\nDate: 2016-02-12\n\n## Status\n\nAccepted\n\nReplaces [3](0003-b.md), Replaces [5](0005-c.md)\n";
    assert_eq!(
        fields(record),
        "title <# 7. Use a cache>: \"Use a cache\"\ndate <Date>: \"2016-02-12\"\nstatus <## Status>: \"Accepted\"\n\
         replaces <## Status>: [\"3\", \"5\"]\n"
    );
}

#[test]
fn a_labelled_line_is_found_in_lists_tables_code_and_emphasis() {
    for header in [
        "- Date: 2016-02-12\n- Number: 7\n",
        "* **Date**: 2016-02-12\n* **Number:** 7\n",
        "| | |\n|---|---|\n| Date | 2016-02-12 |\n| **Number** | 7 |\n",
        "```\n  date: 2016-02-12\n  NUMBER: 7\n```\n",
        "Date: 2016-02-12\\\r\nNumber: `7`\r\n",
    ] {
        let told = fields(&format!("# 1. A\n\n{header}\n## Status\n\n- Accepted\n"));
        assert!(told.contains(": \"2016-02-12\"\nnumber <"), "{header}: {told}");
        assert!(
            told.contains(">: 7\n") && told.ends_with("status <## Status>: \"Accepted\"\n"),
            "{header}: {told}"
        );
    }
}

#[test]
fn lists_are_read_from_lines_items_and_separated_text() {
    assert_eq!(
        fields("---\nrequires: 20, 721\ncounts: \"1;2; x\"\n---\n\nAuthor: Ana <a@example.org>,Bo\n"),
        "requires <requires>: [\"20\", \"721\"]\ncounts <counts>: [1, 2, \"x\"]\n\
         authors <Author>: [\"Ana <a@example.org>\", \"Bo\"]\n"
    );
    assert_eq!(fields("---\nrequires: 20\n---\n"), "requires <requires>: [20]\n");
    assert_eq!(
        fields("---\nrequires: [20, \"3\"]\n---\n"),
        "requires <requires>: [20, String(\"3\") at \"\\\"3\\\"\"]\n"
    );
    assert_eq!(
        fields(
            "# 1. A\n\n    Reviewers: Ana\n               Bo Li\n    Date: 2016-02-12\n\n# Owners\n\n<!-- who -->\n\n1. x\n"
        ),
        "title <# 1. A>: \"A\"\nreviewers <Reviewers>: [\"Ana\", \"Bo Li\"]\ndate <Date>: \"2016-02-12\"\n\
         owners <# Owners>: [\"1. x\"]\n"
    );
}

#[test]
fn an_underlined_heading_says_its_title() {
    assert_eq!(fields("ADR 7. A cache\n==========\n"), "title <ADR 7. A cache\n==========>: \"A cache\"\n");
    assert_eq!(fields("## 7. A cache ##\n"), "title <## 7. A cache ##>: \"A cache\"\n");
}

#[test]
fn a_list_goes_on_over_lines_and_is_parted_by_its_separator() {
    for header in [
        "Author: Ann, Bob,\n        Cy\n",
        "Author: Ann,\n  Bob,\n  Cy\n",
        "```\nAuthor: Ann, Bob\n  Cy\n```\n",
    ] {
        let told = fields(header);
        assert_eq!(told, "authors <Author>: [\"Ann\", \"Bob\", \"Cy\"]\n", "{header}");
    }
    assert_eq!(fields("Author: Ann,\n"), "authors <Author>: [\"Ann\", \"\"]\n");
}

#[test]
fn a_section_is_known_by_its_aliases_and_its_level() {
    assert_eq!(fields("## State\n\nAccepted\n"), "status <## State>: \"Accepted\"\n");
    assert_eq!(fields("### Status\n\nOld\n\n## Status\n\nFoo\n"), "status <## Status>: \"Foo\"\n");
}

#[test]
fn what_no_reader_takes_for_the_text_is_not_read() {
    assert_eq!(fields("<!--\nDate: nope\n-->\n\nDate: 2016-02-12\n"), "date <Date>: \"2016-02-12\"\n");
    let status = "status <## Status>: \"Accepted\"\n";
    for text in [
        "## Status\n\nAccepted\n\n```\nReplaces [1]\n```\n",
        "## Status\n[status]: #status\n\nAccepted\n",
        "## Status\n\nAccepted <!-- note -->\n",
        "## Status\n\n<!-- one\nof the words -->\nAccepted\n",
    ] {
        assert_eq!(fields(text), status, "{text}");
    }
}

#[test]
fn what_is_not_said_is_not_made_up() {
    for text in [
        "",
        "# Title without a number\n\nUpdate: 3\nDated: 4\n\n## Status\n\n<!-- later -->\n\n## Date: 2016-02-12\n",
        "# \n\nDate\n\n## Status",
        "Dat\u{e9}: x\n\nDa",
    ] {
        assert_eq!(fields(text), "", "{text:?}");
    }
}

#[test]
fn the_front_matter_wins() {
    let text = "---\ndate: 2020-01-01\n---\n\nDate: 2016-02-12\n";
    assert_eq!(fields(text), "date <date>: \"2020-01-01\"\n");
}

proptest::proptest! {
    /// [`fields`] cuts the text at every span: one beside a character or outside of the text would panic.
    #[test]
    fn no_body_breaks_it(parts in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..40)) {
        fields(&parts.concat());
    }
}

const PIECES: [&str; 30] = [
    "Date:",
    "Author: A,",
    "Reviewers:",
    "Number",
    "## Status\n",
    "## State",
    "Owners\n---\n",
    "# 7. A",
    "Replaces [3]",
    "<!--",
    "-->",
    "<p>",
    "```",
    "\n",
    "\r\n",
    "\n\n",
    "    ",
    "- ",
    "| ",
    "**",
    "`",
    "[a]: b\n",
    ",",
    ";",
    "\\",
    "---\n",
    "é",
    "🎉",
    "\u{feff}",
    "\t",
];
