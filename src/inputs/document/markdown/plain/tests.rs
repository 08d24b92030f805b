//! What plain text keeps of small bodies.

use super::plain_text_of;
use crate::inputs::document::markdown::outline;
use crate::text::Span;

/// The passages of a body as (anchor, text).
fn of(body: &str) -> Vec<(String, String)> {
    let outline = outline(body, Span::new(0, body.len()), &mut Vec::new());
    let passages = plain_text_of(body, &outline);
    let anchor = |passage: &super::Passage<'_>| passage.heading.map(|h| h.anchor.clone()).unwrap_or_default();
    passages.iter().map(|passage| (anchor(passage), passage.text.clone())).collect()
}

#[track_caller]
fn check(body: &str, expected: &[(&str, &str)]) {
    let seen = of(body);
    let seen: Vec<(&str, &str)> = seen.iter().map(|(a, t)| (a.as_str(), t.as_str())).collect();
    assert_eq!(seen, expected);
}

#[test]
fn passages_follow_the_headings() {
    check(
        "before\n\n# Title\n\none\n\n## *Same*\ntwo\n\n## Same\n\n### Empty\n",
        &[("", "before"), ("title", "one"), ("same", "two"), ("same-1", ""), ("empty", "")],
    );
    check("", &[("", "")]);
    check("\u{feff}# A\r\n\r\nb\r\nc\r\n", &[("", ""), ("a", "b c")]);
}

#[test]
fn headings_inside_of_containers_are_text() {
    check(
        "> # Quoted\n> text\n\n- ## Listed\n  more\n\n[^1]\n\n[^1]: # Noted\n\n# Own\n\nend\n",
        &[("", "Quoted\ntext\nListed\nmore\nNoted"), ("own", "end")],
    );
}

#[test]
fn markup_goes_and_words_stay_apart() {
    check("a*b*c [link](https://a.example/x) `code`\nline", &[("", "abc link code line")]);
    check("- one\n- two\n  - three\n\npara", &[("", "one\ntwo\nthree\npara")]);
    check("| a | b |\n|---|---|\n| c d | e |\n", &[("", "a b\nc d e")]);
    check("```sql\nSELECT 1;\n```\nafter ![alt text](i.png)", &[("", "SELECT 1;\nafter alt text")]);
    check("<b>bold</b> and &amp; <!-- hidden -->", &[("", "bold and &")]);
    check("<div>\nblock\n</div>\n\nafter", &[("", "after")]);
    check("see[^n]\n\n[^n]: the note", &[("", "see\nthe note")]);
    check("- [x] done\n- [ ] open", &[("", "done\nopen")]);
}
