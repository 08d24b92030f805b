//! Tests of the policy.

mod people;

use super::*;
use crate::inputs::value::{Table, Value, parse_toml};
use crate::text::BookPath;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
const FINGERPRINT: &str = "SHA256:UCUiLr7Pjs9wFFJMDByLgc3NrtdU344OgUM45wZPcIQ";

fn file(path: &str, text: impl AsRef<[u8]>) -> SourceFile {
    SourceFile::new(BookPath::new(path).expect("a normal path"), text.as_ref())
}

fn read(text: impl AsRef<[u8]>) -> Parsed {
    parse(&[file("policy/policy.toml", text)], None)
}

/// The faults of a policy.toml, each as `text it points to: message | help`.
fn faults(text: &str) -> Vec<String> {
    let shown = |fault: &Diagnostic| {
        let span = fault.location.as_ref().expect("a fault has a place").span;
        format!("{}: {} | {}", span.slice(text), fault.message, fault.help.join("; "))
    };
    read(text).faults.iter().map(shown).collect()
}

fn signers(text: &str) -> (Vec<Signer>, Vec<String>) {
    let files = [file("policy/policy.toml", "schema = 1"), file("policy/allowed_signers", text)];
    let policy = parse(&files, None).policy;
    (policy.signers, policy.signer_faults.into_iter().map(|fault| fault.message).collect())
}

#[test]
fn a_profile_is_complete_and_a_stricter_one_asks_for_no_less() {
    let [starter, standard, regulated] = Profile::ALL.map(Policy::none);
    assert_eq!(starter.classes[&ClassName::Minor].require[0].role, "peer");
    assert_eq!(starter.classes[&ClassName::Major].require[0].min, 2);
    let roles = |policy: &Policy| {
        let lines = &policy.classes[&ClassName::Major].require;
        lines.iter().map(|line| line.role.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(roles(&standard), "peer service-owner change-manager");
    assert_eq!(roles(&regulated), "peer service-owner change-manager outsider");
    let major = &regulated.classes[&ClassName::Major];
    assert_eq!(
        major.in_soft.iter().map(|line| line.role.as_str()).collect::<Vec<_>>(),
        ["business-owner", "risk"]
    );
    assert_eq!(major.in_hard[0].role, "director");
    assert_eq!(major.rehearsal, RehearsalNeed::Always);
    assert!(starter.classes[&ClassName::Major].carry && !major.carry);
    for (less, more) in [(&starter, &standard), (&standard, &regulated)] {
        for class in ClassName::ALL {
            let (less, more) = (&less.classes[&class], &more.classes[&class]);
            assert!(less.distinct_principals <= more.distinct_principals, "{class:?}");
            assert!(less.rehearsal <= more.rehearsal && less.signed_edits <= more.signed_edits, "{class:?}");
            assert!(less.require.len() <= more.require.len(), "{class:?}");
        }
        assert_eq!(less.bands, more.bands);
    }
}

/// The starter profile must say everything: what it leaves out would be zero in every book.
#[test]
fn the_starter_profile_has_every_key_that_a_profile_may_have() {
    let table = parse_toml(PROFILES, 0).expect("it is TOML");
    let starter = table.get("starter").and_then(Value::as_table).expect("a table");
    fn keys(table: &Table, prefix: &str, found: &mut Vec<String>) {
        for entry in table.entries() {
            let name = format!("{prefix}{}", entry.key);
            match entry.value.as_table() {
                Some(table) if !name.ends_with("submit_lead") => keys(table, &format!("{name}."), found),
                _ => found.push(name),
            }
        }
    }
    let mut written = Vec::new();
    keys(starter, "", &mut written);
    let source = include_str!("numbers.rs");
    let quoted: Vec<&str> = source.split('"').skip(1).step_by(2).collect();
    let structs = [
        ("ClassPolicy", "class."),
        ("Limits", "limits."),
        ("Deadlines", "deadlines."),
        ("NoticePolicy", "notice."),
    ];
    for (struct_, table) in structs {
        let types = include_str!("mod.rs");
        let body = types.split(&format!("pub struct {struct_} {{")).nth(1).expect("it is declared");
        let body = body.split("\n}").next().expect("it ends");
        for field in body.lines().filter_map(|line| line.trim().strip_prefix("pub ")) {
            let name = field.split(':').next().expect("a field has a type");
            assert!(quoted.contains(&name), "{struct_}.{name} is read by no key of its name");
            let count =
                written.iter().filter(|key| key.starts_with(table) && key.ends_with(&format!(".{name}")));
            let count = count.count();
            let wanted = if struct_ == "ClassPolicy" { 4 } else { 1 };
            assert_eq!(count, wanted, "{struct_}.{name} in the starter profile");
        }
    }
}

#[test]
fn a_whole_policy_is_read() {
    let text = format!(
        r##"schema = 1
serial = 7
context = "prod-main"
profile = "standard"
zone = "Europe/Berlin"
holidays = ["2026-12-25", 2026-12-26]

[[principal]]
id = "ana"
name = "Ana Almeida"
emails = ["ana@example.org"]
team = "databases"
roles = ["change-manager", {{ role = "service-owner", scope = ["ledger"], from = "2026-01-01", until = "2027-01-01" }}]
delegates = [{{ to = "raj", role = "change-manager", from = "2026-12-20", until = "2027-01-05" }}]
away = [{{ from = "2026-12-20", until = "2027-01-05" }}]
zone = "Europe/Lisbon"

[[principal]]
id = "raj"

[[team]]
id = "databases"
name = "Databases"
channel = "#db"

[[key]]
fingerprint = "{FINGERPRINT}"
principal = "ana"
require_touch = true

[[revocation]]
key = "0123 4567 89ab cdef 0123 4567 89ab cdef 0123 4567"
kind = "compromised"
since = "2026-05-03T00:00:00Z"

[[observer]]
id = "ci"
fingerprint = "{FINGERPRINT}"

[class.major]
approval_lead = "5bd"
submit_lead = {{ soft = "20d" }}

[subject.decision]
require = [{{ role = "architect" }}]

[criteria.major]
score = false
downtime = "over 1h30m"

[risk]
bands = {{ low = [1, 12], high = [13, 25] }}

[oncall]
handovers = ["Mon 09:00", "21:30"]

[limits]
longest_step = "30m"

[[waiver]]
rule = "MCM217"
where = "changes/2026/MCM-2026-0007/"
owner = "@ana"
reason = "team of three until March"
expires = "2027-03-01"
"##
    );
    let Parsed { policy, faults } = read(&text);
    assert_eq!(faults, []);
    assert!(policy.is_adopted);
    assert_eq!((policy.serial, policy.context.as_str(), policy.profile), (7, "prod-main", Profile::Standard));
    assert_eq!(policy.holidays.len(), 2);
    let ana = policy.principal("@ana").expect("she is there");
    let day = |text: &str| text.parse::<Date>().expect("a date");
    assert!(ana.holds("service-owner", Some("ledger"), day("2026-06-01")));
    assert!(!ana.holds("service-owner", Some("orders"), day("2026-06-01")));
    assert!(!ana.holds("service-owner", Some("ledger"), day("2027-01-01")), "until is not included");
    assert!(ana.is_away(day("2026-12-20")) && !ana.is_away(day("2027-01-05")));
    assert_eq!(policy.principal("raj").map(|raj| raj.name.as_str()), Some("raj"));
    assert_eq!(policy.keys[0].principal, "ana");
    assert_eq!(policy.revocations[0].key, "0123456789ABCDEF0123456789ABCDEF01234567");
    let major = &policy.classes[&ClassName::Major];
    assert_eq!(major.approval_lead.to_short(), "5bd");
    assert_eq!(major.submit_lead.soft.to_short(), "20d");
    assert_eq!(major.submit_lead.hard.to_short(), "28d", "what is not written is the profile's");
    assert_eq!(major.require.len(), 3);
    assert_eq!(policy.subjects["decision"].require[0].min, 1);
    assert_eq!((policy.criteria.score, policy.criteria.downtime_over), (None, Some(5400)));
    assert_eq!(policy.criteria.services, Some(3));
    assert_eq!(policy.bands.len(), 2);
    assert_eq!(policy.handovers[0].weekday, Some(jiff::civil::Weekday::Monday));
    assert_eq!(policy.handovers[1].weekday, None);
    assert_eq!(policy.limits.longest_step.to_short(), "30m");
    assert_eq!(policy.limits.description_words, 20);
    let waiver = &policy.waivers[0];
    assert_eq!((waiver.place.as_str(), waiver.owner.as_deref()), ("changes/2026/MCM-2026-0007", Some("ana")));
    assert_eq!(waiver.span.slice(&text), "\"MCM217\"");
}

#[test]
fn the_call_wins_over_the_profile_of_the_file() {
    let files = [file("policy/policy.toml", "profile = \"starter\"")];
    let policy = |profile| parse(&files, profile).policy;
    assert_eq!(policy(None).profile, Profile::Starter);
    assert_eq!(policy(Some(Profile::Regulated)).classes[&ClassName::Major].require.len(), 4);
    assert_ne!(policy(None).hash, policy(Some(Profile::Regulated)).hash);
}

#[test]
fn every_fault_is_told_with_its_place_and_what_to_write() {
    let text = r##"schema = 2
profile = "strict"
profil = "starter"
zone = "Europe/Berlim"
holidays = ["25.12.2026"]
serial = 0
[[principal]]
id = "ana"
emails = ["ana"]
roles = [7, "Change Manager"]
away = [{ from = "2026-12-20", until = "2026-12-20" }]
[[principal]]
id = "ana"
delegates = [{ to = "anna", role = "peer" }]
[[principal]]
name = "Nobody"
[class.major]
approval_lead = 3
submit_lead = { open = "2 days" }
approval_ttl = "3bd etc."
require = [{ role = "peer", each = "team", min = 0 }]
closed_in = ["weekends"]
[class.huge]
[risk]
bands = { low = [4, 1], high = 7 }
[criteria.major]
downtime = "30m"
[oncall]
handovers = ["Monday 9:00"]
[limits]
horizon_months = 1000
[[waiver]]
rule = "MCM010"
expires = "soon"
[[revocation]]
key = "SHA256:short"
"##;
    let expected = r##"2: `schema` is 2; this version of mcmbook reads schema 1 | 
"strict": `profile` cannot be "strict" | allowed: starter, standard, regulated
profil: unknown key `profil` | did you mean `profile`?
"Europe/Berlim": `zone` cannot be "Europe/Berlim": there is no such time zone | did you mean `Europe/Berlin`?
"25.12.2026": `holidays` cannot be "25.12.2026": it is not of the form YYYY-MM-DD | write year, month and day, as in `2026-11-23`
0: `serial` must be from 1 to 9223372036854775807, not 0 | 
"ana": `principal.emails` must be a list of mail addresses | write one like "ana@example.org"
7: `principal.roles` must be a list of roles | write "change-manager", or `{ role = "service-owner", scope = ["checkout"] }`
"Change Manager": `principal.roles` must be a list of roles | write "change-manager", or `{ role = "service-owner", scope = ["checkout"] }`
"2026-12-20": `principal.away.until` is not after `from` | `until` is the first day on which it is over
"ana": `principal.id` "ana" is used twice | 
[[principal]]: `principal.id` is missing | 
3: `class.major.approval_lead` must be a duration in quotes, such as "45m", "2d" or "3bd", not a whole number | 
"2 days": `class.major.submit_lead.open` cannot be "2 days": "##;
    let found = faults(text);
    let expected: Vec<&str> = expected.lines().collect();
    for (found, expected) in found.iter().zip(&expected) {
        assert!(found.starts_with(expected.trim_end()), "{found:?} is not {expected:?}");
    }
    let rest = found[expected.len()..].join("\n");
    for part in [
        "\"3bd etc.\": `class.major.approval_ttl` cannot be \"3bd etc.\"",
        "\"team\": `class.major.require.each` cannot be \"team\" | allowed: service",
        "0: `class.major.require.min` must be from 1 to 100000, not 0",
        "\"weekends\": `class.major.closed_in` must be a list of levels of windows",
        "huge: unknown key `class.huge`",
        "[4, 1]: `risk.bands.low` must be the lowest and the highest score",
        "7: `risk.bands.high` must be the lowest and the highest score",
        "\"30m\": `criteria.major.downtime` cannot be \"30m\": it does not begin with `over`",
        "\"Monday 9:00\": `oncall.handovers` cannot be \"Monday 9:00\"",
        "1000: `limits.horizon_months` must be from 1 to 120, not 1000",
        "`waiver.where` is missing",
        "`waiver.owner` is missing | add `owner = \"...\"`",
        "`waiver.reason` is missing",
        "\"soon\": `waiver.expires` cannot be \"soon\"",
        "\"SHA256:short\": `revocation.key` is not a fingerprint",
        "`revocation.since` is missing",
    ] {
        assert!(rest.contains(part), "{part} is not in\n{rest}");
    }
    assert_eq!(found.len(), expected.len() + 17, "{rest}");
}

#[test]
fn unknown_people_and_teams_get_a_guess() {
    let text = "[[team]]\nid = \"payments\"\n[[principal]]\nid = \"ana\"\nteam = \"payment\"\n\
                [[principal]]\nid = \"bob\"\ndelegates = [{ to = \"anna\", role = \"peer\" }]\n\
                [[key]]\nfingerprint = \"0123456789012345678901234567890123456789\"\nprincipal = \"anaa\"\n";
    let found = faults(text).join("\n");
    assert!(found.contains("names `payment`, which is no team of the policy | did you mean `payments`?"));
    assert!(found.contains("names `anna`, who is nobody on the roster | did you mean `ana`?"), "{found}");
    assert!(found.contains("`key.principal` names `anaa`"), "{found}");
}

#[test]
fn a_mail_address_leads_to_one_person_and_a_name_hides_nothing() {
    let text = "[[principal]]\nid = \"ana\"\nemails = [\"a@example.org\"]\n\
                [[principal]]\nid = \"bob\"\nname = \"Bob\\u202e\"\nemails = [\"A@example.org\"]\n";
    let found = faults(text).join("\n");
    assert!(found.contains("mail address `A@example.org` is used twice"), "{found}");
    assert!(found.contains("`principal.name` holds a character that cannot be seen"), "{found}");
    assert!(faults("[[principal]]\nid = \"a\"\nname = \"e\u{301}\"")[0].contains("composed form"));
}

#[test]
fn the_bytes_may_be_anything() {
    let says = |text: &[u8], part: &str| {
        let found = read(text).faults;
        assert!(found.iter().any(|fault| fault.message.contains(part)), "{part}: {found:?}");
    };
    says(b"", "says nothing");
    says(b"# a comment alone\n", "says nothing");
    says(b"\xef\xbb\xbfschema = 1\n", "byte order mark");
    says(b"schema = 1\nname = \"\xff\"\n", "is not UTF-8");
    says(b"schema = \n", "not valid TOML");
    says(b"schema = 1\nschema = 1\n", "written twice");
    assert_eq!(read("schema = 1\r\nprofile = \"standard\"\r\n").faults, []);
    let long = format!("schema = 1\ncontext = \"{}\"\n", "x".repeat(1 << 20));
    assert_eq!(read(long).faults.len(), 1);
    let many = format!("schema = 1\n{}", "[[waiver]]\nrule = \"MCM010\"\nwhere = \"*\"\n".repeat(5_000));
    assert_eq!(read(many).policy.waivers.len(), 5_000);
}

#[test]
fn a_policy_is_never_read_in_part() {
    let none = parse(&[], None);
    assert!(none.faults.is_empty() && !none.policy.is_adopted);
    let alone = parse(&[file("policy/allowed_signers", "")], None);
    assert_eq!(alone.faults[0].message, "`policy/policy.toml` is missing");
    let stray = ["policy/notes.txt", "policy/openpgp/Ana.asc", "policy/openpgp/ana.gpg"];
    for path in stray {
        let found = parse(&[file("policy/policy.toml", "schema = 1"), file(path, "")], None).faults;
        assert_eq!(found[0].message, format!("`{path}` is no file of a policy"));
        assert_eq!(found[0].location.as_ref().map(|location| location.path.as_str()), Some(path));
    }
    let files = [file("policy/policy.toml", "schema = 1"), file("policy/openpgp/ana.asc", "")];
    assert_eq!(parse(&files, None).policy.certificates.into_iter().collect::<Vec<_>>(), ["ana"]);
}

#[test]
fn a_line_of_allowed_signers_is_read_as_openssh_reads_it() {
    let text = format!(
        "# comment\n\n\
         ana namespaces=\"git\",valid-after=\"20260101Z\",valid-before=\"202701011830Z\" {KEY} ana@laptop  two words\r\n\
         \"bob\" {KEY}\n\
         raj,\tmei CERT-AUTHORITY,Namespaces=\"git,file\" {KEY}\n\
         tom valid-after=\"20260101120000\" {KEY}\n"
    );
    let text = text.replace("raj,\tmei", "raj,mei\t");
    let (signers, faults) = signers(&text);
    assert_eq!(faults, Vec::<String>::new());
    let [ana, bob, two, tom] = signers.as_slice() else { panic!("{signers:?}") };
    assert_eq!((ana.principals.as_slice(), ana.algorithm.as_str()), (&["ana".to_owned()][..], "ssh-ed25519"));
    assert_eq!(ana.fingerprint, FINGERPRINT);
    assert_eq!(ana.namespaces, ["git"]);
    let moment = |text: &str| text.parse::<jiff::Timestamp>().expect("an instant");
    assert_eq!(ana.valid_after, Some((moment("2026-01-01T00:00:00Z"), true)));
    assert_eq!(ana.valid_before, Some((moment("2027-01-01T18:30:00Z"), true)));
    assert!(ana.is_usable(moment("2026-06-01T00:00:00Z")));
    assert!(!ana.is_usable(moment("2027-01-01T18:30:00Z")) && !ana.is_usable(moment("2025-12-31T23:59:59Z")));
    assert_eq!(bob.principals, ["bob"]);
    assert_eq!(two.principals, ["raj", "mei"]);
    assert!(two.is_authority && !two.is_usable(moment("2026-06-01T00:00:00Z")));
    assert_eq!(tom.valid_after, Some((moment("2026-01-01T12:00:00Z"), false)), "without Z");
    assert!(ana.span.slice(&text).starts_with("ana ") && ana.span.slice(&text).ends_with("words"));
}

#[test]
fn a_line_that_openssh_would_refuse_is_a_fault() {
    let cases = [
        ("ana", "the line has no key"),
        ("ana namespaces=\"git\"", "the line has no key"),
        ("ana ssh-ed25519 AAAA", "the key cannot be read"),
        ("ana namespaces=git KEY", "option `namespaces` needs a value in quotes"),
        ("ana namespaces=\"git KEY", "a quote is never closed"),
        ("ana colour=\"red\" KEY", "neither an option nor a kind of key"),
        ("ana valid-after=\"2026-01-01\" KEY", "option `valid-after` must be a time"),
        ("ana valid-after=\"20260230Z\" KEY", "option `valid-after` must be a time"),
        ("ana valid-after=\"20260101Z\",valid-after=\"20260101Z\" KEY", "is written twice"),
        ("ana valid-after=\"20270101Z\",valid-before=\"20260101Z\" KEY", "is not later than"),
        ("ana,,bob KEY", "a principal is empty"),
        ("\u{feff}ana KEY", "byte order mark"),
    ];
    for (line, part) in cases {
        let (signers, faults) = signers(&line.replace("KEY", KEY));
        assert!(signers.is_empty() && faults.len() == 1 && faults[0].contains(part), "{line}: {faults:?}");
    }
    let long = format!("ana {} {KEY}\nbob {KEY}\n", "x".repeat(1 << 20));
    let (signers, faults) = signers(&long);
    assert_eq!((signers.len(), faults.len()), (1, 1), "the other lines count");
}
