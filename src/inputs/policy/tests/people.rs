//! Who holds what on a day, and what no file of a policy may say of people and keys.

use super::*;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

const PEOPLE: &str = "schema = 1\nzone = \"Europe/Berlin\"\n\
    [[principal]]\nid = \"ana\"\nroles = [\"manager\", { role = \"owner\", scope = [\"checkout\"] }]\n\
    delegates = [{ to = \"bob\", role = \"manager\", from = \"2026-05-01\", until = \"2026-05-10\" },\n\
                 { to = \"mei\", role = \"owner\" }]\n\
    [[principal]]\nid = \"bob\"\nroles = [{ role = \"operator\", from = \"2026-04-01\", until = \"2026-06-01\" }]\n\
    [[principal]]\nid = \"mei\"\nroles = []\n\
    [[principal]]\nid = \"tom\"\nroles = [{ role = \"manager\", until = \"2026-03-01\" }]\n\
    delegates = [{ to = \"mei\", role = \"manager\" }]\n";

#[test]
fn roles_are_held_on_days_for_services_and_in_the_place_of_others() {
    let parsed = read(PEOPLE);
    assert_eq!(parsed.faults, []);
    let policy = parsed.policy;
    let holders = |role: &str, service: Option<&str>, on: &str| {
        policy.holders(role, service, day(on)).map(|person| person.id.clone()).collect::<Vec<_>>().join(" ")
    };
    for (role, service, on, people) in [
        ("manager", None, "2026-04-30", "ana"),
        ("manager", None, "2026-05-01", "ana bob"),
        ("manager", None, "2026-05-09", "ana bob"),
        ("manager", None, "2026-05-10", "ana"),
        // Tom's own role ends with February, and nobody stands in for what he does not hold.
        ("manager", None, "2026-02-28", "ana mei tom"),
        ("manager", None, "2026-03-01", "ana"),
        ("owner", Some("checkout"), "2026-05-05", "ana mei"),
        ("owner", Some("ledger"), "2026-05-05", ""),
        ("owner", None, "2026-05-05", "ana mei"),
        ("operator", None, "2026-03-31", ""),
        ("operator", None, "2026-04-01", "bob"),
        ("operator", None, "2026-05-31", "bob"),
        ("operator", None, "2026-06-01", ""),
        // Whoever had roles and has none any more has left.
        ("peer", None, "2026-05-05", "ana bob mei"),
        ("outsider", None, "2026-02-05", "ana mei tom"),
        ("peer", None, "2026-06-01", "ana mei"),
        ("nobody", None, "2026-05-05", ""),
    ] {
        assert_eq!(holders(role, service, on), people, "{role} {service:?} {on}");
    }
    assert_eq!(policy.day("2026-05-05T22:30:00Z".parse().expect("an instant")), day("2026-05-06"));
    assert_eq!(policy.ids().collect::<Vec<_>>(), ["ana", "bob", "mei", "tom"]);
    assert_eq!(policy.principal("@ana").map(|person| person.id.as_str()), Some("ana"));
    let [ana, bob, ..] = policy.principals.as_slice() else { panic!("four people") };
    let delegation = &ana.delegates[0];
    for (on, is_in_force) in
        [("2026-04-30", false), ("2026-05-01", true), ("2026-05-09", true), ("2026-05-10", false)]
    {
        assert_eq!(delegation.is_in_force(day(on)), is_in_force, "{on}");
    }
    assert!(ana.delegates[1].is_in_force(day("1990-01-01")));
    assert!(bob.is_active(day("2026-05-31")) && !bob.is_active(day("2026-06-01")));
}

#[test]
fn a_band_holds_both_its_ends() {
    let policy = Policy::none(Profile::Starter);
    let first = &policy.bands[0];
    let name = |score: i64| policy.band(score).map(|band| band.name.clone());
    assert_eq!(name(first.from), Some(first.name.clone()));
    assert_eq!(name(first.to), Some(first.name.clone()));
    assert_ne!(name(first.to + 1), Some(first.name.clone()));
    assert_eq!(name(i64::MIN), None);
}

#[test]
fn an_id_is_short_and_plain() {
    let (longest, too_long) = ("a".repeat(64), "a".repeat(65));
    for id in ["a", "ana-2", "0", &longest] {
        assert!(is_id(id), "{id}");
    }
    for id in ["", "Ana", "a_b", "a b", "é", &too_long] {
        assert!(!is_id(id), "{id}");
    }
}

#[test]
fn a_waiver_is_told_as_a_sentence_ends() {
    let text = "schema = 1\n[[waiver]]\nrule = \"MCM010\"\nwhere = \"*\"\nowner = \"@lena\"\n\
                reason = \"team of three\"\nexpires = \"2027-03-01\"\n";
    let policy = read(text).policy;
    assert_eq!(policy.waivers[0].to_string(), "waived by @lena until 2027-03-01: team of three");
}

#[test]
fn what_is_nearly_a_fingerprint_an_address_or_a_context_is_a_fault() {
    let key = |fingerprint: &str| {
        let text = format!(
            "[[principal]]\nid = \"a\"\n[[key]]\nfingerprint = \"{fingerprint}\"\nprincipal = \"a\"\n"
        );
        read(text)
    };
    let (base, hex) = ("Aa1+/".repeat(8), "0123456789abcdefABCD".to_owned());
    for (fingerprint, read_as) in [
        (format!("SHA256:{base}xyz"), Some(format!("SHA256:{base}xyz"))),
        (format!("SHA256:{base}xy"), None),
        (format!("SHA256:{base}xyzz"), None),
        (format!("SHA256:{base}xy="), None),
        (format!("SHA512:{base}xyz"), None),
        (hex.repeat(2), Some(hex.repeat(2).to_uppercase())),
        (format!("0123 {}", &hex.repeat(2)[4..]), Some(hex.repeat(2).to_uppercase())),
        (format!("{}0", hex.repeat(2)), None),
        (format!("{}g", &hex.repeat(2)[1..]), None),
        ("0".repeat(64), Some("0".repeat(64))),
        (format!("{}-", "0".repeat(63)), None),
    ] {
        let parsed = key(&fingerprint);
        let found = parsed.policy.keys.first().map(|key| key.fingerprint.clone());
        assert_eq!(
            (found, parsed.faults.len()),
            (read_as.clone(), usize::from(read_as.is_none())),
            "{fingerprint}"
        );
    }
    for mail in ["@b", "a@", "a", "a b@c", "a@b c", "<a@b", "a@b>", "a@b\\u0007"] {
        let text = format!("[[principal]]\nid = \"a\"\nemails = [\"{mail}\"]\n");
        let parsed = read(&text);
        assert_eq!((parsed.faults.len(), parsed.policy.principals[0].emails.len()), (1, 0), "{mail}");
    }
    let context = |length: usize| read(format!("context = \"{}\"\n", "x".repeat(length))).faults.len();
    assert_eq!((context(0), context(1), context(100), context(101)), (1, 0, 0, 1));
    assert_eq!(read("context = \"a b\"\n").faults.len(), 1);
}

#[test]
fn quotes_and_options_of_a_line_are_read_to_the_letter() {
    let cases = [
        ("ana namespaces=\"git\",namespaces=\"file\" KEY", Err("`namespaces` is written twice")),
        (
            "ana valid-before=\"20260101Z\",valid-before=\"20270101Z\" KEY",
            Err("`valid-before` is written twice"),
        ),
        ("ana cert-authority=\"yes\" KEY", Err("neither an option nor a kind of key")),
        ("ana valid-after=\"20260101120AZ\" KEY", Err("`valid-after` must be a time")),
        ("ana valid-after=\"202601011Z\" KEY", Err("`valid-after` must be a time")),
        ("ana valid-after=\"202601Z\" KEY", Err("`valid-after` must be a time")),
        ("ana valid-after=\"20260101Z\",valid-before=\"20260101Z\" KEY", Err("is not later than")),
        ("ana namespaces=\"a\\\"b,git\" KEY", Ok("a\"b git")),
        ("ana namespaces=\"a\\\" b,git\" KEY", Ok("a\" b git")),
        ("ana namespaces=\"git , file\" KEY", Ok("git file")),
        ("ana namespaces=\"a\\\\\",valid-after=\"20260101Z\" KEY", Ok("a\\\\")),
    ];
    for (line, wanted) in cases {
        let (signers, faults) = signers(&line.replace("KEY", KEY));
        match wanted {
            Ok(names) => {
                assert_eq!(
                    (faults.len(), signers[0].namespaces.join(" ").as_str()),
                    (0, names),
                    "{faults:?}"
                );
            }
            Err(part) => assert!(signers.is_empty() && faults[0].contains(part), "{line}: {faults:?}"),
        }
    }
}

#[test]
fn bytes_that_are_no_text_spoil_their_own_line_alone() {
    let text = [
        format!("ana {KEY}\nbob ").into_bytes(),
        b"\xff".to_vec(),
        format!(" {KEY}\ncyd {KEY}\n").into_bytes(),
    ];
    let (signers, faults) = {
        let files = [file("policy/policy.toml", "schema = 1"), file("policy/allowed_signers", text.concat())];
        let policy = parse(&files, None).policy;
        (policy.signers, policy.signer_faults)
    };
    let names: Vec<&str> = signers.iter().map(|signer| signer.principals[0].as_str()).collect();
    assert_eq!((names, faults.len()), (vec!["ana", "cyd"], 1));
    assert_eq!(faults[0].message, "the line is not UTF-8");
}
