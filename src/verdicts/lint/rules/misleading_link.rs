//! MCM025.

use percent_encoding::percent_decode_str;

use super::super::{Check, Levels, Rule, Settings};
use crate::inputs::document::Document;
use crate::inputs::document::markdown::Link;
use crate::text::{Code, Diagnostic, Severity, Stage};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM025"),
    name: "misleading-link",
    summary: "link shows `{text}` and leads to {target}",
    about: "all",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::ADVISED_IN_STARTER,
    docs: include_str!("misleading_link.md"),
    check: Check::Document(check),
};

/// Endings by which a text without a scheme is known as the name of a host: `main.rs` and `README.md` are files.
const HOST_ENDINGS: [&str; 8] = ["com", "org", "net", "edu", "gov", "int", "eu", "example"];

fn check(rule: &Rule, document: &Document, _: &Settings<'_>, found: &mut Vec<Diagnostic>) {
    for link in document.outline.links.iter().filter(|link| !link.image) {
        let Some(shown) = shown_elsewhere(link) else { continue };
        let message = format!("link shows `{shown}` and leads to {}", link.target);
        let finding = rule.finding(message).at(document.path(), link.span);
        found.push(
            finding.help("let the text show the address that is followed, or say in words what is there"),
        );
    }
}

/// The first address in the text of a link that is not the one to which it leads.
fn shown_elsewhere(link: &Link) -> Option<&str> {
    // Where an address is its own text, as most are, there is nothing to compare.
    if link.text == link.target || !link.text.contains(['.', '@', ':']) {
        return None;
    }
    let edges = |c: char| matches!(c, '(' | ')' | '<' | '>' | '"' | '\'' | '.' | ',' | ';' | '!' | '?');
    let words = link.text.split_whitespace().map(|word| word.trim_matches(edges));
    let mut shown = words.filter(|word| Address::shown(word, *word == link.text).is_some());
    let leads_to = Address::of(&link.target);
    shown.find(|word| match (Address::shown(word, *word == link.text), &leads_to) {
        (Some(shown), Some(target)) => !shown.may_stand_for(target),
        (shown, _) => shown.is_some(),
    })
}

/// Where an address leads, as far as people read it.
#[derive(Debug, PartialEq, Eq)]
enum Address<'a> {
    /// Host in lower case without `www.`; what follows it.
    Page(String, &'a str),
    /// A mail address in lower case.
    Mail(String),
}

impl<'a> Address<'a> {
    /// The address that a link follows; nothing for a place in the book.
    fn of(target: &'a str) -> Option<Address<'a>> {
        let (scheme, rest) = target.split_once(':')?;
        if scheme.eq_ignore_ascii_case("mailto") {
            return Some(Address::Mail(rest.split('?').next().unwrap_or_default().to_lowercase()));
        }
        is_scheme(scheme).then(|| Address::page(rest.strip_prefix("//")))?
    }

    /// The address that a word shows. Without a scheme it is one only when it cannot be anything else.
    fn shown(word: &'a str, is_alone: bool) -> Option<Address<'a>> {
        if let Some((scheme, rest)) = word.split_once("://") {
            return is_scheme(scheme).then(|| Address::page(Some(rest)))?;
        }
        let begins = |start: &str| word.get(..start.len()).is_some_and(|w| w.eq_ignore_ascii_case(start));
        if begins("www.") {
            return Address::page(Some(word));
        }
        if begins("mailto:") {
            return Address::of(word);
        }
        if let Some((name, host)) = word.split_once('@') {
            // `react@18.2.0` is a version, `git@host.example:team/book.git` a repository.
            let ending = host.rsplit_once('.').map_or("", |(_, ending)| ending);
            let is_host = ending.len() > 1 && ending.chars().all(char::is_alphabetic);
            let is_mail = !name.is_empty() && is_host && !host.contains(['/', ':', '@']);
            return is_mail.then(|| Address::Mail(word.to_lowercase()));
        }
        let host = word.split('/').next().unwrap_or_default();
        let is_plain = |c: char| c.is_alphanumeric() && !c.is_uppercase() || matches!(c, '.' | '-');
        let has_ending = host.rsplit_once('.').is_some_and(|(_, ending)| HOST_ENDINGS.contains(&ending));
        (is_alone && has_ending && host.chars().all(is_plain)).then(|| Address::page(Some(word)))?
    }

    fn page(rest: Option<&'a str>) -> Option<Address<'a>> {
        let rest = rest?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len()));
        // What stands before an `@` is a name to log in with, however much it looks like a host.
        let host = authority.rsplit('@').next().unwrap_or_default().to_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host);
        Some(Address::Page(host.to_owned(), path))
    }

    /// Whether this is the target, or the beginning of it: `docs.example` for `https://docs.example/setup`.
    fn may_stand_for(&self, target: &Address<'_>) -> bool {
        match (self, target) {
            (Address::Page(host, path), Address::Page(other, whole)) => {
                let path = path.trim_end_matches(['…', '.', '/']);
                let decoded = |path: &str| percent_decode_str(path).decode_utf8_lossy().into_owned();
                host == other && (whole.starts_with(path) || decoded(whole).starts_with(&decoded(path)))
            }
            (one, other) => one == other,
        }
    }
}

fn is_scheme(scheme: &str) -> bool {
    ["http", "https", "ftp"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    /// What a link of that text and target shows and is not.
    fn check(text: &str, target: &str) -> Option<String> {
        let link = Link { target: target.to_owned(), text: text.to_owned(), span: Span::at(0), image: false };
        shown_elsewhere(&link).map(str::to_owned)
    }

    #[test]
    fn a_text_may_show_the_address_or_the_beginning_of_it() {
        for (text, target) in [
            ("the page", "https://evil.example"),
            ("https://a.example", "https://A.example/"),
            ("http://a.example/x", "https://www.a.example/x#y"),
            ("www.a.example", "https://a.example"),
            ("a.example/set...", "https://a.example/setup"),
            ("https://a.example/ü", "https://a.example/%C3%BC"),
            ("(see https://a.example/x).", "https://a.example/x"),
            ("ana@a.example", "mailto:Ana@a.example?subject=Ledger"),
            ("react@18.2.0", "https://packages.example/react"),
            ("git@a.example:team/book.git", "https://a.example/team/book"),
            ("@ana", "people/ana.md"),
            ("README.md", "../README.md"),
            ("build.rs", "https://a.example/b"),
            ("asp.net", "https://asp.net"),
            ("ASP.NET", "https://a.example"),
        ] {
            assert_eq!(check(text, target), None, "[{text}]({target})");
        }
    }

    #[test]
    fn another_host_path_or_mailbox_is_told() {
        for (text, target, shown) in [
            ("https://a.example", "https://b.example", "https://a.example"),
            ("https://a.example", "https://a.example.b.example", "https://a.example"),
            ("https://a.example", "https://a.example@b.example", "https://a.example"),
            ("https://a.example", "https://\u{430}.example", "https://a.example"),
            ("https://a.example/x", "https://a.example/y", "https://a.example/x"),
            ("log in at www.a.example today", "https://b.example", "www.a.example"),
            ("a.example", "javascript:alert(1)", "a.example"),
            ("https://a.example", "copy.md", "https://a.example"),
            ("mailto:ana@a.example", "mailto:eve@a.example", "mailto:ana@a.example"),
            ("ana@a.example", "https://a.example", "ana@a.example"),
        ] {
            assert_eq!(check(text, target).as_deref(), Some(shown), "[{text}]({target})");
        }
    }
}
