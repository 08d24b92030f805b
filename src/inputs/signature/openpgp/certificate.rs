//! A certificate of `policy/openpgp/`: which of its keys may sign, and when.
//!
//! Names in it (user ids) say nothing here: who somebody is, the roster says, and the file's name is the
//! roster id. Every statement of a certificate is a signature, and only those are believed that its own
//! primary key made with a hash that holds: the newest self-signature gives the primary key's flags and
//! end, the newest binding those of a subkey. A subkey signs only with a binding to this very primary, the
//! signing flag, and a signature of its own back to the primary (type 0x19): without it anybody could put
//! somebody else's key under their certificate. A revocation that cannot be verified counts as one that
//! can: whoever put it into the policy meant something by it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pgp::composed::{Deserializable, SignedPublicKey, SignedPublicSubKey};
use pgp::packet::{
    PublicKey, PublicSubkey, RevocationCode, Signature, SignatureType, SignatureVersion, SubpacketData,
};
use pgp::ser::Serialize as _;
use pgp::types::{KeyDetails, KeyVersion, PublicParams, Tag};

use super::{Strength, digits, has_unknown_demand, instant, later, strength};
use crate::inputs::signature::SignatureStatus;
use crate::text::{ContentHash, SourceFile};

/// The shortest RSA key that counts, in bits.
const MIN_RSA_BITS: u16 = 2048;

/// The certificates of a policy, by roster id.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    by_person: BTreeMap<String, Result<Certificate, String>>,
    /// Hash of all files: part of the key under which a verification is remembered.
    pub hash: Option<ContentHash>,
}

/// One certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Fingerprint of its primary key, in capitals.
    pub fingerprint: String,
    components: Vec<Component>,
}

/// When a key could sign, as its certificate says it; the moment that counts is for others to choose.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Validity {
    /// Fingerprint of the key that signed: the primary's or a subkey's.
    pub signing_key: String,
    /// When the signature says it was made: a claim.
    pub made: Timestamp,
    /// When the signature itself ends, if it does.
    pub signature_until: Option<Timestamp>,
    /// When both the key and the primary were there.
    pub from: Timestamp,
    /// When one of them ends, if one does.
    pub until: Option<Timestamp>,
    /// Revocations of the key and of the primary.
    pub revocations: Vec<KeyRevocation>,
}

/// A revocation in a certificate.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KeyRevocation {
    /// When it was made.
    pub since: Timestamp,
    /// Whether it may mean that somebody else holds the key, so that no time saves its signatures; a key
    /// that was only replaced or retired keeps those from before.
    pub compromised: bool,
}

/// A key of a certificate.
#[derive(Clone, Debug)]
pub(super) struct Component {
    pub(super) fingerprint: String,
    pub(super) key_id: String,
    /// `ed25519`, `rsa4096`.
    pub(super) algorithm: String,
    /// Why it signs nothing.
    pub(super) usable: Result<(), (SignatureStatus, String)>,
    /// `signing_key`, `made` and `signature_until` are those of a signature, and say nothing here.
    pub(super) validity: Validity,
    key: Key,
}

#[derive(Clone, Debug)]
enum Key {
    Primary(PublicKey),
    Sub(PublicSubkey),
}

impl Certificates {
    /// Reads certificates: (roster id, file).
    pub fn read<'f>(files: impl IntoIterator<Item = (&'f str, &'f SourceFile)>) -> Certificates {
        let (mut by_person, mut parts) = (BTreeMap::new(), Vec::new());
        for (person, file) in files {
            parts.push(person.as_bytes().to_vec());
            parts.push(file.hash.as_bytes().to_vec());
            by_person.insert(person.to_owned(), Certificate::read(&file.text));
        }
        let hash = (!parts.is_empty()).then(|| ContentHash::of_parts(parts.iter().map(Vec::as_slice)));
        Certificates { by_person, hash }
    }

    /// Whose certificate has this primary key; nothing when it is nobody's or several people's.
    pub fn person(&self, primary: &str) -> Option<&str> {
        let mut found = self.by_person.iter().filter_map(|(person, certificate)| {
            (certificate.as_ref().ok()?.fingerprint == primary).then_some(person.as_str())
        });
        found.next().filter(|_| found.next().is_none())
    }

    /// A person's certificate, or why it cannot be read.
    pub fn of(&self, person: &str) -> Option<Result<&Certificate, &str>> {
        self.by_person.get(person).map(|found| found.as_ref().map_err(String::as_str))
    }

    /// Whether some certificate holds a key of this fingerprint or short id.
    pub fn hold(&self, key: &str) -> bool {
        self.components().any(|(_, component)| component.fingerprint == key || component.key_id == key)
    }

    pub(super) fn components(&self) -> impl Iterator<Item = (&Certificate, &Component)> {
        let readable = self.by_person.values().filter_map(|certificate| certificate.as_ref().ok());
        readable.flat_map(|certificate| certificate.components.iter().map(move |one| (certificate, one)))
    }
}

impl Certificate {
    /// Whether one of its keys may sign at a moment or later: a strong one that is not over and not revoked by then.
    pub fn can_sign(&self, at: Timestamp) -> bool {
        self.components.iter().any(|Component { usable, validity, .. }| {
            let is_revoked = validity.revocations.iter().any(|one| one.compromised || one.since <= at);
            usable.is_ok() && validity.until.is_none_or(|until| at < until) && !is_revoked
        })
    }

    /// Reads one armoured certificate.
    ///
    /// # Errors
    /// Why it is none: damaged, several, or of a form that is not supported.
    pub fn read(armour: &str) -> Result<Certificate, String> {
        let (all, _) =
            SignedPublicKey::from_armor_many(armour.as_bytes()).map_err(|error| error.to_string())?;
        let all: Result<Vec<SignedPublicKey>, _> = all.take(2).collect();
        let all = all.map_err(|error| error.to_string())?;
        let [certificate] = all.as_slice() else {
            return Err(format!("it holds {} certificates", if all.is_empty() { "no" } else { "several" }));
        };
        let primary = primary(certificate);
        let subkeys = certificate.public_subkeys.iter().map(|sub| subkey(certificate, &primary, sub));
        let subkeys: Vec<Component> = subkeys.collect();
        Ok(Certificate {
            fingerprint: primary.fingerprint.clone(),
            components: std::iter::once(primary).chain(subkeys).collect(),
        })
    }
}

impl Component {
    /// Whether the key made a signature over a payload.
    pub(super) fn verify(&self, signature: &Signature, payload: &[u8]) -> bool {
        match &self.key {
            Key::Primary(key) => signature.verify(key, payload).is_ok(),
            Key::Sub(key) => signature.verify(key, payload).is_ok(),
        }
    }

    fn new(key: Key, usable: Result<(), (SignatureStatus, String)>, validity: Validity) -> Component {
        let details: &dyn KeyDetails = match &key {
            Key::Primary(key) => key,
            Key::Sub(key) => key,
        };
        let weak = weakness(details).map(|why| (SignatureStatus::Weak, why));
        Component {
            fingerprint: digits(&details.fingerprint()),
            key_id: details.legacy_key_id().to_string().to_uppercase(),
            algorithm: algorithm(details),
            usable: weak.map_or(usable, Err),
            validity,
            key,
        }
    }
}

fn primary(certificate: &SignedPublicKey) -> Component {
    let key = &certificate.primary_key;
    let direct = certificate.details.direct_signatures.iter();
    let direct = direct.filter(|signature| signature.verify_key(key).is_ok());
    let of_names = certificate.details.users.iter().flat_map(|user| {
        let certifies = |signature: &&Signature| {
            signature.is_certification() && signature.typ() != Some(SignatureType::CertRevocation)
        };
        let own =
            move |signature: &&Signature| signature.verify_certification(key, Tag::UserId, &user.id).is_ok();
        user.signatures.iter().filter(certifies).filter(own)
    });
    // A certificate of version 6 states what it is in direct key signatures alone (RFC 9580, 10.1.1).
    let of_names = of_names.filter(|_| key.version() != KeyVersion::V6);
    let statement = newest(direct.chain(of_names));
    let usable = match &statement {
        Newest::Found(signature) if signature.key_flags().sign() => Ok(()),
        Newest::Found(_) => Err((SignatureStatus::Bad, "its key may not sign".to_owned())),
        Newest::Weak => Err(weak_statement()),
        Newest::None => Err((SignatureStatus::Bad, "its key says nothing of itself".to_owned())),
    };
    let revocations = certificate.details.revocation_signatures.iter().map(|signature| {
        let is_known = signature.verify_key(key).is_ok();
        revocation(signature, is_known)
    });
    let validity = Validity {
        signing_key: String::new(),
        made: Timestamp::UNIX_EPOCH,
        signature_until: None,
        from: instant(key.created_at()),
        until: statement.end(instant(key.created_at())),
        revocations: revocations.collect(),
    };
    Component::new(Key::Primary(key.clone()), usable, validity)
}

fn subkey(certificate: &SignedPublicKey, primary: &Component, sub: &SignedPublicSubKey) -> Component {
    let (top, key) = (&certificate.primary_key, &sub.key);
    let is_own = |signature: &&Signature| signature.verify_subkey_binding(top, key).is_ok();
    let of_type = |typ| sub.signatures.iter().filter(move |signature| signature.typ() == Some(typ));
    let binding = newest(of_type(SignatureType::SubkeyBinding).filter(is_own));
    let bad = |why: &str| Err((SignatureStatus::Bad, why.to_owned()));
    let usable = match (&binding, &primary.usable) {
        // That the primary itself may not sign says nothing of its subkeys; that it is weak does.
        (_, Err(weak @ (SignatureStatus::Weak, _))) => Err(weak.clone()),
        (Newest::Weak, _) => Err(weak_statement()),
        (Newest::None, _) => bad("its key is not bound to the certificate"),
        (Newest::Found(signature), _) if !signature.key_flags().sign() => bad("its key may not sign"),
        (Newest::Found(signature), _) if !points_back(signature, top, key) => {
            bad("its key does not sign back to the certificate")
        }
        (Newest::Found(_), _) => Ok(()),
    };
    let revocations = of_type(SignatureType::SubkeyRevocation)
        .map(|signature| revocation(signature, signature.verify_subkey_binding(top, key).is_ok()));
    let created = instant(key.created_at());
    let ends = [primary.validity.until, binding.end(created)];
    let validity = Validity {
        from: created.max(primary.validity.from),
        until: ends.into_iter().flatten().min(),
        revocations: primary.validity.revocations.iter().cloned().chain(revocations).collect(),
        ..primary.validity.clone()
    };
    Component::new(Key::Sub(key.clone()), usable, validity)
}

/// Whether a binding holds the subkey's own signature over both keys.
fn points_back(binding: &Signature, top: &PublicKey, key: &PublicSubkey) -> bool {
    // The signature proves itself, wherever it stands: GnuPG puts it where the binding does not cover it.
    let all = binding.config().into_iter();
    let all = all.flat_map(|config| config.hashed_subpackets().chain(config.unhashed_subpackets()));
    let mut back = all.filter_map(|subpacket| match &subpacket.data {
        SubpacketData::EmbeddedSignature(signature) => Some(signature.as_ref()),
        _ => None,
    });
    back.any(|signature| is_strong(signature) && signature.verify_primary_key_binding(key, top).is_ok())
}

/// The newest of the statements that the primary key made about a key.
enum Newest<'a> {
    Found(&'a Signature),
    /// There are statements, and each rests on a hash that does not hold.
    Weak,
    None,
}

impl Newest<'_> {
    /// When the key ends by the statement, or the statement itself does.
    fn end(&self, created: Timestamp) -> Option<Timestamp> {
        let Newest::Found(signature) = self else { return None };
        let of_key = signature.key_expiration_time().map_or(0, |time| i64::from(time.as_secs()));
        let of_statement = signature.signature_expiration_time().map_or(0, |time| i64::from(time.as_secs()));
        let ends = [
            (of_key > 0).then(|| later(created, of_key)),
            signature.created().filter(|_| of_statement > 0).map(|made| later(instant(made), of_statement)),
        ];
        ends.into_iter().flatten().min()
    }
}

fn newest<'a>(statements: impl Iterator<Item = &'a Signature>) -> Newest<'a> {
    let (strong, weak): (Vec<&Signature>, Vec<&Signature>) =
        statements.partition(|signature| is_strong(signature) && !has_unknown_demand(signature));
    match strong.into_iter().max_by_key(|signature| signature.created()) {
        Some(signature) => Newest::Found(signature),
        None if weak.is_empty() => Newest::None,
        None => Newest::Weak,
    }
}

fn is_strong(signature: &Signature) -> bool {
    let of_today = matches!(signature.version(), SignatureVersion::V4 | SignatureVersion::V6);
    of_today && matches!(strength(signature), Strength::Good)
}

fn weak_statement() -> (SignatureStatus, String) {
    (
        SignatureStatus::Weak,
        "what the certificate says of its key rests on a hash that does not hold".to_owned(),
    )
}

fn revocation(signature: &Signature, is_known: bool) -> KeyRevocation {
    let soft = matches!(
        signature.revocation_reason_code(),
        Some(RevocationCode::KeySuperseded | RevocationCode::KeyRetired)
    );
    KeyRevocation {
        since: signature.created().map_or(Timestamp::UNIX_EPOCH, instant),
        compromised: !(soft && is_known),
    }
}

/// Why a key is too weak to count.
fn weakness(key: &dyn KeyDetails) -> Option<String> {
    if !matches!(key.version(), KeyVersion::V4 | KeyVersion::V6) {
        return Some("its key is of version 3 or before".to_owned());
    }
    match key.public_params() {
        PublicParams::RSA(_) => {
            let bits = rsa_bits(key.public_params());
            (bits < MIN_RSA_BITS).then(|| format!("the RSA key has {bits} bits"))
        }
        PublicParams::DSA(_) => Some("its key is a DSA key".to_owned()),
        PublicParams::Elgamal(_) => Some("its key is an Elgamal key".to_owned()),
        _ => None,
    }
}

/// The bits of an RSA modulus: OpenPGP writes them in front of the number.
fn rsa_bits(params: &PublicParams) -> u16 {
    let PublicParams::RSA(rsa) = params else { return 0 };
    let bytes = rsa.to_bytes().unwrap_or_default();
    bytes.first_chunk::<2>().map_or(0, |bits| u16::from_be_bytes(*bits))
}

fn algorithm(key: &dyn KeyDetails) -> String {
    match key.public_params() {
        PublicParams::RSA(_) => format!("rsa{}", rsa_bits(key.public_params())),
        PublicParams::EdDSALegacy(_) => "ed25519".to_owned(),
        _ => format!("{:?}", key.algorithm()).to_lowercase(),
    }
}
