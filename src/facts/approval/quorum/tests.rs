//! The matching, held against trying everything.

use proptest::prelude::*;

use super::*;

fn line(role: &str, min: u32) -> Requirement {
    Requirement { role: role.to_owned(), each_service: false, min }
}

fn met(lines: &[Requirement], records: &[(&str, &str)], distinct: usize) -> bool {
    let people = records.iter().map(|(person, _)| (*person).to_owned()).collect();
    let fits = |person: &str, place: &Place| records.contains(&(person, place.role.as_str()));
    fill(places(lines, &[]), &people, distinct, fits).is_met()
}

#[test]
fn people_are_matched_and_not_counted_twice() {
    let lines = [line("peer", 1), line("owner", 1)];
    assert!(met(&lines, &[("ana", "peer"), ("raj", "owner")], 2));
    assert!(!met(&lines, &[("ana", "peer"), ("ana", "owner")], 2), "two people are asked for");
    assert!(met(&lines, &[("ana", "peer"), ("ana", "owner")], 1), "one person in two lines");
    assert!(!met(&[line("peer", 2)], &[("ana", "peer")], 1), "never twice in one line");
    let crossed = [("ana", "peer"), ("ana", "owner"), ("raj", "peer")];
    assert!(met(&lines, &crossed, 2), "ana has to leave the peer's place to raj");
}

#[test]
fn a_matrix_with_places_needs_somebody_and_one_without_whom_it_says() {
    let needed = |lines: &[Requirement], distinct| {
        fill(places(lines, &[]), &BTreeSet::new(), distinct, |_, _| true).needed_people
    };
    assert_eq!([needed(&[], 0), needed(&[], 2)], [0, 2]);
    assert_eq!([needed(&[line("peer", 1)], 0), needed(&[line("peer", 1)], 2)], [1, 2]);
}

#[test]
fn each_service_has_its_place() {
    let each = Requirement { role: "owner".to_owned(), each_service: true, min: 1 };
    let services = ["checkout".to_owned(), "ledger".to_owned()];
    let found = places([&each], &services);
    assert_eq!(found.len(), 2);
    let people = BTreeSet::from(["ana".to_owned()]);
    let fits = |_: &str, place: &Place| place.service.as_deref() == Some("ledger");
    let quorum = fill(found, &people, 1, fits);
    let open: Vec<_> = quorum.open().map(|place| place.service.as_deref()).collect();
    assert_eq!(open, [Some("checkout")]);
}

proptest! {
    #[test]
    fn the_most_people_stand_in_it(edges in proptest::collection::vec((0_usize..5, 0_usize..5), 0..14)) {
        let places: Vec<Place> =
            (0..5).map(|n: u32| Place { role: n.to_string(), service: None, nth: 1 }).collect();
        let people: BTreeSet<String> = (0..5).map(|n| n.to_string()).collect();
        let fits = |person: &str, place: &Place| {
            edges.iter().any(|(p, q)| p.to_string() == person && q.to_string() == place.role)
        };
        let found = fill(places, &people, 1, fits).people;
        prop_assert_eq!(found, best(&edges, 0, &mut [false; 5]));
    }
}

/// The greatest matching, by trying every person for every place.
fn best(edges: &[(usize, usize)], place: usize, used: &mut [bool; 5]) -> usize {
    if place == 5 {
        return 0;
    }
    let mut most = best(edges, place + 1, used);
    for person in 0..5 {
        if !used[person] && edges.contains(&(person, place)) {
            used[person] = true;
            most = most.max(1 + best(edges, place + 1, used));
            used[person] = false;
        }
    }
    most
}
