use super::*;

fn found(text: &str) -> Vec<(&'static str, &str)> {
    find(text).into_iter().map(|secret| (secret.what, secret.span.slice(text))).collect()
}

/// The secrets of these tests are made up in two pieces, so that no scanner takes this file for a leak.
fn joined(first: &str, second: &str) -> String {
    format!("{first}{second}")
}

#[test]
fn keys_are_found_by_their_beginnings() {
    let cases = [
        (joined("-----BEGIN OPENSSH ", "PRIVATE KEY-----"), "a private key"),
        (joined("AKIA", "Z7QX4M2PLD9WJ3RT"), "an access key of AWS"),
        (joined("ghp_", "a8Kd02LmQz91XcVbN7TyUo34PiRe56WsHj12"), "a token of GitHub"),
        (joined("glpat-", "x9Qm2Lw8Zr4Tn6Vb1Kd3"), "a token of GitLab"),
        (joined("xoxb-", "2048193756-aKq81LmZx02"), "a token of Slack"),
        (joined("hvs.", "CAESIJ9x2Lq8Wm4Zr6Tn1Vb3Kd5"), "a token of Vault"),
        (
            joined("eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"),
            "a signed token",
        ),
    ];
    for (secret, what) in cases {
        assert_eq!(found(&format!("Use `{secret}` for it.")), [(what, secret.as_str())]);
    }
}

#[test]
fn passwords_are_found_beside_their_names() {
    let text = "psql postgres://ledger:hunter2Blue@db/ledger";
    assert_eq!(found(text), [("a password in an address", "hunter2Blue")]);
    for text in [
        "password = \"k9!vTr44\"",
        "PGPASSWORD=k9!vTr44 psql",
        "api_key: 'k9!vTr44'",
        "x --password k9!vTr44",
    ] {
        let expected: &[_] = if text.starts_with("PG") { &[] } else { &[("a password", "k9!vTr44")] };
        assert_eq!(found(text), expected, "{text}");
    }
    assert_eq!(found("PG_PASSWORD=k9!vTr44 psql"), [("a password", "k9!vTr44")]);
}

#[test]
fn credentials_are_found_in_headers() {
    let token = joined("8f3kd92hf72h", "d92jd82hf7");
    for text in [
        format!("Authorization: Bearer {token}"),
        format!("curl -H \"Authorization: Bearer {token}\" https://db"),
        format!("authorization=bearer {token}"),
        format!("AUTHORIZATION: Token {token}"),
    ] {
        assert_eq!(found(&text), [("credentials in a header", token.as_str())], "{text}");
    }
    for text in [
        "Authorization: Bearer $TOKEN_OF_THE_GATEWAY",
        "Authorization: Bearer <token-of-the-gateway-1>",
        "Authorization: Bearer your-token-goes-here-1",
        "the header Authorization: Bearer carries the token",
        "Authorization: basic authentication of phase-2 is switched off",
        "authorization of the bearer 8f3kd92hf72hd92jd82hf7",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn passwords_are_found_behind_the_option_of_a_client() {
    for text in [
        "mysql -pHunter2x",
        "mysql -u root -pHunter2x ledger",
        "mysqldump --all -pHunter2x > x",
        "mariadb -pHunter2x",
    ] {
        assert_eq!(found(text), [("a password", "Hunter2x")], "{text}");
    }
    for text in [
        "mysql -p ledger2026",
        "mysql -p3306306",
        "mysql --protocol=tcp8080",
        "mysql -p$MYSQL_PWD8",
        "mysql -u root; ssh -p2222abc db",
        "postgres -pHunter2x",
        "the mysql-prod-2b node",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn numbers_are_found_by_their_check_digits() {
    let card = joined("4539 1488 ", "0343 6467");
    assert_eq!(found(&format!("Card {card}.")), [("the number of a payment card", card.as_str())]);
    assert_eq!(found("Card 4539 1488 0343 6468."), []);
    let iban = joined("DE89 3704 ", "0044 0532 0130 00");
    for text in [format!("IBAN {iban} BIC"), format!("to {iban}")] {
        assert_eq!(found(&text), [("the number of a bank account", iban.as_str())], "{text}");
    }
    assert_eq!(found("DE89 3704 0044 0532 0130 01"), []);
    assert_eq!(found("GB29NWBK60161331926819"), [("the number of a bank account", "GB29NWBK60161331926819")]);
}

#[test]
fn numbers_are_found_wherever_they_begin() {
    let (card, iban) = (joined("4539 1488 ", "0343 6467"), joined("DE89 3704 ", "0044 0532 0130 00"));
    for number in [card.as_str(), iban.as_str()] {
        for before in ["", " ", "ab ", "abc ", "é ", "2026 ", "AB12 ", "1 2 "] {
            let text = format!("{before}{number}");
            let shown: Vec<&str> = found(&text).into_iter().map(|(_, number)| number).collect();
            assert_eq!(shown, [number], "{before:?} and {number}");
        }
        for inside in ["a", "7", "X", "_", ".", "+", "/", "é"] {
            assert_eq!(found(&format!("{inside}{number}")), [], "{inside:?} and {number}");
        }
    }
}

#[test]
fn what_people_write_about_secrets_is_none() {
    let texts = [
        "The password: rotated by the vault every 30 days.",
        "password = $DB_PASSWORD",
        "password: ${VAULT:db/ledger#v2}",
        "secret: vault/kv/ledger2",
        "api_key=<your key 2 here>",
        "postgres://ledger:$PGPASS1@db/ledger",
        "postgres://user:example1@db/ledger",
        "secretary: Rosa4you",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "sha256:4539148803436467453914880343646745391488034364674539148803436467",
        "at 4111 1111 1111 1111 the gateway answers",
        "1764000000123456 microseconds",
        "MCM-2026-0042 at 2026-11-23T09:30:00+01:00",
        "passwords and secrets 2026: none",
    ];
    for text in texts {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn spans_stand_on_characters() {
    let secret = joined("AKIA", "Z7QX4M2PLD9WJ3RT");
    let text = format!("é🎉 {secret} 日本 password=ü1ü2ü3ü4 ü");
    for found in find(&text) {
        assert!(!found.span.slice(&text).is_empty(), "{found:?}");
    }
    assert_eq!(found(&text).len(), 2);
}
