//! SSH signatures put together byte by byte (OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f): what ssh-keygen does not
//! make, and hardware keys without hardware.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::SigningKey;
use sha2::Digest as _;
use signature::Signer as _;
use ssh_key::private::{Ed25519Keypair, PrivateKey};

use crate::support::write;

/// For what a signature is made, and the hash of what is signed.
pub(crate) type Made<'a> = (&'a str, &'a str);

/// What git asks for.
pub(crate) const FOR_GIT: Made<'static> = ("git", "sha512");

/// The lines of a signature.
pub(crate) fn armour(blob: &[u8]) -> String {
    let digits = STANDARD.encode(blob);
    let lines: Vec<&str> =
        digits.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n"))
}

/// A string as SSH writes it.
pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes()[..], bytes].concat()
}

/// What the key signs.
pub(crate) fn signed((namespace, hash): Made<'_>, payload: &[u8]) -> Vec<u8> {
    let digest = match hash {
        "sha1" => sha1::Sha1::digest(payload).to_vec(),
        "sha256" => sha2::Sha256::digest(payload).to_vec(),
        _ => sha2::Sha512::digest(payload).to_vec(),
    };
    let fields = [namespace.as_bytes(), b"", hash.as_bytes(), &digest].map(string).concat();
    [b"SSHSIG", &fields[..]].concat()
}

/// The whole signature by a public key.
pub(crate) fn whole(key: &[u8], (namespace, hash): Made<'_>, signature: &[u8]) -> String {
    let fields = [key, namespace.as_bytes(), b"", hash.as_bytes(), signature].map(string).concat();
    armour(&[&b"SSHSIG"[..], &1_u32.to_be_bytes(), &fields].concat())
}

/// A signature by a key of Ed25519 in a file of OpenSSH's.
pub(crate) fn by_ed25519(key: &Path, made: Made<'_>, payload: &[u8]) -> String {
    let key = PrivateKey::read_openssh_file(key).expect("ssh-keygen has made it");
    let signature: ssh_key::Signature = key.try_sign(&signed(made, payload)).expect("it signs");
    let public = key.public_key().to_bytes().expect("a key");
    whole(&public, made, &[&b"ssh-ed25519"[..], signature.as_bytes()].map(string).concat())
}

/// A signature of RSA or ECDSA over a digest such as `sha256`, by openssl with a key in a file of its form.
pub(crate) fn by_openssl(
    (key, public): (&Path, &[u8]),
    (algorithm, digest): (&str, &str),
    made: Made<'_>,
    payload: &[u8],
) -> String {
    let file = key.with_extension("signed");
    write(&file, signed(made, payload));
    let mut sign = Command::new("openssl");
    let output = sign.args(["dgst", &format!("-{digest}"), "-sign"]).arg(key).arg(&file).output();
    let output = output.expect("openssl is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut signature = output.stdout;
    if algorithm.starts_with("ecdsa") {
        // A sequence of two integers in DER, which has them as SSH does.
        let begin = if signature[1] < 0x80 { 2 } else { 3 };
        let mut rest = &signature[begin..];
        let mut next = || {
            let (number, after) = rest[2..].split_at(usize::from(rest[1]));
            rest = after;
            string(number)
        };
        signature = [next(), next()].concat();
    }
    whole(public, made, &[algorithm.as_bytes(), &signature].map(string).concat())
}

/// A kind of hardware key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hardware {
    Ed25519,
    Ecdsa,
}

/// What the key is asked for: OpenSSH's own.
const APPLICATION: &[u8] = b"ssh:";

impl Hardware {
    /// The name of its algorithm.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Hardware::Ed25519 => "sk-ssh-ed25519@openssh.com",
            Hardware::Ecdsa => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    /// The public key; the same for the same number.
    pub(crate) fn public(self, seed: u8) -> Vec<u8> {
        let point = match self {
            Hardware::Ed25519 => string(&Ed25519Keypair::from_seed(&[seed; 32]).public.0),
            Hardware::Ecdsa => {
                let point = ecdsa(seed).verifying_key().to_encoded_point(false);
                [string(b"nistp256"), string(point.as_bytes())].concat()
            }
        };
        [string(self.name().as_bytes()), point, string(APPLICATION)].concat()
    }

    /// A signature with these flags: 1 where somebody touched the key, 0 where nobody did.
    pub(crate) fn sign(self, seed: u8, made: Made<'_>, payload: &[u8], flags: u8) -> String {
        let counter = 1_u32.to_be_bytes();
        let over = [
            sha2::Sha256::digest(APPLICATION).to_vec(),
            vec![flags],
            counter.to_vec(),
            sha2::Sha256::digest(signed(made, payload)).to_vec(),
        ]
        .concat();
        let proper = match self {
            Hardware::Ed25519 => {
                let signature: ssh_key::Signature = Ed25519Keypair::from_seed(&[seed; 32]).sign(&over);
                signature.as_bytes().to_vec()
            }
            Hardware::Ecdsa => {
                let signature: p256::ecdsa::Signature = ecdsa(seed).sign(&over);
                let (r, s) = signature.split_bytes();
                [integer(&r), integer(&s)].concat()
            }
        };
        // The flags and the counter stand behind the string of the signature, inside the outer one.
        let fields = [string(self.name().as_bytes()), string(&proper), vec![flags], counter.to_vec()];
        whole(&self.public(seed), made, &fields.concat())
    }
}

fn ecdsa(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).expect("a number below the order of the curve")
}

/// A number that is not negative, as SSH writes it.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let from = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let digits = &bytes[from..];
    let is_negative = digits.first().is_some_and(|byte| *byte >= 0x80);
    string(&[&[0][..usize::from(is_negative)], digits].concat())
}
