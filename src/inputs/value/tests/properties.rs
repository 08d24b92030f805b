//! What holds for every text: no panic, spans inside it, and equal values in all three formats.

use proptest::prelude::*;

use super::super::*;

type Parser = fn(&str, usize) -> Result<Table, Vec<ParseFault>>;

const PARSERS: [Parser; 3] = [parse_yaml, parse_toml, parse_json];

/// Holds every span of a parse against the file that it speaks of.
fn assert_spans(result: &Result<Table, Vec<ParseFault>>, file: &str) {
    let assert_span = |span: Span| assert!(file.get(span.range()).is_some(), "{span:?} of {file:?}");
    match result {
        Ok(table) => assert_table(table, &assert_span),
        Err(faults) => {
            assert!(!faults.is_empty() && faults.len() <= MAX_FAULTS + 5, "{faults:?}");
            for fault in faults {
                assert_span(fault.span);
                fault.related.iter().for_each(|(span, _)| assert_span(*span));
            }
        }
    }
}

fn assert_table(table: &Table, assert_span: &dyn Fn(Span)) {
    for entry in table.entries() {
        assert_span(entry.key_span);
        assert_value(&entry.value, assert_span);
    }
}

fn assert_value(value: &Value, assert_span: &dyn Fn(Span)) {
    assert_span(value.span);
    match &value.node {
        Node::Table(table) => assert_table(table, assert_span),
        Node::List(items) => items.iter().for_each(|item| assert_value(item, assert_span)),
        _ => {}
    }
}

/// Values that all three formats can write.
fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        (-1.0e9..1.0e9)
            .prop_map(|number: f64| serde_json::Value::from((number * 8.0).round() / 8.0 + 0.0625)),
        "\\PC{0,12}".prop_map(serde_json::Value::from),
        "[a-z0-9:#,'\" \\\\\\n\\t-]{0,12}".prop_map(serde_json::Value::from),
    ];
    let tree = leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-zé ]{0,6}", inner, 0..5)
                .prop_map(|map| map.into_iter().collect::<serde_json::Value>()),
        ]
    });
    prop::collection::btree_map("[a-z_é.]{1,8}", tree, 0..6)
        .prop_map(|map| map.into_iter().collect::<serde_json::Value>())
}

/// Texts of the signs that grammars care about.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        ": ",
        ":",
        "\n",
        "\r\n",
        "\n  ",
        "\t",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\"",
        "'",
        "\\",
        "#",
        " #",
        "&x ",
        "*x",
        "!t ",
        "|",
        ">",
        "|2-\n",
        "---",
        "...",
        "%",
        "? ",
        "<<",
        "=",
        " = ",
        ".",
        "1",
        "-1.5e3",
        "0x",
        "true",
        "null",
        "~",
        "é",
        "\u{feff}",
        "\u{2028}",
        "😀",
        "'''",
        "\"\"\"",
        "2026-11-23",
        "T09:30Z",
        "[[",
        "]]",
        "\\u00e9",
        "\\ud800",
        " ",
        "@",
        "`",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_breaks_a_parser(text in prop_oneof![soup(), "\\PC{0,60}", any::<String>()]) {
        let file = format!("é--{text}");
        for parse in PARSERS {
            assert_spans(&parse(&text, 4), &file);
        }
    }

    #[test]
    fn all_formats_give_the_value_that_was_written(value in values()) {
        let compact = value.to_string();
        let pretty = serde_json::to_string_pretty(&value).unwrap().replace('\n', "\r\n");
        let toml = ::toml::to_string(&value).unwrap();
        prop_assert_eq!(parse_json(&compact, 0).unwrap().to_json(), value.clone());
        prop_assert_eq!(parse_json(&pretty, 0).unwrap().to_json(), value.clone());
        prop_assert_eq!(parse_toml(&toml, 0).unwrap().to_json(), value.clone());
        // A judge that knows nothing of spans.
        let judged: serde_json::Value = ::toml::from_str(&toml).unwrap();
        prop_assert_eq!(judged, value.clone());
        // JSON is YAML, but for keys longer than YAML's limit and for tabs.
        prop_assert_eq!(parse_yaml(&compact, 0).unwrap().to_json(), value);
    }
}

#[test]
fn deep_nesting_is_refused_at_its_place() {
    let lists = "[".repeat(10_000);
    let tables = "{a: ".repeat(10_000);
    let toml_tables = format!("a = {}", "{a.a.a.a.a.a.a.a.a.a = ".repeat(10_000));
    let block: String = (0..200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let yaml = [format!("a: {lists}"), tables, block, "- ".repeat(10_000), "? ".repeat(10_000)];
    let toml = [format!("a = {lists}"), toml_tables, format!("{}a = 1", "a.".repeat(10_000)), lists];
    let closed = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let json = [closed("[", "]"), closed("{\"a\":", "}"), closed("{\"a\":[", "]}")];
    let check = |parse: Parser, texts: &[String]| {
        for text in texts {
            let result = parse(text, 0);
            assert_spans(&result, text);
            let faults = result.unwrap_err();
            let is_told = faults.iter().any(|fault| fault.message.contains("nested deeper than 64 levels"));
            assert!(is_told, "{:?} of {}", faults, &text[..20]);
        }
    };
    check(parse_yaml, &yaml);
    check(parse_toml, &toml);
    check(parse_json, &json);
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let depth = MAX_DEPTH - 1;
    let lists = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    parse_yaml(&format!("a: {lists}"), 0).unwrap();
    parse_toml(&format!("a = {lists}"), 0).unwrap();
    parse_json(&format!("{{\"a\": {lists}}}"), 0).unwrap();
}

#[test]
fn aliases_are_never_expanded() {
    let level = |n: usize| format!("l{n}: &l{n} [{}]\n", vec![format!("*l{}", n - 1); 9].join(", "));
    let bomb = format!("l0: &l0 lol\n{}", (1..=9).map(level).collect::<String>());
    let faults = parse_yaml(&bomb, 0).unwrap_err();
    assert_eq!(faults[0].message, "YAML anchor `&l0` is not allowed in front matter");
    assert_eq!(faults.len(), MAX_FAULTS);
}

#[test]
fn many_keys_are_read_and_compared() {
    let yaml: String = (0..20_000).map(|n| format!("k{n}: {n}\n")).collect();
    assert_eq!(parse_yaml(&yaml, 0).unwrap().entries().len(), 20_000);
    let faults = parse_yaml(&format!("{yaml}k7: again\n"), 0).unwrap_err();
    assert_eq!(faults[0].message, "key `k7` is written twice");
}
