//! What holds for every file: nothing panics, nothing is lost, and gray_matter reads the same values.

use gray_matter::engine::{JSON, TOML, YAML};
use proptest::prelude::*;

use super::super::*;
use super::source;

/// Lines that fences, parsers and characters care about.
fn files() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "---",
        "+++",
        ";;;",
        "--- ",
        "----",
        "-",
        "title: x",
        "a = 1",
        "{\"a\": 1}",
        "a: [",
        "  b: 2",
        "# Heading",
        "\t",
        "",
        "a: &x *x",
        "é: ü",
        "\u{feff}",
        "\u{200b}",
        "a\u{301}",
        "```",
        "key: |",
        "\u{85}",
        "+++\u{a0}",
    ]);
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\r", ""]);
    prop::collection::vec((line, end), 0..12)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end]).collect())
}

fn assert_whole(file: &SourceFile) {
    let mut faults = Vec::new();
    let head = read(file, &mut faults);
    let text = &*file.text;
    let mark = if text.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    let rebuilt = match head.matter.block {
        None => [mark, file.slice(head.body)].concat(),
        Some(block) => {
            let opening = &text[block.span.start as usize..block.head.start as usize];
            let closing = &text[block.head.end as usize..block.span.end as usize];
            for fence in [opening, closing] {
                assert_eq!(fence.trim_end_matches(['\r', '\n']), block.format.fence());
            }
            [mark, opening, file.slice(block.head), closing, file.slice(head.body)].concat()
        }
    };
    assert_eq!(rebuilt, text);
    for fault in faults {
        assert!(text.get(fault.span.range()).is_some(), "{fault:?}");
        assert!(fault.related.iter().all(|(span, _)| text.get(span.range()).is_some()), "{fault:?}");
    }
}

proptest! {
    #[test]
    fn any_file_is_read_and_can_be_rebuilt(text in prop_oneof![files(), any::<String>()]) {
        assert_whole(&source(text));
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        assert_whole(&source([b"---\na: ".as_slice(), &bytes, b"\n---\n"].concat()));
        assert_whole(&source(bytes));
    }

    /// gray_matter with its own engines judges values that every YAML, TOML and JSON reads alike.
    #[test]
    fn gray_matter_reads_the_same_values(value in values(), crlf in any::<bool>()) {
        let break_lines = |text: String| if crlf { text.replace('\n', "\r\n") } else { text };
        let json = break_lines(format!(";;;\n{}\n;;;\nbody", serde_json::to_string_pretty(&value).unwrap()));
        let toml = break_lines(format!("+++\n{}+++\nbody", toml::to_string(&value).unwrap()));
        let yaml = break_lines(format!("---\n{}---\nbody", as_yaml(&value)));
        for text in [&json, &toml, &yaml] {
            let mut faults = Vec::new();
            let head = read(&source(text.as_str()), &mut faults);
            prop_assert_eq!(&faults, &[], "{}", text);
            prop_assert_eq!(head.matter.table.to_json(), value.clone(), "{}", text);
            prop_assert_eq!(head.body.slice(text), "body");
        }
        prop_assert_eq!(judge::<JSON>(";;;", &json), value.clone());
        prop_assert_eq!(judge::<TOML>("+++", &toml), value.clone());
        prop_assert_eq!(judge::<YAML>("---", &yaml), value);
    }
}

fn judge<E: Engine>(fence: &str, text: &str) -> serde_json::Value {
    let mut splitter = Splitter::<E>::new();
    splitter.delimiter = fence.to_owned();
    let parsed = splitter.parse::<serde_json::Value>(text).unwrap();
    parsed.data.unwrap_or_else(|| serde_json::json!({}))
}

/// Block style, as people write it.
fn as_yaml(value: &serde_json::Value) -> String {
    let entries = value.as_object().unwrap().iter();
    let item = |item: &serde_json::Value| format!("  - {item}\n");
    let entry = |(key, value): (&String, &serde_json::Value)| match value {
        serde_json::Value::Array(items) if !items.is_empty() => {
            format!("{key}:\n{}", items.iter().map(item).collect::<String>())
        }
        value => format!("{key}: {value}\n"),
    };
    entries.map(entry).collect()
}

fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from),
        (-4000..4000).prop_map(|number| serde_json::Value::from(f64::from(number) / 8.0 + 0.0625)),
        "[a-zA-Z0-9 .,:#'\"é—-]{0,16}".prop_map(serde_json::Value::from),
    ];
    let list = prop::collection::vec(leaf.clone(), 0..4).prop_map(serde_json::Value::from);
    let table = prop::collection::btree_map("[a-z]{1,6}", leaf.clone(), 0..4)
        .prop_map(|map| map.into_iter().collect::<serde_json::Value>());
    prop::collection::btree_map("k[a-z_]{0,6}", prop_oneof![leaf, list, table], 0..6)
        .prop_map(|map| map.into_iter().collect::<serde_json::Value>())
}
