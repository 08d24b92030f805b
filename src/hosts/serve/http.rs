//! From a request to an answer.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use tokio::sync::watch;

use super::address::Names;
use super::edition::Edition;
use super::reply::{self, Manner};
use super::{attachment, events, guard, target};
use crate::outputs::Content;

/// Addresses of the server's own, which no page can have: a book's folder cannot begin with an underscore
/// twice without being asked for.
const OWN: &str = "__mcmbook/";
const SCRIPT: &str = concat!(include_str!("browser/reload.js"), include_str!("browser/overlay.js"));
const STYLE: &str = include_str!("browser/overlay.css");

/// What all requests share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) names: Names,
    /// Differs between two runs of the server.
    pub(super) start: String,
    pub(super) editions: watch::Receiver<Arc<Edition>>,
    /// Becomes true when the server ends.
    pub(super) stop: watch::Receiver<bool>,
}

/// Answers one request.
pub(super) async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    // No page reads what a request carries; only its head counts.
    let (request, _) = request.into_parts();
    let response = match guard::refusal(&shared.names, &request) {
        Some(refusal) => refusal,
        None => match target::of(request.uri.path()) {
            Some(path) => respond(&shared, &path, &request).await,
            None => reply::plain(StatusCode::BAD_REQUEST, "the address is not in its plain form"),
        },
    };
    reply::dress(response)
}

async fn respond(shared: &Arc<Shared>, path: &str, request: &Parts) -> Response {
    let edition = shared.editions.borrow().clone();
    if let Some(name) = path.strip_prefix(OWN) {
        return match name {
            "events" => events::stream(shared, &request.uri, &request.headers),
            "findings.json" => events::findings(&edition),
            "reload.js" => reply::body(StatusCode::OK, Manner::of_site(name), SCRIPT),
            "overlay.css" => reply::body(StatusCode::OK, Manner::of_site(name), STYLE),
            _ => reply::plain(StatusCode::NOT_FOUND, "the server has no such address"),
        };
    }
    let index = || format!("{path}index.html");
    let path = if path.is_empty() || path.ends_with('/') { &index() } else { path };
    match edition.file(path) {
        Some(Content::Bytes(bytes)) => site_file(shared, &edition, path, bytes, StatusCode::OK),
        Some(Content::Attachment(from)) => attachment::response(&edition.root, from).await,
        // Pages that are served are held.
        Some(Content::Written { .. }) => not_found(shared, &edition),
        None if edition.file(&format!("{path}/index.html")).is_some() => with_slash(&request.uri),
        None if path == "SHA256SUMS" => sums(edition).await,
        None => not_found(shared, &edition),
    }
}

fn site_file(shared: &Shared, edition: &Edition, path: &str, bytes: &Bytes, status: StatusCode) -> Response {
    let manner = Manner::of_site(path);
    let content = match manner.media_type.starts_with("text/html") {
        true => Body::from(reply::with_script(bytes, &shared.start, edition.generation)),
        false => Body::from(bytes.clone()),
    };
    reply::body(status, manner, content)
}

/// The same address with a slash, as the browser wrote it: it was checked already.
fn with_slash(uri: &Uri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    reply::redirect(&format!("{}/{query}", uri.path()))
}

/// The site's own page for what is not there, or one of ours while there is no site.
fn not_found(shared: &Shared, edition: &Edition) -> Response {
    const PAGE: &str = "404.html";
    let own: Bytes;
    let page = match edition.page(PAGE) {
        Some(Content::Bytes(page)) => page,
        Some(Content::Attachment(_) | Content::Written { .. }) | None => {
            let words = match edition.output.files.is_empty() {
                true => "There is no site yet: the book could not be built.",
                false => "There is no such page.",
            };
            own = format!(
                "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
                 content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
                 <title>404</title>\n<body>\n<h1>{words}</h1>\n</body>\n</html>\n"
            )
            .into_bytes()
            .into();
            &own
        }
    };
    site_file(shared, edition, PAGE, page, StatusCode::NOT_FOUND)
}

async fn sums(edition: Arc<Edition>) -> Response {
    match tokio::task::spawn_blocking(move || attachment::sums(&edition)).await {
        Ok(Ok(sums)) => reply::body(StatusCode::OK, Manner::of_site("SHA256SUMS"), sums),
        Ok(Err(_)) | Err(_) => {
            reply::plain(StatusCode::INTERNAL_SERVER_ERROR, "an attachment cannot be read")
        }
    }
}
