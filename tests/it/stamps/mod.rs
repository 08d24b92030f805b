//! Time stamps (RFC 3161): tokens that openssl made, tokens that are bad in every way, and `openssl ts -verify`
//! asked beside mcmbook.

pub(crate) mod authority;
mod book;
pub(crate) mod certified;
mod edited;
pub(crate) mod maker;
pub(crate) mod revoked;

use std::path::Path;
use std::process::Command;

use mcmbook::inputs::signature::stamp::{LONGEST, Refusal, Roots, Stamp, verify};

use crate::support::{Chance, Folder};
use maker::{CODE_SIGNING, Hashed, Made, Recipe, TIME_STAMPING};

const BYTES: &[u8] = b"tree 1\n\nA commit\n";

fn roots(pem: &str) -> Roots {
    let mut roots = Roots::default();
    roots.add("example", pem).expect("it is a root");
    roots
}

/// What `openssl ts -verify` says at a moment; nothing where it is not installed.
fn openssl(answer: &[u8], bytes: &[u8], root: &str, at: &str) -> Option<bool> {
    let folder = Folder::new();
    folder.write("answer", answer);
    folder.write("bytes", bytes);
    folder.write("root", root);
    let at: jiff::Timestamp = at.parse().expect("an instant");
    let mut command = Command::new("openssl");
    command.args(["ts", "-verify", "-in", "answer", "-data", "bytes", "-CAfile", "root", "-attime"]);
    let output = command.arg(at.as_second().to_string()).current_dir(folder.path()).output();
    output.ok().map(|output| output.status.success())
}

fn made(recipe: &Recipe) -> (Made, Result<Stamp, Refusal>) {
    let made = maker::stamp(BYTES, recipe);
    let found = verify(&made.answer, BYTES, &roots(&made.root));
    (made, found)
}

/// That openssl says the same, where it is there.
fn agrees(what: &str, answer: &[u8], root: &str, takes: bool) {
    if let Some(said) = openssl(answer, BYTES, root, "2025-11-24T19:00:00Z") {
        assert_eq!(said, takes, "openssl, {what}");
    }
}

#[test]
fn a_token_shows_before_when_the_bytes_were_there() {
    let (token, found) = made(&Recipe::default());
    let found = found.expect("it is good");
    assert_eq!(found.before.to_string(), "2025-11-24T19:00:00Z");
    assert_eq!((found.authority.as_str(), found.root.as_str()), ("CN=Stamps", "CN=Stamp Root"));
    agrees("good", &token.answer, &token.root, true);
    // What the authority's clock may be off by is given to whoever doubts.
    let late = Recipe { accuracy: Some(90), ..Recipe::at("20251124190000.25Z") };
    let (token, found) = made(&late);
    assert_eq!(found.expect("it is good").before.to_string(), "2025-11-24T19:01:30.25Z");
    agrees("accuracy", &token.answer, &token.root, true);
    let kinds = [
        Recipe { nonce: true, ..Recipe::default() },
        Recipe { status: 1, ..Recipe::default() },
        Recipe { between: 1, ..Recipe::default() },
        Recipe { strangers: 7, ..Recipe::default() },
        Recipe { between: 5, ..Recipe::default() },
        Recipe { usage: None, ..Recipe::default() },
    ];
    for recipe in kinds {
        let (token, found) = made(&recipe);
        assert!(found.is_ok(), "{found:?}");
        agrees("good, too", &token.answer, &token.root, true);
    }
}

/// (what, how, why it is refused, whether openssl takes it)
type Hostile = (&'static str, Recipe, &'static str, bool);

fn hostile() -> Vec<Hostile> {
    let good = Recipe::default;
    let purposes = |purposes: &[&'static str], critical| Some((purposes.to_vec(), critical));
    vec![
        ("wrong root", Recipe { other_root: true, ..good() }, "not by the key of its certificate", false),
        ("unknown root", Recipe { root_name: "Other", ..good() }, "trusts no root of `CN=Stamp Root`", false),
        ("expired", Recipe { valid: ["250101000000Z", "251123000000Z"], ..good() }, "had expired", false),
        (
            "not yet",
            Recipe { valid: ["251125000000Z", "261123000000Z"], ..good() },
            "not valid before",
            false,
        ),
        (
            "expired root",
            Recipe { root_valid: ["200101000000Z", "251123000000Z"], ..good() },
            "`CN=Stamp Root` had expired",
            false,
        ),
        ("no purpose", Recipe { purposes: None, ..good() }, "is not for time stamps", false),
        ("not critical", Recipe { purposes: purposes(&[TIME_STAMPING], false), ..good() }, "critical", false),
        ("other purpose", Recipe { purposes: purposes(&[CODE_SIGNING], true), ..good() }, "alone", false),
        (
            "two purposes",
            Recipe { purposes: purposes(&[TIME_STAMPING, CODE_SIGNING], true), ..good() },
            "is not for time stamps alone",
            false,
        ),
        ("usage", Recipe { usage: Some(0b1000_0100), ..good() }, "not for signatures alone", false),
        ("no signature", Recipe { usage: Some(0b0010_0000), ..good() }, "not for signatures alone", false),
        ("extension", Recipe { critical_extension: true, ..good() }, "1.3.6.1.4.1.32473.9", false),
        ("no authority", Recipe { root_is_authority: false, ..good() }, "may not issue", false),
        ("root usage", Recipe { root_usage: 0b1000_0000, ..good() }, "may not issue", false),
        ("too deep", Recipe { between: 1, root_depth: Some(0), ..good() }, "may not issue", false),
        ("too far", Recipe { between: 6, ..good() }, "trusts no root of", true),
        ("a crowd", Recipe { strangers: 8, ..good() }, "over 8 certificates", true),
        ("no use", Recipe { usage: Some(0), ..good() }, "is not for signatures alone", false),
        ("version", Recipe { version: 2, ..good() }, "its time stamp is malformed", false),
        ("refused", Recipe { status: 2, ..good() }, "did not grant", false),
        ("no time", Recipe::at("20251324190000Z"), "its time stamp is malformed", true),
        ("no zone", Recipe::at("20251124190000"), "its time stamp is malformed", true),
        ("info", Recipe { critical_info: true, ..good() }, "a critical extension", true),
        ("no stamp", Recipe { content_type: "1.2.840.113549.1.7.1", ..good() }, "no time stamp", false),
        (
            "other type",
            Recipe { said_type: "1.2.840.113549.1.7.1", ..good() },
            "name another type of content",
            true,
        ),
        ("other content", Recipe { other_content: true, ..good() }, "are of another content", false),
        ("SHA-1 imprint", Recipe { imprint_by: Hashed::Sha1, ..good() }, "SHA-1 or MD5", true),
        ("SHA-1 signature", Recipe { signed_by: Hashed::Sha1, ..good() }, "SHA-1 or MD5", false),
        ("SHA-1 certificate", Recipe { issued_by: Hashed::Sha1, ..good() }, "signed over SHA-1", false),
        ("too long", Recipe { ballast: LONGEST, ..good() }, "longer than 64 KiB", true),
        ("two signers", Recipe { signers: 2, ..good() }, "2 signers", false),
        ("no signer", Recipe { signers: 0, ..good() }, "0 signers", false),
        ("no attributes", Recipe { attributes: false, ..good() }, "no signed attributes", false),
        ("other name", Recipe { other_certificate: true, ..good() }, "name another certificate", false),
        ("no name", Recipe { names_certificate: false, ..good() }, "attribute is missing", false),
        ("two names", Recipe { names_twice: true, ..good() }, "stands twice", true),
        ("no certificate", Recipe { with_certificates: false, ..good() }, "is not in it", false),
    ]
}

#[test]
fn what_could_deceive_is_refused_by_name() {
    for (what, recipe, why, openssl_takes) in hostile() {
        let (token, found) = made(&recipe);
        let refusal = found.expect_err(what).to_string();
        assert!(refusal.contains(why), "{what}: {refusal}");
        agrees(what, &token.answer, &token.root, openssl_takes);
    }
}

#[test]
fn an_answer_may_be_as_long_as_is_said_and_no_longer() {
    let of = |ballast| maker::stamp(BYTES, &Recipe { ballast, ..Recipe::default() });
    let near = LONGEST - 2000;
    let fits = near + LONGEST - of(near).answer.len();
    for (ballast, length) in [(fits, LONGEST), (fits + 1, LONGEST + 1)] {
        let token = of(ballast);
        assert_eq!(token.answer.len(), length);
        assert_eq!(verify(&token.answer, BYTES, &roots(&token.root)).is_ok(), length == LONGEST);
    }
}

#[test]
fn a_certificate_names_its_algorithm_twice_and_the_same() {
    let token = maker::stamp(BYTES, &Recipe::default());
    // ECDSA with SHA-256 before a bit string: behind what the certificate's issuer has signed.
    let outside = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2, 3];
    let at = token.answer.windows(outside.len()).position(|bytes| bytes == outside).expect("it is there");
    let mut answer = token.answer.clone();
    answer[at + 7] = 3;
    let refusal = verify(&answer, BYTES, &roots(&token.root)).expect_err("they differ").to_string();
    assert_eq!(refusal, "it cannot be read: a certificate is malformed");
}

#[test]
fn of_roots_with_one_name_so_many_are_tried() {
    let token = maker::stamp(BYTES, &Recipe::default());
    let other = maker::stamp(BYTES, &Recipe { other_root: true, ..Recipe::default() }).root;
    let by = |others: usize| verify(&token.answer, BYTES, &roots(&(other.repeat(others) + &token.root)));
    assert!(by(7).is_ok());
    let refusal = by(8).expect_err("somebody makes it search").to_string();
    assert_eq!(refusal, "too many certificates could be its issuer");
}

#[test]
fn a_changed_byte_anywhere_proves_nothing() {
    let (token, _) = made(&Recipe::default());
    let roots = roots(&token.root);
    let refusal = |answer: &[u8]| verify(answer, BYTES, &roots).expect_err("it is spoiled").to_string();
    let time = b"20251124190000".as_slice();
    for (part, why) in [
        (time, "of another content"),
        (&token.info, "its time stamp is malformed"),
        (&token.attributes, "name another certificate"),
        (&token.signature, "not by the key"),
    ] {
        let spoiled = token.spoiled(part);
        let said = refusal(&spoiled);
        assert!(said.contains(why) || said.contains("not by the key"), "{said}");
        agrees(why, &spoiled, &token.root, false);
    }
    let other = verify(&token.answer, b"other bytes", &roots).expect_err("it is over others").to_string();
    assert_eq!(other, "it is over other bytes");
    // Every single byte: what is not signed may change, and the time that is proved may not.
    for at in 0..token.answer.len() {
        let mut spoiled = token.answer.clone();
        spoiled[at] ^= 0x01;
        if let Ok(found) = verify(&spoiled, BYTES, &roots) {
            assert_eq!(found.before.to_string(), "2025-11-24T19:00:00Z", "byte {at}");
        }
        assert!(verify(&token.answer[..at], BYTES, &roots).is_err(), "cut at {at}");
    }
}

#[test]
fn junk_costs_nothing_and_proves_nothing() {
    let (token, _) = made(&Recipe::default());
    let roots = roots(&token.root);
    let nested = [0x30, 0x84, 0x00, 0x98, 0x96, 0x80].repeat(1 << 20);
    for junk in [vec![0_u8; 10 << 20], vec![0x30; 10 << 20], nested, Vec::new()] {
        assert!(verify(&junk, BYTES, &roots).is_err());
        assert!(verify(&junk[..junk.len().min(LONGEST)], BYTES, &roots).is_err());
    }
    let behind = [token.answer.as_slice(), b"\0"].concat();
    assert!(verify(&behind, BYTES, &roots).is_err());
    for seed in 0..200 {
        let mut random = Chance(seed);
        let junk: Vec<u8> =
            (0..random.below(400)).map(|_| u8::try_from(random.below(256)).expect("a byte")).collect();
        assert!(verify(&junk, BYTES, &roots).is_err());
    }
}

#[test]
fn tokens_of_openssl_are_judged_as_openssl_judges_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/stamps");
    let read = |name: &str| std::fs::read(folder.join(name)).expect("the file is there");
    let text = |name: &str| String::from_utf8(read(name)).expect("it is text");
    let bytes = read("commit");
    for (name, root, why) in [
        ("rsa-sha256.tsr", "rsa-root.pem", None),
        ("rsa-sha512.tsr", "rsa-root.pem", None),
        ("p256.tsr", "ec-root.pem", None),
        ("p384.tsr", "ec-root.pem", None),
        ("chain.tsr", "rsa-root.pem", None),
        ("nonce.tsr", "rsa-root.pem", None),
        ("named-by-sha1.tsr", "rsa-root.pem", None),
        ("bare.tst", "rsa-root.pem", None),
        ("rsa-sha256.tsr", "ec-root.pem", Some("trusts no root of `CN=rsa-root")),
        ("chain.tsr", "ec-root.pem", Some("trusts no root of `CN=rsa-root")),
        ("sha1-imprint.tsr", "rsa-root.pem", Some("SHA-1 or MD5")),
        ("sha1-signature.tsr", "rsa-root.pem", Some("SHA-1 or MD5")),
        ("weak-key.tsr", "rsa-root.pem", Some("has 1024 bits")),
    ] {
        let (answer, pem) = (read(name), text(root));
        let found = verify(&answer, &bytes, &roots(&pem));
        match (&found, why) {
            (Ok(found), None) => {
                let accuracy = found.time.duration_until(found.before);
                assert_eq!(accuracy.as_millis(), 1500, "{name}");
            }
            (Err(refusal), Some(why)) => assert!(refusal.to_string().contains(why), "{name}: {refusal}"),
            _ => panic!("{name}: {found:?}"),
        }
        let is_weak = why.is_some_and(|why| !why.starts_with("trusts"));
        let at = "2027-06-01T00:00:00Z";
        if let Some(takes) = openssl(&answer, &bytes, &pem, at).filter(|_| !name.starts_with("bare")) {
            assert_eq!(takes, found.is_ok() || is_weak, "{name}");
        }
    }
}

#[test]
fn only_roots_are_trusted_as_roots() {
    let mut none = Roots::default();
    for (pem, why) in [
        ("", "it holds no certificates in PEM"),
        ("-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n", "it holds no certificates in PEM"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "it cannot be read"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "it holds no certificates in PEM"),
    ] {
        let said = none.add("example", pem).expect_err("it is no root");
        assert!(said.contains(why), "{said}");
    }
    let (token, _) = made(&Recipe::default());
    let said = none.add("example", &token.leaf).expect_err("it is no root");
    assert_eq!(said, "the certificate `CN=Stamps` is no root: `CN=Stamp Root` has issued it");
    assert!(none.all().is_empty());
    let twice = format!("A comment\n{}{}", token.root, token.root);
    none.add("example", &twice).expect("two roots");
    assert_eq!(none.all().len(), 2);
    assert_eq!(none.all()[0].until.to_string(), "2040-12-31T00:00:00Z");
}
