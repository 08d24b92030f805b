//! What is asked, what is answered, what is refused.

use mcmbook::hosts::Exit;
use mcmbook::hosts::serve::Server;

use super::{Show, options, shell, site};
use crate::support::http::Http;
use crate::support::load;

#[test]
fn every_answer_carries_the_headers_that_protect() {
    let show =
        Show::of(&[("content/index.md", b"home"), ("content/run.log", b"log"), ("content/b/index.md", b"")]);
    let foreign = ("Origin", "http://evil.example");
    let answers = [
        (200, show.http.get("/")),
        (200, show.http.get("/assets/site.css")),
        (200, show.http.get("/run.log")),
        (200, show.http.get("/__mcmbook/reload.js")),
        (200, show.http.get("/__mcmbook/findings.json")),
        (307, show.http.get("/b")),
        (400, show.http.get("/a/../b")),
        (403, show.http.send("GET", "/", &[foreign])),
        (404, show.http.get("/none")),
        (404, show.http.get("/__mcmbook/none")),
        (405, show.http.send("POST", "/", &[])),
    ];
    for (status, answer) in answers {
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{answer:?}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{answer:?}");
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{answer:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("script-src 'unsafe"), "{policy}");
        assert!(answer.header("content-type").is_some(), "{answer:?}");
        assert!(answer.header("access-control-allow-origin").is_none(), "{answer:?}");
    }
    let page = show.http.get("/");
    let policy = page.header("content-security-policy").expect("a policy");
    for part in ["script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
}

#[test]
fn only_this_machine_and_this_site_may_ask() {
    let show = Show::small();
    let port = show.http.port;
    let here = format!("127.0.0.1:{port}");
    let localhost = format!("localhost:{port}");
    let loud = localhost.to_uppercase();
    let rebound = format!("evil.example:{port}");
    let own = format!("http://localhost:{port}");
    let other_port = format!("http://localhost:{}", port.wrapping_add(1));
    let secure = format!("https://localhost:{port}");
    let visit = [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];
    let cases: Vec<(Vec<(&str, &str)>, u16)> = vec![
        (vec![("Host", &here)], 200),
        (vec![("Host", &localhost)], 200),
        (vec![("hOST", &loud)], 200),
        (vec![("Host", &rebound)], 403),
        (vec![("Host", "127.0.0.1")], 403),
        (vec![("Host", "localhost")], 403),
        (vec![("Host", "")], 403),
        (vec![("Host", &here), ("Host", &here)], 403),
        (vec![("Host", &here), ("Host", &rebound)], 403),
        (vec![("Origin", &own)], 200),
        (vec![("Origin", "http://evil.example")], 403),
        (vec![("Origin", &other_port)], 403),
        (vec![("Origin", &secure)], 403),
        (vec![("Origin", "null")], 403),
        (vec![("Origin", "")], 403),
        (vec![("Origin", &own), ("Origin", "http://evil.example")], 403),
        (vec![("Sec-Fetch-Site", "same-origin")], 200),
        (vec![("Sec-Fetch-Site", "none"), visit[0], visit[1]], 200),
        (vec![("Sec-Fetch-Site", "cross-site"), visit[0], visit[1]], 200),
        (vec![("Sec-Fetch-Site", "cross-site"), visit[0], ("Sec-Fetch-Dest", "iframe")], 403),
        (vec![("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")], 403),
        (vec![("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "no-cors")], 403),
        (vec![("Sec-Fetch-Site", "cross-site")], 403),
    ];
    for (headers, status) in cases {
        for path in ["/a.html", "/__mcmbook/findings.json"] {
            let answer = show.http.send("GET", path, &headers);
            assert_eq!(answer.status, status, "{path} with {headers:?}: {answer:?}");
            assert_eq!(answer.status == 403, answer.text().starts_with("403 Forbidden: "), "{answer:?}");
        }
    }
    // An address in the request line stands above the header.
    let absolute = |host: &str| {
        format!("GET http://{host}/a.html HTTP/1.1\r\nHost: {here}\r\nConnection: close\r\n\r\n")
    };
    assert_eq!(show.http.raw(absolute(&here).as_bytes()).status, 200);
    assert_eq!(show.http.raw(absolute(&rebound).as_bytes()).status, 403);
    let old = "GET /a.html HTTP/1.0\r\n\r\n";
    assert_eq!(show.http.raw(old.as_bytes()).status, 403);
}

#[test]
fn no_path_leads_out_of_the_site() {
    let show = Show::of(&[("content/a.md", b"first"), ("secret.txt", b"SECRET")]);
    let paths = [
        "/../secret.txt",
        "/../../etc/passwd",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/%252e%252e/secret.txt",
        "/%252e%252e%252fsecret.txt",
        "/.%2e/secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/....//secret.txt",
        "//secret.txt",
        "//etc/passwd",
        "/./a.html",
        "/assets//site.css",
        "/a.html%00",
        "/a.html%00.css",
        "/a.html/",
        "/A.html",
        "/a.html%20",
        "/a.html.",
        "/book.toml",
        "/secret.txt",
        "/content/a.md",
        "/a.md",
        "/.git/config",
        "/C:/secret.txt",
        "/%",
    ];
    for path in paths {
        let answer = show.http.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
        let text = String::from_utf8_lossy(&answer.body);
        assert!(
            !text.contains("SECRET") && !text.contains("first") && !text.contains("root:"),
            "{path}: {text}"
        );
    }
    assert_eq!(show.http.get("/a.html?../../secret.txt").status, 200, "a query names no file");
}

#[test]
fn requests_have_a_size() {
    let show = Show::small();
    let long = |length: usize| "x".repeat(length);
    assert_eq!(show.http.get(&format!("/a.html?{}", long(4 << 10))).status, 200);
    assert_eq!(show.http.get(&format!("/{}", long(9 << 10))).status, 414);
    assert_eq!(show.http.get(&format!("/a.html?{}", long(9 << 10))).status, 414);
    assert_eq!(show.http.get(&format!("/{}", long(100 << 10))).status, 414);
    assert_eq!(show.http.send("GET", "/a.html", &[("X-A", &long(16 << 10))]).status, 200);
    assert_eq!(show.http.send("GET", "/a.html", &[("X-A", &long(40 << 10))]).status, 431);
    let many: Vec<_> = (0..150).map(|_| ("X-A", "1")).collect();
    assert_eq!(show.http.send("GET", "/a.html", &many).status, 431);
    assert_eq!(show.http.raw(b"nonsense\r\n\r\n").status, 400);
}

#[test]
fn pages_can_only_be_read() {
    let show = Show::small();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        let answer = show.http.send(method, "/a.html", &[]);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
    for path in ["/", "/a.html", "/assets/site.css", "/none", "/__mcmbook/findings.json"] {
        let (get, head) = (show.http.get(path), show.http.send("HEAD", path, &[]));
        assert_eq!(head.status, get.status, "{path}");
        assert!(head.body.is_empty() && !get.body.is_empty(), "{path}");
        for name in ["content-type", "content-length", "content-security-policy"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
        assert_eq!(get.header("content-length"), Some(get.body.len().to_string().as_str()), "{path}");
    }
}

#[test]
fn folders_end_with_a_slash_and_show_their_index() {
    let show = Show::of(&[
        ("content/index.md", b"home"),
        ("content/b/index.md", b"folder b"),
        ("content/d ö/index.md", b"folder d"),
        ("content/empty/x.md", b"x"),
    ]);
    assert!(show.http.get("/").text().contains("home"));
    assert!(show.http.get("/b/").text().contains("folder b"));
    assert!(show.http.get("/b/index.html").text().contains("folder b"));
    let places = [("/b", "/b/"), ("/b?q=1&r=%2e", "/b/?q=1&r=%2e"), ("/d%20%C3%B6", "/d%20%C3%B6/")];
    for (path, to) in places {
        let answer = show.http.get(path);
        assert_eq!((answer.status, answer.header("location")), (307, Some(to)), "{path}");
        assert!(show.http.get(to).text().contains("folder"), "{to}");
    }
    for path in ["/none", "/b/none.html", "/empty", "/empty/", "/b/index.html/", "//b"] {
        assert!(matches!(show.http.get(path).status, 400 | 404), "{path}");
    }
    let missing = show.http.get("/none");
    assert_eq!(missing.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(missing.text().contains("nothing here"), "the site's own page");
}

#[test]
fn the_script_is_in_pages_and_nowhere_else() {
    let show = Show::of(&[
        ("content/a.md", b"first"),
        ("content/evidence.html", b"<body><script>alert(1)</script></body>"),
        ("content/plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
    ]);
    let script = "<script src=\"/__mcmbook/reload.js\"";
    for path in ["/a.html", "/none"] {
        let answer = show.http.get(path);
        assert_eq!(answer.text().matches(script).count(), 1, "{path}");
        assert!(answer.text().ends_with(" defer></script></body>"), "{}", answer.text());
    }
    let others = ["/assets/site.css", "/evidence.html", "/plan.svg", "/SHA256SUMS", "/__mcmbook/overlay.css"];
    for path in others {
        let answer = show.http.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.text().contains("__mcmbook"), "{path}");
    }
    for path in ["/__mcmbook/reload.js", "/__mcmbook/overlay.css"] {
        assert_eq!(show.http.get(path).status, 200, "{path}");
    }
}

#[test]
fn attachments_come_from_the_book_and_never_run() {
    let large: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    let show = Show::of(&[
        ("content/evidence.html", b"<script>alert(1)</script>"),
        ("content/plan.svg", b"<svg/>"),
        ("content/large.bin", &large),
        ("content/empty.bin", b""),
        ("content/gone.txt", b"gone"),
        ("secret.txt", b"SECRET"),
    ]);
    let html = show.http.get("/evidence.html");
    assert_eq!(html.header("content-type"), Some("text/plain; charset=utf-8"));
    let svg = show.http.get("/plan.svg");
    assert_eq!(svg.header("content-type"), Some("image/svg+xml; charset=utf-8"));
    assert_eq!(svg.header("content-disposition"), Some("attachment"));
    for answer in [html, svg] {
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.contains("sandbox") && !policy.contains("script-src"), "{policy}");
    }
    assert_eq!(show.http.get("/large.bin").body, large);
    let head = show.http.send("HEAD", "/large.bin", &[]);
    assert_eq!((head.header("content-length"), head.body.len()), (Some("3000000"), 0));
    assert_eq!(show.http.get("/empty.bin").header("content-length"), Some("0"));

    let gone = show.folder.path().join("content/gone.txt");
    std::fs::remove_file(&gone).expect("it is there");
    assert_eq!(show.http.get("/gone.txt").status, 404);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret.txt", &gone).expect("links can be made");
        let answer = show.http.get("/gone.txt");
        assert_eq!(answer.status, 404);
        assert!(!answer.text().contains("SECRET"));
    }
}

#[test]
fn the_manifest_is_that_of_the_published_site() {
    let show = Show::of(&[("content/a.md", b"first"), ("content/run.log", b"log")]);
    let sums = show.http.get("/SHA256SUMS");
    assert_eq!(sums.header("content-type"), Some("text/plain; charset=utf-8"));
    let hash = |bytes: &[u8]| mcmbook::text::ContentHash::of(bytes).to_string();
    let expected = [
        (hash(b"<body>nothing here</body>"), "404.html"),
        (hash(b"<!doctype html><body>first</body>"), "a.html"),
        (hash(b"body { margin: 0 }"), "assets/site.css"),
        (hash(b"log"), "run.log"),
    ];
    let expected: String = expected.iter().map(|(hash, path)| format!("{hash}  {path}\n")).collect();
    assert_eq!(sums.text(), expected);
}

#[test]
fn a_port_or_a_name_that_cannot_be_served_says_so() {
    let show = Show::small();
    let dir = show.folder.path();
    let root = load(&dir).expect("the book is right").root;
    let start = |hostname: &str, port: u16| {
        let dir = dir.clone();
        Server::start(&options(hostname, port), &shell(), &root, move |_| site(&dir))
    };
    let taken = start("127.0.0.1", show.http.port).expect_err("the port is in use");
    assert_eq!(taken.exit(), Exit::Environment);
    assert!(taken.to_string().contains("is in use"), "{taken}");
    assert!(taken.help_lines().iter().any(|line| line.contains(" -p ")), "{taken:?}");
    for name in ["0.0.0.0", "192.0.2.1", "::"] {
        let refused = start(name, 0).expect_err(name);
        assert_eq!(refused.exit(), Exit::Usage, "{name}");
        assert!(refused.to_string().contains("no loopback address"), "{refused}");
    }
    let other = start("127.0.0.2", 0).expect("all of 127.0.0.0/8 is loopback");
    assert!(other.url().starts_with("http://127.0.0.2:"), "{}", other.url());
}

#[test]
fn a_server_that_has_stopped_has_let_go_of_its_port() {
    let Show { folder, server, http } = Show::small();
    let mut events = http.events("/__mcmbook/events", &[]);
    assert!(events.next().is_some());
    server.stop();
    assert!(events.next().is_none(), "the stream ends with the server");
    let dir = folder.path();
    let root = load(&dir).expect("the book is right").root;
    let again = Server::start(&options("127.0.0.1", http.port), &shell(), &root, move |_| site(&dir));
    let again = again.expect("the port is free again");
    assert_eq!(Http { port: again.port() }.get("/a.html").status, 200);
}
