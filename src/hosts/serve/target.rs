//! The path of a request as the path of a file of the site.

use percent_encoding::percent_decode_str;

/// The path below the site's root that a request names; nothing when it is not in its one canonical form.
///
/// It is decoded once. What could mean another place to someone who decodes twice, or to a file system,
/// is refused rather than mended: `.` and `..`, empty parts, encoded slashes, backslashes, control
/// characters, and per cent signs that begin no byte.
pub(super) fn of(path: &str) -> Option<String> {
    let raw = path.strip_prefix('/')?;
    if !has_whole_escapes(raw) {
        return None;
    }
    let mut parts = Vec::new();
    for part in raw.split('/') {
        let part = percent_decode_str(part).decode_utf8().ok()?;
        let is_clean = !part.contains(|c: char| matches!(c, '/' | '\\') || c.is_control());
        if !is_clean || matches!(&*part, "." | "..") {
            return None;
        }
        parts.push(part);
    }
    // Only the last part may be empty: that is a folder.
    let (_, folders) = parts.split_last()?;
    (!folders.iter().any(|part| part.is_empty())).then(|| parts.join("/"))
}

fn has_whole_escapes(path: &str) -> bool {
    let is_hex = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
    path.split('%')
        .skip(1)
        .all(|after| is_hex(after.bytes().next()) && is_hex(after.as_bytes().get(1).copied()))
}

#[cfg(test)]
mod tests;
