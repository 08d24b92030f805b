//! From window documents to occurrences.

use jiff::Timestamp;

use super::{Hit, Schedule};
use crate::facts::book::Book;
use crate::inputs::Inputs;

pub(super) fn build(inputs: &Inputs, book: &Book) -> Schedule {
    let _ = (inputs, book);
    Schedule::default()
}

pub(super) fn covering<'a>(
    schedule: &'a Schedule,
    services: &[usize],
    environment: &str,
    start: Timestamp,
    end: Timestamp,
) -> Vec<Hit<'a>> {
    let touches = |window: &'a super::Window| {
        let is_meant = window.effect != super::Effect::Maintenance
            && window.environments.iter().any(|known| known == environment)
            && window.services.iter().any(|service| services.contains(service));
        let inside = window.occurrences.iter().filter(move |o| is_meant && o.start < end && start < o.end);
        inside.map(move |occurrence| Hit { window, occurrence: *occurrence })
    };
    let mut hits: Vec<Hit<'a>> = schedule.windows.iter().flat_map(touches).collect();
    hits.sort_by_key(|hit| {
        std::cmp::Reverse((hit.window.effect, hit.window.level, std::cmp::Reverse(hit.occurrence)))
    });
    hits
}
