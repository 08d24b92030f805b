//! The formats, each by its own table of texts.

mod properties;

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
    assert_data_eq!(shown, expected.raw());
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

mod yaml {
    use super::super::parse_yaml;
    use super::check;
    use snapbox::str;

    #[test]
    fn values_keep_their_places() {
        check(parse_yaml, "", str![]);
        check(parse_yaml, "\n# só\n", str![]);
        check(
            parse_yaml,
            "title: Überzug \"x\"\r\nn: 12\r\n",
            str![[r#"title@title: String("Überzug \"x\"")<Überzug "x">; n@n: Integer(12)<12>"#]],
        );
        check(
            parse_yaml,
            "a: [1, {b: 'it''s', c: }]\nd:\n  - x\n  - y: 1\n    z: 2\n\ne: 3\n",
            str![[
                r#"a@a: [Integer(1)<1>, {b@b: String("it's")<'it''s'>; c@c: Null<>}]; d@d: [String("x")<x>, {y@y: Integer(1)<1>; z@z: Integer(2)<2>}]; e@e: Integer(3)<3>"#
            ]],
        );
        check(
            parse_yaml,
            "  indented: yes\n  more: \"\\u00fc\\t\"\n",
            str![[r#"indented@indented: String("yes")<yes>; more@more: String("ü\t")<"\u00fc\t">"#]],
        );
        check(
            parse_yaml,
            "text: |\n  one\n  --- two\nfold: >-\n  a\n  b\nmany: one\n  two\n",
            str![[r#"
text@text: String("one\n--- two\n")<one
  --- two
>; fold@fold: String("a b")<a
  b
>; many@many: String("one two")<one
  two>
"#]],
        );
        check(parse_yaml, "? key\n: value\n", str![[r#"key@key: String("value")<value>"#]]);
        check(
            parse_yaml,
            "d: 2026-11-23\ni: 2026-11-23T09:30:00+01:00\nt: 10:45\nn: MCM-2026-0007\n",
            str![[
                r#"d@d: String("2026-11-23")<2026-11-23>; i@i: String("2026-11-23T09:30:00+01:00")<2026-11-23T09:30:00+01:00>; t@t: String("10:45")<10:45>; n@n: String("MCM-2026-0007")<MCM-2026-0007>"#
            ]],
        );
        check(
            parse_yaml,
            "empty:\nlist:\n- a\n- \nlast:",
            str![[r#"empty@empty: Null<>; list@list: [String("a")<a>, Null<>]; last@last: Null<>"#]],
        );
        check(
            parse_yaml,
            "tab in text: \"a\tb\" # and\there\nx: a\tb\n",
            str![[r#"tab in text@tab in text: String("a\tb")<"a	b">; x@x: String("a\tb")<a	b>"#]],
        );
    }

    #[test]
    fn only_the_core_schema_resolves() {
        check(
            parse_yaml,
            "[a: true, b: TRUE, c: tRue, d: yes, e: no, f: on, g: y]",
            str![[
                r#""[a: true, b: TRUE, c: tRue, d: yes, e: no, f: on, g: y]" at 4: a list stands where keys and values are due"#
            ]],
        );
        check(
            parse_yaml,
            "{a: ~, b: null, c: Null, d: nULL, e: '', f: \"true\"}",
            str![[
                r#"a@a: Null<~>; b@b: Null<null>; c@c: Null<Null>; d@d: String("nULL")<nULL>; e@e: String("")<''>; f@f: String("true")<"true">"#
            ]],
        );
        check(
            parse_yaml,
            "{a: 0, b: -1, c: +2, d: 007, e: 0o17, f: 0xFf, g: 1_000, h: 0b1, i: 1:30}",
            str![[
                r#"a@a: Integer(0)<0>; b@b: Integer(-1)<-1>; c@c: Integer(2)<+2>; d@d: Integer(7)<007>; e@e: Integer(15)<0o17>; f@f: Integer(255)<0xFf>; g@g: String("1_000")<1_000>; h@h: String("0b1")<0b1>; i@i: String("1:30")<1:30>"#
            ]],
        );
        check(
            parse_yaml,
            "{a: 1.5, b: .5, c: 1., d: 1e3, e: -1.2E-3, f: 1.2.3, g: ., h: inf, i: nan, j: 1d}",
            str![[
                r#"a@a: Float(1.5)<1.5>; b@b: Float(0.5)<.5>; c@c: Float(1.0)<1.>; d@d: Float(1000.0)<1e3>; e@e: Float(-0.0012)<-1.2E-3>; f@f: String("1.2.3")<1.2.3>; g@g: String(".")<.>; h@h: String("inf")<inf>; i@i: String("nan")<nan>; j@j: String("1d")<1d>"#
            ]],
        );
    }

    #[test]
    fn what_surprises_is_refused() {
        check(
            parse_yaml,
            "a: &x [1]\nb: *x\nc: *y\n",
            str![[r#"
"&x" at 7: YAML anchor `&x` is not allowed in front matter
"*x" at 17: YAML alias `*x` is not allowed in front matter
"*y" at 23: YAML alias `*y` is not allowed in front matter
"#]],
        );
        check(
            parse_yaml,
            "a: !!str 1\nb: !odd {c: 1}\n",
            str![[r#"
"!!str" at 7: YAML tag `!!str` is not allowed in front matter
"!odd" at 18: YAML tag `!odd` is not allowed in front matter
"#]],
        );
        check(
            parse_yaml,
            "a: {b: 1}\n<<: {c: 2}\n",
            str![[r#""<<" at 14: YAML merge key `<<` is not allowed in front matter"#]],
        );
        check(
            parse_yaml,
            "1: a\ntrue: b\n~: c\n? [d]\n: e\n: f\n*g : h\n",
            str![[r#"
"1" at 4: key `1` is a whole number
"true" at 9: key `true` is true or false
"~" at 17: key `~` is nothing
"[d]" at 24: a key is a list
"" at 32: key `~` is nothing
"*g" at 36: YAML alias `*g` is not allowed in front matter
"#]],
        );
        check(
            parse_yaml,
            "a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n",
            str![[r#"
"c" at 19: key `c` is written twice (first written here at 13)
"a" at 25: key `a` is written twice (first written here at 4)
"a" at 30: key `a` is written twice (first written here at 4)
"#]],
        );
        check(
            parse_yaml,
            "n: .nan\ni: 99999999999999999999\nf: 1e999\nx: 0xFFFFFFFFFFFFFFFF\n",
            str![[r#"
".nan" at 7: `.nan` is not a number that a field can hold
"99999999999999999999" at 15: `99999999999999999999` is not a number that a field can hold
"1e999" at 39: `1e999` is not a number that a field can hold
"0xFFFFFFFFFFFFFFFF" at 48: `0xFFFFFFFFFFFFFFFF` is not a number that a field can hold
"#]],
        );
        check(
            parse_yaml,
            "a:\t1\nb: 2\t# c\n",
            str![[r#"
"\t" at 6: a tab stands between values in YAML
"\t" at 13: a tab stands between values in YAML
"#]],
        );
        check(parse_yaml, "t: t\n\tfoo: 1\n", str![[r#""\t" at 9: a tab is used to indent YAML"#]]);
        check(parse_yaml, "t: t # c\n\tf: 1\n", str![[r#""\t" at 13: a tab is used to indent YAML"#]]);
        check(parse_yaml, "o: 😀\r\n\tt: 2\r\n", str![[r#""\t" at 13: a tab is used to indent YAML"#]]);
        check(parse_yaml, "l:\n  - s: a\n\t  h: b\n", str![[r#""\t" at 16: a tab is used to indent YAML"#]]);
        check(
            parse_yaml,
            "title: X\n owner: ana\n",
            str![[r#""o" at 14: not valid YAML: the indentation fits no open list or table"#]],
        );
        check(
            parse_yaml,
            "a: b: c\n",
            str![[r#"":" at 8: not valid YAML: a second `: ` stands in one line"#]],
        );
        check(
            parse_yaml,
            "a: x\u{0}y\nb: 1\n",
            str![[r#""\0" at 8: not valid YAML: the control character U+0000 stands here"#]],
        );
        check(parse_yaml, "a:\n\tb: 1\n", str![[r#""\t" at 7: a tab is used to indent YAML"#]]);
        check(
            parse_yaml,
            "a: 1\n--- \nb: 2\n",
            str![[r#""---" at 9: front matter holds more than one YAML document"#]],
        );
        check(
            parse_yaml,
            "a: 1\n...\nb: 2\n",
            str![[r#""" at 13: front matter holds more than one YAML document"#]],
        );
        check(parse_yaml, "%YAML 1.1\na: 1\n", str![[r#""%" at 4: not valid YAML: a line begins with `%`"#]]);
        check(
            parse_yaml,
            "- a\n- b\n",
            str![[r#""- a\n- b" at 4: a list stands where keys and values are due"#]],
        );
        check(
            parse_yaml,
            "just words\n",
            str![[r#""just words" at 4: text stands where keys and values are due"#]],
        );
    }

    #[test]
    fn faults_of_syntax_say_what_to_do() {
        check(
            parse_yaml,
            "a: 1\nb: \"x\nc: 2\n",
            str![[r#""\"" at 12: not valid YAML: quotes are opened and never closed"#]],
        );
        check(
            parse_yaml,
            "a: [1, 2\nb: 3\n",
            str![[r#"":" at 14: not valid YAML: a key stands where brackets are still open"#]],
        );
        check(parse_yaml, "a: {b: 1\n", str![[r#""{" at 7: not valid YAML: `{` is never closed"#]]);
        check(
            parse_yaml,
            "title: Move: now\n",
            str![[r#"":" at 15: not valid YAML: a second `: ` stands in one line"#]],
        );
        check(
            parse_yaml,
            "owner: @ana\n",
            str![[r#""@" at 11: not valid YAML: a value cannot begin with `@`"#]],
        );
        check(
            parse_yaml,
            "share: 50%\nx: %50\n",
            str![[r#""%" at 18: not valid YAML: a value cannot begin with `%`"#]],
        );
        check(
            parse_yaml,
            "a:\n  b: 1\n c: 2\n",
            str![[r#""c" at 15: not valid YAML: the indentation fits no open list or table"#]],
        );
        check(
            parse_yaml,
            "a: 1\nb\nc: 2\n",
            str![[r#""b" at 9: not valid YAML: a line is neither `key: value` nor part of a value"#]],
        );
        check(
            parse_yaml,
            "a: \"\\d\"\n",
            str![[r#""\"" at 7: not valid YAML: unknown escape in double quotes"#]],
        );
        check(
            parse_yaml,
            "a: `x`\n",
            str![[r#""`" at 7: not valid YAML: a value cannot begin with a backtick"#]],
        );
        check(
            parse_yaml,
            "a: 'x' y\n",
            str![[r#""y" at 11: not valid YAML: text stands behind the closing quotes"#]],
        );
        check(parse_yaml, "a: ]\n", str![[r#""]" at 7: not valid YAML: misplaced bracket"#]]);
        check(
            parse_yaml,
            "a: -\n  b\n",
            str![[r#""-" at 7: not valid YAML: a list item stands in the line of its key"#]],
        );
        check(
            parse_yaml,
            "a: - b\n",
            str![[r#""-" at 7: not valid YAML: a list item stands in the line of its key"#]],
        );
    }
}

mod json {
    use super::super::parse_json;
    use super::check;
    use snapbox::str;

    #[test]
    fn values_keep_their_places() {
        check(parse_json, " \r\n", str![]);
        check(parse_json, "{}", str![]);
        check(
            parse_json,
            "{\"a\" : [1, -2.5e3, true, null],\r\n\t\"\\u00fc\": {\"b\": \"\\ud83d\\ude00\\/\"}}\n",
            str![[
                r#"a@"a": [Integer(1)<1>, Float(-2500.0)<-2.5e3>, Bool(true)<true>, Null<null>]; ü@"\u00fc": {b@"b": String("😀/")<"\ud83d\ude00\/">}"#
            ]],
        );
        check(parse_json, "{\"a\": 2026}", str![[r#"a@"a": Integer(2026)<2026>"#]]);
    }

    #[test]
    fn faults_are_told() {
        check(
            parse_json,
            "{\"a\": 1, \"b\": {\"c\": 1, \"c\": 2}, \"a\": 2}",
            str![[r#"
"\"c\"" at 27: key `c` is written twice (first written here at 19)
"\"a\"" at 36: key `a` is written twice (first written here at 5)
"#]],
        );
        check(parse_json, "[1]", str![[r#""[1]" at 4: a list stands where keys and values are due"#]]);
        check(parse_json, "{\"a\": 1,}", str![[r#""}" at 12: not valid JSON: key must be a string"#]]);
        check(
            parse_json,
            "{\"a\": 1\n \"b\": 2}",
            str![[r#""\"" at 13: not valid JSON: expected `,` or `}`"#]],
        );
        check(parse_json, "{a: 1}", str![[r#""a" at 5: not valid JSON: key must be a string"#]]);
        check(parse_json, "{\"a\": 'x'}", str![[r#""'" at 10: not valid JSON: expected value"#]]);
        check(parse_json, "{\"a\": 1} // x", str![[r#""/" at 13: not valid JSON: trailing characters"#]]);
        check(parse_json, "{\"a\": \"é\\q\"}", str![[r#""q" at 14: not valid JSON: invalid escape"#]]);
        check(
            parse_json,
            "{\"é\": \"\\ud800\"}",
            str![[r#""\"" at 18: not valid JSON: unexpected end of hex escape"#]],
        );
        check(
            parse_json,
            "{\"a\": 1e999, \"b\": 18446744073709551615}",
            str![[r#"
"1e999" at 10: `1e999` is not a number that a field can hold
"18446744073709551615" at 22: `18446744073709551615` is not a number that a field can hold
"#]],
        );
        check(parse_json, "{\"a\": \"x", str![[r#""x" at 11: not valid JSON: EOF while parsing a string"#]]);
        check(parse_json, "{\"a\": NaN}", str![[r#""N" at 10: not valid JSON: expected value"#]]);
    }
}
