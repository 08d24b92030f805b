//! Bare addresses in text: GitHub's extended autolinks (GFM 0.29, section 6.9), which pulldown-cmark leaves
//! to its users.
//!
//! STRATEGY: one scan over the bytes for the three things that can begin an address: the `:` of `://`, the
//! `w` of `www.` and the `@` of an e-mail address. Each is then checked from there to both sides. Domains
//! longer than the 253 bytes of RFC 1035 are refused, which also keeps the scan linear: a refused candidate
//! never reads further than that.

use std::ops::Range;

/// The longest domain name, in bytes.
const MAX_DOMAIN: usize = 253;

/// An address found in text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Autolink {
    /// Where it stands in the text.
    pub(super) range: Range<usize>,
    /// What its target has in front of the text: nothing, `http://` or `mailto:`.
    pub(super) prefix: &'static str,
}

/// Whether the text could hold an address; false means that [`next`] finds none.
pub(super) fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr3_iter(b'@', b':', b'.', bytes).any(|at| match bytes[at] {
        b'@' => true,
        b':' => bytes[at..].starts_with(b"://"),
        b'.' => at >= 3 && bytes[at - 3..at].eq_ignore_ascii_case(b"www"),
        _ => false,
    })
}

/// The first address that begins at `from` or later.
pub(super) fn next(text: &str, from: usize) -> Option<Autolink> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find_map(|at| match bytes[at] {
        b':' => with_scheme(text, from, at),
        b'w' | b'W' => with_www(text, from, at),
        b'@' => email(text, from, at),
        _ => None,
    })
}

/// `https://host/path`, seen from its colon.
fn with_scheme(text: &str, from: usize, colon: usize) -> Option<Autolink> {
    let after = colon + 3;
    if !text[colon..].starts_with("://") {
        return None;
    }
    let letters = text[from..colon].bytes().rev().take(6).take_while(u8::is_ascii_alphabetic).count();
    let start = colon - letters;
    let is_known =
        ["http", "https", "ftp"].iter().any(|known| text[start..colon].eq_ignore_ascii_case(known));
    let is_inside_word = text[from..start].chars().next_back().is_some_and(char::is_alphanumeric);
    if !is_known || is_inside_word {
        return None;
    }
    let (host, _) = domain(&text[after..])?;
    let end = trim_end(text, start, path_end(text, after + host));
    (end > after).then_some(Autolink { range: start..end, prefix: "" })
}

/// `www.host/path`, seen from its first letter.
fn with_www(text: &str, from: usize, start: usize) -> Option<Autolink> {
    let is_www = text.as_bytes()[start..].get(..4).is_some_and(|head| head.eq_ignore_ascii_case(b"www."));
    let may_follow = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(');
    if !is_www || !text[from..start].chars().next_back().is_none_or(may_follow) {
        return None;
    }
    let (host, periods) = domain(&text[start..])?;
    let end = trim_end(text, start, path_end(text, start + host));
    (periods > 0 && end > start + 4).then_some(Autolink { range: start..end, prefix: "http://" })
}

/// Length and number of periods of the domain at the start of the text. No underscore may stand in the last
/// two segments.
fn domain(text: &str) -> Option<(usize, usize)> {
    let goes_on = |c: char| match c {
        '-' | '_' | '.' => true,
        _ if c.is_ascii() => c.is_ascii_alphanumeric(),
        _ => !c.is_whitespace() && !c.is_control(),
    };
    let within = |(at, c): &(usize, char)| *at <= MAX_DOMAIN && goes_on(*c);
    let end = text.char_indices().take_while(within).last().map_or(0, |(at, c)| at + c.len_utf8());
    let host = &text[..end];
    let mut segments = host.trim_end_matches('.').rsplit('.');
    let is_clean = segments.by_ref().take(2).all(|segment| !segment.contains('_'));
    let starts = host.starts_with(|c: char| c != '.' && c != '-');
    let periods = host.trim_end_matches('.').matches('.').count();
    (starts && is_clean && end <= MAX_DOMAIN).then_some((end, periods))
}

/// What follows the domain: everything up to white space, a control or `<`.
fn path_end(text: &str, from: usize) -> usize {
    let stop = text[from..].find(|c: char| c.is_whitespace() || c.is_control() || c == '<');
    stop.map_or(text.len(), |length| from + length)
}

/// The end without what rather belongs to the sentence: final punctuation, a closing parenthesis without
/// its opening one, something that looks like an entity.
fn trim_end(text: &str, start: usize, end: usize) -> usize {
    let mut link = &text[start..end];
    let count = |wanted: u8| link.bytes().filter(|byte| *byte == wanted).count();
    let mut unopened = count(b')').saturating_sub(count(b'('));
    loop {
        let last = link.bytes().next_back();
        link = match last {
            Some(b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"') => {
                &link[..link.len() - 1]
            }
            Some(b')') if unopened > 0 => {
                unopened -= 1;
                &link[..link.len() - 1]
            }
            Some(b';') => {
                let name = link[..link.len() - 1].trim_end_matches(|c: char| c.is_ascii_alphanumeric());
                let is_entity = name.ends_with('&') && name.len() + 1 < link.len();
                if is_entity { &name[..name.len() - 1] } else { &link[..link.len() - 1] }
            }
            _ => return start + link.len(),
        };
    }
}

/// `someone@host`, with `mailto:` or `xmpp:` if that is written, seen from its `@`.
fn email(text: &str, from: usize, at: usize) -> Option<Autolink> {
    let is_local = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+');
    let local = text.as_bytes()[from..at].iter().rev().take_while(|byte| is_local(byte)).count();
    let start = at - local;
    let window = &text.as_bytes()[at + 1..];
    let window = &window[..window.len().min(MAX_DOMAIN + 1)];
    let goes_on = |(index, byte): (usize, &u8)| match byte {
        b'-' | b'_' => true,
        b'.' => index > 0 && window.get(index + 1).is_some_and(u8::is_ascii_alphanumeric),
        _ => byte.is_ascii_alphanumeric(),
    };
    let host = window.iter().enumerate().take_while(|pair| goes_on(*pair)).count();
    let ends_well = window[..host].last().is_some_and(u8::is_ascii_alphanumeric);
    let is_name = local > 0 && host <= MAX_DOMAIN && ends_well && window[..host].contains(&b'.');
    let touches_another = text[..start].ends_with('@') || window.get(host) == Some(&b'@');
    if !is_name || touches_another {
        return None;
    }
    let end = at + 1 + host;
    for scheme in ["mailto:", "xmpp:"] {
        let before = text[from..start].strip_suffix(scheme);
        if before.is_some_and(|before| !before.ends_with(char::is_alphanumeric)) {
            let end = if scheme == "xmpp:" { resource_end(text, end) } else { end };
            return Some(Autolink { range: start - scheme.len()..end, prefix: "" });
        }
    }
    Some(Autolink { range: start..end, prefix: "mailto:" })
}

/// The end of an XMPP address: one resource may follow, `/txt@host`.
fn resource_end(text: &str, end: usize) -> usize {
    let Some(resource) = text[end..].strip_prefix('/') else { return end };
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.');
    let length = resource.find(|c| !is_part(c)).unwrap_or(resource.len());
    let resource = resource[..length].trim_end_matches('.');
    if resource.is_empty() { end } else { end + 1 + resource.len() }
}

#[cfg(test)]
mod tests;
