use super::{Address, Names, resolve};
use crate::hosts::failure::Exit;

fn names(name: &str, bound: &[&str]) -> Names {
    let bound: Vec<_> = bound.iter().map(|address| address.parse().expect("an address")).collect();
    Names::of(name, &bound, bound[0].port())
}

#[test]
fn only_the_names_of_the_server_are_its_own() {
    let both = names("LocalHost", &["127.0.0.1:3000", "[::1]:3000"]);
    let alias = names("book.test", &["127.0.0.2:3000"]);
    let six = names("::1", &["[::1]:3000"]);
    let eighty = names("localhost", &["127.0.0.1:80"]);
    let cases = [
        (&both, "localhost:3000", true),
        (&both, "LOCALHOST:3000", true),
        (&both, "127.0.0.1:3000", true),
        (&both, "[::1]:3000", true),
        (&both, "localhost", false),
        (&both, "localhost:3001", false),
        (&both, "localhost:03000x", false),
        (&both, "localhost.:3000", false),
        (&both, "evil.example:3000", false),
        (&both, "localhost.evil.example:3000", false),
        (&both, "127.0.0.1.nip.io:3000", false),
        (&both, "user@localhost:3000", false),
        (&both, "localhost:3000:3000", false),
        (&both, "::1:3000", false),
        (&both, "", false),
        (&both, ":3000", false),
        (&alias, "book.test:3000", true),
        (&alias, "127.0.0.2:3000", true),
        (&alias, "127.0.0.1:3000", false),
        (&six, "[::1]:3000", true),
        (&six, "127.0.0.1:3000", false),
        (&eighty, "localhost", true),
        (&eighty, "localhost:80", true),
        (&eighty, "[::1]", false),
        (&eighty, "127.0.0.1", true),
    ];
    for (names, authority, expected) in cases {
        assert_eq!(names.is_ours(authority), expected, "{authority} of {names:?}");
    }
}

#[test]
fn the_address_to_print_is_the_one_asked_for() {
    assert_eq!(names("LocalHost", &["127.0.0.1:3000"]).url(), "http://localhost:3000/");
    assert_eq!(names("::1", &["[::1]:3000"]).url(), "http://[::1]:3000/");
    assert_eq!(names("127.1.2.3", &["127.1.2.3:80"]).url(), "http://127.1.2.3:80/");
}

#[test]
fn only_loopback_addresses_are_served() {
    for name in ["127.0.0.1", "127.255.0.9", "::1", "localhost"] {
        let addresses = resolve(name).expect(name);
        assert!(addresses.iter().all(|address| address.is_loopback()), "{name}: {addresses:?}");
    }
    for name in ["0.0.0.0", "::", "192.168.1.1", "10.0.0.1", "8.8.8.8", "::ffff:8.8.8.8", "fe80::1"] {
        let failure = Address::open(name, 0).expect_err(name);
        assert_eq!(failure.exit(), Exit::Usage, "{name}");
        assert!(failure.to_string().contains("no loopback address"), "{name}: {failure}");
        assert!(!failure.help_lines().is_empty(), "{name}");
    }
    for name in ["", "not a name", "[::1"] {
        let failure = Address::open(name, 0).expect_err(name);
        assert_eq!(failure.exit(), Exit::Usage, "{name}: {failure}");
    }
}

#[test]
fn brackets_around_an_address_are_taken_off() {
    // Where IPv6 is switched off there is nothing to bind, but the name was understood.
    match Address::open("[::1]", 0) {
        Ok(address) => assert!(address.names.url().starts_with("http://[::1]:")),
        Err(failure) => assert_eq!(failure.exit(), Exit::Environment, "{failure}"),
    }
}
