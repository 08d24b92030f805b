//! What a certificate says of its keys: from when to when, for what, and revoked by whom.

use pgp::composed::Deserializable as _;
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::packet::{RevocationCode, SignatureVersionSpecific};
use pgp::types::Duration;

use super::*;

const MADE: u32 = 1_700_000_000;
const DAY: u32 = 86_400;

fn at(seconds: u32) -> pgp::types::Timestamp {
    pgp::types::Timestamp::from_secs(seconds)
}

fn moment(seconds: u32) -> Timestamp {
    Timestamp::from_second(i64::from(seconds)).expect("an instant")
}

fn days(count: u32) -> Duration {
    Duration::try_from(std::time::Duration::from_secs(u64::from(count * DAY))).expect("not long")
}

/// A primary key that certifies, made at a moment, and below it one that signs, made a day later.
fn made(seed: u64) -> SignedSecretKey {
    let subkey = SubkeyParamsBuilder::default()
        .key_type(KeyType::Ed25519)
        .can_sign(true)
        .created_at(at(MADE + DAY))
        .build()
        .expect("a subkey can be asked for");
    SecretKeyParamsBuilder::default()
        .key_type(KeyType::Ed25519)
        .can_certify(true)
        .created_at(at(MADE))
        .primary_user_id("Alice <alice@a.example>".to_owned())
        .subkey(subkey)
        .build()
        .expect("a key can be asked for")
        .generate(StdRng::seed_from_u64(seed))
        .expect("keys are made")
}

/// A statement of a primary key, made at a moment.
fn statement(
    key: &SignedSecretKey,
    typ: SignatureType,
    when: u32,
    more: Vec<SubpacketData>,
) -> SignatureConfig {
    let mut config =
        SignatureConfig::from_key(StdRng::seed_from_u64(5), &key.primary_key, typ).expect("a statement");
    let mut all = vec![SubpacketData::SignatureCreationTime(at(when))];
    all.extend(more);
    config.hashed_subpackets = all.into_iter().map(|data| Subpacket::regular(data).expect("small")).collect();
    config
}

/// A statement about the subkey.
fn about_subkey(key: &SignedSecretKey, config: SignatureConfig) -> Signature {
    let sub = key.secret_subkeys[0].key.public_key();
    let primary = &key.primary_key;
    config.sign_subkey_binding(primary, primary.public_key(), &Password::empty(), &sub).expect("it signs")
}

/// A statement about the primary key itself.
fn about_itself(key: &SignedSecretKey, config: SignatureConfig) -> Signature {
    let primary = &key.primary_key;
    config.sign_key(primary, &Password::empty(), primary.public_key()).expect("it signs")
}

/// A binding by which the subkey signs, with more in it.
fn binding(key: &SignedSecretKey, when: u32, mut more: Vec<SubpacketData>) -> SignatureConfig {
    let mut flags = KeyFlags::default();
    flags.set_sign(true);
    more.push(SubpacketData::KeyFlags(flags));
    let back = key.to_public_key().public_subkeys[0].signatures[0].embedded_signature().cloned();
    more.push(SubpacketData::EmbeddedSignature(Box::new(back.expect("it signs back"))));
    statement(key, SignatureType::SubkeyBinding, when, more)
}

/// The keys of a certificate as it is read.
fn read_again(public: &SignedPublicKey) -> Vec<Component> {
    certificates(public).components().map(|(_, component)| component.clone()).collect()
}

/// The subkey as a certificate has it whose subkey carries these statements.
fn subkey_with(key: &SignedSecretKey, statements: Vec<Signature>) -> Component {
    let mut public = key.to_public_key();
    public.public_subkeys[0].signatures = statements;
    read_again(&public).remove(1)
}

fn reason(code: RevocationCode) -> Vec<SubpacketData> {
    vec![SubpacketData::RevocationReason(code, Vec::new().into())]
}

#[test]
fn a_subkey_lives_from_when_it_was_made_to_the_first_end() {
    let key = made(1);
    for (more, until) in [
        (vec![], None),
        (vec![SubpacketData::KeyExpirationTime(days(10))], Some(MADE + 11 * DAY)),
        (vec![SubpacketData::SignatureExpirationTime(days(3))], Some(MADE + 5 * DAY)),
        (
            vec![SubpacketData::KeyExpirationTime(days(10)), SubpacketData::SignatureExpirationTime(days(3))],
            Some(MADE + 5 * DAY),
        ),
        (
            vec![SubpacketData::KeyExpirationTime(days(2)), SubpacketData::SignatureExpirationTime(days(30))],
            Some(MADE + 3 * DAY),
        ),
        (vec![SubpacketData::KeyExpirationTime(days(0))], None),
        (vec![SubpacketData::SignatureExpirationTime(days(0))], None),
    ] {
        let own = about_subkey(&key, binding(&key, MADE + 2 * DAY, more));
        let found = subkey_with(&key, vec![own]);
        assert!(found.usable.is_ok(), "{:?}", found.usable);
        assert_eq!(found.validity.from, moment(MADE + DAY), "not before it was made");
        assert_eq!(found.validity.until, until.map(moment));
        assert_eq!(found.validity.revocations, []);
    }
    // What ends the primary key ends the subkey; the newest statement says so, and it was made just before 2100.
    let mut public = key.to_public_key();
    let ends =
        statement(&key, SignatureType::Key, 4_000_000_000, vec![SubpacketData::KeyExpirationTime(days(4))]);
    public.details.direct_signatures.push(about_itself(&key, ends));
    let components = read_again(&public);
    let [primary, sub] = components.as_slice() else { panic!("two keys") };
    assert_eq!(primary.validity.from, moment(MADE));
    assert_eq!(
        (primary.validity.until, sub.validity.until),
        (Some(moment(MADE + 4 * DAY)), Some(moment(MADE + 4 * DAY)))
    );
}

#[test]
fn the_newest_statement_that_holds_counts() {
    let key = made(1);
    let signs = |when| about_subkey(&key, binding(&key, when, vec![]));
    let encrypts = |when| about_subkey(&key, statement(&key, SignatureType::SubkeyBinding, when, vec![]));
    let is_usable = |statements: Vec<Signature>| subkey_with(&key, statements).usable.map_err(|(_, why)| why);
    assert_eq!(is_usable(vec![encrypts(MADE), signs(MADE + DAY)]), Ok(()));
    let may_not = Err("its key may not sign".to_owned());
    assert_eq!(is_usable(vec![signs(MADE), encrypts(MADE + DAY)]), may_not);
    assert_eq!(is_usable(vec![encrypts(MADE + DAY), signs(MADE)]), may_not, "whatever stands first");
    // A statement with a demand that nobody knows is none; and where there is no other, it is said.
    let mut demanding = binding(&key, MADE + DAY, vec![]);
    let unknown = Subpacket::critical(SubpacketData::Experimental(101, vec![1].into()));
    demanding.hashed_subpackets.push(unknown.expect("small"));
    let weak_statement =
        Err("what the certificate says of its key rests on a hash that does not hold".to_owned());
    let found = about_subkey(&key, demanding);
    assert_eq!(is_usable(vec![found.clone()]), weak_statement);
    assert_eq!(is_usable(vec![found.clone(), signs(MADE)]), Ok(()), "an older one that holds");
    assert_eq!(is_usable(vec![encrypts(MADE), found]), may_not, "and never instead of it");
}

#[test]
fn a_subkey_that_is_revoked_is_revoked() {
    let key = made(1);
    let own = about_subkey(&key, binding(&key, MADE + DAY, vec![]));
    let revoked =
        |more| about_subkey(&key, statement(&key, SignatureType::SubkeyRevocation, MADE + 9 * DAY, more));
    for (code, compromised) in [
        (Some(RevocationCode::KeySuperseded), false),
        (Some(RevocationCode::KeyRetired), false),
        (Some(RevocationCode::KeyCompromised), true),
        (Some(RevocationCode::NoReason), true),
        (None, true),
    ] {
        let found = subkey_with(&key, vec![own.clone(), revoked(code.map(reason).unwrap_or_default())]);
        assert!(found.usable.is_ok(), "when it counts is for who knows the time");
        let revocations = found.validity.revocations;
        assert_eq!(revocations, [KeyRevocation { since: moment(MADE + 9 * DAY), compromised }]);
    }
    // One that the key did not make may be the word of somebody it named: the worst is assumed.
    let stranger = made(2);
    let config = statement(
        &stranger,
        SignatureType::SubkeyRevocation,
        MADE + 9 * DAY,
        reason(RevocationCode::KeyRetired),
    );
    let (primary, sub) = (&stranger.primary_key, key.secret_subkeys[0].key.public_key());
    let foreign = config.sign_subkey_binding(primary, primary.public_key(), &Password::empty(), &sub);
    let found = subkey_with(&key, vec![own, foreign.expect("it signs")]);
    assert_eq!(
        found.validity.revocations,
        [KeyRevocation { since: moment(MADE + 9 * DAY), compromised: true }]
    );
}

#[test]
fn what_revokes_the_primary_revokes_all() {
    let key = made(1);
    let mut public = key.to_public_key();
    let config =
        statement(&key, SignatureType::KeyRevocation, MADE + 9 * DAY, reason(RevocationCode::KeyRetired));
    public.details.revocation_signatures.push(about_itself(&key, config));
    let components = read_again(&public);
    let retired = KeyRevocation { since: moment(MADE + 9 * DAY), compromised: false };
    for component in &components {
        assert_eq!(component.validity.revocations, std::slice::from_ref(&retired));
    }
    // And a signature by the subkey says so, too.
    let armour = signed(&key, |_| {});
    let found = found(&public, &armour, PAYLOAD);
    assert_eq!(found.validity.expect("it was read").revocations, [retired]);
}

#[test]
fn certificates_are_known_by_their_keys() {
    let (one, other) = (made(1).to_public_key(), made(2).to_public_key());
    let file = |key: &SignedPublicKey| {
        let armour = key.to_armored_string(ArmorOptions::default()).expect("an armour");
        SourceFile::new(BookPath::new("policy/openpgp/a.asc").expect("a path"), armour.into_bytes())
    };
    let broken = SourceFile::new(BookPath::new("policy/openpgp/b.asc").expect("a path"), b"key");
    let (first, second) = (file(&one), file(&other));
    let all = Certificates::read([("alice", &first), ("bob", &broken), ("carol", &first)]);
    let fingerprint = digits(&one.primary_key.fingerprint());
    assert_eq!(all.person(&fingerprint), None, "two people have it");
    let all = Certificates::read([("alice", &first), ("bob", &broken)]);
    assert_eq!(all.person(&fingerprint), Some("alice"));
    let sub = &one.public_subkeys[0].key;
    assert_eq!(all.person(&digits(&sub.fingerprint())), None, "people are known by the primary");
    assert!(
        all.of("alice").is_some_and(|found| found.is_ok())
            && all.of("bob").is_some_and(|found| found.is_err())
    );
    assert!(all.of("carol").is_none());
    for key in
        [fingerprint.clone(), digits(&sub.fingerprint()), sub.legacy_key_id().to_string().to_uppercase()]
    {
        assert!(all.hold(&key), "{key}");
    }
    assert!(!all.hold(&digits(&other.primary_key.fingerprint())));
    assert!(!all.hold(""));
    let hash = |files: &[(&str, &SourceFile)]| Certificates::read(files.iter().copied()).hash;
    assert_eq!(hash(&[]), None);
    assert!(hash(&[("alice", &first)]).is_some());
    assert_ne!(hash(&[("alice", &first)]), hash(&[("alice", &second)]));
    assert_ne!(hash(&[("alice", &first)]), hash(&[("bob", &first)]));
}

#[test]
fn a_key_that_is_long_enough_is_named_by_its_kind() {
    let of = |kind: KeyType| {
        let key = SecretKeyParamsBuilder::default()
            .key_type(kind)
            .can_certify(true)
            .can_sign(true)
            .primary_user_id("Alice <alice@a.example>".to_owned())
            .build()
            .expect("a key can be asked for")
            .generate(StdRng::seed_from_u64(4))
            .expect("keys are made");
        let found = read_again(&key.to_public_key()).remove(0);
        (found.algorithm, found.usable)
    };
    assert_eq!(of(KeyType::Ed25519), ("ed25519".to_owned(), Ok(())));
    assert_eq!(of(KeyType::Ed25519Legacy), ("ed25519".to_owned(), Ok(())));
    assert_eq!(of(KeyType::Rsa(2048)), ("rsa2048".to_owned(), Ok(())));
    assert_eq!(of(KeyType::Rsa(2560)), ("rsa2560".to_owned(), Ok(())));
    assert_eq!(of(KeyType::ECDSA(ECCCurve::P256)), ("ecdsa".to_owned(), Ok(())));
    assert_eq!(of(KeyType::Ed448), ("ed448".to_owned(), Ok(())));
}

/// Made by GnuPG: the `pgp` crate makes no such keys.
#[test]
fn a_key_that_is_too_weak_says_why() {
    let of = |armour: &str| {
        let (public, _) = SignedPublicKey::from_string(armour).expect("a certificate");
        read_again(&public).into_iter().map(|one| (one.algorithm, one.usable)).collect::<Vec<_>>()
    };
    let weak = |name: &str, why: &str| (name.to_owned(), Err((SignatureStatus::Weak, why.to_owned())));
    let rsa = of(include_str!("../../../../../tests/cases/openpgp/rsa1024.asc"));
    assert_eq!(rsa, [weak("rsa1024", "the RSA key has 1024 bits")]);
    // What a certificate says of itself counts for nothing on SHA-1.
    let why = "what the certificate says of its key rests on a hash that does not hold";
    let stated = of(include_str!("../../../../../tests/cases/openpgp/stated-on-sha1.asc"));
    assert_eq!(stated, [weak("rsa2048", why)]);
    let dsa = of(include_str!("../../../../../tests/cases/openpgp/dsa1024-elgamal1024.asc"));
    let first = "its key is a DSA key";
    assert_eq!(dsa[0], weak("dsa", first));
    assert_eq!(dsa[1], weak("elgamalencrypt", "its key is an Elgamal key"), "for what it says itself");
}

#[test]
fn a_signature_ends_when_it_says_so() {
    let key = made(1);
    let armour = signed(&key, |config| {
        config.hashed_subpackets[0] =
            Subpacket::regular(SubpacketData::SignatureCreationTime(at(MADE + 2 * DAY))).expect("small");
        let lives = SubpacketData::SignatureExpirationTime(days(3));
        config.hashed_subpackets.push(Subpacket::regular(lives).expect("small"));
        assert!(matches!(config.version_specific, SignatureVersionSpecific::V4));
    });
    let validity = found(&key.to_public_key(), &armour, PAYLOAD).validity.expect("it was read");
    assert_eq!(
        (validity.made, validity.signature_until),
        (moment(MADE + 2 * DAY), Some(moment(MADE + 5 * DAY)))
    );
    // In the second in which its key was made it is no older than it.
    for (when, status) in [(MADE + DAY, SignatureStatus::Good), (MADE + DAY - 1, SignatureStatus::Bad)] {
        let armour = signed(&key, |config| {
            config.hashed_subpackets[0] =
                Subpacket::regular(SubpacketData::SignatureCreationTime(at(when))).expect("small");
        });
        assert_eq!(found(&key.to_public_key(), &armour, PAYLOAD).status, status, "{when}");
    }
}

/// Mallory's certificate holds Alice's subkey, too: whichever certificate the key signs for counts.
#[test]
fn another_certificate_with_the_same_key_takes_nothing_away() {
    let (key, mut stolen) = (made(1), made(2).to_public_key());
    stolen.public_subkeys = key.to_public_key().public_subkeys;
    let file = |public: &SignedPublicKey| {
        let armour = public.to_armored_string(ArmorOptions::default()).expect("an armour");
        SourceFile::new(BookPath::new("policy/openpgp/a.asc").expect("a path"), armour.into_bytes())
    };
    let (own, other) = (file(&key.to_public_key()), file(&stolen));
    let armour = signed(&key, |_| {});
    let primary = Some(digits(&key.to_public_key().primary_key.fingerprint()));
    for all in [[("aaron", &other), ("alice", &own)], [("alice", &own), ("zoe", &other)]] {
        let found = verify(&armour, PAYLOAD, &Certificates::read(all));
        assert_eq!((found.status, &found.key), (SignatureStatus::Good, &primary));
        assert!(found.algorithm.is_some_and(|name| name.starts_with("ed25519-sha")));
    }
    let alone = verify(&armour, PAYLOAD, &Certificates::read([("aaron", &other)]));
    assert_eq!(alone.status, SignatureStatus::Bad);
    assert!(alone.algorithm.is_some_and(|name| name.starts_with("ed25519-sha")));
}

#[test]
fn an_armour_without_a_signature_is_bad() {
    for inner in ["", "\n", "\n\n", "\n=twTO\n"] {
        let armour = format!("-----BEGIN PGP SIGNATURE-----\n{inner}-----END PGP SIGNATURE-----\n");
        let found = verify(&armour, PAYLOAD, &Certificates::default());
        assert_eq!(found.status, SignatureStatus::Bad, "{inner:?}: {:?}", found.why);
    }
}
