//! `_headers`: what a server should send, in the form that some hosts of static sites read.

use super::address::encode;
use crate::outputs::{Content, Output};

/// What a server should send with every page: the same policy as the page's own, and what only a header
/// can say.
const OF_ALL: &str = "\
/*
  Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
frame-ancestors 'none'
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Cross-Origin-Opener-Policy: same-origin
  Cache-Control: no-cache
";

/// Files of the book that a browser opens as documents, in which scripts may stand.
const ACTIVE: [&str; 11] =
    ["htm", "html", "mht", "mhtml", "shtml", "svg", "svgz", "xht", "xhtml", "xml", "xsl"];

/// Adds the file, once all others are there. A file of the book that could run is saved and not opened: nothing
/// in it belongs to the origin of the pages. A picture in a page is drawn all the same.
pub(super) fn add(output: &mut Output) {
    let mut text = OF_ALL.to_owned();
    for (path, content) in &output.files {
        if matches!(content, Content::Attachment(_)) && is_active(path) {
            let path: Vec<String> = path.split('/').map(encode).collect();
            text.push_str(&format!("/{}\n  Content-Disposition: attachment\n", path.join("/")));
        }
    }
    output.add("_headers", text.into_bytes());
}

fn is_active(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ACTIVE.iter().any(|active| extension.eq_ignore_ascii_case(active))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{book, built, small, text};
    use super::{ACTIVE, OF_ALL};

    const MANUAL: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/content/manual/site.md"));

    #[test]
    fn files_of_the_book_that_could_run_are_saved() {
        let mut files = small();
        files.push((
            "content/changes/2026/MCM-2026-0001/files/a map.SVG",
            "<svg><script>alert(1)</script></svg>",
        ));
        files.push(("content/manual/report.html", "<script>alert(1)</script>"));
        let output = built(book(&files));
        let wanted = "/changes/2026/MCM-2026-0001/files/a%20map.SVG\n  Content-Disposition: attachment\n\
                      /manual/report.html\n  Content-Disposition: attachment\n";
        assert_eq!(text(&output, "_headers"), OF_ALL.to_owned() + wanted);
    }

    #[test]
    fn no_file_of_the_book_is_called_as_a_page() {
        let mut files = small();
        files.push(("content/changes/2026/MCM-2026-0001/files/Index.html", "<script src=\"x.js\"></script>"));
        files.push(("content/404.HTML", "<h1>Gone</h1>"));
        let output = built(book(&files));
        assert!(output.files.keys().all(|path| !path.contains("Index") && !path.contains("HTML")));
    }

    #[test]
    fn the_samples_of_the_manual_say_the_same() {
        assert!(MANUAL.contains(OF_ALL), "the manual shows `_headers`");
        let policy = OF_ALL.lines().find_map(|line| line.trim().strip_prefix("Content-Security-Policy: "));
        let nginx = format!("add_header Content-Security-Policy \"{}\" always;", policy.unwrap_or("?"));
        assert!(MANUAL.contains(&nginx), "{nginx}");
        let endings = format!("\"~*\\.({})$\" attachment;", ACTIVE.join("|"));
        assert!(MANUAL.contains(&endings), "{endings}");
    }
}
