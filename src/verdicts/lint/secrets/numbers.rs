//! Numbers of payment cards and of bank accounts, by their check digits.

use super::Secret;
use crate::text::Span;

/// Card numbers that the schemes publish for tests: harmless, and common in texts about payment.
const TEST_CARDS: [&str; 9] = [
    "4111111111111111",
    "4242424242424242",
    "4012888888881881",
    "4000056655665556",
    "5555555555554444",
    "5105105105105100",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
];

/// The length of an account number (IBAN) by country, of those that publish one (ISO 13616).
const IBAN_LENGTHS: [(&str, usize); 40] = [
    ("AD", 24),
    ("AE", 23),
    ("AT", 20),
    ("BE", 16),
    ("BG", 22),
    ("CH", 21),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GR", 27),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IS", 26),
    ("IT", 27),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MT", 31),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("TR", 26),
];

/// Where a card or an account number may begin: four digits, or two capitals and two digits, that are not the rest of
/// a word or of a larger number. Most words and numbers end here, before anything is copied.
///
/// Either form ends in two digits, one of which has an odd place: every other byte of a text is passed over.
fn beginnings(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let is_beginning = |at: &usize| {
        let is_inside = at.checked_sub(1).is_some_and(|before| IS_PART[usize::from(bytes[before])]);
        let Some([first @ .., third, fourth]) = bytes.get(*at..at + 4) else { return false };
        let are_alike = first.iter().all(u8::is_ascii_digit) || first.iter().all(u8::is_ascii_uppercase);
        !is_inside && are_alike && third.is_ascii_digit() && fourth.is_ascii_digit()
    };
    let digits = (3..bytes.len()).step_by(2).filter(|at| bytes[*at].is_ascii_digit());
    digits.flat_map(|at| [at - 3, at - 2]).filter(is_beginning)
}

/// The card and account numbers of a text.
pub(super) fn find(text: &str) -> Vec<Secret> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    for at in beginnings(bytes) {
        // The rest of a number that was found begins none.
        if at < from {
            continue;
        }
        let is_card = bytes[at].is_ascii_digit();
        if let Some(secret) = if is_card { card(text, at) } else { iban(text, at) } {
            from = secret.span.end as usize;
            found.push(secret);
        }
    }
    found
}

/// What a number does not begin behind: letters, digits, and what joins them to a larger one.
static IS_PART: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte: u8 = 0;
    while byte < u8::MAX {
        table[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'/') || byte >= 0x80;
        byte += 1;
    }
    table[u8::MAX as usize] = true;
    table
};

/// The characters of a number from a place on, in groups that single blanks or hyphens part; the lengths of
/// the groups, and the end.
fn grouped(text: &str, start: usize, most: usize, fits: fn(u8) -> bool) -> (String, Vec<usize>, usize) {
    let bytes = text.as_bytes();
    let (mut digits, mut groups, mut at) = (String::new(), vec![0], start);
    while at < bytes.len() && digits.len() <= most {
        if fits(bytes[at]) {
            digits.push(char::from(bytes[at]));
            *groups.last_mut().unwrap_or(&mut 0) += 1;
            at += 1;
        } else if matches!(bytes[at], b' ' | b'-') && bytes.get(at + 1).is_some_and(|next| fits(*next)) {
            groups.push(0);
            at += 1;
        } else {
            break;
        }
    }
    (digits, groups, at)
}

/// A card number: 16 or 15 digits of a known scheme, in one piece or grouped as on the card.
fn card(text: &str, start: usize) -> Option<Secret> {
    let (digits, groups, end) = grouped(text, start, 16, |byte| byte.is_ascii_digit());
    let is_grouped = matches!(&groups[..], [16] | [15] | [4, 4, 4, 4] | [4, 6, 5]);
    let ends = text.as_bytes().get(end).is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'-');
    let prefix =
        |length: usize| digits.get(..length).and_then(|prefix| prefix.parse::<u32>().ok()).unwrap_or(0);
    let is_scheme = match digits.len() {
        15 => matches!(prefix(2), 34 | 37),
        16 => {
            prefix(1) == 4
                || matches!(prefix(2), 51..=55 | 65)
                || matches!(prefix(4), 2221..=2720 | 3528..=3589 | 6011)
        }
        _ => false,
    };
    let is_real = is_grouped && ends && is_scheme && luhn(&digits) && !TEST_CARDS.contains(&digits.as_str());
    is_real.then(|| Secret { what: "the number of a payment card", span: Span::new(start, end) })
}

/// ISO/IEC 7812-1, annex B: every second digit from the right doubled.
fn luhn(digits: &str) -> bool {
    let value = |(place, byte): (usize, u8)| {
        let digit = u32::from(byte - b'0');
        match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) => doubled / 10 + doubled % 10,
        }
    };
    digits.bytes().rev().enumerate().map(value).sum::<u32>().is_multiple_of(10)
}

fn iban(text: &str, start: usize) -> Option<Secret> {
    let country = text.get(start..start + 2)?;
    let (_, length) = IBAN_LENGTHS.iter().find(|(name, _)| *name == country)?;
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let (mut digits, _, mut end) = grouped(text, start, *length, fits);
    // A word in capitals behind the number is not part of it.
    if digits.len() > *length {
        digits.truncate(*length);
        let mut left = *length;
        end = start
            + text.as_bytes()[start..].iter().position(|byte| {
                left -= usize::from(fits(*byte));
                left == 0
            })?
            + 1;
    }
    let ends = text.as_bytes().get(end).is_none_or(|next| !next.is_ascii_alphanumeric());
    let is_real = digits.len() == *length && ends && remainder(&digits) == 1;
    is_real.then(|| Secret { what: "the number of a bank account", span: Span::new(start, end) })
}

/// ISO 7064, MOD 97-10, with the first four characters at the end and letters as two digits.
fn remainder(digits: &str) -> u32 {
    let (head, rest) = digits.split_at(4);
    rest.bytes().chain(head.bytes()).fold(0, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        _ => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}
