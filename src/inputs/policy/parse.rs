//! From the files of `policy/` to a [`Policy`].
//!
//! The profile comes first: its data is laid down, then what policy.toml says on top; the keys of
//! `allowed_signers` and the names of the certificates follow. No file stops at its first fault.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::{FOLDER, KeyEntry, Observer, Parsed, Policy, Revocation, Waiver, numbers, roster, signers};
use crate::inputs::document::time::{TimeError, parse_date, parse_instant, zone, zone_help};
use crate::inputs::profile::Profile;
use crate::inputs::reader::{Faults, Section};
use crate::inputs::signature::Certificates;
use crate::inputs::signature::stamp::Roots;
use crate::inputs::value::{Table, recover_toml};
use crate::text::{Code, ContentHash, Diagnostic, SourceFile, Span};

/// The one version of the schema.
const ONLY_SCHEMA: i64 = 1;

/// Reads the files of the folder. `profile` wins over the one that the file names (`check --profile`).
pub fn parse(files: &[SourceFile], profile: Option<Profile>) -> Parsed {
    let named = |name: &str| files.iter().find(|file| file.path.below(FOLDER) == Some(name));
    let mut found = Vec::new();
    let Some(file) = named("policy.toml") else {
        if let Some(other) = files.first() {
            let fault = Diagnostic::error(Code::POLICY, "`policy/policy.toml` is missing");
            let fault = fault.at(&other.path, Span::at(0));
            found.push(fault.help("write it, or remove the folder `policy`: a policy is never read in part"));
        }
        return Parsed { policy: Policy::none(profile.unwrap_or_default()), faults: found };
    };
    let (mut policy, faults) = policy_toml(file, profile);
    found.extend(faults);
    let mut certificates = Vec::new();
    let (mut time_roots, mut authorities) = (Roots::default(), Roots::default());
    let mut lists = Vec::new();
    for file in files {
        let name = file.path.below(FOLDER).unwrap_or_default();
        let list = name.strip_prefix("ca/").and_then(|name| name.strip_suffix(".crl.pem"));
        if let Some(id) = list.filter(|id| super::is_id(id)) {
            lists.push((id, file));
            continue;
        }
        let id_in =
            |folder: &str| name.strip_prefix(folder)?.strip_suffix(".pem").filter(|id| super::is_id(id));
        let added = match (id_in("tsa/"), id_in("ca/")) {
            (Some(id), _) => Some(time_roots.add(id, &file.text)),
            (None, Some(id)) => Some(authorities.add(id, &file.text)),
            (None, None) => None,
        };
        if let Some(added) = added {
            if let Err(why) = added {
                let message = format!("`{}` names no root: {why}", file.path);
                let help = "write the root certificates of the authority in PEM, and nothing else";
                found.push(Diagnostic::error(Code::POLICY, message).at(&file.path, Span::at(0)).help(help));
            }
            continue;
        }
        match name.strip_prefix("openpgp/").map(|name| name.strip_suffix(".asc")) {
            _ if name == "policy.toml" => {}
            _ if name == "allowed_signers" => {
                (policy.signers, policy.signer_faults) = signers::parse(file);
                policy.signers_file = Some(file.clone());
            }
            Some(Some(id)) if super::is_id(id) => {
                policy.certificates.insert(id.to_owned());
                certificates.push((id, file));
            }
            _ => {
                let fault =
                    Diagnostic::error(Code::POLICY, format!("`{}` is no file of a policy", file.path));
                let help = "a policy holds `policy.toml`, `allowed_signers`, `openpgp/<roster id>.asc`, `tsa/<name>.pem`, `ca/<name>.pem` and `ca/<name>.crl.pem`";
                found.push(fault.at(&file.path, Span::at(0)).help(help));
            }
        }
    }
    for (id, file) in lists {
        if let Err(why) = authorities.add_lists(id, &file.text) {
            let message = format!("`{}` revokes nothing: {why}", file.path);
            let help = "write the whole lists that roots of `ca/` have signed, in PEM, and nothing else";
            found.push(Diagnostic::error(Code::POLICY, message).at(&file.path, Span::at(0)).help(help));
        }
    }
    policy.openpgp = Arc::new(Certificates::read(certificates));
    policy.time_roots = Arc::new(time_roots);
    policy.authorities = Arc::new(authorities);
    let strictness = policy.profile.name().as_bytes();
    let of_file = |file: &SourceFile| [file.path.as_str().as_bytes().to_vec(), file.hash.as_bytes().to_vec()];
    let parts: Vec<Vec<u8>> = files.iter().flat_map(of_file).collect();
    policy.hash = ContentHash::of_parts(std::iter::once(strictness).chain(parts.iter().map(Vec::as_slice)));
    found.sort();
    Parsed { policy, faults: found }
}

fn policy_toml(file: &SourceFile, profile: Option<Profile>) -> (Policy, Vec<Diagnostic>) {
    let mut faults = Faults::new(Code::POLICY, &file.path, file.text.len());
    let (table, malformed) = recover_toml(&file.text, 0);
    if file.text.starts_with('\u{feff}') {
        let fault = faults.add(Span::new(0, 3), "`policy/policy.toml` begins with a byte order mark");
        fault.help.push("save it as UTF-8 without one".to_owned());
    }
    if table.is_empty() && malformed.is_empty() {
        let fault = faults.add(Span::at(0), "`policy/policy.toml` says nothing");
        fault.help.push("write `schema = 1` and `profile = \"starter\"` at least".to_owned());
    }
    let mut top = Section::new("", &table);
    let written = top.word("profile", &Profile::ALL.map(Profile::name), &mut faults);
    let written = written.and_then(Profile::of_name);
    let mut policy = Policy::none(profile.or(written).unwrap_or_default());
    policy.is_adopted = true;
    policy.file = Some(file.clone());
    head(&mut policy, &mut top, &mut faults);
    numbers::lay(&mut policy, &mut top, &mut faults);
    roster::read(&mut policy, &mut top, &mut faults);
    keys(&mut policy, &mut top, &mut faults);
    policy.waivers = waivers(&mut top, false, &mut faults);
    top.finish(&[], &mut faults);
    (policy, faults.finish(file, malformed))
}

/// The keys that stand before the first table.
fn head(policy: &mut Policy, top: &mut Section<'_>, faults: &mut Faults<'_>) {
    if let Some(schema) = top.integer("schema", faults)
        && schema != ONLY_SCHEMA
    {
        let message = format!("`schema` is {schema}; this version of mcmbook reads schema {ONLY_SCHEMA}");
        faults.add(top.span_of("schema"), message);
    }
    if let Some(serial) = top.number("serial", 1..=i64::MAX, faults) {
        policy.serial = serial.unsigned_abs();
    }
    if let Some(context) = top.string("context", faults) {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte);
        if context.is_empty() || context.len() > 100 || !context.bytes().all(fits) {
            let message = format!("`context` cannot be \"{context}\"");
            let fault = faults.add(top.span_of("context"), message);
            fault
                .help
                .push("use letters, digits and `.`, `_`, `/`, `-`: it is copied into records".to_owned());
        }
        policy.context = context;
    }
    if let Some(name) = top.string("zone", faults) {
        match zone(&name) {
            Some(zone) => policy.zone = zone,
            None => {
                faults.add(top.span_of("zone"), no_zone("zone", &name)).help.push(zone_help(&name));
            }
        }
    }
    let wanted = "a list of dates such as \"2026-12-25\"";
    if let Some(days) = top.all_parsed("holidays", faults, wanted, parse_date) {
        policy.holidays = days.into_iter().collect();
    }
}

/// What is wrong with the name of a time zone.
pub(super) fn no_zone(key: &str, name: &str) -> String {
    format!("`{key}` cannot be \"{name}\": there is no such time zone")
}

/// `[[key]]`, `[[revocation]]` and `[[observer]]`.
fn keys(policy: &mut Policy, top: &mut Section<'_>, faults: &mut Faults<'_>) {
    let mut seen = BTreeSet::new();
    for (table, span) in top.tables("key", faults) {
        let mut section = Section::new("key", table);
        let fingerprint = fingerprint("fingerprint", &mut section, span, faults);
        let principal = section.required_string("principal", span, faults);
        let require_touch = section.boolean("require_touch", faults).unwrap_or(false);
        let require_verification = section.boolean("require_verification", faults).unwrap_or(false);
        if let Some(id) = &principal {
            roster::must_be_known(policy, id, section.span_of("principal"), "key.principal", faults);
        }
        section.finish(&[], faults);
        let (Some(fingerprint), Some(principal)) = (fingerprint, principal) else { continue };
        if !seen.insert(fingerprint.clone()) {
            faults.add(span, format!("key `{fingerprint}` has two entries")).help.push("keep one".to_owned());
        }
        policy.keys.push(KeyEntry { fingerprint, principal, require_touch, require_verification, span });
    }
    for (table, span) in top.tables("revocation", faults) {
        let mut section = Section::new("revocation", table);
        let key = fingerprint("key", &mut section, span, faults);
        let kind = section.word("kind", &["compromised", "retired"], faults);
        let since = section.parsed("since", faults, "an instant such as \"2026-05-03T00:00:00Z\"", |text| {
            parse_instant(text).map(|instant| instant.timestamp)
        });
        for name in ["kind", "since"] {
            if table.get(name).is_none() {
                faults.add(span, format!("`revocation.{name}` is missing"));
            }
        }
        section.finish(&[], faults);
        if let (Some(key), Some(kind), Some(since)) = (key, kind, since) {
            policy.revocations.push(Revocation { key, compromised: kind == "compromised", since, span });
        }
    }
    for (table, span) in top.tables("observer", faults) {
        let mut section = Section::new("observer", table);
        let id = section.required_string("id", span, faults);
        let fingerprint = fingerprint("fingerprint", &mut section, span, faults);
        section.finish(&[], faults);
        if let (Some(id), Some(fingerprint)) = (id, fingerprint) {
            policy.observers.push(Observer { id, fingerprint, span });
        }
    }
}

/// `SHA256:` with 43 characters of base64, or 40 or 64 hexadecimal digits of OpenPGP in capitals.
fn fingerprint(
    key: &'static str,
    section: &mut Section<'_>,
    span: Span,
    faults: &mut Faults<'_>,
) -> Option<String> {
    let text = section.required_string(key, span, faults)?;
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let of_ssh =
        text.strip_prefix("SHA256:").is_some_and(|rest| rest.len() == 43 && rest.bytes().all(is_base64));
    let digits: String = text.chars().filter(|c| *c != ' ').collect();
    let of_openpgp = [40, 64].contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if of_ssh {
        return Some(text);
    }
    if of_openpgp {
        return Some(digits.to_ascii_uppercase());
    }
    let message = format!("`{}` is not a fingerprint", section.dotted(key));
    let fault = faults.add(section.span_of(key), message);
    fault
        .help
        .push("`ssh-keygen -l -f KEY` prints one as `SHA256:...`, `gpg --fingerprint` 40 digits".to_owned());
    None
}

/// `[[waiver]]`, which book.toml has, too. What a waiver lacks is for rule MCM909 to say.
pub(in crate::inputs) fn waivers(
    top: &mut Section<'_>,
    in_book_toml: bool,
    faults: &mut Faults<'_>,
) -> Vec<Waiver> {
    let tables = top.tables("waiver", faults);
    let read = |(table, span): (&Table, Span)| {
        let mut section = Section::new("waiver", table);
        let rule = section.required_string("rule", span, faults);
        let place = section.required_string("where", span, faults);
        let text = |key, section: &mut Section<'_>, faults: &mut Faults<'_>| {
            section.string(key, faults).filter(|text| !text.trim().is_empty())
        };
        let owner = text("owner", &mut section, faults);
        let owner = owner.map(|owner| owner.strip_prefix('@').unwrap_or(&owner).to_owned());
        let reason = text("reason", &mut section, faults);
        let expires = section.parsed("expires", faults, "a date such as \"2027-03-01\"", parse_date);
        section.finish(&[], faults);
        // MCM909 tells the rest where the waiver can be judged; where it cannot, all is told in one go.
        if rule.is_none() || place.is_none() {
            for (key, is_there) in [
                ("owner", owner.is_some()),
                ("reason", reason.is_some()),
                ("expires", table.get("expires").is_some()),
            ] {
                let fault = (!is_there).then(|| faults.add(span, format!("`waiver.{key}` is missing")));
                fault.into_iter().for_each(|fault| fault.help.push(format!("add `{key} = \"...\"`")));
            }
        }
        let span = table.get("rule").map_or(span, |value| value.span);
        let span_of = |key| table.get(key).map_or(span, |value| value.span);
        let place = place?.trim_end_matches('/').to_owned();
        Some(Waiver {
            rule: rule?,
            place,
            owner,
            reason,
            expires,
            in_book_toml,
            span,
            place_span: span_of("where"),
            owner_span: span_of("owner"),
            expires_span: span_of("expires"),
        })
    };
    tables.into_iter().filter_map(read).collect()
}

/// `from` and `until` of a table: the first day, and the day on which it is over.
pub(super) fn period(section: &mut Section<'_>, faults: &mut Faults<'_>) -> (Option<Date>, Option<Date>) {
    let parse: fn(&str) -> Result<Date, TimeError> = parse_date;
    let from = section.parsed("from", faults, "a date such as \"2026-12-20\"", parse);
    let until = section.parsed("until", faults, "a date such as \"2027-01-05\"", parse);
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        let message = format!("`{}` is not after `from`", section.dotted("until"));
        let fault = faults.add(section.span_of("until"), message);
        fault.help.push("`until` is the first day on which it is over".to_owned());
    }
    (from, until)
}
