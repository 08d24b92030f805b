//! One certificate (RFC 5280), as far as a path needs it.

use jiff::Timestamp;
use x509_cert::der::Decode as _;
use x509_cert::name::Name;

use super::Refusal;
use super::der::{
    BIT_STRING, Element, INTEGER, Id, Malformed, OCTET_STRING, OID, Reader, SEQUENCE, id, is, numbered,
};
use super::key;

const BOOLEAN: u8 = 0x01;
const KEY_USAGE: Id = id("2.5.29.15");
const BASIC_CONSTRAINTS: Id = id("2.5.29.19");
const EXTENDED_KEY_USAGE: Id = id("2.5.29.37");

const OTHER_NAMES: Id = id("2.5.29.17");

/// What names an authority may give: it is never read, so nobody may rest on it being kept.
const NAME_CONSTRAINTS: Id = id("2.5.29.30");

/// An extension that may be critical though it is not read: the policies of an authority.
const HARMLESS: Id = id("2.5.29.32");

/// A mail address among other names.
const MAIL: u8 = 0x81;

/// A certificate.
#[derive(Clone, Debug)]
pub(in crate::inputs::signature) struct Certificate<'a> {
    /// All of it.
    pub(in crate::inputs::signature) whole: &'a [u8],
    pub(in crate::inputs::signature) issuer: &'a [u8],
    pub(in crate::inputs::signature) serial: &'a [u8],
    pub(in crate::inputs::signature) subject: &'a [u8],
    pub(in crate::inputs::signature) key: Element<'a>,
    pub(in crate::inputs::signature) from: Timestamp,
    /// The last moment at which it is valid.
    pub(in crate::inputs::signature) until: Timestamp,
    pub(in crate::inputs::signature) usage: Usage<'a>,
    body: &'a [u8],
    algorithm: Element<'a>,
    signature: &'a [u8],
}

/// What a certificate's key may be used for.
#[derive(Clone, Debug, Default)]
pub(in crate::inputs::signature) struct Usage<'a> {
    /// Whether it is an authority's.
    pub(in crate::inputs::signature) is_authority: bool,
    /// How many authorities may stand between it and the last certificate.
    pub(in crate::inputs::signature) depth: Option<u32>,
    /// The first byte of the bits of `KeyUsage`; nothing when it does not say.
    pub(in crate::inputs::signature) bits: Option<u8>,
    /// The purposes, and whether whoever does not know them must refuse; nothing when it does not say.
    pub(in crate::inputs::signature) purposes: Option<(Vec<Element<'a>>, bool)>,
    /// The mail addresses among its other names.
    pub(in crate::inputs::signature) mails: Vec<&'a [u8]>,
    /// An extension that is not known and must be.
    pub(in crate::inputs::signature) unknown: Option<String>,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate.
    pub(in crate::inputs::signature) fn read(element: &Element<'a>) -> Result<Certificate<'a>, Refusal> {
        let parts = || {
            let mut outer = element.inner();
            let (body, algorithm) = (outer.take(SEQUENCE)?, outer.take(SEQUENCE)?);
            let signature = outer.take(BIT_STRING)?.bits()?;
            outer.end()?;
            let mut inner = body.inner();
            inner.maybe(numbered(0))?;
            let serial = inner.take(INTEGER)?.value;
            let stated = inner.take(SEQUENCE)?;
            let issuer = inner.take(SEQUENCE)?.whole;
            let mut validity = inner.take(SEQUENCE)?.inner();
            let (from, until) = (validity.any()?.time()?, validity.any()?.time()?);
            let subject = inner.take(SEQUENCE)?.whole;
            let key = inner.take(SEQUENCE)?;
            inner.maybe(0x81)?;
            inner.maybe(0x82)?;
            let usage = match inner.maybe(numbered(3))? {
                Some(extensions) => Usage::read(extensions.only(SEQUENCE)?)?,
                None => Usage::default(),
            };
            inner.end()?;
            // The algorithm stands in what is signed, too, so that nobody can exchange it.
            if stated.whole != algorithm.whole || element.tag != SEQUENCE {
                return Err(Malformed);
            }
            let whole = element.whole;
            let body = body.whole;
            Ok(Certificate {
                whole,
                issuer,
                serial,
                subject,
                key,
                from,
                until,
                usage,
                body,
                algorithm,
                signature,
            })
        };
        parts().map_err(|_: Malformed| Refusal::Malformed("a certificate is malformed"))
    }

    /// Whether its issuer is itself: a root.
    pub(in crate::inputs::signature) fn is_root(&self) -> bool {
        self.issuer == self.subject
    }

    /// That another certificate's key has signed it.
    pub(in crate::inputs::signature) fn signed_by(&self, issuer: &Certificate<'_>) -> Result<(), Refusal> {
        key::verify(&issuer.key, &self.algorithm, None, self.body, self.signature)
    }

    /// The subject in words; of a certificate without one, its issuer.
    pub(in crate::inputs::signature) fn name(&self) -> String {
        let subject = in_words(self.subject);
        // A certificate for a day, as `gitsign` gets it, has no subject: its authority is all that can be told.
        if subject.is_empty() { format!("issued by {}", in_words(self.issuer)) } else { subject }
    }

    /// The issuer in words.
    pub(in crate::inputs::signature) fn issuer_name(&self) -> String {
        in_words(self.issuer)
    }
}

fn in_words(name: &[u8]) -> String {
    Name::from_der(name).map_or_else(|_| "a name that cannot be read".to_owned(), |name| name.to_string())
}

impl<'a> Usage<'a> {
    fn read(extensions: Element<'a>) -> Result<Usage<'a>, Malformed> {
        let mut usage = Usage::default();
        let mut seen: Vec<&[u8]> = Vec::new();
        for extension in extensions.inner().all()? {
            let mut inner = extension.inner();
            let name = inner.take(OID)?;
            let is_critical = inner.maybe(BOOLEAN)?.is_some_and(|critical| critical.value != [0]);
            let value = inner.take(OCTET_STRING)?;
            inner.end()?;
            if seen.contains(&name.value) {
                return Err(Malformed);
            }
            seen.push(name.value);
            if is(&name, &BASIC_CONSTRAINTS) {
                let mut constraints = value.only(SEQUENCE)?.inner();
                usage.is_authority = constraints.maybe(BOOLEAN)?.is_some_and(|flag| flag.value == [0xff]);
                usage.depth = constraints.maybe(INTEGER)?.map(|depth| depth.small()).transpose()?;
                constraints.end()?;
            } else if is(&name, &KEY_USAGE) {
                let bits = value.only(BIT_STRING)?;
                usage.bits = Some(bits.value.get(1).copied().unwrap_or_default());
            } else if is(&name, &EXTENDED_KEY_USAGE) {
                let purposes = value.only(SEQUENCE)?.inner().all()?;
                usage.purposes = Some((purposes, is_critical));
            } else if is(&name, &OTHER_NAMES) {
                let names = value.only(SEQUENCE)?.inner().all()?;
                usage.mails = names.iter().filter(|one| one.tag == MAIL).map(|one| one.value).collect();
            } else if is(&name, &NAME_CONSTRAINTS) || is_critical && !is(&name, &HARMLESS) {
                usage.unknown = Some(Id::from_bytes(name.value).map_err(|_| Malformed)?.to_string());
            }
        }
        Ok(usage)
    }
}

/// The blocks of a file of PEM that are of one kind, in DER; nothing where one cannot be read or is of another.
pub(in crate::inputs::signature) fn of_pem(text: &str, kind: &str) -> Option<Vec<Vec<u8>>> {
    let (begin, end) = (format!("-----BEGIN {kind}-----"), format!("-----END {kind}-----"));
    use base64::Engine as _;
    let mut found = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines().map(str::trim) {
        match (line, &mut block) {
            (line, None) if line == begin => block = Some(String::new()),
            (line, Some(inner)) if line == end => {
                found.push(base64::engine::general_purpose::STANDARD.decode(&*inner).ok()?);
                block = None;
            }
            (line, Some(inner)) => inner.push_str(line),
            // Text around the blocks is a comment, as other tools take it.
            (line, None) if line.starts_with("-----") => return None,
            (_, None) => {}
        }
    }
    (block.is_none() && !found.is_empty()).then_some(found)
}

/// A certificate that is all of these bytes.
pub(in crate::inputs::signature) fn whole(der: &[u8]) -> Result<Certificate<'_>, Refusal> {
    let mut reader = Reader::new(der);
    let element = reader.any()?;
    reader.end()?;
    Certificate::read(&element)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_pem_holds_blocks_of_one_kind_with_text_around_them() {
        let block = |kind: &str| format!("-----BEGIN {kind}-----\nAAEC\nAw==\n-----END {kind}-----\n");
        let bytes = vec![0, 1, 2, 3];
        let (own, other) = (block("CERTIFICATE"), block("PUBLIC KEY"));
        assert_eq!(of_pem(&own, "CERTIFICATE"), Some(vec![bytes.clone()]));
        let with_text = format!("subject=A\n{own}\nsubject=B\n{own}");
        assert_eq!(of_pem(&with_text, "CERTIFICATE"), Some(vec![bytes.clone(), bytes]));
        let wrong = [
            "",
            "AAEC",
            &other,
            &format!("{own}{other}"),
            &format!("{other}{own}"),
            &own[..own.len() - 5],
            &own.replace("AAEC", "A*EC"),
            &format!("-----END CERTIFICATE-----\n{own}"),
        ];
        for text in wrong {
            assert_eq!(of_pem(text, "CERTIFICATE"), None, "{text}");
        }
    }
}
