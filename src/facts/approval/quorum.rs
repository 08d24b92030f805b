//! Whether people fill the lines of an approval matrix (design: approvals.md, policy.md).
//!
//! STRATEGY. Each line of the matrix becomes as many places as people are asked for, once for every affected
//! service where it says so. A person fits a place by a record in its role. People are matched to places
//! along augmenting paths, each to one place; that is the greatest number of different people that can stand
//! in the matrix. Places that stay open may then be filled by somebody who stands elsewhere already, but
//! never twice in one line, and only while the policy's number of different people holds.

use std::collections::BTreeSet;

use crate::inputs::policy::Requirement;

/// A place in the matrix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Place {
    /// The role.
    pub role: String,
    /// The affected service, where the line asks for each.
    pub service: Option<String>,
    /// Which of several people of one line, from 1.
    pub nth: u32,
}

/// How far a matrix is filled.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Quorum {
    /// The places in the order of the policy, each with the person who fills it.
    pub places: Vec<(Place, Option<String>)>,
    /// The number of different people who stand in it.
    pub people: usize,
    /// The number of different people that the policy asks for.
    pub needed_people: usize,
}

impl Quorum {
    /// Whether all places are filled by enough different people.
    pub fn is_met(&self) -> bool {
        self.places.iter().all(|(_, person)| person.is_some()) && self.people >= self.needed_people
    }

    /// The places that are open.
    pub fn open(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|(_, person)| person.is_none()).map(|(place, _)| place)
    }
}

/// The places of a matrix's lines for these affected services. Where a line asks for each of them and there is none,
/// it asks for somebody all the same: leaving the services out makes nothing easier.
pub fn places<'a>(lines: impl IntoIterator<Item = &'a Requirement>, services: &[String]) -> Vec<Place> {
    let mut places = Vec::new();
    for line in lines {
        let of_line = |service: Option<String>| {
            (1..=line.min).map(move |nth| Place { role: line.role.clone(), service: service.clone(), nth })
        };
        match line.each_service && !services.is_empty() {
            true => places.extend(services.iter().cloned().map(Some).flat_map(of_line)),
            false => places.extend(of_line(None)),
        }
    }
    places
}

/// Fills places with people. `fits` says whether a person may stand in a place.
pub fn fill(
    places: Vec<Place>,
    people: &BTreeSet<String>,
    needed_people: usize,
    fits: impl Fn(&str, &Place) -> bool,
) -> Quorum {
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let fitting = |place: &Place| -> Vec<usize> {
        (0..people.len()).filter(|person| fits(people[*person], place)).collect()
    };
    let fitting: Vec<Vec<usize>> = places.iter().map(fitting).collect();
    let mut of_person: Vec<Option<usize>> = vec![None; people.len()];
    for place in 0..places.len() {
        augment(place, &fitting, &mut of_person);
    }
    let mut filled: Vec<Option<usize>> = vec![None; places.len()];
    for (person, place) in of_person.iter().enumerate() {
        if let Some(place) = place {
            filled[*place] = Some(person);
        }
    }
    let matched = filled.iter().flatten().collect::<BTreeSet<_>>().len();
    let needed_people = needed_people.max(usize::from(!places.is_empty()));
    if matched >= needed_people {
        for place in 0..places.len() {
            if filled[place].is_none() {
                let same_line = |other: &usize| {
                    places[*other].role == places[place].role
                        && places[*other].service == places[place].service
                };
                let stands_in_line =
                    |person: &usize| (0..places.len()).filter(same_line).any(|o| filled[o] == Some(*person));
                filled[place] = fitting[place].iter().copied().find(|person| !stands_in_line(person));
            }
        }
    }
    let named = filled.into_iter().map(|person| person.map(|person| people[person].to_owned()));
    Quorum { places: places.into_iter().zip(named).collect(), people: matched, needed_people }
}

/// Finds a person for a place, moving others along an alternating path where that frees one.
fn augment(from: usize, fitting: &[Vec<usize>], of_person: &mut [Option<usize>]) {
    // For every person that was reached: the place from which.
    let mut reached_from: Vec<Option<usize>> = vec![None; of_person.len()];
    let mut open = std::collections::VecDeque::from([from]);
    while let Some(place) = open.pop_front() {
        for &person in &fitting[place] {
            if reached_from[person].is_some() {
                continue;
            }
            reached_from[person] = Some(place);
            match of_person[person] {
                Some(occupied) => open.push_back(occupied),
                None => return turn(person, from, &reached_from, of_person),
            }
        }
    }
}

/// Gives each person on the path the place from which it was reached.
fn turn(last: usize, from: usize, reached_from: &[Option<usize>], of_person: &mut [Option<usize>]) {
    let mut person = last;
    while let Some(place) = reached_from[person] {
        let before = of_person.iter().position(|occupied| *occupied == Some(place));
        of_person[person] = Some(place);
        if place == from {
            return;
        }
        let Some(before) = before else { return };
        person = before;
    }
}

#[cfg(test)]
mod tests;
