//! Attachments as they are sent: from the folder of the book, piece by piece, for they may be large.

use std::fs::File;
use std::io::{self, Read as _};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::stream;

use super::edition::Edition;
use super::reply::{self, Manner};
use crate::hosts::workspace::{Root, hash_while_reading};
use crate::outputs::Content;
use crate::text::{BookPath, ContentHash};

const PIECE: usize = 64 << 10;

/// A file of the book as an answer.
pub(super) async fn response(root: &Root, path: &BookPath) -> Response {
    let (root, from) = (root.clone(), path.clone());
    let opened = tokio::task::spawn_blocking(move || open(&root, &from)).await;
    let Ok(Ok((file, size))) = opened else {
        let text = format!("`{path}` cannot be read any more");
        return reply::plain(StatusCode::NOT_FOUND, &text);
    };
    let pieces = stream::unfold(Some((file, size)), |state| async {
        let (file, left) = state.filter(|(_, left)| *left > 0)?;
        let read = tokio::task::spawn_blocking(move || next_piece(file, left)).await;
        match read.map_err(io::Error::other).and_then(|read| read) {
            Ok((piece, file, left)) => Some((Ok(piece), Some((file, left)))),
            Err(error) => Some((Err(error), None)),
        }
    });
    let manner = Manner::of_attachment(path.as_str());
    let mut response = reply::body(StatusCode::OK, manner, Body::from_stream(pieces));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    response
}

/// What `SHA256SUMS` of the published site would say: the digest of every file, sorted by path.
pub(super) fn sums(edition: &Edition) -> io::Result<String> {
    let line = |(path, content): (&str, &Content)| {
        let hash = match content {
            Content::Bytes(bytes) => ContentHash::of(bytes),
            Content::Attachment(from) => hash_while_reading(open(&edition.root, from)?.0, |_| Ok(()))?.0,
            Content::Written { hash, .. } => *hash,
        };
        Ok(format!("{hash}  {path}\n"))
    };
    edition.files().into_iter().map(line).collect()
}

/// Opens a file of the book, and nothing else: a folder on the way may have become a link since the book
/// was read.
fn open(root: &Root, path: &BookPath) -> io::Result<(File, u64)> {
    let place = root.join(path);
    let is_inside = place.canonicalize()? == place;
    let file = File::open(&place)?;
    let found = file.metadata()?;
    match is_inside && found.is_file() {
        true => Ok((file, found.len())),
        false => Err(io::ErrorKind::InvalidInput.into()),
    }
}

/// The next bytes of a file that was so long when it was opened; an error when it has become shorter.
fn next_piece(mut file: File, left: u64) -> io::Result<(Bytes, File, u64)> {
    let wanted = left.min(PIECE as u64);
    let mut piece = Vec::with_capacity(PIECE);
    let count = file.by_ref().take(wanted).read_to_end(&mut piece)? as u64;
    if count < wanted {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok((piece.into(), file, left - count))
}
