//! The distinguished encoding of ASN.1 (X.690), read as slices of the bytes that were signed.
//!
//! Nothing is decoded into a tree and encoded again: what a signature is over is taken from the same bytes
//! that were read. One tag byte, definite lengths of at most four bytes in their shortest form; there is no
//! recursion, so that no nesting costs more than its own length.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub(in crate::inputs::signature) const INTEGER: u8 = 0x02;
pub(in crate::inputs::signature) const BIT_STRING: u8 = 0x03;
pub(in crate::inputs::signature) const OCTET_STRING: u8 = 0x04;
pub(in crate::inputs::signature) const OID: u8 = 0x06;
pub(in crate::inputs::signature) const SEQUENCE: u8 = 0x30;
pub(in crate::inputs::signature) const SET: u8 = 0x31;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The tag of a constructed element that a sequence tells by a number.
pub(in crate::inputs::signature) const fn numbered(number: u8) -> u8 {
    0xa0 | number
}

/// Bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inputs::signature) struct Malformed;

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inputs::signature) struct Element<'a> {
    pub(in crate::inputs::signature) tag: u8,
    /// Tag, length and value.
    pub(in crate::inputs::signature) whole: &'a [u8],
    pub(in crate::inputs::signature) value: &'a [u8],
}

/// Reads elements one behind the other.
#[derive(Clone, Copy, Debug)]
pub(in crate::inputs::signature) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(in crate::inputs::signature) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    pub(in crate::inputs::signature) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element, whatever it is.
    pub(in crate::inputs::signature) fn any(&mut self) -> Result<Element<'a>, Malformed> {
        let (tag, first) = match *self.0 {
            // A tag of several bytes: nothing that is read here has one.
            [tag, first, ..] if tag & 0x1f != 0x1f => (tag, first),
            _ => return Err(Malformed),
        };
        let (length, header) = match first {
            0..=0x7f => (usize::from(first), 2),
            0x81..=0x84 => {
                let count = usize::from(first & 0x7f);
                let bytes = self.0.get(2..2 + count).ok_or(Malformed)?;
                let length = bytes.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
                let shortest = if count == 1 { 0x80 } else { 1 << (8 * (count - 1)) };
                if length < shortest {
                    return Err(Malformed);
                }
                (length, 2 + count)
            }
            _ => return Err(Malformed),
        };
        let end = header.checked_add(length).ok_or(Malformed)?;
        let whole = self.0.get(..end).ok_or(Malformed)?;
        self.0 = &self.0[end..];
        Ok(Element { tag, whole, value: &whole[header..] })
    }

    /// The next element, which must have this tag.
    pub(in crate::inputs::signature) fn take(&mut self, tag: u8) -> Result<Element<'a>, Malformed> {
        self.any().and_then(|element| if element.tag == tag { Ok(element) } else { Err(Malformed) })
    }

    /// The next element, if it has this tag.
    pub(in crate::inputs::signature) fn maybe(&mut self, tag: u8) -> Result<Option<Element<'a>>, Malformed> {
        if self.0.first() == Some(&tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// That nothing follows.
    pub(in crate::inputs::signature) fn end(&self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed) }
    }

    /// All that follow.
    pub(in crate::inputs::signature) fn all(mut self) -> Result<Vec<Element<'a>>, Malformed> {
        let mut all = Vec::new();
        while !self.is_empty() {
            all.push(self.any()?);
        }
        Ok(all)
    }
}

impl<'a> Element<'a> {
    /// What is in it.
    pub(in crate::inputs::signature) fn inner(&self) -> Reader<'a> {
        Reader(self.value)
    }

    /// The one element of this tag in it.
    pub(in crate::inputs::signature) fn only(&self, tag: u8) -> Result<Element<'a>, Malformed> {
        let mut inner = self.inner();
        let element = inner.take(tag)?;
        inner.end()?;
        Ok(element)
    }

    /// The bytes of a bit string that is whole bytes.
    pub(in crate::inputs::signature) fn bits(&self) -> Result<&'a [u8], Malformed> {
        match self.value {
            [0, bits @ ..] if self.tag == BIT_STRING => Ok(bits),
            _ => Err(Malformed),
        }
    }

    /// A number that is not negative and not large.
    pub(in crate::inputs::signature) fn small(&self) -> Result<u32, Malformed> {
        match self.value {
            [] => Err(Malformed),
            [first, ..] if first & 0x80 != 0 || self.value.len() > 4 => Err(Malformed),
            bytes => Ok(bytes.iter().fold(0, |sum, byte| (sum << 8) | u32::from(*byte))),
        }
    }

    /// A time in UTC, of either type; of a fraction of a second nine digits at most (RFC 5280, RFC 3161).
    pub(in crate::inputs::signature) fn time(&self) -> Result<Timestamp, Malformed> {
        let text = std::str::from_utf8(self.value).map_err(|_| Malformed)?;
        let text = text.strip_suffix('Z').ok_or(Malformed)?;
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || text.ends_with('.') || fraction.len() > 9 {
            return Err(Malformed);
        }
        let whole = match (self.tag, whole.len()) {
            (GENERALIZED_TIME, 14) => whole.to_owned(),
            // Two digits are of 1950 to 2049.
            (UTC_TIME, 12) if fraction.is_empty() => {
                format!("{}{whole}", if whole.as_bytes()[0] >= b'5' { "19" } else { "20" })
            }
            _ => return Err(Malformed),
        };
        let part = |range: std::ops::Range<usize>| whole[range].parse::<i8>().map_err(|_| Malformed);
        let year = whole[..4].parse::<i16>().map_err(|_| Malformed)?;
        let nanosecond: i32 = format!("{fraction:0<9}").parse().map_err(|_| Malformed)?;
        let (month, day) = (part(4..6)?, part(6..8)?);
        let (hour, minute, second) = (part(8..10)?, part(10..12)?, part(12..14)?);
        let civil = DateTime::new(year, month, day, hour, minute, second, nanosecond);
        let civil = civil.map_err(|_| Malformed)?;
        TimeZone::UTC.to_timestamp(civil).map_err(|_| Malformed)
    }
}

/// The value of an object identifier.
pub(in crate::inputs::signature) type Id = x509_cert::der::asn1::ObjectIdentifier;

/// The object identifier of these numbers.
pub(in crate::inputs::signature) const fn id(numbers: &str) -> Id {
    Id::new_unwrap(numbers)
}

/// Whether an element is this object identifier.
pub(in crate::inputs::signature) fn is(element: &Element<'_>, id: &Id) -> bool {
    element.tag == OID && element.value == id.as_bytes()
}

/// How deep elements of no definite length may lie in each other.
const DEEPEST: usize = 24;

/// The same elements with definite lengths, where a tool wrote them without (X.690, 8.1.3.6). What is definite
/// stays as it is, byte for byte: what was signed is there.
pub(in crate::inputs::signature) fn definite(bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut made = Vec::with_capacity(bytes.len());
    let rest = definite_one(bytes, &mut made, DEEPEST)?;
    if rest.is_empty() { Ok(made) } else { Err(Malformed) }
}

/// Writes one element; gives what follows it.
fn definite_one<'a>(bytes: &'a [u8], made: &mut Vec<u8>, depth: usize) -> Result<&'a [u8], Malformed> {
    let (tag, mut rest) = match *bytes {
        [tag, 0x80, ref rest @ ..] if tag & 0x20 != 0 && tag & 0x1f != 0x1f => (tag, rest),
        _ => {
            let mut reader = Reader(bytes);
            made.extend(reader.any()?.whole);
            return Ok(reader.0);
        }
    };
    let deeper = depth.checked_sub(1).ok_or(Malformed)?;
    let mut inner = Vec::new();
    loop {
        match *rest {
            [0, 0, ref after @ ..] => {
                rest = after;
                break;
            }
            _ => rest = definite_one(rest, &mut inner, deeper)?,
        }
    }
    made.push(tag);
    let length = inner.len().to_be_bytes();
    let length = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    match *length {
        [] => made.push(0),
        [short @ ..=0x7f] => made.push(short),
        _ => {
            made.push(0x80 | u8::try_from(length.len()).map_err(|_| Malformed)?);
            made.extend(length);
        }
    }
    made.extend(inner);
    Ok(rest)
}

#[cfg(test)]
mod tests;
