//! Which requests are answered at all.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;

use super::address::Names;
use super::reply;

/// Far more than any address of a site needs.
const MAX_TARGET: usize = 8 << 10;
/// Far more than browsers send; Hyper itself stops at about 400 KiB and 100 fields.
const MAX_HEADERS: usize = 32 << 10;

/// The answer to a request that is refused before anybody looks for a file.
pub(super) fn refusal(names: &Names, request: &Parts) -> Option<Response> {
    let (uri, headers) = (&request.uri, &request.headers);
    let size = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>();
    let target = uri.path().len() + uri.query().map_or(0, str::len);
    if target > MAX_TARGET {
        return Some(reply::plain(StatusCode::URI_TOO_LONG, "the address is too long"));
    }
    if size > MAX_HEADERS {
        let text = "the header of the request is too long";
        return Some(reply::plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, text));
    }
    // An address with a host in the request line stands above `Host` (RFC 9112, 3.2.2).
    let is_named_right = uri.authority().is_none_or(|authority| names.is_ours(authority.as_str()));
    if !is_named_right || !only_value(headers, header::HOST).is_some_and(|host| names.is_ours(host)) {
        let text = format!("this server answers as {} only; the request asks for another host", names.url());
        return Some(reply::plain(StatusCode::FORBIDDEN, &text));
    }
    if !is_from_here(names, headers) {
        let text = "this server answers its own pages only; the request comes from another site";
        return Some(reply::plain(StatusCode::FORBIDDEN, text));
    }
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let mut response =
            reply::plain(StatusCode::METHOD_NOT_ALLOWED, "pages can only be read: use GET or HEAD");
        response.headers_mut().insert(header::ALLOW, reply::constant("GET, HEAD"));
        return Some(response);
    }
    None
}

/// Whether a request is one of the site's own, or the reader following a link to it.
///
/// `Origin` comes with what a page asks for by script. `Sec-Fetch-Site` (Fetch Metadata, W3C) comes with
/// everything and says it of pictures and scripts, too; another port of this machine counts as "same-site"
/// and is as foreign as any.
fn is_from_here(names: &Names, headers: &HeaderMap) -> bool {
    let origin_is_ours = match headers.contains_key(header::ORIGIN) {
        false => true,
        true => only_value(headers, header::ORIGIN)
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|authority| names.is_ours(authority)),
    };
    let sec = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_foreign = matches!(sec("sec-fetch-site"), Some("cross-site" | "same-site"));
    let is_visit = sec("sec-fetch-mode") == Some("navigate") && sec("sec-fetch-dest") == Some("document");
    origin_is_ours && (!is_foreign || is_visit)
}

/// The value of a field that stands there exactly once.
fn only_value(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then(|| first.to_str().ok())?
}
