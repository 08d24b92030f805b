//! An authority of time stamps for tests: it makes good tokens at any moment, and bad ones in every way.

use base64::Engine as _;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest as _, Sha256};
use x509_cert::der::asn1::ObjectIdentifier;

const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const SHA1: &str = "1.3.14.3.2.26";
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";
const ECDSA_SHA1: &str = "1.2.840.10045.4.1";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
pub(crate) const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
const DATA: &str = "1.2.840.113549.1.7.1";
const MAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
pub(crate) const CODE_SIGNING: &str = "1.3.6.1.5.5.7.3.3";

/// How a token is made; the default is one that counts.
#[derive(Clone)]
pub(crate) struct Recipe {
    /// `20251124190000Z`.
    pub(crate) time: String,
    /// Seconds.
    pub(crate) accuracy: Option<u8>,
    pub(crate) nonce: bool,
    pub(crate) version: u8,
    pub(crate) status: u8,
    pub(crate) critical_info: bool,
    pub(crate) content_type: &'static str,
    /// The type that the signed attributes name.
    pub(crate) said_type: &'static str,
    pub(crate) imprint_by: Hashed,
    pub(crate) signed_by: Hashed,
    pub(crate) signers: usize,
    pub(crate) attributes: bool,
    /// The attributes are of another content than the token's.
    pub(crate) other_content: bool,
    /// The attributes name another certificate.
    pub(crate) other_certificate: bool,
    pub(crate) names_certificate: bool,
    pub(crate) names_twice: bool,
    pub(crate) with_certificates: bool,
    /// When the authority's certificate is valid: `251101000000Z`.
    pub(crate) valid: [&'static str; 2],
    pub(crate) root_valid: [&'static str; 2],
    /// The purposes of the authority, and whether they are critical.
    pub(crate) purposes: Option<(Vec<&'static str>, bool)>,
    pub(crate) usage: Option<u8>,
    pub(crate) critical_extension: bool,
    pub(crate) root_is_authority: bool,
    pub(crate) root_usage: u8,
    /// How many authorities may stand below the root.
    pub(crate) root_depth: Option<u8>,
    /// So many authorities stand between the root and the last certificate.
    pub(crate) between: usize,
    /// So many certificates of somebody else stand before the authority's, with its serial number.
    pub(crate) strangers: usize,
    /// By what the root signs the authority's certificate.
    pub(crate) issued_by: Hashed,
    /// So many bytes stand behind the signature, which nobody needs.
    pub(crate) ballast: usize,
    /// The signature of a commit, with no content inside, instead of a time stamp.
    pub(crate) is_commit: bool,
    /// The mail addresses that the certificate names.
    pub(crate) mails: Vec<&'static str>,
    /// The root says what names it may give.
    pub(crate) root_names: bool,
    /// The root in the policy has another key than the one that signed.
    pub(crate) other_root: bool,
    /// The root calls itself so in the policy.
    pub(crate) root_name: &'static str,
}

/// A hash function by which something is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hashed {
    Sha256,
    Sha1,
}

impl Default for Recipe {
    fn default() -> Recipe {
        Recipe {
            time: "20251124190000Z".to_owned(),
            accuracy: None,
            nonce: false,
            version: 1,
            status: 0,
            critical_info: false,
            content_type: TST_INFO,
            said_type: TST_INFO,
            imprint_by: Hashed::Sha256,
            signed_by: Hashed::Sha256,
            signers: 1,
            attributes: true,
            other_content: false,
            other_certificate: false,
            names_certificate: true,
            names_twice: false,
            with_certificates: true,
            valid: ["250101000000Z", "261231000000Z"],
            root_valid: ["200101000000Z", "401231000000Z"],
            purposes: Some((vec![TIME_STAMPING], true)),
            usage: Some(0b1000_0000),
            critical_extension: false,
            root_is_authority: true,
            root_usage: 0b0000_0110,
            root_depth: None,
            between: 0,
            strangers: 0,
            issued_by: Hashed::Sha256,
            ballast: 0,
            is_commit: false,
            mails: Vec::new(),
            root_names: false,
            other_root: false,
            root_name: "Stamp Root",
        }
    }
}

impl Recipe {
    /// A token that counts, of this time.
    pub(crate) fn at(time: &str) -> Recipe {
        Recipe { time: time.to_owned(), ..Recipe::default() }
    }
}

impl Recipe {
    /// The signature of a commit by a certificate that names a mail address.
    pub(crate) fn commit(mail: &'static str) -> Recipe {
        Recipe {
            is_commit: true,
            mails: vec![mail],
            content_type: DATA,
            said_type: DATA,
            names_certificate: false,
            purposes: Some((vec![MAIL_PROTECTION], false)),
            root_name: "Stamp Root",
            ..Recipe::default()
        }
    }
}

/// An answer, and what it is made of.
pub(crate) struct Made {
    pub(crate) answer: Vec<u8>,
    /// The root of the policy, in PEM.
    pub(crate) root: String,
    /// The authority's certificate, in PEM.
    pub(crate) leaf: String,
    /// Parts of the answer that somebody may change.
    pub(crate) info: Vec<u8>,
    pub(crate) attributes: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Made {
    /// The answer with the last byte of a part of it changed.
    pub(crate) fn spoiled(&self, part: &[u8]) -> Vec<u8> {
        let at = self.answer.windows(part.len()).position(|bytes| bytes == part).expect("it is in it");
        let mut answer = self.answer.clone();
        answer[at + part.len() - 1] ^= 1;
        answer
    }
}

/// Stamps bytes.
pub(crate) fn stamp(bytes: &[u8], recipe: &Recipe) -> Made {
    let [root_key, key, between_key, other_key] = [1_u8, 2, 3, 4].map(key);
    let root = root(recipe, if recipe.other_root { &other_key } else { &root_key });
    // `Between 1` has issued the last certificate, and the root the last of them.
    let above = |below: usize| match below < recipe.between {
        true => (format!("Between {}", below + 1), &between_key),
        false => ("Stamp Root".to_owned(), &root_key),
    };
    let (issuer, issuer_key) = above(0);
    let by = (issuer.as_str(), issuer_key, recipe.issued_by);
    let leaf = certificate("Stamps", &key, by, recipe.valid, &leaf_extensions(recipe));
    let authority = |at: usize| {
        let extensions = [basic(true, None), extension("2.5.29.15", true, &bits(0b0000_0110))];
        let (issuer, by) = above(at);
        let by = (issuer.as_str(), by, Hashed::Sha256);
        certificate(&format!("Between {at}"), &between_key, by, recipe.root_valid, &extensions)
    };
    let strange =
        certificate("Stranger", &other_key, ("Elsewhere", &other_key, Hashed::Sha256), recipe.valid, &[]);
    let mut certificates = vec![strange; recipe.strangers];
    certificates.push(leaf.clone());
    certificates.extend((1..=recipe.between).map(authority));
    let certificates: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
    let info = if recipe.is_commit { bytes.to_vec() } else { info(bytes, recipe) };
    let content: &[u8] = if recipe.other_content { b"other" } else { &info };
    let attributes = attributes(content, &leaf, recipe);
    let signed = if recipe.attributes { tlv(0x31, &[&attributes]) } else { info.clone() };
    let signature: Signature = key.sign(&signed);
    let signature = signature.to_der().as_bytes().to_vec();
    let hash = match recipe.signed_by {
        Hashed::Sha256 => algorithm(SHA256),
        Hashed::Sha1 => algorithm(SHA1),
    };
    let scheme = scheme(recipe.signed_by);
    let by = sequence(&[&name(&issuer), &integer(2)]);
    let attributes_part = if recipe.attributes { tlv(0xa0, &[&attributes]) } else { Vec::new() };
    let ballast =
        sequence(&[&oid("1.3.6.1.4.1.32473.7"), &tlv(0x31, &[&tlv(0x04, &[&vec![0; recipe.ballast]])])]);
    let ballast = if recipe.ballast > 0 { tlv(0xa1, &[&ballast]) } else { Vec::new() };
    let signer =
        sequence(&[&integer(1), &by, &hash, &attributes_part, &scheme, &tlv(0x04, &[&signature]), &ballast]);
    let signers: Vec<&[u8]> = std::iter::repeat_n(signer.as_slice(), recipe.signers).collect();
    let inside = tlv(0xa0, &[&tlv(0x04, &[&info])]);
    let inside: &[u8] = if recipe.is_commit { &[] } else { &inside };
    let content = sequence(&[&oid(recipe.content_type), inside]);
    let certificates = match recipe.with_certificates {
        true => tlv(0xa0, &certificates),
        false => Vec::new(),
    };
    let data = sequence(&[&integer(3), &tlv(0x31, &[&hash]), &content, &certificates, &tlv(0x31, &signers)]);
    let token = sequence(&[&oid("1.2.840.113549.1.7.2"), &tlv(0xa0, &[&data])]);
    let answer = match recipe.is_commit {
        true => token,
        false => sequence(&[&sequence(&[&integer(recipe.status)]), &token]),
    };
    Made { answer, root: pem(&root), leaf: pem(&leaf), info, attributes, signature }
}

fn scheme(hash: Hashed) -> Vec<u8> {
    match hash {
        Hashed::Sha256 => algorithm(ECDSA_SHA256),
        Hashed::Sha1 => algorithm(ECDSA_SHA1),
    }
}

fn root(recipe: &Recipe, key: &SigningKey) -> Vec<u8> {
    let mut extensions = vec![
        basic(recipe.root_is_authority, recipe.root_depth),
        extension("2.5.29.15", true, &bits(recipe.root_usage)),
    ];
    if recipe.root_names {
        extensions.push(extension("2.5.29.30", false, &sequence(&[])));
    }
    let name = recipe.root_name;
    certificate(name, key, (name, key, Hashed::Sha256), recipe.root_valid, &extensions)
}

/// The private key and the certificate that sign commits, in PEM.
pub(crate) fn identity(recipe: &Recipe) -> (String, String) {
    let curve = tlv(0xa0, &[&oid("1.2.840.10045.3.1.7")]);
    let key = sequence(&[&integer(1), &tlv(0x04, &[&[2; 32]]), &curve]);
    let text = base64::engine::general_purpose::STANDARD.encode(key);
    (armoured("EC PRIVATE KEY", &text), stamp(b"", recipe).leaf)
}

/// The armour of a commit's signature over a payload, and the root in PEM.
pub(crate) fn signature(payload: &[u8], recipe: &Recipe) -> (String, String) {
    let made = stamp(payload, recipe);
    let text = base64::engine::general_purpose::STANDARD.encode(&made.answer);
    (armoured("SIGNED MESSAGE", &text), made.root)
}

fn leaf_extensions(recipe: &Recipe) -> Vec<Vec<u8>> {
    let mut extensions = vec![basic(false, None)];
    extensions.extend(recipe.usage.map(|usage| extension("2.5.29.15", true, &bits(usage))));
    if let Some((purposes, critical)) = &recipe.purposes {
        let purposes: Vec<Vec<u8>> = purposes.iter().map(|purpose| oid(purpose)).collect();
        let purposes: Vec<&[u8]> = purposes.iter().map(Vec::as_slice).collect();
        extensions.push(extension("2.5.29.37", *critical, &sequence(&purposes)));
    }
    if !recipe.mails.is_empty() {
        let mails: Vec<Vec<u8>> = recipe.mails.iter().map(|mail| tlv(0x81, &[mail.as_bytes()])).collect();
        let mails: Vec<&[u8]> = mails.iter().map(Vec::as_slice).collect();
        extensions.push(extension("2.5.29.17", false, &sequence(&mails)));
    }
    if recipe.critical_extension {
        extensions.push(extension("1.3.6.1.4.1.32473.9", true, &integer(1)));
    }
    extensions
}

/// The `TSTInfo`.
fn info(bytes: &[u8], recipe: &Recipe) -> Vec<u8> {
    let imprint = match recipe.imprint_by {
        Hashed::Sha256 => sequence(&[&algorithm(SHA256), &tlv(0x04, &[&Sha256::digest(bytes)])]),
        Hashed::Sha1 => {
            let hash = sha1::Sha1::digest(bytes);
            sequence(&[&algorithm(SHA1), &tlv(0x04, &[&hash])])
        }
    };
    let accuracy = recipe.accuracy.map(|seconds| sequence(&[&integer(seconds)])).unwrap_or_default();
    let nonce = if recipe.nonce { integer(77) } else { Vec::new() };
    let extensions = match recipe.critical_info {
        true => tlv(0xa1, &[&extension("1.3.6.1.4.1.32473.8", true, &integer(1))]),
        false => Vec::new(),
    };
    sequence(&[
        &integer(recipe.version),
        &oid("1.3.6.1.4.1.32473.1"),
        &imprint,
        &integer(9),
        &tlv(0x18, &[recipe.time.as_bytes()]),
        &accuracy,
        &nonce,
        &extensions,
    ])
}

/// The signed attributes, without what is around them.
fn attributes(content: &[u8], leaf: &[u8], recipe: &Recipe) -> Vec<u8> {
    let named: &[u8] = if recipe.other_certificate { b"another" } else { leaf };
    let attribute = |kind: &str, value: &[u8]| sequence(&[&oid(kind), &tlv(0x31, &[value])]);
    let id = sequence(&[&tlv(0x04, &[&Sha256::digest(named)])]);
    let mut all = attribute("1.2.840.113549.1.9.3", &oid(recipe.said_type));
    all.extend(attribute("1.2.840.113549.1.9.4", &tlv(0x04, &[&Sha256::digest(content)])));
    for _ in 0..usize::from(recipe.names_certificate) + usize::from(recipe.names_twice) {
        all.extend(attribute("1.2.840.113549.1.9.16.2.47", &sequence(&[&sequence(&[&id])])));
    }
    all
}

fn certificate(
    subject: &str,
    key: &SigningKey,
    (issuer, by, hash): (&str, &SigningKey, Hashed),
    valid: [&str; 2],
    extensions: &[Vec<u8>],
) -> Vec<u8> {
    let scheme = scheme(hash);
    let [from, until] = valid.map(|time| tlv(0x17, &[time.as_bytes()]));
    let point = key.verifying_key().to_encoded_point(false);
    let kind = sequence(&[&oid("1.2.840.10045.2.1"), &oid("1.2.840.10045.3.1.7")]);
    let key = sequence(&[&kind, &tlv(0x03, &[&[0], point.as_bytes()])]);
    let extensions: Vec<&[u8]> = extensions.iter().map(Vec::as_slice).collect();
    // An issuer gives no number twice: its own certificate is the first.
    let number = if subject == issuer { 1 } else { 2 };
    let body = sequence(&[
        &tlv(0xa0, &[&integer(2)]),
        &integer(number),
        &scheme,
        &name(issuer),
        &sequence(&[&from, &until]),
        &name(subject),
        &key,
        &tlv(0xa3, &[&sequence(&extensions)]),
    ]);
    let signature: Signature = by.sign(&body);
    sequence(&[&body, &scheme, &tlv(0x03, &[&[0], signature.to_der().as_bytes()])])
}

fn basic(is_authority: bool, depth: Option<u8>) -> Vec<u8> {
    let flag = if is_authority { tlv(0x01, &[&[0xff]]) } else { Vec::new() };
    let depth = depth.map(integer).unwrap_or_default();
    extension("2.5.29.19", true, &sequence(&[&flag, &depth]))
}

fn extension(kind: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = if critical { tlv(0x01, &[&[0xff]]) } else { Vec::new() };
    sequence(&[&oid(kind), &flag, &tlv(0x04, &[value])])
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).expect("a number below the order of the curve")
}

fn name(common: &str) -> Vec<u8> {
    let text = tlv(0x0c, &[common.as_bytes()]);
    sequence(&[&tlv(0x31, &[&sequence(&[&oid("2.5.4.3"), &text])])])
}

fn pem(der: &[u8]) -> String {
    armoured("CERTIFICATE", &base64::engine::general_purpose::STANDARD.encode(der))
}

fn armoured(what: &str, text: &str) -> String {
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("it is ASCII")).collect();
    format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", lines.join("\n"))
}

fn algorithm(numbers: &str) -> Vec<u8> {
    sequence(&[&oid(numbers)])
}

/// Bits of which those that are not set at the end are not written, as DER asks.
fn bits(byte: u8) -> Vec<u8> {
    let unused = u8::try_from(byte.trailing_zeros().min(7)).expect("below eight");
    tlv(0x03, &[&[unused, byte]])
}

fn integer(value: u8) -> Vec<u8> {
    tlv(0x02, &[&[value]])
}

fn oid(numbers: &str) -> Vec<u8> {
    tlv(0x06, &[ObjectIdentifier::new(numbers).expect("an identifier").as_bytes()])
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let mut bytes = vec![tag];
    match value.len() {
        short @ 0..=0x7f => bytes.push(u8::try_from(short).expect("it is short")),
        long => {
            let length = long.to_be_bytes();
            let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
            bytes.push(0x80 | u8::try_from(length.len()).expect("a few bytes"));
            bytes.extend(length);
        }
    }
    bytes.extend(value);
    bytes
}
