//! Characters that must not be in a document (MCM021): what is signed and judged must be what is seen.
//!
//! Bidirectional controls show text in another order than it is stored ("Trojan source"), zero-width
//! characters make two equal-looking ids different, control characters steer terminals, and bytes that are
//! not UTF-8 are different text to different readers.

use super::UNCLEAN;
use crate::inputs::document::Fault;
use crate::text::{SourceFile, Span};

/// How many characters of one file are told one by one.
const MAX_TOLD: usize = 20;

/// Reads the whole file.
pub(super) fn check(source: &SourceFile, faults: &mut Vec<Fault>) {
    let text = &*source.text;
    // Almost every file; without a way out in the middle of a piece, a piece is a few wide comparisons.
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    let is_clean = |piece: &[u8]| piece.iter().fold(true, |clean, byte| clean & is_plain(byte));
    if text.as_bytes().chunks(512).all(is_clean) {
        return;
    }
    if let Some(at) = source.invalid {
        let at = at as usize;
        let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        faults.push(unclean(
            Span::new(at, end),
            "the file is not UTF-8 from here on",
            "save it as UTF-8; `iconv -f WINDOWS-1252 -t UTF-8` converts older files",
        ));
    }
    if text.starts_with('\u{feff}') {
        faults.push(unclean(
            Span::new(0, 3),
            "the file begins with a byte order mark (U+FEFF)",
            "save it as UTF-8 without a byte order mark",
        ));
    }
    faults.extend(mixed_line_ends(text));
    check_characters(text, faults);
}

/// The first character of a text, such as the name of a file, that no reader sees as it is: in words.
pub(super) fn odd_character(text: &str) -> Option<String> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    odd_characters(text).next().map(|(_, c, class)| described(c, class).0)
}

/// The characters that stand where no writing needs them, with their places.
fn odd_characters(text: &str) -> impl Iterator<Item = (usize, char, Class)> {
    text.char_indices().filter_map(|(at, c)| {
        let class = class(c)?;
        let neighbours = (text[..at].chars().next_back(), text[at + c.len_utf8()..].chars().next());
        (!is_at_home(c, class, neighbours)).then_some((at, c, class))
    })
}

fn check_characters(text: &str, faults: &mut Vec<Fault>) {
    let mut found = 0;
    let mut first_untold = None;
    for (at, c, class) in odd_characters(text) {
        if at == 0 && c == '\u{feff}' {
            continue;
        }
        found += 1;
        let span = Span::new(at, at + c.len_utf8());
        if found <= MAX_TOLD {
            faults.push(strange(c, class, span));
        } else {
            first_untold.get_or_insert(span);
        }
    }
    if let Some(span) = first_untold {
        let message = format!("{} more control or invisible characters from here on", found - MAX_TOLD);
        faults.push(unclean(span, message, "delete them; type the text anew if it was pasted"));
    }
}

/// Why a character is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Control,
    Bidirectional,
    Separator,
    Joiner,
    Variation,
    Tag,
    Invisible,
}

fn class(c: char) -> Option<Class> {
    Some(match c {
        '\t' | '\n' | '\r' | ' '..='~' => return None,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Class::Control,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Class::Bidirectional
        }
        '\u{2028}' | '\u{2029}' => Class::Separator,
        '\u{200c}' | '\u{200d}' => Class::Joiner,
        '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            Class::Variation
        }
        '\u{e0000}'..='\u{e007f}' => Class::Tag,
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0080}'..='\u{e00ff}' => Class::Invisible,
        _ => return None,
    })
}

/// Whether a character stands where writing needs it: in an emoji, or between letters of scripts that
/// choose their shapes with it.
fn is_at_home(c: char, class: Class, (previous, next): (Option<char>, Option<char>)) -> bool {
    let Some(previous) = previous else { return false };
    match class {
        Class::Joiner => {
            let between = |accepted: fn(char) -> bool| accepted(previous) && next.is_some_and(accepted);
            let joins_emoji = previous == '\u{fe0f}' && next.is_some_and(is_emoji) || between(is_emoji);
            c == '\u{200d}' && joins_emoji || between(is_joining_script)
        }
        // One selector behind a visible character; a run of them can hide a text.
        Class::Variation => match previous {
            '#' | '*' | '0'..='9' => c == '\u{fe0f}' && next == Some('\u{20e3}'),
            previous => !previous.is_ascii() && !previous.is_whitespace() && self::class(previous).is_none(),
        },
        // Flags of regions: a black flag, letters, an end.
        Class::Tag => matches!(previous, '\u{1f3f4}' | '\u{e0020}'..='\u{e007e}') && c >= '\u{e0020}',
        Class::Control | Class::Bidirectional | Class::Separator | Class::Invisible => false,
    }
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Arabic, Syriac, the Indic scripts, Myanmar, Khmer, Mongolian.
fn is_joining_script(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{61b}' | '\u{61d}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17b3}' | '\u{17b6}'..='\u{17ff}' | '\u{1820}'..='\u{18af}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

fn strange(c: char, class: Class, span: Span) -> Fault {
    let (message, help) = described(c, class);
    Fault { label: Some("here".to_owned()), ..unclean(span, message, help) }
}

/// A character in words, and what to do about it.
fn described(c: char, class: Class) -> (String, &'static str) {
    let (what, help) = match class {
        Class::Control => ("control character", "delete it"),
        Class::Bidirectional => {
            ("bidirectional control", "delete it: it shows text in another order than it is stored")
        }
        Class::Separator => ("separator that no editor shows", "delete it, or break the line as usual"),
        _ => ("invisible character", "delete it; type the text anew if it was pasted"),
    };
    let message = match name(c) {
        Some(name) => format!("{what} U+{:04X} ({name})", c as u32),
        None => format!("{what} U+{:04X}", c as u32),
    };
    (message, help)
}

/// Unicode's name of the characters that are met most.
fn name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{0}' => "null",
        '\u{7}' => "bell",
        '\u{8}' => "backspace",
        '\u{b}' => "line tabulation",
        '\u{c}' => "form feed",
        '\u{1b}' => "escape",
        '\u{7f}' => "delete",
        '\u{85}' => "next line",
        '\u{ad}' => "soft hyphen",
        '\u{61c}' => "arabic letter mark",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{2028}' => "line separator",
        '\u{2029}' => "paragraph separator",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{2800}' => "braille pattern blank",
        '\u{3164}' => "hangul filler",
        '\u{fe0f}' => "variation selector-16",
        '\u{feff}' => "zero width no-break space",
        _ => return None,
    })
}

/// Told once, at the first line whose end differs from that of most lines.
fn mixed_line_ends(text: &str) -> Option<Fault> {
    let end_at = |at: usize| match (text.as_bytes()[at], text.as_bytes().get(at + 1)) {
        (b'\r', Some(b'\n')) => Some((at, 2)),
        (b'\n', _) if at > 0 && text.as_bytes()[at - 1] == b'\r' => None,
        (b'\r', _) => Some((at, 0)),
        _ => Some((at, 1)),
    };
    let names = ["CR", "LF", "CRLF"];
    let ends = || text.match_indices(['\r', '\n']).filter_map(|(at, _)| end_at(at));
    let mut counts = [0usize; 3];
    ends().for_each(|(_, kind)| counts[kind] += 1);
    let usual = if counts[2] > counts[1] { 2 } else { 1 };
    let (at, kind) = ends().find(|(_, kind)| *kind != usual)?;
    let message = match counts[usual] {
        0 => format!("lines end with {} alone", names[kind]),
        count => format!("line ends are mixed: {count} with {}, this one with {}", names[usual], names[kind]),
    };
    let span = Span::new(at, at + kind.max(1));
    Some(unclean(
        span,
        message,
        "let all lines end with LF; `.gitattributes` with `*.md text eol=lf` keeps it so",
    ))
}

fn unclean(span: Span, message: impl Into<String>, help: &str) -> Fault {
    Fault {
        code: UNCLEAN,
        span,
        message: message.into(),
        label: None,
        help: vec![help.to_owned()],
        related: Vec::new(),
    }
}
