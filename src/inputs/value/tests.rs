//! The formats, each by its own table of texts.

use snapbox::{IntoData, assert_data_eq};

use super::*;

/// A table as text: keys and values with the bytes that their spans cover.
fn show(table: &Table, file: &str) -> String {
    let entry = |entry: &Entry| {
        assert!(file.get(entry.key_span.range()).is_some(), "key span {:?} of {file:?}", entry.key_span);
        format!("{}@{}: {}", entry.key, entry.key_span.slice(file), show_value(&entry.value, file))
    };
    table.entries().iter().map(entry).collect::<Vec<_>>().join("; ")
}

fn show_value(value: &Value, file: &str) -> String {
    let written = file.get(value.span.range()).expect("spans lie on character boundaries of the file");
    match &value.node {
        Node::List(items) => {
            let items: Vec<_> = items.iter().map(|item| show_value(item, file)).collect();
            format!("[{}]", items.join(", "))
        }
        Node::Table(table) => format!("{{{}}}", show(table, file)),
        node => format!("{node:?}<{written}>"),
    }
}

/// Faults as text: the marked bytes, the message, and where the related place is.
fn show_faults(faults: &[ParseFault], file: &str) -> String {
    let fault = |fault: &ParseFault| {
        let marked = file.get(fault.span.range()).expect("spans lie on character boundaries of the file");
        let related: Vec<_> =
            fault.related.iter().map(|(span, text)| format!(" ({text} at {})", span.start)).collect();
        format!("{marked:?} at {}: {}{}", fault.span.start, fault.message, related.join(""))
    };
    faults.iter().map(fault).collect::<Vec<_>>().join("\n")
}

type Parser = fn(&str, usize) -> Result<Table, Vec<ParseFault>>;

#[track_caller]
fn check(parse: Parser, text: &str, expected: impl IntoData) {
    // The text stands behind a prefix, as a head stands behind its fence.
    let file = format!("é--{text}");
    let shown = match parse(text, 4) {
        Ok(table) => show(&table, &file),
        Err(faults) => show_faults(&faults, &file),
    };
    assert_data_eq!(shown, expected);
}

mod toml {
    use super::super::parse_toml;
    use super::check;
    use snapbox::str;

    #[test]
    fn values_keep_their_places() {
        check(parse_toml, "", str![]);
        check(parse_toml, "b = 1\na = 'x'", str![[r#"b@b: Integer(1)<1>; a@a: String("x")<'x'>"#]]);
        check(
            parse_toml,
            "\"é\" = \"ü\"\r\n\"x y\" = -2.5",
            str![[r#"é@"é": String("ü")<"ü">; x y@"x y": Float(-2.5)<-2.5>"#]],
        );
        check(
            parse_toml,
            "d = 2026-11-23\ni = 2026-11-23 09:30:00+01:00",
            str![[
                r#"d@d: String("2026-11-23")<2026-11-23>; i@i: String("2026-11-23 09:30:00+01:00")<2026-11-23 09:30:00+01:00>"#
            ]],
        );
        check(
            parse_toml,
            "l = [1, [true],\n {a.b = 0x1F}]",
            str!["l@l: [Integer(1)<1>, [Bool(true)<true>], {a@a: {b@b: Integer(31)<0x1F>}}]"],
        );
        check(
            parse_toml,
            "[t]\nx = 1\n[[u.v]]\n[[u.v]]\ny = 2\n[t.s]",
            str!["t@t: {x@x: Integer(1)<1>; s@s: {}}; u@u: {v@v: [{}, {y@y: Integer(2)<2>}]}"],
        );
    }

    #[test]
    fn all_faults_are_told() {
        check(
            parse_toml,
            "a = 1\nb = 2\na = 3",
            str![[r#""a" at 16: key `a` is written twice (first written here at 4)"#]],
        );
        check(
            parse_toml,
            "title = Hello\nx = 1\ny == 2\n[z",
            str![[r#"
"Hello" at 12: not valid TOML: string values must be quoted, expected literal string
"=" at 27: not valid TOML: extra `=`, expected nothing
"" at 33: not valid TOML: unclosed table, expected `]`
"#]],
        );
        check(
            parse_toml,
            "[a]\nx = 1\n[a]\nx = 2",
            str![[r#"
"a" at 15: key `a` is written twice
"x" at 18: key `x` is written twice (first written here at 8)
"#]],
        );
        check(
            parse_toml,
            "t = {a = 1, a = 2}\nn = nan\nm = 99999999999999999999",
            str![[r#"
"a" at 16: key `a` is written twice (first written here at 9)
"nan" at 27: `nan` is not a number that a field can hold
"99999999999999999999" at 35: `99999999999999999999` is not a number that a field can hold
"#]],
        );
        check(
            parse_toml,
            "a = 1\na.b = 2",
            str![[r#""a" at 10: not valid TOML: cannot extend value of type integer with a dotted key"#]],
        );
        check(
            parse_toml,
            "a = 'x",
            str![[r#""" at 10: not valid TOML: invalid literal string, expected `'`"#]],
        );
    }
}
