use super::*;
use crate::inputs::document;
use crate::inputs::profile::Profile;
use crate::text::SourceFile;

fn need(no_way_back: bool, level: Option<Level>) -> Need {
    Need {
        class: ClassName::Major,
        level,
        services: vec!["ledger".to_owned()],
        teams: BTreeSet::new(),
        owner: None,
        operators: BTreeSet::new(),
        slot: None,
        supersedes: None,
        incident: None,
        no_way_back,
    }
}

fn directors(need: &Need, policy: &ClassPolicy) -> usize {
    need.places(policy).iter().filter(|place| place.role == "director").count()
}

#[test]
fn what_cannot_be_undone_needs_a_director_and_one_is_enough() {
    for profile in [Profile::Standard, Profile::Regulated] {
        let policy = Policy::none(profile);
        for class in [ClassName::Minor, ClassName::Major, ClassName::Emergency] {
            let class = &policy.classes[&class];
            assert_eq!(directors(&need(true, None), class), 1, "{profile:?}");
            assert_eq!(directors(&need(true, Some(Level::Hard)), class), 1, "{profile:?}");
            assert_eq!(directors(&need(false, None), class), 0, "{profile:?}");
        }
    }
    let starter = Policy::none(Profile::Starter);
    assert_eq!(directors(&need(true, None), &starter.classes[&ClassName::Major]), 0);
}

#[test]
fn more_people_than_another_line_asks_for_are_added() {
    let mut policy = Policy::none(Profile::Regulated);
    let major = policy.classes.get_mut(&ClassName::Major).expect("every class is there");
    major.without_rollback[0].min = 3;
    assert_eq!(directors(&need(true, Some(Level::Hard)), major), 3);
    // A director of each service is another line than a director.
    major.without_rollback[0].each_service = true;
    assert_eq!(directors(&need(true, Some(Level::Hard)), major), 4);
}

#[test]
fn the_worse_of_two_readings_counts() {
    assert!(need(false, None).stricter(Some(need(true, None))).no_way_back);
    assert!(need(true, None).stricter(Some(need(false, None))).no_way_back);
}

#[test]
fn of_two_readings_all_services_and_teams_are_affected() {
    let with = |services: &[&str], team: &str| Need {
        services: services.iter().map(|service| (*service).to_owned()).collect(),
        teams: BTreeSet::from([team.to_owned()]),
        ..need(false, None)
    };
    let both = with(&["ledger", "search"], "money").stricter(Some(with(&["search", "mail"], "shop")));
    assert_eq!(both.services, ["ledger", "search", "mail"]);
    assert_eq!(both.teams, BTreeSet::from(["money", "shop"].map(str::to_owned)));
    assert_eq!(with(&["ledger"], "money").stricter(None).services, ["ledger"]);
}

const WINDOWS: [(&str, &str); 4] = [
    (
        "peak",
        "type: restricted\nlevel: soft\ntz: UTC\nrrule: FREQ=DAILY\ndtstart: 2026-01-05T08:00\nlength: 14h\n\
         scope: {services: [mail]}",
    ),
    // Counted from its first day on, it can be followed as far as the near slots and no further.
    (
        "old",
        "type: restricted\nlevel: hard\ntz: UTC\nrrule: FREQ=DAILY;COUNT=999999\ndtstart: 1515-01-01T00:00\n\
         length: 1d\nscope: {services: [mail]}",
    ),
    (
        "close",
        "type: restricted\nlevel: hard\ntz: UTC\nstart: 2026-06-28T00:00\nend: 2026-07-06T00:00\n\
         scope: {tiers: [0]}\nfreeze_before: 2d",
    ),
    (
        "far",
        "type: freeze\nlevel: hard\ntz: UTC\nstart: 2044-06-01T00:00\nend: 2044-07-01T00:00\n\
         scope: {tags: [money]}",
    ),
];

/// Slots: in no window, in a window, before one, years away on either side, too far away, none.
const SLOTS: [&str; 7] = [
    "slot: {start: 2026-06-10T01:00:00Z, end: 2026-06-10T02:00:00Z}",
    "slot: {start: 2026-06-30T01:00:00Z, end: 2026-06-30T02:00:00Z}",
    "slot: {start: 2026-06-27T09:00:00Z, end: 2026-06-27T10:00:00Z}",
    "slot: {start: 2044-06-10T01:00:00Z, end: 2044-06-10T02:00:00Z}",
    "slot: {start: 2012-06-10T09:00:00Z, end: 2012-06-10T10:00:00Z}",
    "slot: {start: 2126-06-10T09:00:00Z, end: 2126-06-10T10:00:00Z}",
    "owner: dave",
];

#[test]
fn a_change_needs_the_same_alone_and_beside_others() {
    let config = crate::inputs::config::Config::parse(&SourceFile::new(path("book.toml"), Vec::new()));
    let config = Arc::new(config.config);
    let mut documents = Documents::default();
    let parsed = |at: &str, head: &str, body: &str| {
        let text = format!("---\ntitle: One\n{head}\n---\n\n{body}");
        let source = Arc::new(SourceFile::new(path(at), text.into_bytes()));
        Arc::new(document::parse(&source, &config.kinds, &config.book.src))
    };
    let mut put =
        |at: String, head: &str, body: &str| documents.put(0, &path(&at), Some(parsed(&at, head, body)));
    put("content/services/ledger.md".to_owned(), "tier: 0\nteam: money\ntags: [money]", "");
    put("content/services/mail.md".to_owned(), "tier: 3\nteam: post", "");
    let model = "for_services: [mail]\nexpires: 2030-01-01";
    put("content/standard/rotate.md".to_owned(), model, "");
    for (name, head) in WINDOWS {
        put(format!("content/windows/{name}.md"), head, "");
    }
    let mut changes = Vec::new();
    for (at, slot) in SLOTS.into_iter().enumerate() {
        for (more, services) in ["[ledger]", "[mail]", "[ledger, mail]"].into_iter().enumerate() {
            let id = format!("MCM-2026-{:04}", 10 * at + more);
            let kind = if more == 1 { "class: standard\nstandard: rotate\n" } else { "owner_team: x\n" };
            let head = format!("{kind}services: {services}\nchange: {{types: [code]}}\n{slot}");
            put(format!("content/changes/2026/{id}/request.md"), &head, "## Description\n");
            let roles = format!("roles: {{operator: {{who: p{at}, backup: q{more}}}}}");
            put(format!("content/changes/2026/{id}/runbook.md"), &roles, "## Execution\n");
            changes.push(id);
        }
    }
    changes.push("MCM-2026-0999".to_owned());
    let policy = Arc::new(Policy::none(Profile::Regulated));
    let at = "2026-06-01T12:00:00Z".parse().expect("an instant");
    let by = Measure { config: &config, policy: &policy, at };
    let names: Vec<&str> = changes.iter().map(String::as_str).collect();
    let together = documents.needs(&documents.catalogue, by, &names);
    let alone = |name: &&str| documents.needs(&documents.catalogue, by, &[name]).pop().flatten();
    let alone: Vec<Option<Need>> = names.iter().map(alone).collect();
    assert_eq!(together, alone);
    let known: Vec<&Need> = together.iter().flatten().collect();
    assert_eq!(known.len(), SLOTS.len() * 3, "all but the one that is not there");
    let kinds: BTreeSet<_> = known.iter().map(|need| (need.class, need.level, need.services.len())).collect();
    assert!(kinds.len() >= 8, "they differ: {kinds:?}");
    assert!(known.iter().any(|need| need.level == Some(Level::Hard) && need.services == ["mail"]));
    let mut needs = Needs::default();
    needs.learn(&documents, by, names.iter().copied());
    let learnt: Vec<Option<Need>> = names.iter().map(|name| needs.get(name).cloned()).collect();
    assert_eq!(learnt, alone);

    // A service whose id is that of another change's request is still the one that a change names.
    let stray = "content/changes/2027/MCM-2026-0010/request.md";
    documents.put(0, &path(stray), Some(parsed(stray, "kind: service\ntier: 0\nteam: money", "")));
    let other = "content/changes/2026/MCM-2026-0001/request.md";
    let head = "services: [MCM-2026-0010/request]\nchange: {types: [network]}";
    documents.put(0, &path(other), Some(parsed(other, head, "## Description\n")));
    let of = |names: &[&str]| documents.needs(&documents.catalogue, by, names);
    let (together, alone) = (of(&["MCM-2026-0001", "MCM-2026-0010"]), of(&["MCM-2026-0001"]));
    assert_eq!(together[0], alone[0]);
    assert!(alone[0].as_ref().is_some_and(|need| need.teams.contains("money")), "{alone:?}");
}

fn path(text: &str) -> BookPath {
    BookPath::new(text).expect("a path")
}
