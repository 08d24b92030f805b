//! Certificates and signatures made by the `pgp` crate, with what GnuPG would not make.

mod keys;

use pgp::composed::{
    ArmorOptions, KeyType, SecretKeyParamsBuilder, SignedPublicKey, SignedPublicSubKey, SignedSecretKey,
    SubkeyParamsBuilder,
};
use pgp::packet::{KeyFlags, SignatureConfig, Subpacket};
use pgp::types::{KeyDetails as _, KeyVersion, Password, SigningKey};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::text::{BookPath, SourceFile};

const PAYLOAD: &[u8] = b"tree 1\n\nApprove\n";

/// A key whose primary certifies only, with a subkey that signs.
fn key(version: KeyVersion, seed: u64) -> SignedSecretKey {
    let subkey = SubkeyParamsBuilder::default()
        .version(version)
        .key_type(KeyType::Ed25519)
        .can_sign(true)
        .build()
        .expect("a subkey can be asked for");
    SecretKeyParamsBuilder::default()
        .version(version)
        .key_type(KeyType::Ed25519)
        .can_certify(true)
        .primary_user_id("Alice <alice@a.example>".to_owned())
        .subkey(subkey)
        .build()
        .expect("a key can be asked for")
        .generate(StdRng::seed_from_u64(seed))
        .expect("keys are made")
}

fn certificates(public: &SignedPublicKey) -> Certificates {
    let armour = public.to_armored_string(ArmorOptions::default()).expect("an armour");
    let path = BookPath::new("policy/openpgp/alice.asc").expect("a path");
    Certificates::read([("alice", &SourceFile::new(path, armour.into_bytes()))])
}

/// A signature by the subkey, changed before it is made.
fn signed(key: &SignedSecretKey, edit: impl FnOnce(&mut SignatureConfig)) -> String {
    signed_by(&key.secret_subkeys[0].key, edit)
}

fn signed_by(signer: &impl SigningKey, edit: impl FnOnce(&mut SignatureConfig)) -> String {
    let mut config = SignatureConfig::from_key(StdRng::seed_from_u64(7), signer, SignatureType::Binary)
        .expect("a signature can be made");
    config.hashed_subpackets = vec![
        Subpacket::regular(SubpacketData::SignatureCreationTime(pgp::types::Timestamp::now()))
            .expect("small"),
        Subpacket::regular(SubpacketData::IssuerFingerprint(signer.fingerprint())).expect("small"),
    ];
    edit(&mut config);
    let signature = config.sign(signer, &Password::empty(), PAYLOAD).expect("it signs");
    armoured(&[signature])
}

fn armoured(signatures: &[Signature]) -> String {
    let all: Vec<DetachedSignature> = signatures.iter().cloned().map(DetachedSignature::new).collect();
    let mut bytes = Vec::new();
    pgp::armor::write(&all, pgp::armor::BlockType::Signature, &mut bytes, None, true).expect("memory");
    String::from_utf8(bytes).expect("an armour is text")
}

fn found(key: &SignedPublicKey, armour: &str, payload: &[u8]) -> Verification {
    verify(armour, payload, &certificates(key))
}

#[test]
fn a_subkey_signs_for_its_primary() {
    for version in [KeyVersion::V4, KeyVersion::V6] {
        let key = key(version, 1);
        let public = key.to_public_key();
        let armour = signed(&key, |_| {});
        let good = found(&public, &armour, PAYLOAD);
        assert_eq!((good.status, good.why.as_deref()), (SignatureStatus::Good, None));
        assert_eq!(
            good.key,
            Some(digits(&public.primary_key.fingerprint())),
            "people are known by the primary"
        );
        let own = digits(&public.public_subkeys[0].key.fingerprint());
        assert_eq!(good.validity.expect("a certificate was read").signing_key, own);
        assert_eq!(found(&public, &armour, b"tree 1\n\napprove\n").status, SignatureStatus::Bad);
        let stranger = found(&self::key(version, 2).to_public_key(), &armour, PAYLOAD);
        assert_eq!((stranger.status, stranger.key), (SignatureStatus::UnknownKey, Some(own)));
        assert_eq!(verify(&armour, PAYLOAD, &Certificates::default()).status, SignatureStatus::UnknownKey);
    }
}

#[test]
fn what_a_signature_says_of_itself_may_refuse_it() {
    let key = key(KeyVersion::V4, 1);
    let public = key.to_public_key();
    let status = |edit: &dyn Fn(&mut SignatureConfig)| found(&public, &signed(&key, edit), PAYLOAD).status;
    let unknown = |is_critical: bool| {
        let data = SubpacketData::Experimental(101, vec![1].into());
        if is_critical { Subpacket::critical(data) } else { Subpacket::regular(data) }.expect("small")
    };
    assert_eq!(status(&|config| config.typ = SignatureType::Text), SignatureStatus::Unsupported);
    assert_eq!(status(&|config| config.hashed_subpackets.push(unknown(true))), SignatureStatus::Unsupported);
    assert_eq!(status(&|config| config.hashed_subpackets.push(unknown(false))), SignatureStatus::Good);
    assert_eq!(status(&|config| drop(config.hashed_subpackets.remove(0))), SignatureStatus::Bad);
    let early = |config: &mut SignatureConfig| {
        let long_ago = SubpacketData::SignatureCreationTime(pgp::types::Timestamp::from_secs(1_000_000_000));
        config.hashed_subpackets[0] = Subpacket::regular(long_ago).expect("small");
    };
    assert_eq!(status(&early), SignatureStatus::Bad, "older than its key");
    let one = read(&signed(&key, |_| {})).expect("it was written").remove(0);
    let two = armoured(&[one.clone(), one]);
    assert_eq!(found(&public, &two, PAYLOAD).status, SignatureStatus::Unsupported, "two in one armour");
    for damaged in ["-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n", ""] {
        assert_eq!(found(&public, damaged, PAYLOAD).status, SignatureStatus::Bad, "{damaged}");
    }
}

/// Binds the key's subkey anew.
fn rebound(key: &SignedSecretKey, signs: bool, points_back: bool) -> SignedPublicKey {
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

#[test]
fn a_subkey_signs_only_where_both_keys_say_so() {
    let key = key(KeyVersion::V4, 1);
    let armour = signed(&key, |_| {});
    let says = |public: &SignedPublicKey| {
        let found = found(public, &armour, PAYLOAD);
        (found.status, found.why.unwrap_or_default())
    };
    let bad = |why: &str| (SignatureStatus::Bad, why.to_owned());
    assert_eq!(says(&rebound(&key, true, true)).0, SignatureStatus::Good);
    let by_primary = found(&key.to_public_key(), &signed_by(&key.primary_key, |_| {}), PAYLOAD);
    let why = by_primary.why.unwrap_or_default();
    assert_eq!((by_primary.status, why), bad("its key may not sign"), "it certifies only");
    assert_eq!(says(&rebound(&key, false, true)), bad("its key may not sign"));
    assert_eq!(says(&rebound(&key, true, false)), bad("its key does not sign back to the certificate"));
    // Mallory puts Alice's subkey below a primary key of their own: first as it is, then bound anew.
    let mut stolen = self::key(KeyVersion::V4, 3).to_public_key();
    stolen.public_subkeys = key.to_public_key().public_subkeys;
    assert_eq!(says(&stolen), bad("its key is not bound to the certificate"));
    let mallory = self::key(KeyVersion::V4, 3);
    let thief = SignedSecretKey { secret_subkeys: key.secret_subkeys.clone(), ..mallory };
    assert_eq!(says(&rebound(&thief, true, true)), bad("its key does not sign back to the certificate"));
}

#[test]
fn a_certificate_is_one_and_whole() {
    let armour = |key: &SignedPublicKey| key.to_armored_string(ArmorOptions::default()).expect("an armour");
    let (one, other) = (key(KeyVersion::V4, 1).to_public_key(), key(KeyVersion::V4, 2).to_public_key());
    assert!(Certificate::read(&armour(&one)).is_ok());
    for text in ["", "key", &armour(&one)[..200]] {
        assert!(Certificate::read(text).is_err(), "{text}");
    }
    let mut both = Vec::new();
    pgp::armor::write(&vec![one.clone(), other], pgp::armor::BlockType::PublicKey, &mut both, None, true)
        .expect("memory");
    let both = String::from_utf8(both).expect("an armour is text");
    assert_eq!(Certificate::read(&both).map(|_| ()), Err("it holds several certificates".to_owned()));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    /// Whoever can land a commit chooses these bytes.
    #[test]
    fn damaged_bytes_are_never_good_and_stop_nothing(
        at in 0..2000_usize,
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 1..4),
        of_certificate in proptest::bool::ANY,
    ) {
        static MADE: std::sync::OnceLock<(SignedPublicKey, Vec<u8>, Vec<u8>)> = std::sync::OnceLock::new();
        let (public, signature, certificate) = MADE.get_or_init(|| {
            let key = key(KeyVersion::V4, 1);
            let public = key.to_public_key();
            let raw = |armour: &str| {
                let digits: String =
                    armour.lines().filter(|line| !line.is_empty() && !line.starts_with(['-', '='])).collect();
                base64::Engine::decode(&base64::engine::general_purpose::STANDARD, digits).expect("base64")
            };
            let armour = public.to_armored_string(ArmorOptions::default()).expect("an armour");
            let signature = raw(&signed(&key, |_| {}));
            (public, signature, raw(&armour))
        });
        let spoil = |whole: &[u8], name: &str| {
            let mut spoiled = whole.to_vec();
            let at = at % spoiled.len();
            let end = (at + bytes.len()).min(spoiled.len());
            spoiled.splice(at..end, bytes.iter().copied());
            let digits = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &spoiled);
            // 0x88 begins the same packet in the old form of its header (RFC 9580, 4.2.2).
            let is_same = spoiled[1..] == whole[1..] && [whole[0], 0x88].contains(&spoiled[0]);
            (!is_same, format!("-----BEGIN PGP {name}-----\n\n{digits}\n-----END PGP {name}-----\n"))
        };
        if of_certificate {
            let (_, armour) = spoil(certificate, "PUBLIC KEY BLOCK");
            let _ = Certificate::read(&armour);
        } else {
            let (is_other, armour) = spoil(signature, "SIGNATURE");
            let status = found(public, &armour, PAYLOAD).status;
            proptest::prop_assert!(is_other || status == SignatureStatus::Good);
            // What stands outside of the hashed part may change: it only names the key.
            proptest::prop_assert!(!is_other || status != SignatureStatus::Good || at % signature.len() > 6);
            let _ = super::super::x509::verify(&armour);
        }
    }
}
