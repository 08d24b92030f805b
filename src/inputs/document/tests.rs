//! What holds for every file, whatever its bytes.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::inputs::config::Config;

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let book = SourceFile::new(BookPath::new("book.toml").unwrap(), Vec::new());
    Config::parse(&book).config.kinds
});

/// Pieces that the grammars of a document care about.
fn files() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "---\n",
        "+++\n",
        "---\r\n",
        "kind: runbook\n",
        "for: MCM-2026-0007\n",
        "kind = 'page'\n",
        "a: [\n",
        "\u{feff}",
        "# Title é\n",
        "## Execution\n",
        "### Step 1: Do\n",
        "### Step 2 – Do\n",
        "- Owner: @ana (backup @raj)\n",
        "- Estimate: 1h30m\n",
        "```sh\n",
        "```\n",
        "> quote\n",
        "| a | b |\n|---|---|\n| [x](y.md) | z |\n",
        "[^1]\n",
        "[^1]: note\n",
        "<!-- x -->\n",
        "- [ ] task\n",
        "text\u{200b}\n",
        "\n",
        "\r\n",
        "\t",
        "\u{0}",
        "é",
        "https://a.example\n",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn assert_whole(bytes: Vec<u8>) {
    let path = BookPath::new("content/changes/2026/MCM-2026-0007/runbook.md").unwrap();
    let source = SourceFile::new(path, bytes);
    let document = parse(&source, &KINDS, &BookPath::new("content").unwrap());
    let text = &*source.text;
    let mut spans = vec![document.body, document.head_span()];
    spans.extend(
        document
            .faults
            .iter()
            .flat_map(|fault| std::iter::once(fault.span).chain(fault.related.iter().map(|(span, _)| *span))),
    );
    spans.extend(document.matter.table.entries().iter().flat_map(|entry| [entry.key_span, entry.value.span]));
    spans.extend(document.outline.headings.iter().flat_map(|heading| [heading.span, heading.section]));
    spans.extend(document.steps.iter().flat_map(|step| {
        let fields = step.fields.iter().map(|field| field.span);
        [step.span, step.section].into_iter().chain(fields)
    }));
    spans.extend(steps::near_misses(&document.outline).iter().map(|miss| miss.span));
    for span in spans {
        assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
    }
    let head = document.matter.block.map_or(0, |block| block.span.end);
    assert_eq!(document.body.end as usize, text.len());
    assert!(
        document.body.start == head || head == 0 && document.body.start == 3 && text.starts_with('\u{feff}')
    );
}

proptest! {
    #[test]
    fn any_file_is_a_document(text in files()) {
        assert_whole(text.into_bytes());
    }

    #[test]
    fn any_bytes_are_a_document(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        assert_whole(bytes);
    }
}
