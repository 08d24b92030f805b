//! Documents made to exhaust stack, memory or time. Each is built beside good pages.

use super::{book, built};
use crate::support::run::outcome;

#[test]
fn deep_nesting_is_read_and_shown() {
    let book = book();
    let indented: String = (0..1500).map(|depth| format!("{}- item\n", "  ".repeat(depth))).collect();
    let cases = [
        ("quotes", format!("{} deep\n", ">".repeat(10_000))),
        ("spaced-quotes", format!("{} deep\n", "> ".repeat(10_000))),
        ("lists", format!("{} deep\n", "- ".repeat(10_000))),
        ("numbered", format!("{} deep\n", "1. ".repeat(10_000))),
        ("mixed", format!("{} deep\n", "> - ".repeat(10_000))),
        ("indented", indented),
        ("emphasis", format!("{}deep{}\n", "*a _b ".repeat(10_000), " b_ a*".repeat(10_000))),
        ("brackets", format!("{}deep{}\n", "[".repeat(50_000), "](x)".repeat(50_000))),
        ("images", format!("{}deep\n", "![".repeat(50_000))),
        ("ticks", (0..2_000).map(|length| format!("{} ", "`".repeat(length % 300))).collect::<String>()),
        ("tags", "<a ".repeat(50_000)),
        ("entities", "&".repeat(200_000)),
        ("tables", format!("|{}\n|{}\n", "a|".repeat(5_000), "-|".repeat(5_000))),
        (
            "footnotes",
            (0..3_000).map(|n| format!("[^{n}] ")).collect::<String>()
                + "\n\n"
                + &(0..3_000).map(|n| format!("[^{n}]: [^{}]\n\n", (n + 1) % 3_000)).collect::<String>(),
        ),
        ("headings", (0..5_000).map(|_| "## Same\n\n".to_owned()).collect::<String>()),
    ];
    for (name, text) in &cases {
        book.write(&format!("content/{name}.md"), format!("# {name}\n\n{text}"));
    }
    let (code, told) = outcome(&book.path(), &["check", "--format", "short"]);
    assert_eq!(code, Some(0), "{}", &told[..told.len().min(2_000)]);
    let files = built(&book);
    for (name, _) in &cases {
        assert!(files.contains(&format!("{name}/index.html")), "{name}");
    }
}

#[test]
fn front_matter_that_explodes_is_refused_where_it_stands() {
    let book = book();
    let levels: String = (b'b'..=b'z')
        .map(|name| {
            let (name, before) = (name as char, (name - 1) as char);
            format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", "))
        })
        .collect();
    let keys: String = (0..200_000).map(|number| format!("k{number}: v\n")).collect();
    let merge = "base: &base { a: 1 }\nuse:\n  <<: *base\n";
    let cases = [
        ("laughs", format!("---\na: &a [x, x]\n{levels}---\n"), "YAML anchor `&a` is not allowed"),
        ("merge", format!("---\n{merge}---\n"), "YAML anchor `&base` is not allowed"),
        ("cycle", "---\na: &a [*a]\n---\n".to_owned(), "YAML anchor `&a` is not allowed"),
        ("tag", "---\na: !!python/object/apply:os.system [ls]\n---\n".to_owned(), "MCM002"),
        ("brackets", format!("---\na: {}\n---\n", "[".repeat(60_000)), "MCM002"),
        ("braces", format!("---\n{}\n---\n", "{a: ".repeat(15_000)), "MCM002"),
        ("dashes", format!("---\na:\n{}x\n---\n", "- ".repeat(30_000)), "MCM002"),
        ("keys", format!("---\n{keys}---\n"), "at most 65536 are read"),
        ("duplicate", "---\na: 1\na: 2\n---\n".to_owned(), "MCM002"),
        ("toml", format!("+++\na = {}\n+++\n", "[".repeat(60_000)), "MCM002"),
        ("toml-dots", format!("+++\n{}a = 1\n+++\n", "a.".repeat(30_000)), "MCM002"),
        ("json", format!(";;;\n{{\"a\": {}}}\n;;;\n", "[".repeat(60_000)), "MCM002"),
        ("json-objects", format!(";;;\n{}\n;;;\n", "{\"a\":".repeat(12_000)), "MCM002"),
        ("open", "---\ntitle: x\n".to_owned(), "MCM001"),
    ];
    for (name, text, _) in &cases {
        book.write(&format!("content/{name}.md"), format!("{text}\n# {name}\n"));
    }
    let (code, told) = outcome(&book.path(), &["check", "--format", "short"]);
    assert_eq!(code, Some(1), "{told}");
    for (name, _, words) in &cases {
        let file = format!("content/{name}.md:");
        let mut lines = told.lines().filter(|line| line.starts_with(&file));
        assert!(lines.clone().any(|line| line.contains(words)), "{name}: {:?}", lines.next());
    }
    built(&book);
}

#[test]
fn a_book_toml_made_to_exhaust_is_refused() {
    let book = book();
    let large = format!("# {}\n", "x".repeat(2 << 20));
    let cases = [
        (format!("a = {}\n", "[".repeat(100_000)), "deep"),
        (format!("{}a = 1\n", "a.".repeat(100_000)), "deep"),
        (format!("[{}a]\n", "a.".repeat(100_000)), "deep"),
        (format!("a = {}\n", "{a=".repeat(50_000)), "deep"),
        (large, "larger than 1 MiB"),
        ("[book\n".repeat(5_000), "deep"),
    ];
    for (text, words) in cases {
        book.write("book.toml", &text);
        let (code, told) = outcome(&book.path(), &["check"]);
        assert_eq!(code, Some(2), "{words}: {}", &told[..told.len().min(500)]);
        assert!(told.contains(words) && told.len() < 100_000, "{words}: {}", &told[..told.len().min(500)]);
    }
}
