//! Beside the examples of the specification (`tests/it/commonmark.rs`).

use super::{may_hold, next};

/// The text with each address between angle brackets, its prefix in front.
fn marked(text: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(link) = next(text, at) {
        assert!(may_hold(text), "{text}");
        out += &text[at..link.range.start];
        out += &format!("<{}|{}>", link.prefix, &text[link.range.clone()]);
        at = link.range.end;
    }
    out + &text[at..]
}

#[test]
fn finds_addresses_in_sentences() {
    for (text, expected) in [
        ("no address: w @ www :// a:b", "no address: w @ www :// a:b"),
        ("see https://a.example/x.", "see <|https://a.example/x>."),
        ("see HTTP://A.example?", "see <|HTTP://A.example>?"),
        ("http://localhost:3000/x", "<|http://localhost:3000/x>"),
        ("xhttps://a.b 1http://a.b", "xhttps://a.b 1http://a.b"),
        ("git+https://a.b", "git+<|https://a.b>"),
        ("javascript://a.b%0aalert(1)", "javascript://a.b%0aalert(1)"),
        ("https:// https://. https://-", "https:// https://. https://-"),
        ("www.a.b, WWW.c.d; xwww.e.f", "<http://|www.a.b>, <http://|WWW.c.d>; xwww.e.f"),
        ("www. www.. www._x.y www.x_y.z", "www. www.. www._x.y www.x_y.z"),
        ("https://a_b.c.d https://a.b_c.d", "<|https://a_b.c.d> https://a.b_c.d"),
        ("(https://a.b/c(d)) e", "(<|https://a.b/c(d)>) e"),
        ("https://a.b/&copy; https://a.b/c;", "<|https://a.b/>&copy; <|https://a.b/c>;"),
        ("https://例え.jp/「x」 z", "<|https://例え.jp/「x」> z"),
        ("ana@a.example.", "<mailto:|ana@a.example>."),
        ("a@b a@b. a@b.c- a@.b @b.c", "a@b a@b. a@b.c- a@.b @b.c"),
        ("a@b@c.d a@b.c@d.e", "a@b@c.d a@b.c@d.e"),
        ("mailto:a@b.c xmpp:a@b.c/x@y./z", "<|mailto:a@b.c> <|xmpp:a@b.c/x@y>./z"),
        ("xmailto:a@b.c", "xmailto:<mailto:|a@b.c>"),
        ("ü@a.b äa@b.c", "ü@a.b ä<mailto:|a@b.c>"),
    ] {
        assert_eq!(marked(text), expected);
    }
}

#[test]
fn refuses_endless_domains_without_reading_them_again_and_again() {
    let long = "www._.".repeat(200_000);
    assert_eq!(marked(&long), long);
    let dots = format!("http://{}", "a.".repeat(200));
    assert_eq!(marked(&dots), dots);
}
