//! Answers: bytes with their type, and the headers that all of them carry.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

/// What the pages may load: the policy that they carry themselves, and what only a header can say.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";
/// Nothing that somebody attached runs, or reaches anything.
const ATTACHMENT_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

/// How a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    /// Its media type.
    pub(super) media_type: &'static str,
    /// Whether the browser saves it rather than shows it.
    pub(super) is_saved: bool,
    /// Whether it runs in a sandbox.
    pub(super) is_confined: bool,
}

impl Manner {
    /// A file that the site is made of.
    pub(super) fn of_site(path: &str) -> Manner {
        // `SHA256SUMS`, `CNAME` and their like are texts.
        let file_name = path.rsplit('/').next().unwrap_or_default();
        let is_bare = !file_name.trim_start_matches('.').contains('.');
        let media_type = if is_bare { "text/plain; charset=utf-8" } else { media_type(path) };
        Manner { media_type, is_saved: false, is_confined: false }
    }

    /// A file that somebody attached to a document: it may be shown, but never with the rights of a page.
    pub(super) fn of_attachment(path: &str) -> Manner {
        match media_type(path) {
            // A picture in a page is drawn all the same; opened by itself it would be a page with scripts.
            svg if svg.starts_with("image/svg") => {
                Manner { media_type: svg, is_saved: true, is_confined: true }
            }
            active if is_active(active) => {
                Manner { media_type: "text/plain; charset=utf-8", is_saved: false, is_confined: true }
            }
            // Browsers show a PDF by a program of their own, which a sandbox keeps from starting.
            media_type => {
                Manner { media_type, is_saved: false, is_confined: media_type != "application/pdf" }
            }
        }
    }
}

/// An answer with a body.
pub(super) fn body(status: StatusCode, manner: Manner, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, constant(manner.media_type));
    if manner.is_saved {
        headers.insert(header::CONTENT_DISPOSITION, constant("attachment"));
    }
    if manner.is_confined {
        headers.insert(header::CONTENT_SECURITY_POLICY, constant(ATTACHMENT_POLICY));
    }
    response
}

/// A page of plain text.
pub(super) fn plain(status: StatusCode, text: &str) -> Response {
    let reason = status.canonical_reason().unwrap_or_default();
    let text = format!("{} {reason}: {text}\n", status.as_u16());
    body(status, Manner::of_site("text"), text)
}

/// The way to the same folder with a slash at its end, on which relative links in its index rest.
pub(super) fn redirect(to: &str) -> Response {
    let mut response = plain(StatusCode::TEMPORARY_REDIRECT, "a folder's address ends with a slash");
    match HeaderValue::from_str(to) {
        Ok(to) => {
            response.headers_mut().insert(header::LOCATION, to);
            response
        }
        Err(_) => plain(StatusCode::BAD_REQUEST, "the address is not well-formed"),
    }
}

/// A header's value that is written in this program.
pub(super) fn constant(value: &'static str) -> HeaderValue {
    HeaderValue::from_static(value)
}

/// Adds what every answer carries, whatever it is.
pub(super) fn dress(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(constant(PAGE_POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, constant("nosniff"));
    headers.insert(header::REFERRER_POLICY, constant("no-referrer"));
    headers.insert("cross-origin-resource-policy", constant("same-origin"));
    headers.insert("cross-origin-opener-policy", constant("same-origin"));
    headers.insert(header::CACHE_CONTROL, constant("no-store"));
    response
}

/// A page with the script that reloads it, before the end of its body.
///
/// The script is told which edition of the site the page is from, so that nothing that changes before it is
/// connected is missed.
pub(super) fn with_script(page: &[u8], start: &str, generation: u64) -> Bytes {
    const END: &[u8] = b"</body>";
    let script = format!(
        "<script src=\"/__mcmbook/reload.js\" data-start=\"{start}\" data-generation=\"{generation}\" \
         defer></script>"
    );
    let is_end = |window: &[u8]| window.eq_ignore_ascii_case(END);
    let at = page.windows(END.len()).rposition(is_end).unwrap_or(page.len());
    Bytes::from([&page[..at], script.as_bytes(), &page[at..]].concat())
}

/// Whether a browser would run what it finds in such a file.
fn is_active(media_type: &str) -> bool {
    ["text/html", "application/xhtml", "application/xml", "application/atom", "text/javascript"]
        .iter()
        .any(|active| media_type.starts_with(active))
}

/// The media type that a file's name tells; bytes to be saved where it tells none.
pub(super) fn media_type(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "xhtml" | "xht" => "application/xhtml+xml; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "jsonl" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "xml" | "xsl" | "xslt" => "application/xml; charset=utf-8",
        "atom" => "application/atom+xml; charset=utf-8",
        "txt" | "log" | "toml" | "yaml" | "yml" | "ini" | "conf" | "sql" | "sh" | "diff" | "patch"
        | "sig" | "asc" | "pem" | "commit" | "payload" | "manifest" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "tsv" => "text/tab-separated-values; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        // The search engine's own files (`.pf_meta`, `.pf_index`, `.pagefind` ...) are such bytes, too.
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
