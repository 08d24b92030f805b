use super::of;

#[test]
fn a_path_is_decoded_once_and_stays_inside() {
    let good = [
        ("/", ""),
        ("/index.html", "index.html"),
        ("/changes/", "changes/"),
        ("/changes/2026/x.html", "changes/2026/x.html"),
        ("/K%C3%B6ln.html", "Köln.html"),
        ("/a%20b.html", "a b.html"),
        ("/100%25.html", "100%.html"),
        ("/%2541.html", "%41.html"),
        ("/%252e%252e/x", "%2e%2e/x"),
        ("/a..b/...", "a..b/..."),
        ("/.nojekyll", ".nojekyll"),
        ("/+", "+"),
    ];
    for (path, expected) in good {
        assert_eq!(of(path).as_deref(), Some(expected), "{path}");
    }
    let bad = [
        "",
        "*",
        "index.html",
        "//",
        "//evil.example/",
        "/a//b",
        "/..",
        "/../etc/passwd",
        "/a/../b",
        "/a/..",
        "/./a",
        "/a/.",
        "/%2e%2e/etc/passwd",
        "/%2E%2E/",
        "/.%2e/a",
        "/%2e/a",
        "/..%2f..%2fetc/passwd",
        "/a%2fb",
        "/a%2Fb",
        "/a\\b",
        "/a%5cb",
        "/..%5C..%5Cwindows",
        "/a%00",
        "/a%00.html",
        "/a%0d%0ab",
        "/a%7f",
        "/%",
        "/a%2",
        "/a%zz",
        "/%c3",
        "/%c0%ae%c0%ae/",
        "/%ff",
    ];
    for path in bad {
        assert_eq!(of(path), None, "{path}");
    }
}
