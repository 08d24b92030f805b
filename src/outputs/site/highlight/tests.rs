use super::grammar::LANGUAGES;
use super::*;

/// Without tags, and with the escapes undone, the output is the input.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn every_language_keeps_the_text_and_marks_something() {
    let samples = [
        ("bash", "set -euo pipefail # strict\nfor h in $(cat hosts); do ssh \"$h\" 'a <b> & c'; done\n"),
        ("sql", "SELECT count(*) FROM orders WHERE state <> 'open' -- why\n"),
        ("yaml", "name: \"x\" # c\nlist: [1, true]\n"),
        ("toml", "a = \"b\" # c\n[t]\nn = 1\n"),
        ("json", "{\"a\": [1, true, null]}\n"),
        ("rust", "fn main() { let x = \"<&>\"; } // c\n"),
        ("python", "def f(x):\n    return 'é' # c\n"),
        ("go", "func main() { return } // c\n"),
        ("java", "class A { int x = 1; } // c\n"),
        ("javascript", "const x = () => `a${1}`; // c\n"),
        ("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n"),
        ("ini", "[section]\nkey = value ; c\n"),
        ("dockerfile", "FROM rust AS build\nRUN echo \"a\"\n"),
        ("hcl", "resource \"a\" \"b\" { count = 3 } # c\n"),
    ];
    assert_eq!(samples.len(), LANGUAGES.len());
    for (language, code) in samples {
        let html = highlight(language, code).unwrap_or_else(|| panic!("{language} is unknown"));
        assert_eq!(plain(&html), code, "{language}");
        assert!(html.contains("<span class=\"hl-"), "{language}: nothing is marked: {html}");
    }
}

#[test]
fn names_are_found_in_any_case_and_by_alias() {
    assert!(highlight("YML", "a: 1").is_some());
    assert!(highlight("Dockerfile", "FROM a").is_some());
    assert_eq!(highlight("brainfuck", "+"), None);
    assert_eq!(highlight("", "plain"), None);
}

#[test]
fn broken_code_is_shown_all_the_same() {
    for code in ["", "\"", "'''", "{{{{", "\u{0}\u{1f469}\u{200d}\u{1f4bb}", "<<EOF\n", "-- \r\n"] {
        for language in LANGUAGES.iter().map(|language| language.name) {
            assert_eq!(plain(&highlight(language, code).expect("known")), code, "{language}: {code:?}");
        }
    }
}
