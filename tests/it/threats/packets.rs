//! OpenPGP keys and signatures that gpg does not make, by the `pgp` crate: version 6, subkeys that may not sign,
//! signatures of version 3 and such that name another key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pgp::composed::{
    ArmorOptions, Deserializable as _, DetachedSignature, KeyType, SecretKeyParamsBuilder, SignedPublicKey,
    SignedPublicSubKey, SignedSecretKey, SubkeyParamsBuilder,
};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{KeyFlags, Signature, SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::ser::Serialize as _;
use pgp::types::{Duration, KeyDetails, KeyId, KeyVersion, Password, SigningKey, Timestamp};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sha2::Digest as _;

use super::openpgp::Gpg;

/// When these keys are made, long before anything of the tests lands: 2025-11-01.
const MADE: u32 = 1_761_955_200;

/// When these signatures say that they are made: 2025-11-24, 12:00 UTC.
const SIGNED: u32 = 1_763_985_600;

/// A key whose primary certifies only, with a subkey that signs; the same for the same number.
pub(crate) fn key(version: KeyVersion, seed: u64) -> SignedSecretKey {
    let made = Timestamp::from_secs(MADE);
    let subkey = SubkeyParamsBuilder::default()
        .version(version)
        .key_type(KeyType::Ed25519)
        .created_at(made)
        .can_sign(true)
        .build()
        .expect("a subkey can be asked for");
    SecretKeyParamsBuilder::default()
        .version(version)
        .key_type(KeyType::Ed25519)
        .created_at(made)
        .can_certify(true)
        .primary_user_id("Carol <carol@a.example>".to_owned())
        .subkey(subkey)
        .build()
        .expect("a key can be asked for")
        .generate(StdRng::seed_from_u64(seed))
        .expect("keys are made")
}

/// The public part, as it stands in a policy.
pub(crate) fn certificate(public: &SignedPublicKey) -> String {
    public.to_armored_string(ArmorOptions::default()).expect("an armour")
}

/// The public part with the subkey bound anew: with or without the flag for signing, with or without its own
/// signature back to the primary key.
pub(crate) fn rebound(key: &SignedSecretKey, signs: bool, points_back: bool) -> SignedPublicKey {
    let mut public = key.to_public_key();
    let sub = public.public_subkeys[0].clone();
    let mut flags = KeyFlags::default();
    flags.set_sign(signs);
    let back = sub.signatures[0].embedded_signature().cloned().filter(|_| points_back);
    let primary = &key.primary_key;
    let rng = StdRng::seed_from_u64(9);
    let binding = sub.key.sign(rng, primary, primary.public_key(), &Password::empty(), flags, back);
    public.public_subkeys = vec![SignedPublicSubKey::new(sub.key, vec![binding.expect("it signs")])];
    public
}

/// The fingerprint of the primary key, as policies write it.
pub(crate) fn fingerprint(public: &SignedPublicKey) -> String {
    public.primary_key.fingerprint().as_bytes().iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The public part, whose primary key says of itself that it ended on 2025-11-10.
pub(crate) fn expired(key: &SignedSecretKey) -> SignedPublicKey {
    let mut flags = KeyFlags::default();
    flags.set_certify(true);
    let days = Duration::try_from(std::time::Duration::from_secs(9 * 86_400)).expect("not long");
    let more = vec![SubpacketData::KeyFlags(flags), SubpacketData::KeyExpirationTime(days)];
    let mut public = key.to_public_key();
    public.details.direct_signatures = vec![stated(key, SignatureType::Key, more)];
    public
}

/// The public part, revoked without a reason.
pub(crate) fn revoked(key: &SignedSecretKey) -> SignedPublicKey {
    let mut public = key.to_public_key();
    public.details.revocation_signatures.push(stated(key, SignatureType::KeyRevocation, Vec::new()));
    public
}

/// What the primary key says of itself.
fn stated(key: &SignedSecretKey, typ: SignatureType, more: Vec<SubpacketData>) -> Signature {
    let primary = &key.primary_key;
    let mut config = SignatureConfig::from_key(StdRng::seed_from_u64(5), primary, typ).expect("a statement");
    let made = SubpacketData::SignatureCreationTime(Timestamp::from_secs(MADE));
    config.hashed_subpackets = std::iter::once(made).chain(more).map(small).collect();
    config.sign_key(primary, &Password::empty(), primary.public_key()).expect("it signs")
}

/// The same signature of version 6, which says that it is over SHA-1.
pub(crate) fn over_sha1(armour: &str) -> String {
    let (one, _) = DetachedSignature::from_string(armour).expect("it was written");
    let mut packet = one.to_bytes().expect("memory");
    // Version, type, algorithm of the key, hash: behind the header of the packet.
    let at = packet.windows(2).position(|pair| pair == [6, 0]).expect("a signature over bytes") + 3;
    packet[at] = 2;
    let digits = STANDARD.encode(packet);
    format!("-----BEGIN PGP SIGNATURE-----\n\n{digits}\n-----END PGP SIGNATURE-----\n")
}

/// A signature by the subkey over a payload, changed before it is made.
pub(crate) fn sign(key: &SignedSecretKey, payload: &str, edit: impl FnOnce(&mut SignatureConfig)) -> String {
    let signer = &key.secret_subkeys[0].key;
    let mut config = SignatureConfig::from_key(StdRng::seed_from_u64(7), signer, SignatureType::Binary)
        .expect("a signature can be made");
    config.hashed_subpackets = vec![
        small(SubpacketData::SignatureCreationTime(Timestamp::from_secs(SIGNED))),
        small(SubpacketData::IssuerFingerprint(signer.fingerprint())),
    ];
    edit(&mut config);
    armoured(config.sign(signer, &Password::empty(), payload.as_bytes()).expect("it signs"))
}

/// A signature that names another key by its short id alone, as the forges write theirs.
pub(crate) fn sign_as(key: &SignedSecretKey, payload: &str, other: [u8; 8]) -> String {
    sign(key, payload, |config| {
        config.hashed_subpackets[1] = small(SubpacketData::IssuerKeyId(KeyId::from(other)));
    })
}

/// A signature of version 3 (RFC 4880, 5.2.2) by a key of gpg's, which writes none any more and still reads them.
pub(crate) fn sign_in_version_3(gpg: &Gpg, key: &str, payload: &str) -> String {
    let secret = gpg.run(&["--armor", "--export-secret-keys", key]);
    let (secret, _) = SignedSecretKey::from_string(&secret).expect("gpg writes keys");
    let primary = &secret.primary_key;
    let (made, id) = (Timestamp::from_secs(SIGNED), primary.legacy_key_id());
    let hash = HashAlgorithm::Sha256;
    let config = SignatureConfig::v3(SignatureType::Binary, primary.algorithm(), hash, made, id);
    let over = [payload.as_bytes(), &[0], &SIGNED.to_be_bytes()].concat();
    let digest = sha2::Sha256::digest(over);
    let signature = primary.sign(&Password::empty(), hash, &digest).expect("it signs");
    let signature = Signature::from_config(config, [digest[0], digest[1]], signature);
    armoured(signature.expect("a signature"))
}

fn small(data: SubpacketData) -> Subpacket {
    Subpacket::regular(data).expect("small")
}

fn armoured(signature: Signature) -> String {
    let one = DetachedSignature::new(signature);
    one.to_armored_string(ArmorOptions::default()).expect("an armour")
}
