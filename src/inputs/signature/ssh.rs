//! SSH signatures (OpenSSH PROTOCOL.sshsig), verified in process by the `ssh-key` crate.
//!
//! The armour is taken off first: the crate takes lines of 70 columns only, and valid signatures in the wild
//! have 64 or 76. The names of the algorithms are read before the crate sees the bytes, so that a signature
//! that it refuses is told as weak, unsupported or damaged for what it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ssh_encoding::{Decode as _, Reader as _};
use ssh_key::public::KeyData;
use ssh_key::{HashAlg, PublicKey, SshSig};

use super::{Format, Presence, SignatureStatus, Verification};

/// The namespace of signatures over commits (git's `gpg.format = ssh`).
pub(super) const NAMESPACE: &str = "git";

/// The shortest RSA key that counts, in bits.
const MIN_RSA_BITS: usize = 2048;

/// Bits of the flags byte of a hardware key's signature.
const FLAG_TOUCHED: u8 = 0x01;
const FLAG_VERIFIED: u8 = 0x04;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// Verifies an armoured signature over a payload.
pub(super) fn verify(armour: &str, payload: &[u8]) -> Verification {
    let bad = |why: &str| Verification::failed(Format::Ssh, SignatureStatus::Bad).because(why);
    let Some(blob) = unarmoured(armour) else { return bad("its armour is damaged") };
    let Some(names) = Names::read(&blob) else { return bad("it is damaged") };
    let mut verification = Verification {
        algorithm: Some(names.signature.to_owned()),
        ..Verification::failed(Format::Ssh, SignatureStatus::Bad)
    };
    if names.version != 1 {
        verification.status = SignatureStatus::Unsupported;
        return verification.because(format!("it has version {}", names.version));
    }
    if names.key.contains("-cert-v01@") {
        verification.status = SignatureStatus::Unsupported;
        return verification.because("it is made with an SSH certificate");
    }
    if matches!(names.signature, "ssh-rsa" | "ssh-dss") || names.hash == "sha1" {
        verification.status = SignatureStatus::Weak;
        return verification.because(format!("`{}` rests on SHA-1", names.signature));
    }
    let Some(signature) = decoded(&blob) else {
        let is_known = ["ssh-ed25519", "rsa-sha2-", "ecdsa-sha2-", "sk-"];
        if !is_known.iter().any(|known| names.signature.starts_with(known)) {
            verification.status = SignatureStatus::Unsupported;
            return verification.because(format!("`{}` is not supported", names.signature));
        }
        return verification.because("it is damaged");
    };
    let key = PublicKey::from(signature.public_key().clone());
    verification.key = Some(key.fingerprint(HashAlg::Sha256).to_string());
    verification.presence = presence(&signature);
    if let Some(why) = weakness(signature.public_key()) {
        verification.status = SignatureStatus::Weak;
        return verification.because(why);
    }
    if signature.namespace() != NAMESPACE {
        verification.status = SignatureStatus::WrongNamespace;
        return verification.because(format!("it is made for `{}`, not for `{NAMESPACE}`", names.namespace));
    }
    match key.verify(NAMESPACE, payload, &signature) {
        Ok(()) => Verification { status: SignatureStatus::Good, ..verification },
        Err(_) => verification.because("it is not over these bytes"),
    }
}

/// Why nothing that a key signs counts, in words; nothing where its kind and its length are strong enough.
pub fn weakness(key: &KeyData) -> Option<String> {
    match key {
        KeyData::Dsa(_) => Some("a DSA key rests on SHA-1".to_owned()),
        KeyData::Rsa(rsa) => {
            let bits = rsa.n.as_positive_bytes().map_or(0, |bytes| bytes.len() * 8);
            (bits < MIN_RSA_BITS).then(|| format!("the RSA key has {bits} bits"))
        }
        _ => None,
    }
}

/// The flags of a hardware key; nothing for other keys.
fn presence(signature: &SshSig) -> Option<Presence> {
    let is_hardware =
        matches!(signature.public_key(), KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_));
    // The crate puts flags (1 byte) and counter (4 bytes) behind the signature proper.
    let flags = signature.signature_bytes().iter().rev().nth(4).copied().filter(|_| is_hardware)?;
    Some(Presence { touched: flags & FLAG_TOUCHED != 0, verified: flags & FLAG_VERIFIED != 0 })
}

/// The bytes between the lines of an armour, whatever its columns.
fn unarmoured(armour: &str) -> Option<Vec<u8>> {
    let inner = armour.trim_end().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let digits: String = inner.split('\n').collect();
    STANDARD.decode(digits).ok()
}

/// The signature as the crate reads it, to the last byte.
fn decoded(mut blob: &[u8]) -> Option<SshSig> {
    let signature = SshSig::decode(&mut blob).ok()?;
    blob.is_finished().then_some(signature)
}

/// What a signature says of itself.
struct Names<'a> {
    version: u32,
    key: &'a str,
    namespace: &'a str,
    hash: &'a str,
    signature: &'a str,
}

impl Names<'_> {
    fn read(blob: &[u8]) -> Option<Names<'_>> {
        let mut rest = blob.strip_prefix(b"SSHSIG")?;
        let version = number(&mut rest)?;
        let mut key = string(&mut rest)?;
        let namespace = text(&mut rest)?;
        let _reserved = string(&mut rest)?;
        let hash = text(&mut rest)?;
        let mut signature = string(&mut rest)?;
        // Bytes behind the last field would be signed by nobody.
        rest.is_empty().then_some(())?;
        Some(Names { version, key: text(&mut key)?, namespace, hash, signature: text(&mut signature)? })
    }
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_be_bytes(*bytes))
}

fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (bytes, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(bytes)
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    std::str::from_utf8(string(rest)?).ok()
}

#[cfg(test)]
mod tests {
    use ssh_key::public::{Ed25519PublicKey, SkEd25519};
    use ssh_key::{Algorithm, Signature};

    use super::*;

    fn field(bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).expect("it is short");
        [&length.to_be_bytes()[..], bytes].concat()
    }

    /// A signature of an algorithm with bytes of any kind, by a key of nobody.
    fn made(algorithm: &str, bytes: &[u8]) -> Verification {
        let key = [field(b"ssh-ed25519"), field(&[7; 32])].concat();
        let signature = [field(algorithm.as_bytes()), field(bytes)].concat();
        let fields = [&key, &b"git"[..], b"", b"sha512", &signature].map(field).concat();
        let blob = [&b"SSHSIG"[..], &1_u32.to_be_bytes(), &fields].concat();
        verify(&format!("{BEGIN}{}{END}", STANDARD.encode(blob)), b"text")
    }

    #[test]
    fn what_cannot_be_read_is_damaged_where_its_algorithm_is_known() {
        for algorithm in ["ssh-ed25519", "rsa-sha2-512", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"]
        {
            assert_eq!(made(algorithm, &[1; 3]).status, SignatureStatus::Bad, "{algorithm}");
        }
        assert_eq!(made("ssh-rsa", &[1; 3]).status, SignatureStatus::Weak, "it is over SHA-1 by its name");
        let found = made("ssh-other", &[1; 3]);
        assert_eq!(found.algorithm.as_deref(), Some("ssh-other"));
        assert_eq!(found.status, SignatureStatus::Unsupported);
        assert_eq!(found.why.as_deref(), Some("`ssh-other` is not supported"));
    }

    #[test]
    fn a_hardware_key_says_whether_it_was_touched_and_who_holds_it_verified() {
        let hardware = SkEd25519::new(Ed25519PublicKey([7; 32]), "ssh:");
        let of = |key: KeyData, algorithm: Algorithm, flags: u8| {
            let mut bytes = vec![1; 64];
            if key.is_sk_ed25519() {
                bytes.extend([flags, 0, 0, 0, 9]);
            }
            let signature = Signature::new(algorithm, bytes).expect("a signature");
            let whole = SshSig::new(key, "git", HashAlg::Sha512, signature).expect("it is whole");
            presence(&whole).map(|presence| (presence.touched, presence.verified))
        };
        for (flags, said) in [
            (0, (false, false)),
            (1, (true, false)),
            (4, (false, true)),
            (5, (true, true)),
            (0xfa, (false, false)),
        ] {
            let key = KeyData::SkEd25519(hardware.clone());
            assert_eq!(of(key, Algorithm::SkEd25519, flags), Some(said), "{flags}");
        }
        let soft = KeyData::Ed25519(Ed25519PublicKey([7; 32]));
        assert_eq!(of(soft, Algorithm::Ed25519, 0), None);
    }
}
