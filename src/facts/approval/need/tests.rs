use super::*;
use crate::inputs::profile::Profile;

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
