//! Public keys of certificates, and the signatures that they verify: RSA (PKCS #1 v1.5) and ECDSA.

use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::Refusal;
use super::der::{BIT_STRING, Element, Id, OID, Reader, SEQUENCE, id, is};

/// The least size of an RSA key that counts, in bits; as for other formats.
const LEAST_RSA: usize = 2048;

const RSA: Id = id("1.2.840.113549.1.1.1");
const EC: Id = id("1.2.840.10045.2.1");
const P256: Id = id("1.2.840.10045.3.1.7");
const P384: Id = id("1.3.132.0.34");

/// A hash function that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::inputs::signature) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// The family of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Rsa,
    Ecdsa,
}

const HASHES: [(Hash, Id); 3] = [
    (Hash::Sha256, id("2.16.840.1.101.3.4.2.1")),
    (Hash::Sha384, id("2.16.840.1.101.3.4.2.2")),
    (Hash::Sha512, id("2.16.840.1.101.3.4.2.3")),
];

/// MD5, SHA-1.
const WEAK_HASHES: [Id; 2] = [id("1.2.840.113549.2.5"), id("1.3.14.3.2.26")];

const SIGNATURES: [(Family, Hash, Id); 6] = [
    (Family::Rsa, Hash::Sha256, id("1.2.840.113549.1.1.11")),
    (Family::Rsa, Hash::Sha384, id("1.2.840.113549.1.1.12")),
    (Family::Rsa, Hash::Sha512, id("1.2.840.113549.1.1.13")),
    (Family::Ecdsa, Hash::Sha256, id("1.2.840.10045.4.3.2")),
    (Family::Ecdsa, Hash::Sha384, id("1.2.840.10045.4.3.3")),
    (Family::Ecdsa, Hash::Sha512, id("1.2.840.10045.4.3.4")),
];

/// RSA over MD5 and SHA-1, ECDSA over SHA-1.
const WEAK_SIGNATURES: [Id; 3] =
    [id("1.2.840.113549.1.1.4"), id("1.2.840.113549.1.1.5"), id("1.2.840.10045.4.1")];

impl Hash {
    /// The hash function of an algorithm identifier.
    pub(in crate::inputs::signature) fn of(algorithm: &Element<'_>) -> Result<Hash, Refusal> {
        let name = algorithm.inner().take(OID)?;
        if WEAK_HASHES.iter().any(|weak| is(&name, weak)) {
            return Err(Refusal::Weak("it rests on SHA-1 or MD5".to_owned()));
        }
        let known = HASHES.iter().find(|(_, known)| is(&name, known));
        known.map(|(hash, _)| *hash).ok_or_else(|| unsupported("the hash function", &name))
    }

    /// The hash of bytes.
    pub(in crate::inputs::signature) fn hash(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha384 => Sha384::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// What stands before the hash in a signature of PKCS #1: its `DigestInfo` (RFC 8017, 9.2).
    fn digest_info(self) -> Box<[u8]> {
        let (number, length) = match self {
            Hash::Sha256 => (1, 32),
            Hash::Sha384 => (2, 48),
            Hash::Sha512 => (3, 64),
        };
        let name = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, number];
        let mut info = vec![0x30, 17 + length, 0x30, 13];
        info.extend(name);
        info.extend([0x05, 0x00, 0x04, length]);
        info.into()
    }
}

/// Verifies a signature over a message. A message syntax tells the hash function apart from the algorithm
/// (`hash`): the two must be the same.
///
/// # Errors
/// Every reason for which it is not taken.
pub(in crate::inputs::signature) fn verify(
    key: &Element<'_>,
    algorithm: &Element<'_>,
    hash: Option<Hash>,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Refusal> {
    let name = algorithm.inner().take(OID)?;
    if WEAK_SIGNATURES.iter().any(|weak| is(&name, weak)) {
        return Err(Refusal::Weak("it is signed over SHA-1 or MD5".to_owned()));
    }
    let known =
        SIGNATURES.iter().find(|(_, _, known)| is(&name, known)).map(|(family, own, _)| (*family, *own));
    let (family, own) = match (known, hash) {
        (Some(known), _) => known,
        // A message syntax may name the kind of the key instead.
        (None, Some(hash)) if is(&name, &RSA) => (Family::Rsa, hash),
        (None, _) => return Err(unsupported("the algorithm", &name)),
    };
    if hash.is_some_and(|hash| hash != own) {
        return Err(Refusal::Unsupported("its signature and its digest use two hash functions".to_owned()));
    }
    let hashed = own.hash(message);
    let is_good = match (family, Key::of(key)?) {
        (Family::Rsa, Key::Rsa(key)) => {
            let scheme = Pkcs1v15Sign { hash_len: Some(hashed.len()), prefix: own.digest_info() };
            key.verify(scheme, &hashed, signature).is_ok()
        }
        (Family::Ecdsa, Key::P256(key)) => {
            use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
            let signature = p256::ecdsa::Signature::from_der(signature);
            signature.is_ok_and(|signature| key.verify_prehash(&hashed, &signature).is_ok())
        }
        (Family::Ecdsa, Key::P384(key)) => {
            use p384::ecdsa::signature::hazmat::PrehashVerifier as _;
            let signature = p384::ecdsa::Signature::from_der(signature);
            signature.is_ok_and(|signature| key.verify_prehash(&hashed, &signature).is_ok())
        }
        (Family::Rsa | Family::Ecdsa, _) => false,
    };
    if is_good { Ok(()) } else { Err(Refusal::Bad("the signature is not by the key of its certificate")) }
}

/// A public key.
enum Key {
    Rsa(RsaPublicKey),
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
}

impl Key {
    /// The key of a certificate (`SubjectPublicKeyInfo`).
    fn of(info: &Element<'_>) -> Result<Key, Refusal> {
        let mut inner = info.inner();
        let mut algorithm = inner.take(SEQUENCE)?.inner();
        let bits = inner.take(BIT_STRING)?.bits()?;
        let name = algorithm.take(OID)?;
        if is(&name, &RSA) {
            let key = RsaPublicKey::from_pkcs1_der(bits);
            let key = key.map_err(|_| Refusal::Unsupported("an RSA key cannot be used".to_owned()))?;
            return match key.n().bits() {
                enough if enough >= LEAST_RSA => Ok(Key::Rsa(key)),
                size => Err(Refusal::Weak(format!("an RSA key has {size} bits"))),
            };
        }
        let curve = Reader::take(&mut algorithm, OID).ok().filter(|_| is(&name, &EC));
        let curve = curve.ok_or_else(|| unsupported("the kind of key", &name))?;
        let damaged = |_| Refusal::Bad("a key is no point of its curve");
        if is(&curve, &P256) {
            p256::ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Key::P256).map_err(damaged)
        } else if is(&curve, &P384) {
            p384::ecdsa::VerifyingKey::from_sec1_bytes(bits).map(Key::P384).map_err(damaged)
        } else {
            Err(unsupported("the curve", &curve))
        }
    }
}

fn unsupported(what: &str, name: &Element<'_>) -> Refusal {
    let numbers = Id::from_bytes(name.value).map(|id| id.to_string()).unwrap_or_default();
    Refusal::Unsupported(format!("{what} {numbers} is not supported"))
}
