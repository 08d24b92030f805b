//! The first policy of a book, and the edit that makes the next one of a policy.

use jiff::civil::Date;

use crate::inputs::profile::Profile;

/// Who adopts a policy.
#[derive(Clone, Debug)]
pub struct Founder<'a> {
    /// Roster id.
    pub id: &'a str,
    /// Printed name.
    pub name: &'a str,
    /// Mail address.
    pub email: &'a str,
}

/// `policy.toml` of a first policy: one person, who may amend it.
pub fn first_policy(founder: &Founder<'_>, context: &str, profile: Profile, zone: &str) -> String {
    let Founder { id, name, email } = founder;
    let profile = profile.name();
    format!(
        "# Who may do what, and how strict this book is. The manual's page \"The policy\" tells every key;\n\
         # what is not written here is the profile's: `mcmbook policy show` prints all of it.\n\
         # An edit counts once enough policy-admins have signed for it: `mcmbook policy amend`.\n\n\
         schema = 1\nserial = 1\ncontext = {context:?}  # copied into each record: none counts in another \
         repository\nprofile = \"{profile}\"\nzone = {zone:?}\nholidays = []\n\n[amend]\nquorum = 1  # raise it \
         once a second policy-admin is on the roster\n\n[[principal]]\nid = {id:?}\nname = {name:?}\nemails = \
         [{email:?}]\nroles = [\"change-manager\", \"policy-admin\"]\n"
    )
}

/// A line of `allowed_signers`: a key that may sign commits from a day on.
pub fn signer_line(id: &str, key: &str, from: Date) -> String {
    let from = from.strftime("%Y%m%d");
    format!("{id} namespaces=\"git\",valid-after=\"{from}Z\" {}\n", key.trim())
}

/// The text of a `policy.toml` with another serial; nothing else changes. Where it has none, it gets one.
pub fn with_serial(text: &str, serial: u64) -> String {
    let mut made = String::with_capacity(text.len() + 16);
    let (mut in_tables, mut is_set) = (false, false);
    for line in text.split_inclusive('\n') {
        in_tables |= line.trim_start().starts_with('[');
        let is_serial = line.split_once('=').is_some_and(|(key, _)| key.trim() == "serial");
        if is_serial && !in_tables && !is_set {
            let (key, rest) = line.split_once('=').unwrap_or((line, ""));
            let space = &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()];
            let behind = rest.trim_start_matches([' ', '\t']);
            let number = behind.find(|c: char| !c.is_ascii_digit() && c != '_').unwrap_or(behind.len());
            made += &format!("{key}={space}{serial}{}", &behind[number..]);
            is_set = true;
        } else {
            made += line;
        }
    }
    if is_set { made } else { format!("serial = {serial}\n{text}") }
}

#[cfg(test)]
mod tests {
    use super::{Founder, first_policy, signer_line, with_serial};
    use crate::inputs::policy;
    use crate::inputs::profile::Profile;
    use crate::text::{BookPath, SourceFile};

    #[test]
    fn a_first_policy_has_no_fault() {
        for profile in [Profile::Starter, Profile::Standard, Profile::Regulated] {
            let founder = Founder { id: "ana-f", name: "Ana \"A\" Ferreira", email: "ana@northmere.example" };
            let text = first_policy(&founder, "our-changes", profile, "Europe/Berlin");
            let path = BookPath::new("policy/policy.toml").expect("a plain path");
            let parsed = policy::parse(&[SourceFile::new(path, text.into_bytes())], None);
            assert_eq!(parsed.faults, []);
            assert_eq!((parsed.policy.serial, parsed.policy.amend_quorum), (1, 1));
            assert_eq!(parsed.policy.principals[0].name, "Ana \"A\" Ferreira");
        }
    }

    #[test]
    fn a_key_counts_from_the_day_on() {
        let line = signer_line("ana", "ssh-ed25519 AAAA ana@a.example\n", jiff::civil::date(2026, 3, 1));
        assert_eq!(line, "ana namespaces=\"git\",valid-after=\"20260301Z\" ssh-ed25519 AAAA ana@a.example\n");
    }

    #[test]
    fn only_the_serial_changes() {
        let text = "# serial = 9\nschema = 1\r\nserial =  3  # of June\nx = 1\n[a]\nserial = 3\n";
        assert_eq!(with_serial(text, 10), text.replace("=  3  #", "=  10  #"));
        assert_eq!(with_serial("schema = 1\n", 2), "serial = 2\nschema = 1\n");
    }
}
