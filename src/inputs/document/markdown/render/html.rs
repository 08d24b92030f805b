//! HTML as text: escaping.

/// Writes text so that it is text in an element and in a double-quoted attribute.
///
/// A carriage return, which only an entity can bring here, is written as one again, since browsers make a
/// line feed of the character. NUL becomes U+FFFD (CommonMark 2.3).
pub(super) fn text(out: &mut String, text: &str) {
    let has = |one, two, three| memchr::memchr3(one, two, three, text.as_bytes()).is_some();
    if !has(b'&', b'<', b'>') && !has(b'"', b'\r', b'\0') {
        return out.push_str(text);
    }
    escape(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\r' => Some("&#13;"),
        b'\0' => Some("\u{fffd}"),
        _ => None,
    });
}

/// Writes an attribute with a leading space.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    text(out, value);
    out.push('"');
}

/// Writes an attribute that holds an address.
///
/// Bytes that no address may hold as they are (RFC 3986 2) are percent-encoded, white space and controls
/// among them; `%` is kept, so that what is encoded already stays as it is.
pub(super) fn address(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    href(out, value);
    out.push('"');
}

/// Writes an address.
pub(super) fn href(out: &mut String, value: &str) {
    let mut rest = value;
    while let Some(at) = rest.bytes().position(|byte| !is_safe_in_address(byte)) {
        out.push_str(&rest[..at]);
        let odd = rest[at..].chars().next().unwrap_or_default();
        match odd {
            '&' => out.push_str("&amp;"),
            '\'' => out.push_str("&#x27;"),
            _ => percent_encode(out, odd),
        }
        rest = &rest[at + odd.len_utf8()..];
    }
    out.push_str(rest);
}

fn percent_encode(out: &mut String, c: char) {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        let digits = [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)]));
        out.push('%');
        out.extend(digits);
    }
}

fn is_safe_in_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%()*+,-./:;=?@_~".contains(&byte)
}

fn escape(out: &mut String, text: &str, entity: impl Fn(u8) -> Option<&'static str>) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(entity) = entity(byte) {
            out.push_str(&text[written..at]);
            out.push_str(entity);
            written = at + 1;
        }
    }
    out.push_str(&text[written..]);
}
