use super::*;
use crate::inputs::policy;
use crate::text::{BookPath, SourceFile};

fn read(text: &str) -> Policy {
    let path = BookPath::new("policy/policy.toml").expect("a normal path");
    let parsed = policy::parse(&[SourceFile::new(path, text.as_bytes())], None);
    assert_eq!(parsed.faults, [], "{text}");
    parsed.policy
}

/// What is shown is a policy.toml, and says all that counts: read again it is the same.
#[test]
fn the_effective_policy_is_a_policy() {
    let own = include_str!("../../../policy/policy.toml");
    let rich = "serial = 3\ncontext = \"x\"\nprofile = \"standard\"\nzone = \"Asia/Tokyo\"\nholidays = [\"2027-01-01\"]\n\
        [[principal]]\nid = \"ana\"\nroles = [{ role = \"peer\", scope = [\"a\"], from = \"2026-01-01\" }]\n\
        delegates = [{ to = \"ana\", role = \"peer\" }]\naway = [{ from = \"2026-01-01\", until = \"2026-01-02\" }]\n\
        [[revocation]]\nkey = \"0123456789012345678901234567890123456789\"\nkind = \"retired\"\nsince = \"2026-01-01T00:00:00Z\"\n\
        [criteria.major]\nscore = false\ndowntime = \"over 1h30m\"\n[oncall]\nhandovers = [\"Sun 23:59\", \"07:00\"]\n\
        [subject.decision]\nreview = [{ role = \"peer\", min = 2 }]\n[[waiver]]\nrule = \"MCM010\"\nwhere = \"*\"\n";
    for text in [own, rich, "schema = 1", "profile = \"regulated\""] {
        let policy = read(text);
        let shown = effective_text(&policy);
        assert_eq!(effective(&read(&shown)), effective(&policy), "{shown}");
    }
    assert!(effective_text(&read(rich)).contains("handovers = [\"Sun 23:59\", \"07:00\"]"));
    assert!(effective_text(&Policy::none(Profile::Starter)).starts_with("# there is no policy/policy.toml"));
}

/// What the data of a profile can say is shown; a key that is forgotten here would be missing in the manual.
#[test]
fn everything_that_a_profile_says_is_shown() {
    let profiles: toml::Value = toml::from_str(policy::PROFILES).expect("it is TOML");
    let shown = effective(&Policy::none(Profile::Starter));
    fn hold(said: &toml::Value, shown: &Value, name: &str) {
        for (key, said) in said.as_table().into_iter().flatten() {
            let name = format!("{name}.{key}");
            let shown = shown.get(key).unwrap_or_else(|| panic!("{name} is not shown"));
            hold(said, shown, &name);
        }
    }
    hold(&profiles["starter"], &shown, "starter");
}
