//! What the outline says of small bodies.

use crate::inputs::document::Fault;
use crate::inputs::document::markdown::{Cell, Outline, outline};
use crate::text::Span;

const HEAD: &str = "---\nkind: page\n---\n";

/// The outline of a body that stands behind a head, and the whole file.
fn of(body: &str) -> (Outline, String, Vec<Fault>) {
    let file = format!("{HEAD}{body}");
    let mut faults = Vec::new();
    let outline = outline(&file, Span::new(HEAD.len(), file.len()), &mut faults);
    (outline, file, faults)
}

#[test]
fn finds_headings_and_sections() {
    let (outline, file, faults) =
        of("intro\n\n# *One* `two`\nbody one\n\n## A\nx y\n### B\nz\n## A ##\n\nC\nD\n===\nend\n");
    assert_eq!(faults, []);
    let seen: Vec<_> = outline
        .headings
        .iter()
        .map(|h| {
            (
                h.level,
                h.text.as_str(),
                h.anchor.as_str(),
                h.span.slice(&file),
                h.section.slice(&file),
                h.words,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (1, "One two", "one-two", "# *One* `two`", "body one\n\n## A\nx y\n### B\nz\n## A ##\n\n", 5),
            (2, "A", "a", "## A", "x y\n### B\nz\n", 3),
            (3, "B", "b", "### B", "z\n", 1),
            (2, "A", "a-1", "## A ##", "\n", 0),
            (1, "C D", "cd", "C\nD\n===", "end\n", 1),
        ]
    );
    assert_eq!(outline.words, 14);
}

#[test]
fn leaves_nested_headings_out_but_counts_their_anchors() {
    let (outline, ..) = of("> # Same\n\n- ## Same\n\n# Same\n\n# ![alt](i.png) <b>x</b>\n");
    let anchors: Vec<_> = outline.headings.iter().map(|h| h.anchor.as_str()).collect();
    assert_eq!(anchors, ["same-2", "-x"]);
    assert_eq!(outline.headings[1].text, "alt x");
    assert_eq!(outline.nested_anchors, ["same", "same-1"]);
    assert!(outline.has_anchor("same-1") && outline.has_anchor("same-2") && !outline.has_anchor("same-3"));
}

#[test]
fn finds_links_of_every_form() {
    let (outline, file, _) = of(concat!(
        "[a *b*](x.md#y \"t\") ![i `c`](p.png) [r][id] [id] <https://e.example> <me@e.example>\n",
        "and https://bare-1.example/a_b*c*, me@f.example `https://code.example` www.g.example.\n\n",
        "[![inner](s.png) outer](t.md)\n\n[id]: ref.md\n"
    ));
    let seen: Vec<_> = outline
        .links
        .iter()
        .map(|l| (l.image, l.target.as_str(), l.text.as_str(), l.span.slice(&file)))
        .collect();
    assert_eq!(
        seen,
        [
            (false, "x.md#y", "a b", "[a *b*](x.md#y \"t\")"),
            (true, "p.png", "i c", "![i `c`](p.png)"),
            (false, "ref.md", "r", "[r][id]"),
            (false, "ref.md", "id", "[id]"),
            (false, "https://e.example", "https://e.example", "<https://e.example>"),
            (false, "mailto:me@e.example", "me@e.example", "<me@e.example>"),
            (false, "https://bare-1.example/a_b", "https://bare-1.example/a_b", "https://bare-1.example/a_b"),
            (false, "mailto:me@f.example", "me@f.example", "me@f.example"),
            (false, "http://www.g.example", "www.g.example", "www.g.example"),
            (false, "t.md", "inner outer", "[![inner](s.png) outer](t.md)"),
            (true, "s.png", "inner", "![inner](s.png)"),
        ]
    );
}

#[test]
fn reads_items_as_written() {
    let (outline, file, _) = of(concat!(
        "- Owner: @ana  (**backup** @raj)\n- Validate: `pg_is_in_recovery()` is\n  false; [lag](m.md) 0\n",
        "- loose\n\n  second\n- ```sh\n  x\n  ```\n- [x] a `b`\n  1. deep\n\ntext\n\n> - quoted\n\n1) one\n2) two\n"
    ));
    let items =
        |index: usize| -> Vec<&str> { outline.lists[index].items.iter().map(|i| i.text.as_str()).collect() };
    assert_eq!(
        items(0),
        [
            "Owner: @ana  (**backup** @raj)",
            "Validate: pg_is_in_recovery() is false; [lag](m.md) 0",
            "loose",
            "",
            "a b"
        ]
    );
    assert_eq!(items(1), ["one", "two"]);
    assert_eq!(outline.lists.len(), 2);
    assert_eq!(outline.lists[0].items[2].span.slice(&file), "- loose\n\n  second");
    assert_eq!(outline.lists[1].span.slice(&file), "1) one\n2) two");
}

#[test]
fn finds_cells_without_their_bars_and_blanks() {
    let (outline, file, _) = of("| a |  b *c* |\n|---|---|\n|   | d |\n");
    let cells = |row: &[Cell]| -> Vec<(String, String)> {
        row.iter().map(|cell| (cell.text.clone(), cell.span.slice(&file).to_owned())).collect()
    };
    let pair = |text: &str, written: &str| (text.to_owned(), written.to_owned());
    let table = &outline.tables[0];
    assert_eq!(cells(&table.head), [pair("a", "a"), pair("b c", "b *c*")]);
    assert_eq!(cells(&table.rows[0]), [pair("", ""), pair("d", "d")]);
    let empty = table.rows[0][0].span.start as usize;
    assert!(file[empty..].trim_start().starts_with("| d |"), "{empty}");
}

#[test]
fn finds_tasks_in_source_order() {
    let (outline, file, _) = of("- [x] one *two*\n  three\n  - [ ] `sub`\n- [ ] last\n- plain\n");
    let seen: Vec<_> = outline.tasks.iter().map(|t| (t.done, t.text.as_str(), t.span.slice(&file))).collect();
    assert_eq!(
        seen,
        [
            (true, "one two three", "- [x] one *two*\n  three"),
            (false, "sub", "- [ ] `sub`"),
            (false, "last", "- [ ] last")
        ]
    );
}

#[test]
fn finds_code_and_html() {
    let (outline, file, _) =
        of("```SQL,x y\nselect 1;\r\n```\n\n    indented\n\n<!-- c -->\n\nText <b>bold</b>\n");
    let seen: Vec<_> = outline
        .code
        .iter()
        .map(|c| (c.language.as_str(), c.fenced, c.text.as_str(), c.span.slice(&file)))
        .collect();
    assert_eq!(
        seen,
        [("sql", true, "select 1;\n", "```SQL,x y\nselect 1;\r\n```"), ("", false, "indented\n", "indented")]
    );
    let html: Vec<_> = outline.html.iter().map(|span| span.slice(&file)).collect();
    assert_eq!(html, ["<!-- c -->", "<b>", "</b>"]);
    assert_eq!(outline.words, 2);
}

#[test]
fn counts_words() {
    for (body, words) in [
        ("one two-three fo*ur* - | ...\n", 3),
        ("a\\\nb\nc\n\n| x | y |\n|---|---|\n| z |   |\n", 6),
        ("変更の窓 12:00\n", 5),
        ("`co de` [li nk](x \"no\") ![im age](y)\n", 6),
    ] {
        assert_eq!(of(body).0.words, words, "{body:?}");
    }
}

#[test]
fn the_fence_that_is_missing_is_said_in_words() {
    for (body, marks) in [("````sh\n# B\n", "4 backticks"), ("~~~\n# B\n", "3 tildes")] {
        let (_, _, faults) = of(body);
        let help = format!("close the fence with a line that holds {marks} and nothing else");
        assert_eq!(faults[0].help, [help], "{body:?}");
    }
}

#[test]
fn tells_of_fences_that_hide_headings() {
    for (body, found) in [
        ("# A\n```sh\nx\n# B\n## C\n", Some(("```sh", 5, 2, "# B"))),
        ("   ~~~~\n~~~\n   ### B\n#no\n    # code\n", Some(("~~~~", 4, 1, "### B"))),
        ("```\n``` x\n#\t\r\n", Some(("```", 4, 1, "#"))),
        ("```\n# B\n", Some(("```", 4, 1, "# B"))),
        ("```\n# B\n````\n", None),
        ("~~~\n# B\n~~~~~  \n\n", None),
        ("```\nno heading\n#hash\n", None),
        ("- ```\n  # B\n\n# C\n", None),
        ("> ~~~\n> # B\n\n# C\n", None),
        ("```\n# B\n```\n", None),
    ] {
        let (_, file, faults) = of(body);
        let seen = faults.iter().map(|fault| {
            assert_eq!(fault.code.0, "MCM011");
            assert_eq!(fault.related[0].1, "the first hidden heading");
            (fault.span.slice(&file), fault.message.as_str(), fault.related[0].0.slice(&file))
        });
        let message = |line: usize, count: usize| {
            let headings = if count == 1 { "heading" } else { "headings" };
            format!("code fence opened at line {line} is never closed and hides {count} {headings}")
        };
        let expected = found.map(|(fence, line, count, first)| (fence, message(line, count), first));
        let expected: Vec<_> = expected.iter().map(|(a, b, c)| (*a, b.as_str(), *c)).collect();
        assert_eq!(seen.collect::<Vec<_>>(), expected, "{body:?}");
    }
}

#[test]
fn places_spans_between_other_line_ends() {
    let body =
        "# A\n\nx\n- i `j\n  k` [l\n  m](n)\n- o\n\n```q\nr\n```\n\n<!-- s\nt -->\n\n- [ ] u\n## B\ny\n";
    let (plain, file, _) = of(body);
    let seen = |outline: &Outline, file: &str| -> Vec<String> {
        let mut spans: Vec<Span> = outline.headings.iter().flat_map(|h| [h.span, h.section]).collect();
        spans.extend(outline.links.iter().map(|link| link.span));
        spans.extend(outline.code.iter().map(|code| code.span));
        spans.extend(outline.tasks.iter().map(|task| task.span));
        spans.extend(outline.lists.iter().flat_map(|l| l.items.iter().map(|i| i.span).chain([l.span])));
        spans.extend(&outline.html);
        spans.into_iter().map(|span| span.slice(file).to_owned()).collect()
    };
    for ending in ["\r\n", "\r"] {
        let (outline, other, _) = of(&body.replace('\n', ending));
        let expected: Vec<String> =
            seen(&plain, &file).iter().map(|text| text.replace('\n', ending)).collect();
        assert_eq!(seen(&outline, &other), expected);
        assert_eq!(outline.lists[0].items[0].text, "i j k [l m](n)");
        assert_eq!(outline.code[0].text, "r\n");
    }
}

#[test]
fn passes_over_a_byte_order_mark() {
    let file = "\u{feff}# A\nb\n";
    let outline = outline(file, Span::new(0, file.len()), &mut Vec::new());
    assert_eq!(outline.headings[0].span.slice(file), "# A");
    assert_eq!(outline.headings[0].section.slice(file), "b\n");
}

#[test]
fn survives_deep_nesting() {
    let lists = "- ".repeat(10_000) + "x\n";
    assert_eq!(of(&lists).0.lists.len(), 1);
    let quotes = format!("{}x\n{}# y\n", "> ".repeat(10_000), "> ".repeat(10_000));
    assert_eq!(of(&quotes).0.nested_anchors, ["y"]);
    let images = format!("{}{}", "![".repeat(10_000), "](x)".repeat(10_000));
    assert_eq!(of(&images).0.links.len(), 10_000);
}
