use axum::http::{StatusCode, header};

use super::{Manner, media_type, redirect, with_script};

#[test]
fn texts_say_their_encoding_and_the_rest_is_bytes() {
    let cases = [
        ("index.html", "text/html; charset=utf-8"),
        ("a/b.HTML", "text/html; charset=utf-8"),
        ("assets/site.css", "text/css; charset=utf-8"),
        ("pagefind/pagefind.js", "text/javascript; charset=utf-8"),
        ("changes.json", "application/json; charset=utf-8"),
        ("icon.svg", "image/svg+xml; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("feed.atom", "application/atom+xml; charset=utf-8"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("notes.md", "text/markdown; charset=utf-8"),
        ("register.csv", "text/csv; charset=utf-8"),
        ("windows.ics", "text/calendar; charset=utf-8"),
        ("a.png", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.jpeg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("a.pdf", "application/pdf"),
        ("pagefind/wasm.wasm", "application/wasm"),
        ("a.woff2", "font/woff2"),
        ("pagefind/wasm.en.pagefind", "application/octet-stream"),
        ("pagefind/pagefind.en_1.pf_meta", "application/octet-stream"),
        ("pagefind/index/en_1.pf_index", "application/octet-stream"),
        ("pagefind/fragment/en_1.pf_fragment", "application/octet-stream"),
        ("pagefind/filter/en_1.pf_filter", "application/octet-stream"),
        ("evidence/MCM-2026-0001/records/0123.commit", "text/plain; charset=utf-8"),
        ("evidence/MCM-2026-0001/records/0123.payload", "text/plain; charset=utf-8"),
        ("evidence/MCM-2026-0001/policies/1.manifest", "text/plain; charset=utf-8"),
        ("a.exe", "application/octet-stream"),
    ];
    for (path, expected) in cases {
        assert_eq!(media_type(path), expected, "{path}");
        assert_eq!(Manner::of_site(path).media_type, expected, "{path}");
    }
    for bare in ["SHA256SUMS", "about/CNAME", ".nojekyll", "_headers"] {
        assert_eq!(Manner::of_site(bare).media_type, "text/plain; charset=utf-8", "{bare}");
    }
}

#[test]
fn what_is_attached_never_has_the_rights_of_a_page() {
    let text = "text/plain; charset=utf-8";
    let svg = "image/svg+xml; charset=utf-8";
    // Path, media type, saved, confined.
    let cases = [
        ("evidence/report.html", text, false, true),
        ("evidence/report.HTM", text, false, true),
        ("evidence/report.xhtml", text, false, true),
        ("evidence/report.xml", text, false, true),
        ("evidence/feed.atom", text, false, true),
        ("evidence/worker.js", text, false, true),
        ("evidence/plan.svg", svg, true, true),
        ("evidence/run.log", text, false, true),
        ("evidence/screen.png", "image/png", false, true),
        ("evidence/minutes.pdf", "application/pdf", false, false),
        ("evidence/README", "application/octet-stream", false, true),
    ];
    for (path, media_type, is_saved, is_confined) in cases {
        let expected = Manner { media_type, is_saved, is_confined };
        assert_eq!(Manner::of_attachment(path), expected, "{path}");
    }
}

#[test]
fn the_script_comes_before_the_last_end_of_the_body() {
    let script =
        "<script src=\"/__mcmbook/reload.js\" data-start=\"s\" data-generation=\"7\" defer></script>";
    let cases = [
        ("<body>text</body></html>", format!("<body>text{script}</body></html>")),
        ("<BODY>text</BODY>", format!("<BODY>text{script}</BODY>")),
        ("<pre></body></pre></body>", format!("<pre></body></pre>{script}</body>")),
        ("no body", format!("no body{script}")),
        ("", script.to_owned()),
    ];
    for (page, expected) in cases {
        assert_eq!(with_script(page.as_bytes(), "s", 7), expected.as_bytes(), "{page}");
    }
}

#[test]
fn a_redirect_cannot_smuggle_a_header() {
    assert_eq!(redirect("/a/").headers()[header::LOCATION], "/a/");
    assert_eq!(redirect("/a\r\nset-cookie: x").status(), StatusCode::BAD_REQUEST);
}
