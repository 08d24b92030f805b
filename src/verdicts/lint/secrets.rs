//! Looks for secrets and account numbers in text: keys with a known form, passwords written out, numbers
//! whose check digits are right.
//!
//! Few false alarms count more than every secret found: a form counts only when it has a known beginning or
//! a valid check sum, and what is plainly a stand-in does not count.

mod numbers;

use std::sync::LazyLock;

use regex::Regex;

use crate::text::Span;

/// Something that should not stand in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    /// What it seems to be, with its article.
    pub(super) what: &'static str,
    /// Where.
    pub(super) span: Span,
}

/// Keys and tokens by their fixed beginnings, each with what it is. The names are the groups of one pattern,
/// so that a text is read once for all of them.
const FORMS: [(&str, &str, &str); 12] = [
    ("key", "a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    ("aws", "an access key of AWS", r"(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    (
        "github",
        "a token of GitHub",
        r"(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50})[A-Za-z0-9_]*",
    ),
    ("gitlab", "a token of GitLab", r"gl(?:pat|rt|dt|cbt)-[A-Za-z0-9_-]{20,}"),
    ("slack", "a token of Slack", r"xox[abeprs]-[A-Za-z0-9-]{10,}"),
    ("stripe", "a live key of Stripe", r"[rs]k_live_[A-Za-z0-9]{20,}"),
    ("google", "a key of Google", r"(?:AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,})"),
    ("npm", "a token of npm", r"npm_[A-Za-z0-9]{36}\b"),
    ("vault", "a token of Vault", r"hv[sb]\.[A-Za-z0-9_-]{24,}"),
    ("mail", "a key of SendGrid", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("llm", "a key of a model service", r"sk-(?:ant|proj)-[A-Za-z0-9_-]{20,}"),
    ("jwt", "a signed token", r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
];

static KEYS: LazyLock<Regex> = LazyLock::new(|| {
    let forms: Vec<String> = FORMS.iter().map(|(name, _, form)| format!("(?P<{name}>{form})")).collect();
    Regex::new(&forms.join("|")).expect("the forms are constant, and a test compiles them")
});

/// A password in an address, `https://name:password@host`.
static ADDRESSES: LazyLock<Regex> = LazyLock::new(|| {
    let form = r#"://[^\s/:@<>"'`]{1,64}:(?P<value>[^\s/@<>"'`]{4,64})@"#;
    Regex::new(form).expect("the pattern is constant, and a test compiles it")
});

/// A password beside its name. The name must stand alone: `secretary: Rosa4you` is none.
static PASSWORDS: LazyLock<Regex> = LazyLock::new(|| {
    let names = "password|passwd|passphrase|pwd|secret|api[_-]?key|access[_-]?key|access[_-]?token|\
                 auth[_-]?token|client[_-]?secret";
    let value = r#"["'`]?(?P<value>[^\s"'`,;|<>(){}\[\]]{6,})"#;
    let text = format!(r#"(?i)(?:{names})(?:["'`]?\s{{0,3}}[=:]\s{{0,3}}|\s){value}"#);
    Regex::new(&text).expect("the pattern is constant, and a test compiles it")
});

/// Credentials in a header of a request: `Authorization: Bearer 8f3k...`.
static HEADERS: LazyLock<Regex> = LazyLock::new(|| {
    let form = r#"(?i)\bauthorization["'`]?\s{0,3}[:=]\s{0,3}["'`]?(?:bearer|basic|token)\s{1,3}(?P<value>[a-z0-9._~+/-]{16,}=*)"#;
    Regex::new(form).expect("the pattern is constant, and a test compiles it")
});

/// A password behind the option of a client of MySQL, which takes it without a space: `mysql -pHunter2x`.
static OPTIONS: LazyLock<Regex> = LazyLock::new(|| {
    let form = r#"\b(?:mysql|mariadb)[a-z_-]{0,16}\s(?:[^\n|;&]{0,200}?\s)?-p(?P<value>[^\s"'`|;&]{6,})"#;
    Regex::new(form).expect("the pattern is constant, and a test compiles it")
});

/// All that a text holds, in its order.
pub(super) fn find(text: &str) -> Vec<Secret> {
    let mut found: Vec<Secret> = KEYS.captures_iter(text).filter_map(|key| key_of(&key)).collect();
    // Addresses stand in most texts, an `@` in few.
    if text.contains('@') {
        let passwords = ADDRESSES.captures_iter(text).filter_map(|address| address.name("value"));
        let guarded = passwords.filter(|value| !is_stand_in(value.as_str()));
        found.extend(
            guarded.map(|value| Secret { what: "a password in an address", span: Span::from(value.range()) }),
        );
    }
    for password in PASSWORDS.captures_iter(text) {
        let (Some(whole), Some(value)) = (password.get(0), password.name("value")) else { continue };
        let between = &text[whole.start()..value.start()];
        let before = &text[..whole.start()];
        let is_option = before.ends_with("--");
        let is_assigned = between.contains(['=', ':']);
        let stands_alone = !before.ends_with(|c: char| c.is_alphanumeric());
        if stands_alone && (is_assigned || is_option) && is_secret(value.as_str()) {
            found.push(Secret { what: "a password", span: Span::from(value.range()) });
        }
    }
    // Few texts speak of either.
    if text.contains("uthorization") || text.contains("UTHORIZATION") {
        let values = HEADERS.captures_iter(text).filter_map(|header| header.name("value"));
        let keys = values.filter(|value| is_random(value.as_str()));
        found.extend(
            keys.map(|value| Secret { what: "credentials in a header", span: Span::from(value.range()) }),
        );
    }
    if text.contains("mysql") || text.contains("mariadb") {
        let values = OPTIONS.captures_iter(text).filter_map(|option| option.name("value"));
        let passwords = values.filter(|value| is_secret(value.as_str()));
        found.extend(passwords.map(|value| Secret { what: "a password", span: Span::from(value.range()) }));
    }
    found.extend(numbers::find(text));
    found.sort_by_key(|secret| secret.span);
    found.dedup_by(|later, first| later.span.start < first.span.end);
    found
}

fn key_of(key: &regex::Captures<'_>) -> Option<Secret> {
    let (name, what, _) = FORMS.iter().find(|(name, _, _)| key.name(name).is_some())?;
    let found = key.name(name)?;
    let fits = *name == "key" || (!is_stand_in(found.as_str()) && distinct(found.as_str()) > 8);
    fits.then(|| Secret { what, span: Span::from(found.range()) })
}

/// Whether a value is one that nobody could guess: letters and digits mixed, and no stand-in. Words are what
/// people write about secrets; digits alone are dates and numbers.
fn is_secret(value: &str) -> bool {
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    let mixed = has(char::is_ascii_digit) && has(|c| c.is_alphabetic());
    let is_path = value.contains('/') && !value.ends_with('=');
    let is_reference = value.contains("::") || value.contains("sha256");
    mixed && distinct(value) > 4 && !is_path && !is_reference && !is_stand_in(value)
}

/// Whether a value was made by a machine: letters and digits mixed, many of them different, and no stand-in.
fn is_random(value: &str) -> bool {
    let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
    has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && distinct(value) > 8 && !is_stand_in(value)
}

/// Whether a value stands for one that is filled in elsewhere.
fn is_stand_in(value: &str) -> bool {
    let folded = value.to_ascii_lowercase();
    let marks = ["$", "{", "<", "%", "*", "..."];
    let words =
        ["example", "placeholder", "redacted", "changeme", "xxxx", "your", "dummy", "0000", "1234567"];
    marks.iter().any(|mark| value.contains(mark)) || words.iter().any(|word| folded.contains(word))
}

/// How many different characters a text has.
fn distinct(text: &str) -> usize {
    text.chars().collect::<std::collections::BTreeSet<char>>().len()
}

#[cfg(test)]
mod tests;
