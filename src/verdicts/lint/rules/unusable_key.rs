//! MCM904.

use std::collections::BTreeMap;

use super::super::{Check, Levels, Rule};
use crate::facts::Facts;
use crate::inputs::policy::{Policy, Principal, Signer};
use crate::text::{self, BookPath, Code, Diagnostic, Severity, Span, Stage, did_you_mean};

pub(super) static RULE: Rule = Rule {
    code: Code("MCM904"),
    name: "unusable-key",
    summary: "no usable key, or key shared with {other}",
    about: "person",
    severity: Severity::Error,
    stage: Stage::Draft,
    levels: Levels::EVERYWHERE,
    docs: include_str!("unusable_key.md"),
    check: Check::Book(check),
};

/// Keys with which a forge signs what people do in its web pages: nobody's approval (approvals.md, threat
/// 68). GitHub's are those that it publishes for its account `web-flow`.
const FORGE_KEYS: [(&str, &str); 2] = [
    ("968479A1AFF927E37D1A566BB5690EEEBB952194", "GitHub's web-flow"),
    ("5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23", "GitHub's web-flow"),
];

/// Ids under which the accounts of forges and their robots are known.
const FORGE_IDS: [&str; 5] = ["web-flow", "github", "gitlab", "github-actions", "dependabot"];

fn check(rule: &Rule, facts: &Facts, found: &mut Vec<Diagnostic>) {
    let policy = &facts.inputs.policy;
    let Some(file) = policy.file.as_ref().filter(|_| policy.is_adopted) else { return };
    let roster = &file.path;
    let signers = policy.signers_file.as_ref().map_or(roster, |file| &file.path);
    for fault in &policy.signer_faults {
        let finding = rule.finding(format!("no usable key: {}", fault.message)).at(&fault.path, fault.span);
        found.push(finding.help("`ssh-keygen -Y find-principals` reads no line of another form"));
    }
    for signer in &policy.signers {
        lines(rule, policy, signer, signers, found);
    }
    shared(rule, policy, signers, roster, found);
    for entry in &policy.keys {
        let forge = FORGE_KEYS.iter().find(|(fingerprint, _)| *fingerprint == entry.fingerprint);
        if let Some((_, whose)) = forge {
            found.push(
                forge_finding(rule, &format!("the key of `{}` is {whose}", entry.principal))
                    .at(roster, entry.span),
            );
        }
    }
    for id in &policy.certificates {
        let fingerprint = policy.openpgp.of(id).and_then(Result::ok).map(|one| one.fingerprint.as_str());
        let forge = FORGE_KEYS.iter().find(|(known, _)| Some(*known) == fingerprint);
        if let Some((_, whose)) = forge {
            let what = format!("certificate `openpgp/{id}.asc` is {whose}");
            found.push(forge_finding(rule, &what).at(roster, Span::at(0)));
        } else if policy.principal(id).is_none() {
            let finding =
                rule.finding(format!("certificate `openpgp/{id}.asc` belongs to nobody on the roster"));
            found.push(guess(finding, id, policy).at(roster, Span::at(0)));
        }
    }
    look_alikes(rule, policy, roster, found);
    let today = policy.day(facts.inputs.as_of);
    for person in policy.principals.iter().filter(|person| person.is_active(today)) {
        if is_forge(person) {
            let finding =
                forge_finding(rule, &format!("`{}` is the account of a forge or a robot", person.id));
            found.push(finding.at(roster, person.span));
        } else if let Some(finding) = without_key(rule, facts, person) {
            found.push(finding.at(roster, person.span));
        }
    }
}

/// What a line of `allowed_signers` should not say though OpenSSH takes it.
fn lines(rule: &Rule, policy: &Policy, signer: &Signer, path: &BookPath, found: &mut Vec<Diagnostic>) {
    let tell = |message: String, help: &str| rule.finding(message).at(path, signer.span).help(help);
    if signer.principals.len() > 1 {
        let message = format!("one key for several principals: {}", signer.principals.join(", "));
        found.push(tell(message, "give each person a key and a line of their own"));
    }
    for name in &signer.principals {
        if name.contains(['*', '?', '!']) {
            let message = format!("principal `{name}` is a pattern: the key would sign for whoever fits it");
            found.push(tell(message, "write the roster id of the one person whose key it is"));
        } else if policy.principal(name).is_none() {
            let finding = rule.finding(format!("principal `{name}` is nobody on the roster"));
            found.push(guess(finding, name, policy).at(path, signer.span));
        }
    }
    if let Some(why) = &signer.weakness {
        let message = format!("no usable key: {why}");
        found.push(tell(message, "make an ed25519 key, or an RSA key of 3,072 bits"));
    }
    if signer.is_authority {
        let message = "a certificate authority signs for whom it likes: its keys are not accepted";
        found.push(tell(message.to_owned(), "list the keys of people, and remove `cert-authority`"));
    }
    let ends = [("valid-after", signer.valid_after), ("valid-before", signer.valid_before)];
    for (name, _) in ends.iter().filter(|(_, end)| end.is_some_and(|(_, is_utc)| !is_utc)) {
        let message = format!("`{name}` without `Z` means another moment on every machine");
        found.push(tell(message, "put `Z` behind the time: it is UTC then"));
    }
}

/// A key that two people have: git would take the first of them. Patterns are no people.
fn shared(rule: &Rule, policy: &Policy, signers: &BookPath, roster: &BookPath, found: &mut Vec<Diagnostic>) {
    let mut owners: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    let is_one = |name: &&String| !name.contains(['*', '?', '!']);
    let of_lines = policy.signers.iter().filter_map(|signer| {
        let name = signer.principals.first().filter(is_one)?;
        Some((signer.fingerprint.as_str(), name.as_str(), signer.span, signers))
    });
    let of_entries =
        policy.keys.iter().map(|key| (key.fingerprint.as_str(), key.principal.as_str(), key.span, roster));
    let of_observers = policy.observers.iter();
    let of_observers = of_observers.map(|one| (one.fingerprint.as_str(), one.id.as_str(), one.span, roster));
    for (key, name, span, path) in of_lines.chain(of_entries).chain(of_observers) {
        match owners.get(key) {
            None => {
                owners.insert(key, (name, span));
            }
            Some((other, _)) if *other == name => {}
            Some((other, first)) => {
                let finding =
                    rule.finding(format!("key of `{name}` is shared with `{other}`")).at(path, span);
                let finding = finding.related(signers, *first, "the same key");
                found.push(finding.help("a key belongs to one person: make a new one for the other"));
            }
        }
    }
}

/// Two ids that people read as one.
fn look_alikes(rule: &Rule, policy: &Policy, roster: &BookPath, found: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, &Principal> = BTreeMap::new();
    for person in &policy.principals {
        match seen.get(&skeleton(&person.id)) {
            Some(first) => {
                let finding = rule.finding(format!("id `{}` looks like `{}`", person.id, first.id));
                let finding = finding.at(roster, person.span).related(roster, first.span, "the other id");
                found.push(finding.help("choose ids that nobody can mistake for each other"));
            }
            None => {
                seen.insert(skeleton(&person.id), person);
            }
        }
    }
}

/// What is left of an id when characters that look alike are one. People are fewer than files, and a mistaken one
/// weighs more: hyphens say nothing here, and more characters are one.
fn skeleton(id: &str) -> String {
    let one = |c: char| match c {
        'i' => 'l',
        '5' => 's',
        other => other,
    };
    text::skeleton(id).chars().filter(|c| *c != '-').map(one).collect()
}

fn is_forge(person: &Principal) -> bool {
    let of_robot = |mail: &String| {
        let mail = mail.to_ascii_lowercase();
        mail == "noreply@github.com" || mail.contains("[bot]@")
    };
    FORGE_IDS.contains(&person.id.as_str()) || person.emails.iter().any(of_robot)
}

fn forge_finding(rule: &Rule, what: &str) -> Diagnostic {
    let finding = rule.finding(format!("no usable key: {what}"));
    finding.help("a forge signs for everybody who can log in: remove it from the roster")
}

fn without_key(rule: &Rule, facts: &Facts, person: &Principal) -> Option<Diagnostic> {
    let (policy, now) = (&facts.inputs.policy, facts.inputs.as_of);
    let own: Vec<&Signer> =
        policy.signers.iter().filter(|signer| signer.principals.contains(&person.id)).collect();
    if policy.can_sign(person, now) {
        return None;
    }
    let finding = rule.finding(format!("`{}` has no usable key", person.id));
    Some(match own.first() {
        None => finding.help(format!(
            "add a line `{} namespaces=\"git\",valid-after=\"YYYYMMDDZ\" ssh-ed25519 ...` to policy/allowed_signers",
            person.id
        )),
        Some(_) => finding.help("every key of this person is over, revoked, not for `git`, or an authority"),
    })
}

fn guess(finding: Diagnostic, name: &str, policy: &Policy) -> Diagnostic {
    match did_you_mean(name, policy.ids()) {
        Some(guess) => finding.help(format!("did you mean `{guess}`?")),
        None => finding.help("add a `[[principal]]` with that id, or remove the key"),
    }
}

/// Whether a key is one that a forge publishes as its own: named by its fingerprint, or by the short id of OpenPGP,
/// which is all that the signatures of forges name.
pub(super) fn is_forge_key(key: &str) -> bool {
    let is_id = key.len() == 16;
    FORGE_KEYS.iter().any(|(known, _)| *known == key || (is_id && known.ends_with(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_forge_is_known_by_its_fingerprint_and_by_its_short_id() {
        for (fingerprint, _) in FORGE_KEYS {
            assert!(is_forge_key(fingerprint) && is_forge_key(&fingerprint[24..]), "{fingerprint}");
            assert!(!is_forge_key(&fingerprint[32..]), "eight digits are anybody's");
        }
        for other in ["", "968479A1AFF927E3", "0123456789ABCDEF", "SHA256:B5690EEEBB952194"] {
            assert!(!is_forge_key(other), "{other}");
        }
    }
}
